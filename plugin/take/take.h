// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TAKE_TAKE_H
#define BL_TAKE_TAKE_H

#include "base/attributes.h"
#include "base/limits.h"
#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

/**
   What is known of a take: the plain value that take.json keeps.

   A value without pointers: copied freely, owned by whoever holds it.
   Frames are at the take's own rate.
*/

#define BL_TAKE_TEMPOS_MAX 64u
#define BL_TAKE_GAPS_MAX 256u

/// How the audio came
typedef enum
{
  BL_ORIGIN_PLAYED   = 0, ///< In real time while the transport rolled
  BL_ORIGIN_BOUNCED  = 1, ///< Faster than real time, no freewheel flag
  BL_ORIGIN_EXPORTED = 2, ///< With lv2:freeWheeling set
  BL_ORIGIN_RECORDED = 3, ///< By the `record` port, transport or not
  BL_ORIGIN_IMPORTED = 4, ///< From a file
} BlTakeOrigin;

/// Tempo and meter from a frame of the take on
typedef struct
{
  uint64_t frame;         ///< Frames from the take's first sample
  double   bpm;           ///< Beats (of beat_unit) per minute; 0 = unknown
  float    beats_per_bar; ///< 0 = unknown
  int32_t  beat_unit;     ///< 4 = quarter; 0 = unknown
} BlTempo;

/// Silence of exact length that stands for audio which is not there
typedef struct
{
  uint64_t frame;   ///< Frames from the take's first sample
  uint64_t length;  ///< Frames
  bool     dropped; ///< true: lost by us; false: cycles the host skipped
} BlGap;

typedef struct
{
  char         id[BL_TAKE_ID_BYTES]; ///< Name of its folder
  char         name[BL_NAME_BYTES];  ///< "Take 3", or what an import gave it
  char         host[BL_NAME_BYTES];  ///< Host's name, "" where unknown
  char         created[BL_TAKE_ID_BYTES]; ///< ISO 8601, UTC
  char         same_as[BL_TAKE_ID_BYTES]; ///< Take with the same audio, or ""
  BlTakeOrigin origin;
  bool         finished; ///< false: found after a crash, or still open
  uint32_t     rate;     ///< Hz
  uint32_t     channels; ///< 1 or 2
  uint64_t     frames;

  bool    has_position; ///< The next fields are known
  int64_t start;        ///< Session frame of the first sample
  bool    has_bar;
  int64_t bar;  ///< Bar of the first sample, from 0 as in LV2
  double  beat; ///< Beat within it, from 0, fractional

  uint32_t n_tempos; ///< [0] holds from the first sample
  BlTempo  tempos[BL_TAKE_TEMPOS_MAX];

  uint32_t n_gaps; ///< Kept; more are only counted in dropped, filled
  BlGap    gaps[BL_TAKE_GAPS_MAX];
  uint64_t dropped; ///< Frames lost
  uint64_t filled;  ///< Frames of cycles that the host skipped
  uint64_t missing; ///< Frames that an imported file promises beyond its end

  double peak_dbfs;     ///< -INFINITY for digital silence
  double loudness_lufs; ///< Integrated, EBU R128; -INFINITY below the gate,
                        ///< NAN while not measured yet
  uint64_t clipped;     ///< Samples at or above full scale
  uint64_t invalid;     ///< Samples that are no finite number: kept, sent as 0
  uint64_t hash;        ///< Of all samples; 0 while the take is open
} BlTake;

/// All fields empty, one take of nothing
BL_THREAD_ANY void bl_take_init(BlTake* take);

/// Length in seconds; 0 for a take without rate
BL_THREAD_ANY double bl_take_seconds(const BlTake* take);

/**
   Put the beat of the first sample where the session's frames have it.

   Hosts tell beats rounded to their ticks (Ardour, JACK: 1/1920 beat, six
   frames at 120 bpm and 48 kHz) and in floats.  Where the told place lies
   within a tick of `start` reckoned from session frame 0 in the first tempo,
   the tempo has held since then, and the reckoned beat is the exact one; else
   (the tempo changed before, or nothing is known) all stays as it was told.
*/
BL_THREAD_ANY void bl_take_settle_beat(BlTake* take);

/**
   What is wrong with the take as a voice to send, before trimming:
   BL_TAKE_SHORT, BL_TAKE_SILENT, BL_HOST_SILENT (exactly zero while a host
   with a transport played in real time: silence, or what it records does not
   come here) or BL_SUCCESS.
*/
BL_THREAD_ANY BlStatus bl_take_judge(const BlTake* take);

/// Write as JSON to a new string (free() it); NULL when out of memory
BL_THREAD_DISK BL_NODISCARD char* bl_take_to_json(const BlTake* take);

/// @return BL_BAD_FILE where the text is no take, BL_UNSUPPORTED where a newer
/// Backline wrote it; *take is then unchanged
BL_THREAD_DISK BL_NODISCARD BlStatus bl_take_from_json(const char* text,
                                                       BlTake*     take);

#endif // BL_TAKE_TAKE_H
