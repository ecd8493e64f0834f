#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 240

"""Ardour makes copies of the plugin: each take and job is there once."""

import os
import xml.etree.ElementTree

import ardour
import host
from host import Place, Tap, Wav, check, check_equal, wait_for
from standin import Standin

TAP = Tap()
POSITION = 1114112
SECONDS = 11
LENGTH = SECONDS * ardour.RATE
JOB_S = 90


class Song:
    """What the cases hand on."""

    place = None
    ardour = None
    service = None


def counts():
    """Uploads, POSTs, tasks."""
    seen = Song.service.counts()
    return [seen[name] for name in ('upload', 'submit', 'tasks')]


def jobs():
    """All jobs of all takes."""
    return [j for t in Song.place.takes() for j in t.jobs()]


def bounce_a_take(name):
    """Bounce the region; the number of takes that came of it."""
    before = len(Song.place.takes())
    check(Song.ardour.call('bounce', 'vox', POSITION, POSITION + LENGTH, name),
          'no bounce')
    wait_for(lambda: len(Song.place.takes()) > before, 20, 'take')
    host.nothing_more(1)
    check_equal(Song.place.open_takes(), 0, 'unfinished takes')
    return len(Song.place.takes()) - before


def check_bounced(take, name):
    """The take is the first channel of the file that Ardour wrote."""
    bounced = Wav(Song.ardour.audio_file('song', name))
    wrong = host.difference(take.audio().raw, bounced.raw)
    check_equal(take['start'], POSITION, 'start')
    check(not wrong, '%s', wrong)


@TAP.need
def replicated():
    """(d) The mono plugin twice on a stereo track keeps one take."""
    Song.place = Place('copies')
    Song.service = Standin(Song.place, '--polls', '1')
    ardour.new_session(Song.place, 'song', host.voice(ardour.RATE, SECONDS),
                       POSITION, channels=2, controls=[('arm', 1)])
    Song.ardour = ardour.open_session(Song.place, 'song')
    check_equal(bounce_a_take('twice'), 1, 'takes of one bounce')
    take, = Song.place.takes()
    check_equal(take['channels'], 1, 'channels')
    check_equal(take['dropped'], 0, 'dropped')
    check_bounced(take, 'twice')


@TAP.case
def one_post():
    """(d) Generate on both is one upload, one POST and one job."""
    host.after_restore()
    Song.ardour.set('plugin', 'generate', 1)
    wait_for(lambda: counts()[1] > 0, 30, 'POST')
    wait_for(lambda: Song.ardour.get('plugin', 'status') in host.SHOWN_ENDS,
             JOB_S, 'end of the job')
    check_equal(counts(), [1, 1, 1], 'uploads, POSTs and tasks')
    check_equal([(j['state'], j['posts']) for j in jobs()], [('placed', 1)],
                'jobs')


@TAP.case
def played():
    """(d) Played in real time both keep one take, too."""
    before = len(Song.place.takes())
    Song.ardour.locate(POSITION - 16384)
    Song.ardour.play_until(POSITION + ardour.RATE, 20)
    wait_for(lambda: len(Song.place.takes()) > before, 20, 'take')
    host.nothing_more(1)
    check_equal(len(Song.place.takes()), before + 1, 'takes')
    check_equal(Song.place.open_takes(), 0, 'unfinished takes')


@TAP.case
def preset():
    """(e) A preset with Generate on, loaded, sends nothing."""
    a = Song.ardour
    a.set('plugin', 'genre', 5)
    check_equal(a.get('plugin', 'generate'), 1, 'generate')
    check(a.call('save_preset', 'plugin', 'clicked'), 'no preset')
    for genre in (5, 2):
        a.set('plugin', 'generate', 0)
        a.set('plugin', 'genre', genre)
        host.after_restore()
        check(a.call('load_preset', 'plugin', 'clicked'), 'no preset to load')
        wait_for(lambda: a.get('plugin', 'genre') == 5
                 and a.get('plugin', 'generate') == 1, 5, 'preset')
        host.nothing_more(2)
        check_equal(counts()[:2], [1, 1], 'uploads and POSTs')
        check_equal(len(jobs()), 1, 'jobs')


@TAP.case
def duplicated():
    """(f) A track duplicated while its job runs: the job runs once."""
    a = Song.ardour
    a.set('plugin', 'generate', 0)
    host.edge()
    a.set('plugin', 'generate', 1)
    wait_for(lambda: counts()[1] == 2, 30, 'second POST')
    a.save()
    path = Song.place.path('vox.template')
    tree = xml.etree.ElementTree.parse(Song.place.path('song', 'song.ardour'))
    route, = (r for r in tree.find('Routes') if r.get('name') == 'vox')
    xml.etree.ElementTree.ElementTree(route).write(path)
    check_equal(a.call('duplicate', path, 'copy'), 1, 'copies')
    check(a.call('find_plugin', 'copy', 'copied'), 'no plugin in the copy')
    check_equal(a.get('copied', 'arm'), 1, 'arm of the copy')
    wait_for(lambda: a.get('plugin', 'status') in host.SHOWN_ENDS, JOB_S,
             'end of the job')
    wait_for(lambda: a.get('copied', 'results') == 2, 10,
             'results at the copy')
    host.nothing_more(2)
    check_equal(counts(), [2, 2, 2], 'uploads, POSTs and tasks')
    check_equal([(j['state'], j['posts']) for j in jobs()],
                [('placed', 1)] * 2, 'jobs')


@TAP.case
def reopened():
    """Both tracks after a reload: nothing is sent again."""
    Song.ardour.save()
    Song.ardour.close()
    Song.ardour = ardour.open_session(Song.place, 'song')
    check(Song.ardour.call('find_track', 'copy'), 'no copy')
    check(Song.ardour.call('find_plugin', 'copy', 'copied'), 'no plugin')
    wait_for(lambda: Song.ardour.get('copied', 'results') == 2
             and Song.ardour.get('plugin', 'results') == 2, 10, 'results')
    host.nothing_more(2)
    check_equal(counts(), [2, 2, 2], 'uploads, POSTs and tasks')
    check_equal(len(jobs()), 2, 'jobs')
    Song.ardour.close()


TAP.main()
