# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""TAP for the tests in Python, and a voice for them to send."""

import math
import os
import struct
import sys
import traceback
import wave


class Tap:
    """Runs functions as test cases and prints how they end."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def case(self, name, function, *args):
        """Run one case: it passes unless it raises."""
        self.count += 1
        try:
            function(*args)
            print('ok %d - %s' % (self.count, name), flush=True)
        except Exception:  # whatever it is, it is a failure
            self.failed += 1
            print('not ok %d - %s' % (self.count, name))
            for line in traceback.format_exc().splitlines():
                print('# ' + line)
            sys.stdout.flush()

    def end(self):
        """Print the plan and exit."""
        print('1..%d' % self.count)
        sys.exit(1 if self.failed else 0)


def equal(got, wanted):
    """Raise unless both are equal."""
    if got != wanted:
        raise AssertionError('got %r, wanted %r' % (got, wanted))


def true(value, what='it'):
    """Raise unless value is true."""
    if not value:
        raise AssertionError('%s is not so: %r' % (what, value))


def scratch():
    """The test's own folder."""
    path = os.environ.get('BL_TMP') or os.path.join('/tmp', 'bl.%d'
                                                    % os.getpid())
    os.makedirs(path, exist_ok=True)
    return path


def write_voice(path, seconds=8.0, rate=22050):
    """A tune on a voice-like tone: vibrato, six partials, rests between."""
    tune = [220.0, 246.9, 261.6, 293.7, 329.6, 293.7, 261.6, 246.9]
    length = 60.0 / 92.0
    phase = 0.0
    samples = []
    for i in range(int(seconds * rate)):
        t = i / rate
        at = t % length
        pitch = tune[int(t / length) % len(tune)]
        pitch *= 1.0 + 0.006 * math.sin(2.0 * math.pi * 5.5 * t)
        phase += 2.0 * math.pi * pitch / rate
        level = min(at / 0.03, 1.0, max(0.0, (length * 0.85 - at) / 0.05))
        value = sum(math.sin(k * phase) / k for k in range(1, 7))
        samples.append(int(9000.0 * level * value))
    with wave.open(path, 'wb') as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(struct.pack('<%dh' % len(samples), *samples))
    return path
