// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_ROOM_H
#define BL_BAND_ROOM_H

#include "base/attributes.h"
#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/**
   The room that all parts are in: mono in, stereo out.

   A feedback delay network of eight lines, after J.-M. Jot and A. Chaigne,
   "Digital delay networks for designing artificial reverberators" (1991), with
   the filters of J. O. Smith, "Physical Audio Signal Processing": First-Order
   Delay-Filter Design, Tonal Correction Filter.  The lines' lengths sway, so
   that nothing rings.  FluidSynth has such a room too, one a synth and fed by
   every voice on its own; ours costs a fourth of it, and a mix half.

   Linear in its input, and the same each time: rooms of shares add up.
*/
#define BL_ROOM_LINES 8u
#define BL_ROOM_FRAMES 64u ///< A block of which the length must be a multiple

/// Owner: who called new.  One thread
typedef struct BlRoomImpl BlRoom;

/// @return NULL when out of memory
BL_THREAD_JOB BL_NODISCARD BlRoom* bl_room_new(uint32_t rate);

/// NULL is allowed
BL_THREAD_JOB void bl_room_free(BlRoom* self);

/// What answers `frames` of `in`; a multiple of BL_ROOM_FRAMES
BL_THREAD_JOB void bl_room_play(BlRoom*      self,
                                const float* in,
                                float*       left,
                                float*       right,
                                size_t       frames);

#endif // BL_BAND_ROOM_H
