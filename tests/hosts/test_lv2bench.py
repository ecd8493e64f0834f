#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""lv2bench runs both plugins, and lv2info shows them.

lv2apply is no help: it refuses every plugin with an atom port ("Port 0 has
unsupported type").
"""

import re
import subprocess

import host
from host import MONO, STEREO, Place, Tap, check, check_equal

TAP = Tap()
PLACE = Place('bench')


def run(*args):
    """What a tool prints; it must succeed."""
    done = subprocess.run(args, env=PLACE.env, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=60, text=True,
                          check=False)
    check_equal(done.returncode, 0, '%s\n%s' % (' '.join(args), done.stdout))
    return done.stdout


@TAP.case
def bench():
    """lv2bench runs both plugins faster than real time."""
    for uri in (MONO, STEREO):
        text = run('lv2bench', '-n', '480000', '-b', '512', uri)
        match = re.search(r'([0-9.]+) +' + re.escape(uri), text)
        check(match, 'lv2bench says nothing of %s:\n%s', uri, text)
        check(float(match.group(1)) < 10, 'ten seconds took %s s',
              match.group(1))


@TAP.case
def info():
    """lv2info shows every port."""
    for uri in (MONO, STEREO):
        text = run('lv2info', uri)
        for symbol in host.PORTS:
            check(re.search(r'Symbol: +%s\n' % symbol, text),
                  'no port %s of %s in\n%s', symbol, uri, text)


TAP.main()
