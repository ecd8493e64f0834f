// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_PARAMS_H
#define BL_BASE_PARAMS_H

#include "base/attributes.h"
#include "base/limits.h"
#include "base/ports.h"

#include <stdbool.h>
#include <stddef.h>

/**
   The one table of all parameters.

   TTL, plugin, UI, command line and tests agree with it; tests/lint compares
   it with ttl/ field by field.  Everything here is constant.
*/

typedef enum
{
  BL_KIND_TOGGLE,
  BL_KIND_TRIGGER, ///< Acts on a 0 -> 1 edge
  BL_KIND_ENUM,    ///< Integer with a name for every value
  BL_KIND_INT,
  BL_KIND_FLOAT,
} BlParamKind;

typedef struct
{
  const char*        symbol; ///< LV2 symbol, JSON name and long option (_ as -)
  const char*        name;   ///< What a person reads
  BlParamKind        kind;
  BlPort             port;
  float              min;
  float              max;
  float              normal;      ///< The default
  bool               automatable; ///< false: pprop:notAutomatic
  const char* const* labels;      ///< For BL_KIND_ENUM: max + 1 names
  const char*        comment;
} BlParam;

/// Control inputs in port order, BL_PORT_CONTROL_IN_COUNT of them
extern const BlParam bl_params[BL_PORT_CONTROL_IN_COUNT];

/// Names of the values of the `status` port, BL_N_SHOWN of them
extern const char* const bl_shown_names[BL_N_SHOWN];

/// Value 0 of each means none; those names are shown, never sent
#define BL_N_GENRES 22u
#define BL_N_MOODS 14u
#define BL_N_ENSEMBLES 15u
extern const char* const bl_genre_names[BL_N_GENRES];
extern const char* const bl_mood_names[BL_N_MOODS];
extern const char* const bl_ensemble_names[BL_N_ENSEMBLES];

/// What is sent as a tag for each value; "" for 0
extern const char* const bl_genre_tags[BL_N_GENRES];
extern const char* const bl_mood_tags[BL_N_MOODS];
extern const char* const bl_ensemble_tags[BL_N_ENSEMBLES];

/// Values of the `service` parameter
typedef enum
{
  BL_SERVICE_CONFIGURED = 0, ///< What config.json names, else the local band
  BL_SERVICE_LOCAL      = 1,
  BL_SERVICE_SUNOAPI    = 2,
  BL_SERVICE_KIE        = 3,
  BL_SERVICE_CUSTOM     = 4, ///< What config.json names as `custom`
} BlServiceChoice;

#define BL_N_SERVICES 5u

/// String properties: patch:writable, kept in state and presets
typedef enum
{
  BL_STRING_TITLE         = 0,
  BL_STRING_TAGS          = 1,
  BL_STRING_NEGATIVE_TAGS = 2,
  BL_STRING_MODEL         = 3,
} BlStringId;

#define BL_N_STRINGS 4u

typedef struct
{
  const char* symbol;    ///< As in the request: "negativeTags"
  const char* uri;       ///< Property URI
  const char* name;      ///< What a person reads
  unsigned    max_chars; ///< UTF-8 code points
  const char* comment;
} BlStringParam;

extern const BlStringParam bl_strings[BL_N_STRINGS];

/// `value` within the parameter's range; its default for NaN; whole numbers
/// for all kinds but BL_KIND_FLOAT
BL_THREAD_ANY BL_REALTIME float bl_param_clamp(const BlParam* param,
                                               float          value);

#endif // BL_BASE_PARAMS_H
