#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 240
# alone

"""Results dragged from the plugin's window into Qtractor's tracks."""

import os
import time
import xml.etree.ElementTree

import host
import jack
import ourwindow
import qtractor
from host import Place, Tap, Wav, check, check_equal, diagnose, wait_for
from ourwindow import OurWindow, check_held, check_no_errors
from screen import Screen

TAP = Tap()
RATE = 48000
AT = 96000
SECONDS = 11
SNAP = RATE * 60.0 / 92 / 4  # Qtractor snaps to a quarter of a beat
PIXEL = RATE * 60.0 / 92 * 4 / 166.7  # Frames, as it zooms at first
PLUGIN = (206, 46)           # In its mixer
TRACK_2 = 240                # Pixels below the top of its window
BELOW = 490


class Stage:
    """What the cases hand on."""

    place = None
    screen = None
    singer = None
    qtractor = None
    main = None
    ours = None
    first = None


def at(x, y):
    """A place in Qtractor's tracks."""
    box = Stage.screen.box(Stage.main)
    return box[0] + x, box[1] + y


def saved():
    """[(track, clip, start, path)] of the session as a user saves it."""
    path = Stage.place.path('song.qtr')
    pressed = 0.0
    deadline = time.monotonic() + 60
    while Stage.screen.managed('song.qtr [modified]'):
        check(time.monotonic() < deadline, 'Qtractor does not save')
        if time.monotonic() - pressed > 3:
            Stage.screen.do('windowactivate', '--sync', Stage.main, 'key',
                            'ctrl+s')
            pressed = time.monotonic()
        time.sleep(0.05)
    clips = []
    for track in xml.etree.ElementTree.parse(path).getroot().iter('track'):
        for clip in track.iter('clip'):
            clips.append((track.get('name'), clip.get('name'),
                          int(clip.findtext('properties/start')),
                          clip.findtext('audio-clip/filename')))
    return clips


def wait_clips(name, count):
    """Save until there are so many clips of a name; them."""
    def there():
        found = [c for c in saved() if c[1] == name]
        return found if len(found) == count else None

    return wait_for(there, 60, '%d clips %s' % (count, name))


def check_clip(clip, x):
    """It lies where it was let go, up to the snap, and is our file."""
    _, name, start, path = clip
    off = start % SNAP
    check(min(off, SNAP - off) <= 1, '%s at %d is off the grid', name, start)
    if Stage.first is None:
        Stage.first = (x, start)
    expected = Stage.first[1] + (x - Stage.first[0]) * PIXEL
    check(abs(start - expected) <= SNAP, '%s at %d, let go at %d', name,
          start, expected)
    ours = ourwindow.newest(Stage.place.takes_dir(), name + '.wav')
    check(os.path.samefile(os.path.join(Stage.place.root, path), ours),
          'the clip is of %s', path)
    check_equal(Wav(ours).channels, 2, 'channels of ' + name)


@TAP.need
def take():
    """What Qtractor plays is a take."""
    place = Stage.place = Place('qdrag')
    place.configure({'service': 'local', 'defaults': {
        'title': 'Drag me', 'tags': 'acoustic folk'}})
    config = os.path.join(place.env['XDG_CONFIG_HOME'], 'rncbc.org')
    os.makedirs(config)
    with open(os.path.join(config, 'Qtractor.conf'), 'w',
              encoding='utf-8') as text:
        text.write('[Plugins]\nOpenEditor=true\nQueryEditorType=false\n')
    qtractor.write_session(place, RATE, host.voice(RATE, SECONDS), AT, True)
    Stage.screen = Screen(place)
    jack.Server(place)
    Stage.singer = jack.Singer(place, [0.0] * 16, 0)
    Stage.qtractor = qtractor.start(place, Stage.singer)
    Stage.singer.locate(AT - 8192)
    Stage.singer.play_until(AT + SECONDS * RATE + 4096, 60)
    Stage.singer.stop()
    wait_for(lambda: place.takes() and not place.open_takes(), 20, 'take')
    diagnose('%d takes' % len(place.takes()))


@TAP.need
def generate():
    """Its own window opens from the mixer; Generate brings both results."""
    screen = Stage.screen
    Stage.main = wait_for(lambda: screen.managed('song.qtr'), 30,
                          "Qtractor's window")
    screen.do('windowactivate', '--sync', Stage.main, 'key', 'F9')
    mixer = wait_for(lambda: screen.managed('Mixer'), 30, 'mixer')
    screen.wait_still(mixer)
    box = screen.box(mixer)
    screen.move(box[0] + PLUGIN[0], box[1] + PLUGIN[1])
    screen.do('click', '--repeat', 2, '--delay', 60, 1)
    editor = wait_for(lambda: screen.managed('Backline Stereo'), 30,
                      "the plugin's window")
    screen.close(mixer)
    screen.do('windowmove', '--sync', Stage.main, 0, 30)
    screen.do('windowmove', '--sync', editor, 700, 360)
    screen.wait_still(editor)
    Stage.ours = OurWindow(screen)
    Stage.ours.click('generate')
    Stage.ours.wait_results(90)


@TAP.case
def below():
    """A dropped below the tracks is a clip on a new track."""
    Stage.screen.drag(Stage.ours.at('result', 0), at(400, BELOW))
    check_clip(wait_clips('Drag me (A)', 1)[0], 400)
    check_no_errors(Stage.qtractor)


@TAP.case
def onto():
    """B dropped onto a track is a clip where it fell."""
    Stage.screen.drag(Stage.ours.at('result', 1), at(500, TRACK_2))
    clip = wait_clips('Drag me (B)', 1)[0]
    check_equal(clip[0], 'Drag me (A)', 'track')
    check_clip(clip, 500)


@TAP.case
def both():
    """Both, dragged together, are two clips at the place."""
    Stage.screen.drag(Stage.ours.at('both'), at(300, BELOW))
    for name in ('Drag me (A)', 'Drag me (B)'):
        clips = wait_clips(name, 2)
        check_clip(min(clips, key=lambda clip: clip[2]), 300)


@TAP.case
def ends():
    """Escape, and the window closed during a drag, leave all as it was."""
    wait_for(lambda: ourwindow.drags(Stage.qtractor) == 0, 60,
             'end of the drop')
    before = saved()
    for way in ('Escape', 'close'):
        start = Stage.ours.at('result', 0)
        Stage.screen.press(*start)
        Stage.screen.carry(start, at(350, BELOW))
        check_held(Stage.qtractor)
        if way == 'Escape':
            Stage.screen.do('key', 'Escape')
        else:
            Stage.screen.close(Stage.screen.managed('Backline Stereo'))
        wait_for(lambda: ourwindow.drags(Stage.qtractor) == 0, 20,
                 'end of the drag by ' + way)
        Stage.screen.release()
    wait_for(lambda: not Stage.screen.find('^Backline$'), 20,
             'end of our window')
    ourwindow.check_ended(Stage.screen, Stage.qtractor)
    check_equal(saved(), before, 'clips')


TAP.main()
