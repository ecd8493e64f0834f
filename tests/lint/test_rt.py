#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""Functions tagged BL_THREAD_RT live where run()'s code lives."""

import re

import common

# Definitions may be in rt/, in the plugin's delegating files, or here
SAFE_BASE = ('plugin/base/ring.c', 'plugin/base/params.c',
             'plugin/base/protocol.c', 'plugin/base/capture_link.c')
DELEGATING = ('plugin/plugin.c', 'plugin/instance.c')

# Its functions belong to a side of the ring, not to a thread
BY_SIDE = ('plugin/base/ring.h',)

NAME = re.compile(r'\b(bl_\w+)\s*\(')


def tagged(name):
    """Functions that a header tags BL_THREAD_RT."""
    for part in common.code(name).split('BL_THREAD_RT')[1:]:
        match = NAME.search(part.split(';')[0].split('{')[0])
        if match:
            yield match.group(1)


def definitions():
    """Function name -> file that defines it."""
    found = {}
    for name in common.files('.c', under='plugin'):
        for match in re.finditer(r'^(bl_\w+)\s*\(', common.code(name), re.M):
            found[match.group(1)] = name
    return found


def test_place():
    """BL_THREAD_RT functions are defined in rt/ or RT-safe base files"""
    where = definitions()
    bad = []
    for header in common.files('.h', under='plugin'):
        if header == 'plugin/base/attributes.h':
            continue
        for function in tagged(header):
            place = where.get(function)
            if place and not place.startswith('plugin/rt/') \
                    and place not in SAFE_BASE + DELEGATING:
                bad.append('%s is defined in %s' % (function, place))
    return bad


def test_tags():
    """Every function of a header of plugin/ has a thread tag"""
    bad = []
    for header in common.files('.h', under='plugin'):
        if header in BY_SIDE:
            continue
        text = re.sub(r'^\s*#.*(?:\\\n.*)*', '', common.code(header),
                      flags=re.M)
        for match in re.finditer(r'[^;{}]*?\b(bl_\w+)\s*\([^;{}]*\)\s*[;{]',
                                 text):
            if 'BL_THREAD_' not in match.group(0) \
                    and 'typedef' not in match.group(0):
                bad.append('%s: %s' % (header, match.group(1)))
    return bad


if __name__ == '__main__':
    common.run([test_place, test_tags])
