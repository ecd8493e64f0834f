// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_SERVICE_BAND_PROCESS_H
#define BL_SERVICE_BAND_PROCESS_H

#include "base/attributes.h"
#include "base/cancel.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

/**
   The local band as a child of this process, one for all its clients.

   Start:    `backline-band` found by $BACKLINE_BAND, or as base/program.h
             says.
   Protocol: we write a random token and a newline to its standard input and
             keep that pipe open; it writes one line {"port": N, …} to its
             standard output once it listens on 127.0.0.1:N, and ends within
             a second after its input has ended: with its last client, or
             with us, however we die.
   Child:    signals as usual, ordinary scheduling, own process group, no
             descriptor of ours but those, no key in its environment.
   Process:  the host may reap our children; nothing here needs to.
*/

typedef struct
{
  char     base[64];             ///< "http://127.0.0.1:PORT"
  char     token[BL_NAME_BYTES]; ///< The band's Bearer key
  unsigned generation;           ///< Differs when the band was started anew
} BlBandAddress;

/**
   Take a share of the band, starting it where it does not run.

   @return BL_NO_BAND, BL_TIMED_OUT, BL_CANCELLED, BL_NO_MEM, …; no share
   is held then.  `message` gets what to tell the user.
*/
BL_THREAD_JOB BL_NODISCARD BlStatus
bl_band_acquire(const BlLog*   log,
                BlCancel*      cancel,
                BlBandAddress* address,
                char           message[BL_MESSAGE_BYTES]);

/// Start it again where it has died; the caller holds a share
BL_THREAD_JOB BL_NODISCARD BlStatus
bl_band_revive(const BlLog*   log,
               BlCancel*      cancel,
               BlBandAddress* address,
               char           message[BL_MESSAGE_BYTES]);

/// Give the share back.  Returns at once
BL_THREAD_JOB void bl_band_release(void);

/// Reap one that was let go, once it has ended: else it stays a zombie for as
/// long as its host runs.  To be called now and then; returns at once
BL_THREAD_JOB void bl_band_reap(void);

/// Where the program is; BL_NO_BAND where it is not found
BL_THREAD_ANY BL_NODISCARD BlStatus bl_band_find(char path[BL_PATH_BYTES]);

#endif // BL_SERVICE_BAND_PROCESS_H
