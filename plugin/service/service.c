// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "service/service_impl.h"

#include "service/request.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Replace what must never be read by anybody
static void
scrub(char* const text, const char* const secret)
{
  const size_t length = strlen(secret);
  for (char* s = text; length >= 4 && (s = strstr(s, secret));) {
    memset(s, '*', length);
    s += length;
  }
}

BlStatus
bl_service_fail(const BlService* const service,
                BlServiceError* const  error,
                const BlStatus         status,
                const char* const      message)
{
  error->status = status;
  if (message) {
    char text[BL_MESSAGE_BYTES];
    bl_reply_clean(text, sizeof(text), message);
    memcpy(error->message, text, sizeof(text));
  }
  if (service) {
    scrub(error->message, service->credentials.key);
    scrub(error->message, service->credentials.webhook_key);
  }
  return status;
}

BlStatus
bl_service_url(const BlService* const service,
               char                   url[BL_URL_BYTES],
               const char* const      format,
               ...)
{
  const size_t base = strlen(service->endpoint.api);
  memcpy(url, service->endpoint.api, base + 1);

  va_list args;
  va_start(args, format);
  const int n = vsnprintf(url + base, BL_URL_BYTES - base, format, args);
  va_end(args);
  return n >= 0 && (size_t)n < BL_URL_BYTES - base ? BL_SUCCESS : BL_BAD_CONFIG;
}

static void
fill_info(BlService* const service)
{
  const BlEndpoint* const endpoint = &service->endpoint;
  const BlDialect* const  dialect  = endpoint->dialect;
  BlServiceInfo* const    info     = &service->info;

  memcpy(info->name, endpoint->name, sizeof(info->name));
  memcpy(info->label, endpoint->label, sizeof(info->label));
  snprintf(info->host, sizeof(info->host), "%.127s", endpoint->api_host);
  info->paid      = dialect->paid;
  info->fell_back = endpoint->fell_back;
  info->price     = dialect->paid && !endpoint->builtin ? -1.0 : dialect->price;
  info->poll_first_s = dialect->poll_first_s;
  info->poll_next_s  = dialect->poll_next_s;
  info->poll_cap_s   = dialect->poll_cap_s;
}

static BlStatus
use_band(BlService* const service, BlServiceError* const error)
{
  char           message[BL_MESSAGE_BYTES];
  const BlStatus st =
    service->holds_band
      ? bl_band_revive(&service->log, service->cancel, &service->band, message)
      : bl_band_acquire(&service->log, service->cancel, &service->band,
                        message);
  if (st) {
    return bl_service_fail(service, error, st, message);
  }

  service->holds_band = true;
  memcpy(service->credentials.key, service->band.token,
         sizeof(service->band.token));
  const BlStatus set = bl_endpoint_set_bases(
    &service->endpoint, service->band.base, service->band.base);
  fill_info(service);
  return set;
}

static BlStatus
find_key(BlService* const service, BlServiceError* const error)
{
  const BlStatus st =
    bl_credentials_find(&service->endpoint, &service->credentials);
  if (st) {
    char text[BL_MESSAGE_BYTES];
    snprintf(text, sizeof(text), "No key that may go to %.200s and %.200s",
             service->endpoint.api_host, service->endpoint.upload_host);
    return bl_service_fail(service, error, st,
                           st == BL_NO_KEY ? text
                           : st == BL_BAD_CONFIG
                             ? "\"credentials\" beside config.json is no JSON "
                               "object with \"keys\""
                             : "");
  }
  return BL_SUCCESS;
}

BlStatus
bl_service_open_with(const BlConfig* const          config,
                     const char* const              name,
                     const BlLog* const             log,
                     BlCancel* const                cancel,
                     const BlTransportLimits* const limits,
                     BlService** const              service,
                     BlServiceError* const          error)
{
  memset(error, 0, sizeof(*error));
  *service           = NULL;
  BlService* const s = (BlService*)calloc(1, sizeof(BlService));
  if (!s) {
    return bl_service_fail(NULL, error, BL_NO_MEM, "");
  }

  s->cancel        = cancel;
  s->allow_private = config->allow_private;
  s->log           = log ? *log : (BlLog){ NULL, NULL, BL_LOG_ERROR };
  memcpy(s->callback_url, config->callback_url, sizeof(s->callback_url));
  memcpy(s->callback_listen, config->callback_listen,
         sizeof(s->callback_listen));

  BlStatus st = bl_endpoint_find(config, name, &s->endpoint);
  if (st) {
    bl_service_fail(s, error, st, "The service's addresses cannot be used");
    goto fail;
  }
  if (!(s->transport = bl_transport_new(limits))) {
    st = bl_service_fail(s, error, BL_NO_MEM, "");
    goto fail;
  }
  if ((st = s->endpoint.local ? use_band(s, error) : find_key(s, error))) {
    goto fail;
  }

  fill_info(s);
  if (s->info.fell_back) {
    bl_log(&s->log, BL_LOG_WARNING,
           "config.json names no service of that name: using the local band");
  }
  *service = s;
  return BL_SUCCESS;

fail:
  bl_service_close(s);
  return st;
}

BlStatus
bl_service_open(const BlConfig* const config,
                const char* const     name,
                const BlLog* const    log,
                BlCancel* const       cancel,
                BlService** const     service,
                BlServiceError* const error)
{
  return bl_service_open_with(config, name, log, cancel, NULL, service, error);
}

void
bl_service_close(BlService* const service)
{
  if (service) {
    bl_hearing_close(service->hearing);
    bl_transport_free(service->transport);
    if (service->holds_band) {
      bl_band_release();
    }
    explicit_bzero(service, sizeof(*service));
    free(service);
  }
}

const BlServiceInfo*
bl_service_info(const BlService* const service)
{
  return &service->info;
}

/// Did the service say no, so that nothing can have been accepted?
static bool
is_refusal(const BlHttpReply* const reply, const BlEnvelope* const envelope)
{
  if (envelope->root) {
    // A time-out told politely is still one: the task may have been made
    return envelope->code != 200 && envelope->code != 408 &&
           envelope->code != 504 && reply->http != 504;
  }
  return reply->http >= 400 && reply->http < 500 && reply->http != 408;
}

static BlStatus
judge(BlService* const         service,
      const BlHttpReply* const reply,
      const BlCodeContext      context,
      const BlEnvelope* const  envelope,
      BlServiceError* const    error)
{
  char text[96];
  if (envelope->root && envelope->code != 200) {
    return bl_service_fail(service, error,
                           bl_status_from_code(service->endpoint.dialect,
                                               context, envelope->code,
                                               envelope->message),
                           envelope->message);
  }
  if (reply->http / 100 == 2 && envelope->root) {
    return BL_SUCCESS;
  }

  snprintf(text, sizeof(text), "HTTP %ld with%s an answer that can be read",
           reply->http, envelope->root ? "" : "out");
  return bl_service_fail(service, error, bl_status_from_http(reply->http),
                         text);
}

BlStatus
bl_service_call(BlService* const      service,
                BlHttpRequest* const  request,
                const BlCodeContext   context,
                BlEnvelope* const     envelope,
                BlServiceError* const error)
{
  memset(envelope, 0, sizeof(*envelope));
  request->key           = service->credentials.key;
  request->allow_http    = service->endpoint.allow_http;
  request->allow_private = true; // The user's own word named this host

  BlHttpReply reply;
  bl_transport_perform(service->transport, service->cancel, request, &reply);
  error->http          = (int)reply.http;
  error->retry_after_s = reply.retry_after_s;
  error->maybe_sent    = reply.maybe_sent;

  BlStatus st = reply.status;
  if (st) {
    bl_service_fail(service, error, st, reply.message);
  } else {
    const BlStatus parsed = bl_envelope_parse(reply.body, reply.size, envelope);
    error->code           = parsed ? 0 : envelope->code;
    error->maybe_sent     = !is_refusal(&reply, envelope);
    st                    = judge(service, &reply, context, envelope, error);
  }

  if (st) {
    bl_envelope_clear(envelope);
    bl_log(&service->log, BL_LOG_NOTE, "%s: HTTP %d, code %d: %s (%s)",
           service->info.label, error->http, error->code, bl_strerror(st),
           error->message);
  }
  bl_http_reply_clear(&reply);
  return st;
}

BlStatus
bl_service_begin(BlService* const service, BlServiceError* const error)
{
  memset(error, 0, sizeof(*error));
  return service->endpoint.local ? use_band(service, error) : BL_SUCCESS;
}

static BlStatus
ask_credits(BlService* const      service,
            const char* const     path,
            double* const         credits,
            BlServiceError* const error)
{
  char          url[BL_URL_BYTES];
  BlHttpRequest request = { .verb = BL_HTTP_GET, .url = url };
  BlEnvelope    envelope;
  BlStatus      st = bl_service_url(service, url, "%s", path);
  if (st || (st = bl_service_call(service, &request, BL_CODE_ASKING, &envelope,
                                  error))) {
    return st;
  }

  if ((st = bl_reply_credits(&envelope, credits))) {
    bl_service_fail(service, error, st, "The credits are no number");
  }
  bl_envelope_clear(&envelope);
  return st;
}

BlStatus
bl_service_credits(BlService* const      service,
                   double* const         credits,
                   BlServiceError* const error)
{
  const BlDialect* const dialect = service->endpoint.dialect;
  BlStatus               st      = bl_service_begin(service, error);
  *credits                       = -1.0;
  if (st) {
    return st;
  }

  st = ask_credits(service, dialect->credit_path, credits, error);
  if (st == BL_NOT_HERE && dialect->credit_alias) {
    memset(error, 0, sizeof(*error));
    st = ask_credits(service, dialect->credit_alias, credits, error);
  }
  return st;
}
