#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 240
# alone

"""Ardour bounces and exports far more than the ring holds, unthrottled.

A crash during an export is Ardour's own only on the terms of
ardour.export(): not in our code, and without the plugin, too.
"""

import array
import time

import ardour
import host
from host import Place, Tap, Wav, check, check_equal, diagnose, wait_for

TAP = Tap()
POSITION = 480000
SECONDS = 300
LENGTH = SECONDS * ardour.RATE


class Song:
    """What the cases hand on."""

    place = None
    ardour = None
    raw = None


def the_take(before, seconds):
    """The new take, whole."""
    wait_for(lambda: len(Song.place.takes()) > before
             and not Song.place.open_takes(), seconds, 'take')
    take = Song.place.takes()[-1]
    check_equal(len(Song.place.takes()), before + 1, 'takes')
    check_equal(take['dropped'], 0, 'dropped')
    check_equal(take['filled'], 0, 'filled')
    return take


@TAP.need
def session():
    """A session with five minutes of a counting signal."""
    Song.place = Place('long')
    counting = array.array('f', (i / 16777216 for i in range(LENGTH)))
    Song.raw = counting.tobytes()
    ardour.new_session(Song.place, 'song', counting, POSITION,
                       controls=[('arm', 1)])
    Song.ardour = ardour.open_session(Song.place, 'song')


@TAP.case
def bounce():
    """Five minutes bounced at once: every sample is there."""
    started = time.monotonic()
    check(Song.ardour.call('bounce', 'vox', POSITION, POSITION + LENGTH,
                           'bounced'), 'no bounce')
    seconds = time.monotonic() - started
    diagnose('bounced in %.2f s: %.0f times real time' % (seconds,
                                                          SECONDS / seconds))
    take = the_take(0, 20)
    check_equal((take['start'], take['frames']), (POSITION, LENGTH),
                'start and frames')
    audio = take.audio()
    check_equal(audio.reference, POSITION, 'BWF time reference')
    wrong = host.difference(
        audio.raw, Wav(Song.ardour.audio_file('song', 'bounced')).raw)
    check(not wrong, "against Ardour's file: %s", wrong)
    inside = 4 * 8192
    check(audio.raw[inside:-inside] == Song.raw[inside:-inside],
          'against the signal')


@TAP.case
def export():
    """Two minutes exported: every sample is there."""
    first, last = POSITION + ardour.RATE, POSITION + 121 * ardour.RATE
    Song.ardour.close()
    takes = ardour.export(Song.place, 'song', first, last)
    check_equal(len(takes), 1, 'takes')
    take = takes[0]
    check_equal(take['dropped'], 0, 'dropped')
    at = first - take['start']
    check(0 <= at < 2048, 'start %d', take['start'])
    check(take.audio().part(at, last - first)
          == Song.raw[(first - POSITION) * 4:(last - POSITION) * 4],
          'against the signal')


TAP.main()
