// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/protocol_fields.h"

#include "base/ports.h"
#include "base/urids.h"

#include <stddef.h>

#define MEMBER_SIZE(member, field) sizeof(((BlMessage*)0)->as.member.field)

#define FIELD(type, kind, member, field, key, min, max)                        \
  {                                                                            \
    kind, type, (uint32_t)offsetof(BlMessage, as.member.field),                \
      (uint32_t)MEMBER_SIZE(member, field), BL_LV2_PREFIX key, min, max        \
  }

#define INT(kind, member, field, key, min, max)                                \
  FIELD(BL_FIELD_INT, kind, member, field, key, min, max)
#define LONG(kind, member, field, key)                                         \
  FIELD(BL_FIELD_LONG, kind, member, field, key, 0, 0)
#define FLOAT(kind, member, field, key)                                        \
  FIELD(BL_FIELD_FLOAT, kind, member, field, key, 0, 0)
#define BOOL(kind, member, field, key)                                         \
  FIELD(BL_FIELD_BOOL, kind, member, field, key, 0, 0)
#define STRING(kind, member, field, key)                                       \
  FIELD(BL_FIELD_STRING, kind, member, field, key, 0, 0)
#define LIST(kind, member, field, key)                                         \
  FIELD(BL_FIELD_LIST, kind, member, field, key, 0, 0)

// clang-format off
const BlProtocolField bl_protocol_fields[BL_N_PROTOCOL_FIELDS] = {
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
  STRING(BL_MSG_REFINE, refine, take, "take"),
  INT(BL_MSG_REFINE, refine, job, "job", 0, INT32_MAX),
  INT(BL_MSG_REFINE, refine, variant, "variant", 0, 2),
  INT(BL_MSG_REFINE, refine, kind, "kind", 0, BL_KIND_IN_STEMS),
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
  STRING(BL_MSG_STATUS, status, configured, "configured"),
  BOOL(BL_MSG_STATUS, status, transport, "transport"),
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
  BOOL(BL_MSG_LIVE, live, ended, "ended"),
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
  LONG(BL_MSG_TAKE, take, invalid, "invalid"),
  FLOAT(BL_MSG_TAKE, take, peak, "peak"),
  FLOAT(BL_MSG_TAKE, take, loudness, "loudness"),
  INT(BL_MSG_TAKE, take, verdict, "verdict", 0, 255),
  INT(BL_MSG_TAKE, take, jobs, "jobs", 0, INT32_MAX),
  INT(BL_MSG_TAKE, take, fate, "fate", 0, (int32_t)BL_N_SHOWN - 1),
  INT(BL_MSG_TAKE, take, results, "results", 0, 255),
  STRING(BL_MSG_TAKE, take, same_as, "sameAs"),
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
  INT(BL_MSG_JOB, job, of_job, "ofJob", 0, INT32_MAX),
  INT(BL_MSG_JOB, job, of_variant, "ofVariant", 0, 2),
  INT(BL_MSG_JOB, job, kind, "kind", 0, BL_KIND_IN_STEMS),
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
  STRING(BL_MSG_RESULT, result, beside, "beside"),
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
