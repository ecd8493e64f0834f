// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// One request as libcurl options, and the callbacks of its transfer

#include "service/transport_priv.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

static curl_socket_t
open_socket(void* const                 data,
            const curlsocktype          purpose,
            struct curl_sockaddr* const address)
{
  (void)purpose;
  BlExchange* const x = (BlExchange*)data;
  if (!x->request->allow_private && !x->via_proxy &&
      !bl_address_is_public(&address->addr)) {
    x->refused = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC,
                address->protocol);
}

/// Set the answer's header fields that libcurl does not keep
static size_t
on_header(char* const  data,
          const size_t size,
          const size_t count,
          void* const  handle)
{
  BlExchange* const  x      = (BlExchange*)handle;
  const size_t       length = size * count;
  BlHttpReply* const reply  = x->reply;

  const bool etag = length > 5 && !strncasecmp(data, "etag:", 5);
  const bool date = length > 14 && !strncasecmp(data, "last-modified:", 14);
  if ((!etag && !date) || (date && reply->validator[0])) {
    return length;
  }

  const char* value = data + (etag ? 5 : 14);
  const char* end   = data + length;
  while (value < end && (*value == ' ' || *value == '\t')) {
    ++value;
  }
  while (end > value && (unsigned char)end[-1] <= ' ') {
    --end;
  }

  const size_t n    = (size_t)(end - value);
  const bool   weak = etag && n > 1 && !strncmp(value, "W/", 2);
  if (!weak && n < sizeof(reply->validator)) {
    memcpy(reply->validator, value, n);
    reply->validator[n] = '\0';
  }
  return length;
}

static size_t
write_to_file(BlExchange* const x, const char* data, size_t length)
{
  const size_t all = length;
  while (length) {
    const ssize_t n = write(x->request->fd, data, length);
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n <= 0) {
      x->write_errno = n ? errno : EIO;
      return 0;
    }
    data += n;
    length -= (size_t)n;
    x->reply->written += (uint64_t)n;
  }
  return all;
}

static size_t
write_to_memory(BlExchange* const x,
                const char* const data,
                const size_t      length)
{
  BlHttpReply* const reply = x->reply;
  if (reply->size + length + 1 > x->capacity) {
    size_t capacity = x->capacity ? x->capacity : 4096;
    while (capacity < reply->size + length + 1) {
      capacity *= 2;
    }
    char* const body = (char*)realloc(reply->body, capacity);
    if (!body) {
      x->write_errno = ENOMEM;
      return 0;
    }
    reply->body = body;
    x->capacity = capacity;
  }

  memcpy(reply->body + reply->size, data, length);
  reply->size += length;
  reply->body[reply->size] = '\0';
  return length;
}

static size_t
on_body(char* const  data,
        const size_t size,
        const size_t count,
        void* const  handle)
{
  BlExchange* const          x       = (BlExchange*)handle;
  const BlHttpRequest* const request = x->request;
  const size_t               length  = size * count;

  long http = 0;
  curl_easy_getinfo(x->transport->easy, CURLINFO_RESPONSE_CODE, &http);
  const bool     file = request->to_file && (http == 200 || http == 206);
  const uint64_t most =
    file || !request->to_file
      ? (request->most ? request->most : BL_HTTP_REPLY_BYTES)
      : BL_HTTP_REPLY_BYTES;

  x->received += length;
  if (x->received + (file ? request->resume : 0) > most) {
    x->too_big = true;
    return 0;
  }
  return file ? write_to_file(x, data, length)
              : write_to_memory(x, data, length);
}

static int
on_progress(void* const      handle,
            const curl_off_t down_total,
            const curl_off_t down,
            const curl_off_t up_total,
            const curl_off_t up)
{
  const BlExchange* const    x       = (const BlExchange*)handle;
  const BlHttpRequest* const request = x->request;
  const bool                 upload  = request->verb == BL_HTTP_FORM;
  const double               base    = upload ? 0.0 : (double)request->resume;
  const double               total   = (double)(upload ? up_total : down_total);
  if (request->progress && total > 0.0) {
    const double now = base + (double)(upload ? up : down);
    request->progress(request->handle, fmin(now / (base + total), 1.0));
  }
  return 0;
}

static void
add_header(BlExchange* const x, CURLcode* const rc, const char* const line)
{
  struct curl_slist* const next =
    *rc ? NULL : curl_slist_append(x->headers, line);
  if (next) {
    x->headers = next;
  } else if (!*rc) {
    *rc = CURLE_OUT_OF_MEMORY;
  }
}

static CURLcode
set_headers(BlExchange* const x)
{
  const BlHttpRequest* const request = x->request;
  char                       line[BL_KEY_BYTES + 64];
  CURLcode                   rc = CURLE_OK;

  add_header(x, &rc, "Accept: */*");
  add_header(x, &rc, "Expect:"); // No 100-continue: one round trip less
  if (request->verb == BL_HTTP_POST) {
    add_header(x, &rc, "Content-Type: application/json; charset=utf-8");
  }
  if (request->key && request->key[0]) {
    const int n =
      snprintf(line, sizeof(line), "Authorization: Bearer %s", request->key);
    if ((size_t)n >= sizeof(line)) {
      return CURLE_BAD_FUNCTION_ARGUMENT;
    }
    add_header(x, &rc, line);
    explicit_bzero(line, sizeof(line));
  }
  if (request->resume && request->if_range && request->if_range[0]) {
    snprintf(line, sizeof(line), "If-Range: %s", request->if_range);
    add_header(x, &rc, line);
  }
  return rc ? rc
            : curl_easy_setopt(x->transport->easy, CURLOPT_HTTPHEADER,
                               x->headers);
}

static CURLcode
set_form(BlExchange* const x)
{
  const BlHttpRequest* const request = x->request;
  CURLcode                   rc      = CURLE_OK;

  x->mime = curl_mime_init(x->transport->easy);
  if (!x->mime) {
    return CURLE_OUT_OF_MEMORY;
  }

  for (size_t i = 0; i < request->n_fields; ++i) {
    curl_mimepart* const part = curl_mime_addpart(x->mime);
    if (!part) {
      return CURLE_OUT_OF_MEMORY;
    }
    if ((rc = curl_mime_name(part, request->fields[i].name)) ||
        (rc = curl_mime_data(part, request->fields[i].value,
                             CURL_ZERO_TERMINATED))) {
      return rc;
    }
  }

  curl_mimepart* const part = curl_mime_addpart(x->mime);
  if (!part) {
    return CURLE_OUT_OF_MEMORY;
  }
  if ((rc = curl_mime_name(part, "file")) ||
      (rc = curl_mime_filedata(part, request->file)) ||
      (rc = curl_mime_filename(part, request->file_name)) ||
      (rc = curl_mime_type(part, request->file_type))) {
    return rc;
  }
  return curl_easy_setopt(x->transport->easy, CURLOPT_MIMEPOST, x->mime);
}

#define SET(option, value)                                                     \
  do {                                                                         \
    const CURLcode set_rc = curl_easy_setopt(easy, (option), (value));         \
    if (set_rc) {                                                              \
      return set_rc;                                                           \
    }                                                                          \
  } while (0)

static CURLcode
set_callbacks(BlExchange* const x)
{
  CURL* const easy = x->transport->easy;

  SET(CURLOPT_ERRORBUFFER, x->error);
  SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
  SET(CURLOPT_OPENSOCKETDATA, x);
  SET(CURLOPT_HEADERFUNCTION, on_header);
  SET(CURLOPT_HEADERDATA, x);
  SET(CURLOPT_WRITEFUNCTION, on_body);
  SET(CURLOPT_WRITEDATA, x);
  SET(CURLOPT_XFERINFOFUNCTION, on_progress);
  SET(CURLOPT_XFERINFODATA, x);
  SET(CURLOPT_NOPROGRESS, 0L);
  return CURLE_OK;
}

static CURLcode
set_limits(BlExchange* const x)
{
  CURL* const                    easy   = x->transport->easy;
  const BlHttpRequest* const     r      = x->request;
  const BlTransportLimits* const limits = &x->transport->limits;
  const bool                     small = !r->to_file && r->verb != BL_HTTP_FORM;
  const double total = small ? limits->reply_s : limits->transfer_s;

  SET(CURLOPT_NOSIGNAL, 1L);
  SET(CURLOPT_CONNECTTIMEOUT_MS, (long)(limits->connect_s * 1e3));
  SET(CURLOPT_TIMEOUT_MS, (long)(total * 1e3));
  SET(CURLOPT_LOW_SPEED_LIMIT, (long)BL_HTTP_STALL_BYTES_S);
  SET(CURLOPT_LOW_SPEED_TIME, (long)limits->stall_s);
  SET(CURLOPT_FOLLOWLOCATION, 0L);
  SET(CURLOPT_PROTOCOLS_STR, r->allow_http ? "http,https" : "https");
  SET(CURLOPT_SSL_VERIFYPEER, 1L);
  SET(CURLOPT_SSL_VERIFYHOST, 2L);
  SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  // A resolver that hangs is left behind instead of waited for: cleanup()
  // of a plugin has 200 ms
  SET(CURLOPT_QUICK_EXIT, 1L);
  SET(CURLOPT_USERAGENT, "Backline/" BL_VERSION);
  if (r->once) {
    // libcurl repeats a request by itself when a reused connection turns
    // out dead; a paid one must never be
    SET(CURLOPT_FRESH_CONNECT, 1L);
    SET(CURLOPT_FORBID_REUSE, 1L);
  }
  if (r->to_file && r->resume) {
    SET(CURLOPT_RESUME_FROM_LARGE, (curl_off_t)r->resume);
  }
  return CURLE_OK;
}

CURLcode
bl_exchange_set_up(BlExchange* const x, const BlUrlParts* const parts)
{
  CURL* const                easy = x->transport->easy;
  const BlHttpRequest* const r    = x->request;
  CURLcode                   rc   = CURLE_OK;

  if ((rc = set_callbacks(x)) || (rc = set_limits(x)) ||
      (rc = set_headers(x))) {
    return rc;
  }

  SET(CURLOPT_URL, r->url);
  if (parts->local) {
    SET(CURLOPT_NOPROXY, "*");
  } else if (x->via_proxy && !r->allow_private) {
    // What $no_proxy excepts is one's own network, and would not be looked at
    SET(CURLOPT_NOPROXY, "");
  }
  if (r->verb == BL_HTTP_FORM) {
    return set_form(x);
  }
  if (r->verb == BL_HTTP_POST) {
    SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(r->body));
    SET(CURLOPT_POSTFIELDS, r->body);
  }
  return CURLE_OK;
}
