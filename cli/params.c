// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "args.h"

#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

void
bl_cli_option_name(const char* const symbol,
                   char* const       name,
                   const size_t      size)
{
  size_t n = 0;
  for (const char* c = symbol; *c && n + 2 < size; ++c) {
    if (isupper((unsigned char)*c)) {
      name[n++] = '-';
    }
    name[n++] = *c == '_' ? '-' : (char)tolower((unsigned char)*c);
  }
  name[n] = '\0';
}

bool
bl_cli_read_number(const char* const text, double* const value)
{
  const char* c      = text + (*text == '-' || *text == '+');
  double      scale  = 1.0;
  bool        digits = false;
  *value             = 0.0;
  for (; isdigit((unsigned char)*c); ++c, digits = true) {
    *value = *value * 10.0 + (*c - '0');
  }
  if (*c == '.' || *c == ',') {
    for (++c; isdigit((unsigned char)*c); ++c, digits = true) {
      *value = *value * 10.0 + (*c - '0');
      scale *= 10.0;
    }
  }
  *value = (*text == '-' ? -*value : *value) / scale;
  return digits && !*c;
}

/// Letters and digits only, lower case: "Hip-hop" and "hip hop" are one
static void
fold(const char* const text, char* const folded, const size_t size)
{
  size_t n = 0;
  for (const char* c = text; *c && n + 1 < size; ++c) {
    if (isalnum((unsigned char)*c)) {
      folded[n++] = (char)tolower((unsigned char)*c);
    }
  }
  folded[n] = '\0';
}

static bool
find_label(const BlParam* const param,
           const char* const    text,
           float* const         value)
{
  char wanted[BL_NAME_BYTES];
  char label[BL_NAME_BYTES];
  fold(text, wanted, sizeof(wanted));
  for (int i = 0; param->labels && i <= (int)param->max; ++i) {
    fold(param->labels[i], label, sizeof(label));
    if (*wanted && !strcmp(wanted, label)) {
      *value = (float)i;
      return true;
    }
  }
  return false;
}

void
bl_cli_list_labels(const BlParam* const param,
                   char* const          text,
                   const size_t         size)
{
  size_t n = strlen(text);
  for (int i = 0; i <= (int)param->max && n < size; ++i) {
    n += (size_t)snprintf(text + n, size - n, "%s%s", i ? ", " : "",
                          param->labels[i]);
  }
}

static bool
read_toggle(const char* const text, float* const value)
{
  static const char* const words[] = { "off",   "on",   "no", "yes",
                                       "false", "true", "0",  "1" };
  for (size_t i = 0; i < BL_COUNT(words); ++i) {
    if (!strcasecmp(text, words[i])) {
      *value = (float)(i % 2);
      return true;
    }
  }
  return false;
}

bool
bl_cli_set_param(BlSettings* const    settings,
                 const BlParam* const param,
                 const char* const    text,
                 char                 complaint[const BL_MESSAGE_BYTES])
{
  const size_t index  = (size_t)param->port - BL_PORT_CONTROL_IN_FIRST;
  float        value  = 0.0f;
  double       number = 0.0;
  char         name[BL_NAME_BYTES];
  bl_cli_option_name(param->symbol, name, sizeof(name));

  if (param->kind == BL_KIND_TOGGLE) {
    if (!read_toggle(text, &value)) {
      snprintf(complaint, BL_MESSAGE_BYTES, "--%s is either on or off.", name);
      return false;
    }
  } else if (!find_label(param, text, &value)) {
    const bool is_number = bl_cli_read_number(text, &number);
    const bool is_whole  = number == (double)(long)number;
    value                = (float)number;
    if (!is_number || value < param->min || value > param->max ||
        (param->kind != BL_KIND_FLOAT && !is_whole)) {
      const int n =
        snprintf(complaint, BL_MESSAGE_BYTES,
                 "--%s takes a number from %d to %d%s", name, (int)param->min,
                 (int)param->max, param->labels ? ", or one of: " : ".");
      if (param->labels && n > 0) {
        bl_cli_list_labels(param, complaint, BL_MESSAGE_BYTES);
      }
      return false;
    }
  }

  settings->values[index] = value;
  return true;
}

bool
bl_cli_set_string(BlSettings* const settings,
                  const unsigned    id,
                  const char* const text,
                  char* const       complaint)
{
  if (bl_text_count_chars(text) > bl_strings[id].max_chars ||
      strlen(text) >= sizeof(settings->strings[id])) {
    char name[BL_NAME_BYTES];
    bl_cli_option_name(bl_strings[id].symbol, name, sizeof(name));
    snprintf(complaint, BL_MESSAGE_BYTES,
             "--%s may have %u characters: shorten it.", name,
             bl_strings[id].max_chars);
    return false;
  }
  memcpy(settings->strings[id], text, strlen(text) + 1);
  return true;
}

bool
bl_cli_set_service(BlSettings* const settings,
                   const char* const text,
                   char* const       complaint)
{
  const BlParam* const param = &bl_params[BL_CLI_PARAMS_FIRST];
  float                value = 0.0f;
  if (find_label(param, text, &value) || isdigit((unsigned char)*text)) {
    settings->service[0] = '\0';
    return bl_cli_set_param(settings, param, text, complaint);
  }
  if (!*text || strlen(text) >= sizeof(settings->service)) {
    snprintf(complaint, BL_MESSAGE_BYTES,
             "--service takes the name of a service.");
    return false;
  }
  memcpy(settings->service, text, strlen(text) + 1);
  return true;
}
