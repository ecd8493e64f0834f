// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// Writes seeds for tests/fuzz/fuzz_protocol.c into a folder: each message
// with every field set, alone and as the one event of a sequence.  URIDs are
// numbered as the fuzzer numbers them: from 1, in the order of asking.

#include "base/protocol.h"
#include "base/protocol_fields.h"
#include "base/urids.h"
#include "support/uris.h"

#include <stdio.h>
#include <string.h>

static NumberedUris uris;

static void
fill(BlMessage* const message)
{
  for (size_t i = 0; i < BL_N_PROTOCOL_FIELDS; ++i) {
    const BlProtocolField* const f      = &bl_protocol_fields[i];
    char* const                  member = (char*)message + f->offset;
    const uint32_t               count  = 4;
    if (f->kind != message->kind) {
      continue;
    }
    if (f->type == BL_FIELD_STRING) {
      snprintf(member, f->size, "20261122T101340Z-1a2b3c4d");
    } else if (f->type == BL_FIELD_LIST) {
      memcpy(member, &count, sizeof(count));
    } else {
      member[0] = 1;
    }
  }
}

static int
write_seed(const char* const folder,
           const char* const name,
           const uint32_t    number,
           const char        which,
           const void* const data,
           const size_t      size)
{
  char path[4096];
  snprintf(path, sizeof(path), "%s/%s%u", folder, name, (unsigned)number);
  FILE* const file = fopen(path, "wb");
  const int   bad =
    !file || fputc(which, file) == EOF || fwrite(data, 1, size, file) != size;
  return (file && fclose(file)) || bad;
}

int
main(const int argc, char** const argv)
{
  static BlMessage  message;
  static BlUrids    urids;
  static BlProtocol protocol;
  static uint64_t   atom[4u + BL_MESSAGE_ATOM_BYTES / 8u];
  LV2_URID_Map      map = { &uris, uris_number };
  if (argc != 2 || !bl_urids_map(&urids, &map) ||
      !bl_protocol_map(&protocol, &map)) {
    return 2;
  }

  for (unsigned kind = 1; kind < BL_N_MESSAGES; ++kind) {
    bl_message_init(&message, (BlMessageKind)kind);
    fill(&message);

    // Sequence header, event's time, then the message
    const uint32_t size =
      bl_message_encode(&protocol, &message, atom + 3, BL_MESSAGE_ATOM_BYTES);
    memset(atom, 0, 3 * sizeof(atom[0]));
    if (!size || write_seed(argv[1], "message", kind, 1, atom + 3, size) ||
        write_seed(argv[1], "notify", kind, 2, atom + 3, size) ||
        write_seed(argv[1], "sequence", kind, 0, atom, size + 24u)) {
      return 1;
    }
  }

  static const char list[] = "20261122T101340Z-1a2b3c4d#1 x#2";
  return write_seed(argv[1], "state", 0, 3, list, sizeof(list));
}
