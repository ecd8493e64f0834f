// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "job/journal.h"

#include "base/paths.h"
#include "take/store.h"

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
#include <sys/stat.h>
#include <unistd.h>

#define ID "20261122T101340Z-1a2b3c4d"

static char root[2048];

static int
make_root(void** const state)
{
  (void)state;
  const char* const tmp = getenv("BL_TMP") ? getenv("BL_TMP") : "/tmp";
  char              dir[BL_PATH_BYTES];
  snprintf(root, sizeof(root), "%s/journal-XXXXXX", tmp);
  assert_non_null(mkdtemp(root));
  assert_int_equal(bl_path_join(dir, sizeof(dir), root, ID), BL_SUCCESS);
  assert_int_equal(mkdir(dir, 0700), 0);
  return 0;
}

static BlJob*
new_job(void)
{
  BlJob* const job = (BlJob*)calloc(1, sizeof(BlJob));
  assert_non_null(job);
  bl_job_init(job);
  snprintf(job->take_id, sizeof(job->take_id), ID);
  job->number = 1;
  return job;
}

static void
fill_request(BlRequest* const request)
{
  snprintf(request->upload_url, BL_URL_BYTES, "https://h.example/a?b=c");
  snprintf(request->title, BL_TEXT_BYTES, "Title");
  snprintf(request->tags, BL_TEXT_BYTES, "folk");
  snprintf(request->negative_tags, BL_TEXT_BYTES, "choir");
  snprintf(request->callback_url, BL_URL_BYTES, "https://cb.example/");
  snprintf(request->model, BL_NAME_BYTES, "V6");
  request->vocal_gender = 'f';
  request->has_weights  = true;
  request->style_weight = 0.25;
  request->weirdness    = 0.65;
  request->audio_weight = 1.0;
  request->has_variety  = true;
  request->variety      = 3.0;
  request->stems        = true;
  snprintf(request->lyrics, BL_LYRICS_BYTES, "La la");
}

static void
fill_variant(BlJob* const job, const unsigned v)
{
  BlTaskTrack* const t = &job->task.tracks[v];
  snprintf(t->id, BL_NAME_BYTES, "id%u", v);
  snprintf(t->title, BL_TEXT_BYTES, "t%u", v);
  snprintf(t->tags, BL_TEXT_BYTES, "g%u", v);
  snprintf(t->model, BL_NAME_BYTES, "m%u", v);
  for (unsigned u = 0; u < 4; ++u) {
    snprintf(t->urls[u], BL_URL_BYTES, "https://cdn.example/%u/%u", v, u);
  }
  t->ready        = true;
  t->duration_s   = 154.68;
  job->fetched[v] = true;
  snprintf(job->delivered[v], BL_FILE_NAME_BYTES, "job-1-%u.mp3", v);
  job->placed[v]    = true;
  BlPlaced* const r = &job->results[v];
  snprintf(r->path, BL_PATH_BYTES, "Title (%c).wav", 'A' + (int)v);
  r->frames          = 7424640;
  r->rate            = 48000;
  r->channels        = 2;
  r->time_reference  = 576000;
  r->offset          = -7;
  r->offset_measured = true;
  r->padding         = 1105;
  r->cut             = 3;
  r->gain_db         = -0.5;
  r->loudness_lufs   = -INFINITY;
  r->peak_dbfs       = -1.25;
}

/// Every field different from its default
static BlJob*
full_job(void)
{
  BlJob* const job = new_job();
  job->state       = BL_JOB_PLACED;
  job->error       = BL_NO_CREDITS;
  snprintf(job->message, sizeof(job->message), "Größe: \"7\"\n\\ \x01");
  snprintf(job->created, sizeof(job->created), "2026-11-22T10:13:40Z");
  job->uploaded_unix  = 1763806420.25;
  job->submitted_unix = 1763806421.5;
  job->asked_unix     = 1763806000.5;
  job->ended_unix     = 1763806521.125;
  job->paid           = true;
  job->automatic      = true;
  job->posts          = 2;
  job->reuploads      = 1;
  for (unsigned i = 0; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    job->settings.values[i] = bl_params[i].max;
  }
  job->settings.values[BL_PORT_WEIRDNESS - BL_PORT_CONTROL_IN_FIRST] = 0.65f;
  for (unsigned i = 0; i < BL_N_STRINGS; ++i) {
    snprintf(job->settings.strings[i], BL_TEXT_BYTES, "string %u", i);
  }
  snprintf(job->settings.service, BL_NAME_BYTES, "studio");
  snprintf(job->settings.track, BL_NAME_BYTES, "Lead");
  job->trim = (BlTrim){ -48000, 900719925474099u, true, -3, 0.5 };
  fill_request(&job->request);
  snprintf(job->service, BL_NAME_BYTES, "sunoapi");
  snprintf(job->task_id, BL_NAME_BYTES, "b8716826954d0f4e99059167bc49d745");
  job->price         = 12.0;
  job->credits       = 671.92;
  job->task.stage    = BL_TASK_COMPLETE;
  job->task.n_tracks = 2;
  snprintf(job->task.raw_status, BL_NAME_BYTES, "SUCCESS");
  for (unsigned v = 0; v < BL_VARIANTS; ++v) {
    fill_variant(job, v);
  }
  for (unsigned e = 0; e < BL_N_EXTRAS; ++e) {
    snprintf(job->task.extra_urls[e], BL_URL_BYTES, "http://127.0.0.1/%u", e);
    snprintf(job->extras[e], BL_FILE_NAME_BYTES, "Title%s",
             bl_extras[e].ending);
  }
  job->twins = true;
  return job;
}

static void
what_is_written_reads_back(void** const state)
{
  (void)state;
  BlJob* const job  = full_job();
  BlJob* const back = new_job();
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
  BlJob* const job  = full_job();
  char* const  text = bl_job_to_json(job);
  if (!setlocale(LC_ALL, "de_DE.UTF-8")) {
    print_message("# no German locale here\n");
  }
  char* const  german = bl_job_to_json(job);
  BlJob* const back   = new_job();
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
  assert_int_equal(make_root(NULL), 0);
  BlJob* const job = full_job();
  snprintf(job->results[0].path, BL_PATH_BYTES, "/somewhere/else/X (A).wav");
  assert_int_equal(bl_journal_save(root, job), BL_SUCCESS);
  BlJob* const back = new_job();
  assert_int_equal(bl_journal_load(root, ID, 1, NULL, back), BL_SUCCESS);
  char want[BL_PATH_BYTES];
  snprintf(want, sizeof(want), "%s/" ID "/X (A).wav", root);
  assert_string_equal(back->results[0].path, want);
  free(back);
  free(job);
}

/// Replace the value of one member anywhere in the JSON
static char*
tampered(const char* const text,
         const char* const path,
         const char* const value)
{
  cJSON* const root_item = cJSON_Parse(text);
  cJSON*       at        = root_item;
  char         name[64];
  const char*  p = path;
  for (;;) {
    const size_t n = strcspn(p, ".");
    snprintf(name, sizeof(name), "%.*s", (int)n, p);
    if (!p[n]) {
      break;
    }
    at = name[0] >= '0' && name[0] <= '9' ? cJSON_GetArrayItem(at, atoi(name))
                                          : cJSON_GetObjectItem(at, name);
    assert_non_null(at);
    p += n + 1;
  }
  if (!value) {
    cJSON_DeleteItemFromObject(at, name);
  } else {
    cJSON* const item = cJSON_Parse(value);
    assert_non_null(item);
    assert_true(cJSON_ReplaceItemInObject(at, name, item));
  }
  char* const out = cJSON_PrintUnformatted(root_item);
  cJSON_Delete(root_item);
  return out;
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
  BlJob* const job  = full_job();
  char* const  text = bl_job_to_json(job);
  for (size_t i = 0; i < BL_COUNT(bad); ++i) {
    char* const  wrong = tampered(text, bad[i][0], bad[i][1]);
    BlJob* const back  = new_job();
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
  char* const  wrong               = tampered(text, "message", huge);
  BlJob* const back                = new_job();
  assert_int_equal(bl_job_from_json(wrong, back), BL_BAD_FILE);
  free(wrong);

  // Accepted without a task, uploaded without a URL
  char* const lost = tampered(text, "task_id", "\"\"");
  char* const sent = tampered(lost, "state", "\"submitted\"");
  assert_int_equal(bl_job_from_json(sent, back), BL_BAD_FILE);
  free(sent);
  free(lost);
  char* const url = tampered(text, "request.upload_url", "\"\"");
  char* const up  = tampered(url, "state", "\"uploaded\"");
  assert_int_equal(bl_job_from_json(up, back), BL_BAD_FILE);
  free(up);
  free(url);

  // A newer one is not ours to judge
  char* const newer = tampered(text, "backline", "2");
  assert_int_equal(bl_job_from_json(newer, back), BL_UNSUPPORTED);
  free(newer);
  free(back);
  free(text);
  free(job);
}

static void
every_cut_and_every_flipped_byte_is_survived(void** const state)
{
  (void)state;
  BlJob* const job  = full_job();
  BlJob* const back = new_job();
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

static void
write_raw(const char* const name, const void* const data, const size_t size)
{
  char path[BL_PATH_BYTES];
  snprintf(path, sizeof(path), "%s/" ID "/%s", root, name);
  assert_int_equal(bl_path_write_file(path, data, size, 0600), BL_SUCCESS);
}

static bool
exists(const char* const name)
{
  char path[BL_PATH_BYTES];
  snprintf(path, sizeof(path), "%s/" ID "/%s", root, name);
  return !access(path, F_OK);
}

static void
unreadable_ones_are_set_aside_not_deleted(void** const state)
{
  (void)state;
  assert_int_equal(make_root(NULL), 0);
  BlJob* const back = new_job();
  write_raw("job-1.json", "{", 1);
  assert_int_equal(bl_journal_load(root, ID, 1, NULL, back), BL_BAD_FILE);
  assert_false(exists("job-1.json"));
  assert_true(exists("job-1.json.unreadable"));
  assert_int_equal(bl_journal_load(root, ID, 1, NULL, back), BL_NOT_FOUND);

  // A second one beside the first
  write_raw("job-1.json", "[]", 2);
  assert_int_equal(bl_journal_load(root, ID, 1, NULL, back), BL_BAD_FILE);
  assert_true(exists("job-1.json.unreadable"));
  assert_true(exists("job-1.json.unreadable.1"));

  // Bytes behind a NUL, another job's journal, far too big a file
  BlJob* const job  = full_job();
  char* const  text = bl_job_to_json(job);
  write_raw("job-1.json", text, strlen(text) + 1);
  assert_int_equal(bl_journal_load(root, ID, 1, NULL, back), BL_BAD_FILE);
  write_raw("job-2.json", text, strlen(text));
  assert_int_equal(bl_journal_load(root, ID, 2, NULL, back), BL_BAD_FILE);
  char* const big = (char*)calloc(1, BL_JOURNAL_BYTES + 1);
  memset(big, ' ', BL_JOURNAL_BYTES + 1);
  write_raw("job-3.json", big, BL_JOURNAL_BYTES + 1);
  assert_int_equal(bl_journal_load(root, ID, 3, NULL, back), BL_BAD_FILE);

  // A newer Backline's stays where it is
  char* const newer = tampered(text, "backline", "2");
  write_raw("job-4.json", newer, strlen(newer));
  assert_int_equal(bl_journal_load(root, ID, 4, NULL, back), BL_UNSUPPORTED);
  assert_true(exists("job-4.json"));

  // Their numbers are not given out again
  uint32_t number = 0;
  int      lock   = -1;
  assert_int_equal(bl_journal_create(root, ID, &number, &lock), BL_SUCCESS);
  assert_int_equal(number, 5);
  bl_journal_unlock(lock);
  free(newer);
  free(big);
  free(text);
  free(job);
  free(back);
}

static void
a_lock_has_one_holder(void** const state)
{
  (void)state;
  assert_int_equal(make_root(NULL), 0);
  uint32_t number = 0;
  int      first  = -1;
  int      second = -1;
  assert_int_equal(bl_journal_create(root, ID, &number, &first), BL_SUCCESS);
  assert_int_equal(number, 1);
  assert_int_equal(bl_journal_lock(root, ID, 1, &second), BL_BUSY);
  assert_int_equal(second, -1);
  bl_journal_unlock(first);
  assert_int_equal(bl_journal_lock(root, ID, 1, &second), BL_SUCCESS);
  bl_journal_unlock(second);
  bl_journal_unlock(-1);

  assert_int_equal(bl_journal_create(root, ID, &number, &first), BL_SUCCESS);
  assert_int_equal(number, 2);
  bl_journal_unlock(first);
  assert_int_equal(bl_journal_lock(root, "../x", 1, &first), BL_BAD_ARG);
}

static void
jobs_are_listed_in_order(void** const state)
{
  (void)state;
  assert_int_equal(make_root(NULL), 0);
  static const char* const names[] = {
    "job-1.json",  "job-2.json",      "job-10.json",     "job-11.lock",
    "job-0.json",  "job-x.json",      "job-3.json.part", "job--1.json",
    "job-4.jsonx", "job-07.json",     "take.json",       "job-99999999999.json",
    "job-12.json", "job-5.unreadable"
  };
  for (size_t i = 0; i < BL_COUNT(names); ++i) {
    write_raw(names[i], "x", 1);
  }
  uint32_t numbers[8];
  assert_int_equal(bl_journal_list(root, ID, numbers, 8), 4);
  assert_int_equal(numbers[0], 1);
  assert_int_equal(numbers[3], 12);
  assert_int_equal(bl_journal_list(root, ID, numbers, 2), 2);
  assert_int_equal(numbers[0], 10);
  assert_int_equal(numbers[1], 12);
  assert_int_equal(bl_journal_list(root, "nothing", numbers, 2), 0);
}

static void
a_wish_to_cancel_is_seen_once(void** const state)
{
  (void)state;
  assert_int_equal(make_root(NULL), 0);
  assert_false(bl_journal_is_cancel_asked(root, ID, 1, false));
  assert_int_equal(bl_journal_ask_cancel(root, ID, 1), BL_SUCCESS);
  assert_true(bl_journal_is_cancel_asked(root, ID, 1, false));
  assert_true(bl_journal_is_cancel_asked(root, ID, 1, true));
  assert_false(bl_journal_is_cancel_asked(root, ID, 1, false));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_is_written_reads_back),
    cmocka_unit_test(a_german_host_changes_nothing),
    cmocka_unit_test(only_names_of_files_are_kept),
    cmocka_unit_test(hostile_journals_are_refused),
    cmocka_unit_test(every_cut_and_every_flipped_byte_is_survived),
    cmocka_unit_test(unreadable_ones_are_set_aside_not_deleted),
    cmocka_unit_test(a_lock_has_one_holder),
    cmocka_unit_test(jobs_are_listed_in_order),
    cmocka_unit_test(a_wish_to_cancel_is_seen_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
