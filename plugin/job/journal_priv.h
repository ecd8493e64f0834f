// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_JOB_JOURNAL_PRIV_H
#define BL_JOB_JOURNAL_PRIV_H

#include "base/attributes.h"
#include "job/job.h"

#include <cjson/cJSON.h>

#include <stdbool.h>

/**
   What a job brought, as members of job-N.json; shared by journal_json.c and
   journal_files.c.  Pure.  False: no memory (or object NULL) when writing, no
   such thing when reading; what was not known to older versions may be absent.
*/

/// A and B: whether fetched and placed, and as which files
BL_THREAD_ANY bool bl_variants_to_json(cJSON* array, const BlJob* job);
BL_THREAD_ANY bool bl_variants_from_json(const cJSON* array, BlJob* job);

/// Where each extra is to be had, and its name once it is here
BL_THREAD_ANY bool bl_extras_to_json(cJSON* object, const BlJob* job);
BL_THREAD_ANY bool bl_extras_from_json(const cJSON* object, BlJob* job);

/// The parts of a job about a result: address, and as A and B
BL_THREAD_ANY bool bl_parts_to_json(cJSON* object, const BlJob* job);
BL_THREAD_ANY bool bl_parts_from_json(const cJSON* object, BlJob* job);

#endif // BL_JOB_JOURNAL_PRIV_H
