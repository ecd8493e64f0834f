// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "job/trim.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/// Where a frame of the take lies in the music
typedef struct
{
  int64_t bar;
  double  beat; ///< Since the bar line
  double  line; ///< Frame of the bar line at or before; may be negative
} Place;

static bool
is_known(const BlTempo* const tempo)
{
  return tempo->bpm >= 1.0 && tempo->bpm <= 10000.0 &&
         tempo->beats_per_bar >= 0.5f && tempo->beats_per_bar <= 1000.0f;
}

static double
frames_per_beat(const BlTake* const take, const BlTempo* const tempo)
{
  return 60.0 * take->rate / tempo->bpm;
}

/// Move `place` on by `frames` at one tempo; `slack` beats early is a line
static void
advance(Place* const         place,
        const BlTempo* const tempo,
        const double         per_beat,
        const double         from,
        const double         frames,
        const double         slack)
{
  const double bpb   = (double)tempo->beats_per_bar;
  const double total = place->beat + frames / per_beat;
  const double bars  = floor((total + slack) / bpb);

  if (bars != 0.0) {
    place->bar += (int64_t)bars;
    place->line = from + (bars * bpb - place->beat) * per_beat;
  }
  place->beat = total - bars * bpb;
}

/// A new meter begins a bar; hosts tell of it up to a block late
static void
change_meter(Place* const         place,
             const BlTempo* const before,
             const BlTempo* const now,
             const double         at)
{
  const double bpb = (double)before->beats_per_bar;
  if (bpb != (double)now->beats_per_bar && place->beat > 0.5 * bpb) {
    ++place->bar;
    place->beat = 0.0;
    place->line = at;
  }
}

/**
   Find where `frame` lies; half a frame before a bar line counts as on it.
   False where bar or tempo is not known all the way.
*/
static bool
locate(const BlTake* const take, const double frame, Place* const place)
{
  if (!take->has_bar || !take->rate || !take->n_tempos ||
      !is_known(&take->tempos[0]) || !(fabs(take->beat) < 1e6)) {
    return false;
  }

  // A beat beyond the bar, or before it (a count-in), is put right first
  const BlTempo* const first = &take->tempos[0];
  place->bar                 = take->bar;
  place->beat                = 0.0;
  place->line                = -take->beat * frames_per_beat(take, first);
  advance(place, first, 1.0, 0.0, take->beat, 1e-9);
  place->line = -place->beat * frames_per_beat(take, first);

  for (uint32_t i = 0; i < take->n_tempos; ++i) {
    const BlTempo* const tempo = &take->tempos[i];
    const double         from  = i ? (double)tempo->frame : 0.0;
    const bool           last =
      i + 1 >= take->n_tempos || (double)take->tempos[i + 1].frame > frame;
    const double to = last ? frame : (double)take->tempos[i + 1].frame;

    if (!is_known(tempo)) {
      return false;
    }
    if (i) {
      change_meter(place, tempo - 1, tempo, from);
    }

    const double per_beat = frames_per_beat(take, tempo);
    advance(place, tempo, per_beat, from, to - from, 0.499 / per_beat);
    if (last) {
      break;
    }
  }
  return true;
}

BlTrim
bl_trim_find(const BlTake* const take,
             const uint64_t      first_sound,
             const uint64_t      end_sound)
{
  const double   rate   = (double)take->rate;
  const uint64_t margin = (uint64_t)(BL_TRIM_MARGIN_S * rate);
  const uint64_t first  = first_sound < take->frames ? first_sound : 0;
  const uint64_t end    = end_sound > first && end_sound < take->frames &&
                           margin < take->frames &&
                           end_sound < take->frames - margin
                            ? end_sound + margin
                            : take->frames;

  BlTrim trim  = { 0, 0, false, 0, 0.0 };
  Place  place = { 0, 0.0, 0.0 };
  if (!take->has_position) {
    trim.has_bar = locate(take, 0.0, &place) && fabs(place.line) < 0.5;
    trim.bar     = place.bar;
  } else if (locate(take, (double)first, &place) &&
             fabs((double)first - place.line) <= BL_TRIM_BAR_MAX_S * rate) {
    trim.trim    = llround(place.line);
    trim.has_bar = true;
    trim.bar     = place.bar;
  } else {
    trim.trim = first > margin ? (int64_t)(first - margin) : 0;
  }

  trim.frames = (uint64_t)((int64_t)end - trim.trim);
  return trim;
}

/// snprintf's %f follows the host's locale; this does not
static void
append_fixed(char* const  text,
             const size_t size,
             const double value,
             const int    decimals)
{
  double scale = 1.0;
  for (int i = 0; i < decimals; ++i) {
    scale *= 10.0;
  }

  const long long all  = llround(fabs(value) * scale);
  const long long unit = (long long)scale;
  const size_t    used = strlen(text);
  snprintf(text + used, size - used, "%s%lld.%0*lld",
           value < 0.0 && all ? "-" : "", all / unit, decimals, all % unit);
}

static void
append_meter(char* const text, const size_t size, const BlTempo* const tempo)
{
  const float  bpb  = tempo->beats_per_bar;
  const size_t used = strlen(text);
  if (bpb == floorf(bpb)) {
    snprintf(text + used, size - used, "%d/%d", (int)bpb, tempo->beat_unit);
  } else {
    append_fixed(text, size, (double)bpb, 3);
    const size_t now = strlen(text);
    snprintf(text + now, size - now, "/%d", tempo->beat_unit);
  }
}

static bool
has_meter(const BlTempo* const tempo)
{
  return tempo->beats_per_bar > 0.0f && tempo->beats_per_bar < 1000.0f &&
         tempo->beat_unit > 0;
}

/// The tempo that holds at a frame of the take
static uint32_t
tempo_at(const BlTake* const take, const int64_t frame)
{
  uint32_t found = 0;
  for (uint32_t i = 1; i < take->n_tempos; ++i) {
    if ((int64_t)take->tempos[i].frame <= frame) {
      found = i;
    }
  }
  return found;
}

static void
comment_first(const BlTempo* const tempo,
              const BlTrim* const  trim,
              char* const          text,
              const size_t         size)
{
  const char* before = " ";
  if (tempo->bpm >= 1.0) {
    strncat(text, " bpm=", size - strlen(text) - 1);
    append_fixed(text, size, tempo->bpm, 3);
    before = "; ";
  }
  if (has_meter(tempo)) {
    strncat(text, before, size - strlen(text) - 1);
    strncat(text, "meter=", size - strlen(text) - 1);
    append_meter(text, size, tempo);
    before = "; ";
  }
  if (trim->has_bar && is_known(tempo)) {
    const double bpb  = (double)tempo->beats_per_bar;
    const double left = trim->beat > 0.0 ? bpb - trim->beat : 0.0;
    strncat(text, before, size - strlen(text) - 1);
    strncat(text, "bar=", size - strlen(text) - 1);
    append_fixed(text, size, left * 60.0 / tempo->bpm, 6);
  }
}

void
bl_trim_comment(const BlTake* const take,
                const BlTrim* const trim,
                char* const         text,
                const size_t        size)
{
  if (!size) {
    return;
  }

  snprintf(text, size, "backline:");
  if (!take->n_tempos || !take->rate) {
    return;
  }

  const uint32_t first = tempo_at(take, trim->trim);
  comment_first(&take->tempos[first], trim, text, size);
  if (take->origin == BL_ORIGIN_IMPORTED && take->tempos[first].bpm >= 1.0) {
    strncat(text, "; by=user", size - strlen(text) - 1);
  }

  for (uint32_t i = first + 1; i < take->n_tempos; ++i) {
    const BlTempo* const tempo = &take->tempos[i];
    const int64_t        from  = (int64_t)tempo->frame - trim->trim;
    if (from >= (int64_t)trim->frames) {
      break;
    }
    if (!(tempo->bpm >= 1.0 && tempo->bpm <= 10000.0)) {
      continue;
    }

    char item[128] = "; tempo=";
    append_fixed(item, sizeof(item), (double)from / take->rate, 6);
    strncat(item, ":", sizeof(item) - strlen(item) - 1);
    append_fixed(item, sizeof(item), tempo->bpm, 3);
    if (has_meter(tempo)) {
      strncat(item, ":", sizeof(item) - strlen(item) - 1);
      append_meter(item, sizeof(item), tempo);
    }
    if (strlen(text) + strlen(item) >= size) {
      break;
    }
    strncat(text, item, size - strlen(text) - 1);
  }
}
