// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_RING_H
#define BL_BASE_RING_H

#include "base/attributes.h"
#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

/**
   A ring of bytes between one writing and one reading thread.

   Real-time safe and wait-free at both ends.  What is written becomes
   visible by transactions: begin, amend any number of times, commit; until
   the commit the reader sees nothing, and a transaction that is not committed
   never was.  All sizes are bytes.

   Each side loads the other's index once (acquire), works, and stores its own
   index once (release).
*/
typedef struct BlRingImpl BlRing;

/// Two pieces of memory that follow one another; the second may be empty
typedef struct
{
  void*    data[2];
  uint32_t size[2];
} BlRingSpan;

/// The same to read from
typedef struct
{
  const void* data[2];
  uint32_t    size[2];
} BlRingView;

/// A write that is not visible yet
typedef struct
{
  uint32_t read_head;  ///< As it was at begin
  uint32_t write_head; ///< Behind what was amended
} BlRingTransaction;

/// Capacity is `size` rounded up to a power of two, at most 2^31; memory is
/// touched, so that the first round faults no page.  NULL when out of memory
BL_THREAD_HOST BL_NODISCARD BlRing* bl_ring_new(uint32_t size);

/// NULL is allowed
BL_THREAD_HOST void bl_ring_free(BlRing* ring);

BL_THREAD_ANY BL_REALTIME uint32_t bl_ring_capacity(const BlRing* ring);

// The writing thread

BL_REALTIME uint32_t bl_ring_write_space(const BlRing* ring);

/// Bytes that the reader has taken since the beginning, modulo 2^32
BL_REALTIME uint32_t bl_ring_read_head(const BlRing* ring);

BL_REALTIME BlRingTransaction bl_ring_begin_write(const BlRing* ring);

/// Bytes that still fit into the transaction
BL_REALTIME uint32_t bl_ring_amend_space(const BlRing*            ring,
                                         const BlRingTransaction* tx);

/// @return BL_TOO_BIG where it does not fit: nothing was changed
BL_REALTIME BL_NODISCARD BlStatus bl_ring_amend_write(BlRing*            ring,
                                                      BlRingTransaction* tx,
                                                      const void*        data,
                                                      uint32_t           size);

/// The same without copying: the caller fills the span before the commit
BL_REALTIME BL_NODISCARD BlStatus bl_ring_amend_span(BlRing*            ring,
                                                     BlRingTransaction* tx,
                                                     uint32_t           size,
                                                     BlRingSpan*        span);

BL_REALTIME void bl_ring_commit_write(BlRing*                  ring,
                                      const BlRingTransaction* tx);

/// Begin, amend and commit at once
BL_REALTIME BL_NODISCARD BlStatus bl_ring_write(BlRing*     ring,
                                                const void* data,
                                                uint32_t    size);

// The reading thread

/// On any other thread only a hint: 0 where nothing is to be read just now
BL_REALTIME uint32_t bl_ring_read_space(const BlRing* ring);

/// Copy without taking; @return false where fewer than `size` are there
BL_REALTIME bool bl_ring_peek(const BlRing* ring, void* data, uint32_t size);

/// Copy and take; @return false where fewer than `size` are there
BL_REALTIME bool bl_ring_read(BlRing* ring, void* data, uint32_t size);

/// Look at the first `size` bytes in place; the caller knows that they exist
BL_REALTIME BlRingView bl_ring_view(const BlRing* ring, uint32_t size);

/// Take `size` bytes that exist
BL_REALTIME void bl_ring_skip(BlRing* ring, uint32_t size);

#endif // BL_BASE_RING_H
