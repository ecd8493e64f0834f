// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/protocol.h"

#include "base/protocol_fields.h"
#include "base/text.h"
#include "base/urids.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define N_FIELDS BL_N_PROTOCOL_FIELDS

static const char* const kind_names[BL_N_MESSAGES] = {
  "None", "Hello",  "Bye",   "Generate", "Cancel", "Resume",   "Claim",
  "List", "Look",   "Adopt", "Refine",   "Status", "Level",    "Live",
  "Take", "Listed", "Job",   "Result",   "Peaks",  "Settings",
};

static LV2_URID
map_ours(LV2_URID_Map* const map, const char* const name)
{
  char uri[64] = BL_LV2_PREFIX;

  strncat(uri, name, sizeof(uri) - sizeof(BL_LV2_PREFIX));
  return map->map(map->handle, uri);
}

bool
bl_protocol_map(BlProtocol* const protocol, LV2_URID_Map* const map)
{
  memset(protocol, 0, sizeof(*protocol));
  protocol->atom_Blank  = map->map(map->handle, LV2_ATOM__Blank);
  protocol->atom_Bool   = map->map(map->handle, LV2_ATOM__Bool);
  protocol->atom_Float  = map->map(map->handle, LV2_ATOM__Float);
  protocol->atom_Int    = map->map(map->handle, LV2_ATOM__Int);
  protocol->atom_Long   = map->map(map->handle, LV2_ATOM__Long);
  protocol->atom_Object = map->map(map->handle, LV2_ATOM__Object);
  protocol->atom_String = map->map(map->handle, LV2_ATOM__String);
  protocol->atom_Vector = map->map(map->handle, LV2_ATOM__Vector);

  bool ok = protocol->atom_Object && protocol->atom_String;
  for (size_t i = 1; i < BL_N_MESSAGES; ++i) {
    protocol->kinds[i] = map_ours(map, kind_names[i]);
    ok                 = ok && protocol->kinds[i];
  }
  for (size_t i = 0; i < N_FIELDS; ++i) {
    protocol->keys[i] = map->map(map->handle, bl_protocol_fields[i].key);
    ok                = ok && protocol->keys[i];
  }
  return ok;
}

BlMessageKind
bl_protocol_kind(const BlProtocol* const protocol, const LV2_URID otype)
{
  for (unsigned i = 1; otype && i < BL_N_MESSAGES; ++i) {
    if (protocol->kinds[i] == otype) {
      return (BlMessageKind)i;
    }
  }
  return BL_MSG_NONE;
}

bool
bl_protocol_is_command(const BlMessageKind kind)
{
  return kind >= BL_MSG_HELLO && kind <= BL_MSG_REFINE;
}

void
bl_message_init(BlMessage* const message, const BlMessageKind kind)
{
  memset(message, 0, sizeof(*message));
  message->kind = kind;
}

// Encoding

typedef struct
{
  uint8_t* data;
  uint32_t used;
  uint32_t size;
  bool     full;
} Sink;

static void
put(Sink* const sink, const void* const data, const uint32_t size)
{
  if (sink->full || size > sink->size - sink->used) {
    sink->full = true;
    return;
  }
  memcpy(sink->data + sink->used, data, size);
  sink->used += size;
}

static void
put_padding(Sink* const sink)
{
  static const uint8_t zeros[8] = { 0 };
  put(sink, zeros, (8u - sink->used % 8u) % 8u);
}

static void
put_property(Sink* const       sink,
             const LV2_URID    key,
             const LV2_URID    type,
             const void* const body,
             const uint32_t    size)
{
  const uint32_t head[4] = { key, 0, size, type };
  put(sink, head, sizeof(head));
  put(sink, body, size);
  put_padding(sink);
}

static float
finite_or_zero(const float value)
{
  return isfinite(value) ? value : 0.0f;
}

static void
put_list(Sink* const             sink,
         const BlProtocol* const protocol,
         const LV2_URID          key,
         const uint8_t* const    member,
         const uint32_t          size)
{
  uint32_t count = 0;
  memcpy(&count, member, sizeof(count));
  const uint32_t most = (size - (uint32_t)sizeof(count)) / sizeof(float);
  if (!count || count > most) {
    sink->full = sink->full || count > most;
    return;
  }

  const uint32_t body    = (uint32_t)(2 * sizeof(uint32_t)) + 4u * count;
  const uint32_t head[6] = { key,           0,
                             body,          protocol->atom_Vector,
                             sizeof(float), protocol->atom_Float };
  put(sink, head, sizeof(head));
  put(sink, member + sizeof(count), 4u * count);
  put_padding(sink);
}

static void
put_field(Sink* const             sink,
          const BlProtocol* const protocol,
          const size_t            index,
          const BlMessage* const  message)
{
  const BlProtocolField* const field  = &bl_protocol_fields[index];
  const LV2_URID               key    = protocol->keys[index];
  const uint8_t* const         member = (const uint8_t*)message + field->offset;
  float                        number = 0.0f;
  int32_t                      truth  = 0;

  switch (field->type) {
    case BL_FIELD_INT:
      put_property(sink, key, protocol->atom_Int, member, sizeof(int32_t));
      break;
    case BL_FIELD_LONG:
      put_property(sink, key, protocol->atom_Long, member, sizeof(int64_t));
      break;
    case BL_FIELD_FLOAT:
      memcpy(&number, member, sizeof(number));
      number = finite_or_zero(number);
      put_property(sink, key, protocol->atom_Float, &number, sizeof(number));
      break;
    case BL_FIELD_BOOL:
      truth = *(const bool*)(const void*)member;
      put_property(sink, key, protocol->atom_Bool, &truth, sizeof(truth));
      break;
    case BL_FIELD_STRING: {
      const uint32_t length =
        (uint32_t)strnlen((const char*)member, field->size);
      sink->full = sink->full || length == field->size;
      if (length && !sink->full) {
        put_property(sink, key, protocol->atom_String, member, length + 1u);
      }
      break;
    }
    case BL_FIELD_LIST:
      put_list(sink, protocol, key, member, field->size);
      break;
  }
}

uint32_t
bl_message_encode(const BlProtocol* const protocol,
                  const BlMessage* const  message,
                  void* const             buffer,
                  const uint32_t          size)
{
  Sink sink = { (uint8_t*)buffer, 0, size, false };
  if (message->kind <= BL_MSG_NONE ||
      (unsigned)message->kind >= BL_N_MESSAGES) {
    return 0;
  }

  uint32_t head[4] = { 0, protocol->atom_Object, 0,
                       protocol->kinds[message->kind] };
  put(&sink, head, sizeof(head));
  for (size_t i = 0; i < N_FIELDS; ++i) {
    if (bl_protocol_fields[i].kind == message->kind) {
      put_field(&sink, protocol, i, message);
    }
  }
  if (sink.full) {
    return 0;
  }

  head[0] = sink.used - (uint32_t)sizeof(LV2_Atom);
  memcpy(buffer, head, sizeof(head));
  return sink.used;
}

// Decoding

bool
bl_object_begin(BlObjectIter* const iter,
                const void* const   body,
                const uint32_t      body_size,
                LV2_URID* const     otype)
{
  if (body_size < sizeof(LV2_Atom_Object_Body)) {
    return false;
  }

  LV2_Atom_Object_Body head;
  memcpy(&head, body, sizeof(head));
  *otype     = head.otype;
  iter->next = (const uint8_t*)body + sizeof(head);
  iter->end  = (const uint8_t*)body + body_size;
  return true;
}

bool
bl_object_next(BlObjectIter* const    iter,
               LV2_URID* const        key,
               const LV2_Atom** const value)
{
  const uint8_t* const at    = iter->next;
  const size_t         left  = (size_t)(iter->end - at);
  const size_t         atom  = offsetof(LV2_Atom_Property_Body, value);
  const size_t         head  = sizeof(LV2_Atom_Property_Body);
  uint32_t             bytes = 0;
  if (left < head) {
    return false;
  }

  memcpy(key, at, sizeof(*key));
  memcpy(&bytes, at + atom, sizeof(bytes)); // LV2_Atom.size
  if (bytes > left - head) {
    return false;
  }

  const size_t step = (head + bytes + 7u) & ~(size_t)7u;
  *value            = (const LV2_Atom*)(const void*)(at + atom);
  iter->next        = step < left ? at + step : iter->end;
  return true;
}

static bool
get_int(const BlProtocolField* const field,
        const LV2_Atom* const        value,
        uint8_t* const               member)
{
  int32_t number = 0;
  memcpy(&number, value + 1, sizeof(number));
  memcpy(member, &number, sizeof(number));
  return number >= field->min && number <= field->max;
}

static bool
get_list(const BlProtocol* const      protocol,
         const BlProtocolField* const field,
         const LV2_Atom* const        value,
         uint8_t* const               member)
{
  LV2_Atom_Vector_Body head;
  if (value->size < sizeof(head)) {
    return false;
  }

  memcpy(&head, value + 1, sizeof(head));
  const uint32_t bytes = value->size - (uint32_t)sizeof(head);
  const uint32_t count = bytes / (uint32_t)sizeof(float);
  if (head.child_type != protocol->atom_Float ||
      head.child_size != sizeof(float) || bytes % sizeof(float) ||
      bytes > field->size - sizeof(count)) {
    return false;
  }

  memcpy(member, &count, sizeof(count));
  const uint8_t* const from = (const uint8_t*)(value + 1) + sizeof(head);
  for (uint32_t i = 0; i < count; ++i) {
    float number = 0.0f;
    memcpy(&number, from + i * sizeof(float), sizeof(number));
    number = finite_or_zero(number);
    memcpy(member + sizeof(count) + i * sizeof(float), &number, sizeof(number));
  }
  return true;
}

static bool
get_field(const BlProtocol* const      protocol,
          const BlProtocolField* const field,
          const LV2_Atom* const        value,
          BlMessage* const             message)
{
  uint8_t* const member = (uint8_t*)message + field->offset;
  float          number = 0.0f;
  int32_t        truth  = 0;

  switch (field->type) {
    case BL_FIELD_INT:
      return value->type == protocol->atom_Int &&
             value->size == sizeof(int32_t) && get_int(field, value, member);
    case BL_FIELD_LONG:
      if (value->type != protocol->atom_Long ||
          value->size != sizeof(int64_t)) {
        return false;
      }
      memcpy(member, value + 1, sizeof(int64_t));
      return true;
    case BL_FIELD_FLOAT:
      if (value->type != protocol->atom_Float || value->size != sizeof(float)) {
        return false;
      }
      memcpy(&number, value + 1, sizeof(number));
      number = finite_or_zero(number);
      memcpy(member, &number, sizeof(number));
      return true;
    case BL_FIELD_BOOL:
      if (value->type != protocol->atom_Bool ||
          value->size != sizeof(int32_t)) {
        return false;
      }
      memcpy(&truth, value + 1, sizeof(truth));
      *(bool*)(void*)member = truth != 0;
      return true;
    case BL_FIELD_STRING:
      if (value->type != protocol->atom_String) {
        return false;
      }
      bl_text_copy((char*)member, field->size, (const char*)(value + 1),
                   value->size);
      return true;
    case BL_FIELD_LIST:
      return value->type == protocol->atom_Vector &&
             get_list(protocol, field, value, member);
  }
  return false;
}

static bool
get_property(const BlProtocol* const protocol,
             const LV2_URID          key,
             const LV2_Atom* const   value,
             BlMessage* const        message)
{
  for (size_t i = 0; i < N_FIELDS; ++i) {
    if (bl_protocol_fields[i].kind == message->kind &&
        protocol->keys[i] == key) {
      return get_field(protocol, &bl_protocol_fields[i], value, message);
    }
  }
  return true; // Not ours: a newer window, or a host's own
}

BlStatus
bl_message_decode(const BlProtocol* const protocol,
                  const LV2_Atom* const   atom,
                  const uint32_t          size,
                  BlMessage* const        message)
{
  BlObjectIter    iter  = { NULL, NULL };
  LV2_URID        otype = 0;
  LV2_URID        key   = 0;
  const LV2_Atom* value = NULL;

  if (size < sizeof(LV2_Atom) || atom->size > size - sizeof(LV2_Atom) ||
      (atom->type != protocol->atom_Object &&
       atom->type != protocol->atom_Blank) ||
      !bl_object_begin(&iter, atom + 1, atom->size, &otype)) {
    return BL_UNSUPPORTED;
  }

  const BlMessageKind kind = bl_protocol_kind(protocol, otype);
  if (kind == BL_MSG_NONE) {
    return BL_UNSUPPORTED;
  }

  bl_message_init(message, kind);
  while (bl_object_next(&iter, &key, &value)) {
    if (!get_property(protocol, key, value, message)) {
      return BL_BAD_FIELD;
    }
  }
  return iter.next == iter.end ? BL_SUCCESS : BL_BAD_FIELD;
}
