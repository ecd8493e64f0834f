// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_PROTOCOL_FIELDS_H
#define BL_BASE_PROTOCOL_FIELDS_H

#include "base/protocol.h"

#include <stdint.h>

/**
   The table behind base/protocol: what each message is made of.  For
   protocol.c and tests.
*/

typedef enum
{
  BL_FIELD_INT,
  BL_FIELD_LONG,
  BL_FIELD_FLOAT,
  BL_FIELD_BOOL,
  BL_FIELD_STRING,
  BL_FIELD_LIST, ///< uint32_t count, then floats
} BlFieldType;

typedef struct
{
  BlMessageKind kind;
  BlFieldType   type;
  uint32_t      offset; ///< In BlMessage
  uint32_t      size;   ///< Of the member
  const char*   key;
  int32_t       min; ///< Of BL_FIELD_INT
  int32_t       max;
} BlProtocolField;

#define BL_N_PROTOCOL_FIELDS 128u

_Static_assert(BL_N_PROTOCOL_FIELDS <= BL_PROTOCOL_FIELDS_MAX,
               "room for all keys");

/// Grouped by kind, as the structs of base/protocol.h
extern const BlProtocolField bl_protocol_fields[BL_N_PROTOCOL_FIELDS];

#endif // BL_BASE_PROTOCOL_FIELDS_H
