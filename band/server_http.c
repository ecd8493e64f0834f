// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "server_http.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

static enum MHD_Result
queue(BlExchange* const          exchange,
      const unsigned             status,
      struct MHD_Response* const response)
{
  if (!response) {
    return MHD_NO;
  }
  MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
  const enum MHD_Result result =
    MHD_queue_response(exchange->connection, status, response);
  MHD_destroy_response(response);
  return result;
}

enum MHD_Result
bl_http_json(BlExchange* const exchange,
             const unsigned    status,
             cJSON* const      root)
{
  char* const text = cJSON_PrintUnformatted(root);
  cJSON_Delete(root);
  if (!text) {
    return MHD_NO;
  }

  struct MHD_Response* const response =
    MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
  if (!response) {
    free(text);
    return MHD_NO;
  }
  MHD_add_response_header(response, "Content-Type",
                          "application/json;charset=UTF-8");
  MHD_add_response_header(response, "Cache-Control", "no-store");
  if (status == MHD_HTTP_METHOD_NOT_ALLOWED && exchange->route) {
    MHD_add_response_header(response, "Allow", exchange->route->method);
  }
  return queue(exchange, status, response);
}

static void
add_data(cJSON* const root, cJSON* const data)
{
  if (data) {
    cJSON_AddItemToObject(root, "data", data);
  } else {
    cJSON_AddNullToObject(root, "data");
  }
}

enum MHD_Result
bl_http_envelope(BlExchange* const exchange,
                 const int         code,
                 const char* const msg,
                 cJSON* const      data)
{
  cJSON* const root = cJSON_CreateObject();
  cJSON_AddNumberToObject(root, "code", code);
  cJSON_AddStringToObject(root, "msg", msg);
  add_data(root, data);
  return bl_http_json(exchange, MHD_HTTP_OK, root);
}

enum MHD_Result
bl_http_upload_reply(BlExchange* const exchange,
                     const int         code,
                     const char* const msg,
                     cJSON* const      data)
{
  cJSON* const root = cJSON_CreateObject();
  cJSON_AddBoolToObject(root, "success", code == 200);
  cJSON_AddNumberToObject(root, "code", code);
  cJSON_AddStringToObject(root, "msg", msg);
  if (data) {
    cJSON_AddItemToObject(root, "data", data);
  }
  return bl_http_json(exchange, (unsigned)code, root);
}

enum MHD_Result
bl_http_refuse(BlExchange* const exchange,
               const int         code,
               const char* const msg)
{
  return exchange->route && exchange->route->is_upload
           ? bl_http_upload_reply(exchange, code, msg, NULL)
           : bl_http_envelope(exchange, code, msg, NULL);
}

typedef struct
{
  bool     present;
  bool     satisfiable;
  uint64_t first;
  uint64_t length;
} Range;

static bool
read_number(const char** const text, uint64_t* const value)
{
  const char* c = *text;
  for (*value = 0; *c >= '0' && *c <= '9' && c - *text < 18; ++c) {
    *value = *value * 10 + (uint64_t)(*c - '0');
  }
  const bool found = c != *text;
  *text            = c;
  return found;
}

/// RFC 9110, 14.2: one range; anything else is as if there were none
static Range
read_range(const char* text, const uint64_t size)
{
  Range    range = { false, false, 0, size };
  uint64_t first = 0;
  uint64_t last  = 0;
  if (!text || strncasecmp(text, "bytes=", 6)) {
    return range;
  }

  text += 6;
  const bool has_first = read_number(&text, &first);
  if (*text++ != '-') {
    return range;
  }
  const bool has_last = read_number(&text, &last);
  if (*text || (!has_first && !has_last) ||
      (has_first && has_last && last < first)) {
    return range;
  }

  range.present = true;
  if (!has_first) {
    range.length      = last < size ? last : size;
    range.first       = size - range.length;
    range.satisfiable = range.length > 0;
  } else if (first < size) {
    range.first       = first;
    range.length      = (has_last && last < size ? last + 1 : size) - first;
    range.satisfiable = true;
  }
  return range;
}

enum MHD_Result
bl_http_file(BlExchange* const exchange, const int fd, const char* const mime)
{
  struct stat info;
  if (fstat(fd, &info) || info.st_size < 0) {
    close(fd);
    return MHD_NO;
  }

  const uint64_t size  = (uint64_t)info.st_size;
  const Range    range = read_range(
       MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, "Range"),
       size);
  char text[BL_NAME_BYTES];

  if (range.present && !range.satisfiable) {
    close(fd);
    struct MHD_Response* const response =
      MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    snprintf(text, sizeof(text), "bytes */%" PRIu64, size);
    if (response) {
      MHD_add_response_header(response, "Content-Range", text);
    }
    return queue(exchange, MHD_HTTP_RANGE_NOT_SATISFIABLE, response);
  }

  // The response owns the descriptor from here on
  struct MHD_Response* const response =
    MHD_create_response_from_fd_at_offset64(range.length, fd, range.first);
  if (!response) {
    close(fd);
    return MHD_NO;
  }
  MHD_add_response_header(response, "Content-Type", mime);
  MHD_add_response_header(response, "Accept-Ranges", "bytes");
  if (range.present) {
    snprintf(text, sizeof(text), "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64,
             range.first, range.first + range.length - 1, size);
    MHD_add_response_header(response, "Content-Range", text);
  }
  return queue(exchange, range.present ? MHD_HTTP_PARTIAL_CONTENT : MHD_HTTP_OK,
               response);
}

bool
bl_http_has_token(BlExchange* const exchange, const char* const token)
{
  static const char scheme[] = "Bearer ";
  const char* const header   = MHD_lookup_connection_value(
      exchange->connection, MHD_HEADER_KIND, "Authorization");
  if (!header || strncasecmp(header, scheme, sizeof(scheme) - 1)) {
    return false;
  }

  const char* const given   = header + sizeof(scheme) - 1;
  const size_t      n_given = strlen(given);
  const size_t      n_token = strlen(token);
  unsigned          differ  = n_given != n_token;
  for (size_t i = 0; i < n_token; ++i) {
    differ |= (unsigned char)token[i] ^ (unsigned char)given[i % (n_given + 1)];
  }
  return !differ;
}

bool
bl_http_host_is_ours(BlExchange* const exchange, const unsigned port)
{
  static const char* const hosts[] = { "127.0.0.1", "localhost" };
  const char* const        header =
    MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, "Host");
  char tail[16];
  snprintf(tail, sizeof(tail), ":%u", port);

  for (size_t i = 0; header && i < BL_COUNT(hosts); ++i) {
    const size_t n = strlen(hosts[i]);
    if (!strncasecmp(header, hosts[i], n) &&
        (!header[n] || !strcmp(header + n, tail))) {
      return true;
    }
  }
  return false;
}

/// cJSON recurses up to 1000 deep on its own
static bool
is_shallow(const char* const text)
{
  unsigned depth     = 0;
  bool     in_string = false;
  for (const char* c = text; *c; ++c) {
    if (in_string && *c == '\\' && c[1]) {
      ++c;
    } else if (*c == '"') {
      in_string = !in_string;
    } else if (!in_string && (*c == '{' || *c == '[')) {
      if (++depth > BL_JSON_DEPTH) {
        return false;
      }
    } else if (!in_string && (*c == '}' || *c == ']') && depth) {
      --depth;
    }
  }
  return true;
}

cJSON*
bl_http_parse(const BlExchange* const exchange)
{
  if (!exchange->body || strlen(exchange->body) != exchange->body_size ||
      !is_shallow(exchange->body)) {
    return NULL;
  }

  cJSON* const root = cJSON_ParseWithOpts(exchange->body, NULL, true);
  if (!cJSON_IsObject(root)) {
    cJSON_Delete(root);
    return NULL;
  }
  return root;
}
