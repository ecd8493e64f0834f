#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 300

"""The command `backline` where money, keys and broken connections come in.

With the scripted stand-in of the services.
"""

import json
import os
import pty
import signal
import stat
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'support'))
from bandproc import program  # noqa: E402
from command import TMP, events, home, run  # noqa: E402
from tap import Tap, equal, true, write_voice  # noqa: E402

VOICE = write_voice(os.path.join(TMP, 'voice.wav'))
KEY = 'test-key'
PAID = home('paid')


class Standin:
    """The scripted service."""

    def __init__(self, *args):
        path = os.path.join(os.environ['BL_BUILD'], 'tests', 'tools',
                            'standin')
        folder = PAID['XDG_CONFIG_HOME']
        self.process = subprocess.Popen(
            [path, '--config', folder] + list(args),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = json.loads(self.process.stdout.readline())['port']

    def counts(self):
        """Requests seen so far."""
        self.process.stdin.write('counts\n')
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self):
        """Stop it."""
        self.process.stdin.close()
        self.process.wait(20)


def credentials():
    """Path of the paid home's file."""
    return os.path.join(PAID['XDG_CONFIG_HOME'], 'backline', 'credentials')


def keeps_keys():
    """login checks before it keeps, logout forgets, nothing shows the key."""
    standin = Standin()
    os.unlink(credentials())
    run(PAID, 'credits', code=4)
    run(PAID, 'make', VOICE, '--yes', code=4)
    for text, code in (('', 2), ('\n', 2), ('two words\n', 2),
                       ('a-wrong-key\n', 4)):
        run(PAID, 'login', text=text, code=code)
        true(not os.path.exists(credentials()), 'nothing kept')
    out, err = run(PAID, 'login', '--verbose', text='  %s \n' % KEY)
    true(KEY not in out + err, 'the key shown')
    equal(stat.S_IMODE(os.stat(credentials()).st_mode), 0o600)
    equal(run(PAID, 'credits')[0], '671.92\n')
    equal(events(run(PAID, 'credits', '--json')[0])[0]['credits'], 671.92)

    os.chmod(credentials(), 0o644)
    _, err = run(PAID, 'credits', code=4)
    true('chmod 600' in err, err)
    out, _ = run(PAID, 'doctor', '--json', code=1)
    bad = [e['what'] for e in events(out) if e['verdict'] == 'fail']
    true('credentials' in bad, bad)
    os.chmod(credentials(), 0o600)
    run(PAID, 'logout')
    with open(credentials(), 'w', encoding='utf-8') as text:
        text.write('{')
    _, err = run(PAID, 'credits', code=2)
    true('credentials' in err and 'Correct the file named' in err, err)
    os.unlink(credentials())
    run(PAID, 'credits', code=4)
    run(PAID, 'logout', code=4)
    standin.end()


def warns_of_plain_http():
    """Before a key goes where it can be read on the way, and by doctor."""
    env = home('clear')
    folder = os.path.join(env['XDG_CONFIG_HOME'], 'backline')
    os.makedirs(folder)
    with open(os.path.join(folder, 'config.json'), 'w',
              encoding='ascii') as text:
        json.dump({'services': {'far': {'api': 'http://192.0.2.2:9/x'},
                                'tls': {'api': 'https://192.0.2.2/x'},
                                'here': {'api': 'http://127.0.0.1:9'},
                                'too': {'api': 'http://[::1]:9'}}}, text)
    told = {name: 'unencrypted' in run(env, 'login', '--service', name,
                                       text='', code=2)[1]
            for name in ('far', 'tls', 'here', 'too')}
    equal(told, {'far': True, 'tls': False, 'here': False, 'too': False})
    out, _ = run(env, 'doctor', '--offline')
    said = [line for line in out.splitlines() if 'unencrypted' in line]
    true(len(said) == 1 and said[0].startswith('note') and 'far' in said[0] and
         '192.0.2.2:9' in said[0], out)


def asks_before_it_pays():
    """Price and credits are shown; no word, no request."""
    standin = Standin()
    _, err = run(PAID, 'make', VOICE, code=2)
    true('671.92' in err and '--yes' in err, err)

    main, side = pty.openpty()
    done = subprocess.Popen([program('backline'), 'make', VOICE], env=PAID,
                            stdin=side, stderr=side,
                            stdout=subprocess.DEVNULL)
    asked = b''
    while b'[y/N]' not in asked:
        asked += os.read(main, 4096)
    os.write(main, b'n\n')
    equal(done.wait(30), 6)
    os.close(main)
    os.close(side)
    equal(standin.counts()['submit'], 0)
    standin.end()

    poor = Standin('--fault', 'credit:reply:200:0:0:0:'
                   '{"code":200,"msg":"success","data":0}')
    _, err = run(PAID, 'make', VOICE, '--yes', code=5)
    true('has 0' in err and 'Top up' in err, err)
    equal(poor.counts()['submit'], 0)
    poor.end()
    _, err = run(PAID, 'make', VOICE, '--yes', code=3)
    true('reached' in err, err)
    equal(events(run(PAID, 'takes', '--json')[0]), [])


def survives_ctrl_c():
    """Interrupted while it waits, resumed to its end: one request."""
    standin = Standin()
    job = subprocess.Popen([program('backline'), 'make', VOICE, '--yes',
                            '--json'], env=PAID, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True)
    for line in job.stdout:
        if json.loads(line).get('state') == 'submitted':
            break
    job.send_signal(signal.SIGINT)
    _, err = job.communicate(timeout=20)
    equal(job.returncode, 130)
    true('backline resume' in err, err)
    state = events(run(PAID, 'status', '--json', 'last')[0])[0]
    true(state['state'] in ('submitted', 'text', 'first'), state)
    equal(state['running'], False)
    equal(run(PAID, 'status')[0].count('stopped'), 1)

    out, _ = run(PAID, 'resume', '--out', os.path.join(TMP, 'resumed'))
    equal(len(out.splitlines()), 2)
    equal(standin.counts()['submit'], 1)
    standin.end()


def takes_the_voice_out():
    """refine: price, three kinds, once unless --again, and resumed."""
    standin = Standin('--callbacks', '--fault', 'stems:drop:0:0:1:1')
    run(PAID, 'make', VOICE, '--yes', '--again')
    source = events(run(PAID, 'status', '--json', 'last')[0])[0]
    equal(source['kind'], 'instrumental')
    ref = '%s/%d' % (source['take'], source['job'])
    base = os.path.basename(source['results'][0]['path'])[:-len(' (A).wav')]

    _, err = run(PAID, 'refine', ref, '--no-voice', code=2)
    true('unknown number of credits' in err and '671.92' in err and
         '--yes' in err, err)
    for args in ((ref,), (ref, '--wav', '--stems'), (ref, 'C', '--wav'),
                 (ref, 'A', 'B', '--wav')):
        run(PAID, 'refine', *args, code=2)
    equal(standin.counts()['stems'], 0)

    out_dir = os.path.join(TMP, 'refined')
    out, err = run(PAID, 'refine', ref, 'b', '--no-voice', '--yes', '--out',
                   out_dir)
    equal([os.path.basename(line) for line in out.splitlines()],
          [base + ' (B) no voice.wav', base + ' (B) voice.wav'])
    equal(sorted(os.listdir(out_dir)),
          [base + ' (B) no voice.wav', base + ' (B) voice.wav'])
    true('voice taken out' in err, err)
    job = events(run(PAID, 'status', '--json', 'last')[0])[0]
    equal((job['kind'], job['of'], job['posts']),
          ('separate', {'job': source['job'], 'variant': 'B'}, 1))
    equal([r.get('part') for r in job['results']], ['no voice', 'voice'])
    equal({r['timeReference'] for r in job['results']},
          {r['timeReference'] for r in source['results']})
    true('B of job %d without its voice' % source['job'] in
         run(PAID, 'status', 'last')[0])

    # Once is enough; "last" is a job about a result, so its result is meant
    _, err = run(PAID, 'refine', 'last', 'B', '--no-voice', '--yes', code=1)
    true('has brought it already' in err and '--again' in err, err)
    equal(standin.counts()['stems'], 1)
    run(PAID, 'refine', 'last', 'B', '--no-voice', '--yes', '--again', code=7)
    _, err = run(PAID, 'resume', 'last', code=7)
    true('--again' in err, err)
    equal(len(run(PAID, 'resume', 'last', '--again', '--yes')[0]
              .splitlines()), 2)
    equal(standin.counts()['stems'], 3)

    # Of a job about B, B is meant, unless A is named
    for args, variant in (((), 'B'), (('A',), 'A')):
        out, _ = run(PAID, 'refine', 'last', *args, '--wav', '--yes')
        equal(len(out.splitlines()), 1)
        job = events(run(PAID, 'status', '--json', 'last')[0])[0]
        equal((job['kind'], job['of']['variant']), ('wav', variant))

    out, _ = run(PAID, 'refine', ref, '--stems', '--yes', '--json')
    parts = [e['part'] for e in events(out) if e['event'] == 'result']
    equal(len(parts), 11)
    true('drums' in parts and 'brass' not in parts, parts)
    equal(standin.counts()['submit'], 1)
    equal(standin.counts()['upload'], 1)
    equal(events(run(PAID, 'takes', source['take'], '--json')[0])[0]['jobs'],
          source['job'] + 5)
    standin.end()


def is_honest_when_unsure():
    """The connection breaks amid the request: exit 7, no second one."""
    standin = Standin('--fault', 'submit:drop')
    run(PAID, 'make', VOICE, '--yes', code=7)
    job = events(run(PAID, 'status', '--json', 'last')[0])[0]
    equal(job['state'], 'unsure')
    _, err = run(PAID, 'resume', 'last', code=7)
    true('--task-id' in err and '--again' in err, err)
    run(PAID, 'resume', 'last', '--again', code=2)
    equal(standin.counts()['submit'], 1)
    standin.end()


def main():
    """All cases."""
    tap = Tap()
    for case in (keeps_keys, warns_of_plain_http, asks_before_it_pays,
                 survives_ctrl_c, is_honest_when_unsure, takes_the_voice_out):
        tap.case(case.__name__, case)
    tap.end()


if __name__ == '__main__':
    main()
