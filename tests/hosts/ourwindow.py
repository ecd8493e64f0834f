# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""Backline's own window on a screen: what lies where in it, and its drags."""

import glob
import os
import subprocess

import host
from host import check, check_equal, wait_for

PLACES = os.path.join(host.BUILD, 'tests', 'tools', 'window_places')
TITLE, TAGS = 0, 1  # Fields in the order of BlStringId
BADGE = 100         # Pixels of a result's colour that its badge has at least


class OurWindow:
    """The plugin's window, found by its name, at scale 1."""

    def __init__(self, screen):
        self.screen = screen
        self.window = wait_for(lambda: screen.find('^Backline$'), 60,
                               'window of ours')[-1]
        self.box = wait_for(lambda: screen.box(self.window), 20,
                            'place of our window')
        self.places, self.colour = places(screen.env, *self.box[2:])
        menu, _ = places(screen.env, *self.box[2:], 'stems-menu')
        self.places.update({k: v for k, v in menu.items() if k[0] == 'row'})

    def at(self, name, index=0):
        """Where the middle of something is on the screen."""
        x, y = self.places[name, index]
        return self.box[0] + x, self.box[1] + y

    def click(self, name, index=0):
        """Click on something."""
        self.screen.move(*self.at(name, index))
        self.screen.do('click', 1)

    def is_ready(self, index):
        """Result A or B is shown."""
        width, height, data = self.screen.colour(self.window)
        if not data or len(data) < 3 * width * height:
            return False
        middle = self.places['result', index][1]
        count = 0
        for y in range(middle - 12, middle + 12):
            row = data[3 * y * width:3 * (y * width + 64)]
            count += sum(row[i:i + 3] == self.colour
                         for i in range(0, len(row), 3))
        return count > BADGE

    def wait_results(self, seconds=60):
        """Until both results can be dragged."""
        wait_for(lambda: self.is_ready(0) and self.is_ready(1), seconds,
                 'two results in the window')


def places(env, width, height, scene='done'):
    """{(name, index): (x, y)} of a window with results, a result's colour.

    Rows are those of result A's menu, row 0 the last.
    """
    text = subprocess.run([PLACES, str(width), str(height), scene], env=env,
                          check=True, stdout=subprocess.PIPE, text=True).stdout
    words = [line.split() for line in text.splitlines()]
    found = {(w[0], int(w[1])): (int(w[2]), int(w[3])) for w in words[:-1]}
    check_equal(words[-1][0], 'ready', 'last line of window_places')
    return found, bytes(map(int, words[-1][1:]))


def drags(child):
    """How many drag threads a host has."""
    count = 0
    for path in glob.glob('/proc/[0-9]*/task/*/stat'):
        try:
            with open(path, encoding='utf-8', errors='replace') as text:
                name, rest = text.read().rsplit(')', 1)
        except OSError:
            continue
        session = int(rest.split()[3])
        count += name.endswith('(bl-drag') and session == child.process.pid
    return count


def check_held(child):
    """A drag goes on."""
    wait_for(lambda: drags(child) == 1, 20, 'drag thread')


def check_ended(screen, child):
    """A drag that came to nothing left nothing behind."""
    wait_for(lambda: drags(child) == 0, 20, 'end of the drag thread')
    check(child.running(), 'the host ended\n%s', child.tail())
    wait_for(screen.is_free, 20, 'free pointer')  # A button's release, too
    check_no_errors(child)


def check_no_errors(child):
    """No X error was printed."""
    for word in ('X Error', 'BadWindow', 'BadDrawable', 'BadMatch'):
        check(word not in child.output(), '%s:\n%s', word, child.tail())


def samples(wav, channel):
    """One channel of a 24-bit file as a host's floats."""
    at, step = 3 * channel, wav.frame_bytes
    return [int.from_bytes(wav.raw[i:i + 3], 'little', signed=True) / 8388608.0
            for i in range(at, len(wav.raw), step)]


def newest(folder, name):
    """The path of the one file of that name below the takes."""
    found = glob.glob(os.path.join(folder, '*', name))
    check_equal(len(found), 1, name)
    return found[0]
