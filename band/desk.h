// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_DESK_H
#define BL_BAND_DESK_H

#include "base/attributes.h"
#include "base/status.h"
#include "font.h"
#include "room.h"
#include "score.h"

#include <fluidsynth.h>

#include <stddef.h>
#include <stdint.h>

/**
   The mixing desk: a stereo channel for each part of a synth, and one for the
   room that answers them all, each through filters of its own.

   A high-pass takes away what an instrument only rumbles with (soundfonts
   have samples with a DC offset); a wide dip between 250 and 500 Hz, where all
   of them meet, keeps chords from being mud.  Filters are second-order sections
   after R. Bristow-Johnson's "Cookbook formulae for audio EQ biquad filter
   coefficients".
*/

#define BL_DESK_MUD_HZ 354.0
#define BL_DESK_MUD_Q 0.8

#define BL_DESK_FRAMES 1024u ///< At once, at most
#define BL_DESK_ROOM BL_N_PARTS
#define BL_DESK_CHANNELS (BL_N_PARTS + 1u)
#define BL_DESK_PAIRS (BL_DESK_CHANNELS / 2u)

/// Left and right of two channels, which one instruction filters
typedef float BlDeskLanes __attribute__((vector_size(16)));

/// A second-order section, in its transposed direct form II
typedef struct
{
  BlDeskLanes b[3];
  BlDeskLanes a[2];
  BlDeskLanes z[2];
} BlDeskSection;

/// A plain value, aligned as its lanes are: owner is who called init.  One
/// thread
typedef struct
{
  BlDeskSection high_pass[BL_DESK_PAIRS];
  BlDeskSection dip[BL_DESK_PAIRS];
  BlRoom*       room;              ///< Borrowed; NULL = none
  float         sends[BL_N_PARTS]; ///< Of both sides together, to the room
  BlDeskLanes   out[BL_DESK_PAIRS][BL_DESK_FRAMES];
  float         planes[2u * BL_DESK_CHANNELS][BL_DESK_FRAMES]; ///< The synth's
} BlDesk;

BL_THREAD_JOB void bl_desk_init(BlDesk*        desk,
                                const BlScore* score,
                                uint32_t       rate);

/// Send a part to the room: by what its soundfont sends of it, in thousandths,
/// and as MIDI's reverb depth adds to that (SoundFont 2.04, section 8.4.9)
BL_THREAD_JOB void bl_desk_set_send(BlDesk*       desk,
                                    unsigned      part,
                                    double        font_send,
                                    unsigned char depth);

/// Settings of a synth that plays into a desk; NULL when out of memory
BL_THREAD_JOB fluid_settings_t* bl_desk_settings(uint32_t rate,
                                                 unsigned voices);

/// Most that a part may be raised or lowered by, dB; a step of MIDI's volume
/// is half a dB or less there
#define BL_DESK_GAIN_MAX 12.0

/// Program, gain and place of a part.  @return BL_CANCELLED
BL_THREAD_JOB BL_NODISCARD BlStatus bl_desk_set_part(BlFont*        font,
                                                     fluid_synth_t* synth,
                                                     const BlPart*  part,
                                                     double tuning_cents);

/// Play and filter the next `frames`: at most BL_DESK_FRAMES, a multiple of 64
BL_THREAD_JOB BL_NODISCARD BlStatus bl_desk_play(BlDesk*        desk,
                                                 fluid_synth_t* synth,
                                                 size_t         frames);

/// A channel of what was played last, interleaved stereo
BL_THREAD_JOB void bl_desk_channel(const BlDesk* desk,
                                   unsigned      channel,
                                   float*        out,
                                   size_t        frames);

/// All channels of what was played last, interleaved stereo
BL_THREAD_JOB void bl_desk_mix(const BlDesk* desk, float* out, size_t frames);

#endif // BL_BAND_DESK_H
