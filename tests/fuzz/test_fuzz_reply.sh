#!/bin/sh
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 120

# Build the libFuzzer target of service/reply.c and run it for ten seconds.

claim='no input breaks a reply'
# shellcheck source=tests/fuzz/fuzz.sh
. "$(dirname "$0")/fuzz.sh"

fuzz_build fuzz_reply libcjson plugin/service/reply.c \
  plugin/service/record.c plugin/service/dialect.c plugin/service/extra.c \
  plugin/service/part.c \
  plugin/base/tags.c plugin/base/params.c plugin/base/status.c
cp "$top/tests/fuzz/reply/"*.json "$tmp/corpus/"
export ASAN_OPTIONS=detect_leaks=1
fuzz_run 10 4096
