// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_CLIENT_H
#define BL_TESTS_CLIENT_H

#include "base/cancel.h"
#include "base/config.h"
#include "base/log.h"
#include "service/service.h"
#include "service/transport.h"
#include "support/standin.h"

/// A service opened on a stand-in, as a test wants it

typedef struct
{
  Standin*       standin;
  BlService*     service;
  BlCancel*      cancel;
  BlConfig       config;
  BlLog          log;
  BlServiceError error;
  char           logged[65536]; ///< Every line that was logged
  char           dir[4096];     ///< Own scratch folder
} Client;

/// Start a stand-in and open a service on it with short time limits (3 s,
/// stalls 2 s); exits the test program where that fails
Client* client_open(const StandinOptions* options);

/// The same for a stand-in that the caller has; takes it over
Client* client_open_on(Standin* standin, const char* config_json);

void client_close(Client* client);

/// A request that the stand-in accepts
BlRequest client_request(void);

/// dir/name, in a static buffer of its own for each of four calls
const char* client_path(const Client* client, const char* name);

/// Write `size` bytes; sparse where `data` is NULL
void client_write(const char* path, const void* data, size_t size);

/// As a public service's client would download: no private address
BlStatus client_fetch_public(Client* client, const char* url);

/// A thread that triggers this BlCancel in 0.2 s
void* client_cancel_later(void* cancel);

/// A port of 127.0.0.1 at which nobody listens now
unsigned client_free_port(void);

#endif // BL_TESTS_CLIENT_H
