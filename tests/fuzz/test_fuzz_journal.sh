#!/bin/sh
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 120

# Build the libFuzzer target of job/journal_json.c and run it for ten seconds.

claim='no journal breaks a job'
# shellcheck source=tests/fuzz/fuzz.sh
. "$(dirname "$0")/fuzz.sh"

fuzz_build fuzz_journal libcjson plugin/job/journal_json.c \
  plugin/job/journal_files.c plugin/job/fields.c plugin/job/job.c \
  plugin/job/job_state.c plugin/service/extra.c plugin/service/part.c \
  plugin/take/store.c plugin/take/take.c plugin/take/take_json.c \
  plugin/base/params.c plugin/base/paths.c plugin/base/status.c \
  plugin/base/log.c

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
part='{"url":"https://h/c","fetched":true,"delivered":"d.wav","placed":true,'
part="$part\"result\":$result}"
of='"of":{"job":2,"variant":1,"task_id":"b87","audio_id":"a"}'
seed stems '{"backline":2,"state":"placed","kind":"stems",'"$id"',"number":3,
"service":"kie",'"$sent,$settings,$of"',"request":{"title":"T"},
"task":{"stage":"complete"},"variants":[],"parts":{"drums":'"$part"'}}'

export ASAN_OPTIONS=detect_leaks=1
fuzz_run 10 4096
