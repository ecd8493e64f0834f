// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "job/journal.h"

#include "unit/journal_jobs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <cjson/cJSON.h>

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
what_is_written_reads_back(void** const state)
{
  (void)state;
  BlJob* const job  = jobs_full();
  BlJob* const back = jobs_new();
  char* const  text = bl_job_to_json(job);
  assert_non_null(text);
  assert_int_equal(bl_job_from_json(text, back), BL_SUCCESS);
  char* const again = bl_job_to_json(back);
  assert_string_equal(text, again);

  // Members, not bytes: padding between them is anybody's
  assert_int_equal(back->state, job->state);
  assert_int_equal(back->error, job->error);
  assert_string_equal(back->message, job->message);
  assert_true(back->credits == job->credits);
  assert_true(back->trim.trim == job->trim.trim);
  assert_true(back->trim.frames == job->trim.frames);
  assert_memory_equal(back->settings.values, job->settings.values,
                      sizeof(job->settings.values));
  assert_string_equal(back->results[1].path, "Title (B).wav");
  assert_true(isinf(back->results[0].loudness_lufs));
  assert_int_equal(back->request.vocal_gender, 'f');
  assert_string_equal(back->task.tracks[1].urls[3],
                      job->task.tracks[1].urls[3]);
  assert_true(back->twins && back->automatic && back->paid);
  assert_true(back->request.stems);
  assert_memory_equal(back->extras, job->extras, sizeof(job->extras));
  assert_memory_equal(back->task.extra_urls, job->task.extra_urls,
                      sizeof(job->task.extra_urls));
  free(text);
  free(again);
  free(back);
  free(job);
}

static void
a_german_host_changes_nothing(void** const state)
{
  (void)state;
  BlJob* const job  = jobs_full();
  char* const  text = bl_job_to_json(job);
  if (!setlocale(LC_ALL, "de_DE.UTF-8")) {
    print_message("# no German locale here\n");
  }
  char* const  german = bl_job_to_json(job);
  BlJob* const back   = jobs_new();
  assert_string_equal(german, text);
  assert_int_equal(bl_job_from_json(text, back), BL_SUCCESS);
  assert_true(back->credits == 671.92);
  setlocale(LC_ALL, "C");
  free(german);
  free(text);
  free(back);
  free(job);
}

static void
only_names_of_files_are_kept(void** const state)
{
  (void)state;
  char root[JOBS_ROOT_BYTES];
  jobs_make_root(root);
  BlJob* const job = jobs_full();
  snprintf(job->results[0].path, BL_PATH_BYTES, "/somewhere/else/X (A).wav");
  assert_int_equal(bl_journal_save(root, job), BL_SUCCESS);
  BlJob* const back = jobs_new();
  assert_int_equal(bl_journal_load(root, JOBS_TAKE, 1, NULL, back), BL_SUCCESS);
  char want[BL_PATH_BYTES];
  snprintf(want, sizeof(want), "%s/" JOBS_TAKE "/X (A).wav", root);
  assert_string_equal(back->results[0].path, want);
  free(back);
  free(job);
}

static const char* const bad[][2] = {
  { "backline", NULL },
  { "backline", "\"1\"" },
  { "backline", "0" },
  { "state", NULL },
  { "state", "\"done\"" },
  { "state", "7" },
  { "error", "-1" },
  { "error", "1.5" },
  { "error", "1e300" },
  { "take_id", "\"../../etc\"" },
  { "take_id", "\"\"" },
  { "number", "0" },
  { "number", "-1" },
  { "number", "4294967296" },
  { "number", "\"1\"" },
  { "posts", "-1" },
  { "paid", "1" },
  { "message", "17" },
  { "price", "\"a\"" },
  { "trim", "[]" },
  { "trim.frames", "-1" },
  { "trim.frames", "1e17" },
  { "trim.trim", "0.5" },
  { "settings", NULL },
  { "settings.genre", "\"folk\"" },
  { "settings.genre", "1e99" },
  { "settings.title", "7" },
  { "request", "null" },
  { "request.vocal_gender", "\"male\"" },
  { "request.title", "[]" },
  { "task.tracks", "{}" },
  { "task.tracks", "[{},{},{}]" },
  { "task.tracks", "[1]" },
  { "task.stage", "\"later\"" },
  { "task.tracks.0.audio_url", "5" },
  { "variants", "null" },
  { "variants", "[{},{},{}]" },
  { "variants.0.delivered", "\"../../.bashrc\"" },
  { "variants.0.delivered", "\"/etc/passwd\"" },
  { "variants.0.delivered", "\".hidden\"" },
  { "variants.0.delivered", "\"\"" },
  { "variants.0.result.file", "\"../x.wav\"" },
  { "variants.0.result.file", "\"/etc/passwd\"" },
  { "variants.0.result.file", NULL },
  { "variants.0.result.rate", "-48000" },
  { "variants.0.result", NULL },
  { "variants.1.placed", "false" }, // But the state says placed
};

static void
hostile_journals_are_refused(void** const state)
{
  (void)state;
  BlJob* const job  = jobs_full();
  char* const  text = bl_job_to_json(job);
  for (size_t i = 0; i < BL_COUNT(bad); ++i) {
    char* const  wrong = jobs_tampered(text, bad[i][0], bad[i][1]);
    BlJob* const back  = jobs_new();
    back->posts        = 77;
    if (bl_job_from_json(wrong, back) != BL_BAD_FILE || back->posts != 77) {
      fail_msg("%s = %s was taken", bad[i][0],
               bad[i][1] ? bad[i][1] : "(none)");
    }
    free(back);
    free(wrong);
  }

  // Too long a text
  char huge[BL_MESSAGE_BYTES + 3];
  memset(huge, 'x', sizeof(huge));
  huge[0] = huge[sizeof(huge) - 2] = '"';
  huge[sizeof(huge) - 1]           = '\0';
  char* const  wrong               = jobs_tampered(text, "message", huge);
  BlJob* const back                = jobs_new();
  assert_int_equal(bl_job_from_json(wrong, back), BL_BAD_FILE);
  free(wrong);

  // Accepted without a task, uploaded without a URL
  char* const lost = jobs_tampered(text, "task_id", "\"\"");
  char* const sent = jobs_tampered(lost, "state", "\"submitted\"");
  assert_int_equal(bl_job_from_json(sent, back), BL_BAD_FILE);
  free(sent);
  free(lost);
  char* const url = jobs_tampered(text, "request.upload_url", "\"\"");
  char* const up  = jobs_tampered(url, "state", "\"uploaded\"");
  assert_int_equal(bl_job_from_json(up, back), BL_BAD_FILE);
  free(up);
  free(url);

  // A newer one is not ours to judge
  char* const newer = jobs_tampered(text, "backline", "3");
  assert_int_equal(bl_job_from_json(newer, back), BL_UNSUPPORTED);
  free(newer);
  free(back);
  free(text);
  free(job);
}

static const char* const bad_stems[][2] = {
  { "kind", "\"polka\"" },
  { "kind", "\"\"" },
  { "kind", "3" },
  { "kind", NULL },      // But then A and B are missing
  { "kind", "\"wav\"" }, // But drums are no WAV of all
  { "of", NULL },
  { "of", "[]" },
  { "of.job", "0" },
  { "of.variant", "2" },
  { "of.variant", "-1" },
  { "of.task_id", "\"\"" },
  { "of.audio_id", "\"\"" },
  { "of.audio_id", "7" },
  { "service", "\"\"" },
  { "state", "\"checked\"" },
  { "state", "\"encoded\"" },
  { "parts", "[1]" },
  { "parts", NULL }, // But it is placed
  { "parts.drums", "7" },
  { "parts.drums.url", "5" },
  { "parts.drums.placed", "false" },
  { "parts.drums.delivered", "\"../../.bashrc\"" },
  { "parts.drums.result.file", "\"/etc/passwd\"" },
  { "task.tracks", "[{}]" },
};

static void
a_job_about_a_result_reads_back(void** const state)
{
  (void)state;
  BlJob* const job  = jobs_stems();
  BlJob* const back = jobs_new();
  char* const  text = bl_job_to_json(job);
  assert_non_null(text);
  assert_int_equal(bl_job_from_json(text, back), BL_SUCCESS);
  assert_int_equal(back->refine, BL_REFINE_STEMS);
  assert_memory_equal(&back->of, &job->of, sizeof(job->of));
  const unsigned slot = BL_VARIANTS + BL_PART_DRUMS;
  assert_true(back->placed[slot]);
  assert_string_equal(back->results[slot].path, "Title (B) drums.wav");
  assert_int_equal(back->results[slot].time_reference, 576000);
  assert_int_equal(bl_job_results(back), 1);

  // Programs that knew no such jobs leave it alone
  cJSON* const root_item = cJSON_Parse(text);
  assert_int_equal(cJSON_GetObjectItem(root_item, "backline")->valueint, 2);
  cJSON_Delete(root_item);

  for (size_t i = 0; i < BL_COUNT(bad_stems); ++i) {
    char* const wrong = jobs_tampered(text, bad_stems[i][0], bad_stems[i][1]);
    if (bl_job_from_json(wrong, back) != BL_BAD_FILE) {
      fail_msg("%s = %s was taken", bad_stems[i][0],
               bad_stems[i][1] ? bad_stems[i][1] : "(none)");
    }
    free(wrong);
  }
  free(text);
  free(back);
  free(job);
}

static void
every_cut_and_every_flipped_byte_is_survived(void** const state)
{
  (void)state;
  BlJob* const job  = jobs_full();
  BlJob* const back = jobs_new();
  char* const  text = bl_job_to_json(job);
  const size_t size = strlen(text);
  for (size_t i = 0; i < size; i += 7) {
    const char c = text[i];
    text[i]      = '\0';
    assert_int_not_equal(bl_job_from_json(text, back), BL_SUCCESS);
    text[i]           = (char)(c ^ 0x15);
    const BlStatus st = bl_job_from_json(text, back);
    assert_true(st == BL_SUCCESS || st == BL_BAD_FILE || st == BL_UNSUPPORTED);
    text[i] = c;
  }
  free(text);
  free(back);
  free(job);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_is_written_reads_back),
    cmocka_unit_test(a_german_host_changes_nothing),
    cmocka_unit_test(only_names_of_files_are_kept),
    cmocka_unit_test(hostile_journals_are_refused),
    cmocka_unit_test(a_job_about_a_result_reads_back),
    cmocka_unit_test(every_cut_and_every_flipped_byte_is_survived),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
