// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_EVALUATE_METRIC_BACKING_H
#define BL_TESTS_EVALUATE_METRIC_BACKING_H

#include "backing.h"

#include <stddef.h>

/**
   What a musician would mark in the band's notes, counted.

   A figure is a share, part / whole, summed over as many results as are added.
   "Sounding" means between note-on and note-off as written.
*/
typedef enum
{
  /// Strong beats under a sung note of 0.4 s or more with a tone a minor
  /// second or ninth from it (a major seventh is a colour and not counted)
  BL_BACKING_CLASH,
  /// Pitched notes neither in the key nor in the chord, nor led on by a step
  BL_BACKING_OUTSIDE,
  /// Changes of chord at which the bass plays and has its root
  BL_BACKING_ROOT,
  /// Walking bass notes that are the one before again
  BL_BACKING_REPEAT,
  /// Keys the comp strikes that the pad holds already
  BL_BACKING_DOUBLED,
  /// Chord strokes with a key at or below the bass
  BL_BACKING_CROSSED,
  /// Semitones a voice moves from chord to chord in the comp, and in the pad
  BL_BACKING_LEAP_COMP,
  BL_BACKING_LEAP_PAD,
  /// Strokes with a third below C3 or a second below E3 sounding
  BL_BACKING_MUD,
  /// Bars before the ending in which nobody begins a note
  BL_BACKING_DEAD,
  /// Notes that begin after the last chord, or end after the result
  BL_BACKING_LATE,
  /// Section borders before which the drums do something else
  BL_BACKING_FILL,
  /// Endings whose lowest note is the tonic, held for two beats or more
  BL_BACKING_ENDING,
  /// Successive notes of a part with the same velocity
  BL_BACKING_FLAT,
  /// Standard deviation of a part's velocities
  BL_BACKING_VELOCITY,
  /// Notes of B that A plays too
  BL_BACKING_SHARED,
  BL_BACKING_FIGURES
} BlBackingFigure;

extern const char* const bl_backing_names[BL_BACKING_FIGURES];

typedef struct
{
  double part;
  double whole;
} BlBackingShare;

typedef struct
{
  BlBackingShare of[BL_BACKING_FIGURES];
} BlBackingFigures;

/// Count one variant of a result; BL_BACKING_SHARED only for B
void bl_metric_backing_add(const BlBacking*  backing,
                           unsigned          variant,
                           BlBackingFigures* figures);

/// part / whole; 0 where there is nothing of it
double bl_metric_backing(const BlBackingFigures* figures, BlBackingFigure of);

/// Keys of a set of parts (1 << part) that sound at a time, from below;
/// @return how many, at most `max`
size_t bl_metric_sounding(const BlScore* score,
                          unsigned       parts,
                          double         time,
                          size_t         max,
                          int*           keys);

#endif // BL_TESTS_EVALUATE_METRIC_BACKING_H
