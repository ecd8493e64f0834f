# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""The scripted stand-in for the service, as a process."""

import json
import os
import subprocess

import host
from host import check, check_equal

PROGRAM = os.path.join(host.BUILD, 'tests', 'tools', 'standin')


class Standin:
    """Counts what would have been paid for; the place is configured for it.

    It ends with this program, whose pipe it reads.
    """

    def __init__(self, place, *options):
        self.process = subprocess.Popen(
            [PROGRAM, '--config', place.env['XDG_CONFIG_HOME'], *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=place.env,
            text=True, bufsize=1)
        check('port' in self.process.stdout.readline(), 'no stand-in')

    def _ask(self, word):
        self.process.stdin.write(word + '\n')
        return self.process.stdout.readline().strip()

    def counts(self):
        """Requests seen since the last reset, and tasks of all time."""
        return json.loads(self._ask('counts'))

    def reset(self):
        """Forget faults and counts."""
        check_equal(self._ask('reset'), 'ok', 'reset')
