#!/bin/sh
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 120

# The bundle as a user gets it: valid Turtle, one symbol, never unloaded,
# loads where the decimal point is a comma

bundle=$BL_BUILD/lv2/backline.lv2
binary=$bundle/backline.so
number=0
failed=0

# case NAME: the last command's exit code decides, $BL_TMP/said explains
case_of() {
  if [ "$?" -eq 0 ]; then
    result="ok"
  else
    result="not ok"
    failed=1
  fi
  number=$((number + 1))
  printf '%s %d - %s\n' "$result" "$number" "$1"
  if [ "$result" != ok ]; then
    sed 's/^/# /' "$BL_TMP/said"
  fi
}

echo 1..7

# The line about lv2core.doap.ttl is lv2_validate's own
lv2_validate "$bundle"/*.ttl >"$BL_TMP/said" 2>&1 &&
  grep -q '^Found 0 errors' "$BL_TMP/said" &&
  ! grep -v -e '^Found 0 errors' -e '^Skipping file /usr/lib/lv2/core.lv2/' \
    "$BL_TMP/said"
case_of "lv2_validate finds neither error nor warning"

symbols=$(nm -D --defined-only "$binary" | sed 's/.* //')
echo "$symbols" >"$BL_TMP/said"
[ "$symbols" = lv2_descriptor ]
case_of "lv2_descriptor is the only symbol that is exported"

readelf -d "$binary" >"$BL_TMP/said"
grep -q 'FLAGS_1.*NODELETE' "$BL_TMP/said"
case_of "it is never unloaded"

! grep -q -e RPATH -e RUNPATH -e TEXTREL "$BL_TMP/said"
case_of "no path of the machine that built it is in it"

nm -D --undefined-only "$binary" >"$BL_TMP/said"
! grep -E ' (fork|vfork|system|popen|setlocale|signal|XInitThreads)(@|$)' \
  "$BL_TMP/said"
case_of "it neither forks nor changes what is the process's"

lv2info urn:backline:lv2:mono >"$BL_TMP/said" 2>&1 &&
  lv2info urn:backline:lv2:stereo >>"$BL_TMP/said" 2>&1 &&
  [ "$(grep -c 'Has latency: *no' "$BL_TMP/said")" -eq 2 ] &&
  ! grep -q -e 'error:' -e 'warning:' "$BL_TMP/said"
case_of "lilv reads both plugins without a word, and without latency"

# Made here where the machine has none
mkdir -p "$BL_TMP/locale"
localedef -i de_DE -f UTF-8 "$BL_TMP/locale/de_DE.UTF-8" >"$BL_TMP/said" 2>&1
comma=$(LOCPATH=$BL_TMP/locale LC_ALL=de_DE.UTF-8 locale decimal_point)
[ "$comma" = , ] &&
  LOCPATH=$BL_TMP/locale LC_ALL=de_DE.UTF-8 BL_SET_LOCALE=1 \
    "$BL_BUILD/tests/plugin/test_state" >"$BL_TMP/said" 2>&1
case_of "state and presets are the same under LC_ALL=de_DE.UTF-8"

exit $failed
