// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_UI_SCENE_SAYS_H
#define BL_TESTS_UI_SCENE_SAYS_H

#include "model.h"

#include <stdbool.h>
#include <stdint.h>

/**
   What a plugin says to the model of a scene, at BL_SCENE_NOW: one message
   each, with what all scenes have in common.
*/

/// Names of the takes, oldest first; jobs are the last one's
extern const char* const say_takes[3];

void say_status(BlModel* m, BlShown shown, BlStatus error);

void say_level(BlModel* m, float db, bool clipped);

/// Pair `i` of so many, as the voice (0) or an instrumental (1, 2) has it
void say_pair(float pair[2], int32_t variant, uint32_t i, uint32_t total);

/// A take by its index, and its waveform
void say_take(BlModel* m, int i, double seconds);

/// Job 1 of the local band
void say_job(BlModel* m, BlShown shown, BlStatus error, float progress);

/// Any job of a service, with words of its own
void say_words(BlModel* m, int32_t number, BlShown shown, const char* words);

/// Nothing has happened, in a host without a transport
void say_no_transport(BlModel* m);

/// Result A again, with stems beside it
void say_stems(BlModel* m);

/// One of a job's, and its waveform
void say_result_of(BlModel* m, int32_t job, int32_t variant);

/// The same of job 1
void say_result(BlModel* m, int32_t variant);

#endif // BL_TESTS_UI_SCENE_SAYS_H
