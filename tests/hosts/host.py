# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""What the tests in real hosts share: TAP, processes, audio files, takes."""

import array
import glob
import json
import math
import operator
import os
import re
import signal
import struct
import subprocess
import sys
import time
import traceback

TOP = os.environ.get('BL_TOP') or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get('BL_BUILD') or os.path.join(TOP, 'build')
BUNDLE = os.path.join(BUILD, 'lv2', 'backline.lv2')
TMP = os.environ.get('BL_TMP') or '/tmp/backline-hosts-%d' % os.getpid()

MONO = 'urn:backline:lv2:mono'
STEREO = 'urn:backline:lv2:stereo'

# Ports in the order of plugin/base/ports.h from the first control input on
PORTS = ('enabled', 'freewheel', 'arm', 'record', 'take', 'generate', 'cancel',
         'auto_generate', 'service', 'genre', 'mood', 'ensemble', 'host_tempo',
         'vocal_gender', 'fine_tune', 'style_weight', 'weirdness',
         'audio_weight', 'stems', 'status', 'progress', 'take_seconds',
         'take_bar', 'dropped', 'takes', 'results', 'error', 'credits',
         'level')
PORT = {symbol: i for i, symbol in enumerate(PORTS)}

SHOWN_IDLE, SHOWN_ARMED, SHOWN_RECORDING, SHOWN_TAKE = 0, 1, 2, 3
SHOWN_DONE, SHOWN_FAILED, SHOWN_CANCELLED, SHOWN_UNSURE = 13, 14, 15, 16
SHOWN_USE_STEREO = 17
SHOWN_ENDS = (SHOWN_DONE, SHOWN_FAILED, SHOWN_CANCELLED, SHOWN_UNSURE)


# TAP

class Failed(Exception):
    """A check failed; the message is the diagnosis."""


class Tap:
    """Named cases; the rest of a case is left out after its first failure."""

    def __init__(self):
        self.cases = []
        self.needed = None

    def need(self, function):
        """Decorator: a case without which the others make no sense."""
        self.needed = function
        return self.case(function)

    def case(self, function):
        """Decorator: a function that raises is a case that failed."""
        self.cases.append(function)
        return function

    def main(self):
        """Run all cases in order and exit as TAP wants it."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        failed = 0
        reached = True
        print('1..%d' % len(self.cases), flush=True)
        try:
            for number, function in enumerate(self.cases, 1):
                name = function.__doc__.strip().splitlines()[0].rstrip('.')
                started = time.monotonic()
                try:
                    check(reached, 'not reached')
                    function()
                    verdict = 'ok'
                except Failed as problem:
                    verdict = 'not ok'
                    diagnose(str(problem))
                except Exception:
                    verdict = 'not ok'
                    diagnose(traceback.format_exc())
                failed += verdict != 'ok'
                reached = reached and (verdict == 'ok'
                                       or function is not self.needed)
                print('%s %d - %s' % (verdict, number, name))
                print('# %.1f s' % (time.monotonic() - started), flush=True)
        finally:
            end_all()
        sys.exit(1 if failed else 0)


def diagnose(text):
    """Say something beside the verdicts."""
    for line in text.splitlines():
        print('# ' + line, flush=True)


def check(truth, text, *values):
    """Fail the case with a sentence unless `truth`."""
    if not truth:
        raise Failed(text % values if values else text)


def check_equal(found, wanted, what):
    """Fail the case unless both are equal."""
    check(found == wanted, '%s: found %r, wanted %r', what, found, wanted)


def wait_for(condition, seconds, what, pause=0.02):
    """Poll until condition() is true; its value, or a failed case."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        check(time.monotonic() < deadline, 'after %g s still no %s', seconds,
              what)
        time.sleep(pause)


def nothing_more(seconds):
    """Leave time for what must not come: no event tells that it did not."""
    time.sleep(seconds)


def after_restore():
    """A click within a second of a restore() is none, and that is the rule."""
    time.sleep(1.1)


def edge():
    """Let a host run blocks with a control as it is, before it is turned."""
    time.sleep(0.3)


# Processes

CHILDREN = []


class Child:
    """A program in a process group of its own, its output in a file."""

    def __init__(self, args, log, env=None, stdin=subprocess.DEVNULL,
                 pass_fds=(), gentle=False):
        self.log = log
        self.gentle = gentle
        with open(log, 'wb') as out:
            self.process = subprocess.Popen(
                args, stdin=stdin, stdout=out, stderr=subprocess.STDOUT,
                env=env, start_new_session=True, pass_fds=pass_fds)
        CHILDREN.append(self)

    def running(self):
        """True until it has ended."""
        return self.process.poll() is None

    def output(self):
        """All that it has printed so far."""
        with open(self.log, encoding='utf-8', errors='replace') as text:
            return text.read()

    def tail(self, lines=25):
        """The end of its output, for a diagnosis."""
        return '\n'.join(self.output().splitlines()[-lines:])

    def wait(self, seconds):
        """Its exit code; it is killed after `seconds`."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.end()
            raise Failed('%s did not end in %g s\n%s' % (
                os.path.basename(str(self.process.args[0])), seconds,
                self.tail())) from None

    def end(self):
        """Kill it and all that it started; ask a gentle one first."""
        if self.gentle and self.running():
            self.process.terminate()
            try:
                self.process.wait(2)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        if self in CHILDREN:
            CHILDREN.remove(self)


def end_all():
    """Kill every program that is still there."""
    for child in list(reversed(CHILDREN)):
        child.end()


class Place:
    """A user's home of its own, below the test's scratch folder."""

    def __init__(self, name):
        self.root = os.path.join(TMP, name)
        self.home = os.path.join(self.root, 'home')
        self.env = {k: v for k, v in os.environ.items()
                    if not k.startswith(('XDG_', 'LV2_', 'BACKLINE_', 'JACK_'))}
        self.env.update(
            HOME=self.home, LC_ALL='C.UTF-8', JACK_NO_AUDIO_RESERVATION='1',
            BL_TMP=TMP, LV2_PATH=':'.join([
                os.path.join(self.home, '.lv2'), os.path.dirname(BUNDLE),
                '/usr/lib/lv2', '/usr/local/lib/lv2']))
        for variable, folder in (('CONFIG', '.config'), ('CACHE', '.cache'),
                                 ('DATA', '.local/share'), ('STATE', '.state')):
            path = os.path.join(self.home, folder)
            os.makedirs(path, mode=0o700)
            self.env['XDG_%s_HOME' % variable] = path
        run = os.path.join(self.root, 'run')
        os.makedirs(run, mode=0o700)
        self.env['XDG_RUNTIME_DIR'] = run

    def path(self, *names):
        """A path below the place."""
        return os.path.join(self.root, *names)

    def configure(self, settings, credentials=None):
        """Write config.json, and the credentials file for its keys."""
        folder = os.path.join(self.env['XDG_CONFIG_HOME'], 'backline')
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with open(os.path.join(folder, 'config.json'), 'w',
                  encoding='utf-8') as text:
            json.dump(settings, text)
        if credentials:
            path = os.path.join(folder, 'credentials')
            with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), 'w',
                      encoding='utf-8') as text:
                text.write(credentials)

    def takes_dir(self):
        """Where the takes are."""
        return os.path.join(self.env['XDG_DATA_HOME'], 'backline', 'takes')

    def takes(self):
        """All finished takes, oldest first."""
        found = []
        for path in sorted(glob.glob(self.takes_dir() + '/*/take.json')):
            take = Take(os.path.dirname(path))
            if take.facts.get('finished'):
                found.append(take)
        return found

    def open_takes(self):
        """How many take folders have no finished take."""
        return len(glob.glob(self.takes_dir() + '/*/')) - len(self.takes())


class Take:
    """A take's folder as it is on the disk."""

    def __init__(self, folder):
        self.folder = folder
        self.id = os.path.basename(folder)
        with open(os.path.join(folder, 'take.json'), encoding='utf-8') as text:
            self.facts = json.load(text)

    def __getitem__(self, key):
        return self.facts[key]

    def audio(self):
        """Its samples."""
        folder = self.folder
        if self.facts.get('same_as'):
            folder = os.path.join(os.path.dirname(folder),
                                  self.facts['same_as'])
        return Wav(os.path.join(folder, 'take.wav'))

    def jobs(self):
        """All job-N.json, in order."""
        found = []
        for path in sorted(glob.glob(self.folder + '/job-*.json')):
            if not re.search(r'/job-\d+\.json$', path):
                continue  # job-1-analysis.json
            with open(path, encoding='utf-8') as text:
                found.append(json.load(text))
        return found

    def results(self, job):
        """The placed files of one of its jobs."""
        return [Wav(os.path.join(self.folder, v['result']['file']))
                for v in job['variants'] if v['placed']]


# Audio files

class Wav:
    """A RIFF, RF64 or BW64 file: format, raw samples, BWF time reference."""

    def __init__(self, path):
        self.path = path
        self.reference = None
        self.raw = None
        self.raw_at = 0
        self.format = self.channels = self.rate = self.bits = 0
        with open(path, 'rb') as file:
            self._read(file.read())
        check(self.raw is not None, '%s: no samples', path)
        self.frame_bytes = self.channels * self.bits // 8
        self.frames = len(self.raw) // self.frame_bytes

    def _read(self, data):
        magic, _, kind = struct.unpack('<4sI4s', data[:12])
        check(magic in (b'RIFF', b'RF64', b'BW64') and kind == b'WAVE',
              '%s: no WAV file', self.path)
        at, large = 12, None
        while at + 8 <= len(data):
            name, size = struct.unpack('<4sI', data[at:at + 8])
            body = at + 8
            if name == b'ds64':
                large = struct.unpack('<Q', data[body + 8:body + 16])[0]
            elif name == b'fmt ':
                (self.format, self.channels, self.rate, _, _,
                 self.bits) = struct.unpack('<HHIIHH', data[body:body + 16])
                if self.format == 0xfffe:
                    self.format = struct.unpack('<H',
                                                data[body + 24:body + 26])[0]
            elif name == b'bext':
                self.reference = struct.unpack(
                    '<q', data[body + 338:body + 346])[0]
            elif name == b'data':
                if size == 0xffffffff and large is not None:
                    size = large
                self.raw, self.raw_at = data[body:body + size], body
            at = body + size + size % 2

    def part(self, first, count):
        """The raw samples of `count` frames from frame `first` on."""
        check(0 <= first and first + count <= self.frames,
              '%s: frames %d..%d of %d', self.path, first, first + count,
              self.frames)
        return self.raw[first * self.frame_bytes:
                        (first + count) * self.frame_bytes]

    def floats(self):
        """All samples of a float file."""
        check_equal((self.format, self.bits), (3, 32), self.path)
        values = array.array('f')
        values.frombytes(self.raw)
        return values


def difference(one, other):
    """None, or a sentence about where two float byte strings differ."""
    if one == other:
        return None
    a, b = array.array('f'), array.array('f')
    a.frombytes(one)
    b.frombytes(other)
    if len(a) != len(b):
        return '%d samples against %d' % (len(a), len(b))
    wrong = [i for i in range(len(a)) if a[i] != b[i]]
    if not wrong:
        return 'equal but for signs of zero'
    return '%d of %d samples differ, first at %d (%r, %r), last at %d' % (
        len(wrong), len(a), wrong[0], a[wrong[0]], b[wrong[0]], wrong[-1])


def write_float_wav(path, rate, samples, channels=1):
    """A float file."""
    raw = array.array('f', samples).tobytes()
    with open(path, 'wb') as file:
        file.write(struct.pack('<4sI4s4sIHHIIHH4sI', b'RIFF', 36 + len(raw),
                               b'WAVE', b'fmt ', 16, 3, channels, rate,
                               rate * 4 * channels, 4 * channels, 32,
                               b'data', len(raw)) + raw)


def replace_samples(path, samples):
    """Overwrite the samples of a mono float file in place."""
    wav = Wav(path)
    check_equal((wav.format, wav.bits, wav.channels, wav.frames),
                (3, 32, 1, len(samples)), path)
    with open(path, 'r+b') as file:
        file.seek(wav.raw_at)
        file.write(array.array('f', samples).tobytes())


def resample(samples, source, target, most):
    """Windowed-sinc polyphase resampling to at most `most` samples."""
    common = math.gcd(source, target)
    up, down = target // common, source // common
    half = 12
    phases = []
    for phase in range(up):
        at = phase / up
        taps = []
        for k in range(-half + 1, half + 1):
            x = k - at
            sinc = 1.0 if x == 0 else math.sin(math.pi * x) / (math.pi * x)
            taps.append(sinc * (0.5 + 0.5 * math.cos(math.pi * x / half)))
        gain = sum(taps)
        phases.append([t / gain for t in taps])
    padded = [0.0] * half + list(samples) + [0.0] * half
    out = []
    for n in range(min(most, len(samples) * up // down)):
        at, phase = divmod(n * down, up)
        out.append(sum(map(operator.mul, phases[phase],
                           padded[at + 1:at + 1 + 2 * half])))
    return out


def voice(rate, seconds):
    """A sung voice: a real one where present, else the project's own."""
    real = os.path.join(TOP, '..', 'shared', 'data', 'vocals',
                        'vocadito_1.wav')
    if os.path.exists(real):
        return _pcm(Wav(real), rate, seconds)
    sing = os.path.join(BUILD, 'tests', 'tools', 'sing')
    path = os.path.join(TMP, 'sung.wav')
    if not os.path.exists(path):
        done = subprocess.run([sing, path, str(rate), '92', str(seconds)],
                              check=False)
        check(done.returncode == 0, '%s failed', sing)
    return _pcm(Wav(path), rate, seconds)


def _pcm(wav, rate, seconds):
    if wav.format == 3:
        values = wav.floats()
    elif wav.bits == 24:
        values = [int.from_bytes(wav.raw[i:i + 3], 'little', signed=True)
                  / 8388608.0 for i in range(0, len(wav.raw) - 2, 3)]
    else:
        check_equal(wav.bits, 16, wav.path)
        values = array.array('h')
        values.frombytes(wav.raw)
        values = [v / 32768.0 for v in values]
    values = values[::wav.channels]
    most = int(rate * seconds)
    if wav.rate != rate:
        values = resample(values[:int(wav.rate * seconds) + wav.rate // 10],
                          wav.rate, rate, most)
    out = array.array('f', values[:most])
    out.extend([0.0] * (most - len(out)))
    return out
