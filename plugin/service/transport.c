// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "service/transport.h"

#include "service/address.h"
#include "service/sigpipe.h"

#include <curl/curl.h>

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

struct BlTransportImpl
{
  BlTransportLimits limits;
  CURLM*            multi;
  CURL*             easy;
};

/// What the callbacks of one request share
typedef struct
{
  const BlHttpRequest* request;
  BlHttpReply*         reply;
  BlTransport*         transport;
  size_t               capacity; ///< Of reply->body
  uint64_t             received;
  bool                 refused; ///< An address was not public
  bool                 too_big;
  int                  write_errno;
  bool                 via_proxy;
  char                 error[CURL_ERROR_SIZE];
  struct curl_slist*   headers;
  curl_mime*           mime;
} Exchange;

static pthread_once_t global_once = PTHREAD_ONCE_INIT;

static void
init_global(void)
{
  // Never cleaned up: the host may use libcurl as well
  (void)curl_global_init(CURL_GLOBAL_DEFAULT);
}

BlTransport*
bl_transport_new(const BlTransportLimits* const limits)
{
  static const BlTransportLimits usual = { BL_HTTP_CONNECT_S, BL_HTTP_REPLY_S,
                                           BL_HTTP_TRANSFER_S,
                                           BL_HTTP_STALL_S };

  pthread_once(&global_once, init_global);

  BlTransport* const transport = (BlTransport*)calloc(1, sizeof(BlTransport));
  if (!transport) {
    return NULL;
  }

  transport->limits = limits ? *limits : usual;
  transport->multi  = curl_multi_init();
  transport->easy   = curl_easy_init();
  if (!transport->multi || !transport->easy) {
    bl_transport_free(transport);
    return NULL;
  }
  return transport;
}

void
bl_transport_free(BlTransport* const transport)
{
  if (transport) {
    BlSigpipe sigpipe;
    bl_sigpipe_block(&sigpipe);
    curl_easy_cleanup(transport->easy);
    curl_multi_cleanup(transport->multi);
    bl_sigpipe_restore(&sigpipe);
    free(transport);
  }
}

void
bl_http_reply_clear(BlHttpReply* const reply)
{
  free(reply->body);
  reply->body = NULL;
  reply->size = 0;
}

static BlStatus
status_from_curl(const CURLcode code)
{
  static const struct
  {
    CURLcode code;
    BlStatus status;
  } table[] = {
    { CURLE_OK, BL_SUCCESS },
    { CURLE_OUT_OF_MEMORY, BL_NO_MEM },
    { CURLE_COULDNT_RESOLVE_HOST, BL_OFFLINE },
    { CURLE_COULDNT_RESOLVE_PROXY, BL_OFFLINE },
    { CURLE_COULDNT_CONNECT, BL_OFFLINE },
    { CURLE_INTERFACE_FAILED, BL_OFFLINE },
    { CURLE_OPERATION_TIMEDOUT, BL_TIMED_OUT },
    { CURLE_PEER_FAILED_VERIFICATION, BL_TLS },
    { CURLE_SSL_CERTPROBLEM, BL_TLS },
    { CURLE_SSL_CACERT_BADFILE, BL_TLS },
    { CURLE_SSL_ISSUER_ERROR, BL_TLS },
    { CURLE_SSL_INVALIDCERTSTATUS, BL_TLS },
    { CURLE_SSL_CIPHER, BL_TLS },
    { CURLE_UNSUPPORTED_PROTOCOL, BL_BAD_HOST },
    { CURLE_URL_MALFORMAT, BL_BAD_HOST },
    { CURLE_FILESIZE_EXCEEDED, BL_TOO_BIG },
    { CURLE_WEIRD_SERVER_REPLY, BL_BAD_REPLY },
    { CURLE_BAD_CONTENT_ENCODING, BL_BAD_REPLY },
    { CURLE_READ_ERROR, BL_IO },
    { CURLE_WRITE_ERROR, BL_IO },
    { CURLE_BAD_FUNCTION_ARGUMENT, BL_INTERNAL },
    { CURLE_UNKNOWN_OPTION, BL_INTERNAL },
  };

  for (size_t i = 0; i < BL_COUNT(table); ++i) {
    if (table[i].code == code) {
      return table[i].status;
    }
  }
  return BL_NET;
}

static curl_socket_t
open_socket(void* const                 data,
            const curlsocktype          purpose,
            struct curl_sockaddr* const address)
{
  (void)purpose;
  Exchange* const x = (Exchange*)data;
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
  Exchange* const    x      = (Exchange*)handle;
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
write_to_file(Exchange* const x, const char* data, size_t length)
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
write_to_memory(Exchange* const x, const char* const data, const size_t length)
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
  Exchange* const            x       = (Exchange*)handle;
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
  const Exchange* const      x       = (const Exchange*)handle;
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

static bool
proxy_in_environment(void)
{
  static const char* const names[] = { "https_proxy", "HTTPS_PROXY",
                                       "http_proxy", "all_proxy", "ALL_PROXY" };
  for (size_t i = 0; i < BL_COUNT(names); ++i) {
    const char* const value = getenv(names[i]);
    if (value && *value) {
      return true;
    }
  }
  return false;
}

static void
add_header(Exchange* const x, CURLcode* const rc, const char* const line)
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
set_headers(Exchange* const x)
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
set_form(Exchange* const x)
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
set_callbacks(Exchange* const x)
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
set_limits(Exchange* const x)
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

static CURLcode
set_up(Exchange* const x, const BlUrlParts* const parts)
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

/// Run until done, or cancelled (then CURLE_ABORTED_BY_CALLBACK)
static CURLcode
run(BlTransport* const transport, BlCancel* const cancel)
{
  CURLM* const multi   = transport->multi;
  CURLcode     rc      = CURLE_ABORTED_BY_CALLBACK;
  int          running = 1;

  if (curl_multi_add_handle(multi, transport->easy)) {
    return CURLE_FAILED_INIT;
  }

  while (!bl_cancel_check(cancel)) {
    if (curl_multi_perform(multi, &running)) {
      rc = CURLE_FAILED_INIT;
      break;
    }
    if (!running) {
      int            left    = 0;
      const CURLMsg* message = curl_multi_info_read(multi, &left);
      rc = message && message->msg == CURLMSG_DONE ? message->data.result
                                                   : CURLE_FAILED_INIT;
      break;
    }

    struct curl_waitfd extra = { bl_cancel_fd(cancel), CURL_WAIT_POLLIN, 0 };
    if (curl_multi_poll(multi, &extra, cancel ? 1u : 0u, BL_POLL_BUSY_MS,
                        NULL)) {
      rc = CURLE_FAILED_INIT;
      break;
    }
  }

  curl_multi_remove_handle(multi, transport->easy);
  return rc;
}

static void
read_info(Exchange* const x)
{
  CURL* const        easy  = x->transport->easy;
  BlHttpReply* const reply = x->reply;
  long               sent  = 0;
  curl_off_t         after = 0;
  char*              next  = NULL;

  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &reply->http);
  curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &sent);
  curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &after);
  curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &next);

  reply->maybe_sent    = sent > 0;
  reply->retry_after_s = fmin((double)after, BL_RETRY_AFTER_MAX_S);
  if (next && strlen(next) < sizeof(reply->location)) {
    memcpy(reply->location, next, strlen(next) + 1);
  }
}

static BlStatus
judge(const Exchange* const x, const CURLcode rc, BlCancel* const cancel)
{
  if (rc == CURLE_ABORTED_BY_CALLBACK && bl_cancel_is_triggered(cancel)) {
    return BL_CANCELLED;
  }
  if (rc && x->refused) {
    return BL_BAD_HOST;
  }
  if (rc == CURLE_WRITE_ERROR && x->too_big) {
    return BL_TOO_BIG;
  }
  if (rc == CURLE_WRITE_ERROR && x->write_errno) {
    return bl_status_from_errno(x->write_errno);
  }
  if (rc == CURLE_OPERATION_TIMEDOUT && !x->reply->maybe_sent) {
    return BL_OFFLINE; // It never came to a connection
  }
  return status_from_curl(rc);
}

static void
wipe_headers(struct curl_slist* const headers)
{
  for (struct curl_slist* h = headers; h; h = h->next) {
    explicit_bzero(h->data, strlen(h->data));
  }
  curl_slist_free_all(headers);
}

void
bl_transport_perform(BlTransport* const         transport,
                     BlCancel* const            cancel,
                     const BlHttpRequest* const request,
                     BlHttpReply* const         reply)
{
  memset(reply, 0, sizeof(*reply));

  BlUrlParts parts;
  reply->status = bl_url_parse(request->url, &parts);
  if (reply->status) {
    return;
  }
  if ((!parts.https && !request->allow_http) ||
      (parts.local && !request->allow_private)) {
    reply->status = BL_BAD_HOST;
    return;
  }

  Exchange x  = { .request = request, .reply = reply, .transport = transport };
  x.via_proxy = !parts.local && proxy_in_environment();

  BlSigpipe sigpipe;
  bl_sigpipe_block(&sigpipe);

  CURLcode rc = set_up(&x, &parts);
  if (!rc) {
    rc = run(transport, cancel);
    read_info(&x);
  }

  reply->no_ranges = rc == CURLE_RANGE_ERROR;
  reply->status    = judge(&x, rc, cancel);
  if (reply->status && x.error[0]) {
    snprintf(reply->message, sizeof(reply->message), "%s", x.error);
  }

  // The handle holds pointers into this frame until it is reset
  curl_easy_reset(transport->easy);
  curl_mime_free(x.mime);
  wipe_headers(x.headers);
  bl_sigpipe_restore(&sigpipe);
}
