// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_PULSE_H
#define BL_BAND_PULSE_H

#include "base/attributes.h"
#include "base/cancel.h"
#include "base/status.h"
#include "notes.h"

#include <stdbool.h>
#include <stddef.h>

#define BL_ONSETS_MAX 3000u
#define BL_KNOTS_MAX 256u
#define BL_LEVELS 5u

/// Where notes begin, and how much each weighs: square root of the time to the
/// next one
typedef struct
{
  size_t n;
  double time[BL_ONSETS_MAX];
  double weight[BL_ONSETS_MAX];
  double sum; ///< Of the weights
} BlOnsets;

/**
   A pulse that the onsets keep: beats as a function of seconds, piecewise
   linear between knots and of the last pace beyond them.

   An even pulse has two knots.
*/
typedef struct
{
  size_t n_knots;
  double time[BL_KNOTS_MAX];
  double beat[BL_KNOTS_MAX];
  double bpm;              ///< Mean
  bool   drifts;           ///< More than two knots: no even pulse fits
  double coherence;        ///< Of the onsets with the sixteenths, 0..1
  double evidence;         ///< Coherence beyond what chance would give
  double level[BL_LEVELS]; ///< Coherence with sixteenths ... bars
  double confidence;       ///< 0..1, of bpm against its half and double
  double alternatives[2];  ///< bpm, the likeliest others; 0 = none
} BlPulse;

BL_THREAD_ANY void bl_onsets_take(const BlNotes* notes, BlOnsets* onsets);

/**
   Find the pulse by the onsets' phase coherence (BAND.md 2.3, method A), over
   the whole and in windows of 16 s; follow it where it drifts; choose among
   its octaves.

   `typical` is where the style's tempo usually lies; 0 = unknown.
   @return BL_CANCELLED, BL_NO_MEM
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_pulse_find(const BlOnsets* onsets,
                                                  double          typical,
                                                  BlCancel*       cancel,
                                                  BlPulse*        pulse);

/// An even pulse of known tempo, beat 0 at second 0
BL_THREAD_ANY void bl_pulse_even(const BlOnsets* onsets,
                                 double          bpm,
                                 BlPulse*        pulse);

/// Make it half (0.5) or double (2)
BL_THREAD_ANY void bl_pulse_scale(BlPulse* pulse, double factor);

/// Where the beat's parts lie, in parts from beat 0: slurred singing blurs the
/// small ones, then those of twice the size tell
BL_THREAD_ANY double bl_pulse_phase(const BlOnsets* onsets,
                                    const BlPulse*  pulse,
                                    double          parts);

BL_THREAD_ANY double bl_pulse_beat(const BlPulse* pulse, double time);
BL_THREAD_ANY double bl_pulse_time(const BlPulse* pulse, double beat);

#endif // BL_BAND_PULSE_H
