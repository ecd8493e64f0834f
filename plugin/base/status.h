// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_STATUS_H
#define BL_BASE_STATUS_H

#include "base/attributes.h"

#include <stdbool.h>

/**
   What a function says of itself; zero is success.

   The numbers are shown by the plugin's `error` port and kept in
   job-N.json, so they never change: new ones go to the end of their group.
   Foreign errors are translated once, at the boundary where they appear
   (bl_status_from_errno here, _curl, _http and _code in service/,
   _sndfile in take/), each by a table.
*/
typedef enum
{
  BL_SUCCESS = 0,

  // General
  BL_NO_MEM      = 1,
  BL_BAD_ARG     = 2, ///< A value from outside is out of its range
  BL_BAD_STATE   = 3, ///< The call does not fit the object's state
  BL_TIMED_OUT   = 4,
  BL_CANCELLED   = 5,
  BL_UNSUPPORTED = 6,
  BL_BUSY        = 7, ///< Somebody else holds the lock
  BL_INTERNAL    = 8, ///< Our own invariant broke

  // Files
  BL_IO           = 20,
  BL_DISK_FULL    = 21,
  BL_NO_ACCESS    = 22, ///< Not permitted, or read-only
  BL_NOT_FOUND    = 23,
  BL_EXISTS       = 24,
  BL_BAD_FILE     = 25, ///< Damaged, or not what its name says
  BL_FILE_TOO_BIG = 26,

  // Takes
  BL_NO_TAKE     = 40,
  BL_TAKE_SILENT = 41,
  BL_TAKE_SHORT  = 42, ///< Under one second
  BL_TAKE_LONG   = 43, ///< Over eight minutes after trimming
  BL_OVERRUN     = 44, ///< Frames were dropped
  BL_HOST_SILENT = 45, ///< All zero, live: silence, or a host that records
  BL_USE_STEREO  = 46, ///< Two mono instances hear the same take
  BL_TAKE_BRIEF  = 47, ///< Under ten seconds: sent only where it is named

  // Settings
  BL_BAD_FIELD   = 60, ///< A request field is out of its range or too long
  BL_BAD_CONFIG  = 61,
  BL_NO_SERVICE  = 62, ///< The configuration names no such service
  BL_NO_KEY      = 63,
  BL_KEY_EXPOSED = 64, ///< The credentials file can be read by others

  // Network
  BL_OFFLINE   = 80, ///< No name resolution, route or connection
  BL_NET       = 81, ///< The connection broke on the way
  BL_TLS       = 82, ///< The certificate was not accepted
  BL_BAD_REPLY = 83, ///< Not what the contract says
  BL_TOO_BIG   = 84, ///< More bytes than the limit
  BL_BAD_HOST  = 85, ///< A private address, or a scheme we do not follow

  // The service
  BL_AUTH         = 100, ///< 401
  BL_NO_CREDITS   = 101, ///< 402, or 429 by dialect
  BL_RATE_LIMITED = 102, ///< 405, 429 or 430 by dialect
  BL_REFUSED      = 103, ///< 400, 422: parameters not accepted
  BL_TOO_LONG     = 104, ///< 413: text too long
  BL_MATCHES_WORK = 105, ///< 413: the audio matches an existing work
  BL_SENSITIVE    = 106, ///< SENSITIVE_WORD_ERROR
  BL_SOURCE_GONE  = 107, ///< 451: the service could not fetch the upload
  BL_MAINTENANCE  = 108, ///< 455
  BL_SERVER       = 109, ///< 500 and its kin, while asking
  BL_GENERATION   = 110, ///< The generation failed
  BL_REFUNDED     = 111, ///< 531: the generation failed, credits came back
  BL_NOT_HERE     = 112, ///< 404: wrong path, unknown task or expired result
  BL_CONFLICT     = 113, ///< 409: exists already
  BL_UNSURE       = 114, ///< Sent, but nobody knows whether it was accepted
  BL_GAVE_UP      = 115, ///< The service did not finish in time
  BL_STALE = 116, ///< Paid, and asked for too long ago to be sent unasked

  // The local band
  BL_NO_BAND      = 130, ///< backline-band cannot be found or started
  BL_NO_SOUNDFONT = 131,
} BlStatus;

/**
   What happened: one English sentence, capital, no trailing period.

   Never NULL; a number that is no status yields "Unknown error".
*/
BL_THREAD_ANY const char* bl_strerror(BlStatus status);

/**
   What the user does next: one imperative sentence with its period, or ""
   where there is nothing to do.  Never NULL.
*/
BL_THREAD_ANY const char* bl_status_next_step(BlStatus status);

/**
   The same where it has ended, so that nothing goes on by itself.

   @param owed  the service has taken the request: what it made is still to be
   had, and another Generate would be paid for once more
*/
BL_THREAD_ANY const char* bl_status_last_step(BlStatus status, bool owed);

/**
   True if the same step may be tried again later without the user's word.

   The table of retryable and final errors.  It says nothing of the paid
   submit: there only a reply that proves a refusal may be followed by
   another POST, see job/job_state.h.
*/
BL_THREAD_ANY bool bl_status_is_retryable(BlStatus status);

/// True if `number` is one of BlStatus (for numbers read from a journal)
BL_THREAD_ANY bool bl_status_is_known(int number);

/// Translate an errno value; unknown ones become BL_IO
BL_THREAD_ANY BlStatus bl_status_from_errno(int number);

#endif // BL_BASE_STATUS_H
