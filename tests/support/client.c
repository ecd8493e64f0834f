// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "support/client.h"

#include "base/thread.h"
#include "service/download.h"
#include "service/service_impl.h"
#include "support/scratch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void
keep_line(void* const handle, const BlLogLevel level, const char* const line)
{
  (void)level;
  Client* const client = (Client*)handle;
  const size_t  used   = strlen(client->logged);
  snprintf(client->logged + used, sizeof(client->logged) - used, "%s\n", line);
}

static void
die(const char* const what, const char* const why)
{
  printf("Bail out! %s: %s\n", what, why);
  exit(1);
}

Client*
client_open_on(Standin* const standin, const char* const config_json)
{
  static const BlTransportLimits limits = { 2.0, 3.0, 20.0, 2 };

  Client* const client = (Client*)calloc(1, sizeof(Client));
  if (!client || !standin) {
    die("client", "cannot start");
  }
  if (!scratch_make(client->dir, sizeof(client->dir), "client")) {
    die("mkdtemp", client->dir);
  }

  setenv("XDG_CONFIG_HOME", client->dir, 1);
  client->standin = standin;
  client->cancel  = bl_cancel_new();
  client->log     = (BlLog){ keep_line, client, BL_LOG_TRACE };
  if (!standin_write_config(standin, client->dir)) {
    die("config", client->dir);
  }
  bl_config_init(&client->config);
  BlStatus st = bl_config_load(&client->config, &client->log);
  if (!st && config_json) {
    st = bl_config_parse(&client->config, config_json, &client->log);
  }
  st = st ? st
          : bl_service_open_with(&client->config, NULL, &client->log,
                                 client->cancel, &limits, &client->service,
                                 &client->error);
  if (st) {
    die(bl_strerror(st), client->error.message);
  }
  return client;
}

Client*
client_open(const StandinOptions* const options)
{
  return client_open_on(standin_new(options), NULL);
}

static void
remove_tree(const char* const dir)
{
  char command[4200];
  snprintf(command, sizeof(command), "rm -rf '%s'", dir);
  if (system(command)) {
    fprintf(stderr, "# could not remove %s\n", dir);
  }
}

void
client_close(Client* const client)
{
  bl_service_close(client->service);
  bl_cancel_free(client->cancel);
  standin_free(client->standin);
  remove_tree(client->dir);
  free(client);
}

BlRequest
client_request(void)
{
  BlRequest r;
  memset(&r, 0, sizeof(r));
  snprintf(r.upload_url, sizeof(r.upload_url),
           "https://files.example/take.wav");
  snprintf(r.title, sizeof(r.title), "Morning");
  snprintf(r.tags, sizeof(r.tags), "folk, warm");
  snprintf(r.negative_tags, sizeof(r.negative_tags), "vocals");
  snprintf(r.callback_url, sizeof(r.callback_url), "https://callback.invalid/");
  return r;
}

const char*
client_path(const Client* const client, const char* const name)
{
  static char     paths[4][4200];
  static unsigned next = 0;
  char* const     path = paths[next++ % 4];
  snprintf(path, sizeof(paths[0]), "%s/%s", client->dir, name);
  return path;
}

void
client_write(const char* const path, const void* const data, const size_t size)
{
  FILE* const file = fopen(path, "wbe");
  if (!file ||
      (data ? fwrite(data, 1, size, file) != size
            : ftruncate(fileno(file), (off_t)size) != 0) ||
      fclose(file)) {
    die("cannot write", path);
  }
}

BlStatus
client_fetch_public(Client* const client, const char* const url)
{
  static const BlTransportLimits limits = { 2.0, 3.0, 5.0, 2 };

  BlTaskTrack t;
  memset(&t, 0, sizeof(t));
  snprintf(t.urls[0], BL_URL_BYTES, "%s", url);
  BlTransport* const transport = bl_transport_new(&limits);
  const BlDownload   download  = { .transport  = transport,
                                   .cancel     = client->cancel,
                                   .log        = &client->log,
                                   .allow_http = true };
  const BlStatus     st        = bl_download_track(
               &download, &t, client_path(client, "p.mp3"), &client->error);
  bl_transport_free(transport);
  return st;
}

void*
client_cancel_later(void* const data)
{
  const struct timespec pause = { 0, 200000000L };
  nanosleep(&pause, NULL);
  bl_cancel_trigger((BlCancel*)data);
  return NULL;
}

unsigned
client_free_port(void)
{
  struct sockaddr_in addr = { .sin_family = AF_INET };
  socklen_t          size = sizeof(addr);
  const int          fd   = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  addr.sin_addr.s_addr    = htonl(INADDR_LOOPBACK);
  if (bind(fd, (struct sockaddr*)&addr, sizeof(addr)) ||
      getsockname(fd, (struct sockaddr*)&addr, &size)) {
    die("no port", strerror(errno));
  }
  close(fd);
  return ntohs(addr.sin_port);
}
