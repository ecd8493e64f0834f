#!/bin/sh
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 120

# Build the libFuzzer target of the control and notify ports and run it for
# fifteen seconds.

claim='no atom breaks the ports'
# shellcheck source=tests/fuzz/fuzz.sh
. "$(dirname "$0")/fuzz.sh"

fuzz_build fuzz_protocol 'lv2 libcjson' plugin/rt/control.c \
  plugin/rt/notify.c plugin/state.c plugin/base/protocol.c \
  plugin/base/protocol_fields.c plugin/base/text.c plugin/base/urids.c \
  plugin/base/ring.c plugin/take/store.c plugin/take/take.c \
  plugin/take/take_json.c plugin/base/params.c plugin/base/paths.c \
  plugin/base/status.c plugin/base/log.c tests/support/uris.c

# A window's message as it is sent, one of each kind, and transport
"$BL_BUILD/tests/tools/atoms" "$tmp/corpus" || exit 1
export ASAN_OPTIONS=detect_leaks=0
fuzz_run 15 8192
