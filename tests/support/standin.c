// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// Follows API.md; the real service was not available.  See standin.h

#include "support/standin_priv.h"

#include "support/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>

/// Doubling, so that large bodies are not copied for each piece
static size_t
capacity_for(const size_t size)
{
  size_t capacity = 64;
  while (capacity < size) {
    capacity *= 2;
  }
  return capacity;
}

bool
standin_blob_add(Blob* const       blob,
                 const void* const data,
                 const size_t      size,
                 const size_t      most)
{
  const size_t room = blob->size < most ? most - blob->size : 0;
  const size_t n    = size < room ? size : room;
  const size_t need = capacity_for(blob->size + n + 1);
  char* const  next = blob->data && need == capacity_for(blob->size + 1)
                        ? blob->data
                        : (char*)realloc(blob->data, need);
  if (!next) {
    return false;
  }
  memcpy(next + blob->size, data, n);
  blob->data = next;
  blob->size += n;
  next[blob->size] = '\0';
  return true;
}

uint64_t
standin_sum(const uint64_t seed, const void* const data, const size_t size)
{
  const unsigned char* const bytes = (const unsigned char*)data;
  uint64_t                   sum   = seed ? seed : 0xCBF29CE484222325ull;
  for (size_t i = 0; i < size; ++i) {
    sum = (sum ^ bytes[i]) * 0x100000001B3ull;
  }
  return sum;
}

static bool
start(Standin* const s)
{
  const StandinOptions* const o    = &s->options;
  struct sockaddr_in          addr = { .sin_family = AF_INET,
                                       .sin_port   = htons(o->port) };
  addr.sin_addr.s_addr             = htonl(INADDR_LOOPBACK);

  const unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD |
                         MHD_USE_THREAD_PER_CONNECTION | MHD_USE_ITC |
                         (o->tls_cert ? MHD_USE_TLS : 0u);
  const struct MHD_OptionItem tls[] = {
    { MHD_OPTION_HTTPS_MEM_CERT, 0, (void*)(uintptr_t)o->tls_cert },
    { MHD_OPTION_HTTPS_MEM_KEY, 0, (void*)(uintptr_t)o->tls_key },
    { MHD_OPTION_END, 0, NULL },
  };
  s->daemon = MHD_start_daemon(
    flags, 0, NULL, NULL, standin_on_request, s, MHD_OPTION_SOCK_ADDR, &addr,
    MHD_OPTION_NOTIFY_COMPLETED, standin_on_completed, NULL, MHD_OPTION_ARRAY,
    o->tls_cert ? tls : tls + 2, MHD_OPTION_END);
  if (!s->daemon) {
    return false;
  }

  const union MHD_DaemonInfo* const info =
    MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
  snprintf(s->base, sizeof(s->base), "%s://127.0.0.1:%u",
           o->tls_cert ? "https" : "http", info ? info->port : 0u);
  return info && info->port;
}

Standin*
standin_new(const StandinOptions* const options)
{
  Standin* const s = (Standin*)calloc(1, sizeof(Standin));
  if (!s) {
    return NULL;
  }
  if (options) {
    s->options = *options;
  }
  StandinOptions* const o = &s->options;
  o->key                  = o->key ? o->key : "test-key";
  o->polls                = o->polls ? o->polls : 1;
  o->seconds              = o->seconds > 0.0 ? o->seconds : 12.0;
  o->credits              = o->credits > 0.0 ? o->credits : 671.92;
  pthread_mutex_init(&s->lock, NULL);
  pthread_cond_init(&s->changed, NULL);
  if (!start(s)) {
    standin_free(s);
    return NULL;
  }
  return s;
}

void
standin_free(Standin* const s)
{
  if (!s) {
    return;
  }

  pthread_mutex_lock(&s->lock);
  s->stopping = true;
  pthread_cond_broadcast(&s->changed);
  pthread_mutex_unlock(&s->lock);
  for (size_t i = 0; i < s->n_threads; ++i) {
    pthread_join(s->threads[i], NULL);
  }
  if (s->daemon) {
    MHD_stop_daemon(s->daemon);
  }

  standin_reset(s);
  for (size_t i = 0; i < s->n_tasks; ++i) {
    free(s->tasks[i].request);
  }
  for (size_t i = 0; i < UPLOADS_MAX; ++i) {
    free(s->uploads[i].data);
  }
  free(s->audio[0].data);
  free(s->audio[1].data);
  free(s->wav.data);
  pthread_cond_destroy(&s->changed);
  pthread_mutex_destroy(&s->lock);
  free(s);
}

const char*
standin_base(const Standin* const s)
{
  return s->base;
}

void
standin_add_fault(Standin* const s, StandinFault fault)
{
  pthread_mutex_lock(&s->lock);
  if (s->n_faults < FAULTS_MAX) {
    fault.text               = fault.text ? strdup(fault.text) : NULL;
    s->faults[s->n_faults++] = (Fault){ fault, 0 };
  }
  pthread_mutex_unlock(&s->lock);
}

void
standin_reset(Standin* const s)
{
  pthread_mutex_lock(&s->lock);
  for (size_t i = 0; i < s->n_faults; ++i) {
    free((char*)(uintptr_t)s->faults[i].fault.text);
  }
  s->n_faults = 0;
  for (size_t i = 0; i < STANDIN_N_ENDPOINTS; ++i) {
    free(s->seen[i].body.data);
    memset(&s->seen[i], 0, sizeof(s->seen[i]));
  }
  pthread_mutex_unlock(&s->lock);
}

unsigned
standin_count(Standin* const s, const StandinEndpoint endpoint)
{
  pthread_mutex_lock(&s->lock);
  const unsigned count = s->seen[endpoint].count;
  pthread_mutex_unlock(&s->lock);
  return count;
}

unsigned
standin_tasks(Standin* const s)
{
  pthread_mutex_lock(&s->lock);
  const unsigned count = (unsigned)s->n_tasks;
  pthread_mutex_unlock(&s->lock);
  return count;
}

char*
standin_body(Standin* const        s,
             const StandinEndpoint endpoint,
             size_t* const         size)
{
  Blob copy = { NULL, 0 };
  pthread_mutex_lock(&s->lock);
  const Blob* const body = &s->seen[endpoint].body;
  (void)standin_blob_add(&copy, body->data ? body->data : "", body->size,
                         SIZE_MAX);
  pthread_mutex_unlock(&s->lock);
  if (size) {
    *size = copy.size;
  }
  return copy.data;
}

char*
standin_header(Standin* const        s,
               const StandinEndpoint endpoint,
               const char* const     name)
{
  char*        found  = NULL;
  const size_t length = strlen(name);
  pthread_mutex_lock(&s->lock);
  for (const char* h = s->seen[endpoint].headers; *h;) {
    const size_t n = strcspn(h, "\n");
    if (!found && n > length + 1 && !strncasecmp(h, name, length) &&
        h[length] == ':') {
      found = strndup(h + length + 2, n - length - 2);
    }
    h += n;
    h += *h ? 1 : 0;
  }
  pthread_mutex_unlock(&s->lock);
  return found ? found : strdup("");
}

uint64_t
standin_upload_size(Standin* const s)
{
  pthread_mutex_lock(&s->lock);
  const uint64_t size = s->upload_size;
  pthread_mutex_unlock(&s->lock);
  return size;
}

uint64_t
standin_upload_sum(Standin* const s)
{
  pthread_mutex_lock(&s->lock);
  const uint64_t sum = s->upload_sum;
  pthread_mutex_unlock(&s->lock);
  return sum;
}

static bool
write_text(const char* const path, const char* const text)
{
  FILE* const file = fopen(path, "we");
  if (!file) {
    return false;
  }
  const bool ok = fputs(text, file) >= 0;
  return (fclose(file) == 0) && ok && chmod(path, 0600) == 0;
}

bool
standin_write_config(Standin* const s, const char* const config_home)
{
  char        path[4096];
  char        text[1024];
  char        calls[256] = "";
  const char* host       = strstr(s->base, "://") + 3;

  (void)mkdir(config_home, 0700);
  snprintf(path, sizeof(path), "%s/backline", config_home);
  (void)mkdir(path, 0700);
  if (s->options.callbacks) {
    const unsigned port = client_free_port();
    snprintf(calls, sizeof(calls),
             "\"callback_url\":\"http://127.0.0.1:%u\","
             "\"callback_listen\":\"127.0.0.1:%u\",",
             port, port);
  }
  snprintf(text, sizeof(text),
           "{%s\"service\":\"standin\",\"services\":{\"standin\":"
           "{\"dialect\":\"%s\",\"api\":\"%s\",\"upload\":\"%s\"}}}\n",
           calls, s->options.kie ? "kie" : "sunoapi", s->base, s->base);
  snprintf(path, sizeof(path), "%s/backline/config.json", config_home);
  if (!write_text(path, text)) {
    return false;
  }
  snprintf(text, sizeof(text),
           "{\"keys\":[{\"service\":\"standin\",\"hosts\":[\"%s\"],"
           "\"key\":\"%s\"}]}\n",
           host, s->options.key[0] ? s->options.key : "test-key");
  snprintf(path, sizeof(path), "%s/backline/credentials", config_home);
  return write_text(path, text);
}
