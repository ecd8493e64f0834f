// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_SUPPORT_SCRATCH_H
#define BL_TESTS_SUPPORT_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>

/// A new folder NAME.XXXXXX in the test's own, $BL_TMP (else /tmp), which the
/// runner removes.  @return false where it cannot be made, or does not fit
bool scratch_make(char* path, size_t size, const char* name);

#endif // BL_TESTS_SUPPORT_SCRATCH_H
