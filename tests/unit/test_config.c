// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/config.h"
#include "base/paths.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINES_MAX 64u

/// What was reported
typedef struct
{
  unsigned n;
  char     lines[LINES_MAX][256];
} Report;

static Report report;

static void
keep_line(void* const handle, const BlLogLevel level, const char* const line)
{
  Report* const r = (Report*)handle;
  assert_int_equal(level, BL_LOG_WARNING);
  assert_true(r->n < LINES_MAX);
  snprintf(r->lines[r->n++], sizeof(r->lines[0]), "%s", line);
}

static const BlLog log_to_report = { keep_line, &report, BL_LOG_NOTE };

static BlStatus
parse(BlConfig* const config, const char* const text)
{
  report.n = 0;
  bl_config_init(config);
  return bl_config_parse(config, text, &log_to_report);
}

static bool
reported(const char* const a, const char* const b)
{
  for (unsigned i = 0; i < report.n; ++i) {
    if (strstr(report.lines[i], a) && strstr(report.lines[i], b)) {
      return true;
    }
  }
  return false;
}

static const char full[] =
  "{\"service\": \"studio\", \"custom\": \"studio\","
  " \"services\": {\"studio\": {\"dialect\": \"kie\","
  "   \"api\": \"https://studio.example:8443/base//\","
  "   \"upload\": \"http://127.0.0.1:9/\"},"
  "  \"plain\": {\"api\": \"https://plain.example\"}},"
  " \"defaults\": {\"title\": \"Song \xC3\xA9\", \"tags\": \"folk\","
  "   \"negativeTags\": \"drums\", \"model\": \"V6\"},"
  " \"callback_url\": \"https://me.example/cb\","
  " \"callback_listen\": \"0.0.0.0:8099\","
  " \"upload_format\": \"flac\", \"result_format\": \"float\","
  " \"auto_generate_paid\": true, \"allow_private_downloads\": true,"
  " \"variety\": 3, \"lyrics\": \"La\","
  " \"live_offset_ms\": -12.5, \"takes_dir\": \"/data/takes\","
  " \"soundfont\": \"~/sf/big.sf2\"}";

static void
assert_full(const BlConfig* const c)
{
  assert_int_equal(report.n, 0);
  assert_string_equal(c->service, "studio");
  assert_string_equal(c->custom, "studio");
  assert_int_equal(c->n_services, 2);
  assert_string_equal(c->services[0].name, "studio");
  assert_string_equal(c->services[0].dialect, "kie");
  assert_string_equal(c->services[0].api, "https://studio.example:8443/base");
  assert_string_equal(c->services[0].upload, "http://127.0.0.1:9");
  assert_string_equal(c->services[1].dialect, "sunoapi");
  assert_string_equal(c->services[1].upload, "");
  assert_string_equal(c->strings[BL_STRING_TITLE], "Song \xC3\xA9");
  assert_string_equal(c->strings[BL_STRING_TAGS], "folk");
  assert_string_equal(c->strings[BL_STRING_NEGATIVE_TAGS], "drums");
  assert_string_equal(c->strings[BL_STRING_MODEL], "V6");
  assert_string_equal(c->callback_url, "https://me.example/cb");
  assert_string_equal(c->callback_listen, "0.0.0.0:8099");
  assert_int_equal(c->upload_format, BL_UPLOAD_FLAC);
  assert_true(c->result_float);
  assert_true(c->auto_generate_paid);
  assert_true(c->allow_private);
  assert_true(c->variety == 3.0);
  assert_string_equal(c->lyrics, "La");
  assert_true(c->live_offset_ms == -12.5);
  assert_string_equal(c->takes_dir, "/data/takes");
  assert_string_equal(c->soundfont, "/home/ann/sf/big.sf2");
}

static void
every_key_is_read(void** const state)
{
  (void)state;
  BlConfig config;
  setenv("HOME", "/home/ann", 1);
  assert_int_equal(parse(&config, full), BL_SUCCESS);
  assert_full(&config);
}

static void
a_decimal_comma_changes_nothing(void** const state)
{
  (void)state;
  BlConfig config;

  // Made here, since few machines have it installed
  const char* const tmp = getenv("BL_TMP");
  char              command[2 * BL_PATH_BYTES];
  snprintf(command, sizeof(command),
           "mkdir -p '%s/locale' && localedef -i de_DE -f UTF-8 "
           "'%s/locale/de_DE.UTF-8'",
           tmp ? tmp : "/tmp", tmp ? tmp : "/tmp");
  assert_int_equal(system(command), 0);
  snprintf(command, sizeof(command), "%s/locale", tmp ? tmp : "/tmp");
  setenv("LOCPATH", command, 1);
  assert_non_null(setlocale(LC_ALL, "de_DE.UTF-8"));
  assert_string_equal(localeconv()->decimal_point, ",");

  const BlStatus st = parse(&config, full);
  setlocale(LC_ALL, "C");
  assert_int_equal(st, BL_SUCCESS);
  assert_full(&config);
}

static void
defaults_hold_without_a_file(void** const state)
{
  (void)state;
  BlConfig          config;
  const char* const tmp = getenv("BL_TMP");
  setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
  setenv("XDG_DATA_HOME", tmp ? tmp : "/tmp", 1);
  report.n = 0;
  assert_int_equal(bl_config_load(&config, &log_to_report), BL_SUCCESS);
  assert_int_equal(report.n, 0);
  assert_string_equal(config.service, "local");
  assert_int_equal(config.n_services, 0);
  assert_int_equal(config.upload_format, BL_UPLOAD_WAV);
  assert_false(config.auto_generate_paid);
  assert_false(config.allow_private);
  assert_non_null(strstr(config.takes_dir, "/backline/takes"));
}

static void
each_mistake_is_reported_and_the_rest_counts(void** const state)
{
  (void)state;
  BlConfig config;
  assert_int_equal(
    parse(&config,
          "{\"servise\": \"kie\", \"service\": 7, \"custom\": \"a/b\","
          "\"live_offset_ms\": 1e9, \"auto_generate_paid\": \"yes\","
          "\"upload_format\": \"mp3\", \"result_format\": 16,"
          "\"takes_dir\": \"takes\", \"soundfont\": null,"
          "\"callback_url\": \"ftp://x/\","
          "\"defaults\": {\"title\": 1, \"lyrics\": \"la\"},"
          "\"services\": {\"kie\": {\"api\": \"https://x\"},"
          " \"x y\": {}, \"n\": 3, \"noapi\": {\"dialect\": \"kie\"},"
          " \"dial\": {\"api\": \"https://x\", \"dialect\": \"z\"},"
          " \"evil\": {\"api\": \"https://good.example@evil.example\"},"
          " \"ok\": {\"api\": \"https://ok.example\", \"key\": \"s\"}},"
          "\"callback_listen\": \"localhost:1\"}"),
    BL_SUCCESS);

  assert_true(reported("\"servise\"", "unknown"));
  assert_true(reported("\"service\"", "must be a string"));
  assert_true(reported("\"custom\"", "letters"));
  assert_true(reported("\"live_offset_ms\"", "-1000 to 1000"));
  assert_true(reported("\"auto_generate_paid\"", "true or false"));
  assert_true(reported("\"upload_format\"", "flac"));
  assert_true(reported("\"result_format\"", "float"));
  assert_true(reported("\"takes_dir\"", "absolute"));
  assert_true(reported("\"soundfont\"", "must be a string"));
  assert_true(reported("\"callback_url\"", "http"));
  assert_true(reported("\"defaults.title\"", "must be a string"));
  assert_true(reported("\"defaults.lyrics\"", "unknown"));
  assert_true(reported("\"services.kie\"", "already"));
  assert_true(reported("\"services.x y\"", "no name"));
  assert_true(reported("\"services.n\"", "object"));
  assert_true(reported("\"services.noapi.api\"", "missing"));
  assert_true(reported("\"services.dial.dialect\"", "ignored"));
  assert_true(reported("\"services.evil.api\"", "without user"));
  assert_true(reported("\"services.ok.key\"", "unknown"));

  assert_string_equal(config.service, "local");
  assert_true(config.live_offset_ms == 0.0);
  assert_false(config.auto_generate_paid);
  assert_int_equal(config.n_services, 1);
  assert_string_equal(config.services[0].name, "ok");
  assert_string_equal(config.callback_listen, "localhost:1");
}

static void
no_object_is_no_config(void** const state)
{
  (void)state;
  static const char* const texts[] = {
    "",         "[]",  "null",
    "\"x\"",    "{",   "{\"a\": 1,}",
    "{} {}",    "{}x", "{\"service\": \"l",
    "\xFF\xFE",
  };
  for (size_t i = 0; i < BL_COUNT(texts); ++i) {
    BlConfig config;
    assert_int_equal(parse(&config, texts[i]), BL_BAD_CONFIG);
    assert_int_equal(report.n, 1);
    assert_string_equal(config.service, "local");
  }

  BlConfig config;
  assert_int_equal(parse(&config, "{\n  \"service\": local\n}"), BL_BAD_CONFIG);
  assert_true(reported("line 2", "column 14"));
}

static void
deep_nesting_is_harmless(void** const state)
{
  (void)state;
  static char text[40001];
  BlConfig    config;
  memset(text, '[', 40000);
  assert_int_equal(parse(&config, text), BL_BAD_CONFIG);
}

static void
lengths_are_checked(void** const state)
{
  (void)state;
  static char text[3 * BL_PATH_BYTES];
  static char word[2 * BL_PATH_BYTES];
  BlConfig    config;

  memset(word, 'x', sizeof(word) - 1);
  snprintf(text, sizeof(text), "{\"takes_dir\": \"/%s\"}", word);
  assert_int_equal(parse(&config, text), BL_SUCCESS);
  assert_true(reported("\"takes_dir\"", "too long"));

  // 80 characters of two bytes fit a title, 81 do not
  for (unsigned i = 0; i < 81; ++i) {
    memcpy(word + 2 * (size_t)i, "\xC3\xA9", 2);
  }
  word[160] = '\0';
  snprintf(text, sizeof(text), "{\"defaults\": {\"title\": \"%s\"}}", word);
  assert_int_equal(parse(&config, text), BL_SUCCESS);
  assert_int_equal(report.n, 0);
  assert_string_equal(config.strings[BL_STRING_TITLE], word);

  word[160] = 'x';
  word[161] = '\0';
  snprintf(text, sizeof(text), "{\"defaults\": {\"title\": \"%s\"}}", word);
  assert_int_equal(parse(&config, text), BL_SUCCESS);
  assert_true(reported("\"defaults.title\"", "more than 80"));

  char* at = text + sprintf(text, "{\"services\": {");
  for (unsigned i = 0; i <= BL_CUSTOM_SERVICES_MAX; ++i) {
    at +=
      sprintf(at, "%s\"s%u\": {\"api\": \"http://h%u\"}", i ? "," : "", i, i);
  }
  strcpy(at, "}}");
  assert_int_equal(parse(&config, text), BL_SUCCESS);
  assert_int_equal(config.n_services, BL_CUSTOM_SERVICES_MAX);
  assert_true(reported("\"services.s8\"", "too many"));
}

static void
files_are_bounded_and_text(void** const state)
{
  (void)state;
  static char       big[BL_CONFIG_BYTES + 1];
  BlConfig          config;
  char              path[BL_PATH_BYTES];
  const char* const tmp = getenv("BL_TMP");
  char              dir[BL_PATH_BYTES];

  snprintf(dir, sizeof(dir), "%s/conf", tmp ? tmp : "/tmp");
  setenv("XDG_CONFIG_HOME", dir, 1);
  assert_int_equal(bl_path_config(path, sizeof(path)), BL_SUCCESS);
  *strrchr(path, '/') = '\0';
  assert_int_equal(bl_path_make_dir(path), BL_SUCCESS);
  assert_int_equal(bl_path_config(path, sizeof(path)), BL_SUCCESS);

  assert_int_equal(bl_path_write_file(path, full, sizeof(full) - 1, 0600),
                   BL_SUCCESS);
  report.n = 0;
  setenv("HOME", "/home/ann", 1);
  assert_int_equal(bl_config_load(&config, &log_to_report), BL_SUCCESS);
  assert_full(&config);

  assert_int_equal(bl_path_write_file(path, "{}\0{}", 5, 0600), BL_SUCCESS);
  assert_int_equal(bl_config_load(&config, &log_to_report), BL_BAD_CONFIG);

  memset(big, ' ', sizeof(big));
  assert_int_equal(bl_path_write_file(path, big, sizeof(big), 0600),
                   BL_SUCCESS);
  assert_int_equal(bl_config_load(&config, &log_to_report), BL_BAD_CONFIG);
  assert_string_equal(config.service, "local");
  unlink(path);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_key_is_read),
    cmocka_unit_test(a_decimal_comma_changes_nothing),
    cmocka_unit_test(defaults_hold_without_a_file),
    cmocka_unit_test(each_mistake_is_reported_and_the_rest_counts),
    cmocka_unit_test(no_object_is_no_config),
    cmocka_unit_test(deep_nesting_is_harmless),
    cmocka_unit_test(lengths_are_checked),
    cmocka_unit_test(files_are_bounded_and_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
