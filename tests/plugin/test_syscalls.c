// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 180
// no sanitizer: it forbids system calls, which sanitizers make

// run() makes no system call, no allocation and takes no lock, while it arms,
// captures, generates against a service, talks to a window, and while the
// state is saved and restored; but for sleeping while the host is provably
// faster than real time

#include "base/ports.h"
#include "base/protocol.h"
#include "base/thread.h"
#include "support/host.h"
#include "support/scene.h"
#include "support/standin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dlfcn.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

// What the audio thread did that it must not do

static atomic_int         trapped[512]; ///< By system call
static atomic_int         n_allocations;
static atomic_int         n_locks;
static atomic_int         n_frees;
static _Thread_local bool in_run;

extern void* __libc_malloc(size_t size);
extern void* __libc_calloc(size_t count, size_t size);
extern void* __libc_realloc(void* old, size_t size);
extern void  __libc_free(void* memory);

void*
malloc(const size_t size)
{
  n_allocations += in_run;
  return __libc_malloc(size);
}

void*
calloc(const size_t count, const size_t size)
{
  n_allocations += in_run;
  return __libc_calloc(count, size);
}

void*
realloc(void* const old, const size_t size)
{
  n_allocations += in_run;
  return __libc_realloc(old, size);
}

void
free(void* const memory)
{
  n_frees += in_run;
  __libc_free(memory);
}

int
pthread_mutex_lock(pthread_mutex_t* const mutex)
{
  static int (*next)(pthread_mutex_t*);
  if (!next) {
    void* const symbol = dlsym(RTLD_NEXT, "pthread_mutex_lock");
    memcpy(&next, &symbol, sizeof(next));
  }
  n_locks += in_run;
  return next(mutex);
}

static void
on_trap(const int number, siginfo_t* const info, void* const context)
{
  (void)number;
  ucontext_t* const c    = (ucontext_t*)context;
  const int         call = info->si_syscall;
  const int         slot = call >= 0 && call < 512 ? call : 511;
  atomic_fetch_add(&trapped[slot], 1);
#if defined(__x86_64__)
  c->uc_mcontext.gregs[REG_RAX] = -ENOSYS;
#elif defined(__aarch64__)
  c->uc_mcontext.regs[0] = (unsigned long long)-ENOSYS;
#endif
}

/**
   From here on this thread may sleep on CLOCK_BOOTTIME, which is how the test
   paces it (run() would use another clock), return from a signal, and, where
   `may_wait`, sleep on any clock.  All else is trapped.
*/
static void
forbid(const bool may_wait)
{
  const unsigned any_clock = may_wait ? 1 : 0;

  struct sock_filter code[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigreturn, 4, 0),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clock_nanosleep, 0, 2),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CLOCK_BOOTTIME, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  if (any_clock) { // Any clock will do: the comparison always holds
    code[4] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0, 1, 0);
  }

  // Now, since cmocka sets its own for each test
  struct sigaction action = { 0 };
  action.sa_sigaction     = on_trap;
  action.sa_flags         = SA_SIGINFO;
  sigaction(SIGSYS, &action, NULL);

  const struct sock_fprog program = { BL_COUNT(code), code };
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
      syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program)) {
    printf("Bail out! seccomp: %s\n", strerror(errno));
    _exit(1);
  }
}

static unsigned
report(void)
{
  unsigned total = 0;
  for (int i = 0; i < 512; ++i) {
    if (trapped[i]) {
      printf("# system call %d: %d times\n", i, trapped[i]);
      total += (unsigned)trapped[i];
    }
  }
  return total;
}

static void
reset(void)
{
  for (int i = 0; i < 512; ++i) {
    trapped[i] = 0;
  }
  n_allocations = n_locks = n_frees = 0;
}

// The audio thread

#define BLOCK 512u
#define SECONDS 12u

typedef struct
{
  BlHost*         host;
  float*          signal;
  size_t          frames;
  bool            may_wait;
  bool            generate;
  atomic_bool     done;
  float           status; ///< As it ended
  float           results;
  float           dropped;
  unsigned        told; ///< Events of the notify port
  const LV2_Atom* hello;
  const LV2_Atom* look;
} Audio;

static void
pace(const long usec)
{
  const struct timespec ts = { 0, 1000L * usec };
  clock_nanosleep(CLOCK_BOOTTIME, 0, &ts, NULL);
}

static void
block(Audio* const a, const float* const input, const long usec)
{
  if (input) {
    memcpy(bl_host_input(a->host, 0), input, BLOCK * sizeof(float));
  }
  in_run = true;
  bl_host_run(a->host, BLOCK);
  in_run = false;
  if (usec) {
    pace(usec);
  }
}

static void
count_event(void* const handle, const LV2_Atom* const atom)
{
  (void)atom;
  ++((Audio*)handle)->told;
}

static void
capture(Audio* const a)
{
  BlHostPosition position = { .frame = 96000, .speed = 1.0, .bpm = 120.0 };
  bl_host_set(a->host, "arm", 1.0f);
  for (unsigned i = 0; i < 100; ++i) {
    block(a, NULL, 1000);
  }

  bl_host_position(a->host, &position, 0);
  for (size_t at = 0; at + BLOCK <= a->frames; at += BLOCK) {
    if (at % (64u * BLOCK) == 0) { // A window that asks for all it can
      bl_host_send(a->host, a->hello);
    }
    block(a, a->signal + at, a->may_wait ? 0 : 1000);
  }

  position.frame += (int64_t)a->frames;
  position.speed = 0.0;
  bl_host_position(a->host, &position, 0);
  block(a, NULL, 1000);
}

static void
generate(Audio* const a)
{
  for (unsigned i = 0; i < 5000 && bl_host_get(a->host, "takes") < 1; ++i) {
    block(a, NULL, 1000);
  }
  bl_host_set_string(a->host, BL_STRING_TAGS, "folk, fingerpicked guitar");
  bl_host_set_string(a->host, BL_STRING_TITLE, "No call");
  bl_host_send(a->host, a->look);
  block(a, NULL, 1000);

  // A restore() of the other thread may guard against clicks: click again
  for (unsigned i = 0; i < 30000; ++i) {
    bl_host_set(a->host, "generate", i % 512 < 256 ? 1.0f : 0.0f);
    block(a, NULL, 1000);
    const float status = bl_host_get(a->host, "status");
    if (status >= BL_SHOWN_DONE) {
      break;
    }
    if (status > BL_SHOWN_TAKE) {
      while (bl_host_get(a->host, "status") < BL_SHOWN_DONE && i++ < 30000) {
        block(a, NULL, 1000);
      }
      break;
    }
  }
  a->status  = bl_host_get(a->host, "status");
  a->results = bl_host_get(a->host, "results");
  bl_host_set(a->host, "cancel", 1.0f);
  for (unsigned i = 0; i < 50; ++i) {
    block(a, NULL, 1000);
  }
}

static void*
audio_thread(void* const data)
{
  Audio* const a = (Audio*)data;

  forbid(a->may_wait);
  capture(a);
  if (a->generate) {
    generate(a);
  }
  a->dropped = bl_host_get(a->host, "dropped");
  atomic_store(&a->done, true);
  for (;;) { // It can not even end
    pace(999000);
  }
  return NULL;
}

static BlWorld* world;

/// Encode a window's message into `buffer`
static const LV2_Atom*
encode(const BlMessage* const message, void* const buffer, const uint32_t size)
{
  BlProtocol* const protocol = (BlProtocol*)calloc(1, sizeof(BlProtocol));
  assert_true(bl_protocol_map(protocol, bl_world_map(world)));
  assert_true(bl_message_encode(protocol, message, buffer, size));
  free(protocol);
  return (const LV2_Atom*)buffer;
}

static void
expect_nothing(void)
{
  assert_int_equal(report(), 0);
  assert_int_equal(n_allocations, 0);
  assert_int_equal(n_frees, 0);
  assert_int_equal(n_locks, 0);
}

static void
none_while_it_captures_and_generates(void** const state)
{
  (void)state;
  static alignas(8) uint8_t hello_atom[256];
  static alignas(8) uint8_t look_atom[256];
  static Audio              audio; // Its thread outlives the test

  Standin* const standin = standin_new(NULL);
  assert_non_null(standin);
  assert_true(standin_write_config(standin, getenv("XDG_CONFIG_HOME")));

  BlMessage hello;
  BlMessage look;
  bl_message_init(&hello, BL_MSG_HELLO);
  hello.as.hello.all = true;
  bl_message_init(&look, BL_MSG_LIST);

  const BlHostSetup setup = { 0 };
  audio.host              = bl_host_new(world, &setup);
  audio.frames            = SECONDS * 48000u;
  audio.signal            = scene_signal(audio.frames + BLOCK, 1);
  audio.generate          = true;
  audio.hello             = encode(&hello, hello_atom, sizeof(hello_atom));
  audio.look              = encode(&look, look_atom, sizeof(look_atom));
  bl_host_listen(audio.host, count_event, &audio);

  reset();
  pthread_t thread;
  assert_int_equal(pthread_create(&thread, NULL, audio_thread, &audio), 0);
  unsigned saves = 0;
  for (double end = bl_time_monotonic() + 90.0;
       !audio.done && bl_time_monotonic() < end; ++saves) {
    char* const text = bl_host_save(audio.host, BL_HOST_SESSION);
    if (saves % 200 == 10) {
      assert_true(bl_host_restore(audio.host, text));
    }
    free(text);
    usleep(20000);
  }

  assert_true(audio.done);
  expect_nothing();
  assert_true(saves > 20);
  assert_true(audio.told > 100);
  assert_float_equal(audio.status, BL_SHOWN_DONE, 0.0f);
  assert_float_equal(audio.results, 2.0f, 0.0f);
  assert_float_equal(audio.dropped, 0.0f, 0.0f);
  assert_int_equal(standin_tasks(standin), 1);
  standin_free(standin);
}

static void
only_sleeps_while_it_waits_for_the_disk(void** const state)
{
  (void)state;
  static Audio audio;

  const BlHostSetup setup = { 0 };
  audio.host              = bl_host_new(world, &setup);
  audio.frames            = 90u * 48000u; // Seven rings
  audio.signal            = scene_signal(audio.frames + BLOCK, 2);
  audio.may_wait          = true;

  static alignas(8) uint8_t hello_atom[256];
  BlMessage                 hello;
  bl_message_init(&hello, BL_MSG_HELLO);
  audio.hello = encode(&hello, hello_atom, sizeof(hello_atom));

  reset();
  pthread_t thread;
  assert_int_equal(pthread_create(&thread, NULL, audio_thread, &audio), 0);
  for (double end = bl_time_monotonic() + 60.0;
       !audio.done && bl_time_monotonic() < end;) {
    usleep(20000);
  }
  assert_true(audio.done);
  expect_nothing();
  assert_float_equal(audio.dropped, 0.0f, 0.0f);
}

static atomic_bool   trap_tried;
static void* _Atomic kept; // So that the compiler leaves it in

static void*
forbidden_thread(void* const data)
{
  (void)data;
  forbid(false);
  in_run = true;
  kept   = malloc(10);
  free(kept);
  getppid();
  in_run = false;
  atomic_store(&trap_tried, true);
  for (;;) {
    pace(999000);
  }
  return NULL;
}

static void
the_trap_works(void** const state)
{
  (void)state;
  reset();
  pthread_t thread;
  assert_int_equal(pthread_create(&thread, NULL, forbidden_thread, NULL), 0);
  while (!trap_tried) {
    usleep(1000);
  }
  assert_int_equal(trapped[SYS_getppid], 1);
  assert_true(report() >= 1);
  assert_int_equal(n_allocations, 1);
  assert_int_equal(n_frees, 1);
}

int
main(void)
{
  if (!(world = bl_world_new())) {
    return 1;
  }
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(the_trap_works),
    cmocka_unit_test(none_while_it_captures_and_generates),
    cmocka_unit_test(only_sleeps_while_it_waits_for_the_disk),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
