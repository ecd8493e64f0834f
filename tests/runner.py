#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""Runs the test programs and adds up their TAP.

Usage: runner.py [--build DIR] [--only PATTERN] [--lacking WHAT] [FOLDER...]

Every tests/FOLDER/test_*.c (built), test_*.sh and test_*.py prints TAP.  Lines
near a test's top steer how it is run:

    timeout: SECONDS    its time limit (default 120)
    alone               no other test beside it
    patient             beside the others, with what they leave of the machine

Each gets an empty scratch folder, in which HOME lies, and is killed with all
its children when it ends.  The last line is `N passed, N failed, N skipped`.
"""

import argparse
import concurrent.futures
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DEFAULT_TIMEOUT = 120
HEAD_LINES = 25
NO_TESTS = ('support', 'bench')
JOBS = 4  # side by side, also on two cores: most wait more than they work

PLAN = re.compile(r'^1\.\.(\d+)')
CASE = re.compile(r'^(not )?ok\b(?:\s+\d+)?(?:\s*-)?\s*(.*)$')
SKIP = re.compile(r'#\s*skip\b', re.IGNORECASE)


POLL_SECONDS = 0.2  # a signal that comes just before a wait does not end it

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# pid -> scratch folder of the tests that run now
RUNNING = {}

# Held while a test starts; by who gives up, for good
STARTING = threading.Lock()


class Test:
    """One test program: where it is and how it wants to be run."""

    def __init__(self, source, build):
        self.source = source
        folder, name = source.split(os.sep)[-2:]
        stem, ext = os.path.splitext(name)
        self.folder = folder
        self.name = '%s/%s' % (folder, stem)
        self.program = (os.path.join(build, 'tests', folder, stem)
                        if ext == '.c' else source)
        self.timeout = DEFAULT_TIMEOUT
        self.alone = False
        self.patient = False
        with open(source, encoding='utf-8') as text:
            for _, line in zip(range(HEAD_LINES), text):
                self._steer(line)

    def _steer(self, line):
        match = re.match(r'^(?:#|//)\s*(?:timeout:\s*(\d+)|alone|patient)\s*$',
                         line)
        if match and match.group(1):
            self.timeout = int(match.group(1))
        elif match:
            self.alone = self.alone or 'alone' in line
            self.patient = self.patient or 'patient' in line


class Outcome:
    """What one test said: its cases, and what went wrong around them."""

    def __init__(self, output):
        self.output = output
        self.passed = self.failed = self.skipped = self.planned = 0
        self.complaints = []
        for line in output.splitlines():
            self._read(line.strip())

    def _read(self, line):
        plan, case = PLAN.match(line), CASE.match(line)
        if plan:
            self.planned += int(plan.group(1))
        elif case and case.group(1):
            self.failed += 1
        elif case and SKIP.search(case.group(2)):
            self.skipped += 1
        elif case:
            self.passed += 1

    def judge(self, code, timed_out, limit):
        """Add what the exit and the plan say to what the cases say."""
        cases = self.passed + self.failed + self.skipped
        if timed_out:
            self._complain('timed out after %g s' % limit)
        elif code < 0:
            self._complain('killed by %s' % signal.Signals(-code).name)
        elif code and not self.failed:
            self._complain('exit code %d' % code)
        if not timed_out and code >= 0 and cases != self.planned:
            self._complain('planned %d cases, ran %d' % (self.planned, cases))
        elif not timed_out and not cases and not self.complaints:
            self._complain('no cases')

    def _complain(self, text):
        self.complaints.append(text)
        self.failed += 1


def find(build, folders, only):
    """All tests, or those of `folders`, whose name contains `only`."""
    tests = []
    for folder in sorted(os.listdir(os.path.join(TOP, 'tests'))):
        path = os.path.join(TOP, 'tests', folder)
        if folder in NO_TESTS or not os.path.isdir(path) \
                or (folders and folder not in folders):
            continue
        for name in sorted(os.listdir(path)):
            if re.match(r'^test_\w+\.(c|sh|py)$', name):
                tests.append(Test(os.path.join(path, name), build))
    return [t for t in tests if not only or re.search(only, t.name)]


def environment(build, scratch):
    """The environment that every test starts with."""
    env = dict(os.environ)
    for name in list(env):
        if name.startswith(('BACKLINE_', 'XDG_', 'LC_', 'LV2_', 'JACK_')) \
                or name in ('LANG', 'LANGUAGE', 'DISPLAY', 'WAYLAND_DISPLAY'):
            del env[name]
    home = os.path.join(scratch, 'home')
    env.update(BL_TOP=TOP, BL_BUILD=build, BL_TMP=scratch, HOME=home,
               TMPDIR=scratch, LC_ALL='C.UTF-8', CMOCKA_MESSAGE_OUTPUT='TAP',
               LV2_PATH=os.path.join(build, 'lv2'))
    env['PATH'] = ':'.join([os.path.join(build, 'cli'),
                            os.path.join(build, 'band'),
                            env.get('PATH', '/usr/bin:/bin')])
    for name, folder in (('XDG_CONFIG_HOME', '.config'),
                         ('XDG_DATA_HOME', '.local/share'),
                         ('XDG_CACHE_HOME', '.cache'),
                         ('XDG_STATE_HOME', '.local/state'),
                         ('XDG_RUNTIME_DIR', '.run')):
        env[name] = os.path.join(home, folder)
        os.makedirs(env[name], mode=0o700, exist_ok=True)
    return env


def kill_all(pid, scratch):
    """Kill the test's process group, and who left it but bears its mark."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    # Those of a runner below us (tests/sanitize) have folders inside ours
    mark = re.compile(b'(?:^|\0)BL_TMP=' + re.escape(scratch.encode())
                      + b'(?:/|\0)')
    for entry in os.listdir('/proc'):
        try:
            with open('/proc/%d/environ' % int(entry), 'rb') as env:
                if mark.search(env.read() + b'\0'):
                    os.kill(int(entry), signal.SIGKILL)
        except (ValueError, OSError):
            pass


def give_up(number, _frame):
    """Signal handler: nothing that we started outlives us."""
    for other in ENDING:  # Python would run this again within itself
        signal.signal(other, signal.SIG_IGN)
    STARTING.acquire()  # pylint: disable=consider-using-with
    for pid, scratch in list(RUNNING.items()):
        kill_all(pid, scratch)
        shutil.rmtree(scratch, ignore_errors=True)
    os._exit(128 + number)


def give_up_on_signals():
    """For the main program only."""
    for number in ENDING:
        signal.signal(number, give_up)


def start(test, build, scratch, out):
    """Start one test, and have it known to `give_up`."""
    env = environment(build, scratch)
    least = ['nice', '-n', '19'] if test.patient else []
    with STARTING:
        child = subprocess.Popen(
            least + [test.program], env=env, cwd=scratch,
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            start_new_session=True)
        RUNNING[child.pid] = scratch
    return child


def run(test, build, slow=1):
    """Run one test; its outcome, and the seconds it took."""
    scratch = tempfile.mkdtemp(prefix='backline-')
    limit = test.timeout * slow
    began = time.monotonic()
    timed_out, code = False, 127
    try:
        with open(os.path.join(scratch, 'output'), 'w+b') as out:
            try:
                child = start(test, build, scratch, out)
                try:
                    code = child.wait(limit)
                except subprocess.TimeoutExpired:
                    timed_out = True
                kill_all(child.pid, scratch)
                child.wait()
                del RUNNING[child.pid]
            except OSError as error:
                out.write(str(error).encode())
            out.seek(0)
            outcome = Outcome(out.read().decode('utf-8', 'replace'))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    outcome.judge(code, timed_out, limit)
    return outcome, time.monotonic() - began


def report(test, outcome, seconds):
    """One line; the output too where something failed or was skipped."""
    skipped = ', %d skipped' % outcome.skipped if outcome.skipped else ''
    lines = ['%-4s %-40s %4d passed, %d failed%s  (%.1f s)' %
             ('FAIL' if outcome.failed else 'ok', test.name, outcome.passed,
              outcome.failed, skipped, seconds)]
    lines += ['     ' + complaint for complaint in outcome.complaints]
    lines += ['     | ' + line for line in outcome.output.splitlines()
              if outcome.failed or SKIP.search(line)]
    # At once: others report at the same time
    sys.stdout.write('\n'.join(lines) + '\n')
    sys.stdout.flush()


def run_all(tests, build, jobs, slow=1):
    """Run tests side by side, then those that want to be alone."""
    outcomes = []

    def one(test):
        outcome, seconds = run(test, build, slow)
        report(test, outcome, seconds)
        outcomes.append(outcome)

    # Never in the main thread: its signal handler takes the lock of `start`
    for alone in (False, True):
        with concurrent.futures.ThreadPoolExecutor(1 if alone else jobs) \
                as pool, concurrent.futures.ThreadPoolExecutor(1) as patient:
            runs = [(patient if t.patient else pool).submit(one, t)
                    for t in tests if t.alone == alone]
            while concurrent.futures.wait(runs, POLL_SECONDS).not_done:
                pass
            for done in runs:
                done.result()
    return outcomes


def main():
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--build', default=os.path.join(TOP, 'build'))
    parser.add_argument('--only', help='a regular expression')
    parser.add_argument('--jobs', type=int, default=JOBS)
    parser.add_argument('--slow', type=float, default=1,
                        help='multiply the time limits')
    parser.add_argument('--lacking', help='what could not be built: a failure')
    parser.add_argument('folders', nargs='*')
    args = parser.parse_args()

    give_up_on_signals()
    build = os.path.abspath(args.build)
    tests = find(build, args.folders, args.only)
    outcomes = run_all(tests, build, args.jobs, args.slow)
    failed = sum(o.failed for o in outcomes)
    if args.lacking:
        failed += 1
        print('FAIL %s' % args.lacking)
    print('%d passed, %d failed, %d skipped' %
          (sum(o.passed for o in outcomes), failed,
           sum(o.skipped for o in outcomes)))
    return 1 if failed or not outcomes else 0


if __name__ == '__main__':
    sys.exit(main())
