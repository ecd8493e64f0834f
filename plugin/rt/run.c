// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "rt/run.h"

#include "base/thread.h"
#include "rt/notify.h"
#include "rt/rest.h"

#include <stddef.h>
#include <string.h>

/// The largest whole number that a float port can count up to
#define FLOAT_WHOLE_MOST 16777216.0f

void
bl_rt_init(BlRt* const                 rt,
           const uint32_t              channels,
           const double                rate,
           BlRtLink* const             link,
           const BlCaptureSetup* const capture)
{
  rt->link     = link;
  rt->channels = channels;
  rt->rate     = rate;
  rt->sequence = rt->urids.atom_Sequence;
  bl_level_init(&rt->level);
  atomic_flag_clear_explicit(&link->capturing, memory_order_relaxed);
  bl_capture_init(&rt->capture, capture);
}

void
bl_rt_connect(BlRt* const rt, const uint32_t port, void* const data)
{
  if (port < BL_PORT_AUDIO + 2u * rt->channels) {
    // Atoms and audio are connected anew in every block by some hosts
    rt->still = rt->still && (port >= BL_PORT_AUDIO || port < BL_PORT_ENABLED ||
                              rt->ports[port] == data);
    rt->ports[port] = data;
  }
}

static uint32_t
bit(const BlPort port)
{
  return 1u << ((uint32_t)port - BL_PORT_CONTROL_IN_FIRST);
}

static float
value_of(const BlRt* const rt, const BlPort port)
{
  return rt->values[(uint32_t)port - BL_PORT_CONTROL_IN_FIRST];
}

static bool
is_on(const BlRt* const rt, const BlPort port)
{
  return value_of(rt, port) > 0.5f;
}

static void
read_value(BlRt* const rt, const uint32_t i, const float* const port)
{
  const BlParam* const param = &bl_params[i];
  const float value = port ? bl_param_clamp(param, *port) : param->normal;
  if (port) {
    rt->raw[i] = *port;
  }
  if (value < rt->values[i] || value > rt->values[i]) {
    rt->changed |= 1u << i;
  }
  rt->values[i] = value;
  atomic_store_explicit(&rt->link->values[i], value, memory_order_relaxed);
}

static void
read_values(BlRt* const rt)
{
  rt->changed_last = rt->changed;
  rt->changed      = 0;
  for (uint32_t i = 0; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    const float* const port =
      (const float*)rt->ports[BL_PORT_CONTROL_IN_FIRST + i];
    if (!port || !rt->has_values || !(*port == rt->raw[i])) {
      read_value(rt, i, port);
    }
  }

  if (!rt->has_values) {
    rt->changed    = 0;
    rt->has_values = true;
  }
}

/**
   True for a 0 -> 1 edge that is a click.

   A preset that was saved while the button was down raises it again, in the
   same block as other controls or shortly after restore().  What also moved
   in the block before is automation and no preset.
*/
static bool
is_click(const BlRt* const rt, const BlPort port)
{
  const uint32_t host   = bit(BL_PORT_FREEWHEEL);
  const uint32_t others = rt->changed & ~(rt->changed_last | bit(port) | host);
  if (!(rt->changed & bit(port)) || !is_on(rt, port) || others) {
    return false;
  }

  const double restored =
    atomic_load_explicit(&rt->link->restored_at, memory_order_relaxed);
  return restored <= 0.0 || bl_time_monotonic() - restored >= BL_CLICK_GUARD_S;
}

static void
post_clicks(BlRt* const rt)
{
  if (is_click(rt, BL_PORT_GENERATE)) {
    bl_control_post(rt->link, BL_RT_GENERATE, rt->values, sizeof(rt->values),
                    NULL, 0);
  }
  if (is_click(rt, BL_PORT_CANCEL)) {
    bl_control_post(rt->link, BL_RT_CANCEL, NULL, 0, NULL, 0);
  }
}

/// @return false where the other side has the capture right now
static bool
enter(BlRt* const rt)
{
  return !atomic_flag_test_and_set_explicit(&rt->link->capturing,
                                            memory_order_acquire);
}

static void
leave(BlRt* const rt, const bool recording)
{
  atomic_store_explicit(&rt->link->recording, recording, memory_order_relaxed);
  atomic_flag_clear_explicit(&rt->link->capturing, memory_order_release);
}

/// jalv tells of JACK's transport, standing at 0, where nobody uses it: what
/// has a timeline tells its tempo, or rolls
static void
look_for_transport(const BlRt* const rt)
{
  const BlTransport* const t = &rt->capture.transport;
  if (rt->times.n_events &&
      ((t->known & BL_TIME_BPM) || bl_transport_is_rolling(t))) {
    atomic_store_explicit(&rt->link->located, true, memory_order_relaxed);
  }
}

static void
capture(BlRt* const rt, const uint32_t n_frames, BlCaptureShown* const shown)
{
  const float* audio[BL_TAKE_MAX_CHANNELS] = { NULL, NULL };
  bool         connected                   = true;
  for (uint32_t c = 0; c < rt->channels; ++c) {
    audio[c]  = (const float*)rt->ports[BL_PORT_AUDIO + c];
    connected = connected && audio[c];
  }

  const BlCaptureBlock block = {
    .audio     = audio,
    .frames    = connected ? n_frames : 0,
    .events    = rt->times.events,
    .n_events  = rt->times.n_events,
    .enabled   = is_on(rt, BL_PORT_ENABLED),
    .arm       = is_on(rt, BL_PORT_ARM),
    .record    = is_on(rt, BL_PORT_RECORD),
    .freewheel = is_on(rt, BL_PORT_FREEWHEEL),
  };

  const uint_fast32_t runs =
    atomic_load_explicit(&rt->link->runs, memory_order_relaxed);
  atomic_store_explicit(&rt->link->runs, runs + 1u, memory_order_relaxed);
  if (enter(rt)) {
    bl_capture_run(&rt->capture, &block);
    bl_capture_show(&rt->capture, shown);
    look_for_transport(rt);
    leave(rt, shown->recording);
  } else {
    atomic_fetch_add_explicit(&rt->capture.setup.link->lost, n_frames,
                              memory_order_relaxed);
  }
}

static void
raise_peak(BlRtLink* const link, const float peak)
{
  if (peak > atomic_load_explicit(&link->peak, memory_order_relaxed)) {
    atomic_store_explicit(&link->peak, peak, memory_order_relaxed);
  }
}

static void
pass_channel(const BlRt* const rt, const uint32_t c, const uint32_t n_frames)
{
  const float* const in  = (const float*)rt->ports[BL_PORT_AUDIO + c];
  float* const       out = (float*)rt->ports[BL_PORT_AUDIO + rt->channels + c];
  if (in && out && in != out) {
    memmove(out, in, n_frames * sizeof(float));
  }
}

static void
pass_audio(const BlRt* const rt, const uint32_t n_frames)
{
  float* const out_left = (float*)rt->ports[BL_PORT_AUDIO + rt->channels];
  if (rt->channels == 1) {
    pass_channel(rt, 0, n_frames);
    return;
  }

  const float* const left      = (const float*)rt->ports[BL_PORT_AUDIO];
  const float* const right     = (const float*)rt->ports[BL_PORT_AUDIO + 1];
  float* const       out_right = (float*)rt->ports[BL_PORT_AUDIO + 3];
  if (left && right && out_left && out_right && out_left == right) {
    // In place with the sides changed: sample by sample, or one is lost
    for (uint32_t i = 0; i < n_frames; ++i) {
      const float l = left[i];
      const float r = right[i];
      out_left[i]   = l;
      out_right[i]  = r;
    }
    return;
  }

  pass_channel(rt, 0, n_frames);
  pass_channel(rt, 1, n_frames);
}

static void
set_shown(BlRt* const rt, const BlPort port, const float value)
{
  rt->shown[(uint32_t)port - BL_PORT_CONTROL_OUT_FIRST] = value;
}

static void
show_take(BlRt* const rt, const BlCaptureShown* const shown)
{
  BlRtLink* const link = rt->link;
  float           seconds =
    atomic_load_explicit(&link->take_seconds, memory_order_relaxed);
  float bar = atomic_load_explicit(&link->take_bar, memory_order_relaxed);
  if (shown->has_take) {
    seconds = (float)shown->seconds;
    bar     = shown->has_bar ? (float)shown->bar + 1.0f : 0.0f;
  }

  set_shown(rt, BL_PORT_TAKE_SECONDS, seconds);
  set_shown(rt, BL_PORT_TAKE_BAR, bar);
}

static int
state_of(const BlRt* const rt, const bool recording)
{
  const int state =
    atomic_load_explicit(&rt->link->shown, memory_order_relaxed);
  const bool armed = is_on(rt, BL_PORT_ENABLED) &&
                     (is_on(rt, BL_PORT_ARM) || is_on(rt, BL_PORT_RECORD));
  return state == BL_SHOWN_USE_STEREO      ? state
         : recording                       ? BL_SHOWN_RECORDING
         : state == BL_SHOWN_IDLE && armed ? BL_SHOWN_ARMED
                                           : state;
}

static void
show_state(BlRt* const rt, const bool recording)
{
  BlRtLink* const    link    = rt->link;
  const memory_order relaxed = memory_order_relaxed;

  set_shown(rt, BL_PORT_STATUS, (float)state_of(rt, recording));
  set_shown(rt, BL_PORT_PROGRESS,
            atomic_load_explicit(&link->progress, relaxed));
  set_shown(rt, BL_PORT_TAKES,
            (float)atomic_load_explicit(&link->takes, relaxed));
  set_shown(rt, BL_PORT_RESULTS,
            (float)atomic_load_explicit(&link->results, relaxed));
  set_shown(rt, BL_PORT_ERROR,
            (float)atomic_load_explicit(&link->error, relaxed));
  set_shown(rt, BL_PORT_CREDITS, atomic_load_explicit(&link->credits, relaxed));
}

static void
show(BlRt* const rt, const BlCaptureShown* const shown, const uint32_t n_frames)
{
  const uint_fast32_t published =
    atomic_load_explicit(&rt->link->published, memory_order_acquire);
  const bool still = shown->rests && rt->rested && !rt->changed;
  rt->rested       = shown->rests;
  if (!still || published != rt->published) {
    rt->published = published;
    show_take(rt, shown);
    show_state(rt, shown->recording);
  }

  const float dropped = (float)shown->dropped;
  set_shown(rt, BL_PORT_DROPPED,
            dropped < FLOAT_WHOLE_MOST ? dropped : FLOAT_WHOLE_MOST);
  raise_peak(rt->link, shown->peak);
  set_shown(rt, BL_PORT_LEVEL,
            bl_level_run(&rt->level, rt->rate, shown->peak, n_frames));
  for (uint32_t i = 0; i < BL_PORT_CONTROL_OUT_COUNT; ++i) {
    float* const port = (float*)rt->ports[BL_PORT_CONTROL_OUT_FIRST + i];
    if (port) {
      *port = rt->shown[i];
    }
  }
}

static void
run_whole(BlRt* const rt, const uint32_t n_frames)
{
  read_values(rt);
  bl_control_read((const LV2_Atom_Sequence*)rt->ports[BL_PORT_CONTROL],
                  &rt->urids, &rt->protocol, n_frames, rt->link, &rt->times);

  // Before the audio passes: an output buffer may be an input's
  BlCaptureShown shown = { .rests = false };
  capture(rt, n_frames, &shown);
  pass_audio(rt, n_frames);
  if (rt->changed) {
    post_clicks(rt);
  }

  show(rt, &shown, n_frames);
  const bool drained =
    rt->ports[BL_PORT_NOTIFY] &&
    bl_notify_write((LV2_Atom_Sequence*)rt->ports[BL_PORT_NOTIFY], &rt->urids,
                    rt->link->notices);
  rt->still = bl_rt_is_still(rt, shown.rests, drained);
}

BL_HOT void
bl_rt_run(BlRt* const rt, const uint32_t n_frames)
{
  if (!bl_rt_rest(rt, n_frames)) {
    run_whole(rt, n_frames);
  }
}

void
bl_rt_pause(BlRt* const rt)
{
  if (enter(rt)) {
    bl_capture_finish(&rt->capture);
    leave(rt, false);
  }
}
