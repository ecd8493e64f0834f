// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/protocol.h"

#include "base/ports.h"
#include "base/urids.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

typedef enum
{
  FIELD_INT,
  FIELD_LONG,
  FIELD_FLOAT,
  FIELD_BOOL,
  FIELD_STRING,
  FIELD_LIST, ///< uint32_t count, then floats
} FieldType;

typedef struct
{
  BlMessageKind kind;
  FieldType     type;
  uint32_t      offset; ///< In BlMessage
  uint32_t      size;   ///< Of the member
  const char*   key;
  int32_t       min; ///< Of FIELD_INT
  int32_t       max;
} Field;

#define MEMBER_SIZE(member, field) sizeof(((BlMessage*)0)->as.member.field)

#define FIELD(type, kind, member, field, key, min, max)                        \
  {                                                                            \
    kind, type, (uint32_t)offsetof(BlMessage, as.member.field),                \
      (uint32_t)MEMBER_SIZE(member, field), BL_LV2_PREFIX key, min, max        \
  }

#define INT(kind, member, field, key, min, max)                                \
  FIELD(FIELD_INT, kind, member, field, key, min, max)
#define LONG(kind, member, field, key)                                         \
  FIELD(FIELD_LONG, kind, member, field, key, 0, 0)
#define FLOAT(kind, member, field, key)                                        \
  FIELD(FIELD_FLOAT, kind, member, field, key, 0, 0)
#define BOOL(kind, member, field, key)                                         \
  FIELD(FIELD_BOOL, kind, member, field, key, 0, 0)
#define STRING(kind, member, field, key)                                       \
  FIELD(FIELD_STRING, kind, member, field, key, 0, 0)
#define LIST(kind, member, field, key)                                         \
  FIELD(FIELD_LIST, kind, member, field, key, 0, 0)

// Grouped by kind, as the structs of the header
// clang-format off
static const Field fields[] = {
  INT(BL_MSG_HELLO, hello, protocol, "protocol", 0, INT32_MAX),
  BOOL(BL_MSG_HELLO, hello, all, "all"),
  STRING(BL_MSG_GENERATE, generate, take, "take"),
  STRING(BL_MSG_CANCEL, cancel, take, "take"),
  INT(BL_MSG_CANCEL, cancel, job, "job", 0, INT32_MAX),
  STRING(BL_MSG_RESUME, resume, take, "take"),
  INT(BL_MSG_RESUME, resume, job, "job", 0, INT32_MAX),
  BOOL(BL_MSG_RESUME, resume, post_again, "postAgain"),
  STRING(BL_MSG_CLAIM, claim, take, "take"),
  INT(BL_MSG_CLAIM, claim, job, "job", 0, INT32_MAX),
  STRING(BL_MSG_CLAIM, claim, task, "task"),
  STRING(BL_MSG_LOOK, look, take, "take"),
  INT(BL_MSG_LOOK, look, job, "job", 0, INT32_MAX),
  INT(BL_MSG_LOOK, look, variant, "variant", 0, 2),
  STRING(BL_MSG_ADOPT, adopt, take, "take"),
  INT(BL_MSG_STATUS, status, shown, "shown", 0, BL_N_SHOWN - 1),
  INT(BL_MSG_STATUS, status, error, "error", 0, 255),
  STRING(BL_MSG_STATUS, status, message, "message"),
  FLOAT(BL_MSG_STATUS, status, progress, "progress"),
  INT(BL_MSG_STATUS, status, takes, "takes", 0, INT32_MAX),
  STRING(BL_MSG_STATUS, status, take, "take"),
  INT(BL_MSG_STATUS, status, number, "number", 0, INT32_MAX),
  INT(BL_MSG_STATUS, status, verdict, "verdict", 0, 255),
  INT(BL_MSG_STATUS, status, followers, "followers", 0, INT32_MAX),
  BOOL(BL_MSG_STATUS, status, follows, "follows"),
  STRING(BL_MSG_STATUS, status, service, "service"),
  FLOAT(BL_MSG_STATUS, status, credits, "credits"),
  FLOAT(BL_MSG_LEVEL, level, peak, "peak"),
  BOOL(BL_MSG_LEVEL, level, clipped, "clipped"),
  INT(BL_MSG_LIVE, live, rate, "rate", 0, INT32_MAX),
  INT(BL_MSG_LIVE, live, channels, "channels", 0, 64),
  LONG(BL_MSG_LIVE, live, frames, "frames"),
  INT(BL_MSG_LIVE, live, origin, "origin", 0, 4),
  BOOL(BL_MSG_LIVE, live, has_position, "hasPosition"),
  LONG(BL_MSG_LIVE, live, start, "start"),
  BOOL(BL_MSG_LIVE, live, has_bar, "hasBar"),
  LONG(BL_MSG_LIVE, live, bar, "bar"),
  FLOAT(BL_MSG_LIVE, live, beat, "beat"),
  FLOAT(BL_MSG_LIVE, live, bpm, "bpm"),
  FLOAT(BL_MSG_LIVE, live, beats_per_bar, "beatsPerBar"),
  INT(BL_MSG_LIVE, live, beat_unit, "beatUnit", 0, 1024),
  INT(BL_MSG_LIVE, live, per_second, "perSecond", 0, 100000),
  INT(BL_MSG_LIVE, live, first, "first", 0, INT32_MAX),
  LIST(BL_MSG_LIVE, live, peaks, "peaks"),
  STRING(BL_MSG_TAKE, take, take, "take"),
  INT(BL_MSG_TAKE, take, number, "number", 0, INT32_MAX),
  STRING(BL_MSG_TAKE, take, name, "name"),
  STRING(BL_MSG_TAKE, take, created, "created"),
  INT(BL_MSG_TAKE, take, origin, "origin", 0, 4),
  BOOL(BL_MSG_TAKE, take, unfinished, "unfinished"),
  INT(BL_MSG_TAKE, take, rate, "rate", 0, INT32_MAX),
  INT(BL_MSG_TAKE, take, channels, "channels", 0, 64),
  LONG(BL_MSG_TAKE, take, frames, "frames"),
  BOOL(BL_MSG_TAKE, take, has_position, "hasPosition"),
  LONG(BL_MSG_TAKE, take, start, "start"),
  BOOL(BL_MSG_TAKE, take, has_bar, "hasBar"),
  LONG(BL_MSG_TAKE, take, bar, "bar"),
  FLOAT(BL_MSG_TAKE, take, beat, "beat"),
  FLOAT(BL_MSG_TAKE, take, bpm, "bpm"),
  FLOAT(BL_MSG_TAKE, take, beats_per_bar, "beatsPerBar"),
  INT(BL_MSG_TAKE, take, beat_unit, "beatUnit", 0, 1024),
  LONG(BL_MSG_TAKE, take, dropped, "dropped"),
  LONG(BL_MSG_TAKE, take, filled, "filled"),
  LONG(BL_MSG_TAKE, take, clipped, "clipped"),
  FLOAT(BL_MSG_TAKE, take, peak, "peak"),
  FLOAT(BL_MSG_TAKE, take, loudness, "loudness"),
  INT(BL_MSG_TAKE, take, verdict, "verdict", 0, 255),
  INT(BL_MSG_TAKE, take, jobs, "jobs", 0, INT32_MAX),
  INT(BL_MSG_LISTED, listed, takes, "takes", 0, INT32_MAX),
  LONG(BL_MSG_LISTED, listed, bytes, "bytes"),
  STRING(BL_MSG_JOB, job, take, "take"),
  INT(BL_MSG_JOB, job, job, "job", 0, INT32_MAX),
  INT(BL_MSG_JOB, job, state, "state", 0, 13),
  INT(BL_MSG_JOB, job, shown, "shown", 0, BL_N_SHOWN - 1),
  INT(BL_MSG_JOB, job, error, "error", 0, 255),
  STRING(BL_MSG_JOB, job, message, "message"),
  FLOAT(BL_MSG_JOB, job, progress, "progress"),
  FLOAT(BL_MSG_JOB, job, elapsed, "elapsed"),
  FLOAT(BL_MSG_JOB, job, usual, "usual"),
  LIST(BL_MSG_JOB, job, stages, "stages"),
  BOOL(BL_MSG_JOB, job, foreign, "foreign"),
  STRING(BL_MSG_JOB, job, service, "service"),
  STRING(BL_MSG_JOB, job, task, "task"),
  FLOAT(BL_MSG_JOB, job, price, "price"),
  FLOAT(BL_MSG_JOB, job, credits, "credits"),
  STRING(BL_MSG_JOB, job, created, "created"),
  STRING(BL_MSG_JOB, job, title, "title"),
  STRING(BL_MSG_JOB, job, sent_tags, "sentTags"),
  INT(BL_MSG_JOB, job, results, "results", 0, 2),
  STRING(BL_MSG_RESULT, result, take, "take"),
  INT(BL_MSG_RESULT, result, job, "job", 0, INT32_MAX),
  INT(BL_MSG_RESULT, result, variant, "variant", 0, 2),
  STRING(BL_MSG_RESULT, result, path, "path"),
  STRING(BL_MSG_RESULT, result, title, "title"),
  INT(BL_MSG_RESULT, result, rate, "rate", 0, INT32_MAX),
  INT(BL_MSG_RESULT, result, channels, "channels", 0, 64),
  LONG(BL_MSG_RESULT, result, frames, "frames"),
  LONG(BL_MSG_RESULT, result, start, "start"),
  FLOAT(BL_MSG_RESULT, result, loudness, "loudness"),
  FLOAT(BL_MSG_RESULT, result, peak, "peak"),
  STRING(BL_MSG_PEAKS, peaks, take, "take"),
  INT(BL_MSG_PEAKS, peaks, job, "job", 0, INT32_MAX),
  INT(BL_MSG_PEAKS, peaks, variant, "variant", 0, 2),
  INT(BL_MSG_PEAKS, peaks, total, "total", 0, INT32_MAX),
  INT(BL_MSG_PEAKS, peaks, first, "first", 0, INT32_MAX),
  LIST(BL_MSG_PEAKS, peaks, peaks, "peaks"),
  STRING(BL_MSG_SETTINGS, settings, take, "take"),
  INT(BL_MSG_SETTINGS, settings, job, "job", 0, INT32_MAX),
  LIST(BL_MSG_SETTINGS, settings, values, "values"),
  STRING(BL_MSG_SETTINGS, settings, title, "title"),
  STRING(BL_MSG_SETTINGS, settings, tags, "tags"),
  STRING(BL_MSG_SETTINGS, settings, negative_tags, "negativeTags"),
  STRING(BL_MSG_SETTINGS, settings, model, "model"),
};
// clang-format on

#define N_FIELDS BL_COUNT(fields)

_Static_assert(N_FIELDS <= BL_PROTOCOL_FIELDS_MAX, "room for all keys");

static const char* const kind_names[BL_N_MESSAGES] = {
  "None",   "Hello", "Bye",    "Generate", "Cancel",   "Resume", "Claim",
  "List",   "Look",  "Adopt",  "Status",   "Level",    "Live",   "Take",
  "Listed", "Job",   "Result", "Peaks",    "Settings",
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
    protocol->keys[i] = map->map(map->handle, fields[i].key);
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
  return kind >= BL_MSG_HELLO && kind <= BL_MSG_ADOPT;
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
  const Field* const   field  = &fields[index];
  const LV2_URID       key    = protocol->keys[index];
  const uint8_t* const member = (const uint8_t*)message + field->offset;
  float                number = 0.0f;
  int32_t              truth  = 0;

  switch (field->type) {
    case FIELD_INT:
      put_property(sink, key, protocol->atom_Int, member, sizeof(int32_t));
      break;
    case FIELD_LONG:
      put_property(sink, key, protocol->atom_Long, member, sizeof(int64_t));
      break;
    case FIELD_FLOAT:
      memcpy(&number, member, sizeof(number));
      number = finite_or_zero(number);
      put_property(sink, key, protocol->atom_Float, &number, sizeof(number));
      break;
    case FIELD_BOOL:
      truth = *(const bool*)(const void*)member;
      put_property(sink, key, protocol->atom_Bool, &truth, sizeof(truth));
      break;
    case FIELD_STRING: {
      const uint32_t length =
        (uint32_t)strnlen((const char*)member, field->size);
      sink->full = sink->full || length == field->size;
      if (length && !sink->full) {
        put_property(sink, key, protocol->atom_String, member, length + 1u);
      }
      break;
    }
    case FIELD_LIST:
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
    if (fields[i].kind == message->kind) {
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
  const size_t           left = (size_t)(iter->end - iter->next);
  LV2_Atom_Property_Body head;
  if (left < sizeof(head)) {
    return false;
  }

  memcpy(&head, iter->next, sizeof(head));
  if (head.value.size > left - sizeof(head)) {
    return false;
  }

  const size_t total = sizeof(head) + (size_t)head.value.size;
  const size_t step  = (total + 7u) & ~(size_t)7u;
  *key               = head.key;
  *value =
    (const LV2_Atom*)(const void*)(iter->next +
                                   offsetof(LV2_Atom_Property_Body, value));
  iter->next = step < left ? iter->next + step : iter->end;
  return true;
}

static bool
get_int(const Field* const    field,
        const LV2_Atom* const value,
        uint8_t* const        member)
{
  int32_t number = 0;
  memcpy(&number, value + 1, sizeof(number));
  memcpy(member, &number, sizeof(number));
  return number >= field->min && number <= field->max;
}

static bool
get_list(const BlProtocol* const protocol,
         const Field* const      field,
         const LV2_Atom* const   value,
         uint8_t* const          member)
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
get_field(const BlProtocol* const protocol,
          const Field* const      field,
          const LV2_Atom* const   value,
          BlMessage* const        message)
{
  uint8_t* const member = (uint8_t*)message + field->offset;
  float          number = 0.0f;
  int32_t        truth  = 0;

  switch (field->type) {
    case FIELD_INT:
      return value->type == protocol->atom_Int &&
             value->size == sizeof(int32_t) && get_int(field, value, member);
    case FIELD_LONG:
      if (value->type != protocol->atom_Long ||
          value->size != sizeof(int64_t)) {
        return false;
      }
      memcpy(member, value + 1, sizeof(int64_t));
      return true;
    case FIELD_FLOAT:
      if (value->type != protocol->atom_Float || value->size != sizeof(float)) {
        return false;
      }
      memcpy(&number, value + 1, sizeof(number));
      number = finite_or_zero(number);
      memcpy(member, &number, sizeof(number));
      return true;
    case FIELD_BOOL:
      if (value->type != protocol->atom_Bool ||
          value->size != sizeof(int32_t)) {
        return false;
      }
      memcpy(&truth, value + 1, sizeof(truth));
      *(bool*)(void*)member = truth != 0;
      return true;
    case FIELD_STRING:
      if (value->type != protocol->atom_String) {
        return false;
      }
      bl_text_copy((char*)member, field->size, (const char*)(value + 1),
                   value->size);
      return true;
    case FIELD_LIST:
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
    if (fields[i].kind == message->kind && protocol->keys[i] == key) {
      return get_field(protocol, &fields[i], value, message);
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

// Text

/// Length of the well-formed UTF-8 sequence at `s`; 0 where there is none
static uint32_t
utf8_length(const uint8_t* const s, const uint32_t left)
{
  const uint8_t  c = s[0];
  const uint32_t n = c < 0x80u                  ? 1u
                     : c >= 0xC2u && c <= 0xDFu ? 2u
                     : c >= 0xE0u && c <= 0xEFu ? 3u
                     : c >= 0xF0u && c <= 0xF4u ? 4u
                                                : 0u;
  if (!n || n > left) {
    return 0;
  }
  for (uint32_t i = 1; i < n; ++i) {
    if ((s[i] & 0xC0u) != 0x80u) {
      return 0;
    }
  }

  const bool bad = (c == 0xE0u && s[1] < 0xA0u) || // Overlong
                   (c == 0xEDu && s[1] > 0x9Fu) || // Surrogate
                   (c == 0xF0u && s[1] < 0x90u) || // Overlong
                   (c == 0xF4u && s[1] > 0x8Fu) || // Beyond U+10FFFF
                   (c == 0xC2u && s[1] < 0xA0u);   // C1 control
  return bad ? 0 : n;
}

void
bl_text_copy(char* const       text,
             const uint32_t    size,
             const char* const from,
             const uint32_t    length)
{
  const uint8_t* const s    = (const uint8_t*)from;
  uint32_t             used = 0;

  for (uint32_t i = 0; i < length && s[i];) {
    const uint32_t n    = utf8_length(s + i, length - i);
    const uint32_t room = size - 1u - used;
    if (n == 1 && (s[i] < 0x20u || s[i] == 0x7Fu)) {
      const bool space = s[i] == '\n' || s[i] == '\t' || s[i] == '\r';
      if (space && room) {
        text[used++] = ' ';
      }
      ++i;
    } else if (!n) {
      if (room < 3) {
        break;
      }
      memcpy(text + used, "\xEF\xBF\xBD", 3);
      used += 3;
      ++i;
    } else {
      if (room < n) {
        break;
      }
      memcpy(text + used, s + i, n);
      used += n;
      i += n;
    }
  }
  text[used] = '\0';
}
