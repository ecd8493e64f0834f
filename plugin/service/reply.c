// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "service/reply.h"

#include "service/reply_priv.h"

#include "base/tags.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/// cJSON recurses; a reply is measured before it is let in
static bool
depth_is_sane(const char* const text, const size_t size)
{
  size_t depth     = 0;
  bool   in_string = false;
  for (size_t i = 0; i < size; ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') {
        ++i;
      } else if (c == '"') {
        in_string = false;
      }
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > BL_JSON_DEPTH) {
        return false;
      }
    } else if ((c == '}' || c == ']') && depth) {
      --depth;
    }
  }
  return true;
}

cJSON*
bl_json_parse(const char* const text, const size_t size)
{
  if (!text || !size || size > BL_HTTP_REPLY_BYTES ||
      !depth_is_sane(text, size)) {
    return NULL;
  }

  const char*  end  = NULL;
  cJSON* const root = cJSON_ParseWithLengthOpts(text, size, &end, false);
  if (!root) {
    return NULL;
  }

  for (; end < text + size; ++end) {
    if (*end && !isspace((unsigned char)*end)) {
      cJSON_Delete(root);
      return NULL;
    }
  }
  return root;
}

void
bl_reply_copy_text(char* const out, const size_t size, const char* const text)
{
  size_t o = 0;
  for (const char* s = text; *s;) {
    const size_t n = bl_utf8_length(s);
    if (o + (n ? n : 1) >= size) {
      break;
    }
    if (n == 0) {
      out[o++] = '?';
      ++s;
    } else if (n == 1 && ((unsigned char)*s < ' ' || *s == 0x7F)) {
      out[o++] = ' ';
      ++s;
    } else {
      memcpy(out + o, s, n);
      o += n;
      s += n;
    }
  }
  while (o && out[o - 1] == ' ') {
    --o;
  }
  out[o] = '\0';
}

/// Cut each URL behind its host: a path may be the voice's public address
static void
cut_urls(char* const text)
{
  for (char* url = text; (url = strstr(url, "://"));) {
    url += 3;
    const size_t length    = strcspn(url, " \t\"'<>),;");
    const size_t authority = strcspn(url, "/?# \t\"'<>),;");
    const char*  at        = (const char*)memchr(url, '@', authority);
    const size_t user      = at ? (size_t)(at - url) + 1 : 0;

    memmove(url, url + user, strlen(url + user) + 1);
    const size_t host = authority - user;
    const size_t all  = length - user;
    if (all >= host + 4) {
      memcpy(url + host, "/...", 4);
      memmove(url + host + 4, url + all, strlen(url + all) + 1);
      url += host + 4;
    } else {
      memmove(url + host, url + all, strlen(url + all) + 1);
      url += host;
    }
  }
}

void
bl_reply_clean(char* const out, const size_t size, const char* const text)
{
  out[0] = '\0';
  if (text) {
    // Longer than `out`, so that a URL is cut before it could be split
    char whole[BL_TEXT_BYTES];
    bl_reply_copy_text(whole, sizeof(whole), text);
    cut_urls(whole);
    bl_reply_copy_text(out, size, whole);
  }
}

const cJSON*
bl_reply_get(const cJSON* const object,
             const char* const  camel,
             const char* const  snake)
{
  const cJSON* item = cJSON_GetObjectItemCaseSensitive(object, camel);
  if ((!item || cJSON_IsNull(item)) && snake) {
    item = cJSON_GetObjectItemCaseSensitive(object, snake);
  }
  return item && !cJSON_IsNull(item) ? item : NULL;
}

const char*
bl_reply_string(const cJSON* const object,
                const char* const  camel,
                const char* const  snake)
{
  const char* const value =
    cJSON_GetStringValue(bl_reply_get(object, camel, snake));
  return value ? value : "";
}

bool
bl_reply_int(const cJSON* const item, int* const value)
{
  if (cJSON_IsNumber(item) && isfinite(item->valuedouble) &&
      fabs(item->valuedouble) < 1e9) {
    *value = (int)item->valuedouble;
    return true;
  }

  const char* const text = cJSON_GetStringValue(item);
  if (text && *text && strlen(text) < 10 &&
      strspn(text, "0123456789") == strlen(text)) {
    *value = (int)strtol(text, NULL, 10);
    return true;
  }
  return false;
}

BlStatus
bl_envelope_parse(const char* const body,
                  const size_t      size,
                  BlEnvelope* const envelope)
{
  memset(envelope, 0, sizeof(*envelope));

  cJSON* const root = bl_json_parse(body, size);
  if (!cJSON_IsObject(root) ||
      !bl_reply_int(bl_reply_get(root, "code", NULL), &envelope->code)) {
    cJSON_Delete(root);
    return BL_BAD_REPLY;
  }

  envelope->root        = root;
  envelope->data        = bl_reply_get(root, "data", NULL);
  const char* const msg = bl_reply_string(root, "msg", "message");
  bl_reply_clean(envelope->message, sizeof(envelope->message), msg);
  return BL_SUCCESS;
}

void
bl_envelope_clear(BlEnvelope* const envelope)
{
  cJSON_Delete(envelope->root);
  memset(envelope, 0, sizeof(*envelope));
}

static BlStatus
copy_task_id(const cJSON* const data, char task_id[BL_NAME_BYTES])
{
  const char* const id     = bl_reply_string(data, "taskId", "task_id");
  const size_t      length = strlen(id);
  task_id[0]               = '\0';
  if (!length || length >= BL_NAME_BYTES) {
    return BL_BAD_REPLY;
  }
  for (const char* c = id; *c; ++c) {
    if (!isalnum((unsigned char)*c) && !strchr("-_.:", *c)) {
      return BL_BAD_REPLY;
    }
  }
  memcpy(task_id, id, length + 1);
  return BL_SUCCESS;
}

BlStatus
bl_reply_task_id(const BlEnvelope* const envelope, char task_id[BL_NAME_BYTES])
{
  return copy_task_id(envelope->data, task_id);
}

void
bl_reply_copy_url(char url[BL_URL_BYTES], const char* const text)
{
  url[0]              = '\0';
  const size_t length = strlen(text);
  if (length >= BL_URL_BYTES ||
      (strncasecmp(text, "https://", 8) && strncasecmp(text, "http://", 7))) {
    return;
  }
  for (const char* c = text; *c; ++c) {
    if ((unsigned char)*c <= ' ' || *c == 0x7F) {
      return;
    }
  }
  memcpy(url, text, length + 1);
}

BlStatus
bl_reply_upload(const BlEnvelope* const envelope, char url[BL_URL_BYTES])
{
  bl_reply_copy_url(
    url, bl_reply_string(envelope->data, "downloadUrl", "download_url"));
  if (!url[0]) {
    bl_reply_copy_url(url,
                      bl_reply_string(envelope->data, "fileUrl", "file_url"));
  }
  return url[0] ? BL_SUCCESS : BL_BAD_REPLY;
}

bool
bl_reply_decimal(const char* text, double* const value)
{
  double scale = 0.0;
  *value       = 0.0;
  for (const char* c = text; *c; ++c) {
    if (*c == '.' && scale == 0.0 && c != text) {
      scale = 1.0;
    } else if (isdigit((unsigned char)*c) && c - text < 20) {
      *value = *value * 10.0 + (*c - '0');
      scale *= 10.0;
    } else {
      return false;
    }
  }
  *value = scale > 1.0 ? *value / scale : *value;
  return *text != '\0';
}

BlStatus
bl_reply_credits(const BlEnvelope* const envelope, double* const credits)
{
  if (cJSON_IsNumber(envelope->data) && isfinite(envelope->data->valuedouble)) {
    *credits = envelope->data->valuedouble;
    return BL_SUCCESS;
  }
  const char* const text = cJSON_GetStringValue(envelope->data);
  return text && bl_reply_decimal(text, credits) ? BL_SUCCESS : BL_BAD_REPLY;
}

BlStatus
bl_reply_callback(const BlEnvelope* const envelope,
                  char                    task_id[BL_NAME_BYTES],
                  char                    type[BL_NAME_BYTES])
{
  const char* const text =
    bl_reply_string(envelope->data, "callbackType", "callback_type");
  bl_reply_copy_text(type, BL_NAME_BYTES, text);
  for (char* c = type; *c; ++c) {
    *c = (char)tolower((unsigned char)*c);
  }
  return copy_task_id(envelope->data, task_id);
}
