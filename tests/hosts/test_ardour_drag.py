#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 300
# alone

"""Results are dragged from the plugin's window into Ardour's editor."""

import array
import os
import time
import xml.etree.ElementTree

import ardour
import host
import ourwindow
from host import Child, Place, Tap, Wav, check, check_equal, diagnose, wait_for
from ourwindow import OurWindow, check_ended, check_held
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

CONFIG = """<?xml version="1.0" encoding="UTF-8"?>
<Ardour><Config>
<Option name="hide-dummy-backend" value="0"/>
<Option name="try-autostart-engine" value="1"/>
</Config><Extra><AudioMIDISetup><EngineStates>
<State backend="None (Dummy)" driver="Normal Speed" device="Silence"
 input-device="" output-device="" sample-rate="48000" buffer-size="1024"
 n-periods="0" input-latency="0" output-latency="0" lm-input="" lm-output=""
 active="1" use-buffered-io="0" midi-option="1 in, 1 out, Silence" lru="1">
<MIDIDevices/></State>
</EngineStates></AudioMIDISetup></Extra></Ardour>
"""

INSTANT = """<?xml version="1.0" encoding="UTF-8"?>
<instant><LastUsedSnapshot name="song"/>
<Editor zoom="%d" grid-type="GridTypeBar" snap-mode="%s" left-frame="%d"
 y-origin="0" edit-point="EditAtMouse" show-editor-mixer="0"
 show-editor-list="0" mouse-mode="MouseObject" playhead="0"/></instant>
"""


class Stage:
    """What the cases hand on."""

    place = None
    screen = None
    gui = None
    ours = None
    main = None
    zero = None


def session_path():
    """The session's file."""
    return Stage.place.path('song', 'song.ardour')


def show_window_with_session():
    """Have Ardour open the plugin's own window by itself."""
    tree = xml.etree.ElementTree.parse(session_path())
    root = tree.getroot()
    route = [r for r in root.iter('Route') if r.get('name') == 'vox'][0]
    plugin = [p for p in route.iter('Processor') if p.get('type') == 'lv2'][0]
    name = 'P-%s-%s' % (route.get('id'), plugin.get('id'))
    for window in [w for ui in root.iter('UI') for w in ui]:
        if window.get('name') == name:
            window.set('visible', '1')
            break
    else:
        extra = root.find('Extra')
        if extra is None:
            extra = xml.etree.ElementTree.Element('Extra')
            root.insert(1, extra)
        ui = extra.find('UI')
        if ui is None:
            ui = xml.etree.ElementTree.SubElement(extra, 'UI')
        ui.insert(0, xml.etree.ElementTree.Element('Window', {
            'name': name, 'visible': '1', 'x-off': '690', 'y-off': '20',
            'x-size': '-1', 'y-size': '-1', 'custom-ui': '1'}))
    tree.write(session_path())


def start_gui(snap):
    """Ardour with the plugin's window in front of it."""
    place = Stage.place
    folder = os.path.join(place.env['XDG_CONFIG_HOME'], 'ardour7')
    os.makedirs(folder, exist_ok=True)
    for path, text in ((os.path.join(folder, '.a7'), ''),
                       (os.path.join(folder, 'config'), CONFIG),
                       (place.path('song', 'instant.xml'),
                        INSTANT % (ZOOM, snap, LEFT))):
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
    show_window_with_session()
    gui = Stage.gui = Child(['ardour', '--no-splash', place.path('song')],
                            place.path('gui-%s.log' % snap), env=place.env)

    def there():
        check(gui.running(), 'Ardour ended\n%s', gui.tail())
        return (Stage.screen.find('^Backline$')
                and Stage.screen.find(' - Ardour$'))

    wait_for(there, 60, "Ardour's and our window")
    wait_for(settled, 30, 'windows at rest')
    Stage.main = Stage.screen.box(Stage.screen.find(' - Ardour$')[0])
    Stage.ours = OurWindow(Stage.screen, Stage.screen.find('^Backline$')[-1])


def settled():
    """Both windows have stayed where they are for a while."""
    boxes = []
    for _ in range(2):
        boxes.append([Stage.screen.box(w) for name in
                      ('^Backline$', ' - Ardour$')
                      for w in Stage.screen.find(name)])
        time.sleep(1)
    return boxes[0] == boxes[1] and None not in boxes[0]


def saved(name):
    """(frame or bar, names of both files) of a region in the saved session."""
    root = xml.etree.ElementTree.parse(session_path()).getroot()
    files = {s.get('id'): s.get('name') for s in root.iter('Source')}
    found = {}
    tracks = {r.get('audio-playlist'): r.get('name')
              for r in root.iter('Route')}
    for playlist in root.iter('Playlist'):
        for region in playlist.iter('Region'):
            track = tracks.get(playlist.get('id'))
            found[track, region.get('name')] = (
                region.get('length').split('@')[1],
                [files[region.get('source-%d' % i)] for i in
                 range(int(region.get('channels')))])
    return found.get(name)


def save_until(name):
    """Save as a user does until a region is there."""
    main = Stage.screen.find(' - Ardour$')[0]

    def there():
        Stage.screen.do('windowactivate', '--sync', main, 'key', 'ctrl+s')
        time.sleep(1.5)
        return saved(name)

    return wait_for(there, 30, 'region %s on track %s' % name[::-1])


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


def frame(text):
    """A position in frames that Ardour saved in its own ticks."""
    check(text[0] == 'a', 'position %s', text)
    return int(text[1:]) * ardour.RATE // ardour.SUPERCLOCK


def wait_drop():
    """The host says that it has imported."""
    wait_for(lambda: ourwindow.drags(Stage.gui) == 0, 60, 'end of the drop')


@TAP.case
def prepare():
    """A session with a take, both results and an empty stereo track."""
    place = Stage.place = Place('drag')
    place.configure({'service': 'local', 'defaults': {
        'title': 'Drag me', 'tags': 'acoustic folk'}})
    ardour.new_session(place, 'song', host.voice(ardour.RATE, 11), POSITION,
                       controls=[('arm', 1), ('genre', 3)])
    session = ardour.open_session(place, 'song')
    session.call('new_track', 'backing', 2)
    session.call('bounce', 'vox', POSITION, POSITION + LENGTH, 'bounced')
    wait_for(place.takes, 20, 'take')
    time.sleep(1.1)
    session.set('plugin', 'generate', 1)
    wait_for(lambda: session.get('plugin', 'status') in host.SHOWN_ENDS, 90,
             'end of the job')
    check_equal(session.get('plugin', 'status'), host.SHOWN_DONE, 'status')
    session.save()
    session.close()


@TAP.case
def opens():
    """Ardour opens the plugin's own window, which shows both results."""
    Stage.screen = Screen(Stage.place)
    start_gui('SnapOff')
    check(Stage.ours.rows[0] < Stage.ours.rows[1], 'rows %r',
          Stage.ours.rows)


@TAP.case
def below():
    """A dropped below the tracks is a new stereo track where it fell."""
    x = 500
    Stage.screen.press(*Stage.ours.result(0))
    Stage.screen.carry(Stage.ours.result(0), (x, Stage.main[1] + BELOW))
    check_held(Stage.screen, Stage.gui)
    time.sleep(0.5)
    Stage.screen.picture('held')
    Stage.screen.release()
    wait_drop()
    place, files = save_until(('Drag me (A)', 'Drag me (A)'))
    Stage.screen.picture('below')
    Stage.zero = x - (frame(place) - LEFT) // ZOOM
    check_equal((frame(place) - LEFT) % ZOOM, 0, 'part of a pixel')
    check(100 < Stage.zero - Stage.main[0] < 300, 'frame %d at %d',
          frame(place), x)
    diagnose("the first shown frame is %d pixels from Ardour's left edge"
             % (Stage.zero - Stage.main[0]))
    check_audio(files, 'Drag me (A)')


@TAP.case
def onto():
    """B dropped onto a stereo track is a region where it fell."""
    x = 633
    Stage.screen.drag(Stage.ours.result(1), (x, Stage.main[1] + ON_BACKING))
    wait_drop()
    place, files = save_until(('backing', 'Drag me (B)'))
    Stage.screen.picture('onto')
    check_equal(frame(place), LEFT + ZOOM * (x - Stage.zero), 'position')
    check_audio(files, 'Drag me (B)')


@TAP.case
def escape():
    """Escape ends a drag; nothing is dropped and nothing is left behind."""
    start = Stage.ours.result(0)
    Stage.screen.press(*start)
    Stage.screen.carry(start, (500, Stage.main[1] + BELOW))
    check_held(Stage.screen, Stage.gui)
    Stage.screen.do('key', 'Escape')
    wait_for(lambda: ourwindow.drags(Stage.gui) == 0, 10, 'end by Escape')
    Stage.screen.release()
    check_ended(Stage.screen, Stage.gui)


@TAP.case
def nobody():
    """Drops on nothing and on our own window are refused."""
    for place in ((30, 30), Stage.ours.middle()):
        Stage.screen.drag(Stage.ours.result(0), place)
        check_ended(Stage.screen, Stage.gui)
    Stage.screen.picture('refused')


@TAP.case
def closing():
    """The window closed during a drag ends it; Ardour goes on."""
    start = Stage.ours.result(0)
    Stage.screen.press(*start)
    Stage.screen.carry(start, (500, Stage.main[1] + BELOW))
    check_held(Stage.screen, Stage.gui)
    Stage.screen.do('search', '--name', 'vox: Backline', 'windowquit')
    wait_for(lambda: ourwindow.drags(Stage.gui) == 0, 10, 'end of the drag')
    Stage.screen.release()
    check_ended(Stage.screen, Stage.gui)
    Stage.screen.picture('closed')
    Stage.gui.end()


def check_on_bar(place, x, what):
    """A saved position is the bar line nearest to a pixel, exactly."""
    wanted = round((LEFT + ZOOM * (x - Stage.zero)) / BAR)
    if place[0] == 'b':
        check_equal(int(place[1:]), wanted * TICKS, what)
    else:
        check(abs(frame(place) - wanted * BAR) <= 1, '%s: %s is not bar %d',
              what, place, wanted)


@TAP.case
def snapped():
    """With snap to bars both fall exactly on a bar, dragged together too."""
    start_gui('SnapNormal')
    line = round((11 * BAR - LEFT) / ZOOM) + Stage.zero
    Stage.screen.drag(Stage.ours.result(1),
                      (line + SNAPS, Stage.main[1] + ON_BACKING))
    wait_drop()
    place, files = save_until(('backing', 'Drag me (B).1'))
    check_on_bar(place, line, 'B')
    check_audio(files, 'Drag me (B)')
    Stage.screen.drag(Stage.ours.both(), (line - SNAPS,
                                          Stage.main[1] + BELOW))
    wait_drop()
    for name in ('Drag me (A).1', 'Drag me (B).2'):
        place, files = save_until((name, name))
        check_on_bar(place, line, name)
        check_audio(files, name[:11])
    Stage.screen.picture('snapped')


TAP.main()
