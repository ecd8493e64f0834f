#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 240
# alone

"""Ardour: bounce, playback and export become takes, a take instrumentals.

A crash during an export is Ardour's own only on the terms of
ardour.export(): not in our code, and without the plugin, too.
"""

import glob
import os

import ardour
import host
import jack
from host import (MONO, Place, Tap, Wav, check, check_equal, diagnose,
                  difference, wait_for)

TAP = Tap()
POSITION = 1114112
SECONDS = 11
LENGTH = SECONDS * ardour.RATE
BLOCK = 1024
FADE = 8192
BAR = 4 * 60.0 / 92 * ardour.RATE
TICK = BAR / 4 / 1920  # Ardour tells beats in whole ticks


class Song:
    """What the cases hand on."""

    place = None
    ardour = None
    bounced = None
    jobs = []


def new_take(before, seconds=20):
    """The one take that there is beside those of before."""
    known = {take.id for take in before}

    def found():
        return [t for t in Song.place.takes() if t.id not in known]

    takes = wait_for(found, seconds, 'finished take')
    host.nothing_more(0.3)
    takes = found()
    check_equal(len(takes), 1, 'number of new takes')
    check_equal(Song.place.open_takes(), 0, 'unfinished takes')
    return takes[0]


def check_facts(take):
    """What holds for every take: its own facts agree, nothing was lost."""
    audio = take.audio()
    check_equal(take['dropped'], 0, 'dropped')
    check_equal(take['filled'], 0, 'filled')
    check_equal(take['rate'], ardour.RATE, 'rate')
    check_equal(audio.rate, ardour.RATE, "file's rate")
    check_equal((audio.format, audio.bits, audio.channels), (3, 32, 1),
                "file's format")
    check_equal(take['frames'], audio.frames, 'frames and file')
    check_equal(audio.reference, take['start'], 'BWF time reference')
    tempo = take['tempos'][0]
    check(abs(tempo['bpm'] - 92) < 0.01, 'tempo %r', tempo)
    check_equal((tempo['beats_per_bar'], tempo['beat_unit']), (4, 4), 'meter')
    bar = take['bar'] * BAR + take['beat'] * BAR / 4
    check(abs(bar - take['start']) < TICK + 1,
          'bar %r and beat %r are frame %.1f, not %d',
          take['bar'], take['beat'], bar, take['start'])
    return audio


def check_same(take, first, last):
    """The take has Ardour's bounced samples from frame first to last."""
    wrong = difference(
        take.audio().part(first - take['start'], last - first),
        Song.bounced.part(first - POSITION, last - first))
    check(not wrong, 'frames %d to %d: %s', first, last, wrong)


@TAP.need
def session():
    """A session with a voice in its middle opens with the plugin armed."""
    Song.place = Place('take')
    Song.place.configure({'service': 'local', 'defaults': {
        'title': 'Host song', 'tags': 'acoustic folk'}})
    ardour.new_session(Song.place, 'song', host.voice(ardour.RATE, SECONDS),
                       POSITION, controls=[('arm', 1), ('genre', 3)])
    Song.ardour = ardour.open_session(Song.place, 'song')
    check_equal(Song.ardour.get('plugin', 'arm'), 1, 'arm')


@TAP.case
def bounce():
    """(a) A bounce in mid-session is one take, bit for bit Ardour's file."""
    before = Song.place.takes()
    check_equal(len(before), 0, 'takes before anything was played')
    check(Song.ardour.call('bounce', 'vox', POSITION, POSITION + LENGTH,
                           'bounced'), 'no bounce')
    Song.bounced = Wav(Song.ardour.audio_file('song', 'bounced'))
    check_equal(Song.bounced.frames, LENGTH, "length of Ardour's file")
    take = new_take(before)
    check_facts(take)
    check_equal(take['start'], POSITION, 'start')
    check_equal(take['frames'], LENGTH, 'frames')
    check_same(take, POSITION, POSITION + LENGTH)


@TAP.case
def playback():
    """(b) Playback from before the region is the bounce, from there on."""
    before = Song.place.takes()
    start = POSITION - FADE - BLOCK
    Song.ardour.locate(start)
    Song.ardour.play_until(POSITION + LENGTH + ardour.RATE // 4, 30)
    take = new_take(before)
    check_facts(take)
    check(take['start'] <= start + FADE, 'start %d', take['start'])
    check_same(take, POSITION, POSITION + LENGTH)


@TAP.case
def playback_inside():
    """(b) Playback from inside it is equal after the transport's fade."""
    before = Song.place.takes()
    start = POSITION + 3 * ardour.RATE
    Song.ardour.locate(start)
    Song.ardour.play_until(start + 2 * ardour.RATE, 30)
    take = new_take(before)
    check_facts(take)
    check(abs(take['start'] - start) < 2 * BLOCK, 'start %d, not %d',
          take['start'], start)
    check(take['frames'] >= 2 * ardour.RATE - 2 * BLOCK, 'only %d frames',
          take['frames'])
    check_same(take, take['start'] + FADE, start + 2 * ardour.RATE - FADE)


@TAP.case
def export():
    """(c) An export's take has the range bit for bit at its frame."""
    first, last = POSITION + ardour.RATE, POSITION + 9 * ardour.RATE
    takes = ardour.export(Song.place, 'song', first, last)
    check_equal(len(takes), 1, 'number of takes')
    take = takes[0]
    check_facts(take)
    end = take['start'] + take['frames']
    diagnose('%d frames before, %d after' % (first - take['start'],
                                             end - last))
    check(first - 2 * BLOCK < take['start'] <= first, 'start %d of %d',
          take['start'], first)
    check(last <= end < last + 2 * BLOCK, 'end %d of %d', end, last)
    check_same(take, first, last)


@TAP.case
def generate():
    """Generate leads to both instrumentals on the bar line."""
    plugin = Song.ardour
    host.after_restore()
    plugin.set('plugin', 'generate', 1)
    seen = []

    def ended():
        status = plugin.get('plugin', 'status')
        if not seen or seen[-1] != status:
            seen.append(status)
        return status in host.SHOWN_ENDS

    wait_for(ended, 90, 'end of the job')
    diagnose('status went through %r' % seen)
    check_equal(seen[-1], host.SHOWN_DONE, 'status')
    wait_for(lambda: plugin.get('plugin', 'results') == 2, 5, 'two results')
    check_equal(plugin.get('plugin', 'error'), 0, 'error')
    check_equal(plugin.get('plugin', 'progress'), 100, 'progress')
    check_equal(plugin.get('plugin', 'dropped'), 0, 'dropped')
    jobs = [(t, j) for t in Song.place.takes() for j in t.jobs()]
    check_equal(len(jobs), 1, 'jobs')
    check_equal(jobs[0][1]['posts'], 1, 'POSTs')
    Song.jobs = jobs
    check_results(*jobs[0])


def check_results(take, job):
    """Both files are music of their own at the right place and rate."""
    wavs = take.results(job)
    check_equal(len(wavs), 2, 'results')
    for wav in wavs:
        check_equal((wav.rate, wav.bits, wav.channels),
                    (ardour.RATE, 24, 2), wav.path)
        bars = wav.reference / BAR
        check(abs(bars - round(bars)) * BAR < TICK + 1,
              '%s begins at %d, bar %.4f', wav.path, wav.reference, bars)
        check(take['start'] - BAR < wav.reference
              < take['start'] + take['frames'], '%s begins at %d',
              wav.path, wav.reference)
        check(wav.frames > 4 * ardour.RATE, '%s: %d frames', wav.path,
              wav.frames)
        check(any(wav.raw), '%s is silent', wav.path)
        check('Host song' in os.path.basename(wav.path), 'name %s', wav.path)
    check(wavs[0].raw != wavs[1].raw, 'both results are the same')


@TAP.case
def reload():
    """Saved and loaded again: settings and jobs are there, nothing fires."""
    Song.ardour.save()
    Song.ardour.close()
    Song.ardour = ardour.open_session(Song.place, 'song')
    plugin = Song.ardour
    check_equal(plugin.get('plugin', 'arm'), 1, 'arm')
    check_equal(plugin.get('plugin', 'genre'), 3, 'genre')
    check_equal(plugin.get('plugin', 'generate'), 1, 'generate as saved')
    wait_for(lambda: plugin.get('plugin', 'results') == 2, 10,
             'results of the old job')
    host.nothing_more(2)
    jobs = [(t.id, j['number']) for t in Song.place.takes() for j in t.jobs()]
    check_equal(jobs, [(t.id, j['number']) for t, j in Song.jobs], 'jobs')
    check_equal(plugin.get('plugin', 'status'), host.SHOWN_DONE, 'status')


@TAP.case
def again():
    """A second click after that is a second job, and only one."""
    plugin = Song.ardour
    count = sum(len(t.jobs()) for t in Song.place.takes())
    plugin.set('plugin', 'generate', 0)
    host.edge()
    plugin.set('plugin', 'generate', 1)
    wait_for(lambda: sum(len(t.jobs()) for t in Song.place.takes()) > count,
             10, 'second job')
    wait_for(lambda: all(j['state'] == 'placed' for t in Song.place.takes()
                         for j in t.jobs()), 90, 'end of the second job')
    check_equal(sum(len(t.jobs()) for t in Song.place.takes()), count + 1,
                'jobs')
    plugin.save()
    plugin.close()


@TAP.case
def elsewhere():
    """The state that Ardour saved, loaded by jalv: jobs shown, none sent."""
    jobs = sum(len(t.jobs()) for t in Song.place.takes())
    states = glob.glob(Song.place.path('song', 'plugins', '*', 'state*'))
    check(states, 'no state in the session')
    jack.Server(Song.place)
    jalv = jack.Jalv(Song.place, MONO, '-l', max(states,
                                                 key=os.path.getmtime))
    wait_for(lambda: jalv.monitors()['results'] == 2, 10, 'results in jalv')
    host.nothing_more(2)
    check_equal(jalv.monitors()['status'], host.SHOWN_DONE, 'status')
    check_equal(sum(len(t.jobs()) for t in Song.place.takes()), jobs, 'jobs')
    check_equal(jalv.quit(), 0, "jalv's exit code")


TAP.main()
