#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 600

"""The short form of `./waf evaluate`: every figure keeps its floor."""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ['BL_TOP'], 'tests', 'support'))

from tap import Tap, equal, scratch, true  # noqa: E402

PROGRAM = os.path.join(os.environ['BL_BUILD'], 'tests', 'evaluate', 'evaluate')


def run(*arguments):
    """What the short form says, and its exit code."""
    child = subprocess.run([PROGRAM, '--short', *arguments], check=False,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           text=True)
    for line in child.stdout.splitlines():
        print('# ' + line)
    return child.stdout, child.returncode


def check_floors(*arguments):
    """Every figure is there and keeps its floor."""
    text, code = run(*arguments)
    rows = [line for line in text.splitlines() if line.startswith('| ')]
    true(len(rows) > 9, 'a table with rows')
    true('FLOOR' not in text, 'every floor kept')
    equal(code, 0)
    return text


def floors_hold():
    """Over songs that nothing was trained on; made ones without the data."""
    check_floors()


def floors_hold_without_data():
    """Over made songs, which are always there."""
    true('made songs' in check_floors('--data', scratch()), 'made songs')


def main():
    """Run the cases."""
    tap = Tap()
    for case in (floors_hold, floors_hold_without_data):
        tap.case(case.__name__, case)
    tap.end()


main()
