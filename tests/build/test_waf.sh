#!/bin/sh
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 300
#
# The script `waf`: it works from anywhere, finds or unpacks waf in one step,
# survives newer Pythons and says what is missing.

# shellcheck disable=SC2317 # the cases are called by check

set -u

number=0
failed=0
log=$BL_TMP/log

# check NAME COMMAND...: one case; its log is shown where it fails
check() {
  name=$1
  shift
  number=$((number + 1))
  if "$@" >"$log" 2>&1; then
    echo "ok $number - $name"
  else
    echo "not ok $number - $name"
    sed 's/^/# /' "$log"
    failed=1
  fi
}

# A checkout of its own, in a path with a space, with a waf that is unpacked
copy="$BL_TMP/a b/backline"
mkdir -p "$copy/build"
(cd "$BL_TOP" && tar -c --exclude=./build --exclude=./.git \
  --exclude='./.lock-waf*' .) | tar -x -C "$copy"
if [ ! -d "$BL_TOP/build/waf/waflib" ]; then
  (cd "$BL_TOP" && ./waf --version)
fi
unpacked=$BL_TOP/build/waf

# tools DIR NAME...: a PATH that holds only these programs
tools() {
  dir=$1
  shift
  mkdir -p "$dir"
  for tool in "$@"; do
    ln -sf "$(command -v "$tool")" "$dir/$tool"
  done
}

# script PATH: make a program of what comes on standard input
script() {
  cat >"$1"
  chmod +x "$1"
}

is_tidy() {
  shellcheck "$BL_TOP/waf" && dash -n "$BL_TOP/waf"
}

# What a stub of apt-get hands out: a Debian package with waf inside
make_deb() {
  root=$BL_TMP/deb/usr/lib/python3/dist-packages/xpdeint/waf
  mkdir -p "$root" "$BL_TMP/deb/DEBIAN"
  cp -R "$unpacked/waflib" "$root/"
  printf 'Package: xmds2\nVersion: 3\nArchitecture: all\n%s\n' \
    'Maintainer: nobody <nobody@invalid>
Description: stands in for xmds2' >"$BL_TMP/deb/DEBIAN/control"
  dpkg-deb --build "$BL_TMP/deb" "$BL_TMP/xmds2_3_all.deb" >/dev/null
}

# apt-get that is cut off in the middle of a download
interrupted_leaves_nothing() {
  mkdir -p "$BL_TMP/broken"
  script "$BL_TMP/broken/apt-get" <<STUB
#!/bin/sh
head -c 5000 "$BL_TMP/xmds2_3_all.deb" >xmds2_3_all.deb
kill -TERM \$PPID
exit 1
STUB
  ! PATH=$BL_TMP/broken:$PATH "$copy/waf" --version &&
    [ ! -e "$copy/build/waf" ] &&
    [ -z "$(find "$copy/build" -name 'unpack.*')" ]
}

truncated_leaves_nothing() {
  script "$BL_TMP/broken/apt-get" <<STUB
#!/bin/sh
head -c 5000 "$BL_TMP/xmds2_3_all.deb" >xmds2_3_all.deb
STUB
  ! PATH=$BL_TMP/broken:$PATH "$copy/waf" --version &&
    [ ! -e "$copy/build/waf" ]
}

unpacks() {
  mkdir -p "$BL_TMP/apt"
  script "$BL_TMP/apt/apt-get" <<STUB
#!/bin/sh
cp "$BL_TMP/xmds2_3_all.deb" .
STUB
  PATH=$BL_TMP/apt:$PATH "$copy/waf" --version &&
    [ -d "$copy/build/waf/waflib" ]
}

works_through_link() {
  ln -sf "$copy/waf" "$BL_TMP/link"
  ln -sf link "$BL_TMP/link2"
  (cd / && "$BL_TMP/link2" configure --debug build --targets=backline) &&
    [ -f "$copy/build/plugin/libbackline.a" ]
}

# Both modules out of Python's own library; our stand-ins stay visible
works_without_modules() {
  mkdir -p "$BL_TMP/block"
  cat >"$BL_TMP/block/sitecustomize.py" <<'PYTHON'
import sys
import sysconfig
from importlib.machinery import PathFinder


class Block:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name not in ('imp', 'pipes'):
            return None
        library = sysconfig.get_paths()['stdlib']
        places = [p for p in sys.path if not p.startswith(library)]
        spec = PathFinder.find_spec(name, places)
        if spec is None:
            raise ModuleNotFoundError('No module named %r' % name, name=name)
        print('stand-in for', name, spec.origin)
        return spec


sys.meta_path.insert(0, Block)
sys.modules.pop('imp', None)
sys.modules.pop('pipes', None)
PYTHON
  ! PYTHONPATH=$BL_TMP/block python3 -c 'import imp' &&
    ! PYTHONPATH=$BL_TMP/block python3 -c 'import pipes' &&
    PYTHONPATH=$BL_TMP/block "$copy/waf" configure --debug \
    >"$BL_TMP/blocked" 2>&1 &&
    grep 'stand-in for imp .*build/waf/stand-ins' "$BL_TMP/blocked" &&
    PYTHONPATH=$BL_TMP/block:$copy/build/waf:$copy/build/waf/stand-ins python3 \
      -c 'import pipes; from waflib.extras import clang_compilation_database' &&
    PYTHONPATH=$BL_TMP/block "$copy/waf" build --targets=lv2base
}

uses_installed() {
  mkdir -p "$BL_TMP/installed"
  script "$BL_TMP/installed/waf" <<'STUB'
#!/bin/sh
[ "$1" = --version ] && echo 'waf 2.1.0 (abc)' && exit
echo "installed waf does $*"
STUB
  PATH=$BL_TMP/installed:$PATH "$copy/waf" build --debug |
    grep -x 'installed waf does build --debug'
}

uses_importable() {
  PATH=$BL_TMP/broken:$PATH \
    PYTHONPATH=$unpacked:$unpacked/stand-ins "$BL_TMP/bare/waf" --version
}

# One sentence, for three distributions, and no Python
says_python() {
  tools "$BL_TMP/nothing" sh dirname readlink sed tr cmp
  ! PATH=$BL_TMP/nothing "$copy/waf" build >"$BL_TMP/said" 2>&1 || return 1
  cat "$BL_TMP/said"
  grep -q 'Debian.*apt install python3.*Fedora.*dnf.*Arch.*pacman' \
    "$BL_TMP/said" && [ "$(wc -l <"$BL_TMP/said")" -eq 1 ]
}

says_waf() {
  tools "$BL_TMP/nothing" python3 mkdir mktemp rm
  ! PATH=$BL_TMP/nothing "$BL_TMP/bare/waf" build >"$BL_TMP/said" 2>&1 ||
    return 1
  cat "$BL_TMP/said"
  grep -q 'Fedora.*Arch.*pip install waf' "$BL_TMP/said"
}

# Without apt: which packages the demo and the check need
says_packages() {
  rm -f "$BL_TMP/nothing/python3"
  tools "$BL_TMP/nothing" date
  for command in demo check; do
    ! PATH=$BL_TMP/nothing "$copy/waf" "$command" >"$BL_TMP/said" 2>&1 ||
      return 1
    cat "$BL_TMP/said"
    grep -q 'no apt here.*libcurl4-openssl-dev.*liblilv-dev' "$BL_TMP/said" ||
      return 1
  done
  grep -q 'ardour' "$BL_TMP/said"
}

# With apt, not root: sudo, no questions, only what is missing
installs() {
  mkdir -p "$BL_TMP/install"
  script "$BL_TMP/install/id" <<'STUB'
#!/bin/sh
echo 1000
STUB
  script "$BL_TMP/install/sudo" <<'STUB'
#!/bin/sh
echo "sudo $*" >>"$APT_LOG"
exec "$@"
STUB
  script "$BL_TMP/install/apt-get" <<'STUB'
#!/bin/sh
echo "apt-get ($DEBIAN_FRONTEND) $*" >>"$APT_LOG"
[ "$1" = update ] || exit 7
STUB
  script "$BL_TMP/install/dpkg-query" <<'STUB'
#!/bin/sh
echo 'python3 ii '
echo 'libcairo2-dev hi '
echo 'lv2-dev rc '
STUB
  script "$BL_TMP/install/debconf-set-selections" <<'STUB'
#!/bin/sh
sed 's/^/debconf: /' >>"$APT_LOG"
STUB
  APT_LOG=$BL_TMP/apt.log
  export APT_LOG
  ! PATH=$BL_TMP/install:$PATH "$copy/waf" check </dev/null || return 1
  cat "$APT_LOG"
  grep -q '^sudo env DEBIAN_FRONTEND=noninteractive apt-get inst' "$APT_LOG" &&
    grep -q '^debconf: jackd2 jackd/tweak_rt_limits boolean' "$APT_LOG" &&
    grep '^apt-get (noninteractive) install' "$APT_LOG" >"$BL_TMP/said" &&
    grep -q ' -y ' "$BL_TMP/said" && grep -q ' lv2-dev' "$BL_TMP/said" &&
    grep -q ' ardour' "$BL_TMP/said" && ! grep -q ' python3 ' "$BL_TMP/said" &&
    ! grep -q 'libcairo2-dev' "$BL_TMP/said" &&
    [ "$(wc -l <"$BL_TMP/said")" = 1 ]
}

# What is installed lands where it was asked for
installs_bundle() {
  LV2DIR=/somewhere/lv2 "$copy/waf" configure --debug --prefix=/opt/backline &&
    "$copy/waf" install --destdir="$BL_TMP/dest" || return 1
  find "$BL_TMP/dest" -type f
  for file in somewhere/lv2/backline.lv2/backline.so \
    somewhere/lv2/backline.lv2/manifest.ttl opt/backline/bin/backline \
    opt/backline/bin/backline-band opt/backline/share/man/man1/backline.1; do
    [ -f "$BL_TMP/dest/$file" ] || { echo "no $file" && return 1; }
  done
  ! find "$BL_TMP/dest" -name '*.a' -o -name 'test_*' | grep .
}

# A command that comes to nothing is not said to have succeeded before
claims_nothing() {
  for step in configure lint; do
    PATH=$BL_TMP/broken:$PATH \
      PYTHONPATH=$unpacked:$unpacked/stand-ins "$BL_TMP/bare/waf" "$step"
    echo "exit $?"
  done >"$BL_TMP/said" 2>&1
  cat "$BL_TMP/said"
  grep -q "'configure' finished successfully" "$BL_TMP/said" &&
    [ "$(tail -n 1 "$BL_TMP/said")" != 'exit 0' ] &&
    ! grep "'lint' finished successfully" "$BL_TMP/said"
}

# Only the script, and no build folder
mkdir -p "$BL_TMP/bare"
cp "$copy/waf" "$copy/wscript" "$BL_TMP/bare/"
make_deb

echo 1..14
check 'shellcheck and dash have nothing to say' is_tidy
check 'an interrupted download leaves nothing behind' interrupted_leaves_nothing
check 'half a package leaves nothing behind' truncated_leaves_nothing
check 'waf is unpacked from xmds2' unpacks
check 'works from elsewhere, through links, in a path with a space' \
  works_through_link
check 'works without the modules imp and pipes' works_without_modules
check 'an installed waf is used' uses_installed
check 'an importable waflib is used' uses_importable
check 'without Python one sentence says what to install' says_python
check 'without waf one sentence says what to install' says_waf
check 'without apt demo and check name their packages' says_packages
check 'with apt only what is missing is installed, without questions' installs
check 'install puts everything where it was asked for' installs_bundle
check 'nothing succeeds before it has' claims_nothing
exit $failed
