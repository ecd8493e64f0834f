#!/bin/sh
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 120

# Build the libFuzzer target of the window's model and run it for fifteen
# seconds.

claim='no message breaks the model'
# shellcheck source=tests/fuzz/fuzz.sh
. "$(dirname "$0")/fuzz.sh"

fuzz_build fuzz_model lv2 ui/model.c ui/model_act.c ui/model_hear.c \
  ui/model_refine.c ui/model_results.c ui/model_shown.c ui/model_style.c \
  plugin/base/protocol.c plugin/base/protocol_fields.c plugin/base/text.c \
  plugin/base/urids.c plugin/base/params.c plugin/base/status.c \
  tests/support/uris.c

mkdir -p "$tmp/seeds"
# Seeds of fuzz_protocol, each with its length before it, and all in a row
"$BL_BUILD/tests/tools/atoms" "$tmp/seeds" || exit 1
python3 - "$tmp/seeds" "$tmp/corpus" <<'EOF' || exit 1
import os
import struct
import sys
seeds, corpus = sys.argv[1:]
row = b''
kinds = 0
# A text of the seeds that is no path, and one of the same length that is
text, path = b'20261122T101340Z-1a2b3c4d', b'/0261122T101340Z-1a2b3c4d'
for name in sorted(os.listdir(seeds)):
    with open(os.path.join(seeds, name), 'rb') as seed:
        data = seed.read()
    if data[0] == 1:
        if name == 'message17':  # bl:Result: its second text is the path
            first = data.index(text) + len(text)
            data = data[:first] + data[first:].replace(text, path, 1)
        record = struct.pack('<H', len(data) - 1) + data[1:]
        row += record
        kinds += 1
        with open(os.path.join(corpus, name), 'wb') as out:
            out.write(record)
assert kinds == 19, 'a seed for each kind of message'
acts = b''.join(struct.pack('<HBB', 2, what, 0) for what in range(0, 144, 7))
with open(os.path.join(corpus, 'row'), 'wb') as out:
    out.write(row + struct.pack('<HB', 1, 0) + acts + row + acts)
EOF

fuzz_run 15 16384
