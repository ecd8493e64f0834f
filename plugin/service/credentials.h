// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_SERVICE_CREDENTIALS_H
#define BL_SERVICE_CREDENTIALS_H

#include "base/attributes.h"
#include "base/limits.h"
#include "base/status.h"
#include "service/endpoint.h"

/**
   API keys: from the environment, or from
   ${XDG_CONFIG_HOME:-~/.config}/backline/credentials.

   The file is JSON, mode 0600, and refused when group or others may read it:

       { "keys": [ { "service": "sunoapi",
                     "hosts": ["api.sunoapi.org",
                               "sunoapiorg.redpandaai.co"],
                     "key": "…",
                     "webhook_key": "…" } ] }

   A key goes to the hosts listed with it and to no other: it is found by
   them, not by the service's name, which is there for the reader.  The
   webhook key (kie's callback signature) is optional and added by hand.

   $BACKLINE_API_KEY is the key of the service that $BACKLINE_SERVICE names;
   of a built-in name only while it leads to the built-in hosts.
*/
typedef struct
{
  char key[BL_KEY_BYTES];
  char webhook_key[BL_KEY_BYTES]; ///< "" where there is none
} BlCredentials;

/// Forget: overwrites the memory
BL_THREAD_ANY void bl_credentials_wipe(BlCredentials* credentials);

/// @return BL_NO_KEY, BL_KEY_EXPOSED, BL_BAD_CONFIG, BL_IO, …
BL_THREAD_JOB BL_NODISCARD BlStatus
bl_credentials_find(const BlEndpoint* endpoint, BlCredentials* credentials);

/// Keep `key` for the endpoint's hosts; other entries stay as they are
BL_THREAD_JOB BL_NODISCARD BlStatus
bl_credentials_store(const BlEndpoint* endpoint, const char* key);

/// @return BL_NO_KEY where there is none
BL_THREAD_JOB BL_NODISCARD BlStatus
bl_credentials_remove(const BlEndpoint* endpoint);

#endif // BL_SERVICE_CREDENTIALS_H
