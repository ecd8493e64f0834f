// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "service/listener.h"

#include "base/thread.h"
#include "service/reply.h"

#include <microhttpd.h>
#include <nettle/base64.h>
#include <nettle/hmac.h>
#include <nettle/memops.h>

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>

#define TOKEN_BYTES 33u

struct BlHearingImpl
{
  // Immutable after open
  char       token[TOKEN_BYTES];
  char       webhook_key[BL_KEY_BYTES];
  int        wake; ///< eventfd
  BlHearing* next; ///< Guarded by the listener's lock

  // Guarded by the listener's lock
  struct
  {
    char task_id[BL_NAME_BYTES];
    char type[16];
  } seen[BL_CALLBACK_SEEN];
  size_t n_seen; ///< Ever; the newest BL_CALLBACK_SEEN are kept
  char   hinted[BL_NAME_BYTES];
};

/// Process-wide, since a port is: many instances share one listener
static struct
{
  pthread_mutex_t    lock;
  struct MHD_Daemon* daemon;  ///< Guarded by lock
  BlHearing*         clients; ///< Guarded by lock
} listener = { PTHREAD_MUTEX_INITIALIZER, NULL, NULL };

/// One request while it is read
typedef struct
{
  char*  body;
  size_t size;
  bool   too_big;
} Incoming;

bool
bl_signature_is_valid(const char* const key,
                      const char* const task_id,
                      const char* const timestamp,
                      const char* const signature)
{
  struct hmac_sha256_ctx ctx;
  uint8_t                digest[SHA256_DIGEST_SIZE];
  char                   text[BASE64_ENCODE_RAW_LENGTH(SHA256_DIGEST_SIZE)];

  hmac_sha256_set_key(&ctx, strlen(key), (const uint8_t*)key);
  hmac_sha256_update(&ctx, strlen(task_id), (const uint8_t*)task_id);
  hmac_sha256_update(&ctx, 1, (const uint8_t*)".");
  hmac_sha256_update(&ctx, strlen(timestamp), (const uint8_t*)timestamp);
  hmac_sha256_digest(&ctx, sizeof(digest), digest);
  base64_encode_raw(text, sizeof(digest), digest);
  explicit_bzero(&ctx, sizeof(ctx));

  return strlen(signature) == sizeof(text) &&
         memeql_sec(text, signature, sizeof(text));
}

static enum MHD_Result
answer(struct MHD_Connection* const connection, const unsigned status)
{
  static char yes[] = "{\"status\":\"received\"}";
  static char no[]  = "{\"status\":\"refused\"}";

  char* const                text = status == MHD_HTTP_OK ? yes : no;
  struct MHD_Response* const response =
    MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_PERSISTENT);
  if (!response) {
    return MHD_NO;
  }
  MHD_add_response_header(response, "Content-Type", "application/json");
  const enum MHD_Result result =
    MHD_queue_response(connection, status, response);
  MHD_destroy_response(response);
  return result;
}

/// By the last part of the path; every token is compared in full
static BlHearing*
find_client_locked(const char* const url)
{
  const char* const slash = strrchr(url, '/');
  const char* const token = slash ? slash + 1 : url;
  BlHearing*        found = NULL;
  if (strlen(token) == TOKEN_BYTES - 1) {
    for (BlHearing* c = listener.clients; c; c = c->next) {
      if (memeql_sec(c->token, token, TOKEN_BYTES - 1)) {
        found = c;
      }
    }
  }
  return found;
}

static bool
is_repeated_locked(BlHearing* const  client,
                   const char* const task_id,
                   const char* const type)
{
  const size_t n =
    client->n_seen < BL_CALLBACK_SEEN ? client->n_seen : BL_CALLBACK_SEEN;
  for (size_t i = 0; i < n; ++i) {
    if (!strcmp(client->seen[i].task_id, task_id) &&
        !strncmp(client->seen[i].type, type,
                 sizeof(client->seen[i].type) - 1)) {
      return true;
    }
  }

  const size_t slot = client->n_seen++ % BL_CALLBACK_SEEN;
  snprintf(client->seen[slot].task_id, sizeof(client->seen[slot].task_id), "%s",
           task_id);
  snprintf(client->seen[slot].type, sizeof(client->seen[slot].type), "%.15s",
           type);
  return false;
}

static void
hint_locked(BlHearing* const client, const char* const task_id)
{
  const uint64_t one = 1;
  memcpy(client->hinted, task_id, strlen(task_id) + 1);
  while (write(client->wake, &one, sizeof(one)) < 0 && errno == EINTR) {
  }
}

static const char*
header(struct MHD_Connection* const connection, const char* const name)
{
  const char* const value =
    MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value ? value : "";
}

static unsigned
take_locked(struct MHD_Connection* const connection,
            BlHearing* const             client,
            const Incoming* const        incoming)
{
  BlEnvelope envelope;
  char       task_id[BL_NAME_BYTES];
  char       type[BL_NAME_BYTES];
  unsigned   status = MHD_HTTP_BAD_REQUEST;

  if (!bl_envelope_parse(incoming->body, incoming->size, &envelope) &&
      !bl_reply_callback(&envelope, task_id, type)) {
    status = MHD_HTTP_OK;
    if (client->webhook_key[0] &&
        !bl_signature_is_valid(client->webhook_key, task_id,
                               header(connection, "X-Webhook-Timestamp"),
                               header(connection, "X-Webhook-Signature"))) {
      status = MHD_HTTP_UNAUTHORIZED;
    } else if (!is_repeated_locked(client, task_id, type)) {
      hint_locked(client, task_id);
    }
  }
  bl_envelope_clear(&envelope);
  return status;
}

static void
gather(Incoming* const incoming, const char* const data, const size_t size)
{
  if (incoming->size + size > BL_CALLBACK_BODY_BYTES) {
    incoming->too_big = true;
  }
  char* const body =
    incoming->too_big
      ? NULL
      : (char*)realloc(incoming->body, incoming->size + size + 1);
  if (body) {
    memcpy(body + incoming->size, data, size);
    incoming->body = body;
    incoming->size += size;
    body[incoming->size] = '\0';
  } else {
    incoming->too_big = true;
  }
}

static enum MHD_Result
on_request(void* const                  data,
           struct MHD_Connection* const connection,
           const char* const            url,
           const char* const            method,
           const char* const            version,
           const char* const            upload,
           size_t* const                upload_size,
           void** const                 state)
{
  (void)data;
  (void)version;

  if (!*state) {
    *state = calloc(1, sizeof(Incoming));
    return *state ? MHD_YES : MHD_NO;
  }

  Incoming* const incoming = (Incoming*)*state;
  if (*upload_size) {
    gather(incoming, upload, *upload_size);
    *upload_size = 0;
    return MHD_YES;
  }
  if (incoming->too_big) {
    return answer(connection, 413u);
  }
  if (strcmp(method, MHD_HTTP_METHOD_POST)) {
    return answer(connection, MHD_HTTP_METHOD_NOT_ALLOWED);
  }

  pthread_mutex_lock(&listener.lock);
  BlHearing* const client = find_client_locked(url);
  const unsigned   status =
    client ? take_locked(connection, client, incoming) : MHD_HTTP_NOT_FOUND;
  pthread_mutex_unlock(&listener.lock);
  return answer(connection, status);
}

static void
on_completed(void* const                           data,
             struct MHD_Connection* const          connection,
             void** const                          state,
             const enum MHD_RequestTerminationCode code)
{
  (void)data;
  (void)connection;
  (void)code;
  Incoming* const incoming = (Incoming*)*state;
  if (incoming) {
    free(incoming->body);
    free(incoming);
    *state = NULL;
  }
}

static BlStatus
resolve(const char* const listen, struct addrinfo** const found)
{
  char              host[BL_NAME_BYTES];
  const char* const colon = strrchr(listen, ':');
  const size_t      n     = colon ? (size_t)(colon - listen) : 0;
  if (!colon || !colon[1] || n >= sizeof(host)) {
    return BL_BAD_CONFIG;
  }

  const bool brackets = n > 1 && listen[0] == '[' && listen[n - 1] == ']';
  memcpy(host, listen + (brackets ? 1 : 0), n - (brackets ? 2 : 0));
  host[n - (brackets ? 2 : 0)] = '\0';

  const struct addrinfo hints = { .ai_family   = AF_UNSPEC,
                                  .ai_socktype = SOCK_STREAM,
                                  .ai_flags    = AI_NUMERICSERV };
  return getaddrinfo(host[0] ? host : "127.0.0.1", colon + 1, &hints, found)
           ? BL_BAD_CONFIG
           : BL_SUCCESS;
}

static BlStatus
start_locked(const char* const listen)
{
  struct addrinfo* found = NULL;
  const BlStatus   st    = resolve(listen, &found);
  if (st) {
    return st;
  }

  unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ITC;
  if (found->ai_family == AF_INET6) {
    flags |= MHD_USE_IPv6;
  }

  // Its thread inherits the mask: the host's signals are none of its business
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  listener.daemon = MHD_start_daemon(
    flags, 0, NULL, NULL, on_request, NULL, MHD_OPTION_SOCK_ADDR,
    found->ai_addr, MHD_OPTION_CONNECTION_LIMIT, BL_CALLBACK_CONNECTIONS,
    MHD_OPTION_CONNECTION_TIMEOUT, 10u, MHD_OPTION_NOTIFY_COMPLETED,
    on_completed, NULL, MHD_OPTION_END);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  freeaddrinfo(found);
  return listener.daemon ? BL_SUCCESS : BL_BUSY;
}

static BlHearing*
new_client(const char* const webhook_key)
{
  BlHearing* const hearing = (BlHearing*)calloc(1, sizeof(BlHearing));
  unsigned char    bytes[(TOKEN_BYTES - 1) / 2];
  if (!hearing) {
    return NULL;
  }

  hearing->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (hearing->wake < 0 ||
      getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes)) {
    bl_hearing_close(hearing);
    return NULL;
  }

  for (size_t i = 0; i < sizeof(bytes); ++i) {
    snprintf(hearing->token + 2 * i, 3, "%02x", bytes[i]);
  }
  snprintf(hearing->webhook_key, sizeof(hearing->webhook_key), "%s",
           webhook_key ? webhook_key : "");
  return hearing;
}

BlStatus
bl_hearing_open(const char* const  listen,
                const char* const  webhook_key,
                const BlLog* const log,
                BlHearing** const  hearing)
{
  *hearing                = NULL;
  BlHearing* const client = new_client(webhook_key);
  if (!client) {
    return BL_NO_MEM;
  }

  pthread_mutex_lock(&listener.lock);
  const BlStatus st = listener.daemon ? BL_SUCCESS : start_locked(listen);
  if (!st) {
    client->next     = listener.clients;
    listener.clients = client;
    *hearing         = client;
  }
  pthread_mutex_unlock(&listener.lock);

  if (st) {
    bl_hearing_close(client);
    bl_log(log, BL_LOG_WARNING,
           "callback_listen %s cannot be used (%s); polling does it alone",
           listen, st == BL_BUSY ? "taken, or no such address" : "HOST:PORT");
  }
  return st;
}

void
bl_hearing_close(BlHearing* const hearing)
{
  if (!hearing) {
    return;
  }

  struct MHD_Daemon* idle = NULL;
  pthread_mutex_lock(&listener.lock);
  for (BlHearing** c = &listener.clients; *c; c = &(*c)->next) {
    if (*c == hearing) {
      *c = hearing->next;
      if (!listener.clients) {
        idle            = listener.daemon;
        listener.daemon = NULL;
      }
      break;
    }
  }
  pthread_mutex_unlock(&listener.lock);

  // Outside the lock: its thread may wait for it
  if (idle) {
    MHD_stop_daemon(idle);
  }
  if (hearing->wake >= 0) {
    close(hearing->wake);
  }
  explicit_bzero(hearing, sizeof(*hearing));
  free(hearing);
}

BlStatus
bl_hearing_url(const BlHearing* const hearing,
               const char* const      public_base,
               char                   url[BL_URL_BYTES])
{
  size_t n = strlen(public_base);
  while (n && public_base[n - 1] == '/') {
    --n;
  }
  const int length =
    snprintf(url, BL_URL_BYTES, "%.*s/%s", (int)n, public_base, hearing->token);
  return (size_t)length < BL_URL_BYTES ? BL_SUCCESS : BL_BAD_CONFIG;
}

/// Take a hint for `task_id`; one for another task is dropped: the job thread
/// runs one at a time and polls whatever it turns to
static bool
take_hint(BlHearing* const hearing, const char* const task_id)
{
  uint64_t count = 0;
  bool     ours  = false;
  pthread_mutex_lock(&listener.lock);
  if (read(hearing->wake, &count, sizeof(count)) > 0) {
    ours = !strcmp(hearing->hinted, task_id);
  }
  pthread_mutex_unlock(&listener.lock);
  return ours;
}

bool
bl_hearing_has_news(BlHearing* const hearing, const char* const task_id)
{
  return take_hint(hearing, task_id);
}

bool
bl_hearing_sleep(BlHearing* const  hearing,
                 BlCancel* const   cancel,
                 const char* const task_id,
                 const double      seconds)
{
  const double end = bl_time_monotonic() + seconds;
  while (!bl_cancel_check(cancel)) {
    if (bl_time_monotonic() >= end || take_hint(hearing, task_id)) {
      return false;
    }
    struct pollfd pfds[2] = { { hearing->wake, POLLIN, 0 },
                              { bl_cancel_fd(cancel), POLLIN, 0 } };
    poll(pfds, 2, BL_POLL_BUSY_MS);
  }
  return true;
}
