// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "metric_backing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define KEYS_MAX 64u
#define LONGEST_S 16.0 ///< No note is longer
#define LONG_NOTE_S 0.4
#define BASS (1u << BL_ROLE_BASS)
#define COMP (1u << BL_ROLE_COMP)
#define ARP (1u << BL_ROLE_ARP)
#define PAD (1u << BL_ROLE_PAD)

const char* const bl_backing_names[BL_BACKING_FIGURES] = {
  "clash",  "outside",  "root",     "repeat", "doubled", "crossed",
  "leap",   "leap pad", "mud",      "dead",   "late",    "fill",
  "ending", "flat",     "velocity", "shared",
};

static void
add(BlBackingFigures* const figures,
    const BlBackingFigure   of,
    const double            part,
    const double            whole)
{
  figures->of[of].part += part;
  figures->of[of].whole += whole;
}

double
bl_metric_backing(const BlBackingFigures* const figures,
                  const BlBackingFigure         of)
{
  const BlBackingShare* const share = &figures->of[of];
  return share->whole > 0.0 ? share->part / share->whole : 0.0;
}

static int
compare_keys(const void* const a, const void* const b)
{
  return *(const int*)a - *(const int*)b;
}

/// Index of the first event at or after a time
static size_t
first_from(const BlScore* const score, const double time)
{
  size_t low  = 0;
  size_t high = score->n;
  while (low < high) {
    const size_t middle = (low + high) / 2u;
    if (score->events[middle].time < time) {
      low = middle + 1u;
    } else {
      high = middle;
    }
  }
  return low;
}

size_t
bl_metric_sounding(const BlScore* const score,
                   const unsigned       parts,
                   const double         time,
                   const size_t         max,
                   int* const           keys)
{
  size_t n = 0;
  for (size_t i = first_from(score, time - LONGEST_S);
       i < score->n && score->events[i].time <= time && n < max; ++i) {
    const BlEvent* const e = &score->events[i];
    if ((parts & (1u << e->part)) && e->time + e->length > time) {
      keys[n++] = e->key;
    }
  }
  qsort(keys, n, sizeof(int), compare_keys);
  return n;
}

static const BlNote*
sung_at(const BlNotes* const notes, const double time)
{
  for (size_t i = 0; i < notes->n && notes->notes[i].start <= time; ++i) {
    if (notes->notes[i].start + notes->notes[i].length > time) {
      return &notes->notes[i];
    }
  }
  return NULL;
}

static void
count_clashes(const BlBacking* const  backing,
              const BlScore* const    score,
              BlBackingFigures* const figures)
{
  const BlBackingVoice* const voice = backing->voice;
  for (size_t bar = 0; bar < voice->grid->n_bars; ++bar) {
    const BlBar* const here = &voice->grid->bars[bar];
    const unsigned strong   = here->beats % 2u ? 1u : 2u; // In three: the first
    for (unsigned half = 0; half < strong; ++half) {
      const double beat = here->beat + 0.5 * half * (here[1].beat - here->beat);
      const double time = bl_grid_time(voice->grid, beat) + 0.08;
      const BlNote* const note = sung_at(voice->notes, time);
      int                 keys[KEYS_MAX];
      if (!note || note->length < LONG_NOTE_S || time > score->last_chord ||
          note->start + note->length < time + 0.15) {
        continue;
      }
      const size_t n = bl_metric_sounding(score, BASS | COMP | ARP | PAD, time,
                                          KEYS_MAX, keys);
      const int    key     = bl_note_key(voice->notes, note);
      bool         clashes = false;
      for (size_t i = 0; i < n; ++i) {
        const int up = key - keys[i];
        clashes      = clashes || (abs(up) % 12 == 1);
      }
      add(figures, BL_BACKING_CLASH, clashes, n > 0);
    }
  }
}

static const BlEvent*
next_of_part(const BlScore* const score, const size_t i)
{
  for (size_t k = i + 1u; k < score->n; ++k) {
    if (score->events[k].part == score->events[i].part &&
        score->events[k].time > score->events[i].time + 0.05) {
      return &score->events[k];
    }
  }
  return NULL;
}

static bool
in_chord(const BlChord chord, const unsigned pc)
{
  const unsigned above = (pc + 12u - chord.root) % 12u;
  return above == 0 || above == (chord.minor ? 3u : 4u) || above == 7u;
}

static void
count_outside(const BlBacking* const  backing,
              const unsigned          v,
              BlBackingFigures* const figures)
{
  const BlScore* const        score = &backing->scores[v];
  const BlBackingVoice* const voice = backing->voice;
  const bool blues = backing->style.groove->colour == BL_COLOUR_BLUES;
  for (size_t i = 0; i < score->n; ++i) {
    const BlEvent* const e = &score->events[i];
    if (e->part == BL_PART_DRUMS) {
      continue;
    }
    const double   beat  = bl_grid_beat(voice->grid, e->time + 0.05);
    const size_t   slot  = bl_slots_at(voice->slots, beat);
    const BlSlot*  here  = &voice->slots->slots[slot];
    const BlChord  chord = backing->chords[v][slot];
    const unsigned pc    = e->key % 12u;
    const BlEvent* next  = next_of_part(score, i);
    const bool     led   = next && abs(next->key - e->key) == 1;
    const bool     own   = in_chord(chord, pc) ||
                     bl_scale_has(here->tonic, here->minor, pc) ||
                     (blues && (pc + 12u - chord.root) % 12u == 10u);
    add(figures, BL_BACKING_OUTSIDE, !own && !led, 1.0);
  }
}

/// What the groove's bass line says where a note begins; '.' in other meters
static char
written_at(const BlBacking* const backing, const unsigned v, const double time)
{
  const BlBackingVoice* const voice  = backing->voice;
  const BlGroove* const       groove = backing->style.groove;
  const BlPattern* const      line   = &groove->line[BL_ROLE_BASS][v];
  const double                beat   = bl_grid_beat(voice->grid, time + 0.02);
  const size_t                bar    = bl_grid_bar_at(voice->grid, beat);
  const BlBar* const          here   = &voice->grid->bars[bar];
  const size_t first = voice->form->sections[bl_form_at(voice->form, bar)].bar;
  const unsigned steps = 4u * groove->beats;
  if (here->beats != groove->beats || groove->unit != 4u || !line->steps ||
      voice->free_time) {
    return '.';
  }
  const size_t step =
    (bar - first) * steps + (size_t)lround((beat - here->beat) * 4.0);
  return line->text[step % line->steps];
}

static void
count_bass(const BlBacking* const  backing,
           const unsigned          v,
           BlBackingFigures* const figures)
{
  const BlScore* const        score = &backing->scores[v];
  const BlBackingVoice* const voice = backing->voice;
  int                         last  = -1;
  for (size_t i = 0; i < score->n; ++i) {
    const BlEvent* const e = &score->events[i];
    if (e->part != BL_ROLE_BASS || e->time > score->last_chord - 0.1) {
      continue;
    }
    const char how   = written_at(backing, v, e->time);
    const bool walks = how == 'w' || how == 'l';
    add(figures, BL_BACKING_REPEAT, walks && e->key == last, walks && last > 0);
    last = e->key;
  }
  for (size_t i = 1; i < voice->slots->n; ++i) {
    const BlChord now    = backing->chords[v][i];
    const BlChord before = backing->chords[v][i - 1u];
    const double  time = bl_grid_time(voice->grid, voice->slots->slots[i].beat);
    int           keys[KEYS_MAX];
    if ((now.root == before.root && now.minor == before.minor) ||
        time > score->last_chord - 0.1) {
      continue;
    }
    const size_t n =
      bl_metric_sounding(score, BASS, time + 0.12, KEYS_MAX, keys);
    add(figures, BL_BACKING_ROOT, n && keys[0] % 12 == now.root, n > 0);
  }
}

/// Keys that a part begins within 60 ms of its event `i`, from below
static size_t
stroke_at(const BlScore* const score, const size_t i, int* const keys)
{
  size_t n = 0;
  for (size_t k = i; k < score->n && n < KEYS_MAX &&
                     score->events[k].time < score->events[i].time + 0.06;
       ++k) {
    if (score->events[k].part == score->events[i].part) {
      keys[n++] = score->events[k].key;
    }
  }
  qsort(keys, n, sizeof(int), compare_keys);
  return n;
}

static double
nearest(const int key, const int* const keys, const size_t n)
{
  int best = 99;
  for (size_t i = 0; i < n; ++i) {
    best = abs(key - keys[i]) < best ? abs(key - keys[i]) : best;
  }
  return best;
}

static void
count_stroke(const BlScore* const    score,
             const BlEvent* const    event,
             const int* const        keys,
             const size_t            n,
             BlBackingFigures* const figures)
{
  int          held[KEYS_MAX];
  int          low[KEYS_MAX];
  const double time = event->time + 0.03;
  if (event->part == BL_ROLE_COMP && score->parts[BL_ROLE_PAD].used) {
    const size_t pads = bl_metric_sounding(score, PAD, time, KEYS_MAX, held);
    for (size_t i = 0; i < n && pads; ++i) {
      add(figures, BL_BACKING_DOUBLED, nearest(keys[i], held, pads) < 1.0, 1.0);
    }
  }

  const size_t basses = bl_metric_sounding(score, BASS, time, KEYS_MAX, low);
  add(figures, BL_BACKING_CROSSED, basses && keys[0] <= low[0], basses > 0);

  const size_t all =
    bl_metric_sounding(score, BASS | COMP | ARP | PAD, time, KEYS_MAX, low);
  bool muddy = false;
  for (size_t i = 0; i + 1u < all; ++i) {
    const int apart = low[i + 1u] - low[i];
    muddy           = muddy || (apart > 0 && ((apart <= 4 && low[i] < 48) ||
                                    (apart <= 2 && low[i] < 52)));
  }
  add(figures, BL_BACKING_MUD, muddy, 1.0);
}

static void
count_chords(const BlScore* const score, BlBackingFigures* const figures)
{
  int    last[BL_N_ROLES][KEYS_MAX];
  size_t n_last[BL_N_ROLES] = { 0 };
  double ends[BL_N_ROLES]   = { 0 };
  for (size_t i = 0; i < score->n; ++i) {
    const BlEvent* const e = &score->events[i];
    if ((e->part != BL_ROLE_COMP && e->part != BL_ROLE_PAD) ||
        e->time < ends[e->part] || e->time > score->last_chord - 0.1) {
      continue;
    }
    int          keys[KEYS_MAX];
    const size_t n = stroke_at(score, i, keys);
    ends[e->part]  = e->time + 0.06;
    if (n < 2u) {
      continue; // An answer's single tone
    }
    count_stroke(score, e, keys, n, figures);
    const bool other =
      n != n_last[e->part] || memcmp(keys, last[e->part], n * sizeof(int)) != 0;
    for (size_t k = 0; k < n && other && n_last[e->part]; ++k) {
      add(figures,
          e->part == BL_ROLE_COMP ? BL_BACKING_LEAP_COMP : BL_BACKING_LEAP_PAD,
          nearest(keys[k], last[e->part], n_last[e->part]), 1.0);
    }
    memcpy(last[e->part], keys, n * sizeof(int));
    n_last[e->part] = n;
  }
}

static void
count_bars(const BlBacking* const  backing,
           const BlScore* const    score,
           BlBackingFigures* const figures)
{
  const BlGrid* const grid = backing->voice->grid;
  for (size_t bar = 0; bar < grid->n_bars; ++bar) {
    const size_t first = first_from(score, grid->bars[bar].time - 0.03);
    if (grid->bars[bar + 1u].time < score->last_chord + 0.1) {
      add(figures, BL_BACKING_DEAD,
          first >= score->n ||
            score->events[first].time >= grid->bars[bar + 1u].time - 0.03,
          1.0);
    }
  }
  for (size_t i = 0; i < score->n; ++i) {
    const BlEvent* const e = &score->events[i];
    add(figures, BL_BACKING_LATE,
        e->time > score->last_chord + 0.2 ||
          e->time + e->length > score->seconds,
        1.0);
  }
}

/// What the drums do in the second half of a bar
static unsigned long long
drum_sum(const BlBacking* const backing,
         const BlScore* const   score,
         const size_t           bar)
{
  const BlGrid* const grid = backing->voice->grid;
  const double from = 0.5 * (grid->bars[bar].beat + grid->bars[bar + 1u].beat);
  unsigned long long sum = 0;
  for (size_t i = first_from(score, bl_grid_time(grid, from) - 0.02);
       i < score->n && score->events[i].time < grid->bars[bar + 1u].time - 0.02;
       ++i) {
    const BlEvent* const e = &score->events[i];
    if (e->part == BL_PART_DRUMS) {
      const double             place = bl_grid_beat(grid, e->time) - from;
      const unsigned long long word =
        (unsigned long long)lround(place * 8.0) * 131u + e->key;
      sum += word * word + 1u;
    }
  }
  return sum;
}

static void
count_fills(const BlBacking* const  backing,
            const BlScore* const    score,
            BlBackingFigures* const figures)
{
  const BlForm* const form = backing->voice->form;
  for (size_t i = 0; i + 1u < form->n && score->parts[BL_PART_DRUMS].used;
       ++i) {
    const size_t last = form->sections[i].bar + form->sections[i].bars - 1u;
    if (form->sections[i].bars > 2u &&
        backing->voice->grid->bars[last + 1u].time < score->last_chord - 0.1) {
      const unsigned long long before = drum_sum(backing, score, last - 1u);
      const unsigned long long here   = drum_sum(backing, score, last);
      add(figures, BL_BACKING_FILL, here != before, here || before);
    }
  }
}

static void
count_ending(const BlBacking* const  backing,
             const BlScore* const    score,
             BlBackingFigures* const figures)
{
  int          keys[KEYS_MAX];
  const double two =
    bl_grid_time(backing->voice->grid,
                 bl_grid_beat(backing->voice->grid, score->last_chord) + 2.0);
  const size_t n =
    bl_metric_sounding(score, BASS | COMP | PAD, two - 0.05, KEYS_MAX, keys);
  add(figures, BL_BACKING_ENDING,
      n && (unsigned)keys[0] % 12u == backing->voice->tonic, 1.0);
}

static void
count_velocities(const BlScore* const score, BlBackingFigures* const figures)
{
  for (unsigned p = 0; p < BL_N_PARTS; ++p) {
    double sum     = 0.0;
    double squares = 0.0;
    double n       = 0.0;
    int    last    = -1;
    for (size_t i = 0; i < score->n; ++i) {
      const int velocity = score->events[i].velocity;
      if (score->events[i].part == p) {
        add(figures, BL_BACKING_FLAT, velocity == last, last >= 0);
        sum += velocity;
        squares += (double)velocity * velocity;
        n += 1.0;
        last = velocity;
      }
    }
    if (n > 1.0) {
      const double variance = squares / n - sum / n * (sum / n);
      add(figures, BL_BACKING_VELOCITY, n * sqrt(fmax(variance, 0.0)), n);
    }
  }
}

static void
count_shared(const BlBacking* const backing, BlBackingFigures* const figures)
{
  const BlScore* const a = &backing->scores[0];
  const BlScore* const b = &backing->scores[1];
  for (size_t i = 0; i < b->n; ++i) {
    const BlEvent* const e    = &b->events[i];
    bool                 same = false;
    for (size_t k = first_from(a, e->time - 0.03);
         k < a->n && a->events[k].time < e->time + 0.03; ++k) {
      same =
        same || (a->events[k].part == e->part && a->events[k].key == e->key);
    }
    add(figures, BL_BACKING_SHARED, same, 1.0);
  }
}

void
bl_metric_backing_add(const BlBacking* const  backing,
                      const unsigned          variant,
                      BlBackingFigures* const figures)
{
  const BlScore* const score = &backing->scores[variant];
  count_clashes(backing, score, figures);
  count_outside(backing, variant, figures);
  count_bass(backing, variant, figures);
  count_chords(score, figures);
  count_bars(backing, score, figures);
  count_fills(backing, score, figures);
  count_ending(backing, score, figures);
  count_velocities(score, figures);
  if (variant == 1u) {
    count_shared(backing, figures);
  }
}
