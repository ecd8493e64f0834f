// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_JOURNAL_JOBS_H
#define BL_TESTS_JOURNAL_JOBS_H

#include "job/journal.h"

/**
   Jobs, and a folder of takes for their journals.  One thread; asserts by
   cmocka.  free() what is returned.
*/

#define JOBS_TAKE "20261122T101340Z-1a2b3c4d" ///< The only take
#define JOBS_ROOT_BYTES 2048u

/// A new folder with that take's in it
void jobs_make_root(char root[JOBS_ROOT_BYTES]);

/// Job 1 of the take, as it begins
BlJob* jobs_new(void);

/// The same with every field different from its default
BlJob* jobs_full(void);

/// About B of job 3: its drums are here
BlJob* jobs_stems(void);

/// Replace the value of one member anywhere in the JSON; NULL removes it
char* jobs_tampered(const char* text, const char* path, const char* value);

#endif // BL_TESTS_JOURNAL_JOBS_H
