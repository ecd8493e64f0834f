#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""What the objects of run() may call, by the symbols that they name."""

import os
import re
import subprocess
import sys

BUILD = os.environ['BL_BUILD']

# Neither allocates, locks nor enters the kernel; clock_gettime goes through
# the vDSO, clock_nanosleep is the wait of DESIGN 3
LIBC = {
    'clock_gettime', 'clock_nanosleep', 'fabs', 'fabsf', 'floor', 'llrint',
    'llround', 'log10f', 'lrint', 'memcpy', 'memmove', 'memset', 'powf',
    'rint', 'round', 'trunc',
}

# Functions of base/ that run() may call: file -> names; what they call in turn
# is looked up below
BASE = {
    'ring': r'bl_ring_(?!new$|free$)\w+',
    'params': r'bl_param_clamp|bl_params',
    'protocol': r'bl_protocol_(kind|is_command)|bl_object_(begin|next)',
    'thread': r'bl_time_monotonic',
    'samples': r'bl_samples_\w+',
}

COMPILER = re.compile(r'^(_GLOBAL_OFFSET_TABLE_|__stack_chk_fail|__asan_\w+|'
                      r'__tsan_\w+|__ubsan_\w+|__memcpy_chk|__memmove_chk|'
                      r'__memset_chk)$')


def symbols(archive, kind):
    """Object -> symbols of an archive: 'undefined' or 'defined'."""
    text = subprocess.check_output(
        ['nm', '--%s-only' % kind, archive], text=True)
    found, current = {}, None
    for line in text.splitlines():
        if line.endswith(':'):
            current = line[:-1].split('.c.')[0]
            found[current] = set()
        elif line.strip():
            found[current].add(line.split()[-1])
    return found


def strangers():
    """Names that rt/ uses and that no list allows."""
    archive = os.path.join(BUILD, 'plugin', 'librealtime.a')
    used = symbols(archive, 'undefined')
    own = set().union(*symbols(archive, 'defined').values())
    base = re.compile('^(%s)$' % '|'.join(BASE.values()))
    return sorted('%s: %s' % (unit, name)
                  for unit, names in used.items() for name in names
                  if name not in own and name not in LIBC
                  and not base.match(name) and not COMPILER.match(name))


def calls(source):
    """Function -> names it calls, of a file of base/, by machine code."""
    name = 'liblv2base.a' if source == 'protocol' else 'libbackline.a'
    text = subprocess.check_output(
        ['objdump', '-dr', '--no-show-raw-insn',
         os.path.join(BUILD, 'plugin', name)], text=True)
    found, unit, function = {}, None, None
    for line in text.splitlines():
        head = re.match(r'^(\w+)\.c\.\d+\.o:', line)
        start = re.match(r'^[0-9a-f]+ <([\w.]+)>:', line)
        call = (re.search(r'R_\w+_(?:PLT32|CALL26|JUMP26|GOTPCRELX?|'
                          r'REX_GOTPCRELX)\s+(\w+)', line) or
                re.search(r'\b(?:call|jmp|bl?)\s+[0-9a-f]+ <([\w.]+)>', line))
        if head:
            unit = head.group(1)
        elif start:
            function = start.group(1)
            if unit == source:
                found[function] = set()
        elif call and unit == source:
            found[function].add(call.group(1))
    return found


def reached(graph, roots):
    """(caller, callee) pairs that leave the file, from these functions on."""
    todo, seen = [f for f in graph if re.match(roots + '$', f)], set()
    leaving = set()
    while todo:
        function = todo.pop()
        if function in seen:
            continue
        seen.add(function)
        for callee in graph[function]:
            if callee in graph:
                todo.append(callee)
            else:
                leaving.add((function, callee))
    return len(seen), leaving


def strange_calls():
    """Calls out of those functions that no list allows."""
    bad = []
    base = re.compile('^(%s)$' % '|'.join(BASE.values()))
    for source, functions in BASE.items():
        count, leaving = reached(calls(source), '(?:%s)' % functions)
        if not count:
            bad.append('%s: none of its functions was found' % source)
        bad += ['%s: %s calls %s' % (source, caller, name)
                for caller, name in sorted(leaving)
                if name not in LIBC and not COMPILER.match(name)
                and not base.match(name) and name != 'bl_protocol_fields']
    return bad


def main():
    """Two cases of TAP."""
    cases = (('rt/ calls nothing but what may be called', strangers()),
             ('what it calls in base/ does neither', strange_calls()))
    print('1..%d' % len(cases))
    for number, (name, bad) in enumerate(cases, 1):
        print('%sok %d - %s' % ('not ' if bad else '', number, name))
        for line in bad:
            print('# ' + line)
    return 1 if any(bad for _, bad in cases) else 0


if __name__ == '__main__':
    sys.exit(main())
