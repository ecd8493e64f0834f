// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_BAND_H
#define BL_BAND_BAND_H

#include "base/attributes.h"
#include "base/cancel.h"
#include "base/limits.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   The local band: from a vocal take to two backings that were really listened
   for, written and played.

   One call does one request.  It blocks for seconds and plays one variant
   after the other, with a thread of its own that takes a share of the notes
   of each and is joined before it returns;
   calls from several threads at once do not disturb each other.  The same
   request with the same audio and soundfont gives the same bytes: neither the
   clock nor any path has a say in the music.
*/

/// What is asked; strings are UTF-8, borrowed for the call, NULL is ""
typedef struct
{
  const char* audio;   ///< The upload: whatever libsndfile reads
  const char* out_dir; ///< Exists and is writable; the files below appear in it
  const char* title;
  const char* tags;
  const char* negative_tags; ///< Hard bans
  char        vocal_gender;  ///< 'm', 'f' or 0: register of choirs only
  bool        has_style_weight;
  bool        has_weirdness;
  bool        has_audio_weight;
  double      style_weight; ///< 0..1; out of range is clamped
  double      weirdness;
  double      audio_weight;
  const char* soundfont; ///< "" = searched, see bl_band_find_soundfont()
  bool        stems;     ///< Also drums, bass, chords, pad as files
} BlBandRequest;

/// Where the beats come from, the surest first
typedef enum
{
  BL_BAND_GRID_HOST = 0, ///< The host's grid, carried by the upload's comment
  BL_BAND_GRID_USER = 4, ///< The same way, but told by a person: --bpm
  BL_BAND_GRID_TAGS = 1, ///< "92 bpm" in the tags; phase from the singing
  BL_BAND_GRID_EAR  = 2, ///< Estimated
  BL_BAND_GRID_FREE = 3, ///< None: free time, a backing without drums
} BlBandGridSource;

/// "host", "tags", "ear", "free" or "user", as analysis.json and the API say
BL_THREAD_ANY const char* bl_band_grid_name(BlBandGridSource source);

/// What was heard, in short; all of it is in analysis.json
typedef struct
{
  double           seconds; ///< Of the upload
  BlBandGridSource grid;
  double           bpm; ///< At the start, beats of the meter's unit a minute
  unsigned         beats_per_bar;
  unsigned         beat_unit;
  double           tempo_confidence; ///< 0..1
  unsigned         tonic;            ///< 0 = C ... 11 = B
  bool             minor;
  double           key_confidence; ///< 0..1
  double           tuning_cents;   ///< The singer's, -50..50 from A = 440 Hz
  bool             tuned;          ///< The backing follows tuning_cents
  unsigned         notes;          ///< Sung notes found; 0 = no voice heard
  char text[BL_MESSAGE_BYTES];     ///< "92.0 bpm (by ear), 4/4, A minor, ..."
} BlBandSummary;

/// Stems, in this order
#define BL_BAND_STEMS 4u
extern const char* const bl_band_stem_names[BL_BAND_STEMS];

/// What came out; a plain value
typedef struct
{
  char          audio[BL_VARIANTS][BL_PATH_BYTES]; ///< 24-bit stereo WAV
  char          midi[BL_VARIANTS][BL_PATH_BYTES];
  char          analysis[BL_PATH_BYTES]; ///< analysis.json
  unsigned      stems[BL_VARIANTS];      ///< 1 << stem of those written
  double        seconds[BL_VARIANTS];    ///< Upload and ending
  double        loudness_lufs[BL_VARIANTS];
  double        true_peak_db[BL_VARIANTS];
  uint32_t      rate; ///< The upload's, halved until at most 96 kHz
  char          style[BL_VARIANTS][BL_NAME_BYTES]; ///< Groove's name
  char          tags[BL_TEXT_BYTES];               ///< As understood
  char          unknown[BL_TEXT_BYTES]; ///< Words not understood, ", " between
  char          unknown_negative[BL_TEXT_BYTES]; ///< Those of the negative tags
  BlBandSummary summary;
  char          message[BL_MESSAGE_BYTES]; ///< Why it failed, or a remark; ""
} BlBandResult;

/// How far it is; each comes once, in this order
typedef enum
{
  BL_BAND_ANALYSED = 0, ///< summary, tags, unknown and analysis are set
  BL_BAND_FIRST    = 1, ///< audio[0] and midi[0] are whole
  BL_BAND_COMPLETE = 2, ///< Everything is
} BlBandStage;

/// Called on the calling thread; `so_far` is borrowed for the call
typedef void (*BlBandProgress)(void*               handle,
                               BlBandStage         stage,
                               const BlBandResult* so_far);

/**
   Listen, write and play.

   Frame 0 of each result is frame 0 of the upload; a result is as long as the
   upload plus a short ending.  Files appear under their names only when they
   are whole: `variant-a.wav`, `variant-b.wav`, the same with .mid,
   `analysis.json`, and with `stems` `variant-a-drums.wav` and so on, for
   each part that plays; those are whole at BL_BAND_COMPLETE only.

   @return BL_SUCCESS; BL_NOT_FOUND, BL_BAD_FILE (no audio), BL_TAKE_SHORT,
   BL_TAKE_SILENT, BL_TAKE_LONG; BL_BAD_FIELD (negative tags leave nobody to
   play); BL_NO_SOUNDFONT; BL_CANCELLED; BL_NO_MEM,
   BL_IO, BL_DISK_FULL.  *result is always filled, `message` with a sentence
   where it failed; nothing is left in out_dir then but what `first` announced.
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_band_play(const BlBandRequest* request,
                                                 BlCancel*            cancel,
                                                 BlBandProgress       progress,
                                                 void*                handle,
                                                 BlBandResult*        result);

/**
   The soundfont to play: $BACKLINE_SF2, then MuseScore_General*, FluidR3_GM,
   default-GM, TimGM6mb in $XDG_DATA_HOME and $XDG_DATA_DIRS below soundfonts,
   sounds/sf2 and sounds/sf3.

   @return BL_NO_SOUNDFONT where none is readable; path is then ""
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_band_find_soundfont(char*  path,
                                                           size_t size);

#endif // BL_BAND_BAND_H
