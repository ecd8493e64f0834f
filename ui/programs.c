// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "programs.h"

#include "model.h"

#include "base/paths.h"
#include "base/program.h"
#include "base/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/// Signals as a program expects them, whatever the host has done to ours
static BlStatus
spawn(pid_t* const                      pid,
      posix_spawn_file_actions_t* const actions,
      char* const                       argv[])
{
  posix_spawnattr_t attributes;
  sigset_t          none;
  sigset_t          all;
  sigemptyset(&none);
  sigfillset(&all);
  int err = posix_spawnattr_init(&attributes);
  if (err) {
    return bl_status_from_errno(err);
  }

  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK |
                                          POSIX_SPAWN_SETSIGDEF |
                                          POSIX_SPAWN_SETPGROUP);
  err = posix_spawnp(pid, argv[0], actions, &attributes, argv, environ);
  posix_spawnattr_destroy(&attributes);
  return bl_status_from_errno(err);
}

BlStatus
bl_programs_folder(const char* const path, char folder[BL_PATH_BYTES])
{
  if (!path[0]) {
    return bl_path_takes(folder, BL_PATH_BYTES);
  }

  const size_t length = strlen(path);
  if (path[0] != '/' || length >= BL_PATH_BYTES) {
    return BL_BAD_ARG;
  }
  memcpy(folder, path, length + 1);
  char* const slash                      = strrchr(folder, '/');
  *(slash == folder ? slash + 1 : slash) = '\0';
  return BL_SUCCESS;
}

BlStatus
bl_programs_open_folder(const char* const folder)
{
  char         where[BL_PATH_BYTES];
  const size_t length = strlen(folder);
  if (length >= sizeof(where)) {
    return BL_BAD_ARG;
  }
  memcpy(where, folder, length + 1);

  // The shell's & leaves no zombie behind: init reaps what it orphans
  char           program[] = "sh";
  char           option[]  = "-c";
  char           script[]  = "command -v xdg-open >/dev/null || exit 1; "
                             "xdg-open \"$1\" >/dev/null 2>&1 &";
  char           name[]    = "backline";
  char* const    argv[]    = { program, option, script, name, where, NULL };
  pid_t          pid       = 0;
  int            result    = 0;
  const BlStatus st        = spawn(&pid, NULL, argv);
  if (st) {
    return st;
  }

  // A child that the host reaped is no error
  const bool failed =
    waitpid(pid, &result, 0) == pid && WIFEXITED(result) && WEXITSTATUS(result);
  return failed ? BL_NOT_FOUND : BL_SUCCESS;
}

static BlStatus
feed(const int fd, const char* const key)
{
  const size_t length = strlen(key);
  const bool   fed =
    write(fd, key, length) == (ssize_t)length && write(fd, "\n", 1) == 1;
  return fed ? BL_SUCCESS : bl_status_from_errno(errno);
}

static BlStatus
start_login(BlLogin* const    login,
            const int         in[2],
            const int         out[2],
            const char* const service)
{
  char program[BL_PATH_BYTES];
  char command[]           = "login";
  char option[]            = "--service";
  char name[BL_NAME_BYTES] = "";
  strncpy(name, service, sizeof(name) - 1);
  if (bl_program_find("backline", "cli", program)) {
    return BL_NOT_FOUND;
  }

  char* const argv[] = { program, command, name[0] ? option : NULL, name,
                         NULL };

  posix_spawn_file_actions_t actions;
  if (posix_spawn_file_actions_init(&actions)) {
    return BL_NO_MEM;
  }
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDERR_FILENO);
  const BlStatus st = spawn(&login->pid, &actions, argv);
  posix_spawn_file_actions_destroy(&actions);
  return st;
}

BlStatus
bl_programs_login(BlLogin* const    login,
                  const char* const service,
                  const char* const key)
{
  bl_programs_login_end(login);
  memset(login, 0, sizeof(*login));

  int in[2];
  int out[2];
  if (pipe2(in, O_CLOEXEC)) {
    return bl_status_from_errno(errno);
  }
  if (pipe2(out, O_CLOEXEC)) {
    close(in[0]);
    close(in[1]);
    return bl_status_from_errno(errno);
  }

  // A pipe holds a key whole, so feeding it before anybody reads is safe,
  // and with our own end of it open no SIGPIPE can come
  BlStatus st = feed(in[1], key);
  if (!st) {
    st = start_login(login, in, out, service);
  }
  close(in[0]);
  close(in[1]);
  close(out[1]);
  if (st) {
    close(out[0]);
    login->pid = 0;
    return st;
  }

  fcntl(out[0], F_SETFL, O_NONBLOCK);
  login->out   = out[0];
  login->since = bl_time_monotonic();
  return BL_SUCCESS;
}

static void
tidy(BlLogin* const login)
{
  for (size_t i = 0; i < login->length; ++i) {
    if ((unsigned char)login->said[i] < ' ') {
      login->said[i] = ' ';
    }
  }
}

bool
bl_programs_login_poll(BlLogin* const login, bool* const good)
{
  if (!login->pid) {
    return false;
  }

  const size_t  room = sizeof(login->said) - 1 - login->length;
  char          rest[256];
  char* const   to = room ? login->said + login->length : rest;
  const ssize_t n  = read(login->out, to, room ? room : sizeof(rest));
  if (n > 0) {
    login->length += room ? (size_t)n : 0u;
    return false;
  }
  if (n < 0 && errno == EAGAIN &&
      bl_time_monotonic() - login->since < BL_LOGIN_S) {
    return false;
  }

  int         result = 0;
  const pid_t reaped = n ? 0 : waitpid(login->pid, &result, 0);
  *good = reaped == login->pid && WIFEXITED(result) && !WEXITSTATUS(result);
  if (reaped == login->pid) {
    login->pid = 0;
  }
  bl_programs_login_end(login);
  tidy(login);
  return true;
}

/// Without "word: " where it begins so
static const char*
without(const char* const said, const char* const word)
{
  const size_t n = strlen(word);
  return n && !strncmp(said, word, n) && !strncmp(said + n, ": ", 2)
           ? said + n + 2
           : said;
}

const char*
bl_programs_login_words(const BlLogin* const login)
{
  const char* said = without(login->said, "backline");
  said             = without(said, "login");
  for (size_t i = 0; i < BL_N_SERVICES; ++i) {
    said = without(said, bl_service_names[i]);
  }
  return said;
}

void
bl_programs_login_end(BlLogin* const login)
{
  if (login->pid) {
    kill(login->pid, SIGTERM);
    waitpid(login->pid, NULL, 0);
    login->pid = 0;
  }
  if (login->out > 0) {
    close(login->out);
    login->out = 0;
  }
}
