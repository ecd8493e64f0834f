#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 300
# alone

"""Ardour's own Freeze, from the track's menu, and what comes after it."""

import array
import glob
import os

import ardour
import host
from ardour import RATE
from ardourgui import Gui, frame
from host import Place, Tap, Wav, check, check_equal, difference, wait_for
from screen import Screen

TAP = Tap()
POSITION = 1114112
LENGTH = 11 * RATE
FIRST, LAST = POSITION - RATE, POSITION + LENGTH + RATE
FADE = 8192
PLAYED = 4 * RATE   # Of less than ten seconds, for which Generate has no use
LANE = 514, 330     # Of Ardour's window: the track, behind all that it plays


class Song:
    """What the cases hand on."""

    place = None
    raw = b''
    gui = None


def choose_last():
    """Freeze, or Unfreeze where the track is frozen."""
    Song.gui.choose_last(Song.gui.box[0] + LANE[0], Song.gui.box[1] + LANE[1])


def check_sung(take, first, last):
    """The take has the voice's samples from frame first to last."""
    check_equal(take['dropped'], 0, 'dropped')
    check_equal(take.audio().reference, take['start'], 'BWF time reference')
    wrong = difference(take.audio().part(first - take['start'], last - first),
                       Song.raw[(first - POSITION) * 4:(last - POSITION) * 4])
    check(not wrong, 'take at %d: %s', take['start'], wrong)


def in_session(name):
    """A file that Ardour wrote."""
    return Wav(Song.place.path('song', 'interchange', 'song', 'audiofiles',
                               name))


@TAP.need
def opens():
    """A session with a voice, as long as Freeze needs it, opens."""
    place = Song.place = Place('freeze')
    place.configure({'service': 'local'})
    voice = host.voice(RATE, LENGTH // RATE)
    Song.raw = array.array('f', voice).tobytes()
    ardour.new_session(place, 'song', voice, POSITION,
                       controls=[('arm', 1), ('genre', 3)])
    # Freeze renders the session's range, and nothing where there is none
    ardour.add_ranges(place, 'song', {'session': (FIRST, LAST)})
    Song.gui = Gui(Screen(place), place, 'song', 2048, 960000)


@TAP.need
def frozen():
    """Freeze is one take: the frozen file bit for bit, at its frame."""
    choose_last()
    wait_for(lambda: Song.place.takes() and not Song.place.open_takes(), 60,
             'take')
    regions = [v for (track, _), v in Song.gui.regions().items()
               if track == 'vox']
    check_equal(len(regions), 1, 'regions of the frozen track')
    (position, files), = regions
    check_equal(len(files), 1, 'files of the frozen track')
    file = in_session(files[0])
    takes = Song.place.takes()
    check_equal(len(takes), 1, 'takes')
    check_equal((takes[0]['start'], takes[0]['frames']), (FIRST, LAST - FIRST),
                'start and frames')
    check_equal((frame(position), file.frames), (FIRST, LAST - FIRST),
                "Ardour's start and frames")
    wrong = difference(takes[0].audio().raw, file.raw)
    check(not wrong, 'take against the frozen file: %s', wrong)
    check_sung(takes[0], POSITION + FADE, POSITION + LENGTH - FADE)


def playing():
    """Bytes of the open take."""
    finished = {t.folder for t in Song.place.takes()}
    return sum(os.path.getsize(path) for path in glob.glob(
        Song.place.takes_dir() + '/*/take.wav')
               if os.path.dirname(path) not in finished)


@TAP.case
def unfrozen():
    """Unfrozen the plugin runs again: played, there is a second take."""
    choose_last()
    position, _ = Song.gui.wait_region('vox', 'voice')
    check_equal(frame(position), POSITION, 'the region')
    check_equal(len(Song.place.takes()) + Song.place.open_takes(), 1, 'takes')
    Song.gui.screen.do('key', 'Home', 'key', 'space')
    wait_for(lambda: playing() > 4 * PLAYED, 60, 'take of the playback')
    Song.gui.screen.do('key', 'space')
    wait_for(lambda: not Song.place.open_takes(), 20, 'stopped transport')
    takes = Song.place.takes()
    check_equal(len(takes), 2, 'takes')
    check_sung(takes[1], POSITION + FADE,
               takes[1]['start'] + takes[1]['frames'] - FADE)
    check_sung(takes[0], POSITION + FADE, POSITION + LENGTH - FADE)


@TAP.case
def generates():
    """Saved and opened anew, Generate makes both of the frozen take."""
    Song.gui.save()
    Song.gui.child.end()
    session = ardour.open_session(Song.place, 'song')
    wait_for(lambda: session.get('plugin', 'takes') == 2, 20, 'both takes')
    host.after_restore()
    session.set('plugin', 'generate', 1)
    wait_for(lambda: session.get('plugin', 'status') in host.SHOWN_ENDS, 90,
             'end of the job')
    check_equal(session.get('plugin', 'status'), host.SHOWN_DONE, 'status')
    session.close()
    take, played = Song.place.takes()
    check_equal(played.jobs(), [], 'jobs of the playback')
    check_equal(len(take.jobs()), 1, 'jobs of the frozen take')
    for result in take.results(take.jobs()[0]):
        check_equal(result.rate, RATE, result.path)
    check_equal(len(take.results(take.jobs()[0])), 2, 'results')


TAP.main()
