#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 120
# alone

"""Qtractor under JACK and Xvfb: a clip played through the stereo plugin.

Qtractor runs a track's plugins only while it plays or monitors the track: its
takes end because nothing calls run() any more.
"""

import array

import host
import jack
import qtractor
from host import (Place, Tap, check, check_equal, diagnose, difference,
                  wait_for)
from screen import Screen

TAP = Tap()
RATE = 48000
AT = 480000
SECONDS = 4
CLIP_FADE = 512  # Qtractor smooths the end of a clip, over some 383 frames


class Stage:
    """What the cases hand on."""

    place = None
    screen = None
    qtractor = None
    singer = None
    raw = None


@TAP.need
def load():
    """Qtractor loads a session with the plugin armed on its track."""
    place = Stage.place = Place('qtractor')
    voice = host.voice(RATE, SECONDS)
    Stage.raw = array.array('f', (v for s in voice for v in (s, s))).tobytes()
    qtractor.write_session(place, RATE, voice, AT)
    Stage.screen = Screen(place)
    jack.Server(place)
    Stage.singer = jack.Singer(place, [0.0] * 16, 0)
    Stage.qtractor = qtractor.start(place, Stage.singer)


@TAP.case
def play():
    """What it plays under JACK's transport is one take at its frame."""
    before = len(Stage.place.takes())
    stopped = Stage.screen.pixels()
    Stage.singer.locate(AT - RATE)
    Stage.screen.wait_redrawn(stopped)  # Its playhead has followed
    Stage.singer.play_until(AT + (SECONDS + 1) * RATE, 30)
    Stage.singer.stop()
    wait_for(lambda: len(Stage.place.takes()) > before
             and not Stage.place.open_takes(), 20, 'take')
    takes = Stage.place.takes()
    check_equal(len(takes), before + 1, 'takes')
    take = takes[-1]
    diagnose('start %d of %d, %d frames' % (take['start'], AT - RATE,
                                            take['frames']))
    check_equal(take['dropped'], 0, 'dropped')
    check_equal(take['channels'], 2, 'channels')
    audio = take.audio()
    check_equal(audio.reference, take['start'], 'BWF time reference')
    check(abs(take['start'] - AT + RATE) < 4096, 'start %d', take['start'])
    frames = SECONDS * RATE - CLIP_FADE
    wrong = difference(audio.part(AT - take['start'], frames),
                       Stage.raw[:frames * 8])
    check(not wrong, '%s', wrong)
    check(abs(take['tempos'][0]['bpm'] - 92) < 0.01, 'tempo %r',
          take['tempos'][0])


TAP.main()
