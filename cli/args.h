// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_CLI_ARGS_H
#define BL_CLI_ARGS_H

#include "cli.h"

#include <stdbool.h>
#include <stddef.h>

/**
   What args.c (reading the command line), params.c (values) and help.c share.
   One thread.
*/

typedef struct
{
  char        letter;
  const char* name;
  const char* argument; ///< NULL = none
  const char* help;
} BlOption;

/// All plain options; a command names those it takes by their letters
extern const BlOption bl_cli_options[];
extern const size_t   bl_cli_n_options;

#define BL_CLI_OPTIONS_MAX 32u

/// "style_weight" and "negativeTags" as "style-weight" and "negative-tags"
void bl_cli_option_name(const char* symbol, char* name, size_t size);

/// A plain decimal number, whatever the locale
bool bl_cli_read_number(const char* text, double* value);

/// Append the names of an enumeration's values to `text`
void bl_cli_list_labels(const BlParam* param, char* text, size_t size);

/// False with `complaint` (BL_MESSAGE_BYTES) set
bool bl_cli_set_string(BlSettings* settings,
                       unsigned    id,
                       const char* text,
                       char*       complaint);

/// By label or number of the parameter, else a name of config.json
bool bl_cli_set_service(BlSettings* settings,
                        const char* text,
                        char*       complaint);

#endif // BL_CLI_ARGS_H
