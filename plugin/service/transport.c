// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "service/transport.h"

#include "service/address.h"
#include "service/sigpipe.h"
#include "service/transport_priv.h"

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
read_info(BlExchange* const x)
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
judge(const BlExchange* const x, const CURLcode rc, BlCancel* const cancel)
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

  BlExchange x = { .request = request, .reply = reply, .transport = transport };
  x.via_proxy  = !parts.local && proxy_in_environment();

  BlSigpipe sigpipe;
  bl_sigpipe_block(&sigpipe);

  CURLcode rc = bl_exchange_set_up(&x, &parts);
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
