// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "server.h"

#include "server_http.h"
#include "server_shelf.h"
#include "server_tasks.h"

#include "base/limits.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct BlServerImpl
{
  // Immutable once started
  const BlLog*       log;
  char               token[BL_TEXT_BYTES];
  char               soundfont[BL_PATH_BYTES];
  char               base_url[BL_NAME_BYTES];
  uint16_t           port;
  BlShelf*           shelf;
  BlTasks*           tasks;
  struct MHD_Daemon* daemon;
};

static enum MHD_Result
serve_file(BlExchange* const exchange)
{
  const char* const name = exchange->path + strlen(exchange->route->path);
  int               fd   = -1;
  return bl_shelf_open(exchange->shelf, name, &fd)
           ? bl_http_json(exchange, MHD_HTTP_NOT_FOUND, cJSON_CreateObject())
           : bl_http_file(exchange, fd, bl_mime_of(name));
}

static enum MHD_Result
serve_result(BlExchange* const exchange)
{
  const char* const name = exchange->path + strlen(exchange->route->path);
  int               fd   = -1;
  return bl_tasks_open(exchange->tasks, name, &fd)
           ? bl_http_json(exchange, MHD_HTTP_NOT_FOUND, cJSON_CreateObject())
           : bl_http_file(exchange, fd, bl_mime_of(name));
}

static const BlRoute routes[] = {
  { "POST", "/api/file-stream-upload", BL_BODY_FORM, false, true,
    bl_upload_stream },
  { "POST", "/api/file-base64-upload", BL_BODY_BASE64, false, true,
    bl_upload_base64 },
  { "POST", "/api/file-url-upload", BL_BODY_JSON, false, true, bl_upload_url },
  { "POST", "/api/v1/generate/add-instrumental", BL_BODY_JSON, false, false,
    bl_generate_add },
  { "GET", "/api/v1/generate/record-info", BL_BODY_NONE, false, false,
    bl_generate_record },
  { "GET", "/api/v1/generate/credit", BL_BODY_NONE, false, false,
    bl_generate_credit },
  { "GET", "/api/v1/chat/credit", BL_BODY_NONE, false, false,
    bl_generate_credit },
  { "POST", "/api/v1/wav/generate", BL_BODY_JSON, false, false, bl_follow_wav },
  { "GET", "/api/v1/wav/record-info", BL_BODY_NONE, false, false,
    bl_follow_wav_record },
  { "POST", "/api/v1/vocal-removal/generate", BL_BODY_JSON, false, false,
    bl_follow_separate },
  { "GET", "/api/v1/vocal-removal/record-info", BL_BODY_NONE, false, false,
    bl_follow_separate_record },
  { "GET", "/files/", BL_BODY_NONE, true, false, serve_file },
  { "GET", "/results/", BL_BODY_NONE, true, false, serve_result },
};

static const BlRoute*
find_route(const char* const path)
{
  for (size_t i = 0; i < BL_COUNT(routes); ++i) {
    const size_t n         = strlen(routes[i].path);
    const bool   is_prefix = routes[i].path[n - 1] == '/';
    if (is_prefix ? !strncmp(path, routes[i].path, n)
                  : !strcmp(path, routes[i].path)) {
      return &routes[i];
    }
  }
  return NULL;
}

static enum MHD_Result
refuse_with(BlExchange* const exchange,
            const unsigned    status,
            const char* const msg)
{
  cJSON* const root = cJSON_CreateObject();
  cJSON_AddNumberToObject(root, "code", status);
  cJSON_AddStringToObject(root, "msg", msg);
  cJSON_AddNullToObject(root, "data");
  return bl_http_json(exchange, status, root);
}

static uint64_t
body_limit(const BlBody body)
{
  // A form is the file and some fields and boundaries
  return body == BL_BODY_FORM     ? BL_BAND_UPLOAD_BYTES + 65536u
         : body == BL_BODY_BASE64 ? BL_BAND_BASE64_BYTES
         : body == BL_BODY_JSON   ? BL_BAND_JSON_BYTES
                                  : 0;
}

static bool
is_longer_than(BlExchange* const exchange, const uint64_t limit)
{
  const char* const text = MHD_lookup_connection_value(
    exchange->connection, MHD_HEADER_KIND, "Content-Length");
  if (!text) {
    return false;
  }
  errno                              = 0;
  const unsigned long long announced = strtoull(text, NULL, 10);
  return errno || announced > limit;
}

/// All that can be refused before the body; MHD_YES = queued a refusal
static enum MHD_Result
refuse_early(const BlServer* const server,
             BlExchange* const     exchange,
             const char* const     method,
             bool* const           refused)
{
  const BlRoute* const route = find_route(exchange->path);
  *refused                   = true;

  if (!bl_http_host_is_ours(exchange, server->port)) {
    return refuse_with(exchange, MHD_HTTP_FORBIDDEN,
                       "This server answers to 127.0.0.1 and localhost only.");
  }
  if (!route) {
    return refuse_with(exchange, MHD_HTTP_NOT_FOUND,
                       "No such path: the local band only makes instrumentals "
                       "(POST /api/v1/generate/add-instrumental).");
  }
  exchange->route    = route;
  const bool is_head = !strcmp(method, "HEAD") && !strcmp(route->method, "GET");
  if (strcmp(method, route->method) && !is_head) {
    return refuse_with(exchange, MHD_HTTP_METHOD_NOT_ALLOWED,
                       "That method is not for this path.");
  }
  if (!route->open && !bl_http_has_token(exchange, server->token)) {
    return bl_http_refuse(
      exchange, 401,
      route->is_upload
        ? "Authentication failed: Invalid API Key"
        : "Unauthorized: the key is not the one that this band was started "
          "with.");
  }
  if (is_longer_than(exchange, body_limit(route->body))) {
    return route->is_upload
             ? bl_http_upload_reply(exchange, 413, "The body is too big", NULL)
             : refuse_with(exchange, MHD_HTTP_CONTENT_TOO_LARGE,
                           "The body is too big.");
  }

  *refused = false;
  return MHD_YES;
}

static void
free_exchange(BlExchange* const exchange)
{
  if (exchange) {
    bl_form_free(exchange->form);
    free(exchange->body);
    free(exchange);
  }
}

static enum MHD_Result
begin(const BlServer* const        server,
      struct MHD_Connection* const connection,
      const char* const            url,
      const char* const            method,
      void** const                 state)
{
  BlExchange* const exchange = (BlExchange*)calloc(1, sizeof(BlExchange));
  if (!exchange) {
    return MHD_NO;
  }
  exchange->connection = connection;
  exchange->tasks      = server->tasks;
  exchange->shelf      = server->shelf;
  exchange->base_url   = server->base_url;
  exchange->path       = url;
  *state               = exchange;

  bool                  refused = false;
  const enum MHD_Result result =
    refuse_early(server, exchange, method, &refused);
  if (!refused && exchange->route->body == BL_BODY_FORM) {
    exchange->form = bl_form_new(connection, server->shelf);
  }
  return result;
}

/// MHD_NO closes the connection: the way to stop a body without a length
static enum MHD_Result
receive(BlExchange* const exchange, const char* const data, const size_t size)
{
  const BlRoute* const route = exchange->route;
  if (exchange->form) {
    bl_form_feed(exchange->form, data, size);
    return bl_form_is_broken(exchange->form) ? MHD_NO : MHD_YES;
  }
  if (route->body == BL_BODY_NONE || route->body == BL_BODY_FORM) {
    return MHD_YES;
  }
  if (exchange->body_size + size > body_limit(route->body)) {
    return MHD_NO;
  }

  char* const grown =
    (char*)realloc(exchange->body, exchange->body_size + size + 1);
  if (!grown) {
    return MHD_NO;
  }
  memcpy(grown + exchange->body_size, data, size);
  exchange->body = grown;
  exchange->body_size += size;
  grown[exchange->body_size] = '\0';
  return MHD_YES;
}

static enum MHD_Result
on_request(void* const                  handle,
           struct MHD_Connection* const connection,
           const char* const            url,
           const char* const            method,
           const char* const            version,
           const char* const            upload_data,
           size_t* const                upload_size,
           void** const                 state)
{
  (void)version;

  const BlServer* const server   = (const BlServer*)handle;
  BlExchange* const     exchange = (BlExchange*)*state;
  if (!exchange) {
    return begin(server, connection, url, method, state);
  }

  if (*upload_size) {
    const enum MHD_Result result = receive(exchange, upload_data, *upload_size);
    *upload_size                 = 0;
    return result;
  }

  exchange->path = url;
  return exchange->route->handle(exchange);
}

static void
on_completed(void* const                           handle,
             struct MHD_Connection* const          connection,
             void** const                          state,
             const enum MHD_RequestTerminationCode why)
{
  (void)handle;
  (void)connection;
  (void)why;
  free_exchange((BlExchange*)*state);
  *state = NULL;
}

static BlStatus
listen_on_loopback(BlServer* const server, const uint16_t port, int* const fd)
{
  struct sockaddr_in address;
  socklen_t          size = sizeof(address);
  const int          one  = 1;
  memset(&address, 0, sizeof(address));
  address.sin_family      = AF_INET;
  address.sin_port        = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

  *fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (*fd < 0 || setsockopt(*fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) ||
      bind(*fd, (const struct sockaddr*)&address, sizeof(address)) ||
      listen(*fd, BL_BAND_CONNECTIONS) ||
      getsockname(*fd, (struct sockaddr*)&address, &size)) {
    const BlStatus st =
      errno == EADDRINUSE ? BL_BUSY : bl_status_from_errno(errno);
    if (*fd >= 0) {
      close(*fd);
    }
    return st;
  }

  server->port = ntohs(address.sin_port);
  snprintf(server->base_url, sizeof(server->base_url), "http://127.0.0.1:%u",
           server->port);
  return BL_SUCCESS;
}

static BlStatus
start_daemon(BlServer* const server, const int fd)
{
  server->daemon = MHD_start_daemon(
    MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_ITC, 0, NULL, NULL, on_request,
    server, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_NOTIFY_COMPLETED,
    on_completed, NULL, MHD_OPTION_CONNECTION_LIMIT, BL_BAND_CONNECTIONS,
    MHD_OPTION_CONNECTION_TIMEOUT, BL_BAND_IDLE_S, MHD_OPTION_END);
  return server->daemon ? BL_SUCCESS : BL_INTERNAL;
}

BlStatus
bl_server_start(const BlServerSetup* const setup, BlServer** const server)
{
  *server = NULL;
  if (strlen(setup->token) < BL_TOKEN_MIN ||
      strlen(setup->token) >= sizeof((*server)->token) ||
      strlen(setup->soundfont) >= sizeof((*server)->soundfont)) {
    return BL_BAD_ARG;
  }

  BlServer* const s = (BlServer*)calloc(1, sizeof(BlServer));
  if (!s) {
    return BL_NO_MEM;
  }
  s->log = setup->log;
  memcpy(s->token, setup->token, strlen(setup->token));
  memcpy(s->soundfont, setup->soundfont, strlen(setup->soundfont));

  int      fd = -1;
  BlStatus st = listen_on_loopback(s, setup->port, &fd);
  if (st) {
    free(s);
    return st;
  }

  st = bl_shelf_new(setup->log, &s->shelf);
  if (!st) {
    const BlTasksSetup tasks = { setup->log, s->shelf, s->soundfont,
                                 s->base_url };
    st                       = bl_tasks_new(&tasks, &s->tasks);
  }
  if (!st) {
    st = start_daemon(s, fd);
  }
  if (st) {
    close(fd);
    bl_server_stop(s);
    return st;
  }

  *server = s;
  return BL_SUCCESS;
}

void
bl_server_stop(BlServer* const server)
{
  if (server) {
    if (server->daemon) {
      MHD_stop_daemon(server->daemon);
    }
    bl_tasks_free(server->tasks);
    bl_shelf_free(server->shelf);
    explicit_bzero(server->token, sizeof(server->token));
    free(server);
  }
}

const char*
bl_server_dir(const BlServer* const server)
{
  return bl_shelf_dir(server->shelf);
}

uint16_t
bl_server_port(const BlServer* const server)
{
  return server->port;
}
