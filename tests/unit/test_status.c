// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/log.h"
#include "base/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static void
every_status_has_a_sentence(void** const state)
{
  (void)state;
  unsigned known = 0;
  for (int i = 0; i < 1000; ++i) {
    if (!bl_status_is_known(i)) {
      assert_string_equal(bl_strerror((BlStatus)i), "Unknown error");
      continue;
    }

    ++known;
    const char* const text = bl_strerror((BlStatus)i);
    assert_true(isupper((unsigned char)text[0]));
    assert_int_not_equal(text[strlen(text) - 1], '.');

    const char* const next = bl_status_next_step((BlStatus)i);
    if (*next) {
      assert_int_equal(next[strlen(next) - 1], '.');
    }

    // Once it has ended nothing goes on, and what is owed is not paid again
    for (int owed = 0; owed < 2; ++owed) {
      const char* const last = bl_status_last_step((BlStatus)i, owed);
      assert_null(strstr(last, "by itself"));
      assert_true(!*last || last[strlen(last) - 1] == '.');
      if (owed && bl_status_is_retryable((BlStatus)i) && i != BL_BUSY &&
          i != BL_SOURCE_GONE) {
        assert_null(strstr(last, "Generate"));
        assert_non_null(strstr(last, "costs nothing"));
      }
    }
  }
  assert_true(known > 50);
}

static void
errno_is_translated(void** const state)
{
  (void)state;
  assert_int_equal(bl_status_from_errno(0), BL_SUCCESS);
  assert_int_equal(bl_status_from_errno(ENOSPC), BL_DISK_FULL);
  assert_int_equal(bl_status_from_errno(EROFS), BL_NO_ACCESS);
  assert_int_equal(bl_status_from_errno(EIO), BL_IO);
}

static void
keep_line(void* const handle, const BlLogLevel level, const char* const line)
{
  (void)level;
  snprintf((char*)handle, 100, "%s", line);
}

static void
urls_are_redacted(void** const state)
{
  (void)state;
  char        text[100] = "";
  const BlLog log       = { keep_line, text, BL_LOG_NOTE };
  bl_log(&log, BL_LOG_NOTE, "fetch %s failed",
         "https://user:pw@host.example/a/b.wav?sig=secret");
  assert_null(strstr(text, "secret"));
  assert_null(strstr(text, "pw"));
  assert_non_null(strstr(text, "host.example/a/b.wav"));
  assert_non_null(strstr(text, " failed"));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_status_has_a_sentence),
    cmocka_unit_test(errno_is_translated),
    cmocka_unit_test(urls_are_redacted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
