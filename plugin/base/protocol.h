// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_PROTOCOL_H
#define BL_BASE_PROTOCOL_H

#include "base/attributes.h"
#include "base/limits.h"
#include "base/params.h"
#include "base/status.h"
#include "base/text.h"

#include <lv2/atom/atom.h>
#include <lv2/urid/urid.h>

#include <stdbool.h>
#include <stdint.h>

/**
   What plugin and window say to each other, besides ports and patch:Set.

   Each message is one atom:Object whose otype and keys are in our own
   namespace (prefix bl: <urn:backline:lv2#>); the Turtle it equals stands
   above its struct.  Keys that are missing read as 0 or "", unknown ones are
   skipped, so both sides may grow.  A message with a field of the wrong type
   or out of its range is refused as a whole.

   Plain values without pointers.  Encoding and decoding allocate nothing and
   check every size against the bytes that are there; tests/fuzz feeds them
   anything.  Strings are valid UTF-8 without control characters once decoded;
   numbers are finite (what is not reads as 0).

   A window sends bl:Hello when it opens and every BL_HELLO_S from then on;
   telemetry stops BL_LEASE_S after the last one, so that a window which died
   costs nothing.  The first bl:Hello after such a pause, and one with bl:all,
   is answered by everything that there is to know.
*/

#define BL_PROTOCOL_VERSION 1
#define BL_HELLO_S 3.0
#define BL_LEASE_S 10.0

/// Most bytes of an encoded message
#define BL_MESSAGE_ATOM_BYTES 20480u

/// Pairs of least and greatest sample in a message
#define BL_MESSAGE_PEAKS 512u

/// Pairs of the overview of a whole take or result
#define BL_OVERVIEW_PEAKS 1024u

/// Names of the files beside a result, with their NUL
#define BL_BESIDE_BYTES (8u * BL_FILE_NAME_BYTES)

/// Decibels that stand for digital silence
#define BL_SILENCE_DB (-200.0f)

typedef enum
{
  BL_MSG_NONE = 0,

  // Window to plugin
  BL_MSG_HELLO    = 1,
  BL_MSG_BYE      = 2,
  BL_MSG_GENERATE = 3,
  BL_MSG_CANCEL   = 4,
  BL_MSG_RESUME   = 5,
  BL_MSG_CLAIM    = 6,
  BL_MSG_LIST     = 7,
  BL_MSG_LOOK     = 8,
  BL_MSG_ADOPT    = 9,
  BL_MSG_REFINE   = 10,

  // Plugin to window
  BL_MSG_STATUS   = 11,
  BL_MSG_LEVEL    = 12,
  BL_MSG_LIVE     = 13,
  BL_MSG_TAKE     = 14,
  BL_MSG_LISTED   = 15,
  BL_MSG_JOB      = 16,
  BL_MSG_RESULT   = 17,
  BL_MSG_PEAKS    = 18,
  BL_MSG_SETTINGS = 19,
} BlMessageKind;

#define BL_N_MESSAGES 20u

/// [] a bl:Hello ; bl:protocol 1 ; bl:all true .
typedef struct
{
  int32_t protocol; ///< BL_PROTOCOL_VERSION
  bool    all;      ///< Tell everything
} BlHelloMsg;

// [] a bl:Bye .   The window closes

/// [] a bl:Generate ; bl:take "20261122T101340Z-1a2b3c4d" .
typedef struct
{
  char take[BL_TAKE_ID_BYTES]; ///< "": what the `take` port means
} BlGenerateMsg;

/// [] a bl:Cancel ; bl:take "…" ; bl:job 1 .
typedef struct
{
  char    take[BL_TAKE_ID_BYTES];
  int32_t job; ///< 0: all jobs of this instance
} BlCancelMsg;

/// [] a bl:Resume ; bl:take "…" ; bl:job 1 ; bl:postAgain false .
typedef struct
{
  char    take[BL_TAKE_ID_BYTES];
  int32_t job;
  bool    post_again; ///< The user's word that it may be paid twice
} BlResumeMsg;

/// [] a bl:Claim ; bl:take "…" ; bl:job 1 ; bl:task "…" .
typedef struct
{
  char    take[BL_TAKE_ID_BYTES];
  int32_t job;
  char    task[BL_NAME_BYTES]; ///< As the service's own page shows it
} BlClaimMsg;

// [] a bl:List .   All takes on disk, each by bl:Take, then bl:Listed

/// [] a bl:Look ; bl:take "…" .   Its bl:Take, and what `variant` says
typedef struct
{
  char    take[BL_TAKE_ID_BYTES];
  int32_t job;     ///< 0: all of its jobs
  int32_t variant; ///< 0: overview of the voice, jobs and results, and where
                   ///< `job` is one its bl:Settings too; 1, 2: overview of A, B
                   ///< of `job`, nothing else
} BlLookMsg;

/// [] a bl:Adopt ; bl:take "…" .   Give it a number of the `take` port
typedef struct
{
  char take[BL_TAKE_ID_BYTES];
} BlAdoptMsg;

/// [] a bl:Refine ; bl:take "…" ; bl:job 1 ; bl:variant 2 ; bl:kind 2 .
/// More of a result, which may cost
typedef struct
{
  char    take[BL_TAKE_ID_BYTES];
  int32_t job;
  int32_t variant; ///< 1 = A, 2 = B
  int32_t kind;    ///< BlRefine of service/part.h: BL_KIND_NO_VOICE, …
} BlRefineMsg;

#define BL_KIND_LOSSLESS 1
#define BL_KIND_NO_VOICE 2
#define BL_KIND_IN_STEMS 3

/// [] a bl:Status ; bl:shown 1 ; bl:error 0 ; bl:message "" ; …
typedef struct
{
  int32_t shown;                     ///< BlShown
  int32_t error;                     ///< BlStatus
  char    message[BL_MESSAGE_BYTES]; ///< What happened and what next, or ""
  float   progress;                  ///< 0..100
  int32_t takes;                     ///< Numbers that the `take` port knows
  char    take[BL_TAKE_ID_BYTES];    ///< What Generate would send, or ""
  int32_t number;                    ///< Its number; 0 where there is none
  int32_t verdict;   ///< BlStatus: why it can not, or should not, be sent
  int32_t followers; ///< Mono instances beside this one that hear the same
  bool    follows;   ///< It is such a one itself
  char    service[BL_NAME_BYTES];    ///< Name of the service last used
  float   credits;                   ///< That it has left; < 0 unknown
  char    configured[BL_NAME_BYTES]; ///< Name of the one config.json chooses
  bool    transport; ///< The host has one that is used: a tempo, or it rolled
} BlStatusMsg;

/// [] a bl:Level ; bl:peak -12.3 ; bl:clipped false .
typedef struct
{
  float peak; ///< dBFS, greatest since the last message
  bool  clipped;
} BlLevelMsg;

/// Pairs of least and greatest sample, interleaved, from pair `first` on
typedef struct
{
  uint32_t count; ///< Values, twice the pairs
  float    values[2u * BL_MESSAGE_PEAKS];
} BlPeakList;

/// [] a bl:Live ; bl:frames 48000 ; bl:first 0 ; bl:peaks … .   The open take
typedef struct
{
  int32_t    rate;
  int32_t    channels;
  int64_t    frames; ///< So far
  int32_t    origin; ///< BlTakeOrigin
  bool       has_position;
  int64_t    start; ///< Session frame
  bool       has_bar;
  int64_t    bar; ///< From 0
  float      beat;
  float      bpm; ///< 0 = unknown
  float      beats_per_bar;
  int32_t    beat_unit;
  int32_t    per_second; ///< Pairs a second
  int32_t    first;      ///< Index of the first pair from the take's start
  bool       ended;      ///< It is open no more: its last message
  BlPeakList peaks;
} BlLiveMsg;

/// [] a bl:Take ; bl:take "…" ; bl:number 3 ; …
typedef struct
{
  char    take[BL_TAKE_ID_BYTES];
  int32_t number; ///< On the `take` port; 0: not of this session
  char    name[BL_NAME_BYTES];
  char    created[BL_TAKE_ID_BYTES]; ///< ISO 8601, UTC
  int32_t origin;                    ///< BlTakeOrigin
  bool    unfinished;                ///< Found after a crash
  int32_t rate;
  int32_t channels;
  int64_t frames;
  bool    has_position;
  int64_t start;
  bool    has_bar;
  int64_t bar; ///< From 0
  float   beat;
  float   bpm; ///< 0 = unknown
  float   beats_per_bar;
  int32_t beat_unit;
  int64_t dropped;
  int64_t filled;
  int64_t clipped;
  int64_t invalid;                   ///< Samples that are no finite number
  float   peak;                      ///< dBFS
  float   loudness;                  ///< LUFS; BL_SILENCE_DB where unknown
  int32_t verdict;                   ///< BlStatus of judging it
  int32_t jobs;                      ///< How many it has
  int32_t fate;                      ///< BlShown of the newest of them
  int32_t results;                   ///< And its results on disk
  char    same_as[BL_TAKE_ID_BYTES]; ///< Earlier take with the same audio
} BlTakeMsg;

/// [] a bl:Listed ; bl:takes 12 ; bl:bytes 123456789 .
typedef struct
{
  int32_t takes;
  int64_t bytes; ///< All takes on disk together
} BlListedMsg;

/// Seconds spent in each state, by BlJobState
typedef struct
{
  uint32_t count;
  float    values[16];
} BlStageList;

/// [] a bl:Job ; bl:take "…" ; bl:job 1 ; bl:state 5 ; …
typedef struct
{
  char        take[BL_TAKE_ID_BYTES];
  int32_t     job;                       ///< 0: refused before it began
  int32_t     state;                     ///< BlJobState
  int32_t     shown;                     ///< BlShown
  int32_t     error;                     ///< BlStatus
  char        message[BL_MESSAGE_BYTES]; ///< Sentence with its next step
  float       progress;                  ///< 0..100 as a whole
  float       elapsed;                   ///< Seconds since asked for
  float       usual;                     ///< Seconds such a job takes
  BlStageList stages;
  bool        foreign; ///< Run by somebody else
  char        service[BL_NAME_BYTES];
  char        task[BL_NAME_BYTES];
  float       price;   ///< Credits; < 0 unknown
  float       credits; ///< Before the submit; < 0 unknown
  char        created[BL_TAKE_ID_BYTES];
  char        title[BL_MESSAGE_BYTES];
  char        sent_tags[BL_TEXT_BYTES]; ///< The `tags` line as sent
  int32_t     results;                  ///< Files ready
  int32_t     of_job; ///< Job whose result it is about; 0: none, it makes
                      ///< instrumentals
  int32_t of_variant; ///< 1 = A, 2 = B of that
  int32_t kind;       ///< What is asked for of it: BL_KIND_NO_VOICE, …
} BlJobMsg;

/// [] a bl:Result ; bl:take "…" ; bl:job 1 ; bl:variant 1 ; bl:path "/…" ; …
typedef struct
{
  char    take[BL_TAKE_ID_BYTES];
  int32_t job;
  int32_t variant; ///< 1 = A, 2 = B
  char    path[BL_PATH_BYTES];
  char    title[BL_MESSAGE_BYTES];
  int32_t rate;
  int32_t channels;
  int64_t frames;
  int64_t start;                   ///< Session frame, as in the file
  float   loudness;                ///< LUFS
  float   peak;                    ///< dBTP
  char    beside[BL_BESIDE_BYTES]; ///< Names of the stems and the MIDI file in
                                   ///< the same folder, with '/' between them
} BlResultMsg;

/// [] a bl:Peaks ; bl:take "…" ; bl:first 0 ; bl:total 1024 ; bl:peaks … .
typedef struct
{
  char       take[BL_TAKE_ID_BYTES];
  int32_t    job;     ///< 0 for the voice
  int32_t    variant; ///< 0 voice, 1 = A, 2 = B
  int32_t    total;   ///< Pairs of the whole
  int32_t    first;   ///< Index of the first pair here
  BlPeakList peaks;
} BlPeaksMsg;

typedef struct
{
  uint32_t count;
  float    values[BL_PORT_CONTROL_IN_COUNT];
} BlValueList;

/// [] a bl:Settings ; bl:take "…" ; bl:job 1 ; bl:values … ; bl:title "…" ; …
typedef struct
{
  char        take[BL_TAKE_ID_BYTES];
  int32_t     job;
  BlValueList values; ///< In the order of bl_params
  char        title[BL_MESSAGE_BYTES];
  char        tags[BL_TEXT_BYTES];
  char        negative_tags[BL_TEXT_BYTES];
  char        model[BL_NAME_BYTES];
} BlSettingsMsg;

typedef struct
{
  BlMessageKind kind;
  union
  {
    BlHelloMsg    hello;
    BlGenerateMsg generate;
    BlCancelMsg   cancel;
    BlResumeMsg   resume;
    BlClaimMsg    claim;
    BlLookMsg     look;
    BlAdoptMsg    adopt;
    BlRefineMsg   refine;
    BlStatusMsg   status;
    BlLevelMsg    level;
    BlLiveMsg     live;
    BlTakeMsg     take;
    BlListedMsg   listed;
    BlJobMsg      job;
    BlResultMsg   result;
    BlPeaksMsg    peaks;
    BlSettingsMsg settings;
  } as;
} BlMessage;

#define BL_PROTOCOL_FIELDS_MAX 160u

/// The host's numbers for otypes and keys; constant once mapped
typedef struct
{
  LV2_URID atom_Blank;
  LV2_URID atom_Bool;
  LV2_URID atom_Float;
  LV2_URID atom_Int;
  LV2_URID atom_Long;
  LV2_URID atom_Object;
  LV2_URID atom_String;
  LV2_URID atom_Vector;
  LV2_URID kinds[BL_N_MESSAGES];
  LV2_URID keys[BL_PROTOCOL_FIELDS_MAX];
} BlProtocol;

/// @return false where the host could not map one
BL_THREAD_HOST bool bl_protocol_map(BlProtocol* protocol, LV2_URID_Map* map);

/// Kind of an object's otype; BL_MSG_NONE for what is not ours
BL_THREAD_ANY BL_REALTIME BlMessageKind
bl_protocol_kind(const BlProtocol* protocol, LV2_URID otype);

/// True for what a window may say
BL_THREAD_ANY BL_REALTIME bool bl_protocol_is_command(BlMessageKind kind);

/// All fields empty
BL_THREAD_ANY void bl_message_init(BlMessage* message, BlMessageKind kind);

/**
   Write as an atom with its header to `buffer` (aligned to 8).

   @return bytes written, a multiple of 8; 0 where it does not fit
*/
BL_THREAD_ANY uint32_t bl_message_encode(const BlProtocol* protocol,
                                         const BlMessage*  message,
                                         void*             buffer,
                                         uint32_t          size);

/**
   Read an atom of which `size` bytes (header included) can be read.

   @return BL_UNSUPPORTED for an atom that is no message of ours,
   BL_BAD_FIELD for a damaged one; *message is then undefined.
*/
BL_THREAD_ANY BL_NODISCARD BlStatus
bl_message_decode(const BlProtocol* protocol,
                  const LV2_Atom*   atom,
                  uint32_t          size,
                  BlMessage*        message);

// Atoms of any kind, checked

/// A walk over the properties of an object
typedef struct
{
  const uint8_t* next;
  const uint8_t* end;
} BlObjectIter;

/// @return false where the body is shorter than an object's
BL_THREAD_ANY BL_REALTIME bool bl_object_begin(BlObjectIter* iter,
                                               const void*   body,
                                               uint32_t      body_size,
                                               LV2_URID*     otype);

/// The next property whose value lies within the object; false at the end
/// or where a size is wrong
BL_THREAD_ANY BL_REALTIME bool bl_object_next(BlObjectIter*    iter,
                                              LV2_URID*        key,
                                              const LV2_Atom** value);

#endif // BL_BASE_PROTOCOL_H
