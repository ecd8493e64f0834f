// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "xscreen.h"

#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static XScreen* current; ///< For the X error handler, which has no handle

void
xscreen_require(const bool holds, const char* const what)
{
  if (!holds) {
    printf("Bail out! %s\n", what);
    exit(1);
  }
}

static int
count_error(Display* const display, XErrorEvent* const error)
{
  (void)display;
  printf("# X error %d of request %d\n", error->error_code,
         error->request_code);
  ++current->errors;
  return 0;
}

// Programs

static pid_t
start(const char* const program, const char* const argv[])
{
  const pid_t pid = fork();
  if (!pid) {
    prctl(PR_SET_PDEATHSIG, SIGKILL); // Also where the test is killed
    if (!freopen("/dev/null", "w", stdout) ||
        !freopen("/dev/null", "w", stderr)) {
      _exit(126);
    }
    execvp(program, (char* const*)(uintptr_t)argv);
    _exit(127);
  }
  return pid;
}

static void
end(const int pid)
{
  kill(pid, SIGTERM);
  waitpid(pid, NULL, 0);
}

static void
start_server(XScreen* const screen)
{
  int  fds[2];
  char number[16] = { 0 };
  char option[16];
  char name[32];
  char size[32];
  xscreen_require(!pipe(fds), "pipe");
  snprintf(option, sizeof(option), "%d", fds[1]);
  snprintf(size, sizeof(size), "%dx%dx24", XSCREEN_WIDTH, XSCREEN_HEIGHT);
  // -noreset: it would start anew when its first client has gone
  const char* const argv[] = { "Xvfb", "-displayfd", option, "-screen",  "0",
                               size,   "-nolisten",  "tcp",  "-noreset", NULL };
  screen->xvfb             = start("Xvfb", argv);
  close(fds[1]);
  for (size_t n = 0; !strchr(number, '\n'); ++n) {
    xscreen_require(n < sizeof(number) - 1u && read(fds[0], number + n, 1) == 1,
                    "Xvfb has started");
  }
  close(fds[0]);
  snprintf(name, sizeof(name), ":%ld", strtol(number, NULL, 10));
  setenv("DISPLAY", name, 1);
}

/// Windows that open before the manager is there are moved later
static void
wait_for_manager(Display* const display)
{
  const Atom    check = XInternAtom(display, "_NET_SUPPORTING_WM_CHECK", False);
  Atom          type  = None;
  int           form  = 0;
  unsigned long n     = 0;
  unsigned long left  = 0;
  unsigned char* data = NULL;
  for (unsigned i = 0; i < 3000u && type == None; ++i) {
    usleep(10000);
    XGetWindowProperty(display, DefaultRootWindow(display), check, 0, 1, False,
                       AnyPropertyType, &type, &form, &n, &left, &data);
    if (data) {
      XFree(data);
    }
  }
  xscreen_require(type != None, "the window manager has started");
}

void
xscreen_start(XScreen* const screen)
{
  const char* const openbox[] = { "openbox", NULL };

  memset(screen, 0, sizeof(*screen));
  current = screen;
  start_server(screen);
  screen->manager = start("openbox", openbox);
  screen->display = XOpenDisplay(NULL);
  xscreen_require(screen->display != NULL, "the screen can be opened");
  wait_for_manager(screen->display);
  XSetErrorHandler(count_error);
}

void
xscreen_stop(XScreen* const screen)
{
  XCloseDisplay(screen->display);
  end(screen->manager);
  end(screen->xvfb);
}

// A person

void
xscreen_do(XScreen* const screen, const char* const format, ...)
{
  char    command[1024] = "xdotool ";
  va_list args;
  va_start(args, format);
  vsnprintf(command + 8, sizeof(command) - 8u, format, args);
  va_end(args);
  xscreen_require(!system(command), command);
  // What xdotool asked for lies before this in the server
  XSync(screen->display, False);
}

bool
xscreen_is_free(void)
{
  Display* const display = XOpenDisplay(NULL);
  xscreen_require(display != NULL, "the screen can be opened");
  const Window root = DefaultRootWindow(display);
  const bool   pointer =
    XGrabPointer(display, root, False, 0, GrabModeAsync, GrabModeAsync, None,
                 None, CurrentTime) == GrabSuccess;
  const bool keyboard =
    XGrabKeyboard(display, root, False, GrabModeAsync, GrabModeAsync,
                  CurrentTime) == GrabSuccess;
  XCloseDisplay(display); // Ends both
  return pointer && keyboard;
}
