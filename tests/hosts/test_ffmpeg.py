#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 90

"""FFmpeg's LV2 filter: a real host with no transport, as fast as it can.

It sends no time:Position, sets no lv2:freeWheeling, and frees the plugin while
the take is still open.
"""

import array
import subprocess

import host
from host import (MONO, STEREO, Place, Tap, Wav, check, check_equal, diagnose,
                  difference)

TAP = Tap()
RATE = 48000
SECONDS = 120
COUNT = array.array('f', (i / 16777216 for i in range(RATE * SECONDS)))


def through(place, uri, filters, source):
    """FFmpeg's output file."""
    target = place.path('out.wav')
    done = subprocess.run(
        ['ffmpeg', '-v', 'error', '-y', '-i', source, '-af',
         filters % ('lv2=p=%s:c=record=1' % uri.replace(':', '\\\\:')),
         '-c:a', 'pcm_f32le', target], env=place.env, timeout=60, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    check_equal(done.returncode, 0, 'ffmpeg\n%s' % done.stdout)
    return Wav(target)


def check_take(place, raw, channels):
    """One take with every sample, and nothing claimed that is not known."""
    check_equal(place.open_takes(), 0, 'unfinished takes')
    take, = place.takes()
    audio = take.audio()
    diagnose('%d frames, %d dropped' % (audio.frames, take['dropped']))
    check_equal(take['dropped'], 0, 'dropped')
    check_equal(take['filled'], 0, 'filled')
    check_equal((take['rate'], take['channels']), (RATE, channels), 'format')
    check_equal(take['frames'], audio.frames, 'frames and file')
    check(not take.facts.get('has_position'), 'a position out of nowhere')
    wrong = difference(audio.raw, raw)
    check(not wrong, 'take: %s', wrong)


@TAP.case
def mono():
    """Two minutes unthrottled: every sample is passed and kept."""
    place = Place('mono')
    source = place.path('in.wav')
    host.write_float_wav(source, RATE, COUNT)
    out = through(place, MONO, '%s', source)
    wrong = difference(out.raw, COUNT.tobytes())
    check(not wrong, 'passed: %s', wrong)
    check_take(place, COUNT.tobytes(), 1)


@TAP.case
def odd_blocks():
    """Blocks of 333 frames, the last one shorter."""
    place = Place('odd')
    source = place.path('in.wav')
    part = COUNT[:RATE * 20 + 17]
    host.write_float_wav(source, RATE, part)
    out = through(place, MONO, 'asetnsamples=n=333:p=0,%s', source)
    wrong = difference(out.raw, part.tobytes())
    check(not wrong, 'passed: %s', wrong)
    check_take(place, part.tobytes(), 1)


@TAP.case
def stereo():
    """The stereo plugin, both channels different."""
    place = Place('stereo')
    source = place.path('in.wav')
    both = COUNT[:RATE * 40]
    host.write_float_wav(source, RATE, both, 2)
    out = through(place, STEREO, '%s', source)
    wrong = difference(out.raw, both.tobytes())
    check(not wrong, 'passed: %s', wrong)
    check_take(place, both.tobytes(), 2)


TAP.main()
