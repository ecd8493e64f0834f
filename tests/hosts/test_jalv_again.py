#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC
# timeout: 600
# alone

"""jalv.gtk3's window opens, closes and opens again 200 times in a job.

jalv 1.6.6 ends with its window (gtk_main() returns once in it), so each
opening is a jalv of its own that restores the session of the one before.
Three lines of them run side by side, each with its own home, screen, take
and paid job, which the stand-in keeps waiting until the line's end.
"""

import concurrent.futures
import glob
import itertools
import os
import re

import host
import jack
from host import MONO, Child, Place, Tap, check, check_equal, wait_for
from ourwindow import OurWindow, check_no_errors
from screen import Screen
from standin import Standin

TAP = Tap()
LINES = 3
OPENINGS = 67  # Of each line
RATE = 48000
PAUSE = 0.05   # Between looks that cost a process each
STEADY = ((0, 400, 880), (460, 600, 640))  # Rows, and how much of them
ROW = 3 * 880  # Bytes
TAKE = slice(90 * ROW, 200 * ROW)
TAKE_AND_STYLE = slice(0, 400 * ROW)
ASIDE = (995, 755)
STAGES = 3     # Of the service, before both are ready
COLOURS = 100  # A window that is drawn has more, an empty one has one

# How a window goes, again and again.  What another client destroys takes
# GTK itself with it (its cursors, its frame clock), in any plugin's window:
# such a jalv dies of it, as one that loses its connection.
USUAL = ('close', 'quit', 'close', 'ours', 'close', 'quit', 'close', 'close',
         'ours', 'quit', 'close')
WAYS = (*USUAL, 'killed', *USUAL, 'destroyed')
DEADLY = ('killed', 'destroyed')

WAITING = ('record:reply:200:0:0:0:{"code":200,"msg":"success","data":'
           '{"taskId":"%TASK%","status":"PENDING","response":null}}')

STATE = '''@prefix bl: <urn:backline:lv2#> .
@prefix lv2: <http://lv2plug.in/ns/lv2core#> .
@prefix pset: <http://lv2plug.in/ns/ext/presets#> .
@prefix state: <http://lv2plug.in/ns/ext/state#> .
<> a pset:Preset ;
    lv2:appliesTo <%s> ;
    state:state [
        bl:stateVersion 1 ;
        bl:session "0123456789abcdef" ;
        bl:sessionTakes "%s" ;
        bl:sessionJobs "%s"
    ] .
'''


class Opening:
    """One jalv.gtk3 and the window in it."""

    def __init__(self, line, number):
        self.line = line
        self.screen = line.screen
        self.name = '%s-%d' % (line.name, number)
        self.child = Child(
            ['jalv.gtk3', '--jack-name=' + self.name, '--load',
             line.place.path('state')],
            line.place.path('jalv.log'), env=line.place.env)
        self.top = wait_for(self._managed, 60, "jalv's window", PAUSE)
        self.window = wait_for(self._inner, 60, 'window of ours', PAUSE)

    def _managed(self):
        check(self.child.running(), 'jalv ended\n%s', self.child.tail())
        return self.screen.managed('Backline')

    def _inner(self):
        """Backline's own window, or None."""
        tree = self.screen.run('xwininfo', '-tree', '-id', str(self.top))
        found = re.search(r'(0x[0-9a-f]+) "Backline": \(\)', tree)
        return found and int(found.group(1), 16)

    def picture(self):
        """All that it shows but the time that passes; None: empty yet."""
        width, height, data = self.screen.colour(self.window)
        check_equal((width, height), (880, 600), 'size')
        colours = {data[i:i + 3] for i in range(0, len(data), 3 * 97)}
        rows = [data[3 * y * width:3 * (y * width + right)]
                for top, bottom, right in STEADY for y in range(top, bottom)]
        return b''.join(rows) if len(colours) > COLOURS else None

    def rest(self):
        """A picture that did not change for a while."""
        seen = [None]

        def rests():
            seen.append(self.picture())
            return seen[-1] and seen[-5:] == seen[-1:] * 5

        wait_for(rests, 60, 'picture at rest', 0.2)
        return seen[-1]

    def shows(self, wanted, part):
        """Part of its picture comes to be as wanted."""
        seen = [b'']

        def equal():
            seen[0] = self.picture() or b''
            return seen[0][part] == wanted[part]

        try:
            wait_for(equal, 60, 'picture like the ones before', PAUSE)
        except host.Failed:
            host.diagnose('%s: these rows differ: %r' % (self.name, [
                i // ROW for i in range(0, len(wanted), ROW)
                if seen[0][i:i + ROW] != wanted[i:i + ROW]]))
            raise

    def go(self, way):
        """The window goes in one of WAYS, and jalv with it."""
        getattr(self, way)()
        code = self.child.wait(60)
        text = self.child.output()
        if way in DEADLY:
            check(code in (0, 1), '%s: exit code %d\n%s', way, code, text)
        else:
            check_equal(code, 0, '%s\n%s\nexit code' % (text, way))
            check_no_errors(self.child)
            bad = re.search(r'(?i)warning|critical|assert', text)
            check(not bad, '%s:\n%s', way, text)
        left = of_session(self.child.process.pid)
        check(not left, 'jalv left %r behind', left)
        self.child.end()

    def close(self):
        """By the window manager, as a frame's button does."""
        self.screen.close(self.top)

    def quit(self):
        """By its menu: jalv destroys its window, and ours in it, first.

        Not by Ctrl+Q: suil 0.10 sends each key on to a window of the plugin's
        that may be gone, and dies of the X error.
        """
        left, top = self.screen.box(self.top)[:2]
        closed = self._popups()
        self.screen.move(left + 20, top + 12)
        self.screen.do('click', 1)
        wait_for(lambda: self._popups() > closed, 60, "jalv's menu", PAUSE)
        self.screen.move(left + 45, top + 62)
        self.screen.do('click', 1)
        self.screen.move(*ASIDE)

    def _popups(self):
        return len(self.screen.do('search', '--onlyvisible', '--maxdepth', 1,
                                  '--class', '^Jalv').split())

    def ours(self):
        """Ours is destroyed by another client; jalv goes on without it."""
        self.screen.do('windowclose', self.window)
        wait_for(lambda: not self._inner(), 60, 'end of our window', PAUSE)
        self.close()

    def destroyed(self):
        """All of it is destroyed by another client."""
        self.screen.do('windowclose', self.top)

    def killed(self):
        """jalv's connection to the screen is cut."""
        self.screen.do('windowkill', self.top)


def of_session(session):
    """Names of all processes of a session, dead ones that wait too."""
    names = []
    for path in glob.glob('/proc/[0-9]*/stat'):
        try:
            with open(path, encoding='utf-8', errors='replace') as text:
                name, rest = text.read().rsplit(')', 1)
        except OSError:
            continue
        if int(rest.split()[3]) == session:
            names.append(name)
    return names


class Line:
    """Openings one after the other, all with one take and one job."""

    def __init__(self, name, sung):
        self.name = name
        self.place = Place(name)
        self.server = jack.Server(self.place, sync=False)
        self.screen = Screen(self.place, 1000, 760)
        self.standin = Standin(self.place, '--polls', '1', '--fault', WAITING)
        host.write_float_wav(self.place.path('voice.wav'), RATE, sung)
        self.screen.run('backline', 'import', self.place.path('voice.wav'))
        self.take, = self.place.takes()
        self.ways = itertools.cycle(WAYS)
        self.number = 0
        self.fresh = self.kept = None

    def job(self):
        """The one job, or None."""
        jobs = self.take.jobs()
        check(len(jobs) < 2, '%d jobs', len(jobs))
        return jobs[0] if jobs else None

    def open(self):
        """The next opening, of the session as it is."""
        os.makedirs(self.place.path('state'), exist_ok=True)
        with open(self.place.path('state', 'state.ttl'), 'w',
                  encoding='utf-8') as text:
            text.write(STATE % (MONO, self.take.id,
                                self.take.id + '#1' if self.job() else ''))
        self.number += 1
        return Opening(self, self.number)

    def generate(self):
        """The first opening: a click, and the job waits at the service."""
        opening = self.open()
        self.fresh = opening.rest()
        OurWindow(self.screen).click('generate')
        wait_for(lambda: self.job() and self.job()['state'] == 'submitted',
                 60, 'waiting job')
        self.screen.move(*ASIDE)
        opening.go('close')

    def again(self, part=slice(None)):
        """A further one: it asks, and shows what the others did."""
        before = self.standin.counts()['record']
        opening = self.open()
        wait_for(lambda: self.standin.counts()['record'] > before, 60,
                 'question for the job')
        if not self.kept:
            opening.shows(self.fresh, TAKE)
            self.kept = opening.rest()
            check(self.kept != self.fresh, 'no job is shown')
        opening.shows(self.kept, part)
        way = next(self.ways)
        opening.go(way)
        if way in DEADLY:
            self.server.restart()

    def finish(self):
        """The last ones: stage after stage, until both results are there."""
        for _ in range(STAGES):
            self.again(TAKE_AND_STYLE)
        opening = self.open()
        wait_for(lambda: self.job()['state'] == 'placed', 120, 'placed job')
        OurWindow(self.screen).wait_results()
        opening.go('close')


LIVES = []


def all_lines(method):
    """A method of every line, side by side."""
    with concurrent.futures.ThreadPoolExecutor(LINES) as pool:
        for done in [pool.submit(method, line) for line in LIVES]:
            done.result()


@TAP.need
def begins():
    """A click in jalv's window sends the take of its session."""
    sung = host.voice(RATE, 11)
    LIVES.extend(Line('line%d' % i, sung) for i in range(LINES))
    all_lines(Line.generate)


@TAP.case
def goes_on():
    """Whatever ends a window, the next one shows the job and asks for it."""
    all_lines(lambda line: [line.again() for _ in range(OPENINGS - STAGES - 2)])
    for line in LIVES:
        seen = line.standin.counts()
        check_equal([seen[name] for name in ('upload', 'submit', 'tasks')],
                    [1, 1, 1], 'uploads, POSTs and tasks')
        check_equal([(line.job()[name]) for name in ('state', 'posts')],
                    ['submitted', 1], 'journal')


@TAP.case
def ends():
    """The last window brings both results; nothing was sent twice."""
    for line in LIVES:
        line.standin.reset()
    all_lines(Line.finish)
    for line in LIVES:
        seen = line.standin.counts()
        check_equal([seen[name] for name in ('upload', 'submit', 'tasks')],
                    [0, 0, 1], 'further uploads and POSTs, and tasks')
        check_equal(line.job()['posts'], 1, 'posts in the journal')
        check_equal(len(line.take.results(line.job())), 2, 'results')
        check_equal(line.number, OPENINGS, 'openings')


TAP.main()
