// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_SERVER_HTTP_H
#define BL_BAND_SERVER_HTTP_H

#include "server_shelf.h"
#include "server_tasks.h"

#include "base/attributes.h"
#include "base/limits.h"
#include "base/status.h"

#include <cjson/cJSON.h>
#include <microhttpd.h>

#include <stdbool.h>
#include <stddef.h>

/**
   One HTTP request and the ways to answer it.

   All on libmicrohttpd's thread.  A reply function may be called once per
   request; `data` and `root` are taken over.
*/

/// A multipart upload under way; server_upload.c
typedef struct BlFormImpl BlForm;

typedef struct
{
  struct MHD_Connection* connection;
  BlTasks*               tasks;
  BlShelf*               shelf;
  const char*            base_url;
  const char*            path;  ///< Of the URL, decoded
  const struct BlRoute*  route; ///< NULL: refused before
  char*                  body;  ///< NUL-terminated
  size_t                 body_size;
  BlForm*                form;
} BlExchange;

typedef enum
{
  BL_BODY_NONE,
  BL_BODY_JSON,   ///< At most BL_BAND_JSON_BYTES
  BL_BODY_BASE64, ///< JSON of at most BL_BAND_BASE64_BYTES
  BL_BODY_FORM,   ///< multipart/form-data, streamed to disk
} BlBody;

typedef struct BlRoute
{
  const char* method;
  const char* path; ///< With a '/' at its end: a prefix
  BlBody      body;
  bool        open;      ///< No key asked for
  bool        is_upload; ///< Of the upload API: other envelope and statuses
  enum MHD_Result (*handle)(BlExchange* exchange);
} BlRoute;

/// Answer with `root` as JSON
enum MHD_Result bl_http_json(BlExchange* exchange,
                             unsigned    status,
                             cJSON*      root);

/// The API's envelope {code, msg, data}; data NULL becomes null
enum MHD_Result bl_http_envelope(BlExchange* exchange,
                                 int         code,
                                 const char* msg,
                                 cJSON*      data);

/// The upload API's {success, code, msg, data}; the code is the HTTP status
enum MHD_Result bl_http_upload_reply(BlExchange* exchange,
                                     int         code,
                                     const char* msg,
                                     cJSON*      data);

/// Whichever of the two fits the route
enum MHD_Result bl_http_refuse(BlExchange* exchange, int code, const char* msg);

/// Answer with a file, or the part of it that Range asks for; closes fd
enum MHD_Result bl_http_file(BlExchange* exchange, int fd, const char* mime);

/// True if the request carries `token`; takes the same time for every key
bool bl_http_has_token(BlExchange* exchange, const char* token);

/// True if Host names this loopback server
bool bl_http_host_is_ours(BlExchange* exchange, unsigned port);

/// The body as a JSON object; NULL where it is none or too deep
cJSON* bl_http_parse(const BlExchange* exchange);

// Handlers, by file

// server_upload.c; API 4
enum MHD_Result bl_upload_stream(BlExchange* exchange);
enum MHD_Result bl_upload_base64(BlExchange* exchange);
enum MHD_Result bl_upload_url(BlExchange* exchange);

/// NULL where the request is no multipart/form-data
BlForm* bl_form_new(struct MHD_Connection* connection, BlShelf* shelf);

/// Feed bytes of the body; a failure is kept for the reply
void bl_form_feed(BlForm* form, const char* data, size_t size);

/// True once more of the body would be read in vain
bool bl_form_is_broken(const BlForm* form);

/// NULL is allowed
void bl_form_free(BlForm* form);

// server_generate.c; API 1, 3, 5
enum MHD_Result bl_generate_add(BlExchange* exchange);
enum MHD_Result bl_generate_record(BlExchange* exchange);
enum MHD_Result bl_generate_credit(BlExchange* exchange);
enum MHD_Result bl_follow_wav(BlExchange* exchange);
enum MHD_Result bl_follow_wav_record(BlExchange* exchange);
enum MHD_Result bl_follow_separate(BlExchange* exchange);
enum MHD_Result bl_follow_separate_record(BlExchange* exchange);

#endif // BL_BAND_SERVER_HTTP_H
