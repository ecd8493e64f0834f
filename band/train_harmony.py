#!/usr/bin/env python3
# Copyright 2026 The Backline authors
# SPDX-License-Identifier: ISC

"""Learn band/harmony_table.h from melodies with chords.

Usage: train_harmony.py MELODIES.jsonl > harmony_table.h

Model: for each half bar a log-linear one (softmax over 24 chords relative to
the tonic) of what is sung in it and around it, and transition probabilities
from half bar to half bar.  Split: every fourth song (line number modulo 4 is
3, from 0) is kept for testing and never read here; ./waf evaluate and the
unit tests use those only.  Plain Python, some minutes.
"""

import json
import math
import random
import sys

CHORDS = 24
HISTOGRAMS = 5  # this half bar, the two before and the two after
FIRST = 12 * HISTOGRAMS
LONGEST = FIRST + 12
POSITION = LONGEST + 12
BIAS = POSITION + 8
FEATURES = BIAS + 1
EPOCHS = 9


def slots_of(song):
    """[(histogram, first, longest, bar half, chord)], relative to the tonic"""
    beats = song['beats_per_bar']
    if beats != 4:
        return []
    tonic = song['tonic']
    count = len(song['chords']) // 2
    slots = [[[0.0] * 12, -1, -1, 0.0, i % 8, -1] for i in range(count)]
    for start, length, pitch in song['melody']:
        pc = (pitch - tonic) % 12
        at = start
        while at < start + length:
            index = at // 8
            end = min(start + length, (index + 1) * 8)
            if 0 <= index < count:
                slot = slots[index]
                slot[0][pc] += (end - at) / 8.0
                if slot[1] < 0:
                    slot[1] = pc
                if end - at > slot[3]:
                    slot[2], slot[3] = pc, end - at
            at = end
    for i, slot in enumerate(slots):
        pair = [c for c in song['chords'][2 * i:2 * i + 2] if c]
        if pair:
            root, minor = pair[0]
            slot[5] = (root - tonic) % 12 + 12 * minor
    return slots


def features(slots, i):
    """[(index, value)] of half bar i; the C side computes the same"""
    out = [(BIAS, 1.0), (POSITION + slots[i][4], 1.0)]
    for h, offset in enumerate((0, -1, 1, -2, 2)):
        if 0 <= i + offset < len(slots):
            for pc, value in enumerate(slots[i + offset][0]):
                if value > 0.0:
                    out.append((12 * h + pc, value))
    if slots[i][1] >= 0:
        out.append((FIRST + slots[i][1], 1.0))
    if slots[i][2] >= 0:
        out.append((LONGEST + slots[i][2], 1.0))
    return out


def train(samples):
    rng = random.Random(909)
    weights = [[0.0] * CHORDS for _ in range(FEATURES)]
    squares = [[1e-3] * CHORDS for _ in range(FEATURES)]
    for epoch in range(EPOCHS):
        rng.shuffle(samples)
        loss = 0.0
        rate = 0.12 / (1.0 + 0.4 * epoch)
        for feats, truth in samples:
            score = [0.0] * CHORDS
            for f, value in feats:
                row = weights[f]
                score = [s + value * w for s, w in zip(score, row)]
            top = max(score)
            score = [math.exp(s - top) for s in score]
            total = sum(score)
            error = [s / total for s in score]
            loss -= math.log(max(error[truth], 1e-9))
            error[truth] -= 1.0
            for f, value in feats:
                row, sq = weights[f], squares[f]
                for c in range(CHORDS):
                    g = error[c] * value + 2e-6 * row[c]
                    sq[c] += g * g
                    row[c] -= rate * g / math.sqrt(sq[c])
        print('epoch %d loss %.4f' % (epoch, loss / len(samples)),
              file=sys.stderr)
    return weights


def transitions(sequences):
    """Log odds of chord to chord against chord alone, two places in a bar"""
    table = []
    for half in (0, 1):  # 0: over the bar line, 1: inside a bar
        counts = [[0.3] * CHORDS for _ in range(CHORDS)]
        for sequence in sequences:
            for i in range(1, len(sequence)):
                a, b = sequence[i - 1], sequence[i]
                if a >= 0 and b >= 0 and i % 2 == half:
                    counts[a][b] += 1.0
        total = [sum(row[b] for row in counts) for b in range(CHORDS)]
        everything = sum(total)
        table.append([[math.log(row[b] / sum(row) * everything / total[b])
                       for b in range(CHORDS)] for row in counts])
    return table


def write_rows(name, comment, rows, scale):
    print('\n/// %s, times %d' % (comment, scale))
    print('static const signed char %s[%d][%d] = {'
          % (name, len(rows), CHORDS))
    for row in rows:
        cells = [max(-127, min(127, round(v * scale))) for v in row]
        print('  { %s },' % ', '.join('%d' % c for c in cells))
    print('};')


def main():
    songs = [json.loads(line) for line in open(sys.argv[1])]
    used = [s for i, s in enumerate(songs) if i % 4 != 3]
    print('// Copyright 2026 The Backline authors\n'
          '// SPDX-License-Identifier: ISC\n\n'
          '// Written by train_harmony.py from %d songs of POP909 '
          '(MIT licence).\n'
          '// clang-format off\n\n'
          '#ifndef BL_BAND_HARMONY_TABLE_H\n'
          '#define BL_BAND_HARMONY_TABLE_H\n\n'
          '#define BL_HARMONY_FEATURES %d' % (len(used), FEATURES))
    for mode in ('major', 'minor'):
        samples, sequences = [], []
        for song in used:
            if song['mode'] != mode:
                continue
            slots = slots_of(song)
            sequences.append([s[5] for s in slots])
            for i, slot in enumerate(slots):
                if slot[5] >= 0:
                    samples.append((features(slots, i), slot[5]))
        print('%s: %d half bars' % (mode, len(samples)), file=sys.stderr)
        tables = transitions(sequences)
        write_rows('harmony_weights_' + mode,
                   'Feature by chord (12 major, 12 minor)', train(samples), 16)
        for name, rows in zip(('bar', 'half'), tables):
            write_rows('harmony_%s_%s' % (name, mode),
                       'Log odds of the next chord', rows, 16)
    print('\n#endif // BL_BAND_HARMONY_TABLE_H')


if __name__ == '__main__':
    main()
