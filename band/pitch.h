// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_PITCH_H
#define BL_BAND_PITCH_H

#include "base/attributes.h"
#include "base/cancel.h"
#include "base/status.h"
#include "wavio.h"

#include <stddef.h>

/// Samples at BL_VOICE_RATE between two frames (11.6 ms)
#define BL_PITCH_HOP 256u

/**
   The pitch of one voice over time.

   Frame i speaks of the moment i * BL_PITCH_HOP / BL_VOICE_RATE: the
   analysis window is centred on it.
   Follows de Cheveigné and Kawahara, YIN (2002), sections II.A to E, with
   several candidates a frame and a Viterbi choice among them as in Mauch and
   Dixon, pYIN (2014).
*/
typedef struct
{
  size_t n;
  float* midi;  ///< MIDI note number, fractional; 0 = no pitch
  float* level; ///< dBFS of 11.6 ms around the moment
  float* sure;  ///< 0..1, periodicity
} BlPitch;

/// Half of it by a thread of its own, which is joined
BL_THREAD_JOB BL_NODISCARD BlStatus bl_pitch_track(const BlVoice* voice,
                                                   BlCancel*      cancel,
                                                   BlPitch*       pitch);

BL_THREAD_JOB void bl_pitch_deinit(BlPitch* pitch);

#endif // BL_BAND_PITCH_H
