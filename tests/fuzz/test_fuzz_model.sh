#!/bin/sh
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 120

# Build the libFuzzer target of the window's model and run it for fifteen
# seconds.

echo "1..2"
top=${BL_TOP:-$(dirname "$0")/../..}
tmp=${BL_TMP:-$(mktemp -d)}
mkdir -p "$tmp/seeds" "$tmp/corpus"

# shellcheck disable=SC2046 # the flags are words
if clang -std=c11 -g -O1 -fsanitize=fuzzer,address,undefined \
  -fno-sanitize-recover=undefined -D_GNU_SOURCE -I"$top/plugin" -I"$top/ui" \
  $(pkg-config --cflags lv2) \
  "$top/tests/fuzz/fuzz_model.c" "$top/ui/model.c" "$top/ui/model_hear.c" \
  "$top/plugin/base/protocol.c" "$top/plugin/base/protocol_fields.c" \
  "$top/plugin/base/text.c" "$top/plugin/base/urids.c" \
  "$top/plugin/base/params.c" "$top/plugin/base/status.c" \
  -o "$tmp/fuzz_model" -lm >"$tmp/build.log" 2>&1; then
  echo "ok 1 - the fuzzer builds"
else
  sed 's/^/# /' "$tmp/build.log"
  echo "not ok 1 - the fuzzer builds"
  echo "not ok 2 - no message breaks the model"
  exit 1
fi

# Seeds of fuzz_protocol, each with its length before it, and all in a row
"$BL_BUILD/tests/tools/atoms" "$tmp/seeds" || exit 1
python3 - "$tmp/seeds" "$tmp/corpus" <<'EOF' || exit 1
import os
import struct
import sys
seeds, corpus = sys.argv[1:]
row = b''
for name in sorted(os.listdir(seeds)):
    with open(os.path.join(seeds, name), 'rb') as seed:
        data = seed.read()
    if data[0] == 1:
        record = struct.pack('<H', len(data) - 1) + data[1:]
        row += record
        with open(os.path.join(corpus, name), 'wb') as out:
            out.write(record)
assert row, 'no seeds'
with open(os.path.join(corpus, 'row'), 'wb') as out:
    out.write(row + row)
EOF

if "$tmp/fuzz_model" -max_total_time=15 -timeout=5 -rss_limit_mb=1024 \
  -max_len=16384 -seed=1 -artifact_prefix="$tmp/" "$tmp/corpus" \
  >"$tmp/fuzz.log" 2>&1; then
  grep -E '^Done|stat::' "$tmp/fuzz.log" | sed 's/^/# /'
  echo "ok 2 - no message breaks the model"
else
  tail -n 40 "$tmp/fuzz.log" | sed 's/^/# /'
  echo "not ok 2 - no message breaks the model"
  exit 1
fi
