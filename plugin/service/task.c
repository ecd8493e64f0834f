// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// The calls of service.h that a job makes, in its order

#include "base/tags.h"
#include "service/download.h"
#include "service/request.h"
#include "service/service_impl.h"
#include "service/upload.h"

#include <cjson/cJSON.h>
#include <curl/curl.h>

#include <stdio.h>
#include <string.h>

BlStatus
bl_service_upload(BlService* const        service,
                  const char* const       path,
                  const char* const       remote_name,
                  const BlServiceProgress progress,
                  void* const             handle,
                  char                    url[BL_URL_BYTES],
                  BlServiceError* const   error)
{
  BlUpload      upload;
  BlHttpRequest request;
  BlEnvelope    envelope;
  BlStatus      st = bl_service_begin(service, error);
  url[0]           = '\0';
  if (st) {
    return st;
  }
  if ((st = bl_upload_prepare(service->endpoint.upload, path, remote_name,
                              &upload, &request))) {
    return bl_service_fail(service, error, st,
                           "The file to be uploaded cannot be read");
  }

  request.progress = progress;
  request.handle   = handle;
  if ((st = bl_service_call(service, &request, BL_CODE_ASKING, &envelope,
                            error))) {
    return st;
  }
  if ((st = bl_reply_upload(&envelope, url))) {
    bl_service_fail(service, error, st, "The upload's answer has no address");
  }
  bl_envelope_clear(&envelope);
  return st;
}

static void
copy_default(char* const out, const size_t size, const char* const text)
{
  if (!out[strspn(out, " \t\r\n")]) {
    snprintf(out, size, "%s", text);
  }
}

/// The listener's address; "" where polling does it alone
static void
find_callback(BlService* const service, char url[BL_URL_BYTES])
{
  url[0] = '\0';
  if (!service->callback_url[0] || !service->callback_listen[0]) {
    return;
  }
  if (!service->hearing && !service->deaf) {
    const bool signs = service->endpoint.dialect->signs;
    service->deaf =
      bl_hearing_open(service->callback_listen,
                      signs ? service->credentials.webhook_key : "",
                      &service->log, &service->hearing) != BL_SUCCESS;
  }
  if (service->hearing &&
      bl_hearing_url(service->hearing, service->callback_url, url)) {
    url[0] = '\0';
  }
}

void
bl_service_callback(BlService* const service, char url[BL_URL_BYTES])
{
  find_callback(service, url);
  copy_default(url, BL_URL_BYTES, BL_CALLBACK_PLACEHOLDER);
}

/// The text's first BL_TITLE_CHARS characters
static void
copy_title(char title[BL_TEXT_BYTES], const char* const text)
{
  size_t bytes = 0;
  for (size_t i = 0; i < BL_TITLE_CHARS && text[bytes]; ++i) {
    const size_t n = bl_utf8_length(text + bytes);
    if (!n) {
      break;
    }
    bytes += n;
  }
  memcpy(title, text, bytes);
  title[bytes] = '\0';
}

void
bl_service_fill(BlService* const  service,
                const char* const title,
                BlRequest* const  request)
{
  if (!request->title[strspn(request->title, " \t\r\n")]) {
    copy_title(request->title, title && *title ? title : "Backline");
  }
  copy_default(request->tags, sizeof(request->tags), "accompaniment");
  copy_default(request->negative_tags, sizeof(request->negative_tags),
               BL_NEGATIVE_TAGS_DEFAULT);
  if (!request->callback_url[0]) {
    bl_service_callback(service, request->callback_url);
  }
}

double
bl_service_refine_price(const BlService* const service, const BlRefine refine)
{
  const BlEndpoint* const endpoint = &service->endpoint;
  return !endpoint->dialect->paid ? 0.0
         : endpoint->builtin      ? bl_refines[refine].credits
                                  : -1.0;
}

/// One paid POST; frees the body
static BlStatus
post_body(BlService* const      service,
          const BlRefine        refine,
          char* const           body,
          char                  task_id[BL_NAME_BYTES],
          BlServiceError* const error)
{
  char          url[BL_URL_BYTES];
  BlEnvelope    envelope;
  BlHttpRequest request = { .verb = BL_HTTP_POST, .url = url, .once = true };
  BlStatus st = bl_service_url(service, url, "%s", bl_refines[refine].post);
  if (st || !body) {
    cJSON_free(body);
    return bl_service_fail(service, error, st ? st : BL_NO_MEM,
                           st ? "The address is too long" : "");
  }

  request.body = body;
  st = bl_service_call(service, &request, BL_CODE_SUBMIT, &envelope, error);
  cJSON_free(body);
  error->posts += error->http || error->maybe_sent ? 1 : 0;
  if (st) {
    return st;
  }

  if ((st = bl_reply_task_id(&envelope, task_id))) {
    bl_service_fail(service, error, st, "Accepted, but without a task id");
  } else {
    error->maybe_sent = false;
  }
  bl_envelope_clear(&envelope);
  return st;
}

/// Is it the placeholder, and nothing else, that they did not like?
static bool
refused_callback(const char* const callback_url, const BlServiceError* const e)
{
  return !strcmp(callback_url, BL_CALLBACK_PLACEHOLDER) && !e->maybe_sent &&
         (e->code == 400 || e->code == 422) &&
         strcasestr(e->message, "callback");
}

/// For another try; what was sent is still counted
static void
forget_refusal(BlServiceError* const error)
{
  const unsigned posts = error->posts;
  memset(error, 0, sizeof(*error));
  error->posts = posts;
}

BlStatus
bl_service_submit(BlService* const       service,
                  const BlRequest* const request,
                  char                   task_id[BL_NAME_BYTES],
                  BlServiceError* const  error)
{
  memset(error, 0, sizeof(*error));
  task_id[0] = '\0';

  BlStatus st = bl_request_check(request, error);
  if (st || (st = bl_service_begin(service, error))) {
    return st;
  }

  st = post_body(service, BL_REFINE_NONE, bl_request_encode(request), task_id,
                 error);
  if (st && refused_callback(request->callback_url, error)) {
    BlRequest again = *request;
    memcpy(again.callback_url, BL_CALLBACK_SECOND, sizeof(BL_CALLBACK_SECOND));
    forget_refusal(error);
    st = post_body(service, BL_REFINE_NONE, bl_request_encode(&again), task_id,
                   error);
  }
  return st;
}

BlStatus
bl_service_refine(BlService* const             service,
                  const BlRefineRequest* const request,
                  char                         task_id[BL_NAME_BYTES],
                  BlServiceError* const        error)
{
  memset(error, 0, sizeof(*error));
  task_id[0] = '\0';
  if (service->endpoint.local) {
    return bl_service_fail(service, error, BL_UNSUPPORTED, "");
  }

  BlStatus st = bl_service_begin(service, error);
  if (st) {
    return st;
  }
  st = post_body(service, request->refine, bl_refine_encode(request), task_id,
                 error);
  if (st && refused_callback(request->callback_url, error)) {
    BlRefineRequest again = *request;
    memcpy(again.callback_url, BL_CALLBACK_SECOND, sizeof(BL_CALLBACK_SECOND));
    forget_refusal(error);
    st = post_body(service, request->refine, bl_refine_encode(&again), task_id,
                   error);
  }
  return st;
}

static BlStatus
ask_record(BlService* const      service,
           const BlRefine        refine,
           const char* const     task_id,
           BlEnvelope* const     envelope,
           BlServiceError* const error)
{
  char        url[BL_URL_BYTES];
  char* const escaped = curl_easy_escape(NULL, task_id, 0);
  if (!escaped) {
    return bl_service_fail(service, error, BL_NO_MEM, "");
  }

  BlHttpRequest request = { .verb = BL_HTTP_GET, .url = url };
  BlStatus      st      = bl_service_url(service, url, "%s?taskId=%s",
                                         bl_refines[refine].record, escaped);
  curl_free(escaped);
  return st ? bl_service_fail(service, error, st, "The address is too long")
            : bl_service_call(service, &request, BL_CODE_ASKING, envelope,
                              error);
}

/// A refusal that only says that there is no such task
static bool
is_unknown_task(const BlServiceError* const e)
{
  return (e->code == 400 || e->code == 422 || e->code == 500) &&
         (strcasestr(e->message, "not exist") ||
          strcasestr(e->message, "not found") ||
          strcasestr(e->message, "is null"));
}

static BlStatus
poll_record(BlService* const      service,
            const BlRefine        refine,
            const char* const     task_id,
            BlRecord* const       record,
            BlServiceError* const error)
{
  BlEnvelope envelope;
  BlStatus   st = ask_record(service, refine, task_id, &envelope, error);
  if (st) {
    return is_unknown_task(error)
             ? bl_service_fail(service, error, BL_NOT_HERE, NULL)
             : st;
  }

  const BlDialect* const dialect = service->endpoint.dialect;
  st = refine ? bl_reply_refined(&envelope, dialect, refine, record)
              : bl_reply_record(&envelope, dialect, record);
  bl_envelope_clear(&envelope);
  if (st == BL_NOT_HERE && ++service->watch.missing <= BL_EMPTY_POLLS) {
    // Just submitted, perhaps: not all of their machines know it yet
    record->task.stage = BL_TASK_PENDING;
    return BL_SUCCESS;
  }
  if (st) {
    return bl_service_fail(service, error, st,
                           st == BL_NOT_HERE ? "No record of this task"
                                             : "The record is no object");
  }
  service->watch.missing = 0;
  return BL_SUCCESS;
}

BlStatus
bl_service_poll(BlService* const      service,
                const char* const     task_id,
                BlTaskInfo* const     info,
                BlServiceError* const error)
{
  return bl_service_poll_refined(service, BL_REFINE_NONE, task_id, info, error);
}

BlStatus
bl_service_poll_refined(BlService* const      service,
                        const BlRefine        refine,
                        const char* const     task_id,
                        BlTaskInfo* const     info,
                        BlServiceError* const error)
{
  BlRecord record;
  memset(info, 0, sizeof(*info));

  BlStatus st = bl_service_begin(service, error);
  if (st) {
    return st;
  }
  if (strcmp(service->watch.task_id, task_id)) {
    memset(&service->watch, 0, sizeof(service->watch));
    snprintf(service->watch.task_id, sizeof(service->watch.task_id), "%s",
             task_id);
  }
  if ((st = poll_record(service, refine, task_id, &record, error))) {
    return st;
  }

  bl_watch_judge(&service->watch, &record);
  *info       = record.task;
  error->code = record.code ? record.code : error->code;
  if (info->stage == BL_TASK_FAILED) {
    bl_service_fail(service, error, record.error, record.message);
  }
  return BL_SUCCESS;
}

bool
bl_service_sleep(BlService* const  service,
                 const char* const task_id,
                 const double      seconds)
{
  return service->hearing ? bl_hearing_sleep(service->hearing, service->cancel,
                                             task_id, seconds)
                          : bl_cancel_sleep(service->cancel, seconds);
}

bool
bl_service_has_news(BlService* const service, const char* const task_id)
{
  return service->hearing && bl_hearing_has_news(service->hearing, task_id);
}

static BlDownload
make_download(const BlService* const  service,
              const BlServiceProgress progress,
              void* const             handle)
{
  const BlDownload download = {
    .transport     = service->transport,
    .cancel        = service->cancel,
    .log           = &service->log,
    .allow_http    = service->endpoint.allow_http,
    .allow_private = service->allow_private || !service->endpoint.is_public,
    .progress      = progress,
    .handle        = handle,
  };
  return download;
}

BlStatus
bl_service_download(BlService* const         service,
                    const BlTaskTrack* const track,
                    const char* const        path,
                    const BlServiceProgress  progress,
                    void* const              handle,
                    BlServiceError* const    error)
{
  const BlStatus   st       = bl_service_begin(service, error);
  const BlDownload download = make_download(service, progress, handle);
  return st ? st : bl_download_track(&download, track, path, error);
}

BlStatus
bl_service_download_extra(BlService* const        service,
                          const char* const       url,
                          const char* const       path,
                          const BlServiceProgress progress,
                          void* const             handle,
                          BlServiceError* const   error)
{
  const BlStatus   st       = bl_service_begin(service, error);
  const BlDownload download = make_download(service, progress, handle);
  return st ? st : bl_download_extra(&download, url, path, error);
}
