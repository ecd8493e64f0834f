#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 300
# alone

"""Ardour's GUI with the plugin's window: its keys, and results dragged out."""

import array

import ardour
import ardourgui
import host
import ourwindow
from ardourgui import frame
from host import Place, Tap, Wav, check, check_equal, diagnose, wait_for
from ourwindow import check_ended, check_held
from screen import Screen

TAP = Tap()
POSITION = 1114112
LENGTH = 11 * ardour.RATE
BAR = 4 * 60.0 / 92 * ardour.RATE
TICKS = 4 * 1920           # Of a bar
ZOOM = 2048                # Frames of a pixel
LEFT = 960000              # First frame that is shown
SNAPS = 18                 # Pixels: Ardour snaps within 25
ON_BACKING = 431           # Pixels below the top of Ardour's window
BELOW = 620


class Stage:
    """What the cases hand on."""

    place = None
    screen = None
    gui = None
    ours = None
    zero = None
    regions = None


def on_backing(x):
    """A place on the empty stereo track."""
    return x, Stage.gui.box[1] + ON_BACKING


def below_tracks(x):
    """A place below all tracks."""
    return x, Stage.gui.box[1] + BELOW


def check_audio(files, result):
    """Ardour's copies are the result bit for bit, left and right."""
    wav = Wav(ourwindow.newest(Stage.place.takes_dir(), result + '.wav'))
    check_equal(len(files), 2, 'channels of %s' % result)
    for channel, name in enumerate(files):
        copy = Wav(Stage.place.path('song', 'interchange', 'song',
                                    'audiofiles', name))
        check_equal((copy.rate, copy.channels, copy.frames),
                    (wav.rate, 1, wav.frames), name)
        wrong = host.difference(
            copy.raw, array.array('f', ourwindow.samples(wav,
                                                         channel)).tobytes())
        check(not wrong, '%s: %s', name, wrong)


def check_on_bar(place, x, what):
    """A saved position is the bar line nearest to a pixel, exactly."""
    wanted = round((LEFT + ZOOM * (x - Stage.zero)) / BAR)
    if place[0] == 'b':
        check_equal(int(place[1:]), wanted * TICKS, what)
    else:
        check(abs(frame(place) - wanted * BAR) <= 1, '%s: %s is not bar %d',
              what, place, wanted)


def rolled():
    """How many takes there are: the armed plugin opens one when it rolls."""
    return len(Stage.place.takes()) + Stage.place.open_takes()


@TAP.need
def prepare():
    """A session with a take, both results and an empty stereo track."""
    place = Stage.place = Place('drag')
    place.configure({'service': 'local', 'defaults': {
        'title': 'Drag me', 'tags': 'acoustic folk'}})
    ardour.new_session(place, 'song', host.voice(ardour.RATE, 11), POSITION,
                       controls=[('arm', 1), ('genre', 3), ('stems', 1)])
    session = ardour.open_session(place, 'song')
    session.call('new_track', 'backing', 2)
    session.call('bounce', 'vox', POSITION, POSITION + LENGTH, 'bounced')
    wait_for(place.takes, 20, 'take')
    host.after_restore()
    session.set('plugin', 'generate', 1)
    wait_for(lambda: session.get('plugin', 'status') in host.SHOWN_ENDS, 90,
             'end of the job')
    check_equal(session.get('plugin', 'status'), host.SHOWN_DONE, 'status')
    session.save()
    session.close()


@TAP.need
def opens():
    """Ardour opens the plugin's own window, which shows both results."""
    Stage.screen = Screen(Stage.place)
    Stage.gui = ardourgui.Gui(Stage.screen, Stage.place, 'song', ZOOM, LEFT)
    Stage.ours = Stage.gui.ours
    Stage.ours.wait_results()


@TAP.case
def below():
    """A dropped below the tracks is a new stereo track where it fell."""
    x = 500
    start = Stage.ours.at('result', 0)
    Stage.screen.press(*start)
    Stage.screen.carry(start, below_tracks(x))
    check_held(Stage.gui.child)
    Stage.screen.picture('held')
    Stage.screen.release()
    place, files = Stage.gui.wait_region('Drag me (A)', 'Drag me (A)')
    Stage.zero = x - (frame(place) - LEFT) // ZOOM
    check_equal((frame(place) - LEFT) % ZOOM, 0, 'part of a pixel')
    check(100 < Stage.zero - Stage.gui.box[0] < 300, 'frame %d at %d',
          frame(place), x)
    diagnose("the first shown frame is %d pixels from Ardour's left edge"
             % (Stage.zero - Stage.gui.box[0]))
    check_audio(files, 'Drag me (A)')


@TAP.case
def onto():
    """B dropped onto a stereo track is a region where it fell."""
    x = 633
    Stage.screen.drag(Stage.ours.at('result', 1), on_backing(x))
    place, files = Stage.gui.wait_region('backing', 'Drag me (B)')
    check_equal(frame(place), LEFT + ZOOM * (x - Stage.zero), 'position')
    check_audio(files, 'Drag me (B)')
    wait_for(lambda: ourwindow.drags(Stage.gui.child) == 0, 60,
             'end of the drop')
    Stage.regions = sorted(Stage.gui.regions())


@TAP.case
def stem():
    """A stem dragged out of A's menu onto a track is a region where it fell."""
    x = 500
    Stage.ours.click('menu', 0)
    Stage.screen.drag(Stage.ours.at('row', 1), on_backing(x))  # 0 is the MIDI

    def dropped():
        return [(name, *region)
                for (track, name), region in Stage.gui.regions().items()
                if track == 'backing' and name.startswith('Drag me (A) ')]

    (name, place, files), = wait_for(dropped, 60, 'region of a stem')
    diagnose('%s at frame %d' % (name, frame(place)))
    check_equal(frame(place), LEFT + ZOOM * (x - Stage.zero), 'position')
    check_audio(files, name)
    wait_for(lambda: ourwindow.drags(Stage.gui.child) == 0, 60,
             'end of the drop')
    Stage.regions = sorted(Stage.gui.regions())


@TAP.case
def escape():
    """Escape ends a drag; nothing is dropped and nothing is left behind."""
    start = Stage.ours.at('result', 0)
    Stage.screen.press(*start)
    Stage.screen.carry(start, below_tracks(500))
    check_held(Stage.gui.child)
    Stage.screen.do('key', 'Escape')
    wait_for(lambda: ourwindow.drags(Stage.gui.child) == 0, 20,
             'end by Escape')
    Stage.screen.release()
    check_ended(Stage.screen, Stage.gui.child)


@TAP.case
def nobody():
    """Drops on nothing and on our own window are refused."""
    for place in ((30, 30), Stage.ours.at('quiet')):
        Stage.screen.drag(Stage.ours.at('result', 0), place)
        check_ended(Stage.screen, Stage.gui.child)
    check_equal(sorted(Stage.gui.regions()), Stage.regions, 'regions')


@TAP.case
def snapped():
    """With snap to bars both fall exactly on a bar, dragged together too."""
    Stage.screen.do('windowactivate', '--sync', Stage.gui.window, 'key', '4')
    line = round((11 * BAR - LEFT) / ZOOM) + Stage.zero
    Stage.screen.drag(Stage.ours.at('result', 1), on_backing(line + SNAPS))
    place, files = Stage.gui.wait_region('backing', 'Drag me (B).1')
    check_on_bar(place, line, 'B')
    check_audio(files, 'Drag me (B)')
    Stage.screen.drag(Stage.ours.at('both'), below_tracks(line - SNAPS))
    for name in ('Drag me (A).1', 'Drag me (B).2'):
        place, files = Stage.gui.wait_region(name, name)
        check_on_bar(place, line, name)
        check_audio(files, name[:11])
    Stage.regions = sorted(Stage.gui.regions())


@TAP.case
def typing():
    """Keys typed into a field are no shortcuts of Ardour's."""
    before = rolled()
    Stage.ours.click('field', ourwindow.TITLE)
    Stage.screen.do('type', '--delay', 20, 'Mein 4 Lied r ')
    Stage.screen.do('key', 'Tab')
    wait_for(lambda: 'Mein 4 Lied r' in Stage.gui.state(), 60,
             'title in the saved state')
    check_equal(rolled(), before, 'takes')


@TAP.case
def shortcuts():
    """Keys that the window has no use for are Ardour's: space rolls."""
    for gone_from in ('field', 'window'):
        before = rolled()
        if gone_from == 'field':
            Stage.ours.click('field', ourwindow.TITLE)
            Stage.screen.do('key', 'Escape')
        else:
            Stage.ours.click('quiet')
        Stage.screen.do('key', 'space')
        wait_for(lambda n=before: rolled() > n, 20,
                 'rolling transport by a key from the ' + gone_from)
        Stage.screen.do('key', 'space')
        wait_for(lambda: not Stage.place.open_takes(), 20,
                 'stopped transport by a key from the ' + gone_from)


@TAP.case
def earlier():
    """A silent take leaves the results in view; the menu brings them too."""
    check(Stage.ours.is_ready(0), 'results after a silent take')
    Stage.ours.click('takes')
    Stage.screen.do('key', 'End', 'Return')  # The oldest is the last row
    Stage.ours.wait_results()


@TAP.case
def closing():
    """The window closed during a drag ends it; Ardour goes on."""
    wait_for(lambda: ourwindow.drags(Stage.gui.child) == 0, 60,
             'end of the drop')
    start = Stage.ours.at('result', 0)
    Stage.screen.press(*start)
    Stage.screen.carry(start, below_tracks(500))
    check_held(Stage.gui.child)
    Stage.screen.close(Stage.screen.find('^vox: Backline')[0])
    wait_for(lambda: ourwindow.drags(Stage.gui.child) == 0, 20,
             'end of the drag')
    check_equal(Stage.screen.find('^Backline$'), [], 'windows of ours')
    Stage.screen.release()
    check_ended(Stage.screen, Stage.gui.child)
    check_equal(sorted(Stage.gui.regions()), Stage.regions, 'regions')


TAP.main()
