// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_UI_MODEL_HEARS_H
#define BL_TESTS_UI_MODEL_HEARS_H

#include "model.h"

/**
   What a plugin says to a model, each with no more than what it is about.
   Takes are numbered by the test; jobs are of a take.
*/

/// The name of a test's take
void hear_id(char id[BL_TAKE_ID_BYTES], unsigned n);

/// A take of ten seconds; `number` 0 is none of this session's
void hear_take(BlModel* model, unsigned n, int number, double now);

/// So many pairs of peaks of a take that is being captured
void hear_live(BlModel* model, int32_t first, unsigned pairs, double now);

/// The last word of such a take
void hear_end(BlModel* model, int32_t first, double now);

/// A newest take, or why it failed
void hear_status(BlModel* model, unsigned take, BlStatus error, double now);

void hear_job(BlModel* model, unsigned take, int job, BlShown shown);

void hear_result(BlModel* model, unsigned take, int job, int variant);

/// One message's of a take's waveform
void hear_peaks(BlModel* model, unsigned take, int first);

#endif // BL_TESTS_UI_MODEL_HEARS_H
