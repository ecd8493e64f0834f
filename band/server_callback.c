// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "server_callback.h"

#include "base/cancel.h"
#include "base/limits.h"
#include "base/thread.h"

#include <curl/curl.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct Callback
{
  struct Callback* next;
  char             url[BL_URL_BYTES];
  char             task_id[BL_NAME_BYTES];
  bool             last;
  char*            body;
} Callback;

struct BlCallbacksImpl
{
  // Immutable after new
  const BlLog*     log;
  BlCallbackFailed failed;
  void*            handle;
  BlCancel*        cancel;
  pthread_t        thread;

  // Guarded by mutex; cond when the list or `stop` changes
  pthread_mutex_t mutex;
  pthread_cond_t  cond;
  Callback*       first;
  Callback*       last;
  size_t          count;
  bool            stop;
};

/// Host of a URL; empty where there is none that we would call
static void
url_host(const char* const url, char* const host, const size_t size)
{
  const char* const at = !strncasecmp(url, "https://", 8)  ? url + 8
                         : !strncasecmp(url, "http://", 7) ? url + 7
                                                           : "";
  size_t            n  = *at == '[' ? strcspn(at, "]") + 1 //
                                    : strcspn(at, ":/?#");
  if (n >= size || n > strlen(at) || memchr(at, '@', strcspn(at, "/?#"))) {
    n = 0;
  }
  memcpy(host, at, n);
  host[n] = '\0';
}

bool
bl_callback_url_is_valid(const char* const url)
{
  char host[BL_URL_BYTES];
  url_host(url, host, sizeof(host));
  for (const char* c = url; *c; ++c) {
    if ((unsigned char)*c <= ' ' || (unsigned char)*c == 127) {
      return false;
    }
  }
  return *host != '\0';
}

static bool
host_is_below(const char* const host, const char* const domain)
{
  const size_t n = strlen(host);
  const size_t m = strlen(domain);
  return n >= m && !strcasecmp(host + n - m, domain) &&
         (n == m || host[n - m - 1] == '.');
}

/// True for hosts that exist for no one: *.invalid, *.example, example.com ...
static bool
is_placeholder(const char* const url)
{
  static const char* const domains[] = { "invalid",     "example",
                                         "test",        "example.com",
                                         "example.org", "example.net" };
  char                     host[BL_URL_BYTES];
  url_host(url, host, sizeof(host));
  for (size_t i = 0; i < BL_COUNT(domains); ++i) {
    if (host_is_below(host, domains[i])) {
      return true;
    }
  }
  return false;
}

static size_t
ignore_body(const void* const data,
            const size_t      size,
            const size_t      count,
            const void* const handle)
{
  // An endless answer ends with the transfer's time limit
  (void)data;
  (void)handle;
  return size * count;
}

static CURL*
make_request(const Callback* const callback, struct curl_slist* const headers)
{
  CURL* const curl = curl_easy_init();
  if (!curl) {
    return NULL;
  }

  char host[BL_URL_BYTES];
  url_host(callback->url, host, sizeof(host));
  const bool is_loopback = !strncmp(host, "127.", 4) ||
                           !strcasecmp(host, "localhost") ||
                           !strcmp(host, "[::1]");

  if (curl_easy_setopt(curl, CURLOPT_URL, callback->url) ||
      curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") ||
      curl_easy_setopt(curl, CURLOPT_POSTFIELDS, callback->body) ||
      curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers) ||
      curl_easy_setopt(curl, CURLOPT_TIMEOUT, BL_BAND_CALLBACK_S) ||
      curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) ||
      curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L) ||
      curl_easy_setopt(curl, CURLOPT_NOPROXY, is_loopback ? "*" : NULL) ||
      curl_easy_setopt(curl, CURLOPT_USERAGENT, "backline-band/" BL_VERSION) ||
      curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore_body)) {
    curl_easy_cleanup(curl);
    return NULL;
  }
  return curl;
}

/// @return the HTTP status; 0 where none came
static long
perform(BlCallbacks* const callbacks, CURLM* const multi, CURL* const curl)
{
  struct curl_waitfd cancel  = { bl_cancel_fd(callbacks->cancel),
                                 CURL_WAIT_POLLIN, 0 };
  int                running = 1;
  long               status  = 0;

  while (running && !bl_cancel_is_triggered(callbacks->cancel)) {
    if (curl_multi_perform(multi, &running) ||
        (running && curl_multi_poll(multi, &cancel, 1, 1000, NULL))) {
      return 0;
    }
  }

  int                  left    = 0;
  const CURLMsg* const message = curl_multi_info_read(multi, &left);
  if (message && message->msg == CURLMSG_DONE && !message->data.result) {
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  }
  return status;
}

static long
send_once(BlCallbacks* const callbacks, const Callback* const callback)
{
  struct curl_slist* const headers =
    curl_slist_append(NULL, "Content-Type: application/json");
  CURLM* const multi  = curl_multi_init();
  CURL* const  curl   = headers ? make_request(callback, headers) : NULL;
  long         status = 0;

  if (multi && curl && !curl_multi_add_handle(multi, curl)) {
    status = perform(callbacks, multi, curl);
    curl_multi_remove_handle(multi, curl);
  }

  curl_easy_cleanup(curl);
  curl_multi_cleanup(multi);
  curl_slist_free_all(headers);
  return status;
}

static void
send_callback(BlCallbacks* const callbacks, const Callback* const callback)
{
  double wait = BL_BAND_CALLBACK_RETRY_S;
  for (unsigned i = 0; i <= BL_BAND_CALLBACK_RETRIES; ++i, wait *= 2.0) {
    if (i && bl_cancel_sleep(callbacks->cancel, wait)) {
      return;
    }
    if (send_once(callbacks, callback) == 200) {
      return;
    }
    if (bl_cancel_is_triggered(callbacks->cancel)) {
      return;
    }
  }

  bl_log(callbacks->log, BL_LOG_WARNING,
         "task %s: its callback was not answered with 200; gave up",
         callback->task_id);
  if (callback->last) {
    callbacks->failed(callbacks->handle, callback->task_id);
  }
}

static void
free_callback(Callback* const callback)
{
  free(callback->body);
  free(callback);
}

static Callback*
take_next(BlCallbacks* const callbacks)
{
  pthread_mutex_lock(&callbacks->mutex);
  while (!callbacks->first && !callbacks->stop) {
    pthread_cond_wait(&callbacks->cond, &callbacks->mutex);
  }

  Callback* const callback = callbacks->stop ? NULL : callbacks->first;
  if (callback) {
    callbacks->first = callback->next;
    callbacks->last  = callbacks->first ? callbacks->last : NULL;
    --callbacks->count;
  }
  pthread_mutex_unlock(&callbacks->mutex);
  return callback;
}

static void*
run_thread(void* const data)
{
  BlCallbacks* const callbacks = (BlCallbacks*)data;
  for (Callback* callback = NULL; (callback = take_next(callbacks));) {
    send_callback(callbacks, callback);
    free_callback(callback);
  }
  return NULL;
}

BlStatus
bl_callbacks_new(const BlLog* const     log,
                 const BlCallbackFailed failed,
                 void* const            handle,
                 BlCallbacks** const    callbacks)
{
  *callbacks           = NULL;
  BlCallbacks* const c = (BlCallbacks*)calloc(1, sizeof(BlCallbacks));
  if (!c) {
    return BL_NO_MEM;
  }

  c->log    = log;
  c->failed = failed;
  c->handle = handle;
  c->cancel = bl_cancel_new();
  pthread_mutex_init(&c->mutex, NULL);
  pthread_cond_init(&c->cond, NULL);

  const BlStatus st =
    c->cancel ? bl_thread_start(&c->thread, "bl-callback", run_thread, c)
              : BL_NO_MEM;
  if (st) {
    bl_cancel_free(c->cancel);
    pthread_cond_destroy(&c->cond);
    pthread_mutex_destroy(&c->mutex);
    free(c);
    return st;
  }

  *callbacks = c;
  return BL_SUCCESS;
}

void
bl_callbacks_free(BlCallbacks* const callbacks)
{
  if (!callbacks) {
    return;
  }

  pthread_mutex_lock(&callbacks->mutex);
  callbacks->stop = true;
  pthread_cond_signal(&callbacks->cond);
  pthread_mutex_unlock(&callbacks->mutex);
  bl_cancel_trigger(callbacks->cancel);
  pthread_join(callbacks->thread, NULL);

  while (callbacks->first) {
    Callback* const callback = callbacks->first;
    callbacks->first         = callback->next;
    free_callback(callback);
  }
  bl_cancel_free(callbacks->cancel);
  pthread_cond_destroy(&callbacks->cond);
  pthread_mutex_destroy(&callbacks->mutex);
  free(callbacks);
}

void
bl_callbacks_post(BlCallbacks* const callbacks,
                  const char* const  url,
                  const char* const  task_id,
                  const bool         last,
                  char* const        body)
{
  Callback* const callback =
    body && bl_callback_url_is_valid(url) && !is_placeholder(url)
      ? (Callback*)calloc(1, sizeof(Callback))
      : NULL;
  if (!callback) {
    free(body);
    return;
  }

  snprintf(callback->url, sizeof(callback->url), "%s", url);
  snprintf(callback->task_id, sizeof(callback->task_id), "%s", task_id);
  callback->last = last;
  callback->body = body;

  pthread_mutex_lock(&callbacks->mutex);
  const bool is_full = callbacks->count >= BL_BAND_CALLBACKS_MAX;
  if (!is_full) {
    *(callbacks->last ? &callbacks->last->next : &callbacks->first) = callback;
    callbacks->last                                                 = callback;
    ++callbacks->count;
    pthread_cond_signal(&callbacks->cond);
  }
  pthread_mutex_unlock(&callbacks->mutex);

  if (is_full) {
    bl_log(callbacks->log, BL_LOG_WARNING,
           "task %s: too many callbacks wait; one was dropped", task_id);
    free_callback(callback);
  }
}
