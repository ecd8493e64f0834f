// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "slots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ALIKE 0.74f
#define RUN 3u ///< Bars that a repetition must last to be one
#define REPEAT_WEIGHT 1.5f
#define TWINS 0.6f ///< Mean likeness of two sections of one letter
#define BREATH_S 0.28
#define BREATH_BEATS 0.4
#define CELLS 8u ///< Of a bar, for comparing two bars

/// One bar's singing: where notes begin, and which pitch classes sound
typedef struct
{
  float onsets[CELLS];
  int   keys[CELLS]; ///< What sounds in the middle of each; 0 = nothing
  float pitch[12];
  float sung;  ///< Share of the bar
  float level; ///< dBFS of the loudest note; -120 without
  float gap;   ///< Beats of silence that end at the bar's first note
} BarTrait;

/// Keys that sound in the cells of the bars that a note covers
static void
sound_note(const BlGrid* const grid,
           BarTrait* const     traits,
           const int           key,
           const double        begin,
           const double        end)
{
  for (size_t b = bl_grid_bar_at(grid, begin); b < grid->n_bars; ++b) {
    const double bar  = grid->bars[b].beat;
    const double cell = (grid->bars[b + 1u].beat - bar) / (double)CELLS;
    if (bar >= end) {
      break;
    }
    for (size_t c = 0; c < CELLS; ++c) {
      const double middle = bar + ((double)c + 0.5) * cell;
      if (middle >= begin && middle < end) {
        traits[b].keys[c] = key;
      }
    }
  }
}

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
    sound_note(grid, traits, bl_note_key(notes, note), begin, end);
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

/// Share of the cells in which somebody sings that sound the same
static float
same_cells(const BarTrait* const a, const BarTrait* const b)
{
  float same = 0.0f;
  float any  = 1e-6f;
  for (size_t c = 0; c < CELLS; ++c) {
    any += a->keys[c] || b->keys[c] ? 1.0f : 0.0f;
    same += a->keys[c] && a->keys[c] == b->keys[c] ? 1.0f : 0.0f;
  }
  return same / any;
}

static float
likeness(const BarTrait* const a, const BarTrait* const b)
{
  if (a->sung < 0.05f || b->sung < 0.05f) {
    return a->sung < 0.05f && b->sung < 0.05f ? 0.5f : 0.0f;
  }
  return 0.30f * cosine(a->pitch, b->pitch, 12) +
         0.20f * cosine(a->onsets, b->onsets, CELLS) + 0.50f * same_cells(a, b);
}

/// Mean likeness of bars [a, a + bars) with those from b on, as far as both go
static float
run_likeness(const BarTrait* const traits,
             const size_t          n,
             const size_t          a,
             const size_t          b,
             const size_t          bars)
{
  float  sum   = 0.0f;
  size_t count = 0;
  for (size_t i = 0; i < bars && a + i < n && b + i < n; ++i, ++count) {
    sum += likeness(&traits[a + i], &traits[b + i]);
  }
  return count ? sum / (float)count : 0.0f;
}

/// How plainly a repetition of other bars begins or ends at this bar line
static float
repeat_edge(const BarTrait* const traits, const size_t n, const size_t bar)
{
  float begin = 0.0f;
  float end   = 0.0f;
  if (bar < RUN || bar + RUN > n) {
    return 0.0f;
  }
  for (size_t other = RUN; other + RUN <= n; ++other) {
    if (other + RUN > bar && other < bar + RUN) {
      continue;
    }
    const float after  = run_likeness(traits, n, bar, other, RUN);
    const float before = run_likeness(traits, n, bar - RUN, other - RUN, RUN);
    begin              = fmaxf(begin, after - before);
    end                = fmaxf(end, before - after);
  }
  return fmaxf(begin, 0.0f) + fmaxf(end, 0.0f);
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
  score += REPEAT_WEIGHT * repeat_edge(traits, n, bar);
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
  const size_t  n      = form->n_bars;
  float* const  best   = (float*)calloc(n + 1u, sizeof(float));
  size_t* const from   = (size_t*)calloc(n + 1u, sizeof(size_t));
  float* const  starts = (float*)calloc(n + 1u, sizeof(float));
  form->sections       = (BlSection*)calloc(n + 1u, sizeof(BlSection));
  if (!best || !from || !starts || !form->sections) {
    free(best);
    free(from);
    free(starts);
    return BL_NO_MEM;
  }

  for (size_t bar = 0; bar < n; ++bar) {
    starts[bar] = start_score(traits, n, bar);
  }
  for (size_t end = 1; end <= n; ++end) {
    best[end] = -1e9f;
    for (size_t bars = 1; bars <= 8u && bars <= end; ++bars) {
      const float last =
        end == n ? fmaxf(length_score(bars), -0.3f) : length_score(bars);
      const float s = best[end - bars] + last + starts[end - bars];
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
  free(starts);
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

/// The earlier section most like this one; form->n without
static size_t
find_twin(const BarTrait* const traits,
          const BlForm* const   form,
          const size_t          index)
{
  const BlSection* const section = &form->sections[index];
  size_t                 twin    = form->n;
  float                  best    = TWINS;
  for (size_t k = 0; k < index; ++k) {
    const BlSection* const other = &form->sections[k];
    const size_t           bars =
      section->bars < other->bars ? section->bars : other->bars;
    const float s =
      run_likeness(traits, form->n_bars, section->bar, other->bar, bars);
    if (s > best && 2u * bars >= section->bars) {
      best = s;
      twin = k;
    }
  }
  return twin;
}

static void
name_sections(const BarTrait* const traits, BlForm* const form)
{
  char next = 'A';
  for (size_t i = 0; i < form->n; ++i) {
    BlSection* const section = &form->sections[i];
    const size_t     same    = find_twin(traits, form, i);
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
