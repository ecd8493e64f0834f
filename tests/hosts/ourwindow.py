# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""Backline's own window on a screen: where its results are, its drags."""

import glob
import os

from host import check, check_equal, wait_for

RESULT = bytes((0x57, 0xb8, 0xa5))  # BL_COLOR_RESULT of ui/theme.c


class OurWindow:
    """The plugin's window, with both results shown."""

    def __init__(self, screen, window):
        self.screen = screen
        self.box = screen.box(window)
        check(self.box, 'no window %#x', window)
        self.rows = wait_for(lambda: badges(*screen.colour(window)), 20,
                             'two results in the window')

    def result(self, index):
        """A place on result A or B."""
        return self.box[0] + self.box[2] // 3, self.box[1] + self.rows[index]

    def both(self):
        """A place on "Drag both"."""
        return (self.box[0] + self.box[2] - 72,
                self.box[1] + self.rows[1] + (self.rows[1] - self.rows[0]) - 5)

    def middle(self):
        """A place where nothing is dropped."""
        return (self.box[0] + self.box[2] // 2,
                self.box[1] + self.box[3] // 3)


def badges(width, height, data):
    """The middles of the badges A and B, or None."""
    rows = []
    for y in range(height):
        row = data[3 * y * width:3 * (y * width + width // 12)]
        pixels = [row[i:i + 3] for i in range(0, len(row), 3)]
        if pixels.count(RESULT) >= 4:
            rows.append(y)
    groups = []
    for y in rows:
        if groups and y == groups[-1][-1] + 1:
            groups[-1].append(y)
        else:
            groups.append([y])
    found = [g[len(g) // 2] for g in groups if len(g) >= 12]
    return found if len(found) == 2 else None


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


def check_ended(screen, child):
    """A drag that came to nothing left nothing behind."""
    wait_for(lambda: drags(child) == 0, 10, 'end of the drag thread')
    check(child.running(), 'the host ended\n%s', child.tail())
    check(screen.is_free(), 'the pointer is still taken')
    check('X Error' not in child.output() and 'BadWindow' not in
          child.output(), 'X errors:\n%s', child.tail())


def check_held(screen, child):
    """A drag goes on."""
    wait_for(lambda: drags(child) == 1, 10, 'drag thread')
    check_equal(bool(screen.box), True, 'screen')


def samples(wav, channel):
    """One channel of a 24-bit file as Ardour's floats."""
    at, step = 3 * channel, wav.frame_bytes
    return [int.from_bytes(wav.raw[i:i + 3], 'little', signed=True) / 8388608.0
            for i in range(at, len(wav.raw), step)]


def newest(folder, name):
    """The path of a file below the takes."""
    found = glob.glob(os.path.join(folder, '*', name))
    check_equal(len(found), 1, name)
    return found[0]
