// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_SERVICE_TRANSPORT_H
#define BL_SERVICE_TRANSPORT_H

#include "base/attributes.h"
#include "base/cancel.h"
#include "base/limits.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   One HTTP request at a time over libcurl: bounded in size and time, and
   cancelled within a few milliseconds whatever it is doing.

   Owner:    a BlService; its handles live and die on that one thread.
   Process:  curl_global_init() once, never undone, since hosts use libcurl
             too.  No signal is used and no SIGPIPE raised.
   Safety:   certificates are verified, redirects never followed here (the
             reply names the next address), the key goes to no other request
             than the one that carries it, sockets are not inherited by
             children.
*/
typedef struct BlTransportImpl BlTransport;

/// Seconds; tests use shorter ones
typedef struct
{
  double connect_s;
  double reply_s;    ///< A small request, all in all
  double transfer_s; ///< Up- or download, all in all
  int    stall_s;    ///< Slower than BL_HTTP_STALL_BYTES_S for so long
} BlTransportLimits;

typedef enum
{
  BL_HTTP_GET,
  BL_HTTP_POST, ///< `body` as application/json
  BL_HTTP_FORM, ///< `file` and `fields` as multipart/form-data
} BlHttpVerb;

typedef struct
{
  const char* name;
  const char* value;
} BlHttpField;

/// Zero-initialise, then set what is needed
typedef struct
{
  BlHttpVerb  verb;
  const char* url;
  const char* key;  ///< Bearer; NULL: none
  const char* body; ///< POST

  const BlHttpField* fields; ///< FORM: before the file
  size_t             n_fields;
  const char*        file; ///< FORM: path, part "file", streamed
  const char*        file_name;
  const char*        file_type; ///< Media type

  bool        to_file; ///< Write a 200 or 206 body to `fd`
  int         fd;
  uint64_t    most;     ///< Bytes of the body; 0 = BL_HTTP_REPLY_BYTES
  uint64_t    resume;   ///< Go on at this byte, which is the fd's end
  const char* if_range; ///< Validator of what is to be resumed

  bool once;          ///< Never repeated below: an own, fresh connection
  bool allow_http;    ///< Else https only
  bool allow_private; ///< Else public addresses only, after resolution too

  void (*progress)(void* handle, double fraction);
  void* handle;
} BlHttpRequest;

/// To be cleared with bl_http_reply_clear()
typedef struct
{
  BlStatus status;        ///< BL_SUCCESS: a whole reply, whatever `http` is
  long     http;          ///< 0 where none came
  double   retry_after_s; ///< 0 = not said
  bool     maybe_sent;    ///< Bytes of the request left, no matter the rest
  bool     no_ranges;     ///< The resume was not possible: start at 0
  uint64_t written;       ///< Bytes put into `fd`
  char*    body;          ///< NUL-terminated; NULL where none
  size_t   size;
  char     location[BL_URL_BYTES];    ///< Of a redirect, absolute; else ""
  char     validator[256];            ///< Strong ETag or Last-Modified; ""
  char     message[BL_MESSAGE_BYTES]; ///< libcurl's words; may hold URLs
} BlHttpReply;

/// `limits` NULL: those of base/limits.h; @return NULL when out of memory
BL_THREAD_JOB BL_NODISCARD BlTransport* bl_transport_new(
  const BlTransportLimits* limits);

/// NULL is allowed; never waits for the network or the resolver
BL_THREAD_JOB void bl_transport_free(BlTransport* transport);

/// Perform; the result is in `reply`, which is overwritten unread
BL_THREAD_JOB void bl_transport_perform(BlTransport*         transport,
                                        BlCancel*            cancel,
                                        const BlHttpRequest* request,
                                        BlHttpReply*         reply);

/// Free the body
BL_THREAD_JOB void bl_http_reply_clear(BlHttpReply* reply);

#endif // BL_SERVICE_TRANSPORT_H
