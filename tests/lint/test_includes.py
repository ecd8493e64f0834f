#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 240

"""Includes point one way (DESIGN section 1), and headers stand alone."""

import concurrent.futures
import os
import re
import subprocess

import common

# Folder of plugin/ -> folders that its files may include; '' is plugin/ itself
MAY = {
    'base': {'base'},
    'rt': {'rt', 'base'},
    'service': {'service', 'base'},
    'result': {'result', 'base'},
    'take': {'take', 'service', 'result', 'base'},
    'job': {'job', 'take', 'service', 'result', 'base'},
    '': {'', 'rt', 'take', 'job', 'service', 'result', 'base'},
}

# Other programs: top folder -> folders of plugin/ that they may include
PROGRAMS = {
    'ui': {'base'},
    'band': {'base', 'take', 'job', 'service', 'result'},
    'cli': {'base', 'take', 'job', 'service', 'result'},
}

# base/ files that know LV2, for the plugin and the UI only
LV2_BASE = ('base/urids', 'base/protocol')
NO_LV2 = ('base', 'take', 'job', 'service', 'result')

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)', re.M)


def includes(name):
    """(project header or None, system header or None) of each #include."""
    text = re.sub(r'/\*.*?\*/', '', common.read(name), flags=re.DOTALL)
    return [(m.group(1), m.group(2)) for m in INCLUDE.finditer(text)]


def place(name):
    """('plugin', 'rt') for plugin/rt/run.c, ('ui', '') for ui/view.c."""
    parts = name.split('/')
    return parts[0], parts[1] if len(parts) > 2 else ''


def target(header):
    """Folder of plugin/ that an included path names."""
    return header.split('/')[0] if '/' in header else ''


def is_own(top, header):
    """Is it a header of the program itself, included from its folder or top?
    """
    return any(os.path.exists(os.path.join(common.TOP, folder, header))
               for folder in (top, ''))


def test_direction():
    """Includes point one way"""
    bad = []
    for name in common.files('.c', '.h'):
        top, folder = place(name)
        if top == 'plugin':
            allowed = MAY.get(folder)
        elif top in PROGRAMS:
            allowed = PROGRAMS[top]
        else:
            continue
        if allowed is None:
            bad.append('%s: no rule for this folder' % name)
            continue
        bad += ['%s must not include %s' % (name, header)
                for header, _ in includes(name)
                if header and target(header) not in allowed
                and not (top in PROGRAMS and is_own(top, header))]
    return bad


def test_no_lv2():
    """The static library knows no LV2"""
    bad = []
    for name in common.files('.c', '.h', under='plugin'):
        folder = place(name)[1]
        if folder not in NO_LV2 or name[len('plugin/'):].startswith(LV2_BASE):
            continue
        for header, system in includes(name):
            if (header or '').startswith(LV2_BASE) \
                    or (system or '').startswith('lv2'):
                bad.append('%s includes %s' % (name, header or system))
    return bad


def test_own_header_first():
    """Each .c includes its own header first (or that one's private part)"""
    bad = []
    for name in common.files('.c'):
        own = name[:-2] + '.h'
        if not os.path.exists(os.path.join(common.TOP, own)):
            continue
        first = includes(name)[0][0] if includes(name) else None
        stem = os.path.basename(own)[:-2]
        if os.path.basename(first or '') not in (stem + '.h', stem + '_priv.h',
                                                 stem + '_impl.h'):
            bad.append('%s: begins with %s' % (name, first))
    return bad


def compile_alone(name):
    """Complaints of the compiler about a header by itself."""
    libraries = ['lv2', 'sndfile', 'libmicrohttpd', 'lilv-0', 'cairo',
                 'libcurl', 'libcjson', 'fluidsynth', 'kissfft-float',
                 'samplerate', 'libebur128', 'x11', 'pangocairo']
    found = [p for p in libraries if not subprocess.call(
        ['pkg-config', '--exists', p])]
    flags = subprocess.check_output(
        ['pkg-config', '--cflags'] + found, text=True).split()
    roots = ['-Iplugin', '-Iband', '-Icli', '-Iui', '-Itests', '-I.']
    result = subprocess.run(
        ['gcc', '-std=c11', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Wpedantic',
         '-Wundef', '-Werror', '-fsyntax-only', '-x', 'c', '-'] + roots + flags,
        input='#include "%s"\nextern int bl_not_empty;\n' % name,
        cwd=common.TOP, capture_output=True, text=True, check=False)
    return ['%s: %s' % (name, line) for line in result.stderr.splitlines()]


def test_alone():
    """Each header compiles by itself"""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return sum(pool.map(compile_alone, common.files('.h')), [])


def test_guards():
    """Each header has a guard that is made from its path"""
    bad = []
    for name in common.files('.h'):
        text = common.read(name)
        guards = ['BL_' + re.sub(r'\W', '_', path).upper()
                  for path in (re.sub(r'^(plugin|tests)/', '', name), name,
                               re.sub(r'^tests/\w+/', 'tests/', name))]
        if not any('#ifndef %s\n#define %s\n' % (g, g) in text
                   for g in guards):
            bad.append('%s: guard should be %s' % (name, guards[0]))
    return bad


if __name__ == '__main__':
    common.run([test_direction, test_no_lv2, test_own_header_first,
                test_alone, test_guards])
