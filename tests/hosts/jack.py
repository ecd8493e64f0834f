# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""A JACK server of the test's own, a singer in it, and jalv."""

import array
import glob
import os
import re
import subprocess

import host
from host import Child, check, check_equal, wait_for

FEED = os.path.join(host.BUILD, 'tests', 'hosts', 'jackfeed')


class Server:
    """jackd with the dummy driver: it needs no sound card.

    One that was killed stays in the registry in /dev/shm, which has room for
    eight: what dead ones left there is removed.  One that is not synchronous
    does not wait for its clients: a dead one costs the others fifty seconds.
    """

    def __init__(self, place, rate=48000, block=1024, sync=True):
        self.place = place
        self.name = 'backline-%d-%s' % (os.getpid(),
                                        os.path.basename(place.root))
        self.args = ['jackd', '-n', self.name, '-r', *(['-S'] if sync else []),
                     '-t', '5000', '-d', 'dummy', '-r', str(rate), '-p',
                     str(block), '-C', '2', '-P', '2']
        _forget_the_dead()
        place.env['JACK_DEFAULT_SERVER'] = self.name
        self._start()

    def _start(self):
        self.child = Child(self.args, self.place.path('jackd.log'),
                           env=self.place.env, gentle=True)
        wait_for(self._ready, 20, 'JACK server')

    def restart(self):
        """After a client's death: it gets over some of them, not over all."""
        self.child.gentle = False
        self.child.end()
        self._start()

    def _ready(self):
        check(self.child.running(), 'no JACK server\n%s', self.child.tail())
        return subprocess.run(['jack_wait', '-c'], env=self.place.env,
                              stdout=subprocess.PIPE, check=False,
                              stderr=subprocess.DEVNULL,
                              ).stdout.startswith(b'running')


def _forget_the_dead():
    for path in glob.glob('/dev/shm/jack*backline-*'):
        pid = re.search(r'backline-(\d+)', path).group(1)
        if not os.path.exists('/proc/' + pid):
            os.remove(path)
    if not any(_is_jack(pid) for pid in os.listdir('/proc') if pid.isdigit()):
        for path in glob.glob('/dev/shm/jack-*'):
            os.remove(path)


def _is_jack(pid):
    try:
        with open('/proc/%s/comm' % pid, encoding='utf-8') as name:
            return name.read().startswith('jackd')
    except OSError:
        return False


class Singer:
    """jackfeed: plays a file by the transport's frame, keeps what returns."""

    def __init__(self, place, samples, at, channels=1, name='singer'):
        self.name = name
        self.channels = channels
        self.out = place.path(name + '.out')
        with open(place.path(name + '.in'), 'wb') as file:
            array.array('f', samples).tofile(file)
        self.log = open(place.path(name + '.log'), 'wb')
        self.process = subprocess.Popen(
            [FEED, name, str(channels), str(at), place.path(name + '.in'),
             self.out], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self.log, env=place.env, text=True, bufsize=1)
        host.CHILDREN.append(self)
        check_equal(self._line(), 'ready', 'singer')

    def end(self):
        """Leave without a word."""
        host.CHILDREN.remove(self)
        self.process.kill()
        self.process.wait()

    def _line(self):
        line = self.process.stdout.readline()
        check(line, 'the singer ended')
        return line.strip()

    def ask(self, *words):
        """One command, one answer."""
        self.process.stdin.write(' '.join(map(str, words)) + '\n')
        return self._line()

    def do(self, *words):
        """One command that must work."""
        check_equal(self.ask(*words), 'ok', ' '.join(map(str, words)))

    def ports(self):
        """All ports of the server."""
        return self.ask('ports').split(',')

    def through(self, client, inputs, outputs):
        """Connect voice → client → back."""
        for i in range(self.channels):
            self.do('connect', '%s-out:%d' % (self.name, i + 1),
                    '%s:%s' % (client, inputs[i]))
            self.do('connect', '%s:%s' % (client, outputs[i]),
                    '%s-in:%d' % (self.name, i + 1))

    def where(self):
        """(frame, rolling)."""
        frame, state = self.ask('where').split()
        return int(frame), state == 'rolling'

    def locate(self, frame):
        """Put the stopped transport somewhere."""
        self.do('locate', frame)
        wait_for(lambda: self.where() == (frame, False), 10,
                 'transport at %d' % frame)

    def play_until(self, frame, seconds):
        """Roll from here up to a frame."""
        self.do('start')
        wait_for(lambda: self.where()[0] >= frame, seconds,
                 'transport past %d' % frame)

    def stop(self):
        """Stop the transport."""
        self.do('stop')
        wait_for(lambda: not self.where()[1], 10, 'stopped transport')

    def quit(self):
        """What came back, as raw floats."""
        self.do('quit')
        self.process.wait(10)
        host.CHILDREN.remove(self)
        self.log.close()
        with open(self.out, 'rb') as file:
            return file.read()


class Jalv:
    """jalv on its console."""

    def __init__(self, place, uri, *args, name='jalv'):
        self.name = name
        self.child = Child(['stdbuf', '-o0', 'jalv', '-n', name, '-x', *args,
                            uri],
                           place.path(name + '.log'), env=place.env,
                           stdin=subprocess.PIPE)
        wait_for(self._ready, 30, 'jalv')

    def _ready(self):
        check(self.child.running(), 'jalv ended\n%s', self.child.tail())
        return '> ' in self.child.output()

    def say(self, line):
        """Type a line at the console."""
        self.child.process.stdin.write(line.encode() + b'\n')
        self.child.process.stdin.flush()

    def set(self, symbol, value):
        """Turn a control."""
        self.say('set %s %s' % (symbol, value))

    def monitors(self):
        """All output controls, by symbol."""
        marker = len(self.child.output())
        self.say('monitors')
        text = wait_for(lambda: self.child.output()[marker:].rstrip('> ')
                        .endswith('\n') and self.child.output()[marker:], 5,
                        'answer of jalv')
        values = {}
        for line in text.replace('> ', '').splitlines():
            symbol, _, value = line.partition('=')
            if value:
                values[symbol.strip()] = float(value)
        return values

    def quit(self):
        """End of input is the end of jalv."""
        self.child.process.stdin.close()
        return self.child.wait(20)
