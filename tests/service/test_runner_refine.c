// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 180

// Jobs about a result: without its voice, in stems, without loss (API 5.1 and
// 5.2), against the stand-in in both dialects

#include "job/journal.h"
#include "support/jobrig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sndfile.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Of what the stand-in delivers: short, since there is much of it
#define SECONDS 3.0

static const char whole_way[] =
  "captured uploaded submitting submitted complete fetched placed";

// Two services, each with a take whose job 1 has brought A and B

static JobRig* rigs[2];
static BlTake  takes[2];

static int
set_up_all(void** const state)
{
  (void)state;
  for (unsigned i = 0; i < 2; ++i) {
    const StandinOptions options = { .kie = i, .seconds = SECONDS };
    rigs[i]                      = job_rig_new(&options);
    takes[i]                     = job_rig_source(rigs[i]);
  }
  return 0;
}

static int
tear_down_all(void** const state)
{
  (void)state;
  job_rig_free(rigs[0]);
  job_rig_free(rigs[1]);
  return 0;
}

static int
forget_faults(void** const state)
{
  (void)state;
  for (unsigned i = 0; i < 2; ++i) {
    standin_reset(rigs[i]->standin);
    rigs[i]->on_news = NULL;
    setenv("XDG_CONFIG_HOME", rigs[i]->config, 1);
  }
  return 0;
}

static BlJobState
run(const unsigned i, const BlRefine refine, const unsigned v)
{
  const BlAsk ask = job_rig_refine_ask(&takes[i], refine, v);
  setenv("XDG_CONFIG_HOME", rigs[i]->config, 1);
  return job_rig_run(rigs[i], &ask);
}

static int64_t
time_reference(const char* const path)
{
  SF_BROADCAST_INFO bext;
  SF_INFO           info = { .format = 0 };
  SNDFILE* const    file = sf_open(path, SFM_READ, &info);
  assert_non_null(file);
  assert_true(sf_command(file, SFC_GET_BROADCAST_INFO, &bext, sizeof(bext)));
  assert_int_equal(info.samplerate, 48000);
  assert_int_equal(info.format, SF_FORMAT_WAV | SF_FORMAT_PCM_24);
  sf_close(file);
  return (int64_t)((uint64_t)bext.time_reference_high << 32 |
                   bext.time_reference_low);
}

static void
assert_placed(const BlJob* const job,
              const unsigned     slot,
              const char* const  ending)
{
  const BlPlaced* const placed = &job->results[slot];
  const size_t          length = strlen(placed->path);
  assert_true(job->fetched[slot] && job->placed[slot]);
  assert_true(length > strlen(ending));
  assert_string_equal(placed->path + length - strlen(ending), ending);
  assert_non_null(strstr(placed->path, "/Verse 20"));
  assert_int_equal(placed->time_reference, 480000 + 96000);
  assert_int_equal(time_reference(placed->path), 480000 + 96000);
  assert_true(placed->loudness_lufs < 0.0 && placed->loudness_lufs > -60.0);
  assert_true(llabs((long long)placed->frames - (long long)(SECONDS * 48000)) <
              200);
}

/// What was sent, byte for byte; `type` is "" or a member with its comma
static void
assert_body(Standin* const        standin,
            const StandinEndpoint endpoint,
            const BlJob* const    source,
            const unsigned        v,
            const char* const     type)
{
  char        want[1024];
  char* const body  = standin_body(standin, endpoint, NULL);
  char* const key   = standin_header(standin, endpoint, "Authorization");
  char* const media = standin_header(standin, endpoint, "Content-Type");
  snprintf(want, sizeof(want),
           "{\"taskId\":\"%s\",\"audioId\":\"%s\",%s"
           "\"callBackUrl\":\"https://callback.invalid/\"}",
           source->task_id, source->task.tracks[v].id, type);
  assert_string_equal(body, want);
  assert_string_equal(key, "Bearer test-key");
  assert_string_equal(media, "application/json; charset=utf-8");
  free(media);
  free(key);
  free(body);
}

static void
the_voice_is_taken_out(void** const state)
{
  (void)state;
  for (unsigned i = 0; i < 2; ++i) {
    JobRig* const  rig     = rigs[i];
    Standin* const standin = rig->standin;
    BlJob* const   source  = job_rig_load(rig, takes[i].id, 1);
    const unsigned tasks   = standin_tasks(standin);
    job_rig_fault(rigs[i], STANDIN_FILE, STANDIN_STRICT_UA, 0, 0, NULL);
    assert_int_equal(run(i, BL_REFINE_SEPARATE, 1), BL_JOB_PLACED);
    assert_string_equal(rig->states, whole_way);
    assert_int_equal(rig->falls, 0);

    const BlJob* const job = &rig->last;
    assert_int_equal(job->refine, BL_REFINE_SEPARATE);
    assert_int_equal(job->posts, 1);
    assert_true(fabs(job->credits - 671.92) < 1e-6);
    assert_int_equal(bl_job_results(job), 2);
    assert_false(job->placed[0]);
    assert_placed(job, 1, " (B) no voice.wav");
    assert_placed(job, BL_VARIANTS + BL_PART_VOICE, " (B) voice.wav");
    assert_non_null(strstr(job->message, "B of job 1"));

    assert_body(standin, STANDIN_STEMS, source, 1,
                "\"type\":\"separate_vocal\",");
    char* const key = standin_header(standin, STANDIN_FILE, "Authorization");
    assert_string_equal(key, "");
    free(key);
    assert_int_equal(standin_tasks(standin), tasks + 1);
    assert_int_equal(standin_count(standin, STANDIN_UPLOAD), 0);
    assert_int_equal(standin_count(standin, STANDIN_SUBMIT), 0);
    assert_int_equal(standin_count(standin, STANDIN_STEMS), 1);
    assert_int_equal(standin_count(standin, STANDIN_FILE), 2);

    // The next start finds it as it is
    BlJob* const kept = job_rig_load(rig, takes[i].id, job->number);
    assert_memory_equal(&kept->of, &job->of, sizeof(kept->of));
    assert_string_equal(kept->results[1].path, job->results[1].path);
    assert_string_equal(kept->request.title, source->request.title);
    assert_true(kept->placed[BL_VARIANTS + BL_PART_VOICE]);
    free(kept);
    free(source);
  }
}

static void
every_instrument_has_its_place(void** const state)
{
  (void)state;
  JobRig* const rig    = rigs[0];
  BlJob* const  source = job_rig_load(rig, takes[0].id, 1);
  assert_int_equal(run(0, BL_REFINE_STEMS, 0), BL_JOB_PLACED);
  const BlJob* const job = &rig->last;
  assert_int_equal(bl_job_results(job), 11);
  assert_false(job->placed[0] || job->placed[1]);
  assert_placed(job, BL_VARIANTS + BL_PART_DRUMS, " (A) drums.wav");
  assert_placed(job, BL_VARIANTS + BL_PART_WOODWINDS, " (A) woodwinds.wav");
  assert_placed(job, BL_VARIANTS + BL_PART_BACKING_VOICES,
                " (A) backing voices.wav");
  assert_false(job->placed[BL_VARIANTS + BL_PART_BRASS]); // null there
  assert_false(job->placed[BL_VARIANTS + BL_PART_INSTRUMENTAL]);
  assert_non_null(strstr(job->message, "in 11 stems"));
  assert_body(rig->standin, STANDIN_STEMS, source, 0,
              "\"type\":\"split_stem\",");
  assert_int_equal(standin_count(rig->standin, STANDIN_STEMS), 1);
  free(source);
}

static void
a_wav_that_exists_is_looked_up(void** const state)
{
  (void)state;
  for (unsigned i = 0; i < 2; ++i) {
    JobRig* const rig    = rigs[i];
    BlJob* const  source = job_rig_load(rig, takes[i].id, 1);
    char          first[BL_NAME_BYTES];
    assert_int_equal(run(i, BL_REFINE_WAV, 0), BL_JOB_PLACED);
    const uint32_t number = rig->last.number;
    assert_placed(&rig->last, 0, " (A) lossless.wav");
    assert_non_null(strstr(rig->last.delivered[0], ".wav"));
    assert_body(rig->standin, STANDIN_WAV, source, 0, "");
    memcpy(first, rig->last.task_id, sizeof(first));
    free(source);

    // 409: the service has one, and the job before knows which
    const unsigned tasks = standin_tasks(rig->standin);
    assert_int_equal(run(i, BL_REFINE_WAV, 0), BL_JOB_PLACED);
    assert_string_equal(rig->last.task_id, first);
    assert_int_equal(rig->last.posts, 1);
    assert_int_equal(standin_tasks(rig->standin), tasks);
    assert_int_equal(standin_count(rig->standin, STANDIN_WAV), 2);

    // Nobody knows which: said so, and the user may
    for (uint32_t n = number; n <= number + 1; ++n) {
      char path[BL_PATH_BYTES];
      assert_int_equal(
        bl_journal_path(rig->root, takes[i].id, n, ".json", path, sizeof(path)),
        BL_SUCCESS);
      assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(run(i, BL_REFINE_WAV, 0), BL_JOB_FAILED);
    assert_int_equal(rig->last.error, BL_CONFLICT);
    assert_non_null(strstr(rig->last.message, "--task-id"));
    const uint32_t last = rig->last.number;
    job_rig_forget(rig);
    assert_int_equal(bl_runner_claim(rig->runner, takes[i].id, last, first), 0);
    assert_int_equal(bl_runner_run_until_idle(rig->runner, NULL), BL_SUCCESS);
    assert_int_equal(rig->last.state, BL_JOB_PLACED);
    assert_int_equal(standin_count(rig->standin, STANDIN_WAV), 3);
  }
}

// What a record may say

#define RECORD(flag, response, code, message)                                  \
  "{\"code\":200,\"msg\":\"success\",\"data\":{\"taskId\":\"%TASK%\","         \
  "\"successFlag\":\"" flag "\",\"response\":" response ",\"errorCode\":" code \
  ",\"errorMessage\":" message "}}"

typedef struct
{
  const char* reply; ///< Once, or for ever
  bool        for_ever;
  BlJobState  state;
  BlStatus    error;
  const char* word; ///< In the message
} Said;

static const Said said[] = {
  { RECORD("PENDING", "null", "null", "null"), false, BL_JOB_PLACED, BL_SUCCESS,
    "" },
  { RECORD("WAITING_FOR_GODOT", "null", "null", "null"), false, BL_JOB_PLACED,
    BL_SUCCESS, "" },
  { RECORD("CREATE_TASK_FAILED", "null", "500", "\"no task\""), true,
    BL_JOB_FAILED, BL_GENERATION, "no task" },
  { RECORD("GENERATE_WAV_FAILED", "null", "null", "null"), true, BL_JOB_FAILED,
    BL_GENERATION, "" },
  { RECORD("GENERATE_AUDIO_FAILED", "{}", "\"531\"", "\"refunded\""), true,
    BL_JOB_FAILED, BL_REFUNDED, "refunded" },
  { RECORD("PENDING", "null", "455", "\"asleep\""), true, BL_JOB_FAILED,
    BL_MAINTENANCE, "asleep" },
  { RECORD("CALLBACK_EXCEPTION", "null", "null", "null"), false, BL_JOB_PLACED,
    BL_SUCCESS, "" },
  { RECORD("CALLBACK_EXCEPTION",
           "{\"audioWavUrl\":\"%BASE%/file/x.wav\","
           "\"instrumentalUrl\":\"%BASE%/file/x-1.mp3\",\"vocalUrl\":null}",
           "500",
           "\"callback\""),
    true, BL_JOB_PLACED, BL_SUCCESS, "" },
  { RECORD("SUCCESS",
           "\"{\\\"audio_wav_url\\\":\\\"%BASE%/file/x.wav\\\","
           "\\\"instrumental_url\\\":\\\"%BASE%/file/x-1.mp3\\\"}\"",
           "null",
           "null"),
    true, BL_JOB_PLACED, BL_SUCCESS, "" },
  { RECORD("SUCCESS",
           "{\"audioWavUrl\":\"\",\"vocalUrl\":null}",
           "200",
           "\"\""),
    false, BL_JOB_PLACED, BL_SUCCESS, "" },
  { RECORD("SUCCESS",
           "{\"originUrl\":\"%BASE%/file/x-1.mp3\"}",
           "null",
           "null"),
    true, BL_JOB_FAILED, BL_GENERATION, "delivered no audio" },
  { "{\"code\":200,\"msg\":\"success\",\"data\":null}", false, BL_JOB_PLACED,
    BL_SUCCESS, "" },
  { "{\"code\":500,\"msg\":\"oops\",\"data\":null}", false, BL_JOB_PLACED,
    BL_SUCCESS, "" },
  { "{\"code\":200,\"msg\":\"success\",\"data\":[]}", false, BL_JOB_PLACED,
    BL_SUCCESS, "" },
  { "<html>", false, BL_JOB_PLACED, BL_SUCCESS, "" },
};

static void
each_word_of_a_record_has_its_end(void** const state)
{
  (void)state;
  // Alternately of both services and of both endpoints' records
  for (size_t k = 0; k < 2 * BL_COUNT(said); ++k) {
    const Said* const s      = &said[k / 2];
    const unsigned    i      = (unsigned)(k / 2 + k) % 2;
    const bool        wav    = k % 2;
    JobRig* const     rig    = rigs[i];
    const unsigned    before = standin_count(rig->standin, STANDIN_WAV) +
                            standin_count(rig->standin, STANDIN_STEMS);
    job_rig_fault(rigs[i], wav ? STANDIN_WAV_RECORD : STANDIN_STEMS_RECORD,
                  STANDIN_REPLY, s->for_ever ? 0 : 1, 0, s->reply);
    const BlJobState end =
      run(i, wav ? BL_REFINE_WAV : BL_REFINE_SEPARATE, wav ? 1 : 0);
    if (end != s->state || rig->last.error != s->error ||
        !strstr(rig->last.message, s->word)) {
      fail_msg("%s: ended as %s, error %d: %s", s->reply,
               bl_job_state_name(end), (int)rig->last.error, rig->last.message);
    }
    assert_true(rig->last.task_id[0]);
    assert_null(strstr(rig->last.message, "Generate"));
    assert_int_equal(standin_count(rig->standin, STANDIN_WAV) +
                       standin_count(rig->standin, STANDIN_STEMS) - before,
                     1);
    standin_reset(rig->standin);
  }
}

// What a refusal may say

typedef struct
{
  int         http;
  int         code;
  const char* msg;
  BlStatus    error[2]; ///< By dialect; SUCCESS: it waits and asks again
} Refusal;

static const Refusal refusals[] = {
  { 200, 400, "audioId is strange", { BL_REFUSED, BL_REFUSED } },
  { 200, 401, "Unauthorized", { BL_AUTH, BL_AUTH } },
  { 200, 402, "Insufficient credits", { BL_NO_CREDITS, BL_NO_CREDITS } },
  { 200, 404, "Not Found", { BL_NOT_HERE, BL_NOT_HERE } },
  { 200, 405, "no", { BL_SUCCESS, BL_NOT_HERE } },
  { 200, 413, "too long", { BL_TOO_LONG, BL_TOO_LONG } },
  { 200, 422, "Music does not exist", { BL_REFUSED, BL_REFUSED } },
  { 200, 429, "no", { BL_NO_CREDITS, BL_SUCCESS } },
  { 200, 429, "call frequency is too high", { BL_SUCCESS, BL_SUCCESS } },
  { 200, 430, "no", { BL_SUCCESS, BL_SUCCESS } },
  { 200, 433, "quota", { BL_NO_CREDITS, BL_NO_CREDITS } },
  { 200, 451, "gone", { BL_SOURCE_GONE, BL_SOURCE_GONE } },
  { 200, 455, "maintenance", { BL_SUCCESS, BL_SUCCESS } },
  { 200, 500, "oops", { BL_GENERATION, BL_GENERATION } },
  { 200, 501, "failed", { BL_GENERATION, BL_GENERATION } },
  { 200, 505, "disabled", { BL_GENERATION, BL_GENERATION } },
  { 200, 531, "refunded", { BL_REFUNDED, BL_REFUNDED } },
  { 409, 409, "exists", { BL_CONFLICT, BL_CONFLICT } },
};

static void
each_refusal_has_its_end(void** const state)
{
  (void)state;
  for (size_t k = 0; k < 2 * BL_COUNT(refusals); ++k) {
    const Refusal* const r   = &refusals[k / 2];
    const unsigned       i   = k % 2;
    JobRig* const        rig = rigs[i];
    const StandinFault   f   = { .endpoint = STANDIN_STEMS,
                                 .kind     = STANDIN_CODE,
                                 .times    = r->error[i] ? 0 : 1,
                                 .http     = r->http,
                                 .code     = r->code,
                                 .text     = r->msg };
    // Stems of B are asked for nowhere else: a 409 finds nobody who knows
    const BlRefine what = r->code == 409 ? BL_REFINE_STEMS : BL_REFINE_SEPARATE;
    standin_add_fault(rig->standin, f);
    const unsigned   tasks = standin_tasks(rig->standin);
    const BlJobState end   = run(i, what, 1);
    const unsigned   posts = standin_count(rig->standin, STANDIN_STEMS);
    const bool       waits = !r->error[i];
    if (end != (waits ? BL_JOB_PLACED : BL_JOB_FAILED) ||
        rig->last.error != r->error[i] || posts != (waits ? 2 : 1) ||
        rig->last.posts != posts ||
        (!waits && !strstr(rig->last.message, r->msg)) ||
        strstr(rig->last.message, "Generate")) {
      fail_msg("%d %s (%u): ended as %s, error %d, %u POSTs: %s", r->code,
               r->msg, i, bl_job_state_name(end), (int)rig->last.error, posts,
               rig->last.message);
    }
    assert_int_equal(standin_tasks(rig->standin) - tasks, waits ? 1 : 0);
    standin_reset(rig->standin);
  }
}

static void
a_placeholder_that_is_refused_is_changed_once(void** const state)
{
  (void)state;
  job_rig_fault(rigs[1], STANDIN_WAV, STANDIN_CODE, 1, 422,
                "Please enter callBackUrl.");
  assert_int_equal(run(1, BL_REFINE_WAV, 1), BL_JOB_PLACED);
  assert_int_equal(rigs[1]->last.posts, 2);
  char* const body = standin_body(rigs[1]->standin, STANDIN_WAV, NULL);
  assert_non_null(
    strstr(body, "\"callBackUrl\":\"https://example.com/callback\"}"));
  free(body);
}

static void
an_address_that_expired_is_asked_for_again(void** const state)
{
  (void)state;
  const StandinFault gone = {
    .endpoint = STANDIN_FILE, .kind = STANDIN_REPLY, .times = 1, .http = 404
  };
  standin_add_fault(rigs[1]->standin, gone);
  assert_int_equal(run(1, BL_REFINE_SEPARATE, 0), BL_JOB_PLACED);
  assert_int_equal(bl_job_results(&rigs[1]->last), 2);
  assert_int_equal(standin_count(rigs[1]->standin, STANDIN_STEMS), 1);

  // One that stays away ends the job; what was paid for can be had later
  job_rig_fault(rigs[1], STANDIN_FILE, STANDIN_EMPTY, 0, 0, NULL);
  assert_int_equal(run(1, BL_REFINE_SEPARATE, 0), BL_JOB_FAILED);
  assert_non_null(strstr(rigs[1]->last.message, "costs nothing"));
  const uint32_t number = rigs[1]->last.number;
  standin_reset(rigs[1]->standin);
  assert_int_equal(job_rig_resume(rigs[1], takes[1].id, number, false),
                   BL_JOB_PLACED);
  assert_int_equal(standin_count(rigs[1]->standin, STANDIN_STEMS), 0);
}

static void
prices_are_those_of_the_services(void** const state)
{
  (void)state;
  static const struct
  {
    const char* service;
    double      wav;
    double      separate;
  } rows[]               = { { "sunoapi", 0.4, 10.0 },
                             { "kie", 0.4, 10.0 },
                             { "standin", -1.0, -1.0 } };
  BlConfig* const config = (BlConfig*)malloc(sizeof(BlConfig));
  bl_config_init(config);
  assert_int_equal(bl_config_load(config, NULL), BL_SUCCESS);
  for (size_t k = 0; k < BL_COUNT(rows); ++k) {
    BlService*     service = NULL;
    BlServiceError error;
    setenv("BACKLINE_SERVICE", rows[k].service, 1);
    setenv("BACKLINE_API_KEY", "test-key", 1);
    assert_int_equal(
      bl_service_open(config, rows[k].service, NULL, NULL, &service, &error),
      BL_SUCCESS);
    assert_true(fabs(bl_service_refine_price(service, BL_REFINE_WAV) -
                     rows[k].wav) < 1e-9);
    assert_true(fabs(bl_service_refine_price(service, BL_REFINE_SEPARATE) -
                     rows[k].separate) < 1e-9);
    assert_true(bl_service_refine_price(service, BL_REFINE_STEMS) < 0.0);
    bl_service_close(service);
  }
  unsetenv("BACKLINE_SERVICE");
  unsetenv("BACKLINE_API_KEY");
  free(config);
}

#define RIGGED(test) cmocka_unit_test_setup(test, forget_faults)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    RIGGED(the_voice_is_taken_out),
    RIGGED(every_instrument_has_its_place),
    RIGGED(a_wav_that_exists_is_looked_up),
    RIGGED(each_word_of_a_record_has_its_end),
    RIGGED(each_refusal_has_its_end),
    RIGGED(a_placeholder_that_is_refused_is_changed_once),
    RIGGED(an_address_that_expired_is_asked_for_again),
    RIGGED(prices_are_those_of_the_services),
  };
  return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
