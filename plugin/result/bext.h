// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_RESULT_BEXT_H
#define BL_RESULT_BEXT_H

#include "base/attributes.h"
#include "base/status.h"
#include "result/result.h"

#include <sndfile.h>

/// Set the broadcast chunk (EBU Tech 3285 version 2) of a file to which
/// nothing was written yet.  Text that is not ASCII becomes '?', as the
/// standard wants ASCII; LIST/INFO and the journal have it whole.
BL_THREAD_JOB BL_NODISCARD BlStatus bl_bext_write(SNDFILE*              file,
                                                  const BlPlaceRequest* request,
                                                  const BlPlaced*       placed);

#endif // BL_RESULT_BEXT_H
