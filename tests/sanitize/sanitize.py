# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""Builds everything with clang and a sanitizer, and runs the C tests on it.

A test that says `// no sanitizer: WHY` near its top (it forbids system calls,
or counts them) is left out.  By hand: tests/sanitize/test_thread.py [PATTERN]
"""

import concurrent.futures
import os
import re
import subprocess
import sys

TOP = os.environ.get('BL_TOP') or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, 'tests'))

import runner  # noqa: E402 pylint: disable=wrong-import-position

BUILD = os.environ.get('BL_BUILD') or os.path.join(TOP, 'build')
NOT_OURS = ('lint', 'hosts')  # they look at what a user gets
SLOW = 4  # times that a sanitized test may take longer

OPTIONS = {
    'ASAN_OPTIONS': 'detect_leaks=1:strict_string_checks=1:'
                    'detect_stack_use_after_return=1',
    'UBSAN_OPTIONS': 'print_stacktrace=1:halt_on_error=1',
    'TSAN_OPTIONS': 'halt_on_error=1:second_deadlock_stack=1:'
                    'suppressions=' + os.path.join(TOP, 'tests', 'sanitize',
                                                   'thread.supp'),
    'LSAN_OPTIONS': 'suppressions=' + os.path.join(TOP, 'tests', 'sanitize',
                                                   'leak.supp'),
}


def build(sanitizer, folder):
    """Build in build/FOLDER; what went wrong, or ''."""
    env = dict(os.environ, WAFLOCK='.lock-waf-' + folder)
    result = subprocess.run(
        [os.path.join(TOP, 'waf'), '-o', os.path.join(BUILD, folder),
         'configure', '--werror', '--sanitize=' + sanitizer, 'build'],
        cwd=TOP, env=env, text=True, check=False, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return result.stdout if result.returncode else ''


def wanted(test):
    """C tests that a sanitizer can watch."""
    if not test.source.endswith('.c') or test.folder in NOT_OURS:
        return False
    with open(test.source, encoding='utf-8') as text:
        head = text.read(2000)
    return not re.search(r'^// no sanitizer: ', head, re.M)


def main(sanitizer, folder):
    """Build, run, print one TAP case a test program; exit."""
    os.environ.update(OPTIONS)
    runner.give_up_on_signals()
    only = sys.argv[1] if len(sys.argv) > 1 else None
    tests = [t for t in runner.find(os.path.join(BUILD, folder), None, only)
             if wanted(t)]
    print('1..%d' % (1 + len(tests)))
    trouble = build(sanitizer, folder)
    print('%sok 1 - everything builds with -Werror and the %s sanitizer' %
          ('not ' if trouble else '', sanitizer), flush=True)
    if trouble:
        lines = [line for line in trouble.splitlines()
                 if not re.match(r'Checking|\[ *\d+/\d+\]', line)]
        print('\n'.join('# ' + line for line in lines[-60:]))
        sys.exit(1)

    def one(test):
        outcome, seconds = runner.run(test, os.path.join(BUILD, folder), SLOW)
        report(test, outcome, seconds)
        return outcome.failed

    with concurrent.futures.ThreadPoolExecutor(runner.JOBS) as pool:
        failed = list(pool.map(one, [t for t in tests if not t.alone]))
    failed += [one(t) for t in tests if t.alone]
    sys.exit(1 if any(failed) else 0)


def report(test, outcome, seconds):
    """One TAP line, with all output where the test failed."""
    lines = ['%sok - %s (%.1f s)' % ('not ' if outcome.failed else '',
                                     test.name, seconds)]
    if outcome.failed:
        lines += ['#   ' + line for line in
                  outcome.complaints + outcome.output.splitlines()]
    # At once: others report at the same time
    sys.stdout.write('\n'.join(lines) + '\n')
    sys.stdout.flush()
