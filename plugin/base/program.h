// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_PROGRAM_H
#define BL_BASE_PROGRAM_H

#include "base/attributes.h"
#include "base/limits.h"
#include "base/status.h"

#include <stdbool.h>

/**
   Where our own programs are: beside this code (its bundle or program), in
   the build tree, in PREFIX/bin of the bundle's PREFIX, where it was
   configured to be installed, then in $PATH.  A host that the desktop started
   has a short one.
*/

/// An absolute path of what may be executed
BL_THREAD_ANY bool bl_program_is(const char* path);

/**
   Find `name`; `made` is the folder of the build tree that it is made in.

   @return BL_NOT_FOUND
*/
BL_THREAD_ANY BL_NODISCARD BlStatus bl_program_find(const char* name,
                                                    const char* made,
                                                    char path[BL_PATH_BYTES]);

#endif // BL_BASE_PROGRAM_H
