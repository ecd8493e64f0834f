// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_LISTEN_H
#define BL_BAND_LISTEN_H

#include "base/attributes.h"
#include "base/cancel.h"
#include "base/status.h"
#include "band.h"
#include "grid.h"
#include "harmony.h"
#include "key.h"
#include "notes.h"
#include "pitch.h"
#include "slots.h"
#include "style.h"
#include "tempo.h"
#include "wavio.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/// All that was heard in a voice.  Owner: who called listen; free with deinit.
typedef struct
{
  BlVoice      voice; ///< Its samples are freed once heard
  BlPitch      pitch;
  BlNotes      notes;
  BlGrid       grid;
  BlTempoFound tempo;
  BlKey        key;
  BlSlots      slots;
  BlForm       form;
  bool         tuned; ///< The backing follows the singer's tuning
} BlHeard;

/// Read and listen; *heard is to be freed whatever is returned
BL_THREAD_JOB BL_NODISCARD BlStatus bl_listen(const char*    path,
                                              const BlStyle* style,
                                              BlCancel*      cancel,
                                              BlHeard*       heard);

/**
   The second half of bl_listen(): from heard->notes, heard->voice.seconds and
   the host's marks in heard->grid to all the rest
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_listen_notes(BlHeard*       heard,
                                                    const BlStyle* style,
                                                    BlCancel*      cancel);

BL_THREAD_JOB void bl_heard_deinit(BlHeard* heard);

/// In short, and as a sentence
BL_THREAD_ANY void bl_heard_summary(const BlHeard* heard,
                                    BlBandSummary* summary);

/// What else the tempo and bar may be, as tags to write: "half time (46.0
/// bpm), shift 2"; "" where nothing is in doubt
BL_THREAD_ANY void bl_heard_alternatives(const BlHeard* heard,
                                         char*          text,
                                         size_t         size);

/**
   analysis.json, version BL_ANALYSIS_VERSION; times are seconds of the upload,
   pitches MIDI keys, confidences 0..1:

     version, summary, seconds
     tempo {source: host | user | tags | ear | free, bpm, beats, unit, drifts,
       confidence, beat_confidence, bar_confidence, coherence, evidence,
       alternatives: [{bpm, tag}], shift: beats or 0}
     key {name, tonic: 0 = C, minor, confidence}, keys [[time, name]] where
       each begins
     tuning {cents, confidence, followed}
     understood, unknown, unknown_negative, groove: of the tags
     marks [[time, bpm, beats, unit]], bars [[time, beats, unit]]
     notes [[start, length, pitch, dBFS]]
     phrases [[start, end, bar from 0]]
     sections [{letter, bar from 0, bars, energy, sung}]
     chords_a, chords_b [[time, "Am"]], one a slot; left out where unknown
*/
#define BL_ANALYSIS_VERSION 2

/// Print it.  @return BL_IO
BL_THREAD_JOB BL_NODISCARD BlStatus
bl_heard_print(const BlHeard*       heard,
               const BlStyle*       style,
               const BlChord* const chords[BL_VARIANTS],
               FILE*                file);

/// Write analysis.json (with the chords of both variants where not NULL)
BL_THREAD_JOB BL_NODISCARD BlStatus
bl_heard_write(const BlHeard*       heard,
               const BlStyle*       style,
               const BlChord* const chords[BL_VARIANTS],
               const char*          path);

#endif // BL_BAND_LISTEN_H
