// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_JOB_TRIM_H
#define BL_JOB_TRIM_H

#include "base/attributes.h"
#include "job/job.h"
#include "take/take.h"

#include <stddef.h>
#include <stdint.h>

/**
   Where the upload begins and ends.

   Silence at both ends is not uploaded.  Where bars are known, the cut at
   the front lies on the bar line at or before the first sound; where the
   take begins after that line, silence is put in front (a negative trim), so
   that every upload, and so every result, begins on a bar line.  Where the
   take's place on the timeline is unknown, nothing is cut at the front: its
   results can only be laid beside it, and begin where it begins.
   Pure: arithmetic on the take's tempo map.
*/

/// The cut for a take whose sound lies in [first_sound, end_sound) frames
BL_THREAD_ANY BlTrim bl_trim_find(const BlTake* take,
                                  uint64_t      first_sound,
                                  uint64_t      end_sound);

/**
   The comment of the uploaded file, for the local band:
   "backline: bpm=92.000; meter=4/4; bar=0.000000", unknown parts left out,
   then "; by=user" where a person told the tempo (a take from a file) and
   "; tempo=SECONDS:BPM:METER" for each change inside.  bpm counts beats
   of the meter's unit, `bar` is the time from the first sample to the first
   bar line.  Independent of the locale.
*/
BL_THREAD_ANY void bl_trim_comment(const BlTake* take,
                                   const BlTrim* trim,
                                   char*         text,
                                   size_t        size);

#endif // BL_JOB_TRIM_H
