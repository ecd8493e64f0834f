// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// libFuzzer target: what a host or a window puts on the control port, and
// what a plugin puts on the notify port.  The first byte says which: a whole
// sequence for run(), one message for a window, or a list of the state.
// Built and run for a while by test_fuzz_protocol.sh.

#include "base/protocol.h"
#include "base/protocol_fields.h"
#include "base/urids.h"
#include "rt/control.h"
#include "rt/notify.h"
#include "state.h"
#include "support/uris.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

static NumberedUris uris;

static BlUrids    urids;
static BlProtocol protocol;
static BlRtLink   link;

static void
start(void)
{
  LV2_URID_Map map = { &uris, uris_number };
  if (uris.n) {
    return;
  }
  if (!bl_urids_map(&urids, &map) || !bl_protocol_map(&protocol, &map)) {
    abort();
  }
  link.commands = bl_ring_new(BL_COMMANDS_BYTES);
  link.notices  = bl_ring_new(BL_NOTICES_BYTES);
}

/// Everything decoded can be encoded, and reads the same again
static void
check_message(const LV2_Atom* const atom, const uint32_t size)
{
  static BlMessage message;
  static BlMessage again;
  static uint64_t  buffer[BL_MESSAGE_ATOM_BYTES / 8u];
  static uint64_t  second[BL_MESSAGE_ATOM_BYTES / 8u];
  if (bl_message_decode(&protocol, atom, size, &message)) {
    return;
  }

  for (size_t i = 0; i < BL_N_PROTOCOL_FIELDS; ++i) {
    const BlProtocolField* const f      = &bl_protocol_fields[i];
    const char* const            member = (const char*)&message + f->offset;
    if (f->kind == message.kind && f->type == BL_FIELD_STRING &&
        strnlen(member, f->size) == f->size) {
      abort();
    }
  }

  const uint32_t n =
    bl_message_encode(&protocol, &message, buffer, sizeof(buffer));
  if (!n ||
      bl_message_decode(&protocol, (const LV2_Atom*)(void*)buffer, n, &again)) {
    abort();
  }
  if (bl_message_encode(&protocol, &again, second, sizeof(second)) != n ||
      memcmp(buffer, second, n) != 0) {
    abort();
  }
}

/// As run() does, then as the job thread does
static void
check_sequence(const LV2_Atom_Sequence* const sequence)
{
  static BlControlTimes times;
  static uint64_t       record[BL_RECORD_BYTES / 8u + 1u];
  BlRtRecord            head = { 0, 0 };

  bl_control_read(sequence, &urids, &protocol, 1024, &link, &times);
  uint32_t last = 0;
  for (uint32_t i = 0; i < times.n_events; ++i) {
    if (times.events[i].offset > 1024 || times.events[i].offset < last) {
      abort();
    }
    last = times.events[i].offset;
  }

  while (bl_ring_read(link.commands, &head, sizeof(head))) {
    if (head.size > BL_RECORD_BYTES ||
        !bl_ring_read(link.commands, record, head.size)) {
      abort();
    }
    if (head.type == BL_RT_COMMAND) {
      check_message((const LV2_Atom*)(void*)record, head.size);
    }
  }
}

/// Any atom through the notify port of any capacity
static void
check_notify(const LV2_Atom* const atom, const uint32_t size)
{
  const uint32_t padded = (size + 7u) & ~7u;
  uint8_t* const copy   = (uint8_t*)calloc(1, padded + 8u);
  memcpy(copy, atom, size);
  ((LV2_Atom*)(void*)copy)->size = size - (uint32_t)sizeof(LV2_Atom);
  if (bl_ring_write(link.notices, copy, padded)) {
    abort();
  }
  free(copy);

  const uint32_t           room = size % 512u;
  LV2_Atom_Sequence* const port =
    (LV2_Atom_Sequence*)malloc(sizeof(LV2_Atom_Sequence) + room);
  port->atom.type = 0;
  port->atom.size = (uint32_t)sizeof(LV2_Atom_Sequence_Body) + room;
  bl_notify_write(port, &urids, link.notices);
  free(port);
  bl_ring_skip(link.notices, bl_ring_read_space(link.notices));
}

static void
check_state(const char* const text, const size_t size)
{
  static BlSession session;
  memset(&session, 0, sizeof(session));
  bl_session_read_takes(&session, text, size);
  bl_session_read_jobs(&session, text, size);
  for (size_t i = 0; i < session.n_jobs; ++i) {
    if (!session.jobs[i].number || strchr(session.jobs[i].take_id, '/')) {
      abort();
    }
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  start();
  if (size < 1 + sizeof(LV2_Atom_Sequence)) {
    return 0;
  }

  // An own block of exactly these bytes, so that any byte beyond is seen
  const uint32_t n    = (uint32_t)size - 1u;
  uint8_t* const copy = (uint8_t*)malloc(n);
  memcpy(copy, data + 1, n);
  if (data[0] % 4u == 0) {
    LV2_Atom_Sequence* const sequence = (LV2_Atom_Sequence*)(void*)copy;
    sequence->atom.type               = urids.atom_Sequence;
    sequence->atom.size               = n - (uint32_t)sizeof(LV2_Atom);
    check_sequence(sequence);
  } else if (data[0] % 4u == 1u) {
    check_message((const LV2_Atom*)(void*)copy, n);
  } else if (data[0] % 4u == 2u) {
    check_notify((const LV2_Atom*)(void*)copy, n);
  } else {
    check_state((const char*)copy, n);
  }
  free(copy);
  return 0;
}
