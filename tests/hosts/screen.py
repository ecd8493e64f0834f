# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""An X server with a window manager, and hands: xdotool."""

import os
import re
import subprocess
import time

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
        boxes = [None]

        def rests():
            time.sleep(0.5)
            boxes.append(self.box(window))
            return boxes[-1] and boxes[-1] == boxes[-2]

        wait_for(rests, 30, 'window at rest')

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

    def drag(self, start, end, rest=0.4):
        """Press, carry, wait for a moment and let go."""
        self.press(*start)
        self.carry(start, end)
        time.sleep(rest)
        self.release()

    def picture(self, name):
        """Keep what is on the screen."""
        path = self.place.path(name + '.png')
        self.run('import', '-window', 'root', path)
        return path

    def pixels(self):
        """What is on the screen, to be compared."""
        return subprocess.run(['xwd', '-root', '-silent'], env=self.env,
                              stdout=subprocess.PIPE, check=False,
                              timeout=60).stdout

    def colour(self, window):
        """(width, height, bytes) of a window's picture, three bytes a pixel."""
        _, _, width, height = self.box(window)
        data = subprocess.run(
            ['import', '-window', str(window), '-depth', '8', 'rgb:-'],
            env=self.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            check=False, timeout=60).stdout
        return width, height, data

    def close(self, window):
        """Ask a window to close, as its frame's button does."""
        self.run('wmctrl', '-i', '-c', '0x%x' % window)

    def is_free(self):
        """Whether another client can take the pointer."""
        grabber = Child(['xwininfo'], self.place.path('grab.log'),
                        env=self.env)
        deadline = time.monotonic() + 10
        while grabber.running() and time.monotonic() < deadline:
            time.sleep(0.3)
            self.do('mousemove', 20, 20, 'click', 1)
        text = grabber.output()
        grabber.end()
        return 'Window id' in text
