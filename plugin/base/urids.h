// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_URIDS_H
#define BL_BASE_URIDS_H

#include "base/attributes.h"
#include "base/params.h"

#include <lv2/urid/urid.h>

#include <stdbool.h>

/**
   The numbers that the host gave to the URIDs we speak, named as in their
   vocabularies.  A value; filled once, constant from then on.  Plugin and UI
   map their own.
*/

/// Prefix of our own vocabulary, see base/protocol.h
#define BL_LV2_PREFIX "urn:backline:lv2#"

typedef struct
{
  LV2_URID atom_Blank;
  LV2_URID atom_Bool;
  LV2_URID atom_Chunk;
  LV2_URID atom_Double;
  LV2_URID atom_Float;
  LV2_URID atom_Int;
  LV2_URID atom_Long;
  LV2_URID atom_Object;
  LV2_URID atom_Path;
  LV2_URID atom_Sequence;
  LV2_URID atom_String;
  LV2_URID atom_URID;
  LV2_URID atom_Vector;
  LV2_URID atom_eventTransfer;
  LV2_URID patch_Get;
  LV2_URID patch_Put;
  LV2_URID patch_Set;
  LV2_URID patch_body;
  LV2_URID patch_property;
  LV2_URID patch_subject;
  LV2_URID patch_value;
  LV2_URID state_StateChanged;
  LV2_URID time_Position;
  LV2_URID time_bar;
  LV2_URID time_barBeat;
  LV2_URID time_beatUnit;
  LV2_URID time_beatsPerBar;
  LV2_URID time_beatsPerMinute;
  LV2_URID time_frame;
  LV2_URID time_speed;

  LV2_URID bl_stateVersion; ///< State: version of what is kept
  LV2_URID bl_session;      ///< State: id of the instance that saved it
  LV2_URID bl_sessionTakes; ///< State: the session's takes
  LV2_URID bl_sessionJobs;  ///< State: the session's jobs
  LV2_URID bl_strings[BL_N_STRINGS]; ///< Properties, as bl_strings
} BlUrids;

/// @return false where the host could not map one
BL_THREAD_HOST bool bl_urids_map(BlUrids* urids, LV2_URID_Map* map);

#endif // BL_BASE_URIDS_H
