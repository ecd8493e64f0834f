// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_SERVICE_LISTENER_H
#define BL_SERVICE_LISTENER_H

#include "base/attributes.h"
#include "base/cancel.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

/**
   Callbacks of the service, API.md section 2: one HTTP listener a process.

   Every client gets an address with an unguessable token in its path; where
   kie's webhook key is known, the signature is demanded, too.  A callback is
   a hint to poll now and nothing more: its body is covered by no signature,
   so no URL or state is taken from it.  Where the port is taken, polling
   alone does the work.

   Owner:    each client its own BlHearing; used by its one thread.
   Threads:  libmicrohttpd's own, which answers at once and keeps nothing.
*/
typedef struct BlHearingImpl BlHearing;

/**
   Hear callbacks on `listen` ("HOST:PORT", "[::1]:PORT", ":PORT" for
   loopback).  The first client's address holds for the process.

   @param webhook_key kie's key, or "" where callbacks are not signed
   @return BL_BAD_CONFIG, BL_BUSY where the port is taken, BL_NO_MEM
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_hearing_open(const char*  listen,
                                                    const char*  webhook_key,
                                                    const BlLog* log,
                                                    BlHearing**  hearing);

/// NULL is allowed
BL_THREAD_JOB void bl_hearing_close(BlHearing* hearing);

/// `public_base` + "/" + token, the callBackUrl; BL_BAD_CONFIG: too long
BL_THREAD_JOB BL_NODISCARD BlStatus bl_hearing_url(const BlHearing* hearing,
                                                   const char*      public_base,
                                                   char url[BL_URL_BYTES]);

/// As bl_cancel_sleep(), but returns early when a callback names `task_id`
BL_THREAD_JOB bool bl_hearing_sleep(BlHearing*  hearing,
                                    BlCancel*   cancel,
                                    const char* task_id,
                                    double      seconds);

/// Did a callback name `task_id` since it was last asked?  Does not wait
BL_THREAD_JOB bool bl_hearing_has_news(BlHearing* hearing, const char* task_id);

/// Does `signature` (base64) equal HMAC-SHA256(key, task_id "." timestamp)?
/// In constant time
BL_THREAD_ANY bool bl_signature_is_valid(const char* key,
                                         const char* task_id,
                                         const char* timestamp,
                                         const char* signature);

#endif // BL_SERVICE_LISTENER_H
