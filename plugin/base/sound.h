// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_SOUND_H
#define BL_BASE_SOUND_H

#include "base/attributes.h"
#include "base/status.h"

#include <sndfile.h>

/**
   What take/, job/ and result/ share of libsndfile.
*/

/**
   Why the last call on `file` failed (NULL: the last sf_open).  To be asked
   right after the call: a system error is looked up in errno.
   @return never BL_SUCCESS
*/
BL_THREAD_JOB BlStatus bl_status_from_sndfile(SNDFILE* file);

#endif // BL_BASE_SOUND_H
