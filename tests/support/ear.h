// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_SUPPORT_EAR_H
#define BL_TESTS_SUPPORT_EAR_H

#include "base/protocol.h"
#include "support/host.h"

#include <stdbool.h>

/**
   A window's model, as small as can be: what a plugin's notify port said, and
   the means to answer.  One thread, the host's; bl_host_run() fills it.
*/
typedef struct
{
  BlWorld*   world;
  BlProtocol protocol;
  BlHost*    host;

  unsigned      count[BL_N_MESSAGES];
  BlStatusMsg   status;
  BlTakeMsg     take;
  BlLiveMsg     live;
  BlJobMsg      job;
  BlResultMsg   results[2];
  BlSettingsMsg settings;
  BlListedMsg   listed;
  float         peaks[2u * BL_OVERVIEW_PEAKS];
  unsigned      live_pairs;
  unsigned      changed;             ///< state:StateChanged
  unsigned      sets;                ///< patch:Set
  char          text[BL_TEXT_BYTES]; ///< Of the last
  unsigned      damaged;
  bool          fell; ///< "No service is called …" was said
} Ear;

/// @return false where the world maps no more URIs
bool ear_init(Ear* ear, BlWorld* world);

/// From now on to this host, knowing nothing
void ear_listen(Ear* ear, BlHost* host);

/// As if nothing had been heard
void ear_forget(Ear* ear);

/// In the next block; a message that is none ends the program
void ear_say(const Ear* ear, const BlMessage* message);
void ear_say_kind(const Ear* ear, BlMessageKind kind);

/// Run the host until one of the ear's counts is `n`, 60 s at most; an ear
/// that was told anything says every now and then that it is there
bool ear_wait(const Ear* ear, const unsigned* count, unsigned n);

#endif // BL_TESTS_SUPPORT_EAR_H
