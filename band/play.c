// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "play.h"

#include "base/thread.h"
#include "midi.h"
#include "render.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ALL_PARTS ((1u << BL_N_PARTS) - 1u)

/// The helper's part of each variant's cost.  It measures and levels nothing,
/// and is at the second one while the first is levelled
static const double help_shares[BL_VARIANTS] = { 0.55, 0.65 };

typedef struct
{
  const BlPlayJob* job;
  BlBandResult*    result;

  // The caller's; each helps in its turn
  BlRender*  renders[BL_VARIANTS];
  BlRendered rendered[BL_VARIANTS];
  BlStatus   status[BL_VARIANTS];

  // The caller writes the first's stems, the helper the second's
  unsigned stems[BL_VARIANTS]; ///< As in BlBandResult
  BlStatus stems_status;       ///< Of the second

  // Atomic: the helper -> the caller, release/acquire
  atomic_bool help_done;
} Play;

static void
stem_path(const Play* const s,
          const size_t      v,
          const unsigned    stem,
          char              path[const BL_PATH_BYTES])
{
  snprintf(path, BL_PATH_BYTES, "%s/variant-%c-%s.wav",
           s->job->request->out_dir, (char)('a' + v), bl_band_stem_names[stem]);
}

static bool
has_parts(const BlScore* const score, const unsigned parts)
{
  for (unsigned p = 0; p < BL_N_PARTS; ++p) {
    if ((parts & (1u << p)) && score->parts[p].used) {
      return true;
    }
  }
  return false;
}

static BlStatus
play_stems(Play* const s, const size_t v)
{
  static const unsigned parts[BL_BAND_STEMS] = {
    1u << BL_PART_DRUMS,
    1u << BL_ROLE_BASS,
    (1u << BL_ROLE_COMP) | (1u << BL_ROLE_ARP),
    1u << BL_ROLE_PAD,
  };
  BlStatus st = BL_SUCCESS;
  for (unsigned i = 0; i < BL_BAND_STEMS && !st; ++i) {
    char              path[BL_PATH_BYTES];
    BlRendered        rendered;
    const BlRenderJob job = { .score   = &s->job->scores[v],
                              .font    = s->job->font,
                              .attacks = &s->job->attacks[v],
                              .rate    = s->result->rate,
                              .path    = path,
                              .title   = "",
                              .parts   = parts[i],
                              .gain_db = s->rendered[v].gain_db,
                              .fixed   = true };
    stem_path(s, v, i, path);
    if (has_parts(&s->job->scores[v], parts[i])) {
      BlRender* render = NULL;
      st               = bl_render_new(&job, s->job->cancel, &render);
      st               = st ? st : bl_render_finish(render, &rendered);
      bl_render_free(render);
      s->stems[v] |= st ? 0u : 1u << i;
    }
  }
  return st;
}

static BlStatus
open_variant(Play* const s, const size_t v)
{
  const char* const title = s->job->request->title;
  const BlRenderJob job   = { .score   = &s->job->scores[v],
                              .font    = s->job->font,
                              .attacks = &s->job->attacks[v],
                              .rate    = s->result->rate,
                              .path    = s->result->audio[v],
                              .title   = title ? title : "",
                              .parts   = ALL_PARTS,
                              .help    = help_shares[v] };

  const BlStatus st = bl_midi_write(&s->job->scores[v], s->job->grid, job.title,
                                    s->result->midi[v]);
  return st ? st : bl_render_new(&job, s->job->cancel, &s->renders[v]);
}

static void*
help_both(void* const data)
{
  Play* const s = (Play*)data;
  for (size_t v = 0; v < BL_VARIANTS; ++v) {
    bl_render_help(s->renders[v]);
  }
  return NULL;
}

static void*
help_stems(void* const data)
{
  Play* const s   = (Play*)data;
  s->stems_status = play_stems(s, 1);
  atomic_store_explicit(&s->help_done, true, memory_order_release);
  return NULL;
}

static void
note_rendered(Play* const s, const size_t v)
{
  s->result->seconds[v]       = s->rendered[v].seconds;
  s->result->loudness_lufs[v] = s->rendered[v].loudness_lufs;
  s->result->true_peak_db[v]  = s->rendered[v].true_peak_db;
}

/// Both cores on one after the other, so that the first is there early
static BlStatus
play_mixes(Play* const s)
{
  pthread_t helper;
  BlStatus  st = BL_SUCCESS;
  for (size_t v = 0; v < BL_VARIANTS && !st; ++v) {
    st = open_variant(s, v);
  }
  st = st ? st : bl_thread_start(&helper, "bl-band-2", help_both, s);
  if (st) {
    return st;
  }

  for (size_t v = 0; v < BL_VARIANTS && !st; ++v) {
    st = s->status[v] = bl_render_finish(s->renders[v], &s->rendered[v]);
    if (!st) {
      note_rendered(s, v);
    }
    if (!st && !v && s->job->progress) {
      s->job->progress(s->job->handle, BL_BAND_FIRST, s->result);
    }
  }
  for (size_t v = 0; v < BL_VARIANTS && st; ++v) {
    bl_render_stop(s->renders[v]);
  }
  pthread_join(helper, NULL);
  return st;
}

static BlStatus
play_all_stems(Play* const s)
{
  pthread_t helper;
  BlStatus  st = bl_thread_start(&helper, "bl-band-2", help_stems, s);
  if (st) {
    return st;
  }

  st = play_stems(s, 0);
  while (!atomic_load_explicit(&s->help_done, memory_order_acquire)) {
    if (bl_cancel_sleep(s->job->cancel, 0.004)) {
      break;
    }
  }
  pthread_join(helper, NULL);
  memcpy(s->result->stems, s->stems, sizeof(s->stems));
  return st ? st : s->stems_status;
}

/// But what `first` announced
static void
remove_files(const Play* const s)
{
  char path[BL_PATH_BYTES];
  for (size_t v = 0; v < BL_VARIANTS; ++v) {
    if (v || s->status[0]) {
      unlink(s->result->audio[v]);
      unlink(s->result->midi[v]);
    }
    for (unsigned i = 0; i < BL_BAND_STEMS; ++i) {
      if (s->stems[v] & (1u << i)) {
        stem_path(s, v, i, path);
        unlink(path);
      }
    }
  }
}

BlStatus
bl_play_both(const BlPlayJob* const job,
             BlBandResult* const    result,
             bool* const            first_done)
{
  Play play = { .job    = job,
                .result = result,
                .status = { BL_CANCELLED, BL_CANCELLED } };
  atomic_init(&play.help_done, false);

  BlStatus st = play_mixes(&play);
  for (size_t v = 0; v < BL_VARIANTS; ++v) {
    bl_render_free(play.renders[v]);
  }
  if (!st && job->request->stems) {
    st = play_all_stems(&play);
  }
  if (st) {
    remove_files(&play);
  }
  *first_done = !play.status[0];
  return st;
}
