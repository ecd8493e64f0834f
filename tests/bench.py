#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""Runs the benchmarks and prints what they measured as one table.

Usage: bench.py [--build DIR] [--only PATTERN]

Every tests/bench/bench_*.c (built), bench_*.sh and bench_*.py prints lines

    bench NAME VALUE UNIT LIMIT MEANING...

NAME has no blanks; VALUE is a number, mostly a ratio of two things measured
in the same run; LIMIT is `<=X` or `>=X` (the promise), or `-`; the rest says
what the value means.  Other lines are shown as they are.  The exit code says
whether every promise was kept.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import runner

LINE = re.compile(r'^bench (\S+) (\S+) (\S+) (-|[<>]=\S+) (.*)$')
TIMEOUT = 600


def find(build, only):
    """(name, program) of each benchmark."""
    folder = os.path.join(runner.TOP, 'tests', 'bench')
    found = []
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        stem, ext = os.path.splitext(name)
        if re.match(r'^bench_\w+\.(c|sh|py)$', name) \
                and (not only or re.search(only, stem)):
            found.append((stem, os.path.join(build, 'tests', 'bench', stem)
                          if ext == '.c' else os.path.join(folder, name)))
    return found


def run(program, build):
    """What a benchmark printed, and its exit code (None: it took too long)."""
    scratch = tempfile.mkdtemp(prefix='backline-')
    child = subprocess.Popen([program], env=runner.environment(build, scratch),
                             cwd=scratch, stdin=subprocess.DEVNULL, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             start_new_session=True)
    try:
        output = child.communicate(timeout=TIMEOUT)[0]
        code = child.returncode
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        output, code = child.communicate()[0], None
    runner.kill_all(child.pid, scratch)
    shutil.rmtree(scratch, ignore_errors=True)
    return output, code


def kept(value, limit):
    """Was the promise kept?"""
    if limit == '-':
        return True
    bound = float(limit[2:])
    return value <= bound if limit[0] == '<' else value >= bound


def read(output):
    """Rows of the table, and the other lines."""
    rows, others = [], []
    for line in output.splitlines():
        match = LINE.match(line)
        try:
            rows.append(match.groups() + (kept(float(match.group(2)),
                                               match.group(4)),))
        except (AttributeError, ValueError):
            others.append(line)
    return rows, others


def table(rows):
    """The rows as Markdown, ready for README.md."""
    lines = ['| measure | value | promise | kept | what it is |',
             '|---|---:|---:|---|---|']
    lines += ['| %s | %s %s | %s | %s | %s |' %
              (name, value, unit, limit, 'yes' if good else '**no**', meaning)
              for name, value, unit, limit, meaning, good in rows]
    return '\n'.join(lines)


def main():
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--build', default=os.path.join(runner.TOP, 'build'))
    parser.add_argument('--only', help='a regular expression')
    args = parser.parse_args()

    rows, failed = [], False
    for name, program in find(os.path.abspath(args.build), args.only):
        print('%s ...' % name, flush=True)
        output, code = run(program, os.path.abspath(args.build))
        measured, others = read(output)
        rows += measured
        for line in others:
            print('  ' + line)
        if code != 0 or not measured:
            failed = True
            print('  %s: %s' % (name, 'timed out' if code is None else
                                'exit code %d, %d values' %
                                (code, len(measured))))
    print(table(rows))
    return 1 if failed or not rows or not all(r[-1] for r in rows) else 0


if __name__ == '__main__':
    sys.exit(main())
