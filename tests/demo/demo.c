// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// The demo that `./waf demo` builds and starts.  It lies under tests/ and not
// in cli/ because it is a host: it needs lilv and cairo, which the command
// `backline` must not.

#include "demo/options.h"
#include "demo/picture.h"
#include "demo/session.h"

#include "base/paths.h"
#include "base/thread.h"
#include "support/sing.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RATE 48000u
#define BARS 16.0
#define START_BAR 8.0 ///< The take lies in mid-session
#define BEATS_PER_BAR 4.0

/// What the demo makes, and how long it took
typedef struct
{
  BlOptions      options;
  char           dir[BL_PATH_BYTES];
  char           takes[BL_PATH_BYTES];
  char           take_path[BL_PATH_BYTES];
  char           result_paths[BL_VARIANTS][BL_PATH_BYTES];
  char           mix_path[BL_PATH_BYTES];
  char           picture_path[BL_PATH_BYTES];
  double         bar_frames; ///< 0 where no tempo is known
  double         sing_s;
  double         finish_s;
  BlSessionTimes times;
  BlAudio        voice;
  BlAudio        results[BL_VARIANTS];
  BlAudio        mix;
  BlJob          job;
} Demo;

static BlStatus
fail(const char* const what, const BlStatus st)
{
  fprintf(stderr, "demo: %s: %s. %s\n", what, bl_strerror(st),
          bl_status_next_step(st));
  return st;
}

static BlStatus
set_path(const char* const variable,
         const char* const dir,
         const char* const name,
         const bool        make)
{
  char     path[BL_PATH_BYTES];
  BlStatus st = bl_path_join(path, sizeof(path), dir, name);
  if (!st && make) {
    st = bl_path_make_dir(path);
  }
  return st ? st : setenv(variable, path, 1) ? BL_NO_MEM : BL_SUCCESS;
}

/// Put `dir`/`name` before what PATH holds
static BlStatus
prepend_path(const char* const dir, const char* const name)
{
  char              path[2u * BL_PATH_BYTES];
  const char* const old = getenv("PATH");
  const int         n   = snprintf(path, sizeof(path), "%s/%s:%s", dir, name,
                         old ? old : "/usr/bin:/bin");
  return n < 0 || (size_t)n >= sizeof(path) || setenv("PATH", path, 1)
           ? BL_NO_MEM
           : BL_SUCCESS;
}

/// Where everything goes; absolute too
static BlStatus
find_folder(Demo* const demo, const char* const build)
{
  const char* const out = demo->options.out;
  char              path[BL_PATH_BYTES];
  const int         n =
    snprintf(path, sizeof(path), "%s%s", out ? out : build, out ? "" : "/demo");
  BlStatus st =
    n < (int)sizeof(path) ? bl_path_make_open_dir(path) : BL_BAD_ARG;

  char whole[PATH_MAX];
  if (!st && !realpath(path, whole)) {
    st = bl_status_from_errno(errno);
  }
  if (!st) {
    (void)snprintf(demo->dir, sizeof(demo->dir), "%s", whole);
  }
  return st;
}

/// The bundle and the band that were built; folders of the demo's own, so
/// that neither the user's takes nor keys are touched
static BlStatus
prepare(Demo* const demo)
{
  static const char* const homes[][2] = {
    { "XDG_DATA_HOME", "data" },
    { "XDG_CONFIG_HOME", "config" },
    { "XDG_CACHE_HOME", "cache" },
    { "XDG_STATE_HOME", "state" },
  };
  // Absolute: lilv makes URIs of what LV2_PATH says
  char build[PATH_MAX];
  if (!realpath(demo->options.build, build)) {
    return fail(demo->options.build, bl_status_from_errno(errno));
  }

  BlStatus st = find_folder(demo, build);
  for (size_t i = 0; !st && i < BL_COUNT(homes); ++i) {
    st = set_path(homes[i][0], demo->dir, homes[i][1], true);
  }
  st = st ? st : set_path("LV2_PATH", build, "lv2", false);
  st = st ? st : prepend_path(build, "band");
  (void)unsetenv("BACKLINE_API_KEY");
  (void)unsetenv("BACKLINE_SERVICE");
  st = st ? st : bl_path_takes(demo->takes, sizeof(demo->takes));
  return st ? fail(build, st) : BL_SUCCESS;
}

static BlStatus
own_path(const Demo* const demo, const char* const name, char* const path)
{
  return bl_path_join(path, BL_PATH_BYTES, demo->dir, name);
}

/// The user's file, or the synthetic singer
static BlStatus
find_voice(Demo* const demo)
{
  BlOptions* const options = &demo->options;
  const double     began   = bl_time_monotonic();
  const char*      path    = options->voice;
  BlStatus         st      = own_path(demo, "take.wav", demo->take_path);
  if (!st && !path) {
    path = demo->take_path;
    st   = bl_sing_song(path, RATE, options->bpm,
                        BARS * BEATS_PER_BAR * 60.0 / options->bpm);
  }
  st = st ? st : bl_audio_read(path, &demo->voice);
  if (st) {
    return fail(path ? path : demo->dir, st);
  }

  BlAudio* const voice = &demo->voice;
  if ((double)voice->frames / voice->rate < BL_TAKE_WARN_S) {
    fprintf(stderr,
            "demo: %s: shorter than ten seconds. Give the demo a longer one; "
            "\"backline make\" takes it as it is.\n",
            path);
    return BL_TAKE_BRIEF;
  }
  if (options->bpm > 0.0) {
    demo->bar_frames = BEATS_PER_BAR * 60.0 / options->bpm * voice->rate;
    voice->start     = llround(START_BAR * demo->bar_frames);
  } else {
    voice->start = 10 * (int64_t)voice->rate;
  }
  demo->sing_s = bl_time_monotonic() - began;
  st           = bl_audio_write(demo->take_path, voice);
  return st ? fail(demo->take_path, st) : BL_SUCCESS;
}

/// Both instrumentals, under the names that they were given
static BlStatus
collect(Demo* const demo)
{
  for (unsigned i = 0; i < BL_VARIANTS; ++i) {
    const char* const path  = demo->job.results[i].path;
    const char* const slash = strrchr(path, '/');
    BlStatus          st    = bl_audio_read(path, &demo->results[i]);
    st =
      st ? st : own_path(demo, slash ? slash + 1 : path, demo->result_paths[i]);
    st = st ? st : bl_audio_write(demo->result_paths[i], &demo->results[i]);
    if (st) {
      return fail(path, st);
    }
  }

  BlStatus st = own_path(demo, "mix.wav", demo->mix_path);
  st = st ? st : bl_audio_mix(&demo->voice, &demo->results[0], &demo->mix);
  st = st ? st : bl_audio_write(demo->mix_path, &demo->mix);
  return st ? fail(demo->mix_path, st) : BL_SUCCESS;
}

/// "42.6 s, mono, begins at bar 9"
static void
describe(const Demo* const    demo,
         const BlAudio* const audio,
         char* const          words,
         const size_t         size)
{
  const double seconds = (double)audio->frames / audio->rate;
  const char*  width   = audio->channels > 1 ? "stereo" : "mono";
  if (demo->bar_frames > 0.0) {
    (void)snprintf(words, size, "%.1f s, %s, from bar %.4g", seconds, width,
                   (double)audio->start / demo->bar_frames + 1.0);
  } else {
    (void)snprintf(words, size, "%.1f s, %s", seconds, width);
  }
}

static BlStatus
paint(Demo* const demo)
{
  static const char* const names[] = { "Voice", "Instrumental A",
                                       "Instrumental B", "Mix with A" };

  const BlAudio* const audio[] = { &demo->voice, &demo->results[0],
                                   &demo->results[1], &demo->mix };

  BlLane lanes[BL_COUNT(names)];
  char   details[BL_COUNT(names)][64];
  char   subtitle[BL_MESSAGE_BYTES];
  for (size_t i = 0; i < BL_COUNT(names); ++i) {
    const BlLane lane = { audio[i], names[i], details[i] };
    describe(demo, audio[i], details[i], sizeof(details[i]));
    lanes[i] = lane;
  }
  if (demo->bar_frames > 0.0) {
    (void)snprintf(subtitle, sizeof(subtitle), "%s   |   %.4g bpm, 4/4",
                   demo->options.tags, demo->options.bpm);
  } else {
    (void)snprintf(subtitle, sizeof(subtitle), "%s", demo->options.tags);
  }

  const BlPicture picture = { .title      = demo->options.title,
                              .subtitle   = subtitle,
                              .lanes      = lanes,
                              .n_lanes    = BL_COUNT(lanes),
                              .bar_frames = demo->bar_frames };
  BlStatus        st      = own_path(demo, "waveforms.png", demo->picture_path);
  st = st ? st : bl_picture_write(&picture, demo->picture_path);
  return st ? fail(demo->picture_path, st) : BL_SUCCESS;
}

static void
print_time(const char* const step, const double seconds)
{
  printf("  %8.2f s  %s\n", seconds, step);
}

static void
report(const Demo* const demo)
{
  const BlSessionTimes* const times = &demo->times;
  const double seconds = (double)demo->voice.frames / demo->voice.rate;

  if (demo->job.task.note[0]) {
    printf("\nThe band says: %s\n", demo->job.task.note);
  }
  printf("\nHow long each step took:\n");
  for (size_t i = 0; i < demo->options.n_took; ++i) {
    print_time(demo->options.took[i].name, demo->options.took[i].seconds);
  }
  print_time(demo->options.voice ? "read the voice" : "sing the take",
             demo->sing_s);
  print_time("load the bundle", times->load_s);
  print_time("bounce it through the plugin", times->bounce_s);
  print_time("take on disk", times->keep_s);
  print_time("generate: both instrumentals placed", times->generate_s);
  print_time("copy, mix and draw", demo->finish_s);
  printf("  (%.1f s of voice, bounced %.0f times faster than real time)\n",
         seconds, seconds / fmax(times->bounce_s, 1e-9));

  printf("\nIn %s:\n", demo->dir);
  printf("  take             %s%s\n", demo->take_path,
         demo->options.voice ? "" : "  (sung by a synthesiser)");
  for (unsigned i = 0; i < BL_VARIANTS; ++i) {
    printf("  instrumental %c   %s\n", (char)('A' + (char)i),
           demo->result_paths[i]);
  }
  printf("  mix              %s\n", demo->mix_path);
  printf("  picture          %s\n", demo->picture_path);
}

static BlStatus
run(Demo* const demo)
{
  BlStatus st = prepare(demo);
  st          = st ? st : find_voice(demo);
  if (st) {
    return st;
  }

  const BlSession session = { .voice = &demo->voice,
                              .bpm   = demo->options.bpm,
                              .title = demo->options.title,
                              .tags  = demo->options.tags,
                              .takes = demo->takes };
  printf("Bouncing %.1f s of voice through the plugin, then Generate (%s):\n",
         (double)demo->voice.frames / demo->voice.rate, demo->options.tags);
  fflush(stdout);
  st = bl_session_run(&session, &demo->job, &demo->times);

  const double began = bl_time_monotonic();
  st                 = st ? st : collect(demo);
  st                 = st ? st : paint(demo);
  demo->finish_s     = bl_time_monotonic() - began;
  return st;
}

int
main(const int argc, char** const argv)
{
  Demo* const demo = (Demo*)calloc(1, sizeof(Demo));
  if (!demo) {
    return 1;
  }

  int code = 2;
  if (bl_options_parse(&demo->options, argc, argv)) {
    code = run(demo) ? 1 : 0;
    if (!code) {
      report(demo);
    }
  }
  bl_audio_free(&demo->voice);
  bl_audio_free(&demo->results[0]);
  bl_audio_free(&demo->results[1]);
  bl_audio_free(&demo->mix);
  free(demo);
  return code;
}
