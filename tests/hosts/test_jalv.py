#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 180
# alone

"""jalv under JACK: takes against what was fed, block changes, Generate."""

import array

import host
import jack
from host import (MONO, STEREO, Place, Tap, check, check_equal, diagnose,
                  difference, wait_for)

TAP = Tap()
RATE = 48000
AT = 500000
SECONDS = 11
BEFORE = 4096
BAR = 4 * 60.0 / 92 * RATE


class Stage:
    """What the cases hand on."""

    place = None
    server = None
    jalv = None
    singer = None
    sung = None


def sung_raw():
    """The voice as raw floats."""
    return array.array('f', Stage.sung).tobytes()


def new_takes(before, number, seconds=20):
    """The takes beside those of before: so many, and none is open."""
    known = {take.id for take in before}

    def found():
        return [t for t in Stage.place.takes() if t.id not in known]

    wait_for(lambda: len(found()) >= number and not Stage.place.open_takes(),
             seconds, '%d finished takes' % number)
    host.nothing_more(0.3)
    check_equal(len(found()), number, 'number of new takes')
    return found()


def check_fed(take, raw, frame_bytes, first, last):
    """The take has what was fed at every frame from first to last."""
    check_equal(take['dropped'], 0, 'dropped')
    check_equal(take['filled'], 0, 'filled')
    check_equal(take['rate'], RATE, 'rate')
    audio = take.audio()
    check_equal(audio.reference, take['start'], 'BWF time reference')
    check_equal(audio.frame_bytes, frame_bytes, 'bytes of a frame')
    wrong = difference(
        audio.part(first - take['start'], last - first),
        raw[(first - AT) * frame_bytes:(last - AT) * frame_bytes])
    check(not wrong, 'frames %d to %d: %s', first, last, wrong)


@TAP.need
def start():
    """jalv loads Backline under a JACK server of its own."""
    Stage.place = Place('jalv')
    Stage.place.configure({'service': 'local', 'defaults': {
        'title': 'Console song', 'tags': 'soul'}})
    Stage.server = jack.Server(Stage.place)
    Stage.sung = host.voice(RATE, SECONDS)
    Stage.singer = jack.Singer(Stage.place, Stage.sung, AT)
    Stage.jalv = jack.Jalv(Stage.place, MONO)
    Stage.singer.through('jalv', ['in'], ['out'])
    Stage.jalv.set('arm', 1)
    wait_for(lambda: Stage.jalv.monitors()['status'] == host.SHOWN_ARMED, 5,
             'armed plugin')


@TAP.case
def rolling():
    """A rolling transport is one take, sample for sample what was fed."""
    before = Stage.place.takes()
    Stage.singer.locate(AT - BEFORE)
    Stage.singer.play_until(AT + RATE, 20)
    check_equal(Stage.jalv.monitors()['status'], host.SHOWN_RECORDING,
                'status while it rolls')
    Stage.singer.play_until(AT + len(Stage.sung) + 4096, 30)
    Stage.singer.stop()
    take, = new_takes(before, 1)
    check_equal(take['name'], 'Take %d' % (len(before) + 1), 'name')
    check_equal(take['start'], AT - BEFORE, 'start')
    check_fed(take, sung_raw(), 4, AT, AT + len(Stage.sung))
    tempo = take['tempos'][0]
    check(abs(tempo['bpm'] - 92) < 0.01, 'tempo %r', tempo)
    bar = take['bar'] * BAR + take['beat'] * BAR / 4
    check(abs(bar - take['start']) < RATE * 60 / 92 / 1920 + 2,
          'bar %r and beat %r are frame %.1f, not %d', take['bar'],
          take['beat'], bar, take['start'])


@TAP.case
def block_length():
    """Blocks that change their length unannounced lose nothing."""
    before = Stage.place.takes()
    Stage.singer.locate(AT)
    Stage.singer.play_until(AT + RATE, 20)
    Stage.singer.do('bufsize', 2048)
    Stage.singer.play_until(AT + 2 * RATE, 20)
    Stage.singer.do('bufsize', 256)
    Stage.singer.play_until(AT + 3 * RATE, 20)
    Stage.singer.stop()
    Stage.singer.do('bufsize', 1024)
    take, = new_takes(before, 1)
    check_equal(take['start'], AT, 'start')
    check_fed(take, sung_raw(), 4, AT, AT + 3 * RATE)


@TAP.case
def freewheel():
    """JACK's freewheel mode, which jalv tells no plugin, loses nothing."""
    before = Stage.place.takes()
    Stage.singer.locate(AT)
    Stage.singer.do('freewheel', 1)
    Stage.singer.do('start')
    wait_for(lambda: Stage.singer.where()[0] > AT + len(Stage.sung), 30,
             'end of the voice')
    Stage.singer.stop()
    Stage.singer.do('freewheel', 0)
    take, = new_takes(before, 1)
    check_fed(take, sung_raw(), 4, AT + 8192, AT + len(Stage.sung))


@TAP.case
def relocate():
    """A relocation while rolling closes one take and opens the next."""
    before = Stage.place.takes()
    Stage.singer.locate(AT)
    Stage.singer.play_until(AT + 2 * RATE, 20)
    Stage.singer.do('locate', AT + 5 * RATE)
    wait_for(lambda: Stage.singer.where()[0] > AT + 6 * RATE, 20,
             'transport behind the jump')
    Stage.singer.stop()
    one, two = new_takes(before, 2)
    check_equal(one['start'], AT, 'start')
    check_fed(one, sung_raw(), 4, AT, AT + 2 * RATE)
    check_equal(two['start'], AT + 5 * RATE, 'start after the jump')
    check_fed(two, sung_raw(), 4, AT + 5 * RATE, AT + 6 * RATE)


@TAP.case
def generate():
    """Generate at the console leads to both instrumentals."""
    seen = []

    def ended():
        status = Stage.jalv.monitors()['status']
        if not seen or seen[-1] != status:
            seen.append(status)
        return status in host.SHOWN_ENDS

    Stage.jalv.set('generate', 1)
    wait_for(ended, 90, 'end of the job')
    diagnose('status went through %r' % seen)
    check_equal(seen[-1], host.SHOWN_DONE, 'status')
    wait_for(lambda: Stage.jalv.monitors()['results'] == 2, 5, 'two results')
    jobs = [(t, j) for t in Stage.place.takes() for j in t.jobs()]
    check_equal(len(jobs), 1, 'jobs')
    take, job = jobs[0]
    check_equal(job['posts'], 1, 'POSTs')
    wavs = take.results(job)
    check_equal(len(wavs), 2, 'results')
    for wav in wavs:
        check_equal((wav.rate, wav.bits, wav.channels), (RATE, 24, 2),
                    wav.path)
        bars = wav.reference / BAR
        check(abs(bars - round(bars)) * BAR < 30, '%s begins at bar %.4f',
              wav.path, bars)


@TAP.case
def passes():
    """What comes back from the plugin is what went in."""
    raw = Stage.singer.quit()
    wrong = difference(raw, sung_raw())
    check(not wrong, '%s', wrong)
    check_equal(Stage.jalv.quit(), 0, "jalv's exit code")


@TAP.case
def stereo():
    """The stereo plugin keeps both channels apart, in one take."""
    before = Stage.place.takes()
    both = array.array('f')
    for left, right in zip(Stage.sung, reversed(Stage.sung)):
        both.append(left)
        both.append(right)
    both = both[:2 * 4 * RATE]
    singer = jack.Singer(Stage.place, both, AT, 2, 'duet')
    jalv = jack.Jalv(Stage.place, STEREO, '-c', 'arm=1', name='wide')
    singer.through('wide', ['in_left', 'in_right'], ['out_left', 'out_right'])
    singer.locate(AT)
    singer.play_until(AT + 4 * RATE + 2048, 30)
    singer.stop()
    take, = new_takes(before, 1)
    check_equal(take['channels'], 2, 'channels')
    check_fed(take, both.tobytes(), 8, AT, AT + 4 * RATE)
    check_equal(difference(singer.quit(), both.tobytes()), None, 'what came '
                'back')
    check_equal(jalv.quit(), 0, "jalv's exit code")


TAP.main()
