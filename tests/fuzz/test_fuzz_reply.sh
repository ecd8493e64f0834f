#!/bin/sh
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 120

# Build the libFuzzer target of service/reply.c and run it for ten seconds.

echo "1..2"
top=${BL_TOP:-$(dirname "$0")/../..}
tmp=${BL_TMP:-$(mktemp -d)}
mkdir -p "$tmp/corpus"

# shellcheck disable=SC2046 # the flags are words
if clang -std=c11 -g -O1 -fsanitize=fuzzer,address,undefined \
  -fno-sanitize-recover=undefined -D_GNU_SOURCE -I"$top/plugin" \
  $(pkg-config --cflags libcjson) \
  "$top/tests/fuzz/fuzz_reply.c" "$top/plugin/service/reply.c" \
  "$top/plugin/service/record.c" "$top/plugin/service/dialect.c" \
  "$top/plugin/base/tags.c" "$top/plugin/base/params.c" -o "$tmp/fuzz_reply" \
  $(pkg-config --libs libcjson) -lm >"$tmp/build.log" 2>&1; then
  echo "ok 1 - the fuzzer builds"
else
  sed 's/^/# /' "$tmp/build.log"
  echo "not ok 1 - the fuzzer builds"
  echo "not ok 2 - no input breaks a reply"
  exit 1
fi

cp "$top/tests/fuzz/reply/"*.json "$tmp/corpus/"

if ASAN_OPTIONS=detect_leaks=1 "$tmp/fuzz_reply" -max_total_time=10 \
  -timeout=5 -rss_limit_mb=1024 -max_len=4096 -seed=1 \
  -artifact_prefix="$tmp/" "$tmp/corpus" >"$tmp/fuzz.log" 2>&1; then
  grep -E '^Done|stat::' "$tmp/fuzz.log" | sed 's/^/# /'
  echo "ok 2 - no input breaks a reply"
else
  tail -n 40 "$tmp/fuzz.log" | sed 's/^/# /'
  echo "not ok 2 - no input breaks a reply"
  exit 1
fi
