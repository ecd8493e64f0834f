// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// libFuzzer target: everything that reads what the service or a caller of the
// listener sends.  Built and run for a while by test_fuzz_reply.sh; by hand:
// clang -fsanitize=fuzzer,address,undefined …

#include "base/tags.h"
#include "service/reply.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

static void
check_text(const char* const text, const size_t size)
{
  const size_t length = strlen(text);
  if (length >= size) {
    abort();
  }
  for (size_t i = 0; i < length;) {
    const size_t n = bl_utf8_length(text + i);
    if (!n || (unsigned char)text[i] < ' ') {
      abort();
    }
    i += n;
  }
}

static void
check_record(const BlEnvelope* const envelope, const BlDialect* const dialect)
{
  static BlRecord record;
  BlWatchCount    count = { "", 0, 0 };
  if (bl_reply_record(envelope, dialect, &record)) {
    return;
  }

  check_text(record.message, sizeof(record.message));
  check_text(record.task.raw_status, sizeof(record.task.raw_status));
  for (unsigned i = 0; i < 2 * BL_CALLBACK_EXCEPTION_POLLS; ++i) {
    BlRecord copy = record;
    bl_watch_judge(&count, &copy);
    if (copy.task.n_tracks > BL_VARIANTS ||
        (copy.task.stage == BL_TASK_FAILED && !copy.error)) {
      abort();
    }
    for (size_t t = 0; t < copy.task.n_tracks; ++t) {
      check_text(copy.task.tracks[t].title, BL_TEXT_BYTES);
      if (!(copy.task.tracks[t].duration_s >= 0.0) ||
          (copy.task.stage == BL_TASK_COMPLETE && !copy.task.tracks[t].ready)) {
        abort();
      }
    }
  }
}

static void
check_refined(const BlEnvelope* const envelope, const BlDialect* const dialect)
{
  static BlRecord record;
  for (unsigned r = BL_REFINE_WAV; r < BL_N_REFINES; ++r) {
    BlWatchCount   count = { "", 0, 0 };
    const unsigned main  = bl_refines[r].main;
    if (bl_reply_refined(envelope, dialect, (BlRefine)r, &record)) {
      continue;
    }

    check_text(record.message, sizeof(record.message));
    check_text(record.task.raw_status, sizeof(record.task.raw_status));
    for (unsigned i = 0; i < 2 * BL_CALLBACK_EXCEPTION_POLLS; ++i) {
      BlRecord copy = record;
      bl_watch_judge(&count, &copy);
      const BlTaskInfo* const task = &copy.task;
      if (task->n_tracks || (task->stage == BL_TASK_FAILED && !copy.error) ||
          (task->stage == BL_TASK_COMPLETE && main < BL_N_PARTS &&
           strncasecmp(task->part_urls[main], "http", 4) != 0)) {
        abort();
      }
    }
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  BlEnvelope envelope;
  char       text[BL_NAME_BYTES];
  char       type[BL_NAME_BYTES];
  char       url[BL_URL_BYTES];
  char       clean[64];
  double     credits = 0.0;

  char* const copy = (char*)malloc(size + 1);
  if (!copy) {
    return 0;
  }
  memcpy(copy, data, size);
  copy[size] = '\0';
  bl_reply_clean(clean, sizeof(clean), copy);
  check_text(clean, sizeof(clean));

  if (!bl_envelope_parse(copy, size, &envelope)) {
    check_text(envelope.message, sizeof(envelope.message));
    (void)!bl_reply_task_id(&envelope, text);
    (void)!bl_reply_upload(&envelope, url);
    (void)!bl_reply_credits(&envelope, &credits);
    (void)!bl_reply_callback(&envelope, text, type);
    check_record(&envelope, bl_dialect_find("sunoapi"));
    check_record(&envelope, bl_dialect_find("kie"));
    check_refined(&envelope, bl_dialect_find("sunoapi"));
    check_refined(&envelope, bl_dialect_find("kie"));
  }
  bl_envelope_clear(&envelope);
  free(copy);
  return 0;
}
