# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""An X server with a window manager, and hands: xdotool."""

import os
import re
import subprocess

from host import Child, check, wait_for


class Screen:
    """Xvfb on a number it finds by itself, and openbox on it."""

    def __init__(self, place, width=1600, height=1000):
        self.env = place.env
        self.place = place
        ends = os.pipe()
        # -noreset: it would start anew when its first client has gone
        script = ('exec Xvfb -displayfd %d -screen 0 %dx%dx24 -noreset '
                  '-nolisten tcp')
        self.server = Child(
            ['sh', '-c', script % (ends[1], width, height)],
            place.path('xvfb.log'), env=place.env, pass_fds=[ends[1]])
        os.close(ends[1])
        with os.fdopen(ends[0]) as number:
            self.env['DISPLAY'] = ':' + number.readline().strip()
        check(self.env['DISPLAY'] != ':', 'no Xvfb\n%s', self.server.tail())
        self.manager = Child(['openbox'], place.path('openbox.log'),
                             env=place.env)
        wait_for(lambda: '_NET_SUPPORTING_WM_CHECK(WINDOW)' in self.run(
            'xprop', '-root', '_NET_SUPPORTING_WM_CHECK'), 20, 'openbox')

    def run(self, *args):
        """What a program says on this screen."""
        return subprocess.run(
            args, env=self.env, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, check=False, timeout=60,
            text=True, errors='replace').stdout

    def do(self, *args):
        """One run of xdotool."""
        return self.run('xdotool', *map(str, args))

    def find(self, name):
        """Ids of the visible windows whose title matches."""
        return [int(i) for i in self.do('search', '--onlyvisible', '--name',
                                        name).split()]

    def managed(self, part):
        """Id of the window manager's window whose title has this in it."""
        for line in self.run('wmctrl', '-l').splitlines():
            words = line.split(None, 3)
            if len(words) == 4 and part in words[3]:
                return int(words[0], 16)
        return None

    def box(self, window):
        """(x, y, width, height) of a window on the screen."""
        text = self.run('xwininfo', '-id', str(window))
        found = [re.search(r'%s:\s+(-?\d+)' % field, text) for field in (
            'Absolute upper-left X', 'Absolute upper-left Y', 'Width',
            'Height')]
        return tuple(int(m.group(1)) for m in found) if all(found) else None

    def wait_still(self, window):
        """Until the window manager has put a window where it stays."""
        self._wait_same(lambda: self.box(window), 'window at rest')

    def wait_redrawn(self, before):
        """Until what is shown is not pixels() from before, and stays."""
        wait_for(lambda: self.pixels() != before, 30, 'new picture')
        self._wait_same(self.pixels, 'picture at rest')

    @staticmethod
    def _wait_same(look, what):
        """Until it looks the same twice: no event tells of rest."""
        seen = [None]

        def rests():
            seen.append(look())
            return seen[-1] and seen[-1] == seen[-2]

        wait_for(rests, 30, what, 0.5)

    def below(self, window, name):
        """Id of a window inside another one by its name, or None."""
        text = self.run('xwininfo', '-tree', '-id', str(window))
        found = re.search(r'(0x[0-9a-f]+) "%s"' % re.escape(name), text)
        return int(found.group(1), 16) if found else None

    def move(self, x, y):
        """The pointer, at once."""
        self.do('mousemove', int(x), int(y))

    def press(self, x, y):
        """Hold the first button somewhere."""
        self.move(x, y)
        self.do('mousedown', 1)

    def carry(self, start, end, steps=24):
        """Move a held pointer as a hand does."""
        words = []
        for i in range(1, steps + 1):
            words += ['mousemove', '%d' % (start[0] + (end[0] - start[0])
                                           * i / steps),
                      '%d' % (start[1] + (end[1] - start[1]) * i / steps),
                      'sleep', '0.03']
        self.do(*words)

    def release(self):
        """Let go."""
        self.do('mouseup', 1)

    def drag(self, start, end):
        """Press, carry and let go, whatever the target has answered by then."""
        self.press(*start)
        self.carry(start, end)
        self.release()

    def picture(self, name):
        """Keep what is on the screen."""
        path = self.place.path(name + '.png')
        self.run('import', '-window', 'root', path)
        return path

    def pixels(self, window='root'):
        """What is on the screen, or in a window, three bytes a pixel."""
        return subprocess.run(
            ['import', '-window', str(window), '-depth', '8', 'rgb:-'],
            env=self.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            check=False, timeout=60).stdout

    def colour(self, window):
        """(width, height, bytes) of a window's picture."""
        _, _, width, height = self.box(window)
        return width, height, self.pixels(window)

    def close(self, window):
        """Ask a window to close, as its frame's button does."""
        self.run('wmctrl', '-i', '-c', '0x%x' % window)

    def is_free(self):
        """Whether another client can take the pointer."""
        grabber = Child(['xwininfo'], self.place.path('grab.log'),
                        env=self.env)

        def answered():
            self.do('mousemove', 20, 20, 'click', 1)
            return not grabber.running()

        wait_for(answered, 10, 'pointer that can be taken', 0.3)
        text = grabber.output()
        grabber.end()
        return 'Window id' in text
