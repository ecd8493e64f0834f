// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_SERVICE_SERVICE_IMPL_H
#define BL_SERVICE_SERVICE_IMPL_H

#include "service/band_process.h"
#include "service/credentials.h"
#include "service/endpoint.h"
#include "service/listener.h"
#include "service/reply.h"
#include "service/service.h"
#include "service/transport.h"

/**
   What the files of a BlService share; nobody else includes it, but for
   tests that open one with shorter limits.
*/
struct BlServiceImpl
{
  // Immutable after open (but for a local band that was started anew)
  BlServiceInfo info;
  BlEndpoint    endpoint;
  BlCredentials credentials;
  BlBandAddress band;
  bool          holds_band;
  bool          allow_private; ///< The user's word in config.json
  char          callback_url[BL_URL_BYTES];
  char          callback_listen[BL_NAME_BYTES];
  BlLog         log;

  // Job thread only
  BlCancel*    cancel;
  BlTransport* transport;
  BlHearing*   hearing; ///< NULL: polling alone
  bool         deaf;    ///< The listener could not be opened
  BlWatchCount watch;
};

/// As bl_service_open(); `limits` NULL: those of base/limits.h
BL_THREAD_JOB BL_NODISCARD BlStatus
bl_service_open_with(const BlConfig*          config,
                     const char*              name,
                     const BlLog*             log,
                     BlCancel*                cancel,
                     const BlTransportLimits* limits,
                     BlService**              service,
                     BlServiceError*          error);

/// Set *error and take the key out of its message
BL_THREAD_JOB BlStatus bl_service_fail(const BlService* service,
                                       BlServiceError*  error,
                                       BlStatus         status,
                                       const char*      message);

/// Clear *error; a local band that died is started again, without its tasks
BL_THREAD_JOB BL_NODISCARD BlStatus bl_service_begin(BlService*      service,
                                                     BlServiceError* error);

/**
   Perform an API request and read its envelope.

   On success code is 200 and HTTP 2xx; the envelope must be cleared.  On
   failure *error is complete but for `maybe_sent`, which is set as if the
   request were a submit.
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_service_call(BlService*      service,
                                                    BlHttpRequest*  request,
                                                    BlCodeContext   context,
                                                    BlEnvelope*     envelope,
                                                    BlServiceError* error);

/// Write base + format to `url`; BL_BAD_CONFIG where it is too long
BL_THREAD_ANY BL_PRINTF(3, 4) BL_NODISCARD BlStatus
  bl_service_url(const BlService* service,
                 char             url[BL_URL_BYTES],
                 const char*      format,
                 ...);

#endif // BL_SERVICE_SERVICE_IMPL_H
