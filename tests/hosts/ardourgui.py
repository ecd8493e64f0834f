# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""Ardour's whole GUI on a screen, the plugin's own window in front of it."""

import glob
import os
import time
import xml.etree.ElementTree

import ourwindow
from ardour import RATE, SUPERCLOCK
from host import Child, check, wait_for

# As Ardour writes it when the engine has been chosen: it asks nothing
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
<instant><LastUsedSnapshot name="%s"/>
<Editor zoom="%d" grid-type="GridTypeBar" snap-mode="SnapOff" left-frame="%d"
 y-origin="0" edit-point="EditAtMouse" show-editor-mixer="0"
 show-editor-list="0" mouse-mode="MouseObject" playhead="0"
 follow-playhead="0"/></instant>
"""

TITLE = ' - Ardour$'
ASIDE = 690, 20  # Where the plugin's own window covers few of the tracks


class Gui:
    """One Ardour; `zoom` frames are a pixel, `left` is the first one shown."""

    def __init__(self, screen, place, name, zoom, left):
        self.screen = screen
        self.place = place
        self.session = place.path(name, name + '.ardour')
        folder = os.path.join(place.env['XDG_CONFIG_HOME'], 'ardour7')
        os.makedirs(folder, exist_ok=True)
        for path, text in ((os.path.join(folder, '.a7'), ''),
                           (os.path.join(folder, 'config'), CONFIG),
                           (place.path(name, 'instant.xml'),
                            INSTANT % (name, zoom, left))):
            with open(path, 'w', encoding='utf-8') as file:
                file.write(text)
        self._show_our_window()
        self.child = Child(['ardour', '--no-splash', place.path(name)],
                           place.path('ardour-gui.log'), env=place.env)
        wait_for(self._is_there, 90, "Ardour's window")
        self.window = screen.find(TITLE)[0]
        screen.wait_still(self.window)
        self.box = screen.box(self.window)
        wait_for(self._put_aside, 30, 'our window beside the tracks')
        self.ours = ourwindow.OurWindow(screen)

    def _is_there(self):
        check(self.child.running(), 'Ardour ended\n%s', self.child.tail())
        return self.screen.find('^Backline$') and self.screen.find(TITLE)

    def _put_aside(self):
        """Ardour does not always put our window where it was told to."""
        window = self.screen.managed('Backline')
        self.screen.wait_still(window)
        if self.screen.box(window)[0] >= ASIDE[0]:
            return True
        self.screen.run('wmctrl', '-i', '-r', '0x%x' % window, '-e',
                        '0,%d,%d,-1,-1' % ASIDE)
        return False

    def _show_our_window(self):
        """Have Ardour open the plugin's own window with the session."""
        tree = xml.etree.ElementTree.parse(self.session)
        root = tree.getroot()
        route = [r for r in root.iter('Route') if r.get('name') == 'vox'][0]
        plugin = [p for p in route.iter('Processor')
                  if p.get('type') == 'lv2'][0]
        extra = root.find('Extra')
        if extra is None:
            extra = xml.etree.ElementTree.Element('Extra')
            root.insert(1, extra)
        ui = extra.find('UI')
        if ui is None:
            ui = xml.etree.ElementTree.SubElement(extra, 'UI')
        ui.insert(0, xml.etree.ElementTree.Element('Window', {
            'name': 'P-%s-%s' % (route.get('id'), plugin.get('id')),
            'visible': '1', 'x-off': str(ASIDE[0]), 'y-off': str(ASIDE[1]),
            'x-size': '-1', 'y-size': '-1', 'custom-ui': '1'}))
        tree.write(self.session)

    def choose_last(self, x, y):
        """Choose the last entry of a place's context menu."""
        def shown():
            return {int(i) for i in self.screen.do(
                'search', '--onlyvisible', '--class', 'ardour').split()}

        before = shown()
        self.screen.move(x, y)
        self.screen.do('click', 3)
        menu = wait_for(lambda: shown() - before, 20, 'context menu').pop()
        self.screen.wait_still(menu)
        left, top, width, height = self.screen.box(menu)
        self.screen.do('mousemove', left + width // 3, top + height - 24,
                       'sleep', 0.1, 'mousemove', left + width // 3,
                       top + height - 11, 'sleep', 0.1, 'click', 1)
        wait_for(lambda: menu not in shown(), 20, 'end of the menu')

    def save(self):
        """Save with the keys that a user presses; the session as saved."""
        before = os.stat(self.session).st_mtime_ns
        self.screen.do('windowactivate', '--sync', self.window)
        # Keys are lost while Ardour imports, so they are pressed again
        pressed = -10.0
        deadline = time.monotonic() + 60
        while os.stat(self.session).st_mtime_ns == before:
            check(time.monotonic() < deadline, 'Ardour does not save')
            check(self.child.running(), 'Ardour ended\n%s', self.child.tail())
            if time.monotonic() - pressed > 3:
                self.screen.do('key', 'ctrl+s')
                pressed = time.monotonic()
            time.sleep(0.05)
        return xml.etree.ElementTree.parse(self.session).getroot()

    def state(self):
        """What the plugin saved into its newest state, as text."""
        self.save()
        found = glob.glob(os.path.join(os.path.dirname(self.session),
                                       'plugins', '*', 'state*', '*.ttl'))
        text = ''
        for path in sorted(found, key=os.path.getmtime):
            with open(path, encoding='utf-8') as file:
                text = file.read() + text
        return text

    def regions(self):
        """{(track, region): (position, its files)} of the saved session."""
        root = self.save()
        files = {s.get('id'): s.get('name') for s in root.iter('Source')}
        tracks = {r.get('audio-playlist'): r.get('name')
                  for r in root.iter('Route')}
        found = {}
        for playlist in root.iter('Playlist'):
            for region in playlist.iter('Region'):
                track = tracks.get(playlist.get('id'))
                found[track, region.get('name')] = (
                    region.get('length').split('@')[1],
                    [files[region.get('source-%d' % i)] for i in
                     range(int(region.get('channels')))])
        return found

    def wait_region(self, track, name):
        """Save until a region is there; (position, its files)."""
        return wait_for(lambda: self.regions().get((track, name)), 60,
                        'region %s on track %s' % (name, track))


def frame(text):
    """A position in frames that Ardour saved in its own ticks."""
    check(text[0] == 'a', 'position %s', text)
    return int(text[1:]) * RATE // SUPERCLOCK
