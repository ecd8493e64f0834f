# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""The command `backline` as a child process, with folders of its own."""

import json
import os
import subprocess

from bandproc import program
from tap import scratch, true

TMP = scratch()


def home(name):
    """An environment with its own folders."""
    root = os.path.join(TMP, name)
    for part in ('config', 'data', 'tmp'):
        os.makedirs(os.path.join(root, part), exist_ok=True)
    env = dict(os.environ, HOME=root, TMPDIR=os.path.join(root, 'tmp'),
               XDG_CONFIG_HOME=os.path.join(root, 'config'),
               XDG_DATA_HOME=os.path.join(root, 'data'),
               BACKLINE_BAND=program('backline-band'))
    for word in ('BACKLINE_API_KEY', 'BACKLINE_SERVICE'):
        env.pop(word, None)
    return env


def run(env, *args, code=0, text=''):
    """Run backline; @return (standard output, standard error)."""
    done = subprocess.run([program('backline')] + list(args), env=env,
                          input=text.encode(), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=120, check=False)
    out, err = done.stdout.decode(), done.stderr.decode()
    if done.returncode != code:
        raise AssertionError('%s: exit %d, wanted %d\n%s\n%s' % (
            ' '.join(args), done.returncode, code, out, err))
    if code not in (0, 130):
        true(err.strip(), 'a sentence')
    return out, err


def events(out):
    """The objects of --json."""
    return [json.loads(line) for line in out.splitlines()]
