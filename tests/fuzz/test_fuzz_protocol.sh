#!/bin/sh
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 120

# Build the libFuzzer target of the control and notify ports and run it for
# fifteen seconds.

echo "1..2"
top=${BL_TOP:-$(dirname "$0")/../..}
tmp=${BL_TMP:-$(mktemp -d)}
mkdir -p "$tmp/corpus"

# shellcheck disable=SC2046 # the flags are words
if clang -std=c11 -g -O1 -fsanitize=fuzzer,address,undefined \
  -fno-sanitize-recover=undefined -D_GNU_SOURCE -I"$top/plugin" \
  $(pkg-config --cflags lv2 libcjson) \
  "$top/tests/fuzz/fuzz_protocol.c" "$top/plugin/rt/control.c" \
  "$top/plugin/rt/notify.c" "$top/plugin/state.c" \
  "$top/plugin/base/protocol.c" "$top/plugin/base/protocol_fields.c" \
  "$top/plugin/base/text.c" "$top/plugin/base/urids.c" \
  "$top/plugin/base/ring.c" "$top/plugin/take/store.c" \
  "$top/plugin/take/take.c" "$top/plugin/take/take_json.c" \
  "$top/plugin/base/params.c" "$top/plugin/base/paths.c" \
  "$top/plugin/base/status.c" "$top/plugin/base/log.c" \
  -o "$tmp/fuzz_protocol" \
  $(pkg-config --libs libcjson) -lm >"$tmp/build.log" 2>&1; then
  echo "ok 1 - the fuzzer builds"
else
  sed 's/^/# /' "$tmp/build.log"
  echo "not ok 1 - the fuzzer builds"
  echo "not ok 2 - no atom breaks the ports"
  exit 1
fi

# A window's message as it is sent, one of each kind, and transport
"$BL_BUILD/tests/tools/atoms" "$tmp/corpus" || exit 1

if ASAN_OPTIONS=detect_leaks=0 "$tmp/fuzz_protocol" -max_total_time=15 \
  -timeout=5 -rss_limit_mb=1024 -max_len=8192 -seed=1 \
  -artifact_prefix="$tmp/" "$tmp/corpus" >"$tmp/fuzz.log" 2>&1; then
  grep -E '^Done|stat::' "$tmp/fuzz.log" | sed 's/^/# /'
  echo "ok 2 - no atom breaks the ports"
else
  tail -n 40 "$tmp/fuzz.log" | sed 's/^/# /'
  echo "not ok 2 - no atom breaks the ports"
  exit 1
fi
