// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_UI_PROGRAMS_H
#define BL_UI_PROGRAMS_H

#include "base/attributes.h"
#include "base/limits.h"
#include "base/status.h"

#include <stdbool.h>
#include <sys/types.h>

/**
   Programs that the window starts: the desktop's file manager, and
   `backline login`, which checks a key and keeps it.

   A key goes by the child's standard input alone: it is in no argument,
   environment, port or atom.  Nothing blocks: output is read as it comes,
   and a child that the host reaped is no error.
   Owner: the LV2 UI; UI thread only.
*/
typedef struct
{
  pid_t  pid; ///< 0: none runs
  int    out; ///< Its standard output and error
  double since;
  char   said[BL_MESSAGE_BYTES];
  size_t length;
} BlLogin;

#define BL_LOGIN_S 90.0 ///< A service is waited for so long

/// The folder of a file, or ("") the takes folder
BL_THREAD_UI BL_NODISCARD BlStatus
bl_programs_folder(const char* path, char folder[BL_PATH_BYTES]);

/// Show it; BL_NOT_FOUND where there is no xdg-open
BL_THREAD_UI BL_NODISCARD BlStatus bl_programs_open_folder(const char* folder);

/// Start `backline login`; `service` may be "" (the configured one)
BL_THREAD_UI BL_NODISCARD BlStatus bl_programs_login(BlLogin*    login,
                                                     const char* service,
                                                     const char* key);

/**
   Look how it goes.
   @return true when it has ended: *good says how, login->said why
*/
BL_THREAD_UI bool bl_programs_login_poll(BlLogin* login, bool* good);

/// What it said, without the names of the program and of what it was about:
/// in the window nobody wonders which command speaks.  Of the login
BL_THREAD_UI const char* bl_programs_login_words(const BlLogin* login);

/// End it, if it still runs
BL_THREAD_UI void bl_programs_login_end(BlLogin* login);

#endif // BL_UI_PROGRAMS_H
