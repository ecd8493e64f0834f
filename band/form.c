// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "slots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ALIKE 0.80f
#define BREATH_S 0.28
#define BREATH_BEATS 0.4
#define CELLS 8u ///< Of a bar, for comparing two bars

/// One bar's singing: where notes begin, and which pitch classes sound
typedef struct
{
  float onsets[CELLS];
  float pitch[12];
  float sung;  ///< Share of the bar
  float level; ///< dBFS of the loudest note; -120 without
  float gap;   ///< Beats of silence that end at the bar's first note
} BarTrait;

static BarTrait*
find_traits(const BlGrid* const grid, const BlNotes* const notes)
{
  BarTrait* const traits =
    (BarTrait*)calloc(grid->n_bars + 1u, sizeof(BarTrait));
  double last = -8.0;
  if (!traits) {
    return NULL;
  }
  for (size_t i = 0; i < grid->n_bars; ++i) {
    traits[i].level = -120.0f;
  }

  for (size_t i = 0; i < notes->n; ++i) {
    const BlNote* const note  = &notes->notes[i];
    const double        begin = bl_grid_beat(grid, note->start);
    const double        end   = bl_grid_beat(grid, note->start + note->length);
    const size_t        b     = bl_grid_bar_at(grid, begin + 0.1);
    const double        bar   = grid->bars[b + 1u].beat - grid->bars[b].beat;
    const double    place = (begin - grid->bars[b].beat) / bar * (double)CELLS;
    const size_t    cell  = (size_t)fmin(fmax(place + 0.5, 0.0), CELLS - 1.0);
    const float     share = (float)fmin((end - begin) / bar, 1.0);
    const int       pc    = ((bl_note_key(notes, note) % 12) + 12) % 12;
    BarTrait* const trait = &traits[b];

    trait->onsets[cell] = 1.0f;
    trait->pitch[pc] += share;
    trait->level = fmaxf(trait->level, note->level);
    if (trait->sung <= 0.0f) {
      trait->gap = (float)fmin(begin - last, 8.0);
    }
    trait->sung = fminf(trait->sung + share, 1.0f);
    last        = end;
  }
  return traits;
}

static float
cosine(const float* const a, const float* const b, const size_t n)
{
  float dot = 0.0f;
  float aa  = 1e-9f;
  float bb  = 1e-9f;
  for (size_t i = 0; i < n; ++i) {
    dot += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return dot / sqrtf(aa * bb);
}

static float
likeness(const BarTrait* const a, const BarTrait* const b)
{
  if (a->sung < 0.05f || b->sung < 0.05f) {
    return 0.0f;
  }
  return 0.65f * cosine(a->pitch, b->pitch, 12) +
         0.35f * cosine(a->onsets, b->onsets, CELLS);
}

/// Tie each bar to the earliest one that it repeats, best with its neighbours
static void
tie_bars(const BarTrait* const traits, BlForm* const form)
{
  for (size_t i = 0; i < form->n_bars; ++i) {
    float best    = ALIKE;
    form->like[i] = i;
    for (size_t j = 0; j + 4u <= i; ++j) {
      float s = likeness(&traits[i], &traits[j]);
      if (i + 1u < form->n_bars && traits[i + 1u].sung > 0.05f) {
        s = 0.6f * s + 0.4f * likeness(&traits[i + 1u], &traits[j + 1u]);
      }
      if (s > best) {
        best          = s;
        form->like[i] = form->like[j];
      }
    }
  }
}

/// How good a place for a phrase to begin
static float
start_score(const BarTrait* const traits, const size_t n, const size_t bar)
{
  float score =
    traits[bar].sung > 0.0f ? fminf(traits[bar].gap, 4.0f) * 0.2f : 0.15f;
  if (bar > 0) {
    score += (traits[bar].sung > 0.05f) != (traits[bar - 1u].sung > 0.05f);
    score +=
      fminf(fabsf(traits[bar].level - traits[bar - 1u].level), 6.0f) * 0.03f;
  }
  if (bar + 1u < n) {
    score +=
      traits[bar + 1u].sung > 0.05f && traits[bar].sung <= 0.05f ? 0.1f : 0.0f;
  }
  return score;
}

static float
length_score(const size_t bars)
{
  static const float scores[] = { -9.0f, -2.0f, -0.6f, -0.9f, 1.0f,
                                  -0.5f, -0.2f, -0.8f, 0.9f };
  return bars < BL_COUNT(scores) ? scores[bars] : -9.0f;
}

/// The best row of phrases of one to eight bars, by dynamic programming
static BlStatus
cut_phrases(const BarTrait* const traits, BlForm* const form)
{
  const size_t  n    = form->n_bars;
  float* const  best = (float*)calloc(n + 1u, sizeof(float));
  size_t* const from = (size_t*)calloc(n + 1u, sizeof(size_t));
  form->sections     = (BlSection*)calloc(n + 1u, sizeof(BlSection));
  if (!best || !from || !form->sections) {
    free(best);
    free(from);
    return BL_NO_MEM;
  }

  for (size_t end = 1; end <= n; ++end) {
    best[end] = -1e9f;
    for (size_t bars = 1; bars <= 8u && bars <= end; ++bars) {
      const float last =
        end == n ? fmaxf(length_score(bars), -0.3f) : length_score(bars);
      const float s =
        best[end - bars] + last + start_score(traits, n, end - bars);
      if (s > best[end]) {
        best[end] = s;
        from[end] = end - bars;
      }
    }
  }
  size_t count = 0;
  for (size_t end = n; end > 0; end = from[end]) {
    ++count;
  }
  form->n  = count;
  size_t i = count;
  for (size_t end = n; end > 0; end = from[end]) {
    form->sections[--i].bar = from[end];
    form->sections[i].bars  = end - from[end];
  }
  free(best);
  free(from);
  return BL_SUCCESS;
}

/// A breath: a rest that is heard as one at any tempo
static bool
breathes(const BlGrid* const grid, const BlNotes* const notes, const size_t i)
{
  const BlNote* const last = &notes->notes[i - 1u];
  const double        end  = last->start + last->length;
  const double        next = notes->notes[i].start;
  return next - end >= BREATH_S &&
         bl_grid_beat(grid, next) - bl_grid_beat(grid, end) >= BREATH_BEATS;
}

static BlStatus
find_phrases(const BlGrid* const  grid,
             const BlNotes* const notes,
             BlForm* const        form)
{
  form->phrases = (BlPhrase*)calloc(notes->n + 1u, sizeof(BlPhrase));
  if (!form->phrases) {
    return BL_NO_MEM;
  }
  for (size_t i = 0; i < notes->n; ++i) {
    const BlNote* const note = &notes->notes[i];
    if (i == 0 || breathes(grid, notes, i)) {
      BlPhrase* const phrase = &form->phrases[form->n_phrases++];
      const double    beat   = bl_grid_beat(grid, note->start);
      const size_t    bar    = bl_grid_bar_at(grid, beat + 0.1);
      const size_t    next   = bar + 1u < grid->n_bars ? bar + 1u : bar;
      phrase->first          = i;
      phrase->start          = note->start;
      phrase->bar            = grid->bars[next].beat - beat < 1.6 ? next : bar;
    }
    BlPhrase* const phrase = &form->phrases[form->n_phrases - 1u];
    phrase->end            = note->start + note->length;
    ++phrase->notes;
  }
  return BL_SUCCESS;
}

static void
name_sections(const BarTrait* const traits, BlForm* const form)
{
  char next = 'A';
  for (size_t i = 0; i < form->n; ++i) {
    BlSection* const section = &form->sections[i];
    size_t           same    = form->n;
    for (size_t k = 0; k < i && same == form->n; ++k) {
      size_t tied = 0;
      for (size_t b = 0; b < section->bars; ++b) {
        const size_t like = form->like[section->bar + b];
        tied += like < section->bar && bl_form_at(form, like) == k;
      }
      same = 2u * tied >= section->bars && tied ? k : same;
    }
    section->letter = same < form->n ? form->sections[same].letter : next;
    next            = (char)(next + (same == form->n && next < 'Z'));

    float level = -120.0f;
    float sung  = 0.0f;
    for (size_t b = 0; b < section->bars; ++b) {
      level = fmaxf(level, traits[section->bar + b].level);
      sung += traits[section->bar + b].sung / (float)section->bars;
    }
    section->sung   = sung > 0.04f;
    section->energy = section->sung ? level : -120.0f;
  }
}

/// Levels in dB become 0..1 between the quietest and loudest sung section
static void
scale_energy(BlForm* const form)
{
  float low  = 0.0f;
  float high = -120.0f;
  for (size_t i = 0; i < form->n; ++i) {
    if (form->sections[i].sung) {
      low  = fminf(low, form->sections[i].energy);
      high = fmaxf(high, form->sections[i].energy);
    }
  }
  const float range = fmaxf(high - low, 6.0f);
  for (size_t i = 0; i < form->n; ++i) {
    BlSection* const section = &form->sections[i];
    section->energy =
      section->sung ? 1.0f - (high - section->energy) / range : 0.35f;
  }
}

BlStatus
bl_form_find(const BlGrid* const  grid,
             const BlNotes* const notes,
             BlForm* const        form)
{
  memset(form, 0, sizeof(*form));
  form->n_bars           = grid->n_bars;
  form->like             = (size_t*)calloc(grid->n_bars + 1u, sizeof(size_t));
  BarTrait* const traits = find_traits(grid, notes);
  BlStatus        st     = BL_NO_MEM;
  if (form->like && traits) {
    tie_bars(traits, form);
    st = cut_phrases(traits, form);
    st = st ? st : find_phrases(grid, notes, form);
  }
  if (!st) {
    name_sections(traits, form);
    scale_energy(form);
  } else {
    bl_form_deinit(form);
  }
  free(traits);
  return st;
}

size_t
bl_form_at(const BlForm* const form, const size_t bar)
{
  size_t i = 0;
  while (i + 1u < form->n && form->sections[i + 1u].bar <= bar) {
    ++i;
  }
  return i;
}

void
bl_form_deinit(BlForm* const form)
{
  free(form->sections);
  free(form->phrases);
  free(form->like);
  memset(form, 0, sizeof(*form));
}
