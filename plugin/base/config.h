// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_CONFIG_H
#define BL_BASE_CONFIG_H

#include "base/attributes.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/params.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

/**
   config.json: what the user set for all sessions.

   A value without pointers; read at instantiate and before each job, so an
   edit holds from the next Generate on.  Unknown keys and wrong types are
   reported (one line each, with the key's path), and the rest still counts.
   Holds no keys: those are in the credentials file, each bound to a host.
*/

#define BL_CUSTOM_SERVICES_MAX 8u

/// An entry of "services": {"studio": {"dialect": …, "api": …, "upload": …}}
typedef struct
{
  char name[BL_NAME_BYTES];
  char dialect[BL_NAME_BYTES]; ///< "sunoapi" (default) or "kie"
  char api[BL_URL_BYTES];      ///< Base, without trailing slash
  char upload[BL_URL_BYTES];   ///< Base; empty: the same as api
} BlCustomService;

typedef enum
{
  BL_UPLOAD_WAV  = 0, ///< 24-bit
  BL_UPLOAD_FLAC = 1,
} BlUploadFormat;

typedef struct
{
  char            service[BL_NAME_BYTES]; ///< "service", default "local"
  char            custom[BL_NAME_BYTES];  ///< "custom": what "Own server" means
  BlCustomService services[BL_CUSTOM_SERVICES_MAX]; ///< "services"
  size_t          n_services;
  char   strings[BL_N_STRINGS][BL_TEXT_BYTES]; ///< "defaults": {"title": …}
  char   lyrics[BL_LYRICS_BYTES];              ///< "lyrics"; "" = not sent
  double variety;                        ///< "variety", 0..4; < 0 = not sent
  char   callback_url[BL_URL_BYTES];     ///< "callback_url"
  char   callback_listen[BL_NAME_BYTES]; ///< "callback_listen": "HOST:PORT"
  BlUploadFormat upload_format;          ///< "upload_format": "wav" | "flac"
  bool           result_float;           ///< "result_format": "24" | "float"
  bool           auto_generate_paid;     ///< "auto_generate_paid"
  bool           allow_private;          ///< "allow_private_downloads"
  double         live_offset_ms;         ///< "live_offset_ms", -1000..1000
  char takes_dir[BL_PATH_BYTES];         ///< "takes_dir", default bl_path_takes
  char soundfont[BL_PATH_BYTES];         ///< "soundfont" of the local band
} BlConfig;

BL_THREAD_ANY void bl_config_init(BlConfig* config);

/**
   Read config.json over the defaults.  A missing file is success.

   @return BL_BAD_CONFIG where it is no JSON object or too big (the defaults
   hold); warnings go to `log`.
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_config_load(BlConfig*    config,
                                                   const BlLog* log);

/// The same from a text
BL_THREAD_ANY BL_NODISCARD BlStatus bl_config_parse(BlConfig*    config,
                                                    const char*  text,
                                                    const BlLog* log);

#endif // BL_BASE_CONFIG_H
