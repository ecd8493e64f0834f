// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "job/fields.h"

#include <math.h>
#include <string.h>

/// Doubles hold whole numbers exactly up to here
#define WHOLE_MAX 9007199254740992.0

static cJSON*
field_to_json(const BlField* const field, const void* const data)
{
  switch (field->kind) {
    case BL_KIND_TEXT:
      return cJSON_CreateString((const char*)data);
    case BL_KIND_BOOL:
      return cJSON_CreateBool(*(const bool*)data);
    case BL_KIND_U32:
      return cJSON_CreateNumber(*(const uint32_t*)data);
    case BL_KIND_U64:
      return cJSON_CreateNumber((double)*(const uint64_t*)data);
    case BL_KIND_I64:
      return cJSON_CreateNumber((double)*(const int64_t*)data);
    case BL_KIND_DOUBLE:
      return isfinite(*(const double*)data)
               ? cJSON_CreateNumber(*(const double*)data)
               : cJSON_CreateNull();
    case BL_KIND_CHAR: {
      const char text[2] = { *(const char*)data, '\0' };
      return cJSON_CreateString(text);
    }
  }
  return NULL;
}

bool
bl_fields_to_json(cJSON* const         object,
                  const BlField* const fields,
                  const size_t         count,
                  const void* const    base)
{
  for (size_t i = 0; object && i < count; ++i) {
    cJSON* const item =
      field_to_json(&fields[i], (const char*)base + fields[i].offset);
    if (!item || !cJSON_AddItemToObject(object, fields[i].name, item)) {
      cJSON_Delete(item);
      return false;
    }
  }
  return object;
}

bool
bl_field_from_json(const BlField* const field,
                   const cJSON* const   item,
                   void* const          data)
{
  const double value = cJSON_IsNumber(item) ? item->valuedouble : NAN;
  const bool   whole = value == floor(value) && fabs(value) <= WHOLE_MAX;

  switch (field->kind) {
    case BL_KIND_TEXT:
      if (!cJSON_IsString(item) || strlen(item->valuestring) >= field->size) {
        return false;
      }
      memcpy(data, item->valuestring, strlen(item->valuestring) + 1);
      return true;
    case BL_KIND_BOOL:
      *(bool*)data = cJSON_IsTrue(item);
      return cJSON_IsBool(item);
    case BL_KIND_U32:
      if (!whole || value < 0.0 || value > UINT32_MAX) {
        return false;
      }
      *(uint32_t*)data = (uint32_t)value;
      return true;
    case BL_KIND_U64:
      if (!whole || value < 0.0) {
        return false;
      }
      *(uint64_t*)data = (uint64_t)value;
      return true;
    case BL_KIND_I64:
      if (!whole) {
        return false;
      }
      *(int64_t*)data = (int64_t)value;
      return true;
    case BL_KIND_DOUBLE:
      *(double*)data = cJSON_IsNull(item) ? -INFINITY : value;
      return cJSON_IsNull(item) || isfinite(value);
    case BL_KIND_CHAR:
      if (!cJSON_IsString(item) || strlen(item->valuestring) > 1) {
        return false;
      }
      *(char*)data = item->valuestring[0];
      return true;
  }
  return false;
}

bool
bl_fields_from_json(const cJSON* const   object,
                    const BlField* const fields,
                    const size_t         count,
                    void* const          base)
{
  if (!cJSON_IsObject(object)) {
    return false;
  }

  for (size_t i = 0; i < count; ++i) {
    const cJSON* const item =
      cJSON_GetObjectItemCaseSensitive(object, fields[i].name);
    if (item &&
        !bl_field_from_json(&fields[i], item, (char*)base + fields[i].offset)) {
      return false;
    }
  }
  return true;
}

bool
bl_text_from_json(const cJSON* const object,
                  const char* const  name,
                  char* const        text,
                  const size_t       size)
{
  const BlField      field = { name, BL_KIND_TEXT, 0, size };
  const cJSON* const item  = cJSON_GetObjectItemCaseSensitive(object, name);
  return !item || bl_field_from_json(&field, item, text);
}
