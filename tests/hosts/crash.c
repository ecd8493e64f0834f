// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// Preloaded, it has a program that crashes print the stack of the thread that
// did: who was at work, the host or we?

#include <execinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static char stack[1u << 16];

static void
print_stack(const int number)
{
  static const char head[] = "crash: stack\n";
  void*             frames[64];
  if (write(STDERR_FILENO, head, sizeof(head) - 1u) > 0) {
    backtrace_symbols_fd(frames, backtrace(frames, 64), STDERR_FILENO);
  }
  signal(number, SIG_DFL);
  raise(number);
}

static __attribute__((constructor)) void
watch(void)
{
  static const int       numbers[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE };
  const stack_t          own    = { .ss_sp = stack, .ss_size = sizeof(stack) };
  const struct sigaction action = { .sa_handler = print_stack,
                                    .sa_flags   = SA_ONSTACK };
  void*                  frames[1];
  backtrace(frames, 1); // Loads what it needs, which a handler must not
  sigaltstack(&own, NULL);
  for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); ++i) {
    sigaction(numbers[i], &action, NULL);
  }
}
