// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_RT_LINK_H
#define BL_RT_LINK_H

#include "base/attributes.h"
#include "base/params.h"
#include "base/ring.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/**
   What run() and the instance's other threads share, besides the capture
   ring: two rings, one each way, and atomics.

   `commands` goes from run() to whoever drains it (one thread at a time, by
   the instance's own lock): a BlRtRecord, then `size` bytes.  `notices` goes
   to run(): whole atoms, each padded to 8 bytes, written under the
   instance's lock.  Atomics are relaxed where nothing else is said: each
   stands for itself, and what must come in order goes by ring.
*/

#define BL_COMMANDS_BYTES (128u << 10)
#define BL_NOTICES_BYTES (256u << 10)

/// Most bytes of an atom that run() passes on
#define BL_COMMAND_ATOM_BYTES 12288u

/// Most bytes that follow a BlRtRecord
#define BL_RECORD_BYTES (BL_COMMAND_ATOM_BYTES + 8u)

typedef enum
{
  BL_RT_GENERATE = 1, ///< An edge: float[BL_PORT_CONTROL_IN_COUNT] follow
  BL_RT_CANCEL   = 2, ///< An edge: nothing follows
  BL_RT_COMMAND  = 3, ///< A window's message: the atom follows, undecoded
  BL_RT_STRING   = 4, ///< patch:Set: uint32_t BlStringId, then the text
  BL_RT_GET      = 5, ///< patch:Get: uint32_t BlStringId, BL_N_STRINGS = all
} BlRtRecordType;

typedef struct
{
  uint32_t type; ///< BlRtRecordType
  uint32_t size; ///< Bytes that follow
} BlRtRecord;

typedef struct
{
  // Immutable while run() may be called
  BlRing* commands;
  BlRing* notices;

  // Atomic: run() -> any: control inputs, clamped
  alignas(64) _Atomic float values[BL_PORT_CONTROL_IN_COUNT];
  atomic_bool          recording; ///< A take is open
  atomic_bool          located;   ///< The host has a transport that is used
  atomic_uint_fast32_t lost;      ///< Commands that found the ring full
  atomic_uint_fast32_t runs; ///< Calls of run() but those at rest, wrapping

  // Who has the capture: run(), or who closes the take of a host that calls
  // run() no more.  Taken by trying: nobody waits for it
  atomic_flag capturing;

  // Atomic: run() raises it, the disk thread takes it (sets it to 0); a peak
  // that comes between may be told one message later
  alignas(64) _Atomic float peak;

  // Atomic: restore() -> run(): when, on the monotonic clock; 0 = never
  _Atomic double restored_at;

  // Atomic: any -> run(), release/acquire: grows after what follows, a
  // notice, or frames lost on their way to the disk were written, so that who
  // sees it unchanged need not look
  atomic_uint_fast32_t published;

  // Atomic: job and disk thread -> run(): what the ports show
  atomic_int    shown; ///< BlShown but for armed and recording
  atomic_int    takes;
  atomic_int    results;
  atomic_int    error;
  _Atomic float progress;
  _Atomic float credits;
  _Atomic float take_seconds; ///< Of the last take, where run() saw none
  _Atomic float take_bar;
} BlRtLink;

#endif // BL_RT_LINK_H
