// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_JOB_JOB_H
#define BL_JOB_JOB_H

#include "base/attributes.h"
#include "base/limits.h"
#include "base/params.h"
#include "base/status.h"
#include "job/job_state.h"
#include "result/result.h"
#include "service/service.h"
#include "take/take.h"

#include <stdbool.h>
#include <stdint.h>

/**
   One Generate, or one wish about a result of it (job/refine.h): what the
   user asked for, how far it has come, and what came back.  The plain value
   that job-N.json keeps.
*/

/// Places for files that a job brings: A, B, then one for each of bl_parts
#define BL_SLOTS (BL_VARIANTS + BL_N_PARTS)

/// What was set on the plugin (or the command line) when it was asked for
typedef struct
{
  float values[BL_PORT_CONTROL_IN_COUNT];     ///< Of bl_params, clamped
  char  strings[BL_N_STRINGS][BL_TEXT_BYTES]; ///< Of bl_strings
  char  service[BL_NAME_BYTES]; ///< Overrides the `service` value; or ""
  char  track[BL_NAME_BYTES];   ///< Track's or file's name where known
} BlSettings;

/// Defaults of every parameter, empty strings
BL_THREAD_ANY void bl_settings_init(BlSettings* settings);

/**
   What lies between the take and what is uploaded.  Upload frame 0 is take
   frame `trim`; a negative trim means that silence was put in front.
*/
typedef struct
{
  int64_t  trim;   ///< Frames
  uint64_t frames; ///< Of the upload
  bool     has_bar;
  int64_t  bar;  ///< Bar that the upload begins with
  double   beat; ///< 0 where it begins on the bar line
} BlTrim;

/// The result that a job is about
typedef struct
{
  uint32_t job;                    ///< N of its job-N.json
  uint32_t variant;                ///< 0 = A, 1 = B
  char     task_id[BL_NAME_BYTES]; ///< The service's names of it
  char     audio_id[BL_NAME_BYTES];
  double   made; ///< Seconds since 1970 when it was submitted; 0 = unknown
} BlJobSource;

typedef struct
{
  char        take_id[BL_TAKE_ID_BYTES];
  uint32_t    number; ///< N of job-N.json, from 1
  BlJobState  state;
  BlStatus    error; ///< Of `failed`; while open: why the last try failed
  char        message[BL_MESSAGE_BYTES]; ///< The sentence for the user
  char        created[BL_TAKE_ID_BYTES];
  double      asked_unix;     ///< The user's last word for a POST; 0 = unknown
  double      uploaded_unix;  ///< Seconds since 1970; 0 before
  double      submitted_unix; ///< Seconds since 1970; 0 before
  double      ended_unix;     ///< Seconds since 1970; 0 while open
  bool        paid;           ///< A POST of it costs credits
  bool        automatic;      ///< By auto_generate, not by a click
  uint32_t    posts;          ///< POSTs so far, each counted before it is sent
  uint32_t    refused;        ///< Of those, surely not taken by the service
  uint32_t    reuploads;      ///< Uploads repeated because of 451
  BlRefine    refine;         ///< NONE: it makes instrumentals
  BlJobSource of;             ///< Where refine is another
  BlSettings  settings;
  BlTrim      trim;
  BlRequest   request;                ///< As sent
  char        service[BL_NAME_BYTES]; ///< Name, never a key or URL
  char        task_id[BL_NAME_BYTES];
  double      price;   ///< Credits; < 0 unknown
  double      credits; ///< Asked before the submit; < 0 unknown
  BlTaskInfo  task;    ///< As last heard
  bool        fetched[BL_SLOTS];
  char        delivered[BL_SLOTS][BL_FILE_NAME_BYTES];
  bool        placed[BL_SLOTS];
  BlPlaced    results[BL_SLOTS];
  char        extras[BL_N_EXTRAS][BL_FILE_NAME_BYTES]; ///< Here; "" = not
  bool        twins; ///< Both variants came as the same bytes, twice
} BlJob;

/// captured, nothing known
BL_THREAD_ANY void bl_job_init(BlJob* job);

/// It is asked for now
BL_THREAD_ANY void bl_job_stamp(BlJob* job);

/// What a slot is for: one of bl_parts, or BL_N_PARTS where it is none (of a
/// job that makes instrumentals, or not used by this one)
BL_THREAD_ANY unsigned bl_job_part(const BlJob* job, unsigned slot);

/// Is there something to be had for a slot, as far as the service said?
BL_THREAD_ANY bool bl_job_wants(const BlJob* job, unsigned slot);

/// Which variant a slot belongs to, 'A' or 'B'
BL_THREAD_ANY char bl_job_letter(const BlJob* job, unsigned slot);

/// What the name of a slot's file ends with, after "Title (A)"
BL_THREAD_ANY const char* bl_job_ending(const BlJob* job, unsigned slot);

/// What the user does next after a failure that ended it; never NULL
BL_THREAD_ANY const char* bl_job_next_step(const BlJob* job, BlStatus status);

/// How many results are on disk as WAVs
BL_THREAD_ANY uint32_t bl_job_results(const BlJob* job);

/// The service has taken it: asking again costs nothing, another POST does
BL_THREAD_ANY bool bl_job_is_owed(const BlJob* job);

/// Two answers that say the same
BL_THREAD_ANY bool bl_job_heard_same(const BlTaskInfo* a, const BlTaskInfo* b);

/// Sort the tracks of `info` as the job has them: a variant keeps its letter
/// however the service sorts its list, so that what was fetched as A stays A
BL_THREAD_ANY void bl_job_keep_order(const BlJob* job, BlTaskInfo* info);

/// What the `status` port shows of it
BL_THREAD_ANY BlShown bl_job_shown(const BlJob* job);

#endif // BL_JOB_JOB_H
