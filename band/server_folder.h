// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_SERVER_FOLDER_H
#define BL_BAND_SERVER_FOLDER_H

#include "base/attributes.h"
#include "base/log.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

/**
   The server's private folder, and the small things that its files need:
   random names, times, types, decoded URLs.  All may be called from any
   thread.
*/

/**
   Make a folder (0700) below $TMPDIR or /var/tmp and hold a flock in it;
   first remove those whose holder was killed.
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_folder_make(const BlLog* log,
                                                   char*        dir,
                                                   size_t       size,
                                                   int*         lock_fd);

/// Remove a folder and all in it; what somebody still writes may stay
BL_THREAD_JOB void bl_folder_remove(const char* path);

#define BL_HEX_ID_BYTES 33u ///< 32 hex digits and NUL

/// 128 random bits as hex
BL_THREAD_ANY BL_NODISCARD BlStatus bl_hex_id(char id[BL_HEX_ID_BYTES]);

/// True for 32 lower-case hex digits
BL_THREAD_ANY bool bl_hex_id_is_valid(const char* id);

/// Wall-clock milliseconds since the epoch
BL_THREAD_ANY double bl_now_ms(void);

/// Undo %41; false where it is malformed, hides a NUL or does not fit
BL_THREAD_ANY bool bl_url_decode(const char* text, char* out, size_t size);

/// "audio/wav" and so on, by the name's end
BL_THREAD_ANY const char* bl_mime_of(const char* name);

#endif // BL_BAND_SERVER_FOLDER_H
