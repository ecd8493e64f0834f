# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""Ardour, headless, driven line by line; see ardour/driver.lua."""

import glob
import json
import os
import select
import shutil
import time
import xml.etree.ElementTree

import host
from host import PORT, Child, Failed, check, check_equal, wait_for

DRIVER = os.path.join(host.TOP, 'tests', 'hosts', 'ardour', 'driver.lua')
CRASH = os.path.join(host.BUILD, 'tests', 'hosts', 'crash.so')
RATE = 48000
SUPERCLOCK = 282240000  # Ardour's ticks of a second
FLAGS = {'Loop': 'IsAutoLoop,IsHidden', 'Punch': 'IsAutoPunch,IsHidden',
         'session': 'IsSessionRange'}


class Ardour:
    """One process of ardour7-lua."""

    def __init__(self, place):
        self.place = place
        self.number = len(glob.glob(place.path('ardour-*.log'))) + 1
        commands, replies = (place.path('%s-%d' % (name, self.number))
                             for name in ('commands', 'replies'))
        os.mkfifo(commands)
        os.mkfifo(replies)
        self.child = Child(['ardour7-lua', DRIVER, commands, replies],
                           place.path('ardour-%d.log' % self.number),
                           env=place.env)
        # O_RDWR never waits for the other end
        self.commands = os.open(commands, os.O_RDWR)
        self.replies = os.open(replies, os.O_RDWR | os.O_NONBLOCK)
        self.buffer = b''
        self._answer(60, 'start')

    def _answer(self, seconds, what):
        deadline = time.monotonic() + seconds
        while b'\n' not in self.buffer:
            check(self.child.running(), 'Ardour ended in %s (%s)\n%s', what,
                  self.child.process.returncode, self.child.tail())
            check(time.monotonic() < deadline, 'no answer to %s in %g s\n%s',
                  what, seconds, self.child.tail())
            if select.select([self.replies], [], [], 0.1)[0]:
                self.buffer += os.read(self.replies, 65536)
        line, _, self.buffer = self.buffer.partition(b'\n')
        verdict, kind, text = line.decode().split('\t', 2)
        if verdict != 'ok':
            raise Failed('%s: %s\n%s' % (what, text, self.child.tail()))
        if kind == 'integer':
            return int(text)
        if kind == 'float':
            return float(text)
        return {'true': True, 'false': False, 'nil': None}.get(text, text)

    def lua(self, chunk, seconds=60):
        """Run one line of Lua; what it returned."""
        os.write(self.commands, chunk.encode() + b'\n')
        return self._answer(seconds, chunk)

    def call(self, function, *args, seconds=60):
        """Call a function of the driver."""
        return self.lua('return %s(%s)' % (
            function, ', '.join(_literal(a) for a in args)), seconds)

    def create(self, name, buffer=1024, driver=None):
        """A new session."""
        self.call('backend', buffer, driver)
        self.lua('create_session(%s, %s, %d)' % (
            _literal(self.place.path(name)), _literal(name), RATE))

    def load(self, name, buffer=1024, driver=None, device=None):
        """An old session, with its tracks."""
        self.call('backend', buffer, driver, device)
        self.lua('load_session(%s, %s)' % (
            _literal(self.place.path(name)), _literal(name)))
        check(self.lua('return Session ~= nil'), 'no session\n%s',
              self.child.tail())

    def set(self, plugin, symbol, value):
        """Turn a control as the generic UI does."""
        check(self.call('set', plugin, PORT[symbol], value), 'cannot set %s',
              symbol)

    def get(self, plugin, symbol):
        """Read a control port, an output port too."""
        return self.call('get', plugin, PORT[symbol])

    def where(self):
        """The playhead."""
        return self.call('where')

    def locate(self, frame):
        """Put the stopped playhead somewhere."""
        self.call('locate', frame)
        wait_for(lambda: not self.call('rolling') and self.where() == frame,
                 10, 'playhead at %d' % frame)

    def play_until(self, frame, seconds):
        """Roll from here up to a frame, and stop."""
        self.play_on(frame, seconds)
        self.stop()

    def play_on(self, frame, seconds):
        """Roll from here past a frame."""
        self.call('roll')
        wait_for(lambda: self.where() >= frame, seconds,
                 'playhead past %d' % frame)

    def stop(self):
        """Stop, and wait until it has stopped."""
        self.call('stop')
        wait_for(lambda: not self.call('rolling'), 10, 'stopped transport')

    def save(self):
        """Save the session."""
        self.call('save')

    def close(self):
        """Close the session and leave."""
        self.call('close')
        os.write(self.commands, b'quit\n')
        code = self.child.wait(30)
        check_equal(code, 0, "Ardour's exit code")
        os.close(self.commands)
        os.close(self.replies)

    def audio_file(self, session, name):
        """The newest file of the session whose name starts so."""
        found = glob.glob(self.place.path(session, 'interchange', session,
                                          'audiofiles', name + '*.wav'))
        check(found, 'no file %s*.wav in the session', name)
        return max(found, key=os.path.getmtime)


def _literal(value):
    if value is None:
        return 'nil'
    if isinstance(value, bool):
        return 'true' if value else 'false'
    return json.dumps(value)


def new_session(place, name, samples, position, channels=1, uri=host.MONO,
                controls=(), tempo=(92, 4, 4)):
    """A saved session: one track "vox" with a voice and a plugin.

    Silence of the voice's length is bounced, and the samples of the file that
    Ardour wrote for it are replaced, so that every field of the session is
    Ardour's own.
    """
    ardour = Ardour(place)
    ardour.create(name)
    ardour.call('set_tempo', *tempo)
    check_equal(ardour.call('new_track', 'vox', channels), 'vox', 'track')
    ardour.call('new_region', 'vox', 'voice', len(samples), position)
    if uri:
        count = ardour.call('insert', 'vox', uri, 'plugin')
        check_equal(count, 2 if channels == 2 and uri == host.MONO else 1,
                    'instances of the plugin')
        for symbol, value in controls:
            ardour.set('plugin', symbol, value)
    ardour.save()
    ardour.close()
    for path in glob.glob(place.path(name, 'interchange', name, 'audiofiles',
                                     'voice*.wav')):
        host.replace_samples(path, samples)
    shutil.rmtree(place.path(name, 'peaks'), ignore_errors=True)


def add_ranges(place, name, ranges):
    """Put {kind: (first, last)} of FLAGS into a closed session's file."""
    path = place.path(name, name + '.ardour')
    tree = xml.etree.ElementTree.parse(path)
    locations = tree.find('Locations')
    for number, (kind, (first, last)) in enumerate(ranges.items()):
        xml.etree.ElementTree.SubElement(
            locations, 'Location', {
                'id': str(900000 + number), 'name': kind,
                'start': 'a%d' % (first * SUPERCLOCK // RATE),
                'end': 'a%d' % (last * SUPERCLOCK // RATE),
                'flags': FLAGS[kind], 'locked': '0',
                'timestamp': '0', 'cue': '0'})
    tree.write(path)


def open_session(place, name, buffer=1024, driver=None, device=None):
    """The session of new_session(), with its track and plugin found."""
    ardour = Ardour(place)
    ardour.load(name, buffer, driver, device)
    check(ardour.call('find_track', 'vox'), 'no track')
    check(ardour.call('find_plugin', 'vox', 'plugin'), 'no plugin')
    return ardour


def export(place, name, first, last):
    """Export a range of a copy of the session; what takes came of it.

    Ardour 7.3's export corrupts its own heap: with no plugin at all in the
    session it died in 5 of 37 exports ("free(): invalid next size",
    "munmap_chunk(): invalid pointer").  So each try has an Ardour and a home
    of its own, and a death is Ardour's own only on these terms: our library
    is not on the stack of the thread that crashed, and where a second one
    follows at once, the same export without the plugin dies, too.
    """
    for number in range(3):
        takes, log = _export_once(place, name, first, last, number, True)
        if takes:
            return takes
        host.diagnose('Ardour died of its export, try %d:\n%s' % (number + 1,
                                                                  log))
        check('backline' not in log.partition('crash: stack')[2],
              'Ardour crashed in our code')
        check('crash: stack' in log, 'nobody knows where Ardour crashed')
        check(number != 1 or _dies_without_us(place, name, first, last),
              'Ardour dies of exports with the plugin only')
    raise Failed('Ardour died of three exports')


def _dies_without_us(place, name, first, last):
    return any(not _export_once(place, name, first, last, 'bare-%d' % number,
                                False)[0] for number in range(12))


def _without_plugins(path):
    tree = xml.etree.ElementTree.parse(path)
    for route in tree.iter('Route'):
        for processor in route.findall('Processor'):
            if processor.get('type') == 'lv2':
                route.remove(processor)
    tree.write(path)


def _export_once(place, name, first, last, number, ours):
    """(takes, or True without the plugin; the log); nothing if it died."""
    other = host.Place('%s-export-%s' % (os.path.basename(place.root), number))
    shutil.copytree(place.path(name), other.path(name))
    if not ours:
        _without_plugins(other.path(name, name + '.ardour'))
    other.env['LD_PRELOAD'] = CRASH
    ardour = None
    try:
        ardour = Ardour(other)
        ardour.load(name)
        check(ardour.call('export', other.root, 'exported', first, last,
                          seconds=60), 'no export')
        if not ours:
            ardour.close()
            return True, ''
        wait_for(lambda: other.takes() and not other.open_takes()
                 or not ardour.child.running(), 20, 'take of the export')
        if other.takes() and not other.open_takes():
            return other.takes(), ''
    except Failed:
        if not ardour or ardour.child.running():
            raise
    finally:
        if ardour:
            ardour.child.end()
    return None, ardour.child.tail(200)
