#!/bin/sh
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 120

# Build the libFuzzer target of job/journal_json.c and run it for ten seconds.

echo "1..2"
top=${BL_TOP:-$(dirname "$0")/../..}
tmp=${BL_TMP:-$(mktemp -d)}
mkdir -p "$tmp/corpus"

# shellcheck disable=SC2046 # the flags are words
if clang -std=c11 -g -O1 -fsanitize=fuzzer,address,undefined \
  -fno-sanitize-recover=undefined -D_GNU_SOURCE -I"$top/plugin" \
  $(pkg-config --cflags libcjson) \
  "$top/tests/fuzz/fuzz_journal.c" "$top/plugin/job/journal_json.c" \
  "$top/plugin/job/fields.c" \
  "$top/plugin/job/job.c" "$top/plugin/job/job_state.c" \
  "$top/plugin/take/store.c" "$top/plugin/take/take.c" \
  "$top/plugin/take/take_json.c" "$top/plugin/base/params.c" \
  "$top/plugin/base/paths.c" "$top/plugin/base/status.c" \
  "$top/plugin/base/log.c" -o "$tmp/fuzz_journal" \
  $(pkg-config --libs libcjson) -lm >"$tmp/build.log" 2>&1; then
  echo "ok 1 - the fuzzer builds"
else
  sed 's/^/# /' "$tmp/build.log"
  echo "not ok 1 - the fuzzer builds"
  echo "not ok 2 - no journal breaks a job"
  exit 1
fi

seed() {
  printf '%s' "$2" >"$tmp/corpus/$1"
}
settings='"settings":{"genre":3,"title":"t"},"trim":{"trim":-3,"frames":9}'
request='"request":{"upload_url":"https://h/a"}'
track='{"id":"a","audio_url":"https://h/b","ready":true}'
rest="$settings,$request,\"task\":{\"stage\":\"first\",\"tracks\":[$track]}"
id='"take_id":"20261122T101340Z-1a2b3c4d"'
sent='"task_id":"b87","price":12,"credits":671.92'
result='{"file":"T (A).wav","frames":7,"loudness_lufs":null}'
variant='{"fetched":true,"delivered":"a.mp3","placed":true,"result":'$result'}'
seed new '{"backline":1,"state":"captured",'"$id"',"number":1,'"$rest"',
"variants":[]}'
seed sent '{"backline":1,"state":"submitted","error":0,'"$id"',"number":2,
'"$sent,$rest"',"variants":['"$variant"']}'

if ASAN_OPTIONS=detect_leaks=1 "$tmp/fuzz_journal" -max_total_time=10 \
  -timeout=5 -rss_limit_mb=1024 -max_len=4096 -seed=1 \
  -artifact_prefix="$tmp/" "$tmp/corpus" >"$tmp/fuzz.log" 2>&1; then
  grep -E '^Done|stat::' "$tmp/fuzz.log" | sed 's/^/# /'
  echo "ok 2 - no journal breaks a job"
else
  tail -n 40 "$tmp/fuzz.log" | sed 's/^/# /'
  echo "not ok 2 - no journal breaks a job"
  exit 1
fi
