#!/bin/sh
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 1200
# patient
#
# Everything compiles without a warning, with gcc and with clang.  What the
# tests are made of clang compiles, as strictly, in tests/sanitize.

set -u
echo 1..2

# build COMPILER TARGETS: configure and build in a folder of its own
build() {
  WAFLOCK=.lock-waf-$1 CC=$1 "$BL_TOP/waf" -o "$BL_BUILD/$1" \
    configure --werror build --targets="$2" >"$BL_TMP/$1.log" 2>&1
}

# What a user gets; '' is everything
product=plugin,ui,ttl,groove_texts,backline-band,command

failed=0
number=0
for compiler in gcc clang; do
  number=$((number + 1))
  targets=
  [ "$compiler" = gcc ] || targets=$product
  if build "$compiler" "$targets"; then
    echo "ok $number - $compiler warns of nothing"
  else
    echo "not ok $number - $compiler warns of nothing"
    sed 's/^/# /' "$BL_TMP/$compiler.log" | grep -v 'Compiling\|Linking\|yes'
    failed=1
  fi
done
exit $failed
