// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// Callbacks of the stand-in, API.md section 2; see standin.h

#include "support/standin_priv.h"

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <nettle/base64.h>
#include <nettle/hmac.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct
{
  Standin* standin;
  size_t   task;
} Sender;

static size_t
ignore(char* const data, const size_t size, const size_t n, void* const handle)
{
  (void)data;
  (void)handle;
  return size * n;
}

static void
sign(struct curl_slist** const headers,
     const char* const         key,
     const char* const         task)
{
  char                   line[128];
  char                   stamp[32];
  struct hmac_sha256_ctx ctx;
  uint8_t                digest[SHA256_DIGEST_SIZE];
  char text[BASE64_ENCODE_RAW_LENGTH(SHA256_DIGEST_SIZE) + 1] = "";

  snprintf(stamp, sizeof(stamp), "%lld", (long long)time(NULL));
  hmac_sha256_set_key(&ctx, strlen(key), (const uint8_t*)key);
  hmac_sha256_update(&ctx, strlen(task), (const uint8_t*)task);
  hmac_sha256_update(&ctx, 1, (const uint8_t*)".");
  hmac_sha256_update(&ctx, strlen(stamp), (const uint8_t*)stamp);
  hmac_sha256_digest(&ctx, sizeof(digest), digest);
  base64_encode_raw(text, sizeof(digest), digest);
  snprintf(line, sizeof(line), "X-Webhook-Timestamp: %s", stamp);
  *headers = curl_slist_append(*headers, line);
  snprintf(line, sizeof(line), "X-Webhook-Signature: %s", text);
  *headers = curl_slist_append(*headers, line);
}

static bool
post_callback(const char* const url,
              const char* const body,
              const char* const key,
              const char* const task)
{
  CURL* const        easy    = curl_easy_init();
  struct curl_slist* headers = NULL;
  long               http    = 0;
  headers = curl_slist_append(headers, "Content-Type: application/json");
  if (key) {
    sign(&headers, key, task);
  }
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(easy, CURLOPT_TIMEOUT, 15L);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
  if (!curl_easy_perform(easy)) {
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &http);
  }
  curl_easy_cleanup(easy);
  curl_slist_free_all(headers);
  return http == 200;
}

static void*
send_callbacks(void* const data)
{
  static const char* const types[] = { "text", "first", "complete" };
  static const char* const words[] = { "Text generation completed.",
                                       "First audio generated successfully.",
                                       "All generated successfully." };
  Sender* const            sender  = (Sender*)data;
  Standin* const           s       = sender->standin;
  for (unsigned i = 0; i < 3; ++i) {
    const struct timespec pause = { 0, 100000000L };
    nanosleep(&pause, NULL);

    char* body = NULL;
    char  id[33];
    char  url[2048];
    pthread_mutex_lock(&s->lock);
    Task* const task = &s->tasks[sender->task];
    const bool  stop = s->stopping;
    task->stage      = i + 1;
    memcpy(id, task->id, sizeof(id));
    memcpy(url, task->callback, sizeof(url));
    char* const tracks = standin_tracks_locked(s, id, i == 2 ? 2 : i, true);
    if (task->kind != STANDIN_SUBMIT) {
      body = standin_refined_callback_locked(s, task);
      i    = 2; // There is but one
    } else if (asprintf(
                 &body,
                 "{\"code\":200,\"data\":{\"callbackType\":\"%s\",\"data\":%s,"
                 "\"task_id\":\"%s\"},\"msg\":\"%s\"}",
                 types[i], tracks, id, words[i]) < 0) {
      body = NULL;
    }
    cJSON_free(tracks);
    pthread_mutex_unlock(&s->lock);

    for (unsigned tries = 0; body && !stop && tries < 3; ++tries) {
      if (post_callback(url, body, s->options.webhook_key, id)) {
        break;
      }
    }
    free(body);
    if (stop) {
      break;
    }
  }
  free(sender);
  return NULL;
}

void
standin_send_callbacks_locked(Standin* const s, const size_t task)
{
  Sender* const sender = (Sender*)malloc(sizeof(Sender));
  if (sender) {
    *sender = (Sender){ s, task };
    if (pthread_create(&s->threads[s->n_threads], NULL, send_callbacks,
                       sender) == 0) {
      ++s->n_threads;
    } else {
      free(sender);
    }
  }
}
