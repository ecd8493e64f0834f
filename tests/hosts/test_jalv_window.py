#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 180
# alone

"""jalv.gtk3 embeds the plugin's window, and destroys it before cleanup()."""

import glob
import os

import host
import jack
from host import MONO, Child, Place, Tap, check, check_equal, wait_for
from ourwindow import OurWindow, check_no_errors
from screen import Screen

TAP = Tap()
RATE = 48000
AT = 96000
SECONDS = 11


class Stage:
    """What the cases hand on."""

    place = None
    screen = None
    singer = None
    jalv = None
    ours = None


def opened():
    """A new jalv.gtk3 and its window, which is as large as it wants to be."""
    jalv = Child(['jalv.gtk3', '-n', 'jalv', MONO],
                 Stage.place.path('jalv.log'), env=Stage.place.env)

    def there():
        check(jalv.running(), 'jalv ended\n%s', jalv.tail())
        return Stage.screen.managed('Backline')

    wait_for(there, 60, "jalv's window")
    ours = OurWindow(Stage.screen)
    check_equal(tuple(ours.box[2:]), (880, 600), 'size')
    return jalv, ours


def close(jalv):
    """Close its window, which ends it."""
    Stage.screen.close(Stage.screen.managed('Backline'))
    check_equal(jalv.wait(30), 0, "jalv's exit code")
    check_no_errors(jalv)


@TAP.need
def opens():
    """The window opens; Arm, clicked in it, captures what is played."""
    place = Stage.place = Place('jalvwindow')
    place.configure({'service': 'local'})
    Stage.screen = Screen(place)
    jack.Server(place)
    Stage.singer = jack.Singer(place, host.voice(RATE, SECONDS), AT)
    Stage.jalv, Stage.ours = opened()
    Stage.singer.through('jalv', ['in'], ['out'])
    Stage.ours.click('arm')
    Stage.singer.locate(AT - 8192)
    Stage.singer.play_until(AT + SECONDS * RATE + 4096, 60)
    Stage.singer.stop()
    wait_for(lambda: place.takes() and not place.open_takes(), 20, 'take')


@TAP.case
def closes():
    """Closed while a job runs, it ends well."""
    def begun():
        Stage.ours.click('generate')
        return glob.glob(os.path.join(Stage.place.takes_dir(), '*',
                                      'job-1.json'))

    wait_for(begun, 20, 'job')
    close(Stage.jalv)


TAP.main()
