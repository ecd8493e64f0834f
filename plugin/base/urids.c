// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/urids.h"

#include <lv2/atom/atom.h>
#include <lv2/patch/patch.h>
#include <lv2/state/state.h>
#include <lv2/time/time.h>

#include <stddef.h>

typedef struct
{
  size_t      offset;
  const char* uri;
} UridEntry;

#define ENTRY(member, uri)                                                     \
  {                                                                            \
    offsetof(BlUrids, member), uri                                             \
  }

static const UridEntry entries[] = {
  ENTRY(atom_Blank, LV2_ATOM__Blank),
  ENTRY(atom_Bool, LV2_ATOM__Bool),
  ENTRY(atom_Chunk, LV2_ATOM__Chunk),
  ENTRY(atom_Double, LV2_ATOM__Double),
  ENTRY(atom_Float, LV2_ATOM__Float),
  ENTRY(atom_Int, LV2_ATOM__Int),
  ENTRY(atom_Long, LV2_ATOM__Long),
  ENTRY(atom_Object, LV2_ATOM__Object),
  ENTRY(atom_Path, LV2_ATOM__Path),
  ENTRY(atom_Sequence, LV2_ATOM__Sequence),
  ENTRY(atom_String, LV2_ATOM__String),
  ENTRY(atom_URID, LV2_ATOM__URID),
  ENTRY(atom_Vector, LV2_ATOM__Vector),
  ENTRY(atom_eventTransfer, LV2_ATOM__eventTransfer),
  ENTRY(patch_Get, LV2_PATCH__Get),
  ENTRY(patch_Put, LV2_PATCH__Put),
  ENTRY(patch_Set, LV2_PATCH__Set),
  ENTRY(patch_body, LV2_PATCH__body),
  ENTRY(patch_property, LV2_PATCH__property),
  ENTRY(patch_subject, LV2_PATCH__subject),
  ENTRY(patch_value, LV2_PATCH__value),
  ENTRY(state_StateChanged, LV2_STATE__StateChanged),
  ENTRY(time_Position, LV2_TIME__Position),
  ENTRY(time_bar, LV2_TIME__bar),
  ENTRY(time_barBeat, LV2_TIME__barBeat),
  ENTRY(time_beatUnit, LV2_TIME__beatUnit),
  ENTRY(time_beatsPerBar, LV2_TIME__beatsPerBar),
  ENTRY(time_beatsPerMinute, LV2_TIME__beatsPerMinute),
  ENTRY(time_frame, LV2_TIME__frame),
  ENTRY(time_speed, LV2_TIME__speed),
  ENTRY(bl_stateVersion, BL_LV2_PREFIX "stateVersion"),
  ENTRY(bl_session, BL_LV2_PREFIX "session"),
  ENTRY(bl_sessionTakes, BL_LV2_PREFIX "sessionTakes"),
  ENTRY(bl_sessionJobs, BL_LV2_PREFIX "sessionJobs"),
};

bool
bl_urids_map(BlUrids* const urids, LV2_URID_Map* const map)
{
  bool ok = true;

  for (size_t i = 0; i < BL_COUNT(entries); ++i) {
    LV2_URID* const urid = (LV2_URID*)(void*)((char*)urids + entries[i].offset);
    *urid                = map->map(map->handle, entries[i].uri);
    ok                   = ok && *urid;
  }

  for (size_t i = 0; i < BL_N_STRINGS; ++i) {
    urids->bl_strings[i] = map->map(map->handle, bl_strings[i].uri);
    ok                   = ok && urids->bl_strings[i];
  }

  return ok;
}
