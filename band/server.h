// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_SERVER_H
#define BL_BAND_SERVER_H

#include "base/attributes.h"
#include "base/log.h"
#include "base/status.h"

#include <stdint.h>

/**
   The local band's HTTP server: the server side of API.md (section 8, items
   1 to 5 and 7) with the band of band.h behind it.

   Bound to 127.0.0.1.  Requests whose Host is another are refused (a web
   page could otherwise reach it under a name of its own), and so is every
   call without the bearer token; up- and downloaded files need none, their
   addresses hold 128 random bits.  Errors of the API come as its envelope
   with HTTP 200, as from the real service; those of the upload API carry
   their code as HTTP status too.

   Threads: libmicrohttpd's, bl-band (one task after the other), bl-callback.
*/
typedef struct BlServerImpl BlServer;

typedef struct
{
  const char*  token;     ///< At least BL_TOKEN_MIN characters; copied
  uint16_t     port;      ///< 0 = any free one
  const char*  soundfont; ///< "" = searched; copied
  const BlLog* log;       ///< Outlives the server
} BlServerSetup;

#define BL_TOKEN_MIN 8u

/// @return BL_BUSY where the port is taken
BL_THREAD_JOB BL_NODISCARD BlStatus bl_server_start(const BlServerSetup* setup,
                                                    BlServer** server);

/// Interrupt everything, remove all files; NULL is allowed
BL_THREAD_JOB void bl_server_stop(BlServer* server);

/// The folder that holds its files; valid until stop
BL_THREAD_ANY const char* bl_server_dir(const BlServer* server);

BL_THREAD_ANY uint16_t bl_server_port(const BlServer* server);

#endif // BL_BAND_SERVER_H
