// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "job/job.h"
#include "job/job_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#define NO (-1)
#define CA BL_JOB_CAPTURED
#define CH BL_JOB_CHECKED
#define EN BL_JOB_ENCODED
#define UP BL_JOB_UPLOADED
#define SI BL_JOB_SUBMITTING
#define SU BL_JOB_SUBMITTED
#define TE BL_JOB_TEXT
#define FI BL_JOB_FIRST
#define CO BL_JOB_COMPLETE
#define FE BL_JOB_FETCHED
#define PL BL_JOB_PLACED
#define FA BL_JOB_FAILED
#define CX BL_JOB_CANCELLED
#define UN BL_JOB_UNSURE

// clang-format off
/// Written out by hand from DESIGN section 4, not from the table it checks
static const int expected[BL_N_JOB_STATES][BL_N_JOB_EVENTS] = {
  //     check enc upl sub acc ref upg fgt txt fst cpl fet pla fail cxl lost again resume skip
  [CA] = {CH,  NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, FA,  CX, NO,  NO,   NO,   UP},
  [CH] = {NO,  EN, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, FA,  CX, NO,  NO,   NO,   NO},
  [EN] = {NO,  NO, UP, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, FA,  CX, NO,  NO,   NO,   NO},
  [UP] = {NO,  NO, NO, SI, NO, NO, EN, EN, NO, NO, NO, NO, NO, FA,  CX, NO,  NO,   NO,   NO},
  [SI] = {NO,  NO, NO, NO, SU, UP, EN, EN, NO, NO, NO, NO, NO, FA,  CX, UN,  NO,   NO,   NO},
  [SU] = {NO,  NO, NO, NO, NO, NO, EN, EN, TE, FI, CO, NO, NO, FA,  CX, NO,  NO,   NO,   NO},
  [TE] = {NO,  NO, NO, NO, NO, NO, EN, EN, NO, FI, CO, NO, NO, FA,  CX, NO,  NO,   NO,   NO},
  [FI] = {NO,  NO, NO, NO, NO, NO, NO, EN, NO, NO, CO, NO, NO, FA,  CX, NO,  NO,   NO,   NO},
  [CO] = {NO,  NO, NO, NO, NO, NO, NO, EN, NO, NO, NO, FE, NO, FA,  CX, NO,  NO,   NO,   NO},
  [FE] = {NO,  NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, PL, FA,  CX, NO,  NO,   NO,   NO},
  [PL] = {NO,  NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,  NO, NO,  NO,   NO,   NO},
  [FA] = {NO,  NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,  NO, NO,  CA,   SU,   NO},
  [CX] = {NO,  NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,  NO, NO,  CA,   SU,   NO},
  [UN] = {NO,  NO, NO, NO, SU, NO, NO, NO, NO, NO, NO, NO, NO, NO,  CX, NO,  CA,   NO,   NO},
};
// clang-format on

static void
every_pair_goes_where_it_should(void** const state)
{
  (void)state;
  for (unsigned s = 0; s < BL_N_JOB_STATES; ++s) {
    for (unsigned e = 0; e < BL_N_JOB_EVENTS; ++e) {
      BlJobState     next = BL_JOB_UNSURE;
      const BlStatus st   = bl_job_step((BlJobState)s, (BlJobEvent)e, &next);
      const int      want = expected[s][e];
      if (st != (want == NO ? BL_BAD_STATE : BL_SUCCESS) ||
          (int)next != (want == NO ? (int)s : want)) {
        fail_msg("%s + %s -> %s (%d)", bl_job_state_name((BlJobState)s),
                 bl_job_event_name((BlJobEvent)e), bl_job_state_name(next),
                 (int)st);
      }
    }
  }
}

static void
numbers_from_outside_are_refused(void** const state)
{
  (void)state;
  BlJobState next = BL_JOB_PLACED;
  assert_int_equal(bl_job_step((BlJobState)14, BL_EVENT_FAILED, &next),
                   BL_BAD_STATE);
  assert_int_equal(bl_job_step(BL_JOB_CAPTURED, (BlJobEvent)19, &next),
                   BL_BAD_STATE);
  assert_int_equal(bl_job_step(BL_JOB_CAPTURED, (BlJobEvent)-1, &next),
                   BL_BAD_STATE);
  assert_int_equal(next, BL_JOB_CAPTURED);
  assert_string_equal(bl_job_state_name((BlJobState)99), "?");
  assert_string_equal(bl_job_event_name((BlJobEvent)99), "?");
  assert_false(bl_job_is_open((BlJobState)99));
}

static void
names_read_back(void** const state)
{
  (void)state;
  for (unsigned s = 0; s < BL_N_JOB_STATES; ++s) {
    BlJobState back = BL_JOB_CAPTURED;
    assert_true(
      bl_job_state_from_name(bl_job_state_name((BlJobState)s), &back));
    assert_int_equal(back, s);
  }
  BlJobState back = BL_JOB_TEXT;
  assert_false(bl_job_state_from_name("?", &back));
  assert_false(bl_job_state_from_name(NULL, &back));
  assert_false(bl_job_state_from_name("Placed", &back));
  assert_int_equal(back, BL_JOB_TEXT);
}

/// A second POST needs SUBMITTING a second time; who may lead back there?
static void
only_proof_or_the_users_word_lead_back_to_a_post(void** const state)
{
  (void)state;
  for (unsigned e = 0; e < BL_N_JOB_EVENTS; ++e) {
    BlJobState next = BL_JOB_PLACED;
    if (!bl_job_step(BL_JOB_UNSURE, (BlJobEvent)e, &next) &&
        !bl_job_is_accepted(next) && next != BL_JOB_CANCELLED) {
      assert_int_equal(e, BL_EVENT_AGAIN);
    }
    if (!bl_job_step(BL_JOB_SUBMITTING, (BlJobEvent)e, &next) &&
        bl_job_is_open(next) && !bl_job_is_accepted(next)) {
      assert_true(e == BL_EVENT_REFUSED || e == BL_EVENT_UPLOAD_GONE ||
                  e == BL_EVENT_FORGOTTEN);
    }
  }
}

static void
every_state_is_shown(void** const state)
{
  (void)state;
  BlJob job;
  bl_job_init(&job);
  assert_int_equal(bl_job_shown(&job), BL_SHOWN_CHECKING);
  for (unsigned s = 1; s < BL_N_JOB_STATES; ++s) {
    job.state = (BlJobState)s;
    assert_in_range(bl_job_shown(&job), BL_SHOWN_CHECKING, BL_SHOWN_UNSURE);
  }
  job.state = BL_JOB_PLACED;
  assert_int_equal(bl_job_shown(&job), BL_SHOWN_DONE);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_pair_goes_where_it_should),
    cmocka_unit_test(numbers_from_outside_are_refused),
    cmocka_unit_test(names_read_back),
    cmocka_unit_test(only_proof_or_the_users_word_lead_back_to_a_post),
    cmocka_unit_test(every_state_is_shown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
