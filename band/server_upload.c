// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "server_http.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FIELD_BYTES BL_NAME_BYTES

struct BlFormImpl
{
  struct MHD_PostProcessor* processor;
  BlShelf*                  shelf;
  BlIncoming                file;
  bool                      has_file;
  BlStatus                  status; ///< First failure
  char                      sent_name[FIELD_BYTES];
  char                      upload_path[FIELD_BYTES];
  char                      file_name[FIELD_BYTES];
};

/// A part of a path that is safe to repeat in a URL and to show
static bool
is_plain(const char* const text, const bool with_slashes)
{
  if (!*text || text[0] == '/' || text[strlen(text) - 1] == '/' ||
      strstr(text, "..") || strstr(text, "//") ||
      (!with_slashes && strchr(text, '/'))) {
    return false;
  }
  for (const char* c = text; *c; ++c) {
    if ((unsigned char)*c < ' ' || *c == 127 || *c == '\\') {
      return false;
    }
  }
  return true;
}

static void
encode_path(const char* const path, char* const out, const size_t size)
{
  static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
  size_t            n       = 0;
  for (const char* c = path; *c && n + 4 < size; ++c) {
    if (strchr(plain, *c)) {
      out[n++] = *c;
    } else {
      n += (size_t)snprintf(out + n, size - n, "%%%02X", (unsigned char)*c);
    }
  }
  out[n] = '\0';
}

static void
add_time(cJSON* const object, const char* const name)
{
  const double ms  = bl_now_ms();
  const time_t now = (time_t)(ms / 1e3);
  struct tm    utc;
  char         text[BL_NAME_BYTES];
  gmtime_r(&now, &utc);
  snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
           utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour,
           utc.tm_min, utc.tm_sec, (int)(ms - (double)now * 1e3));
  cJSON_AddStringToObject(object, name, text);
}

static enum MHD_Result
refuse_status(BlExchange* const exchange, const BlStatus status)
{
  if (status == BL_FILE_TOO_BIG) {
    return bl_http_upload_reply(
      exchange, 413, "The file is too big: the limit is 1 GiB", NULL);
  }
  if (status == BL_DISK_FULL) {
    return bl_http_upload_reply(
      exchange, 507, "The band's disk space is used up: free some space", NULL);
  }

  char text[BL_MESSAGE_BYTES];
  snprintf(text, sizeof(text), "The file could not be kept: %s",
           bl_strerror(status));
  return bl_http_upload_reply(exchange, 500, text, NULL);
}

/// Keep what came in, and tell where it is
static enum MHD_Result
finish(BlExchange* const exchange,
       BlIncoming* const file,
       const char* const upload_path,
       const char*       file_name)
{
  char fallback[BL_HEX_ID_BYTES + 8];
  if (!*file_name) {
    snprintf(fallback, sizeof(fallback), "%s.bin", file->id);
    file_name = fallback;
  }
  if (!*upload_path) {
    return bl_http_upload_reply(exchange, 400,
                                "Missing required parameter: uploadPath", NULL);
  }
  if (!is_plain(upload_path, true)) {
    return bl_http_upload_reply(
      exchange, 400,
      "Invalid uploadPath: use names with single slashes between them", NULL);
  }
  if (!is_plain(file_name, false)) {
    return bl_http_upload_reply(exchange, 400,
                                "Invalid fileName: use a plain name", NULL);
  }
  if (!file->bytes) {
    return bl_http_upload_reply(exchange, 400, "The file is empty", NULL);
  }

  char           path[2 * FIELD_BYTES];
  char           encoded[6 * FIELD_BYTES + 8];
  char           url[BL_URL_BYTES];
  const uint64_t bytes = file->bytes;
  snprintf(path, sizeof(path), "%s/%s", upload_path, file_name);
  const BlStatus st = bl_shelf_keep(file, path);
  if (st) {
    return refuse_status(exchange, st);
  }

  encode_path(path, encoded, sizeof(encoded));
  snprintf(url, sizeof(url), "%s/files/%s/%s", exchange->base_url, file->id,
           encoded);
  cJSON* const data = cJSON_CreateObject();
  cJSON_AddStringToObject(data, "fileName", file_name);
  cJSON_AddStringToObject(data, "filePath", path);
  cJSON_AddStringToObject(data, "downloadUrl", url);
  cJSON_AddNumberToObject(data, "fileSize", (double)bytes);
  cJSON_AddStringToObject(data, "mimeType", bl_mime_of(file_name));
  add_time(data, "uploadedAt");
  return bl_http_upload_reply(exchange, 200, "File uploaded successfully",
                              data);
}

static void
append_field(BlForm* const     form,
             char* const       field,
             const char* const data,
             const size_t      size)
{
  const size_t n = strlen(field);
  if (n + size >= FIELD_BYTES || memchr(data, '\0', size)) {
    form->status = form->status ? form->status : BL_BAD_ARG;
    return;
  }
  memcpy(field + n, data, size);
  field[n + size] = '\0';
}

static void
append_file(BlForm* const     form,
            const char* const name,
            const char* const data,
            const size_t      size)
{
  if (!form->has_file) {
    form->has_file = true;
    form->status   = bl_shelf_begin(form->shelf, &form->file);
    if (name && strlen(name) < FIELD_BYTES) {
      memcpy(form->sent_name, name, strlen(name) + 1);
    }
  }
  if (!form->status && size) {
    form->status = bl_shelf_append(&form->file, data, size);
  }
}

static enum MHD_Result
on_part(void* const              handle,
        const enum MHD_ValueKind kind,
        const char* const        key,
        const char* const        filename,
        const char* const        content_type,
        const char* const        transfer_encoding,
        const char* const        data,
        const uint64_t           offset,
        const size_t             size)
{
  (void)kind;
  (void)content_type;
  (void)transfer_encoding;

  BlForm* const form = (BlForm*)handle;
  if (!key || form->status) {
    return MHD_YES;
  }

  if (!strcmp(key, "file")) {
    // A second part of that name would be mixed into the first
    if (form->has_file && !offset && form->file.bytes) {
      form->status = BL_BAD_ARG;
    } else {
      append_file(form, filename, data, size);
    }
  } else if (!strcmp(key, "uploadPath")) {
    append_field(form, form->upload_path, data, size);
  } else if (!strcmp(key, "fileName")) {
    append_field(form, form->file_name, data, size);
  }
  return MHD_YES;
}

BlForm*
bl_form_new(struct MHD_Connection* const connection, BlShelf* const shelf)
{
  BlForm* const form = (BlForm*)calloc(1, sizeof(BlForm));
  if (!form) {
    return NULL;
  }

  form->shelf     = shelf;
  form->file.fd   = -1;
  form->processor = MHD_create_post_processor(connection, 65536, on_part, form);
  if (!form->processor) {
    free(form);
    return NULL;
  }
  return form;
}

void
bl_form_feed(BlForm* const form, const char* const data, const size_t size)
{
  if (!form->status &&
      MHD_post_process(form->processor, data, size) != MHD_YES) {
    form->status = BL_BAD_ARG;
  }
}

bool
bl_form_is_broken(const BlForm* const form)
{
  return form->status == BL_FILE_TOO_BIG || form->status == BL_DISK_FULL;
}

void
bl_form_free(BlForm* const form)
{
  if (form) {
    if (form->processor) {
      MHD_destroy_post_processor(form->processor);
    }
    if (form->has_file) {
      bl_shelf_drop(&form->file);
    }
    free(form);
  }
}

enum MHD_Result
bl_upload_stream(BlExchange* const exchange)
{
  BlForm* const form = exchange->form;
  if (!form) {
    return bl_http_upload_reply(exchange, 400,
                                "The body must be multipart/form-data", NULL);
  }

  // The last bytes of an upload come out of the processor only here
  if (MHD_destroy_post_processor(form->processor) != MHD_YES && !form->status) {
    form->status = BL_BAD_ARG;
  }
  form->processor = NULL;

  if (form->status == BL_BAD_ARG) {
    return bl_http_upload_reply(
      exchange, 400, "The form is cut off, or a field is too long", NULL);
  }
  if (form->status) {
    return refuse_status(exchange, form->status);
  }
  if (!form->has_file) {
    return bl_http_upload_reply(exchange, 400,
                                "Missing required parameter: file", NULL);
  }
  return finish(exchange, &form->file, form->upload_path,
                *form->file_name ? form->file_name : form->sent_name);
}

/// A string of at most FIELD_BYTES; "" where there is none
static void
get_field(const cJSON* const object, const char* const name, char* const field)
{
  const char* const text =
    cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
  field[0] = '\0';
  if (text && strlen(text) < FIELD_BYTES) {
    memcpy(field, text, strlen(text) + 1);
  }
}

static int
base64_value(const char c)
{
  return c >= 'A' && c <= 'Z'   ? c - 'A'
         : c >= 'a' && c <= 'z' ? c - 'a' + 26
         : c >= '0' && c <= '9' ? c - '0' + 52
         : c == '+' || c == '-' ? 62
         : c == '/' || c == '_' ? 63
                                : -1;
}

static BlStatus
append_base64(BlIncoming* const file, const char* text)
{
  unsigned char bytes[3 * 4096];
  size_t        n      = 0;
  unsigned      bits   = 0;
  uint32_t      value  = 0;
  bool          at_end = false;
  BlStatus      st     = BL_SUCCESS;

  for (; *text && !st; ++text) {
    const int v = base64_value(*text);
    if (isspace((unsigned char)*text)) {
      continue;
    }
    if (*text == '=') {
      at_end = true;
      continue;
    }
    if (v < 0 || at_end) {
      return BL_BAD_ARG;
    }
    value = (value << 6u) | (uint32_t)v;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[n++] = (unsigned char)(value >> bits);
    }
    if (n == sizeof(bytes)) {
      st = bl_shelf_append(file, bytes, n);
      n  = 0;
    }
  }
  return st || !n ? st : bl_shelf_append(file, bytes, n);
}

/// Keep what `fill` brings, with the names in `object`
static enum MHD_Result
keep_json(BlExchange* const  exchange,
          const cJSON* const object,
          const char* const  source,
          BlStatus (*const fill)(BlIncoming* file, const char* source),
          const char* const complaint)
{
  char upload_path[FIELD_BYTES];
  char file_name[FIELD_BYTES];
  get_field(object, "uploadPath", upload_path);
  get_field(object, "fileName", file_name);

  BlIncoming file;
  BlStatus   st = bl_shelf_begin(exchange->shelf, &file);
  if (!st) {
    st = fill(&file, source);
  }

  const enum MHD_Result result =
    st == BL_BAD_ARG ? bl_http_upload_reply(exchange, 400, complaint, NULL)
    : st             ? refuse_status(exchange, st)
                     : finish(exchange, &file, upload_path, file_name);
  bl_shelf_drop(&file);
  return result;
}

enum MHD_Result
bl_upload_base64(BlExchange* const exchange)
{
  cJSON* const      object = bl_http_parse(exchange);
  const char* const text   = cJSON_GetStringValue(
      cJSON_GetObjectItemCaseSensitive(object, "base64Data"));
  if (!text) {
    const char* const complaint = object
                                    ? "Missing required parameter: base64Data"
                                    : "The body must be a JSON object";
    cJSON_Delete(object);
    return bl_http_upload_reply(exchange, 400, complaint, NULL);
  }

  const char* data = text;
  if (!strncmp(text, "data:", 5)) {
    const char* const comma = strchr(text, ',');
    data                    = comma ? comma + 1 : "!";
  }

  const enum MHD_Result result = keep_json(
    exchange, object, data, append_base64, "base64Data is not base64");
  cJSON_Delete(object);
  return result;
}

static BlStatus
append_fd(BlIncoming* const file, const int fd)
{
  BlStatus st = BL_SUCCESS;
  char     bytes[65536];
  for (ssize_t n = 0; !st && (n = read(fd, bytes, sizeof(bytes))) > 0;) {
    st = bl_shelf_append(file, bytes, (size_t)n);
  }
  return st;
}

static BlStatus
append_upload(BlIncoming* const file, const char* const url_end)
{
  char id_and_name[BL_URL_BYTES];
  int  fd = -1;
  if (!bl_url_decode(url_end, id_and_name, sizeof(id_and_name)) ||
      bl_shelf_open(file->shelf, id_and_name, &fd)) {
    return BL_BAD_ARG;
  }
  const BlStatus st = append_fd(file, fd);
  close(fd);
  return st;
}

enum MHD_Result
bl_upload_url(BlExchange* const exchange)
{
  static const char complaint[] =
    "The local band fetches nothing from elsewhere: fileUrl must be a file "
    "that was uploaded to it and is there still";

  cJSON* const      object = bl_http_parse(exchange);
  const char* const url =
    cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "fileUrl"));
  const size_t n = strlen(exchange->base_url);

  enum MHD_Result result = MHD_NO;
  if (!object) {
    result = bl_http_upload_reply(exchange, 400,
                                  "The body must be a JSON object", NULL);
  } else if (!url) {
    result = bl_http_upload_reply(exchange, 400,
                                  "Missing required parameter: fileUrl", NULL);
  } else if (strncmp(url, exchange->base_url, n) ||
             strncmp(url + n, "/files/", 7)) {
    result = bl_http_upload_reply(exchange, 400, complaint, NULL);
  } else {
    result = keep_json(exchange, object, url + n + 7, append_upload, complaint);
  }
  cJSON_Delete(object);
  return result;
}
