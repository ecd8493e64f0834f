// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_SERVICE_PART_H
#define BL_SERVICE_PART_H

#include <stddef.h>

/**
   What a service can make of a result that it has made already: the
   neighbouring endpoints of API.md 5.1 and 5.2, as tables.
*/
typedef enum
{
  BL_REFINE_NONE     = 0, ///< None: the instrumentals themselves
  BL_REFINE_WAV      = 1, ///< The result without loss
  BL_REFINE_SEPARATE = 2, ///< Voice and accompaniment apart
  BL_REFINE_STEMS    = 3, ///< Each instrument apart
} BlRefine;

#define BL_N_REFINES 4u

/// Files that may come back
typedef enum
{
  BL_PART_WAV,
  BL_PART_INSTRUMENTAL,
  BL_PART_VOICE,
  BL_PART_BACKING_VOICES,
  BL_PART_DRUMS,
  BL_PART_BASS,
  BL_PART_GUITAR,
  BL_PART_KEYBOARD,
  BL_PART_PERCUSSION,
  BL_PART_STRINGS,
  BL_PART_SYNTH,
  BL_PART_FX,
  BL_PART_BRASS,
  BL_PART_WOODWINDS,
} BlPart;

#define BL_N_PARTS 14u

typedef struct
{
  const char* name;   ///< In the journal and in JSON: "drums"
  const char* ending; ///< Of its file's name, after "Title (A)"
  const char* camel;  ///< Of its address in a record
  const char* snake;  ///< In a callback, and where somebody mixes them up
} BlPartRow;

extern const BlPartRow bl_parts[BL_N_PARTS];

typedef struct
{
  const char* name;    ///< In the journal: "separate"
  const char* post;    ///< Path of the paid request
  const char* record;  ///< Path of the question
  const char* type;    ///< Sent with it; NULL: none
  unsigned    main;    ///< The part it is asked for; BL_N_PARTS: all of them
  double      credits; ///< At the built-in services; < 0 unknown
  double      usual_s; ///< From request to result
} BlRefineRow;

extern const BlRefineRow bl_refines[BL_N_REFINES];

#endif // BL_SERVICE_PART_H
