// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// Requests of the stand-in, and what goes wrong with them; see standin.h

#include "support/standin_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static bool
starts_with(const char* const text, const char* const start)
{
  return !strncmp(text, start, strlen(start));
}

static StandinEndpoint
find_endpoint(const char* const url, const char* const method)
{
  const bool post = !strcmp(method, "POST");
  if (post && !strcmp(url, "/api/file-stream-upload")) {
    return STANDIN_UPLOAD;
  }
  if (post && !strcmp(url, "/api/v1/generate/add-instrumental")) {
    return STANDIN_SUBMIT;
  }
  static const struct
  {
    const char*     url;
    bool            post;
    StandinEndpoint endpoint;
  } refines[] = {
    { "/api/v1/wav/generate", true, STANDIN_WAV },
    { "/api/v1/wav/record-info", false, STANDIN_WAV_RECORD },
    { "/api/v1/vocal-removal/generate", true, STANDIN_STEMS },
    { "/api/v1/vocal-removal/record-info", false, STANDIN_STEMS_RECORD },
  };
  for (size_t i = 0; i < 4; ++i) {
    if (refines[i].post == post && !strcmp(url, refines[i].url)) {
      return refines[i].endpoint;
    }
  }
  if (!strcmp(url, "/api/v1/generate/record-info")) {
    return STANDIN_RECORD;
  }
  if (!strcmp(url, "/api/v1/generate/credit") ||
      !strcmp(url, "/api/v1/chat/credit")) {
    return STANDIN_CREDIT;
  }
  return starts_with(url, "/file/")     ? STANDIN_FILE
         : starts_with(url, "/stream/") ? STANDIN_STREAM
                                        : STANDIN_OTHER;
}

static enum MHD_Result
keep_header(void* const              data,
            const enum MHD_ValueKind kind,
            const char* const        name,
            const char* const        value)
{
  (void)kind;
  char* const  headers = (char*)data;
  const size_t used    = strlen(headers);
  snprintf(headers + used, HEADERS_MAX - used, "%s: %s\n", name,
           value ? value : "");
  return MHD_YES;
}

static void
pick_fault_locked(Standin* const s, Request* const request)
{
  for (size_t i = 0; i < s->n_faults; ++i) {
    Fault* const fault = &s->faults[i];
    if (fault->fault.endpoint != request->endpoint) {
      continue;
    }
    const unsigned n = fault->seen++;
    if (!request->faulty && n >= fault->fault.skip &&
        (!fault->fault.times || n < fault->fault.skip + fault->fault.times)) {
      request->faulty = true;
      request->fault  = fault->fault;
    }
  }
}

static enum MHD_Result
on_field(void* const              data,
         const enum MHD_ValueKind kind,
         const char* const        key,
         const char* const        file,
         const char* const        type,
         const char* const        encoding,
         const char* const        bytes,
         const uint64_t           offset,
         const size_t             size)
{
  (void)kind;
  (void)type;
  (void)encoding;
  Request* const r = (Request*)data;
  if (!strcmp(key, "file")) {
    r->has_file   = file != NULL;
    r->upload_sum = standin_sum(r->upload_sum, bytes, size);
    r->upload_size += size;
    (void)standin_blob_add(&r->upload, bytes, size, UPLOAD_KEEP);
  } else if (!strcmp(key, "fileName") && offset + size < 256) {
    memcpy(r->upload_name + offset, bytes, size);
  } else if (!strcmp(key, "uploadPath") && offset + size < 256) {
    memcpy(r->upload_path + offset, bytes, size);
  }
  return MHD_YES;
}

static Request*
begin(Standin* const               s,
      struct MHD_Connection* const connection,
      const char* const            url,
      const char* const            method)
{
  Request* const request = (Request*)calloc(1, sizeof(Request));
  if (!request) {
    return NULL;
  }
  request->endpoint = find_endpoint(url, method);
  if (request->endpoint == STANDIN_UPLOAD) {
    request->post =
      MHD_create_post_processor(connection, 65536, on_field, request);
  }

  pthread_mutex_lock(&s->lock);
  Seen* const seen = &s->seen[request->endpoint];
  ++seen->count;
  seen->headers[0] = '\0';
  MHD_get_connection_values(connection, MHD_HEADER_KIND, keep_header,
                            seen->headers);
  pick_fault_locked(s, request);
  pthread_mutex_unlock(&s->lock);
  return request;
}

/// Wait; @return true when the stand-in ends meanwhile
static bool
wait_for(Standin* const s, const double seconds)
{
  struct timespec end;
  clock_gettime(CLOCK_REALTIME, &end);
  const double whole =
    (double)end.tv_sec + 1e-9 * (double)end.tv_nsec + seconds;
  end.tv_sec  = (time_t)whole;
  end.tv_nsec = (long)((whole - (double)end.tv_sec) * 1e9);

  pthread_mutex_lock(&s->lock);
  while (!s->stopping &&
         pthread_cond_timedwait(&s->changed, &s->lock, &end) == 0) {
  }
  const bool stopping = s->stopping;
  pthread_mutex_unlock(&s->lock);
  return stopping;
}

/// Body that ends early, drips, or both
typedef struct
{
  Standin* standin;
  Blob     body;
  size_t   most; ///< Bytes before the connection breaks
  double   pause;
} Trickle;

static ssize_t
read_trickle(void* const    data,
             const uint64_t position,
             char* const    out,
             const size_t   most)
{
  Trickle* const t = (Trickle*)data;
  if (position >= t->most ||
      (t->pause > 0.0 && wait_for(t->standin, t->pause))) {
    return MHD_CONTENT_READER_END_WITH_ERROR;
  }
  const size_t left = t->most - (size_t)position;
  size_t       n    = left < most ? left : most;
  n                 = t->pause > 0.0 ? 1 : n;
  memcpy(out, t->body.data + position, n);
  return (ssize_t)n;
}

static void
free_trickle(void* const data)
{
  Trickle* const t = (Trickle*)data;
  free(t->body.data);
  free(t);
}

static enum MHD_Result
queue(struct MHD_Connection* const connection,
      struct MHD_Response* const   response,
      const unsigned               http,
      const StandinFault* const    fault,
      const char* const            type)
{
  char text[32];
  if (!response) {
    return MHD_NO;
  }
  MHD_add_response_header(response, "Content-Type", type);
  if (fault && fault->retry_after_s) {
    snprintf(text, sizeof(text), "%d", fault->retry_after_s);
    MHD_add_response_header(response, "Retry-After", text);
  }
  const enum MHD_Result result = MHD_queue_response(connection, http, response);
  MHD_destroy_response(response);
  return result;
}

static enum MHD_Result
send_trickle(Standin* const               s,
             struct MHD_Connection* const connection,
             Blob                         body,
             const StandinFault* const    fault,
             const unsigned               http,
             const char* const            etag)
{
  Trickle* const t = (Trickle*)calloc(1, sizeof(Trickle));
  if (!t) {
    free(body.data);
    return MHD_NO;
  }
  const bool cut = fault->kind == STANDIN_TRUNCATE;
  *t             = (Trickle){ s, body, cut ? body.size / 2 : body.size,
                  fault->kind == STANDIN_DRIP ? 1.0 : 0.0 };
  struct MHD_Response* const response = MHD_create_response_from_callback(
    body.size, 4096, read_trickle, t, free_trickle);
  if (response && etag) {
    MHD_add_response_header(response, "ETag", etag);
  }
  return queue(connection, response, http, fault, "application/octet-stream");
}

static enum MHD_Result
send_text(struct MHD_Connection* const connection,
          char* const                  text,
          const unsigned               http,
          const StandinFault* const    fault)
{
  return queue(
    connection,
    MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE),
    http, fault, "application/json");
}

static enum MHD_Result
send_redirect(Standin* const               s,
              struct MHD_Connection* const connection,
              const StandinFault* const    fault)
{
  pthread_mutex_lock(&s->lock);
  char* const url = standin_expand_locked(s, fault->text, "");
  pthread_mutex_unlock(&s->lock);

  struct MHD_Response* const response =
    MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
  MHD_add_response_header(response, "Location", url);
  free(url);
  return queue(connection, response,
               fault->http ? (unsigned)fault->http : MHD_HTTP_FOUND, fault,
               "text/html");
}

/// Which bytes a download gets
static Blob
copy_file(Standin* const s, const char* const url, const bool twin)
{
  Blob        copy = { NULL, 0 };
  const char* dash = strrchr(url, '-');
  pthread_mutex_lock(&s->lock);
  if (starts_with(url, "/up/")) {
    const size_t index = (size_t)strtoul(url + 4, NULL, 10);
    if (index < s->n_uploads && s->uploads[index].data) {
      (void)standin_blob_add(&copy, s->uploads[index].data,
                             s->uploads[index].size, SIZE_MAX);
    }
  } else if (standin_make_audio_locked(s)) {
    const size_t      which = !twin && dash && dash[1] == '2' ? 1 : 0;
    const Blob* const blob  = strstr(url, ".wav") ? &s->wav : &s->audio[which];
    (void)standin_blob_add(&copy, blob->data, blob->size, SIZE_MAX);
  }
  pthread_mutex_unlock(&s->lock);
  return copy;
}

static enum MHD_Result
send_file(Standin* const               s,
          struct MHD_Connection* const connection,
          const char* const            url,
          const Request* const         request)
{
  static const char etag[] = "\"standin\"";

  const bool twin = request->faulty && request->fault.kind == STANDIN_TWIN;
  Blob       blob = copy_file(s, url, twin);
  const char* const range =
    MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Range");
  if (!blob.data) {
    return send_text(connection, strdup("gone"), MHD_HTTP_NOT_FOUND, NULL);
  }
  if (request->faulty && (request->fault.kind == STANDIN_TRUNCATE ||
                          request->fault.kind == STANDIN_DRIP)) {
    return send_trickle(s, connection, blob, &request->fault, MHD_HTTP_OK,
                        etag);
  }

  size_t skip = 0;
  if (range && starts_with(range, "bytes=")) {
    skip = (size_t)strtoull(range + 6, NULL, 10);
    skip = skip < blob.size ? skip : 0;
    memmove(blob.data, blob.data + skip, blob.size - skip);
  }
  struct MHD_Response* const response = MHD_create_response_from_buffer(
    blob.size - skip, blob.data, MHD_RESPMEM_MUST_FREE);
  char text[96];
  snprintf(text, sizeof(text), "bytes %zu-%zu/%zu", skip, blob.size - 1,
           blob.size);
  MHD_add_response_header(response, "ETag", etag);
  if (skip) {
    MHD_add_response_header(response, "Content-Range", text);
  }
  return queue(connection, response,
               skip ? MHD_HTTP_PARTIAL_CONTENT : MHD_HTTP_OK, NULL,
               "audio/mpeg");
}

static bool
has_good_agent(struct MHD_Connection* const connection)
{
  const char* const agent =
    MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "User-Agent");
  return agent && starts_with(agent, "Backline");
}

static const char*
task_asked_for(struct MHD_Connection* const connection)
{
  const char* const id =
    MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "taskId");
  return id ? id : "";
}

/// A fault's own answer
static enum MHD_Result
send_fault(Standin* const               s,
           struct MHD_Connection* const connection,
           const StandinFault* const    fault)
{
  const unsigned http = fault->http ? (unsigned)fault->http : MHD_HTTP_OK;
  char*          text = NULL;

  if (fault->kind == STANDIN_REDIRECT) {
    return send_redirect(s, connection, fault);
  }
  if (fault->kind == STANDIN_EMPTY) {
    return send_text(connection, strdup(""), http, fault);
  }

  pthread_mutex_lock(&s->lock);
  char* const body =
    standin_expand_locked(s, fault->text, task_asked_for(connection));
  pthread_mutex_unlock(&s->lock);
  if (fault->kind == STANDIN_CODE) {
    if (asprintf(&text, "{\"code\":%d,\"msg\":\"%s\",\"data\":null}",
                 fault->code, body) < 0) {
      text = NULL;
    }
    free(body);
    return text ? send_text(connection, text, http, fault) : MHD_NO;
  }
  if (fault->kind == STANDIN_REPLY) {
    return send_text(connection, body, http, fault);
  }
  const Blob blob = { body, strlen(body) };
  return send_trickle(s, connection, blob, fault, http, NULL);
}

static enum MHD_Result
finish(Standin* const               s,
       struct MHD_Connection* const connection,
       const char* const            url,
       Request* const               request)
{
  const StandinFault* const fault = request->faulty ? &request->fault : NULL;
  const bool                file  = request->endpoint == STANDIN_FILE ||
                    request->endpoint == STANDIN_STREAM ||
                    starts_with(url, "/up/");

  pthread_mutex_lock(&s->lock);
  Seen* const seen = &s->seen[request->endpoint];
  free(seen->body.data);
  seen->body = (Blob){ NULL, 0 };
  (void)standin_blob_add(&seen->body,
                         request->body.data ? request->body.data : "",
                         request->body.size, BODY_MAX);
  pthread_mutex_unlock(&s->lock);

  if (fault && fault->kind == STANDIN_STRICT_UA &&
      !has_good_agent(connection)) {
    return send_text(connection, strdup("error code: 1010"), 403, NULL);
  }
  if (fault && fault->kind == STANDIN_DROP) {
    return MHD_NO;
  }
  const bool whole =
    fault &&
    (fault->kind == STANDIN_TWIN || fault->kind == STANDIN_STRICT_UA ||
     (file &&
      (fault->kind == STANDIN_TRUNCATE || fault->kind == STANDIN_DRIP) &&
      !fault->text));
  if (fault && !whole) {
    return send_fault(s, connection, fault);
  }
  if (file) {
    return send_file(s, connection, url, request);
  }

  unsigned http = MHD_HTTP_OK;
  pthread_mutex_lock(&s->lock);
  char* const text = standin_answer_locked(s, connection, url, request, &http);
  pthread_mutex_unlock(&s->lock);
  return text ? send_text(connection, text, http, NULL) : MHD_NO;
}

enum MHD_Result
standin_on_request(void* const                  data,
                   struct MHD_Connection* const connection,
                   const char* const            url,
                   const char* const            method,
                   const char* const            version,
                   const char* const            upload,
                   size_t* const                upload_size,
                   void** const                 state)
{
  (void)version;
  Standin* const s = (Standin*)data;
  if (!*state) {
    *state = begin(s, connection, url, method);
    return *state ? MHD_YES : MHD_NO;
  }

  Request* const request = (Request*)*state;
  if (request->faulty && request->fault.kind == STANDIN_HANG) {
    while (!wait_for(s, 3600.0)) {
    }
    return MHD_NO;
  }
  if (*upload_size) {
    (void)standin_blob_add(&request->body, upload, *upload_size, BODY_MAX);
    if (request->post) {
      MHD_post_process(request->post, upload, *upload_size);
    }
    *upload_size = 0;
    return MHD_YES;
  }
  if (request->faulty && request->fault.delay_s > 0.0 &&
      wait_for(s, request->fault.delay_s)) {
    return MHD_NO;
  }
  return finish(s, connection, url, request);
}

void
standin_on_completed(void* const                           data,
                     struct MHD_Connection* const          connection,
                     void** const                          state,
                     const enum MHD_RequestTerminationCode code)
{
  (void)data;
  (void)connection;
  (void)code;
  Request* const request = (Request*)*state;
  if (request) {
    if (request->post) {
      MHD_destroy_post_processor(request->post);
    }
    free(request->upload.data);
    free(request->body.data);
    free(request);
    *state = NULL;
  }
}
