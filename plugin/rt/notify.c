// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "rt/notify.h"

#include <stddef.h>
#include <string.h>

static uint32_t
padded(const uint32_t size)
{
  return (size + 7u) & ~7u;
}

bool
bl_notify_write(LV2_Atom_Sequence* const sequence,
                const BlUrids* const     urids,
                BlRing* const            notices)
{
  const uint32_t capacity = sequence->atom.size;
  uint32_t       used     = sizeof(LV2_Atom_Sequence_Body);
  if (capacity < used) {
    return false;
  }

  sequence->atom.type = urids->atom_Sequence;
  sequence->body.unit = 0;
  sequence->body.pad  = 0;

  uint8_t* const body = (uint8_t*)&sequence->body;
  LV2_Atom       head = { 0, 0 };
  bool           full = false;
  while (bl_ring_peek(notices, &head, sizeof(head))) {
    const uint32_t bytes = padded((uint32_t)sizeof(head) + head.size);
    const uint32_t event = (uint32_t)offsetof(LV2_Atom_Event, body) + bytes;
    if (event > capacity - used) {
      if (event > capacity - sizeof(LV2_Atom_Sequence_Body)) {
        bl_ring_skip(notices, bytes);
        continue;
      }
      full = true;
      break;
    }

    memset(body + used, 0, offsetof(LV2_Atom_Event, body));
    if (!bl_ring_read(notices, body + used + offsetof(LV2_Atom_Event, body),
                      bytes)) {
      break;
    }
    used += event;
  }

  sequence->atom.size = used;
  return !full;
}
