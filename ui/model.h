// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_UI_MODEL_H
#define BL_UI_MODEL_H

#include "base/attributes.h"
#include "base/limits.h"
#include "base/params.h"
#include "base/ports.h"
#include "base/protocol.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   What the window knows: the plugin's ports, properties and messages, kept
   so that a view can draw them.  No X11, no drawing, no files, no clock of
   its own: times are handed in, in monotonic seconds.

   Owner:    the window (or a test); UI thread only.
   Bounds:   every list has a fixed end, so that no plugin or host can make
             it grow; what does not fit pushes the oldest out.
   What it tells the plugin goes out through BlModelOut; nothing is assumed to
   have happened until the plugin says so, but for ports and texts, which
   change here at once, as they do in a host.
*/

#define BL_MODEL_TAKES 200u
#define BL_MODEL_JOBS 64u
#define BL_MODEL_LIVE_PAIRS 4096u ///< Then two become one
#define BL_HOLD_S 1.5             ///< Peak hold of the meter
#define BL_FALL_DB_S 20.0         ///< Fall of the meter
#define BL_LIVE_S                                                              \
  3.0 ///< Without a bl:Live, and none that says so, none is open
#define BL_ASK_AGAIN_S 2.0   ///< At first; twice as long each time
#define BL_ASK_SELDOM_S 64.0 ///< At last

/// Overview of a waveform, pairs of least and greatest sample
typedef struct
{
  float    values[2u * BL_OVERVIEW_PEAKS];
  uint32_t total; ///< Pairs of the whole; 0 = nothing known
  uint32_t known; ///< Pairs that have come, from the first
} BlWave;

/// What is shown and has not come is asked for again: between a plugin and its
/// window a message may be lost
typedef struct
{
  unsigned times;
  double   at; ///< When last
} BlAskedFor;

typedef struct
{
  BlTakeMsg  msg;
  BlWave     wave;
  BlAskedFor asked; ///< Its overview, and what is known of its jobs
} BlModelTake;

typedef struct
{
  bool        ready;
  BlResultMsg msg;
  BlWave      wave;
  BlAskedFor  asked; ///< Its overview
} BlModelResult;

typedef struct
{
  BlJobMsg      msg;
  BlModelResult results[BL_VARIANTS];
  double        heard_at; ///< When msg came
} BlModelJob;

/// The open take's waveform
typedef struct
{
  BlLiveMsg msg; ///< Its facts; peaks unused
  float     values[2u * BL_MODEL_LIVE_PAIRS];
  uint32_t  pairs;
  uint32_t  fold;     ///< Pairs of the plugin in one of ours
  uint32_t  next;     ///< Index of the plugin's next pair
  double    heard_at; ///< 0: no take is open
} BlModelLive;

/// What keeps the shown take from being made, or ended its job.  Where it was
/// asked for before (BL_CONFLICT), `job` is the one that has it, and `shown`
/// its
typedef struct
{
  BlShown           shown; ///< BL_SHOWN_FAILED, _UNSURE or _CANCELLED
  BlStatus          error;
  const char*       message;
  const BlModelJob* job; ///< NULL: it was refused before it began
} BlModelTrouble;

/// What the music is to be like: what a preset and a job's settings replace
typedef struct
{
  float values[BL_PORT_CONTROL_IN_COUNT]; ///< From BL_PORT_GENRE's on
  char  strings[BL_N_STRINGS][BL_TEXT_BYTES];
} BlModelStyle;

typedef struct
{
  void* handle;
  void (*port)(void* handle, BlPort port, float value);
  void (*string)(void* handle, BlStringId id, const char* text);
  void (*message)(void* handle, const BlMessage* message);
} BlModelOut;

typedef struct
{
  BlModelOut out;
  unsigned   changed; ///< BL_CHANGED_…, since the view last looked

  float       controls[BL_PORT_CONTROL_IN_COUNT]; ///< In order of bl_params
  char        strings[BL_N_STRINGS][BL_TEXT_BYTES];
  bool        connected; ///< A bl:Status has come
  BlStatusMsg status;

  float  meter_db; ///< Falling
  float  hold_db;
  double hold_until;
  double meter_at;
  bool   clipped; ///< Stays until clicked

  BlModelLive live;
  bool        heard;  ///< A take was heard that has not come as bl:Take
  bool        taking; ///< The status port says that a take is open
  char        passed[BL_MESSAGE_BYTES]; ///< Why a new take is not shown, once

  BlModelStyle was;    ///< While it is replaced: what it was
  BlModelStyle before; ///< It was replaced last
  BlModelStyle after;
  bool         restyled; ///< Both are known

  BlModelTake* takes; ///< Newest last, BL_MODEL_TAKES at most
  size_t       n_takes;
  BlListedMsg  listed;
  char         chosen[BL_TAKE_ID_BYTES]; ///< Shown; "": what the port means
  char         recall[BL_TAKE_ID_BYTES]; ///< Its settings are wanted back
  int32_t      recalled;                 ///< Job of it that was asked for last

  BlModelJob* jobs; ///< Newest last, BL_MODEL_JOBS at most
  size_t      n_jobs;
  BlRefineMsg asked;  ///< By this window, last
  int32_t     picked; ///< Job whose results are shown; 0: the newest's
  char        picked_of[BL_TAKE_ID_BYTES];
} BlModel;

#define BL_CHANGED_CONTROLS 1u
#define BL_CHANGED_STRINGS 2u
#define BL_CHANGED_STATUS 4u
#define BL_CHANGED_METER 8u
#define BL_CHANGED_WAVE 16u
#define BL_CHANGED_TAKES 32u
#define BL_CHANGED_JOBS 64u
#define BL_CHANGED_ALL 0xFFu

/// @return BL_NO_MEM; `out` may have NULL functions
BL_THREAD_UI BL_NODISCARD BlStatus bl_model_init(BlModel*          model,
                                                 const BlModelOut* out);

BL_THREAD_UI void bl_model_deinit(BlModel* model);

// From the plugin

/// A control port's value, input or output; others are ignored
BL_THREAD_UI void bl_model_port(BlModel* model, uint32_t port, float value);

/// A property's value (patch:Set or patch:Put), valid UTF-8
BL_THREAD_UI void bl_model_string(BlModel*    model,
                                  BlStringId  id,
                                  const char* text);

/// A decoded message
BL_THREAD_UI void bl_model_message(BlModel*         model,
                                   const BlMessage* message,
                                   double           now);

/// Let time pass: meter and elapsed time; ask for what is shown and missing
BL_THREAD_UI void bl_model_tick(BlModel* model, double now);

// From the user

BL_THREAD_UI void bl_model_set(BlModel* model, BlPort port, float value);

BL_THREAD_UI void bl_model_set_string(BlModel*    model,
                                      BlStringId  id,
                                      const char* text);

/// The style is about to be replaced as a whole, and has been
BL_THREAD_UI void bl_model_begin_style(BlModel* model);
BL_THREAD_UI void bl_model_end_style(BlModel* model);

/// Take that back (-1) or do it again (1), where nothing was changed since.
/// @return false where there is nothing to do
BL_THREAD_UI bool bl_model_step_style(BlModel* model, int by);

/// True where the style is another than before it was replaced
BL_THREAD_UI bool bl_model_can_restore_style(const BlModel* model);

/// Back to what it was before, whatever was changed since
BL_THREAD_UI void bl_model_restore_style(BlModel* model);

/// Show a take, and make it the one that Generate means; "" the newest, and one
/// that is not known changes nothing
BL_THREAD_UI void bl_model_choose(BlModel* model, const char* id);

/// Show what job `number` of the shown take has brought, until a newer begins
BL_THREAD_UI void bl_model_choose_results(BlModel* model, int32_t number);

/// Ask for all takes on disk
BL_THREAD_UI void bl_model_list(const BlModel* model);

/// Ask for the settings of the shown results, to be set again
BL_THREAD_UI void bl_model_recall(const BlModel* model);

BL_THREAD_UI void bl_model_generate(BlModel* model);

BL_THREAD_UI void bl_model_cancel(BlModel* model);

/// Resume, or (post_again) start anew what ended: the user's word
BL_THREAD_UI void bl_model_resume(const BlModel*    model,
                                  const BlModelJob* job,
                                  bool              post_again);

/// What nobody knew whether it was sent has this id on the service's own page
BL_THREAD_UI void bl_model_claim(const BlModel*    model,
                                 const BlModelJob* job,
                                 const char*       task);

BL_THREAD_UI void bl_model_forget_clip(BlModel* model);

// What the view asks

/// Names of services as journals and config.json have them, in order of the
/// `service` port; the first, "as configured", is ""
extern const char* const bl_service_names[BL_N_SERVICES];

/// Name of the service that Generate means; "" until it is known
BL_THREAD_UI const char* bl_model_service(const BlModel* model);

/// True where that is the local band: nothing is paid or sent
BL_THREAD_UI bool bl_model_is_local(const BlModel* model);

/// The take that is shown: the chosen one, else what Generate would send,
/// else this session's newest; NULL where there is none: what the list brings
/// from elsewhere is shown when it is chosen
BL_THREAD_UI const BlModelTake* bl_model_shown_take(const BlModel* model);

/// The newest job that began with the shown take; NULL where there is none
BL_THREAD_UI const BlModelJob* bl_model_shown_job(const BlModel* model);

/// The job whose results are shown: the chosen one, else the shown job while it
/// runs or has some, else the take's newest that has some; NULL where there is
/// no job
BL_THREAD_UI const BlModelJob* bl_model_shown_results(const BlModel* model);

/// The job that is told of under Generate where nothing is wrong: the shown one
/// while it runs or is about the shown results, else theirs; NULL where the
/// shown take has none
BL_THREAD_UI const BlModelJob* bl_model_told_job(const BlModel* model);

/// How many jobs of the shown take have brought instrumentals, or are about to;
/// *at is the shown one among them
BL_THREAD_UI size_t bl_model_results(const BlModel* model, size_t* at);

/// The n-th of them, the oldest first; NULL: no more
BL_THREAD_UI const BlModelJob* bl_model_results_of(const BlModel* model,
                                                   size_t         n);

/// @return false where nothing is wrong
BL_THREAD_UI bool bl_model_trouble(const BlModel*  model,
                                   BlModelTrouble* trouble);

/// True if the job went to the service that Generate means now
BL_THREAD_UI bool bl_model_is_of_service(const BlModel*    model,
                                         const BlModelJob* job);

/// Seconds since the job was asked for, going on between messages
BL_THREAD_UI double bl_model_elapsed(const BlModelJob* job, double now);

/// Seconds that a job like this one takes: the median of those that this
/// service finished, as far as they are known (*measured), else what the plugin
/// reckons; 0 = unknown
BL_THREAD_UI double bl_model_usual(const BlModel*    model,
                                   const BlModelJob* job,
                                   bool*             measured);

/// True while the job is neither done nor ended
BL_THREAD_ANY bool bl_model_job_runs(const BlModelJob* job);

/// True while a take is open
BL_THREAD_UI bool bl_model_records(const BlModel* model);

BL_THREAD_UI float bl_model_control(const BlModel* model, BlPort port);

/// True unless the plugin runs where no transport is used
BL_THREAD_UI bool bl_model_has_transport(const BlModel* model);

/// The n-th file that a service made of variant 0 or 1 of `job`; NULL: no more
BL_THREAD_UI const BlModelResult* bl_model_refined(const BlModel*    model,
                                                   const BlModelJob* job,
                                                   int               variant,
                                                   unsigned          n);

/// Can the voice be taken out of a shown result, and was not yet?
BL_THREAD_UI bool bl_model_can_refine(const BlModel* model, int variant);

/// Ask for that, at its price
BL_THREAD_UI void bl_model_refine(BlModel* model, int variant);

/**
   File `n` beside a result: a stem, or the MIDI file.
   @param path may be NULL
   @return its name in the result's folder, followed by '/' or NUL, and its
   length; 0 where there is none, or the name is none
*/
BL_THREAD_UI size_t bl_model_beside(const BlResultMsg* result,
                                    unsigned           n,
                                    const char**       name,
                                    char               path[BL_PATH_BYTES]);

#endif // BL_UI_MODEL_H
