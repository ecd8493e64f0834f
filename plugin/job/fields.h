// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_JOB_FIELDS_H
#define BL_JOB_FIELDS_H

#include "base/attributes.h"

#include <cjson/cJSON.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   Structs as JSON objects: one table a struct says where each field lies and
   how it is written, so that writer and reader cannot disagree.

   Pure.  What is read is checked: a wrong type, a text that does not fit or a
   number out of its range is false, and the struct may then be half filled.
*/

typedef enum
{
  BL_KIND_TEXT,
  BL_KIND_BOOL,
  BL_KIND_U32,
  BL_KIND_U64, ///< Whole, and exact in a double
  BL_KIND_I64,
  BL_KIND_DOUBLE, ///< null is minus infinity
  BL_KIND_CHAR,   ///< "" or one character
} BlFieldKind;

typedef struct
{
  const char* name;
  BlFieldKind kind;
  size_t      offset;
  size_t      size; ///< Of a text's array
} BlField;

#define BL_FIELD(type, member, kind)                                           \
  {                                                                            \
#member, kind, offsetof(type, member), sizeof(((type*)0)->member)          \
  }

/// Add all fields of the struct at `base`; false for no object or no memory
BL_THREAD_ANY bool bl_fields_to_json(cJSON*         object,
                                     const BlField* fields,
                                     size_t         count,
                                     const void*    base);

/// A field that is absent keeps its default: older versions did not know it
BL_THREAD_ANY bool bl_fields_from_json(const cJSON*   object,
                                       const BlField* fields,
                                       size_t         count,
                                       void*          base);

/// One value, to `data` itself whatever the field's offset
BL_THREAD_ANY bool bl_field_from_json(const BlField* field,
                                      const cJSON*   item,
                                      void*          data);

/// A member's text; one that is absent leaves `text` as it is
BL_THREAD_ANY bool bl_text_from_json(const cJSON* object,
                                     const char*  name,
                                     char*        text,
                                     size_t       size);

#endif // BL_JOB_FIELDS_H
