// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/config.h"

#include "base/paths.h"
#include "base/text.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum
{
  KEY_TEXT,
  KEY_NAME, ///< A short word of letters, digits, '-' and '_'
  KEY_URL,
  KEY_PATH,
  KEY_FLAG,
  KEY_NUMBER,
  KEY_UPLOAD_FORMAT,
  KEY_RESULT_FORMAT,
  KEY_DEFAULTS,
  KEY_SERVICES,
} KeyKind;

typedef struct
{
  const char* name;
  KeyKind     kind;
  size_t      offset; ///< In the struct that is filled
  size_t      size;   ///< Bytes there
  double      min;    ///< Of KEY_NUMBER
  double      max;
} Key;

#define FIELD(type, field) offsetof(type, field), sizeof(((type*)NULL)->field)

static const Key config_keys[] = {
  { "service", KEY_NAME, FIELD(BlConfig, service), 0, 0 },
  { "custom", KEY_NAME, FIELD(BlConfig, custom), 0, 0 },
  { "services", KEY_SERVICES, 0, 0, 0, 0 },
  { "defaults", KEY_DEFAULTS, 0, 0, 0, 0 },
  { "lyrics", KEY_TEXT, FIELD(BlConfig, lyrics), 0, 0 },
  { "variety", KEY_NUMBER, FIELD(BlConfig, variety), 0, BL_VARIETY_MAX },
  { "callback_url", KEY_URL, FIELD(BlConfig, callback_url), 0, 0 },
  { "callback_listen", KEY_TEXT, FIELD(BlConfig, callback_listen), 0, 0 },
  { "upload_format", KEY_UPLOAD_FORMAT, 0, 0, 0, 0 },
  { "result_format", KEY_RESULT_FORMAT, 0, 0, 0, 0 },
  { "auto_generate_paid", KEY_FLAG, FIELD(BlConfig, auto_generate_paid), 0, 0 },
  { "allow_private_downloads", KEY_FLAG, FIELD(BlConfig, allow_private), 0, 0 },
  { "live_offset_ms", KEY_NUMBER, FIELD(BlConfig, live_offset_ms), -1e3, 1e3 },
  { "takes_dir", KEY_PATH, FIELD(BlConfig, takes_dir), 0, 0 },
  { "soundfont", KEY_PATH, FIELD(BlConfig, soundfont), 0, 0 },
};

static const Key service_keys[] = {
  { "dialect", KEY_NAME, FIELD(BlCustomService, dialect), 0, 0 },
  { "api", KEY_URL, FIELD(BlCustomService, api), 0, 0 },
  { "upload", KEY_URL, FIELD(BlCustomService, upload), 0, 0 },
};

/// Where we are, for the lines that report
typedef struct
{
  const BlLog* log;
  const char*  path; ///< "services.studio." or ""
} Place;

static void
warn(const Place* const place, const char* const key, const char* const what)
{
  bl_log(place->log, BL_LOG_WARNING, "config.json: \"%s%s\" %s", place->path,
         key, what);
}

static const Key*
find_key(const Key* const keys, const size_t n_keys, const char* const name)
{
  for (size_t i = 0; i < n_keys; ++i) {
    if (!strcmp(keys[i].name, name)) {
      return &keys[i];
    }
  }
  return NULL;
}

static bool
is_name(const char* const text)
{
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
  return *text && !text[strspn(text, allowed)];
}

/// An http(s) URL with a host, and nothing in it that would hide another one
static bool
is_base_url(const char* const text)
{
  const char* const host = !strncmp(text, "https://", 8)  ? text + 8
                           : !strncmp(text, "http://", 7) ? text + 7
                                                          : NULL;
  if (!host || !*host || strchr("/?#:", *host)) {
    return false;
  }

  for (const char* c = host; *c; ++c) {
    if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 127 ||
        strchr("@\\\"<>#", *c)) {
      return false;
    }
  }
  return true;
}

static bool
copy_text(const Place* const place,
          const char* const  key,
          const char* const  text,
          char* const        field,
          const size_t       size)
{
  const size_t length = strlen(text);
  if (length >= size) {
    warn(place, key, "is too long and ignored");
    return false;
  }
  memcpy(field, text, length + 1);
  return true;
}

static void
read_url(const Place* const place,
         const char* const  key,
         const char* const  text,
         char* const        field,
         const size_t       size)
{
  if (*text && !is_base_url(text)) {
    warn(place, key, "must be an http or https URL without user; ignored");
  } else if (copy_text(place, key, text, field, size)) {
    for (size_t n = strlen(field); n && field[n - 1] == '/'; --n) {
      field[n - 1] = '\0';
    }
  }
}

static void
read_path(const Place* const place,
          const char* const  key,
          const char* const  text,
          char* const        field,
          const size_t       size)
{
  const char* const home = getenv("HOME");
  if (text[0] == '~' && text[1] == '/' && home && home[0] == '/') {
    char full[BL_PATH_BYTES];
    if (bl_path_join(full, sizeof(full), home, text + 2) ||
        !copy_text(place, key, full, field, size)) {
      warn(place, key, "is too long and ignored");
    }
  } else if (text[0] != '/') {
    warn(place, key, "must be an absolute path (or begin with ~/); ignored");
  } else {
    (void)copy_text(place, key, text, field, size);
  }
}

static void
read_string(const Place* const place,
            const Key* const   key,
            const char* const  text,
            char* const        field)
{
  if (key->kind == KEY_URL) {
    read_url(place, key->name, text, field, key->size);
  } else if (key->kind == KEY_PATH) {
    read_path(place, key->name, text, field, key->size);
  } else if (key->kind == KEY_NAME && !is_name(text)) {
    warn(place, key->name,
         "may hold letters, digits, \"-\", \"_\" and \".\" only; ignored");
  } else {
    (void)copy_text(place, key->name, text, field, key->size);
  }
}

/// The kinds that need no more than their field
static void
read_field(const Place* const place,
           const Key* const   key,
           const cJSON* const item,
           void* const        base)
{
  char* const field = (char*)base + key->offset;

  if (key->kind == KEY_FLAG) {
    if (cJSON_IsBool(item)) {
      const bool value = cJSON_IsTrue(item);
      memcpy(field, &value, sizeof(value));
    } else {
      warn(place, key->name, "must be true or false; ignored");
    }
  } else if (key->kind == KEY_NUMBER) {
    const double value = cJSON_GetNumberValue(item);
    if (cJSON_IsNumber(item) && value >= key->min && value <= key->max) {
      memcpy(field, &value, sizeof(value));
    } else {
      char what[BL_NAME_BYTES];
      snprintf(what, sizeof(what), "must be a number from %d to %d; ignored",
               (int)key->min, (int)key->max);
      warn(place, key->name, what);
    }
  } else if (!cJSON_IsString(item)) {
    warn(place, key->name, "must be a string; ignored");
  } else {
    read_string(place, key, item->valuestring, field);
  }
}

static void
read_defaults(const Place* const place,
              const cJSON* const object,
              BlConfig* const    config)
{
  const Place inside = { place->log, "defaults." };
  if (!cJSON_IsObject(object)) {
    warn(place, "defaults", "must be an object; ignored");
    return;
  }

  const cJSON* item = NULL;
  cJSON_ArrayForEach(item, object)
  {
    size_t i = 0;
    while (i < BL_N_STRINGS && strcmp(bl_strings[i].symbol, item->string)) {
      ++i;
    }
    if (i == BL_N_STRINGS) {
      warn(&inside, item->string, "is unknown and ignored");
    } else if (!cJSON_IsString(item)) {
      warn(&inside, item->string, "must be a string; ignored");
    } else if (bl_text_count_chars(item->valuestring) >
               bl_strings[i].max_chars) {
      char what[BL_NAME_BYTES];
      snprintf(what, sizeof(what), "has more than %u characters; ignored",
               bl_strings[i].max_chars);
      warn(&inside, item->string, what);
    } else {
      (void)copy_text(&inside, item->string, item->valuestring,
                      config->strings[i], sizeof(config->strings[i]));
    }
  }
}

static bool
service_exists(const BlConfig* const config, const char* const name)
{
  static const char* const built_in[] = { "local", "sunoapi", "kie", "custom" };
  for (size_t i = 0; i < BL_COUNT(built_in); ++i) {
    if (!strcmp(built_in[i], name)) {
      return true;
    }
  }
  for (size_t i = 0; i < config->n_services; ++i) {
    if (!strcmp(config->services[i].name, name)) {
      return true;
    }
  }
  return false;
}

static void
read_service(const Place* const place,
             const cJSON* const object,
             BlConfig* const    config)
{
  const char* const name = object->string;
  BlCustomService   service;
  memset(&service, 0, sizeof(service));
  memcpy(service.dialect, "sunoapi", sizeof("sunoapi"));

  if (!is_name(name) || strlen(name) >= sizeof(service.name)) {
    warn(place, name, "is no name for a service; ignored");
    return;
  }
  if (service_exists(config, name)) {
    warn(place, name, "is a service already; ignored");
    return;
  }
  if (!cJSON_IsObject(object)) {
    warn(place, name, "must be an object; ignored");
    return;
  }
  if (config->n_services >= BL_CUSTOM_SERVICES_MAX) {
    warn(place, name, "is one service too many; ignored");
    return;
  }
  memcpy(service.name, name, strlen(name));

  char path[2 * BL_NAME_BYTES];
  snprintf(path, sizeof(path), "services.%s.", name);
  const Place  inside = { place->log, path };
  const cJSON* item   = NULL;
  cJSON_ArrayForEach(item, object)
  {
    const Key* const key =
      find_key(service_keys, BL_COUNT(service_keys), item->string);
    if (key) {
      read_field(&inside, key, item, &service);
    } else {
      warn(&inside, item->string, "is unknown and ignored");
    }
  }

  if (strcmp(service.dialect, "sunoapi") && strcmp(service.dialect, "kie")) {
    warn(&inside, "dialect",
         "must be \"sunoapi\" or \"kie\"; the service is ignored");
  } else if (!*service.api) {
    warn(&inside, "api", "is missing; the service is ignored");
  } else {
    config->services[config->n_services++] = service;
  }
}

static void
read_services(const Place* const place,
              const cJSON* const object,
              BlConfig* const    config)
{
  if (!cJSON_IsObject(object)) {
    warn(place, "services", "must be an object; ignored");
    return;
  }

  const Place  inside = { place->log, "services." };
  const cJSON* item   = NULL;
  cJSON_ArrayForEach(item, object)
  {
    read_service(&inside, item, config);
  }
}

static void
read_upload_format(const Place* const place,
                   const cJSON* const item,
                   BlConfig* const    config)
{
  const char* const text = cJSON_GetStringValue(item);
  if (text && !strcmp(text, "wav")) {
    config->upload_format = BL_UPLOAD_WAV;
  } else if (text && !strcmp(text, "flac")) {
    config->upload_format = BL_UPLOAD_FLAC;
  } else {
    warn(place, "upload_format", "must be \"wav\" or \"flac\"; ignored");
  }
}

static void
read_result_format(const Place* const place,
                   const cJSON* const item,
                   BlConfig* const    config)
{
  const char* const text = cJSON_GetStringValue(item);
  if ((text && !strcmp(text, "24")) ||
      (cJSON_IsNumber(item) && item->valueint == 24)) {
    config->result_float = false;
  } else if (text && !strcmp(text, "float")) {
    config->result_float = true;
  } else {
    warn(place, "result_format", "must be \"24\" or \"float\"; ignored");
  }
}

static void
read_key(const Place* const place,
         const Key* const   key,
         const cJSON* const item,
         BlConfig* const    config)
{
  switch (key->kind) {
    case KEY_DEFAULTS:
      read_defaults(place, item, config);
      break;
    case KEY_SERVICES:
      read_services(place, item, config);
      break;
    case KEY_UPLOAD_FORMAT:
      read_upload_format(place, item, config);
      break;
    case KEY_RESULT_FORMAT:
      read_result_format(place, item, config);
      break;
    case KEY_TEXT:
    case KEY_NAME:
    case KEY_URL:
    case KEY_PATH:
    case KEY_FLAG:
    case KEY_NUMBER:
      read_field(place, key, item, config);
      break;
  }
}

static void
say_where(const BlLog* const log, const char* const text, const char* const end)
{
  unsigned line   = 1;
  unsigned column = 1;
  for (const char* c = text; end && c < end && *c; ++c) {
    line += *c == '\n';
    column = *c == '\n' ? 1 : column + 1;
  }
  bl_log(log, BL_LOG_WARNING,
         "config.json: no valid JSON object at line %u, column %u; nothing in "
         "it counts",
         line, column);
}

void
bl_config_init(BlConfig* const config)
{
  memset(config, 0, sizeof(*config));
  memcpy(config->service, "local", sizeof("local"));
  config->variety = -1.0;
  if (bl_path_takes(config->takes_dir, sizeof(config->takes_dir))) {
    config->takes_dir[0] = '\0';
  }
}

BlStatus
bl_config_parse(BlConfig* const    config,
                const char* const  text,
                const BlLog* const log)
{
  const char*  end  = NULL;
  cJSON* const root = cJSON_ParseWithOpts(text, &end, true);
  if (!cJSON_IsObject(root)) {
    say_where(log, text, root ? text : end);
    cJSON_Delete(root);
    return BL_BAD_CONFIG;
  }

  const Place  top  = { log, "" };
  const cJSON* item = NULL;
  cJSON_ArrayForEach(item, root)
  {
    const Key* const key =
      find_key(config_keys, BL_COUNT(config_keys), item->string);
    if (key) {
      read_key(&top, key, item, config);
    } else {
      warn(&top, item->string, "is unknown and ignored");
    }
  }

  cJSON_Delete(root);
  return BL_SUCCESS;
}

BlStatus
bl_config_load(BlConfig* const config, const BlLog* const log)
{
  bl_config_init(config);

  char     path[BL_PATH_BYTES];
  BlStatus st = bl_path_config(path, sizeof(path));
  if (st) {
    return st;
  }

  char*  text = NULL;
  size_t size = 0;
  st          = bl_path_read_file(path, BL_CONFIG_BYTES, &text, &size);
  if (st == BL_NOT_FOUND) {
    return BL_SUCCESS;
  }
  if (st) {
    bl_log(log, BL_LOG_WARNING, "%s: %s", path, bl_strerror(st));
    return st == BL_FILE_TOO_BIG || st == BL_BAD_FILE ? BL_BAD_CONFIG : st;
  }

  if (strlen(text) != size) {
    bl_log(log, BL_LOG_WARNING, "%s: holds a NUL byte; it is ignored", path);
    st = BL_BAD_CONFIG;
  } else {
    st = bl_config_parse(config, text, log);
  }
  free(text);
  return st;
}
