// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_RESULT_NAME_H
#define BL_RESULT_NAME_H

#include "base/attributes.h"
#include "base/status.h"

#include <stddef.h>

/// Names of results: a title is text from outside.  Pure functions.

/// "Title (A).wav", "Title (A) 2.wav", …; `ending` is ".wav", " bass.wav", …
BL_THREAD_ANY BL_NODISCARD BlStatus bl_name_result(const char* title,
                                                   char        variant,
                                                   const char* ending,
                                                   unsigned    attempt,
                                                   char*       name,
                                                   size_t      size);

/// Of a file that belongs to one: "Title (A) 2.wav" and " bass.wav" are "Title
/// (A) 2 bass.wav", or at another attempt "Title (A) 2 bass 2.wav"
BL_THREAD_ANY BL_NODISCARD BlStatus bl_name_beside(const char* result,
                                                   const char* ending,
                                                   unsigned    attempt,
                                                   char*       name,
                                                   size_t      size);

#endif // BL_RESULT_NAME_H
