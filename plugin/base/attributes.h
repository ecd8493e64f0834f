// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_ATTRIBUTES_H
#define BL_BASE_ATTRIBUTES_H

/**
   Tags that say which thread may call a function, and what it promises.

   The thread tags expand to nothing: they are documentation that can be
   grepped, and tests/lint checks that a function tagged BL_THREAD_RT is
   defined under rt/ or in a base/ file that rt/ may link.  The threads are
   those of DESIGN section 2:

   - BL_THREAD_RT    run(), activate(), deactivate(): no system call, lock,
                     allocation, log or file; may be any host thread, also the
                     GUI thread while the host bounces
   - BL_THREAD_HOST  instantiate, state, cleanup: may allocate, never waits
                     for the network
   - BL_THREAD_DISK  the instance's bl-disk thread: may block on files
   - BL_THREAD_JOB   the instance's bl-job thread (or the CLI's main thread):
                     may block on network and files
   - BL_THREAD_UI    the host's UI thread
   - BL_THREAD_ANY   safe from every thread, at any time
*/
#define BL_THREAD_RT
#define BL_THREAD_HOST
#define BL_THREAD_DISK
#define BL_THREAD_JOB
#define BL_THREAD_UI
#define BL_THREAD_ANY

#if defined(__clang__) && __clang_major__ >= 20
/// Checked by the compiler where it can: never blocks, never allocates
#define BL_REALTIME __attribute__((nonblocking))
#else
#define BL_REALTIME
#endif

/// Runs in every block, also where nothing happens: kept together in memory
#define BL_HOT __attribute__((hot))

/// The caller must look at the result
#define BL_NODISCARD __attribute__((warn_unused_result))

/// printf-like: format is argument `f`, values start at argument `a`
#define BL_PRINTF(f, a) __attribute__((format(printf, f, a)))

/// The only symbols that a shared object of ours exports
#define BL_EXPORT __attribute__((visibility("default")))

/// Number of elements of an array (not of a pointer)
#define BL_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif // BL_BASE_ATTRIBUTES_H
