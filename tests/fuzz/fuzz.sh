# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# shellcheck shell=sh

# What the fuzzers' tests share; sourced.  $claim says what the second case is.
: "${claim:?}"

top=${BL_TOP:-$(dirname "$0")/../..}
tmp=${BL_TMP:-$(mktemp -d)}
mkdir -p "$tmp/corpus"
echo "1..2"

# fuzz_build NAME PACKAGES SOURCE...: tests/fuzz/NAME.c with these of ours
fuzz_build() {
  fuzzer=$1
  packages=$2
  shift 2
  # shellcheck disable=SC2046,SC2086 # the flags are words
  if (cd "$top" && clang -std=c11 -g -O1 \
    -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
    -D_GNU_SOURCE -Iplugin -Iui -Itests $(pkg-config --cflags $packages) \
    "tests/fuzz/$fuzzer.c" "$@" -o "$tmp/$fuzzer" \
    $(pkg-config --libs $packages) -lm) >"$tmp/build.log" 2>&1; then
    echo "ok 1 - the fuzzer builds"
  else
    sed 's/^/# /' "$tmp/build.log"
    echo "not ok 1 - the fuzzer builds"
    echo "not ok 2 - $claim"
    exit 1
  fi
}

# fuzz_run SECONDS LENGTH: over $tmp/corpus, inputs of at most LENGTH bytes
fuzz_run() {
  if "$tmp/$fuzzer" -max_total_time="$1" -timeout=5 -rss_limit_mb=1024 \
    -max_len="$2" -seed=1 -artifact_prefix="$tmp/" "$tmp/corpus" \
    >"$tmp/fuzz.log" 2>&1; then
    grep -E '^Done|stat::' "$tmp/fuzz.log" | sed 's/^/# /'
    echo "ok 2 - $claim"
  else
    tail -n 40 "$tmp/fuzz.log" | sed 's/^/# /'
    echo "not ok 2 - $claim"
    exit 1
  fi
}
