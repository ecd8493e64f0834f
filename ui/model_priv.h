// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_UI_MODEL_PRIV_H
#define BL_UI_MODEL_PRIV_H

#include "model.h"

/**
   The inside of a model, shared by model*.c and by nobody else.  UI thread
   only.
*/

// model.c

BlModelTake* bl_model_take_of(const BlModel* model, const char* id);

BlModelJob* bl_model_job_of(const BlModel* model,
                            const char*    take,
                            int32_t        job);

void bl_model_say(const BlModel* model, const BlMessage* message);

/// Ask the plugin about a take
void bl_model_look(const BlModel* model,
                   const char*    take,
                   int32_t        job,
                   int32_t        variant);

// model_refine.c

/// The other job that asked for the same and has most to be seen to; NULL where
/// none is known
const BlModelJob* bl_model_same_wish(const BlModel*    model,
                                     const BlModelJob* job);

/// The same for what this window asked for last, which was refused
const BlModelJob* bl_model_asked_before(const BlModel* model);

/// Ask for what is shown and has not come: waveforms, and jobs
void bl_model_ask(BlModel* model, double now);

#endif // BL_UI_MODEL_PRIV_H
