// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "service/band_process.h"

#include "base/program.h"
#include "base/thread.h"
#include "service/reply.h"
#include "service/sigpipe.h"

#include <cjson/cJSON.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#define REAP_MAX 16u

/// Process-wide, since the band is: its pipe is what keeps it alive
static struct
{
  pthread_mutex_t lock;

  // Guarded by lock
  unsigned      clients;
  pid_t         pid; ///< 0: none
  int           in;  ///< Its standard input, our end
  int           out; ///< Its standard output, our end
  BlBandAddress address;
  pid_t         gone[REAP_MAX]; ///< Told to end, perhaps not reaped

  // Atomic: release -> whoever unlocks, relaxed: a mere count of shares that
  // were given back while somebody was busy starting the band
  atomic_uint owed;

  // Atomic: relaxed, a mere hint that `gone` names somebody
  atomic_bool ending;
} band = {
  PTHREAD_MUTEX_INITIALIZER, 0, 0, -1, -1, { "", "", 0 }, { 0 }, 0, false
};

BlStatus
bl_band_find(char path[BL_PATH_BYTES])
{
  const char* const named = getenv("BACKLINE_BAND");
  if (named && *named) {
    const int n = snprintf(path, BL_PATH_BYTES, "%s", named);
    return (size_t)n < BL_PATH_BYTES && bl_program_is(path) ? BL_SUCCESS
                                                            : BL_NO_BAND;
  }
  return bl_program_find("backline-band", "band", path) ? BL_NO_BAND
                                                        : BL_SUCCESS;
}

static BlStatus
make_token(char token[BL_NAME_BYTES])
{
  unsigned char bytes[24];
  if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes)) {
    return BL_IO;
  }
  for (size_t i = 0; i < sizeof(bytes); ++i) {
    snprintf(token + 2 * i, 3, "%02x", bytes[i]);
  }
  return BL_SUCCESS;
}

static bool
is_secret(const char* const entry)
{
  return !strncmp(entry, "BACKLINE_API_KEY=", 17) ||
         !strncmp(entry, "BACKLINE_SERVICE=", 17);
}

/// The environment without the key; the strings are not copied
static char**
make_environment(void)
{
  size_t n = 0;
  while (environ && environ[n]) {
    ++n;
  }

  char** const out = (char**)calloc(n + 1, sizeof(char*));
  for (size_t i = 0, o = 0; out && i < n; ++i) {
    if (!is_secret(environ[i])) {
      out[o++] = environ[i];
    }
  }
  return out;
}

static int
set_attributes(posix_spawnattr_t* const attr)
{
  const struct sched_param param = { .sched_priority = 0 };
  sigset_t                 all;
  sigset_t                 none;
  sigfillset(&all);
  sigemptyset(&none);

  int err = 0;
  if ((err = posix_spawnattr_setsigdefault(attr, &all)) ||
      (err = posix_spawnattr_setsigmask(attr, &none)) ||
      (err = posix_spawnattr_setpgroup(attr, 0)) ||
      (err = posix_spawnattr_setschedpolicy(attr, SCHED_OTHER)) ||
      (err = posix_spawnattr_setschedparam(attr, &param))) {
    return err;
  }
  return posix_spawnattr_setflags(
    attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK |
            POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSCHEDULER);
}

static int
set_files(posix_spawn_file_actions_t* const files, const int in, const int out)
{
  int err = 0;
  if ((err = posix_spawn_file_actions_adddup2(files, in, 0)) ||
      (err = posix_spawn_file_actions_adddup2(files, out, 1))) {
    return err;
  }
  // The host's sockets and audio devices are not all close-on-exec
  return posix_spawn_file_actions_addclosefrom_np(files, 3);
}

static int
spawn(pid_t* const pid, char* const path, const int in, const int out)
{
  char*                      name    = strrchr(path, '/') + 1;
  char* const                argv[2] = { name, NULL };
  posix_spawnattr_t          attr;
  posix_spawn_file_actions_t files;

  char** const env = make_environment();
  if (!env) {
    return ENOMEM;
  }

  int err = posix_spawnattr_init(&attr);
  if (!err) {
    if (!(err = posix_spawn_file_actions_init(&files))) {
      if (!(err = set_attributes(&attr)) &&
          !(err = set_files(&files, in, out))) {
        err = posix_spawn(pid, path, &files, &attr, argv, env);
      }
      posix_spawn_file_actions_destroy(&files);
    }
    posix_spawnattr_destroy(&attr);
  }
  free(env);
  return err;
}

/// Above 2, so that the child's dup2 never meets its own source
static int
raise_fd(const int fd)
{
  const int high = fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, 10) : -1;
  if (fd >= 0) {
    close(fd);
  }
  return high;
}

static bool
make_pipe(int ends[2])
{
  if (pipe2(ends, O_CLOEXEC)) {
    ends[0] = ends[1] = -1;
    return false;
  }
  ends[0] = raise_fd(ends[0]);
  ends[1] = raise_fd(ends[1]);
  return ends[0] >= 0 && ends[1] >= 0;
}

static void
close_fd(int* const fd)
{
  if (*fd >= 0) {
    close(*fd);
    *fd = -1;
  }
}

static void
reap_gone_locked(void)
{
  bool left = false;
  for (size_t i = 0; i < REAP_MAX; ++i) {
    if (band.gone[i] && waitpid(band.gone[i], NULL, WNOHANG) != 0) {
      band.gone[i] = 0; // Reaped, or not ours any more
    }
    left = left || band.gone[i];
  }
  atomic_store_explicit(&band.ending, left, memory_order_relaxed);
}

static void
dismiss_locked(void)
{
  close_fd(&band.in);
  close_fd(&band.out);
  for (size_t i = 0; band.pid && i < REAP_MAX; ++i) {
    if (!band.gone[i]) {
      band.gone[i] = band.pid;
      band.pid     = 0;
    }
  }
  band.pid = 0;
  explicit_bzero(band.address.token, sizeof(band.address.token));
  reap_gone_locked();
}

static bool
is_alive_locked(void)
{
  if (!band.pid) {
    return false;
  }
  // ECHILD: somebody reaps our children for us; then only the pipe can tell
  const pid_t found = waitpid(band.pid, NULL, WNOHANG);
  if (found == band.pid) {
    band.pid = 0;
    return false;
  }
  struct pollfd pfd = { band.out, POLLIN, 0 };
  return poll(&pfd, 1, 0) <= 0 || !(pfd.revents & (POLLHUP | POLLERR));
}

static BlStatus
write_token_locked(void)
{
  char      line[BL_NAME_BYTES + 2];
  BlSigpipe sigpipe;
  const int n = snprintf(line, sizeof(line), "%s\n", band.address.token);

  bl_sigpipe_block(&sigpipe);
  const ssize_t written = write(band.in, line, (size_t)n);
  bl_sigpipe_restore(&sigpipe);
  explicit_bzero(line, sizeof(line));
  return written == n ? BL_SUCCESS : BL_NO_BAND;
}

/// One line within BL_BAND_START_S
static BlStatus
read_line_locked(BlCancel* const cancel, char* const line, const size_t size)
{
  const double end    = bl_time_monotonic() + BL_BAND_START_S;
  size_t       length = 0;

  while (bl_time_monotonic() < end) {
    if (bl_cancel_check(cancel)) {
      return BL_CANCELLED;
    }

    struct pollfd pfds[2] = { { band.out, POLLIN, 0 },
                              { bl_cancel_fd(cancel), POLLIN, 0 } };
    if (poll(pfds, 2, BL_POLL_BUSY_MS) <= 0 || !pfds[0].revents) {
      continue;
    }

    char          c = '\0';
    const ssize_t n = read(band.out, &c, 1);
    if (n <= 0 || length + 1 >= size) {
      return BL_NO_BAND;
    }
    if (c == '\n') {
      line[length] = '\0';
      return BL_SUCCESS;
    }
    line[length++] = c;
  }
  return BL_TIMED_OUT;
}

static BlStatus
read_port_locked(BlCancel* const cancel)
{
  char     line[1024];
  BlStatus st = read_line_locked(cancel, line, sizeof(line));
  if (st) {
    return st;
  }

  cJSON* const       root = bl_json_parse(line, strlen(line));
  const cJSON* const port = cJSON_GetObjectItemCaseSensitive(root, "port");
  if (cJSON_IsNumber(port) && port->valuedouble >= 1.0 &&
      port->valuedouble <= 65535.0) {
    snprintf(band.address.base, sizeof(band.address.base),
             "http://127.0.0.1:%d", (int)port->valuedouble);
  } else {
    st = BL_NO_BAND;
  }
  cJSON_Delete(root);
  return st;
}

static BlStatus
launch_locked(char* const path)
{
  int to[2]   = { -1, -1 };
  int from[2] = { -1, -1 };

  BlStatus st = make_token(band.address.token);
  if (!st && (!make_pipe(to) || !make_pipe(from))) {
    st = BL_IO;
  }
  if (!st && spawn(&band.pid, path, to[0], from[1])) {
    band.pid = 0;
    st       = BL_NO_BAND;
  }

  close_fd(&to[0]);
  close_fd(&from[1]);
  band.in  = to[1];
  band.out = from[0];
  return st;
}

static BlStatus
start_locked(const BlLog* const log,
             BlCancel* const    cancel,
             char               message[BL_MESSAGE_BYTES])
{
  char     path[BL_PATH_BYTES];
  BlStatus st = bl_band_find(path);
  if (st) {
    snprintf(message, BL_MESSAGE_BYTES, "backline-band was not found");
    return st;
  }

  if ((st = launch_locked(path)) || (st = write_token_locked()) ||
      (st = read_port_locked(cancel))) {
    snprintf(message, BL_MESSAGE_BYTES, "%.300s did not start: %s", path,
             bl_strerror(st));
    dismiss_locked();
    return st;
  }

  ++band.address.generation;
  bl_log(log, BL_LOG_NOTE, "local band started: %s", band.address.base);
  return BL_SUCCESS;
}

static void
settle_locked(void)
{
  const unsigned owed =
    atomic_exchange_explicit(&band.owed, 0, memory_order_relaxed);
  const bool had = band.clients > 0;
  band.clients -= owed < band.clients ? owed : band.clients;
  if (had && !band.clients) {
    dismiss_locked();
  }
}

/// Unlock, and let nobody's debt be forgotten in between
static void
unlock(void)
{
  do {
    settle_locked();
    pthread_mutex_unlock(&band.lock);
  } while (atomic_load_explicit(&band.owed, memory_order_relaxed) &&
           !pthread_mutex_trylock(&band.lock));
}

/// Another instance may hold the lock while the band starts
static bool
lock_patiently(BlCancel* const cancel)
{
  while (pthread_mutex_trylock(&band.lock)) {
    if (bl_cancel_sleep(cancel, 0.01)) {
      return false;
    }
  }
  return true;
}

static BlStatus
ensure(const BlLog* const   log,
       BlCancel* const      cancel,
       BlBandAddress* const address,
       char                 message[BL_MESSAGE_BYTES],
       const unsigned       share)
{
  message[0] = '\0';
  if (!lock_patiently(cancel)) {
    return BL_CANCELLED;
  }

  reap_gone_locked();
  BlStatus st = BL_SUCCESS;
  if (!is_alive_locked()) {
    dismiss_locked();
    st = start_locked(log, cancel, message);
  }
  if (!st) {
    band.clients += share;
    *address = band.address;
  }
  unlock();
  return st;
}

BlStatus
bl_band_acquire(const BlLog* const   log,
                BlCancel* const      cancel,
                BlBandAddress* const address,
                char                 message[BL_MESSAGE_BYTES])
{
  return ensure(log, cancel, address, message, 1);
}

BlStatus
bl_band_revive(const BlLog* const   log,
               BlCancel* const      cancel,
               BlBandAddress* const address,
               char                 message[BL_MESSAGE_BYTES])
{
  return ensure(log, cancel, address, message, 0);
}

void
bl_band_release(void)
{
  // Never waits: who holds the lock may be starting the band for seconds
  atomic_fetch_add_explicit(&band.owed, 1, memory_order_relaxed);
  if (!pthread_mutex_trylock(&band.lock)) {
    unlock();
  }
}

void
bl_band_reap(void)
{
  if (atomic_load_explicit(&band.ending, memory_order_relaxed) &&
      !pthread_mutex_trylock(&band.lock)) {
    reap_gone_locked();
    unlock();
  }
}
