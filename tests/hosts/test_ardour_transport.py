#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 180
# alone

"""Ardour's transport: loop, locate, punch, freeze, bypass, block and speed."""

import array

import ardour
import host
from host import Place, Tap, check, check_equal, diagnose, difference, wait_for

TAP = Tap()
POSITION = 1114112
SECONDS = 11
RATE = ardour.RATE
LENGTH = SECONDS * RATE
FADE = 8192
LOOP = (POSITION + RATE, POSITION + 2 * RATE + RATE // 2)
PUNCH = (POSITION + 2 * RATE, POSITION + 3 * RATE)


class Song:
    """What the cases hand on."""

    place = None
    ardour = None
    raw = None


def new_takes(before, least, seconds=20):
    """All takes beside those of before, once none is open."""
    known = {take.id for take in before}

    def found():
        return [t for t in Song.place.takes() if t.id not in known]

    wait_for(lambda: len(found()) >= least and not Song.place.open_takes(),
             seconds, '%d finished takes' % least)
    host.nothing_more(0.3)
    return found()


def check_sung(take, first, last):
    """The take has the voice's samples from frame first to last."""
    check_equal(take['dropped'], 0, 'dropped')
    check_equal(take.audio().reference, take['start'], 'BWF time reference')
    wrong = difference(take.audio().part(first - take['start'], last - first),
                       Song.raw[(first - POSITION) * 4:(last - POSITION) * 4])
    check(not wrong, 'take at %d, frames %d to %d: %s', take['start'], first,
          last, wrong)


def play(start, seconds):
    """Play from a stop at `start`; the one take of it."""
    before = Song.place.takes()
    Song.ardour.locate(start)
    Song.ardour.play_until(start + int(seconds * RATE), 60)
    takes = new_takes(before, 1)
    check_equal(len(takes), 1, 'takes')
    return takes[0]


def reopen(buffer=1024, driver=None, device=None):
    """The same session in another engine."""
    if Song.ardour:
        Song.ardour.close()
    Song.ardour = ardour.open_session(Song.place, 'song', buffer, driver,
                                      device)


@TAP.need
def session():
    """A session with a voice, a loop and a punch range opens."""
    Song.place = Place('transport')
    voice = host.voice(RATE, SECONDS)
    Song.raw = array.array('f', voice).tobytes()
    ardour.new_session(Song.place, 'song', voice, POSITION,
                       controls=[('arm', 1)])
    ardour.add_ranges(Song.place, 'song', {'Loop': LOOP, 'Punch': PUNCH})
    reopen()
    check(Song.ardour.call('has_ranges'), 'no ranges')


@TAP.case
def loop():
    """Each pass through a loop is a take that ends at the loop's end."""
    before = Song.place.takes()
    a = Song.ardour
    a.locate(LOOP[0])
    a.call('loop', True)
    a.call('roll')
    wraps = []

    def wrapped():
        at = a.where()
        if wraps and at < wraps[-1][-1]:
            wraps.append([at])
        elif wraps:
            wraps[-1].append(at)
        else:
            wraps.append([at])
        return len(wraps) > 3

    wait_for(wrapped, 30, 'third wrap')
    a.stop()
    a.call('loop', False)
    takes = new_takes(before, 3)
    diagnose('passes: %r' % [(t['start'] - LOOP[0], t['frames'])
                             for t in takes])
    whole = [t for t in takes if t['start'] == LOOP[0]
             and t['frames'] == LOOP[1] - LOOP[0]]
    check(len(whole) >= 2, 'only %d whole passes', len(whole))
    check(len(takes) <= 5, '%d takes', len(takes))
    for take in whole:
        check_sung(take, LOOP[0] + FADE, LOOP[1] - FADE)


@TAP.case
def locate_rolling():
    """A locate while rolling closes one take and opens the next."""
    before = Song.place.takes()
    a = Song.ardour
    a.locate(POSITION + RATE)
    a.play_on(POSITION + 2 * RATE, 20)
    a.call('locate_rolling', POSITION + 6 * RATE)
    wait_for(lambda: a.where() > POSITION + 7 * RATE, 20, 'playhead behind')
    a.stop()
    takes = new_takes(before, 2)
    diagnose('takes: %r' % [(t['start'] - POSITION, t['frames'])
                            for t in takes])
    check_equal(len(takes), 2, 'takes')
    check_sung(takes[0], POSITION + RATE + FADE,
               takes[0]['start'] + takes[0]['frames'] - FADE)
    check(abs(takes[1]['start'] - POSITION - 6 * RATE) < 2048,
          'start of the second: %d', takes[1]['start'])
    check_sung(takes[1], takes[1]['start'] + FADE, POSITION + 7 * RATE - FADE)


@TAP.case
def freeze():
    """What freezing does, a bounce of all and deactivation, is one take."""
    before = Song.place.takes()
    a = Song.ardour
    first, last = POSITION - RATE, POSITION + LENGTH + RATE
    check(a.call('bounce', 'vox', first, last, 'frozen'), 'no bounce')
    a.call('deactivate', 'plugin')
    takes = new_takes(before, 1)
    check_equal(len(takes), 1, 'takes')
    check_equal((takes[0]['start'], takes[0]['frames']),
                (first, last - first), 'start and frames')
    check_sung(takes[0], POSITION + FADE, POSITION + LENGTH - FADE)
    before = Song.place.takes()
    a.locate(POSITION)
    a.play_until(POSITION + RATE, 20)
    a.call('activate', 'plugin')
    host.nothing_more(1)
    check_equal(len(Song.place.takes()), len(before), 'takes while inactive')
    check_sung(play(POSITION + RATE, 1), POSITION + RATE + FADE,
               POSITION + 2 * RATE - FADE)


@TAP.case
def bypass():
    """Bypassed it keeps no take, and afterwards it does."""
    before = len(Song.place.takes())
    Song.ardour.call('enable', 'plugin', False)
    Song.ardour.locate(POSITION)
    Song.ardour.play_until(POSITION + RATE, 20)
    host.nothing_more(1)
    check_equal(len(Song.place.takes()), before, 'takes while bypassed')
    Song.ardour.call('enable', 'plugin', True)
    take = play(POSITION + RATE, 1)
    check_sung(take, POSITION + RATE + FADE, POSITION + 2 * RATE - FADE)


@TAP.case
def punch():
    """Punch recording while it is armed loses nothing of what is played."""
    take = record_punch()
    check_sung(take, POSITION + RATE + FADE, PUNCH[0] - FADE)


def record_punch():
    """Record from before the punch range to behind it; the one take of it."""
    before = Song.place.takes()
    a = Song.ardour
    a.call('punch', True)
    a.locate(POSITION + RATE)
    a.call('record', 'vox', True)
    a.call('roll')
    wait_for(lambda: a.call('recording'), 20, 'recording')
    wait_for(lambda: a.where() > POSITION + 4 * RATE, 20, 'end of the punch')
    a.stop()
    a.call('record', 'vox', False)
    a.call('punch', False)
    takes = new_takes(before, 1)
    diagnose('takes: %r' % [(t['start'] - POSITION, t['frames'])
                            for t in takes])
    check_equal(len(takes), 1, 'takes')
    return takes[0]


@TAP.case
def punch_heard():
    """With a monitored input the take is what Ardour records, bit for bit."""
    reopen(device='Uniform White Noise')
    Song.ardour.call('monitor', 'vox', 1)
    take = record_punch()
    check_equal(take['dropped'], 0, 'dropped')
    recorded = host.Wav(Song.ardour.audio_file('song', 'Take'))
    check_equal(recorded.frames, PUNCH[1] - PUNCH[0], 'recorded frames')
    check(max(recorded.floats()) > 0.1, 'the input is silent')
    sung = recorded.part(0, recorded.frames)
    heard = take.audio().part(0, take['frames'])
    late = heard.find(sung) // 4 + take['start'] - PUNCH[0]
    check(sung in heard, 'the take lacks what was recorded')
    diagnose('heard %d frames later than recorded' % late)
    check(0 <= late <= 2 * 1024, 'late by %d frames, not a round trip', late)
    Song.ardour.call('monitor', 'vox', 0)


@TAP.case
def small_blocks():
    """Blocks of 64 frames in real time."""
    reopen(buffer=64)
    check_sung(play(POSITION + RATE, 3), POSITION + RATE + FADE,
               POSITION + 4 * RATE - FADE)


@TAP.case
def slow_engine():
    """An engine at half speed."""
    reopen(driver='Half Speed')
    check_sung(play(POSITION + 2 * RATE, 2), POSITION + 2 * RATE + FADE,
               POSITION + 4 * RATE - FADE)


@TAP.case
def fast_engine():
    """An engine at twenty times the speed, 256 frames a block."""
    reopen(buffer=256, driver='20x Speed')
    check_sung(play(POSITION, SECONDS - 2), POSITION + FADE,
               POSITION + (SECONDS - 2) * RATE - FADE)
    Song.ardour.close()


TAP.main()
