// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_DEMO_SESSION_H
#define BL_TESTS_DEMO_SESSION_H

#include "demo/audio.h"

#include "job/job.h"

/**
   A session without a screen: the built bundle in the project's own LV2 host.
   Every failure is said on standard error where it happens.
*/

typedef struct
{
  const BlAudio* voice; ///< Its `start` is the session frame to bounce from
  double         bpm;   ///< 0: the host says nothing of bars
  const char*    title;
  const char*    tags;
  const char*    takes; ///< The takes' folder
} BlSession;

typedef struct
{
  double load_s;     ///< Load the bundle, instantiate
  double bounce_s;   ///< All of the take through run()
  double keep_s;     ///< Until the take was on disk
  double generate_s; ///< From the click until both are placed
} BlSessionTimes;

/// Bounce the voice through the plugin, click Generate, wait for both
BL_NODISCARD BlStatus bl_session_run(const BlSession* session,
                                     BlJob*           job,
                                     BlSessionTimes*  times);

#endif // BL_TESTS_DEMO_SESSION_H
