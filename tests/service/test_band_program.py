#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""How the local band starts and ends: keys, folders, pipes and signals."""

import json
import os
import signal
import stat
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                '..', 'support'))
from bandproc import Band, program  # noqa: E402
from tap import Tap, equal, scratch, true, write_voice  # noqa: E402

TMP = scratch()
VOICE = write_voice(os.path.join(TMP, 'voice.wav'))


def ends_with_its_input():
    """Amid its work, at once, and nothing is left."""
    folder = os.path.join(TMP, 'band')
    os.makedirs(folder)
    band = Band(folder)
    task = band.submit(band.upload(VOICE))['data']['taskId']
    band.wait(task, ('TEXT_SUCCESS', 'FIRST_SUCCESS', 'SUCCESS'))
    folders = [name for name in os.listdir(band.folder)
               if 'backline-band' in name]
    equal(len(folders), 1)
    mode = os.stat(os.path.join(band.folder, folders[0])).st_mode
    equal(stat.S_IMODE(mode), 0o700)
    seconds = band.close_input()
    equal(band.process.returncode, 0)
    true(seconds < 5.0, 'stopped in %.2f s' % seconds)
    print('# stopped amid its work in %.2f s' % seconds)
    equal([name for name in os.listdir(band.folder)
           if 'backline-band' in name], [])


def cleans_up_after_the_killed():
    """A folder that a killed band left goes with the next one."""
    folder = os.path.join(TMP, 'killed')
    os.makedirs(folder)
    first, second = Band(folder), Band(folder)
    equal(len(os.listdir(folder)), 2)
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    equal(len(os.listdir(folder)), 2)
    third = Band(folder)
    equal(len(os.listdir(folder)), 2)
    equal(second.json('/api/v1/generate/credit')[1]['code'], 200)
    for band in (second, third):
        band.end()
    equal(os.listdir(folder), [])


def needs_a_key_to_start():
    """No key, an empty one, too short a one: a sentence and exit 1."""
    for text in (b'', b'\n', b'short\n', b'with a space\n', b'no newline'):
        done = subprocess.run([program('backline-band')], input=text,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=20, check=False)
        equal((done.returncode, done.stdout), (1, b''))
        true(b'key' in done.stderr, done.stderr)


def serves_until_told(tmp):
    """--serve: a key file of its own, a taken port, SIGTERM."""
    path = os.path.join(tmp, 'band.key')
    command = [program('backline-band'), '--serve', '--json', '--token-file',
               path]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE) as band:
        hello = json.loads(band.stdout.readline())
        equal(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        with open(path, encoding='ascii') as text:
            equal(text.read().strip(), hello['key'])
        second = subprocess.run(command + ['--port', str(hello['port'])],
                                stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, timeout=20,
                                check=False)
        equal((second.returncode, second.stdout), (1, b''))
        true(b'taken' in second.stderr, second.stderr)
        band.send_signal(signal.SIGTERM)
        equal(band.wait(20), 0)
    os.chmod(path, 0o644)
    done = subprocess.run(command, stdin=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, timeout=20, check=False)
    equal(done.returncode, 1)
    true(b'chmod 600' in done.stderr, done.stderr)


def analyzes(tmp):
    """analyze: a table and a picture beside the file, or JSON; mistakes."""
    voice = write_voice(os.path.join(tmp, 'sung.wav'))
    command = [program('backline-band'), 'analyze']

    def run(*words):
        return subprocess.run(command + list(words), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=60, check=False)

    done = run(voice)
    equal((done.returncode, done.stderr), (0, b''))
    for word in (b'Tempo', b'Key', b'Tuning', b'Section', b'sung.wav.png'):
        true(word in done.stdout, done.stdout)
    with open(voice + '.png', 'rb') as picture:
        equal(picture.read(8), b'\x89PNG\r\n\x1a\n')

    os.unlink(voice + '.png')
    heard = json.loads(run('--json', '--tags', '92 bpm, in A minor',
                           voice).stdout)
    equal((heard['version'], heard['tempo']['source'], heard['key']['name'],
           heard['keys'][0][1]), (2, 'tags', 'A minor', 'A minor'))
    true(abs(heard['tempo']['bpm'] - 92.0) < 1e-6, heard['tempo'])
    true(len(heard['notes']) >= 8 and len(heard['chords_a']) >= 3, heard)
    true('chords_b' not in heard, heard)
    equal(os.path.exists(voice + '.png'), False)

    equal(run().returncode, 2)
    equal(run('--no-such', voice).returncode, 2)
    missing = run(os.path.join(tmp, 'missing.wav'))
    equal((missing.returncode, missing.stdout), (1, b''))
    equal(run('--picture', os.path.join(tmp, 'no', 'folder.png'),
              voice).returncode, 1)


def main():
    """Each case has its own band."""
    tap = Tap()
    for case in (ends_with_its_input, cleans_up_after_the_killed,
                 needs_a_key_to_start):
        tap.case(case.__name__, case)
    tap.case('serves_until_told', serves_until_told, TMP)
    tap.case('analyzes', analyzes, TMP)
    tap.end()


if __name__ == '__main__':
    main()
