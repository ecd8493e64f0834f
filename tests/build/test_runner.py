#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 120

"""The runner counts right, and lets nothing pass or live on that should not.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time

TOP = os.environ['BL_TOP']
TMP = os.environ['BL_TMP']
sys.path.insert(0, os.path.join(TOP, 'tests', 'lint'))

import common  # noqa: E402 pylint: disable=wrong-import-position


TREE = os.path.join(TMP, 'tree')


def prepare(tests):
    """Write scripts {name: body} beside a copy of the runner."""
    shutil.rmtree(TREE, ignore_errors=True)
    folder = os.path.join(TREE, 'tests', 'some')
    os.makedirs(folder)
    shutil.copy(os.path.join(TOP, 'tests', 'runner.py'),
                os.path.join(TREE, 'tests'))
    for name, body in tests.items():
        path = os.path.join(folder, 'test_%s.sh' % name)
        with open(path, 'w', encoding='utf-8') as text:
            text.write('#!/bin/sh\n' + body)
        os.chmod(path, 0o755)


def run_tests(tests, *arguments):
    """Run these by the copy of the runner: (code, output)."""
    prepare(tests)
    result = subprocess.run(
        [os.path.join(TREE, 'tests', 'runner.py'), *arguments], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return result.returncode, result.stdout


def expect(tests, code, last, *arguments):
    """Complaints where exit code or last line are not as they should be."""
    got, output = run_tests(tests, *arguments)
    line = output.splitlines()[-1] if output else ''
    if got == code and line == last:
        return []
    return ['expected %d, "%s"; got %d' % (code, last, got)] \
        + output.splitlines()


def test_counts():
    """Cases of all programs are added up"""
    return expect({
        'a': 'echo 1..3; echo "ok 1 - x"; echo "ok 2"; echo "ok 3 # SKIP y"',
        'b': 'echo "ok 1 - late plan"; echo 1..1',
        'c': 'echo 1..1; echo ok 1; echo 1..2; echo ok 1; echo ok 2',
    }, 0, '6 passed, 0 failed, 1 skipped')


def test_failures():
    """A case that failed fails the whole"""
    return expect({
        'a': 'echo 1..2; echo "not ok 1 - x"; echo "ok 2"; exit 1',
        'b': 'echo 1..1; echo "ok 1"',
    }, 1, '2 passed, 1 failed, 0 skipped')


def test_silent_failures():
    """Crash, exit code, wrong plan and silence count as failed"""
    return expect({
        'crash': 'echo 1..1; echo ok 1; kill -SEGV $$',
        'code': 'echo 1..1; echo ok 1; exit 3',
        'few': 'echo 1..3; echo ok 1',
        'many': 'echo 1..1; echo ok 1; echo ok 2',
        'plan': 'echo ok 1',
        'mute': 'true',
        'zero': 'echo 1..0',
    }, 1, '6 passed, 7 failed, 0 skipped')


def test_none():
    """No test at all is a failure"""
    return expect({}, 1, '0 passed, 0 failed, 0 skipped')


def test_only():
    """--only runs what matches"""
    return expect({'one': 'echo 1..1; echo ok 1', 'two': 'exit 1'}, 0,
                  '1 passed, 0 failed, 0 skipped', '--only', 'some/test_one')


def alive(pattern):
    """Processes whose command line contains a mark."""
    found = []
    for entry in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/cmdline' % entry, 'rb') as line:
                if pattern.encode() in line.read():
                    found.append(entry)
        except OSError:
            pass
    return found


def test_timeout():
    """A test that hangs is ended with its children, also escaped ones"""
    mark = '98765.%d' % os.getpid()
    began = time.monotonic()
    bad = expect({
        'hang': '# timeout: 1\necho 1..1\nsetsid sleep %s &\nsleep %s &\n'
                'trap "" TERM\nsleep %s\n' % (mark, mark, mark),
    }, 1, '0 passed, 1 failed, 0 skipped')
    if time.monotonic() - began > 30:
        bad.append('took too long')
    return bad + ['still alive: ' + p for p in alive('sleep\0' + mark)]


def test_left_behind():
    """What a test leaves running is ended too, and its output not awaited"""
    mark = '98766.%d' % os.getpid()
    began = time.monotonic()
    bad = expect({'a': 'setsid sleep %s & echo 1..1; echo ok 1' % mark}, 0,
                 '1 passed, 0 failed, 0 skipped')
    if time.monotonic() - began > 30:
        bad.append('took too long')
    return bad + ['still alive: ' + p for p in alive('sleep\0' + mark)]


def test_killed():
    """A runner that is ended ends its tests"""
    mark = '98767.%d' % os.getpid()
    prepare({'a': 'setsid sleep %s & sleep %s' % (mark, mark)})
    runner = subprocess.Popen([os.path.join(TREE, 'tests', 'runner.py')])
    for _ in range(100):
        if len(alive('sleep\0' + mark)) == 2:
            break
        time.sleep(0.1)
    else:
        return ['the test did not start']
    runner.terminate()
    runner.send_signal(signal.SIGINT)  # As a terminal that closes, or twice ^C
    runner.send_signal(signal.SIGHUP)
    code = runner.wait(30)
    return ([] if code in (129, 130, 143) else ['exit code %d' % code]) \
        + ['still alive: ' + p for p in alive('sleep\0' + mark)]


def test_scratch():
    """Each test has an empty scratch folder and a HOME of its own"""
    body = ('echo 1..1\n'
            '[ -z "$(ls -A "$BL_TMP" | grep -v "^home$\\|^output$")" ] &&\n'
            'case $HOME in "$BL_TMP"/*) ;; *) exit 1 ;; esac &&\n'
            'case $XDG_DATA_HOME in "$BL_TMP"/*) ;; *) exit 1 ;; esac &&\n'
            '[ -z "${BACKLINE_API_KEY-}" ] && [ -z "${DISPLAY-}" ] &&\n'
            'echo "here $BL_TMP" && touch "$BL_TMP/x" && echo ok 1\nexit 0')
    os.environ['BACKLINE_API_KEY'] = 'secret'
    os.environ['DISPLAY'] = ':0'
    bad = expect({'a': body, 'b': body}, 0, '2 passed, 0 failed, 0 skipped')
    output = run_tests({'a': body + '1'})[1]
    folder = re.search(r'here (\S+)', output)
    if not folder or os.path.exists(folder.group(1)):
        bad.append('the scratch folder stays: %s' % output)
    return bad


def test_alone():
    """A test that wants to be alone is"""
    lock = os.path.join(TMP, 'lock')
    body = ('mkdir %s || exit 1; sleep 0.3; rmdir %s; echo 1..1; echo ok 1'
            % (lock, lock))
    return expect({'a': '# alone\n' + body, 'b': body, 'c': '# alone\n' + body},
                  0, '3 passed, 0 failed, 0 skipped')


def test_patient():
    """A patient test has the least priority, and takes nobody's place"""
    lock = os.path.join(TMP, 'met')
    meet = 'echo 1..1; touch %s.$1; for i in $(seq 600); do ' \
           '[ -e %s.%s ] && [ -e %s.%s ] && echo ok 1 && exit; ' \
           'sleep 0.1; done'
    nice = '[ "$(nice)" = %d ] || exit 1; set -- %s; ' + \
        meet % (lock, lock, 'a', lock, 'b')
    return expect({'a': '# patient\n' + nice % (19, 'a'),
                   'b': nice % (os.nice(0), 'b'),
                   'c': '# patient\necho 1..1; echo ok 1'}, 0,
                  '3 passed, 0 failed, 0 skipped', '--jobs', '1')


def test_shows_failure():
    """The output of what failed is shown, of what passed it is not"""
    output = run_tests({'bad': 'echo 1..1; echo why; echo not ok 1',
                        'good': 'echo 1..1; echo hush; echo ok 1'})[1]
    return [] if 'why' in output and 'hush' not in output else [output]


if __name__ == '__main__':
    common.run([test_counts, test_failures, test_silent_failures, test_none,
                test_only, test_timeout, test_left_behind, test_killed,
                test_scratch,
                test_alone, test_patient, test_shows_failure])
