#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 900
# alone

"""The window in a GTK host under the address and undefined sanitizers.

GTK and what it stands on leak by themselves, so a leak counts where one of
our own functions is on the way to it.
"""

import os
import re
import subprocess
import sys
import tempfile

import sanitize
from sanitize import runner

BUILD = os.path.join(sanitize.BUILD, 'asan')
OURS = re.compile(
    r'^ +#\d+ .*(?:(?<!tests)/(?:plugin|ui|tests/support)/[\w/]+\.[ch]:\d'
    r'|backline(?:_ui)?\.so)', re.M)
LIMIT = 700

OPTIONS = {
    # Whole stacks, through libraries without frame pointers
    'ASAN_OPTIONS': sanitize.OPTIONS['ASAN_OPTIONS']
                    + ':fast_unwind_on_malloc=0',
    'UBSAN_OPTIONS': sanitize.OPTIONS['UBSAN_OPTIONS'],
    'LSAN_OPTIONS': sanitize.OPTIONS['LSAN_OPTIONS'] + ':exitcode=0',
}


def run(*args):
    """(exit code, output) of the test in a suil host."""
    with tempfile.TemporaryDirectory(prefix='backline-') as scratch:
        done = subprocess.run(
            [os.path.join(BUILD, 'tests', 'ui', 'test_suil'), *args],
            env=dict(runner.environment(BUILD, scratch), **OPTIONS),
            cwd=scratch, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, check=False, timeout=LIMIT)
    return done.returncode, done.stdout.decode('utf-8', 'replace')


def leaks(output):
    """(all, ours): the leaks that were reported."""
    found = [block for block in output.split('\n\n')
             if re.match(r'(?:Direct|Indirect) leak of', block.lstrip())]
    return found, [block for block in found if OURS.search(block)]


def told(number, good, name, output):
    """One case; what was printed where it is not good."""
    print('%s %d - %s' % ('ok' if good else 'not ok', number, name))
    for line in [] if good else output.splitlines():
        print('#   ' + line)
    sys.stdout.flush()
    return good


def main():
    """All cases."""
    print('1..3')
    trouble = sanitize.build('address', 'asan')
    if not told(1, not trouble, 'everything builds', trouble):
        sys.exit(1)

    code, output = run('--leak')
    good = told(2, code == 0 and len(leaks(output)[1]) == 1,
                'a window that is lost on purpose is found', output)

    code, output = run()
    every, ours = leaks(output)
    print('# leaks: %d of others, %d of ours' % (len(every) - len(ours),
                                                 len(ours)))
    good &= told(3, code == 0 and not ours
                 and 'ok 2 - test_open_and_close' in output,
                 'sixty windows, closed in both orders, lose nothing', output)
    sys.exit(0 if good else 1)


main()
