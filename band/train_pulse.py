#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""Learn band/pulse_table.h from melodies: where in the bar which notes begin,
and which octave of a tempo is the beat.

Usage: train_pulse.py MELODIES.jsonl > pulse_table.h
It needs Debian's python3-numpy, which nothing else here does.

Both are conditional log-linear models.  Bar: softmax over the sixteen places
of the bar line, of counts of (class of note, sixteenth); classes are the time
to the next note with and without a rest before, a rest after, and the step
from the note before.  Octave: softmax over a quarter ... four times the beat,
of the squared logarithm of the tempo and the onsets' coherence with
sixteenths ... bars; a third of those onsets is blurred as singing blurs them.
Split: every fourth song (line number modulo 4 is 3) is
kept for testing, as in tests/evaluate/songs.h.
"""

import json
import sys

try:
    import numpy as np
except ImportError:
    sys.exit('train_pulse.py: needs numpy: apt install python3-numpy')

BUCKETS = [1.5, 2.5, 3.5, 5.0, 8.5]  # sixteenths to the next note
REST = 3.0
CENTRE = 85.0
CLASSES = 20
RNG = np.random.default_rng(909)


def bar_counts(notes):
    """[class, sixteenth of the bar]; the C side counts the same"""
    counts = np.zeros((CLASSES, 16))
    for i, (start, length, pitch) in enumerate(notes):
        to_next = notes[i + 1][0] - start if i + 1 < len(notes) else 16
        rest = start - notes[i - 1][0] - notes[i - 1][1] if i else 16
        step = pitch - notes[i - 1][2] if i else None
        bucket = sum(to_next > b for b in BUCKETS)
        turn = 5 if step is None else 0 if step == 0 else 1 if 0 < step <= 2 \
            else 2 if -2 <= step < 0 else 3 if step > 0 else 4
        for c in (bucket + 6 * (rest >= REST), 12 + (to_next - length >= REST),
                  14 + turn):
            counts[c, start % 16] += 1
    return counts * 3.0 / np.sqrt(counts.sum())


def octave_features(notes, bpm):
    """One row for each octave, the true one first"""
    onsets = np.array([n[0] for n in notes], float)
    onsets += RNG.normal(0, RNG.choice([0, 0, 0, 0.020, 0.035]),
                         len(onsets)) * bpm / 15.0
    onsets.sort()
    weights = np.sqrt(np.minimum(np.append(np.diff(onsets), 16.0),
                                 2.0 * bpm / 15.0))
    rows = []
    for factor in (1.0, 0.5, 2.0, 0.25, 4.0):
        row = [np.log(bpm * factor / CENTRE) ** 2]
        for sixteenths in (1, 2, 4, 8, 16):
            turns = onsets * factor / sixteenths
            row.append(abs((weights * np.exp(2j * np.pi * turns)).sum())
                       / weights.sum())
        rows.append(row)
    return rows


def fit(data, decay):
    """Softmax regression, class 0 is the truth: Adam"""
    weights = np.zeros(data.shape[2])
    mean, square = weights * 0, weights * 0
    for t in range(1, 601):
        z = data @ weights
        p = np.exp(z - z.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        slope = (np.einsum('nk,nkf->f', p, data) - data[:, 0].sum(0)) \
            / len(data) + decay * weights
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope * slope
        weights -= 0.05 * (mean / (1 - 0.9 ** t)) \
            / (np.sqrt(square / (1 - 0.999 ** t)) + 1e-8)
    return weights


def excerpts(songs):
    for song in songs:
        notes = song['melody']
        yield song['bpm'], notes
        for _ in range(3):
            span = RNG.uniform(20, 90) * song['bpm'] / 15.0
            room = max(notes[-1][0] - notes[0][0] - span, 0)
            first = notes[0][0] + RNG.random() * room
            part = [n for n in notes if first <= n[0] < first + span]
            if len(part) >= 8:
                yield song['bpm'], part


def main():
    songs = [json.loads(line) for line in open(sys.argv[1])]
    parts = list(excerpts([s for i, s in enumerate(songs) if i % 4 != 3]))
    counts = np.array([bar_counts(notes) for _, notes in parts])
    bars = fit(np.stack([np.roll(counts, -k, axis=2) for k in range(16)], 1)
               .reshape(len(parts), 16, -1), 0.03).reshape(CLASSES, 16)
    octaves = np.array([octave_features(notes, bpm)
                        for bpm, notes in parts * 2])
    spread = octaves.std((0, 1))
    octave = fit(octaves / spread, 0.01) / spread
    print('// Copyright 2026 The Backline authors\n'
          '// SPDX-License-Identifier: ISC\n\n'
          '// Written by train_pulse.py from POP909 (MIT licence).\n'
          '// clang-format off\n\n'
          '#ifndef BL_BAND_PULSE_TABLE_H\n#define BL_BAND_PULSE_TABLE_H\n\n'
          '#define BL_OCTAVE_CENTRE %.1f ///< bpm\n\n'
          '/// The tempo\'s squared distance, then sixteenths ... bars\n'
          'static const double octave_weights[6] = { %s };\n\n'
          '/// Class of note by sixteenth of the bar\n'
          'static const double bar_weights[%d][16] = {'
          % (CENTRE, ', '.join('%.2f' % w for w in octave), CLASSES))
    for row in bars:
        print('  { %s },' % ', '.join('%5.2f' % w for w in row))
    print('};\n\n#endif // BL_BAND_PULSE_TABLE_H')


if __name__ == '__main__':
    main()
