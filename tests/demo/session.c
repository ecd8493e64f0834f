// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "demo/session.h"

#include "base/thread.h"
#include "job/journal.h"
#include "support/host.h"
#include "take/store.h"

#include <math.h>
#include <stdio.h>

#define BLOCK 1024u
#define KEEP_S 60.0
#define GENERATE_S 600.0
#define BEATS_PER_BAR 4.0

static BlStatus
complain(const char* const what, const BlStatus st)
{
  fprintf(stderr, "demo: %s: %s. %s\n", what, bl_strerror(st),
          bl_status_next_step(st));
  return st;
}

/// What the plugin's `error` port says; never success
static BlStatus
plugin_error(const BlHost* const host)
{
  const int number = (int)bl_host_get(host, "error");
  return number && bl_status_is_known(number) ? (BlStatus)number : BL_TIMED_OUT;
}

static BlHostPosition
position_of(const BlSession* const session)
{
  BlHostPosition position = { .frame = session->voice->start, .speed = 1.0 };
  if (session->bpm > 0.0) {
    const double beat_frames = 60.0 / session->bpm * session->voice->rate;
    const double beats       = (double)session->voice->start / beat_frames;
    const double bar         = floor(beats / BEATS_PER_BAR + 1e-9);
    position.bpm             = session->bpm;
    position.beats_per_bar   = BEATS_PER_BAR;
    position.beat_unit       = 4;
    position.bar             = (int64_t)bar;
    position.bar_beat        = fmax(0.0, beats - bar * BEATS_PER_BAR);
  }
  return position;
}

/// Play the voice through the armed plugin as fast as the machine can
static BlStatus
bounce(BlHost* const          host,
       const BlSession* const session,
       BlSessionTimes* const  times)
{
  const BlHostPosition from    = position_of(session);
  const float* const   audio[] = { session->voice->samples[0],
                                   session->voice->samples[1] };

  bl_host_set(host, "arm", 1.0f);
  bl_host_idle(host, 0.05);
  const double began = bl_time_monotonic();
  bl_host_play(host, &from, audio, session->voice->frames, BLOCK);
  const double played = bl_time_monotonic();
  bl_host_set(host, "arm", 0.0f);

  const bool kept = bl_host_wait(host, "takes", 1.0f, KEEP_S) &&
                    bl_host_wait(host, "status", BL_SHOWN_TAKE, KEEP_S);
  times->bounce_s = played - began;
  times->keep_s   = bl_time_monotonic() - played;
  if (!kept) {
    return complain("the take did not appear", plugin_error(host));
  }
  if (bl_host_get(host, "dropped") > 0.0f) {
    return complain("frames were lost", BL_OVERRUN);
  }
  return BL_SUCCESS;
}

/// Click, and say each stage once as it comes
static BlStatus
generate(BlHost* const host, BlSessionTimes* const times)
{
  const double began = bl_time_monotonic();
  double       now   = began;
  int          shown = -1;

  bl_host_set(host, "generate", 1.0f);
  while (now < began + GENERATE_S) {
    bl_host_idle(host, 0.02);
    now               = bl_time_monotonic();
    const int  status = (int)bl_host_get(host, "status");
    const bool known  = status > BL_SHOWN_TAKE && status < (int)BL_N_SHOWN;
    if (status != shown && known) {
      printf("  %6.1f s  %s\n", now - began, bl_shown_names[status]);
      fflush(stdout);
    }
    shown = status;
    if (known && status >= BL_SHOWN_DONE) {
      break;
    }
  }
  bl_host_set(host, "generate", 0.0f);
  bl_host_run(host, BLOCK);
  times->generate_s = now - began;
  return shown == BL_SHOWN_DONE
           ? BL_SUCCESS
           : complain("no instrumental came back", plugin_error(host));
}

/// The newest take's newest job
static BlStatus
find_job(const char* const root, BlJob* const job)
{
  BlTakeList list = { .count = 0 };
  BlStatus   st   = bl_store_list(root, NULL, &list);
  if (!st && !list.count) {
    st = BL_NO_TAKE;
  }

  uint32_t numbers[BL_JOBS_MAX];
  size_t   n = 0;
  if (!st) {
    const char* const id = list.takes[list.count - 1u].id;
    n = bl_journal_list(root, id, numbers, BL_COUNT(numbers));
    st =
      n ? bl_journal_load(root, id, numbers[n - 1u], NULL, job) : BL_NOT_FOUND;
  }
  bl_store_list_free(&list);
  return st ? complain("the job cannot be read", st) : BL_SUCCESS;
}

static BlStatus
use_host(BlHost* const          host,
         const BlSession* const session,
         BlSessionTimes* const  times)
{
  bl_host_set_string(host, BL_STRING_TITLE, session->title);
  bl_host_idle(host, 0.05);
  bl_host_set_string(host, BL_STRING_TAGS, session->tags);
  bl_host_idle(host, 0.05);

  const BlStatus st = bounce(host, session, times);
  return st ? st : generate(host, times);
}

BlStatus
bl_session_run(const BlSession* const session,
               BlJob* const           job,
               BlSessionTimes* const  times)
{
  const double   began = bl_time_monotonic();
  BlWorld* const world = bl_world_new();
  if (!world) {
    return complain("the bundle is not in LV2_PATH", BL_NOT_FOUND);
  }

  const BlHostSetup setup = { .uri  = session->voice->channels > 1
                                        ? BL_PLUGIN_STEREO_URI
                                        : BL_PLUGIN_MONO_URI,
                              .rate = session->voice->rate };
  BlHost* const     host  = bl_host_new(world, &setup);
  BlStatus          st    = BL_SUCCESS;
  times->load_s           = bl_time_monotonic() - began;
  if (host) {
    st = use_host(host, session, times);
    bl_host_free(host);
  } else {
    st = complain("the plugin cannot be started", BL_INTERNAL);
  }
  bl_world_free(world);
  return st ? st : find_job(session->takes, job);
}
