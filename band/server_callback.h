// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_SERVER_CALLBACK_H
#define BL_BAND_SERVER_CALLBACK_H

#include "base/attributes.h"
#include "base/log.h"
#include "base/status.h"

#include <stdbool.h>

/**
   Sends callbacks in the order in which they were posted, as API 2.1 says:
   15 s for an answer 200, three retries, then it gives up.

   One thread (bl-callback).  http and https only, no redirects, the answer's
   body is thrown away.  Placeholders (hosts of RFC 2606 such as example.com
   or callback.invalid) are never called.
*/
typedef struct BlCallbacksImpl BlCallbacks;

/// Told on the callback thread when one that was `last` was given up
typedef void (*BlCallbackFailed)(void* handle, const char* task_id);

BL_THREAD_JOB BL_NODISCARD BlStatus bl_callbacks_new(const BlLog*     log,
                                                     BlCallbackFailed failed,
                                                     void*            handle,
                                                     BlCallbacks** callbacks);

/// Stops at once, whatever is under way; NULL is allowed
BL_THREAD_JOB void bl_callbacks_free(BlCallbacks* callbacks);

/**
   Queue one; `body` is taken over (free) in every case.  Does nothing for
   a placeholder.
*/
BL_THREAD_ANY void bl_callbacks_post(BlCallbacks* callbacks,
                                     const char*  url,
                                     const char*  task_id,
                                     bool         last,
                                     char*        body);

/// http or https, with a host, without user
BL_THREAD_ANY bool bl_callback_url_is_valid(const char* url);

#endif // BL_BAND_SERVER_CALLBACK_H
