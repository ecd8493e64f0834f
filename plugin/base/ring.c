// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/ring.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_LINE 64u

struct BlRingImpl
{
  // Immutable after new
  uint32_t       size;
  uint32_t       mask;
  unsigned char* data;

  // Atomic: reader -> writer, release/acquire: the space may be reused
  alignas(CACHE_LINE) atomic_uint_least32_t read_head;

  // Atomic: writer -> reader, release/acquire: the bytes before it are there
  alignas(CACHE_LINE) atomic_uint_least32_t write_head;
};

static uint32_t
next_power_of_two(const uint32_t size)
{
  uint32_t power = CACHE_LINE;
  while (power < size) {
    power <<= 1u;
  }
  return power;
}

BlRing*
bl_ring_new(const uint32_t size)
{
  if (!size || size > 1u << 31u) {
    return NULL;
  }

  BlRing* const ring = (BlRing*)aligned_alloc(CACHE_LINE, sizeof(BlRing));
  if (!ring) {
    return NULL;
  }

  ring->size = next_power_of_two(size);
  ring->mask = ring->size - 1u;
  ring->data = (unsigned char*)aligned_alloc(CACHE_LINE, ring->size);
  atomic_init(&ring->read_head, 0u);
  atomic_init(&ring->write_head, 0u);
  if (!ring->data) {
    free(ring);
    return NULL;
  }

  // An untouched page would fault in the audio thread
  memset(ring->data, 0, ring->size);
  return ring;
}

void
bl_ring_free(BlRing* const ring)
{
  if (ring) {
    free(ring->data);
    free(ring);
  }
}

uint32_t
bl_ring_capacity(const BlRing* const ring)
{
  return ring->size;
}

uint32_t
bl_ring_read_head(const BlRing* const ring)
{
  return atomic_load_explicit(&ring->read_head, memory_order_acquire);
}

uint32_t
bl_ring_write_space(const BlRing* const ring)
{
  const uint32_t w =
    atomic_load_explicit(&ring->write_head, memory_order_relaxed);
  return ring->size - (w - bl_ring_read_head(ring));
}

BlRingTransaction
bl_ring_begin_write(const BlRing* const ring)
{
  const BlRingTransaction tx = { bl_ring_read_head(ring),
                                 atomic_load_explicit(&ring->write_head,
                                                      memory_order_relaxed) };
  return tx;
}

uint32_t
bl_ring_amend_space(const BlRing* const ring, const BlRingTransaction* const tx)
{
  return ring->size - (tx->write_head - tx->read_head);
}

BlStatus
bl_ring_amend_span(BlRing* const            ring,
                   BlRingTransaction* const tx,
                   const uint32_t           size,
                   BlRingSpan* const        span)
{
  if (size > bl_ring_amend_space(ring, tx)) {
    return BL_TOO_BIG;
  }

  const uint32_t at    = tx->write_head & ring->mask;
  const uint32_t first = size < ring->size - at ? size : ring->size - at;
  span->data[0]        = ring->data + at;
  span->size[0]        = first;
  span->data[1]        = ring->data;
  span->size[1]        = size - first;
  tx->write_head += size;
  return BL_SUCCESS;
}

BlStatus
bl_ring_amend_write(BlRing* const            ring,
                    BlRingTransaction* const tx,
                    const void* const        data,
                    const uint32_t           size)
{
  BlRingSpan     span;
  const BlStatus st = bl_ring_amend_span(ring, tx, size, &span);
  if (st) {
    return st;
  }

  memcpy(span.data[0], data, span.size[0]);
  memcpy(span.data[1], (const unsigned char*)data + span.size[0], span.size[1]);
  return BL_SUCCESS;
}

void
bl_ring_commit_write(BlRing* const ring, const BlRingTransaction* const tx)
{
  atomic_store_explicit(&ring->write_head, tx->write_head,
                        memory_order_release);
}

BlStatus
bl_ring_write(BlRing* const ring, const void* const data, const uint32_t size)
{
  BlRingTransaction tx = bl_ring_begin_write(ring);
  const BlStatus    st = bl_ring_amend_write(ring, &tx, data, size);
  if (!st) {
    bl_ring_commit_write(ring, &tx);
  }
  return st;
}

uint32_t
bl_ring_read_space(const BlRing* const ring)
{
  const uint32_t w =
    atomic_load_explicit(&ring->write_head, memory_order_acquire);
  return w - atomic_load_explicit(&ring->read_head, memory_order_relaxed);
}

BlRingView
bl_ring_view(const BlRing* const ring, const uint32_t size)
{
  const uint32_t at =
    atomic_load_explicit(&ring->read_head, memory_order_relaxed) & ring->mask;
  const uint32_t   first = size < ring->size - at ? size : ring->size - at;
  const BlRingView view  = { { ring->data + at, ring->data },
                             { first, size - first } };
  return view;
}

bool
bl_ring_peek(const BlRing* const ring, void* const data, const uint32_t size)
{
  if (bl_ring_read_space(ring) < size) {
    return false;
  }

  const BlRingView view = bl_ring_view(ring, size);
  memcpy(data, view.data[0], view.size[0]);
  memcpy((unsigned char*)data + view.size[0], view.data[1], view.size[1]);
  return true;
}

bool
bl_ring_read(BlRing* const ring, void* const data, const uint32_t size)
{
  if (!bl_ring_peek(ring, data, size)) {
    return false;
  }

  bl_ring_skip(ring, size);
  return true;
}

void
bl_ring_skip(BlRing* const ring, const uint32_t size)
{
  const uint32_t r =
    atomic_load_explicit(&ring->read_head, memory_order_relaxed);
  atomic_store_explicit(&ring->read_head, r + size, memory_order_release);
}
