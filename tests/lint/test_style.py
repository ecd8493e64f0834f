#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 1200
# patient

"""clang-format, clang-tidy and shellcheck have nothing to say."""

import concurrent.futures
import hashlib
import os
import re
import subprocess

import common

JOBS = 2
CHUNK = 6  # files for one clang-tidy process


def said(command):
    """Lines that a checker wrote, if it failed."""
    result = subprocess.run(command, cwd=common.TOP, text=True, check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    lines = result.stdout.splitlines()
    return lines or ['exit code %d' % result.returncode] \
        if result.returncode else []


def test_format():
    """clang-format would change nothing"""
    return said(['clang-format', '--dry-run', '-Werror']
                + common.files('.c', '.h'))


def include_flags():
    """What the compiler is given, but for warnings."""
    names = subprocess.check_output(['pkg-config', '--list-all'],
                                    text=True).split('\n')
    known = {line.split(' ')[0] for line in names}
    wanted = [p for p in (
        'lv2', 'libcurl', 'libcjson', 'sndfile', 'samplerate', 'libebur128',
        'libmicrohttpd', 'fluidsynth', 'kissfft-float', 'lilv-0', 'cairo',
        'pangocairo', 'x11', 'xcb', 'cmocka', 'libseccomp', 'jack')
              if p in known]
    flags = subprocess.check_output(['pkg-config', '--cflags'] + wanted,
                                    text=True).split()
    return ['-std=c11', '-D_GNU_SOURCE', '-DBL_VERSION="0"',
            '-DBL_BINDIR="/"', '-Iplugin', '-Iband', '-Icli', '-Iui',
            '-Itests'] + sorted(set(flags))


def stamp(name, flags, checker):
    """Where it is noted that clang-tidy had nothing to say about this text.

    Its name is made of all that clang-tidy sees: its version and settings, and
    the file with everything it includes, comments and lines as they stand.
    """
    text = subprocess.run(['clang', '-E', '-C'] + flags + [name],
                          cwd=common.TOP, check=False,
                          stdout=subprocess.PIPE).stdout
    return os.path.join(common.BUILD, 'tidy',
                        hashlib.sha256(checker + text).hexdigest())


def tidy(stamps, flags):
    """Warnings of clang-tidy about these files; they are noted if none."""
    lines = said(['clang-tidy', '--quiet', '--warnings-as-errors=*']
                 + list(stamps) + ['--'] + flags)
    if not lines:
        for path in stamps.values():
            with open(path, 'w', encoding='utf-8'):
                pass
    return [line for line in lines
            if re.search(r': (warning|error): ', line)] or lines[:20]


def test_tidy():
    """clang-tidy finds nothing in what the user runs"""
    names = [n for n in common.files('.c') if not n.startswith('tests/')]
    names.sort(key=lambda n: -os.path.getsize(os.path.join(common.TOP, n)))
    flags = include_flags()
    checker = subprocess.check_output(['clang-tidy', '--version']) \
        + common.read('.clang-tidy').encode() + ' '.join(flags).encode()
    os.makedirs(os.path.join(common.BUILD, 'tidy'), exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        stamps = dict(zip(names, pool.map(
            lambda name: stamp(name, flags, checker), names)))
        left = [n for n in names if not os.path.exists(stamps[n])]
        parts = max(1, len(left) // CHUNK)
        return sum(pool.map(
            lambda i: tidy({n: stamps[n] for n in left[i::parts]}, flags),
            range(parts if left else 0)), [])


def test_shell():
    """shellcheck finds nothing in the scripts"""
    scripts = [n for n in common.files()
               if n.endswith('.sh') or n in ('waf', '.ci/run')]
    return said(['shellcheck', '-x'] + scripts)


def test_python():
    """All Python compiles, without warnings"""
    bad = []
    for name in common.files('.py', 'wscript'):
        bad += said(['python3', '-W', 'error', '-c',
                     'import sys; compile(open(sys.argv[1]).read(), '
                     'sys.argv[1], "exec")', name])
    return bad


if __name__ == '__main__':
    common.run([test_format, test_tidy, test_shell, test_python])
