#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 240

"""The demo: from a voice to two instrumentals, in a folder of its own."""

import os
import re
import struct
import subprocess
import sys

BUILD = os.environ['BL_BUILD']
TOP = os.environ['BL_TOP']
TMP = os.environ['BL_TMP']
sys.path.insert(0, os.path.join(TOP, 'tests', 'lint'))

import common  # noqa: E402 pylint: disable=wrong-import-position

OUT = os.path.join(TMP, 'out')
BAR = 4 * 60 / 92 * 48000


def demo(*arguments):
    """Run the demo: (code, output)."""
    env = dict(os.environ, BACKLINE_API_KEY='not-for-anybody')
    result = subprocess.run(
        [os.path.join(BUILD, 'tests', 'demo', 'demo'), '--build', BUILD,
         '--out', OUT, *arguments], env=env, text=True, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    return result.returncode, result.stdout


def wav(path):
    """rate, channels, frames, time reference, data of a PCM WAV."""
    with open(path, 'rb') as file:
        data = file.read()
    found, at = {}, 12
    while at + 8 <= len(data):
        name, size = struct.unpack('<4sI', data[at:at + 8])
        found[name] = data[at + 8:at + 8 + size]
        at += 8 + size + size % 2
    _, channels, rate, _, align, _ = struct.unpack('<HHIIHH',
                                                   found[b'fmt '][:16])
    reference = struct.unpack('<Q', found.get(b'bext', bytes(346))[338:346])[0]
    return (rate, channels, len(found[b'data']) // align, reference,
            found[b'data'])


def test_runs():
    """Two instrumentals come back, and it says where and how long"""
    code, output = demo('--took', 'build=3')
    bad = [] if code == 0 else output.splitlines()
    for word in ('take', 'instrumental A', 'instrumental B', 'mix', 'picture'):
        match = re.search(r'^  %s +(/.*\.(?:wav|png))' % word, output, re.M)
        if not match or not os.path.isfile(match.group(1)):
            bad.append('no ' + word)
    if not re.search(r'3\.00 s  build', output) \
            or not re.search(r'\d s  generate', output):
        bad.append('no times: ' + output)
    return bad


def test_places():
    """Take and instrumentals know their place, on a bar line"""
    bad = []
    for name in ('take.wav', 'Backline demo (A).wav', 'Backline demo (B).wav',
                 'mix.wav'):
        rate, _, frames, reference, data = wav(os.path.join(OUT, name))
        if rate != 48000 or frames < 16 * BAR - 1 or not any(data):
            bad.append('%s: %d Hz, %d frames' % (name, rate, frames))
        if abs(reference - 8 * BAR) > 1:
            bad.append('%s: at %d, not on bar 9' % (name, reference))
    return bad


def test_two():
    """The two instrumentals are different"""
    a, b = (wav(os.path.join(OUT, 'Backline demo (%s).wav' % v))[4]
            for v in 'AB')
    return ['equal'] if a == b else []


def test_picture():
    """The picture is a PNG of full size"""
    with open(os.path.join(OUT, 'waveforms.png'), 'rb') as file:
        head = file.read(24)
    width, height = struct.unpack('>II', head[16:24])
    good = head[:8] == b'\x89PNG\r\n\x1a\n' and width == 1600 and height > 700
    return [] if good else ['%r' % head]


def test_own_folders():
    """The user's own folders stay as they were"""
    home = os.environ['HOME']
    return [os.path.join(folder, name) for folder, _, names in os.walk(home)
            for name in names]


def test_own_voice():
    """A stereo voice of one's own, at another rate, with other tags"""
    voice = os.path.join(TMP, 'voice.wav')
    mono = os.path.join(TMP, 'mono.wav')
    subprocess.run([os.path.join(BUILD, 'tests', 'tools', 'sing'), mono,
                    '44100', '120', '12'], check=True)
    data = wav(mono)[4]
    double = b''.join(data[i:i + 3] * 2 for i in range(0, len(data), 3))
    with open(voice, 'wb') as file:
        file.write(b'RIFF' + struct.pack('<I', 36 + len(double)) + b'WAVEfmt '
                   + struct.pack('<IHHIIHH', 16, 1, 2, 44100, 44100 * 6, 6, 24)
                   + b'data' + struct.pack('<I', len(double)) + double)
    code, output = demo(voice, '--tags', 'piano, calm, zithers',
                        '--title', 'a/b')
    bad = [] if code == 0 else output.splitlines()
    if not re.search(r'^The band says: .*zithers.* bpm \(', output, re.M):
        bad.append('no word of what the band heard: ' + output)
    taken = wav(os.path.join(OUT, 'take.wav'))
    if taken[4] != double or taken[0] != 44100:
        bad.append('the take is not the voice')
    rates = [wav(os.path.join(OUT, n))[0] for n in os.listdir(OUT)
             if n.endswith('(A).wav') and not n.startswith('Backline')]
    return bad if rates == [44100] else bad + ['results: %s' % rates]


def test_refusals():
    """What cannot be a voice gets a sentence"""
    bad = []
    for argument in ('/nonexistent.wav', os.path.join(TOP, 'LICENSE')):
        code, output = demo(argument)
        if code != 1 or argument not in output or 'Done' in output:
            bad += ['%s: %d' % (argument, code), output]
    short = os.path.join(TMP, 'short.wav')
    subprocess.run([os.path.join(BUILD, 'tests', 'tools', 'sing'), short,
                    '44100', '120', '6'], check=True)
    code, output = demo(short)
    if code != 1 or 'Give the demo a longer one' not in output \
            or 'by its number' in output:
        bad.append(output)
    code, output = demo('--bpm', '9000')
    if code != 2 or output != 'demo: --bpm 9000: not a number from 20 to 400\n':
        bad.append(output)
    if demo('--bpm', 'fast')[0] != 2 or demo('a', 'b')[0] != 2:
        bad.append('a wrong command line was taken')
    return bad


if __name__ == '__main__':
    common.run([test_runs, test_places, test_two, test_picture,
                test_own_folders, test_own_voice, test_refusals])
