// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "harmony.h"

#include "harmony_model.h"
#include "random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CHORDS BL_HARMONY_CHORDS
#define POOLED 0.3f       ///< Share of scores that alike bars have in common
#define TIED 0.5f         ///< And of the probabilities that come of them
#define LEAST 1e-3f       ///< Probability below which all are alike
#define MOVE_WEIGHT 0.05f ///< Of the learned moves, once more
#define CHANCE 1.2f       ///< Nats of chance at temperature 1
#define BORROWED 1.2f     ///< Nats for a borrowed chord at temperature 1
#define DOMINANT 2.0f     ///< For a secondary dominant or tritone substitute
#define CLASH_MAX 0.25f   ///< Share of the singing that may rub at most
#define CLASHING 3.0f     ///< Nats against a chord that does, likewise
#define AGREEMENT 3.0f    ///< Nats for evidence beyond what was learned
#define DISREGARD 0.8f    ///< For less of it: mild, chords still fit the voice
#define AVOID_FIRST 0.5   ///< Cost of another variant's chord, nats
#define AVOID_ROUNDS 6u   ///< It doubles until enough bars differ
#define DIFFERENT 0.25    ///< Share of bars, cadences left out

typedef struct
{
  const BlHarmonyTable* table;
  const BlSlots*        slots;
  const BlForm*         form;
  const BlHarmonyTaste* taste;
  BlHarmonyScores*      usual; ///< Log-probabilities of each slot's chords
  BlHarmonyScores*      score; ///< The same with everything that taste says
  unsigned char*        path;
} Search;

static bool
is_major(const size_t chord)
{
  return chord < 12u;
}

static bool
is_last_bar(const Search* const s, const size_t bar)
{
  return bar + 1u >= s->form->n_bars;
}

/// Chords that tradition asks for: the first, the last two bars, section ends
static bool
is_cadence(const Search* const s, const size_t bar)
{
  if (bar == 0 || bar + 2u >= s->form->n_bars || !s->form->n) {
    return true;
  }
  const BlSection* const section = &s->form->sections[bl_form_at(s->form, bar)];
  return bar + 1u == section->bar + section->bars;
}

/// Share of the singing that belongs to the chord
static float
agreement(const BlSlot* const slot, const size_t chord)
{
  const size_t root  = chord % 12u;
  const size_t third = root + (is_major(chord) ? 4u : 3u);
  const float  sum   = slot->histogram[root] + slot->histogram[third % 12u] +
                    slot->histogram[(root + 7u) % 12u];
  return slot->sung > 0.0f ? fminf(sum / slot->sung, 1.0f) : 0.0f;
}

/// Does much of the singing lie a semitone above a tone of the chord, or on
/// the other third?
static bool
clashes(const BlSlot* const slot, const size_t chord)
{
  const size_t root    = chord % 12u;
  const size_t other   = root + (is_major(chord) ? 3u : 4u);
  const size_t above[] = { root + 1u, is_major(chord) ? root + 5u : other,
                           root + 8u, other };
  float        sum     = 0.0f;
  for (size_t i = 0; i < (is_major(chord) ? 4u : 3u); ++i) {
    sum += slot->histogram[above[i] % 12u];
  }
  return sum > CLASH_MAX * fmaxf(slot->sung, 0.02f);
}

/// Chords of the parallel key and their like, from the tonic
static bool
is_borrowed(const BlSlot* const slot, const size_t chord)
{
  static const unsigned char borrowed[2][4] = { { 17, 10, 8, 3 },
                                                { 5, 0, 1, 14 } };
  const size_t               degree =
    (chord % 12u + 12u - slot->tonic) % 12u + (is_major(chord) ? 0u : 12u);
  return memchr(borrowed[slot->minor ? 1 : 0], (int)degree, 4) != NULL;
}

static bool
is_diatonic(const BlSlot* const slot, const size_t chord)
{
  static const unsigned char triads[6] = { 0, 5, 7, 14, 16, 21 };
  const size_t degree = (chord % 12u + 12u - bl_harmony_frame(slot)) % 12u +
                        (is_major(chord) ? 0u : 12u);
  return memchr(triads, (int)degree, sizeof(triads)) != NULL;
}

/// "1 5 6m 4" -> chords relative to the tonic; @return how many
static size_t
read_stock(const char* text, unsigned char* const chords, const size_t room)
{
  static const unsigned char degrees[] = { 0, 2, 4, 5, 7, 9, 11 };
  size_t                     n         = 0;
  while (text && *text && n < room) {
    int root = 0;
    root -= *text == 'b';
    text += *text == 'b';
    if (*text < '1' || *text > '7') {
      break;
    }
    root += degrees[*text++ - '1'];
    const bool minor = *text == 'm';
    text += minor;
    text += *text == ' ';
    chords[n++] = (unsigned char)((root + 12) % 12 + (minor ? 12 : 0));
  }
  return n;
}

static void
add_stock(const Search* const s)
{
  unsigned char stock[16];
  const size_t  n = read_stock(s->taste->stock, stock, sizeof(stock));
  for (size_t i = 0; n && i < s->slots->n; ++i) {
    const BlSlot* const slot  = &s->slots->slots[i];
    const size_t        chord = stock[slot->bar % n];
    const size_t        c =
      (chord % 12u + slot->tonic) % 12u + (is_major(chord) ? 0u : 12u);
    s->score[i][c] += (float)s->taste->stock_weight;
  }
}

static void
add_cadences(const Search* const s)
{
  for (size_t i = 0; i < s->slots->n; ++i) {
    const BlSlot* const slot  = &s->slots->slots[i];
    const size_t        home  = slot->tonic + (slot->minor ? 12u : 0u);
    const size_t        fifth = (slot->tonic + 7u) % 12u;
    if (is_last_bar(s, slot->bar)) {
      s->score[i][home] += 6.0f;
    } else if (i == 0) {
      s->score[i][home] += 0.5f;
    } else if (is_cadence(s, slot->bar)) {
      s->score[i][home] += 0.3f;
      s->score[i][fifth] += slot->inside ? 0.4f : 0.1f;
    }
  }
}

/// Chance is the same for bars that sound alike, so that they stay so
static float
chance(const Search* const s, const size_t i, const size_t chord)
{
  const BlSlot* const slot = &s->slots->slots[i];
  const size_t        like =
    slot->bar < s->form->n_bars ? s->form->like[slot->bar] : slot->bar;
  BlRandom     random = { s->taste->seed + 1000003u * like +
                          (slot->inside ? 500009u : 0u) + 7919u * chord };
  const double unit   = bl_random_unit(&random);
  return (float)-log(-log(unit + 1e-12) + 1e-12);
}

static void
add_adventure(const Search* const s)
{
  const float w = (float)s->taste->temperature;
  for (size_t i = 0; w > 0.0f && i < s->slots->n; ++i) {
    const BlSlot* const slot = &s->slots->slots[i];
    for (size_t c = 0; c < CHORDS; ++c) {
      float bonus = CHANCE * chance(s, i, c);
      if (clashes(slot, c)) {
        bonus = fminf(bonus, 0.0f) - CLASHING;
      } else if (is_borrowed(slot, c)) {
        bonus += BORROWED;
      }
      s->score[i][c] += w * bonus;
    }
  }
}

static void
add_evidence(const Search* const s)
{
  const double over = s->taste->evidence - 1.0;
  const float  more = (float)over * (over < 0.0 ? DISREGARD : AGREEMENT);
  for (size_t i = 0; i < s->slots->n; ++i) {
    for (size_t c = 0; c < CHORDS; ++c) {
      s->score[i][c] += more * agreement(&s->slots->slots[i], c);
    }
  }
}

static void
add_avoidance(const Search* const s, const double cost)
{
  for (size_t i = 0; i < s->slots->n; ++i) {
    if (!is_cadence(s, s->slots->slots[i].bar)) {
      const BlChord other = s->taste->avoid[i];
      s->score[i][other.root + (other.minor ? 12u : 0u)] -= (float)cost;
    }
  }
}

/// A dominant, or its tritone substitute, that is no chord of the key
static float
dominant_bonus(const Search* const s,
               const size_t        i,
               const size_t        from,
               const size_t        to)
{
  const size_t above = (from + 12u - to % 12u) % 12u;
  const bool   leads = is_major(from) && (above == 7u || above == 1u);
  return leads && !is_diatonic(&s->slots->slots[i - 1u], from) &&
             !clashes(&s->slots->slots[i - 1u], from)
           ? DOMINANT * (float)s->taste->temperature
           : 0.0f;
}

static float
move_score(const Search* const s,
           const size_t        i,
           const size_t        from,
           const size_t        to)
{
  const BlSlot* const slot = &s->slots->slots[i];
  float sum = MOVE_WEIGHT * bl_harmony_move(s->table, slot, from, to);
  if (s->taste->temperature > 0.0) {
    sum += dominant_bonus(s, i, from, to);
  }
  return slot->inside && from != to ? sum - (float)s->taste->hold : sum;
}

static BlStatus
find_path(const Search* const s)
{
  const size_t         n            = s->slots->n;
  unsigned char* const back         = (unsigned char*)calloc(n + 1u, CHORDS);
  float                cost[CHORDS] = { 0 };
  if (!back) {
    return BL_NO_MEM;
  }

  for (size_t i = 0; i < n; ++i) {
    float next[CHORDS];
    for (size_t c = 0; c < CHORDS; ++c) {
      float best = i ? -1e30f : 0.0f;
      for (size_t p = 0; i && p < CHORDS; ++p) {
        const float sum = cost[p] + move_score(s, i, p, c);
        if (sum > best) {
          best                 = sum;
          back[i * CHORDS + c] = (unsigned char)p;
        }
      }
      next[c] = best + s->score[i][c];
    }
    memcpy(cost, next, sizeof(cost));
  }

  size_t best = 0;
  for (size_t c = 0; c < CHORDS; ++c) {
    best = cost[c] > cost[best] ? c : best;
  }
  for (size_t i = n; i-- > 0;) {
    s->path[i] = (unsigned char)best;
    best       = back[i * CHORDS + best];
  }
  free(back);
  return BL_SUCCESS;
}

/// Share of bars, cadences left out, that have another chord than `avoid`
static double
find_difference(const Search* const s)
{
  double bars      = 0.0;
  double different = 0.0;
  for (size_t i = 0; i < s->slots->n;) {
    const size_t bar   = s->slots->slots[i].bar;
    bool         other = false;
    for (; i < s->slots->n && s->slots->slots[i].bar == bar; ++i) {
      const BlChord theirs = s->taste->avoid[i];
      other |= s->path[i] != theirs.root + (theirs.minor ? 12 : 0);
    }
    if (!is_cadence(s, bar)) {
      bars += 1.0;
      different += other;
    }
  }
  return bars > 0.0 ? different / bars : 1.0;
}

static BlStatus
find_different_path(const Search* const s)
{
  BlStatus st   = find_path(s);
  double   cost = AVOID_FIRST;
  for (unsigned round = 0; !st && round < AVOID_ROUNDS; ++round) {
    if (find_difference(s) >= DIFFERENT) {
      break;
    }
    add_avoidance(s, cost);
    st = find_path(s);
    cost *= round ? 2.0 : 1.0;
  }
  return st;
}

/// Log-probabilities, nearly the same for bars that sound alike
static BlStatus
find_usual(const Search* const s, BlHarmonyScores* const scores)
{
  BlHarmonyView view;
  bl_harmony_view(s->slots, s->form, &view);
  bl_harmony_scores(s->table, &view, s->taste->evidence, scores);
  BlStatus st = bl_harmony_share(s->slots, s->form, POOLED, scores);
  if (!st) {
    st = bl_harmony_posterior(s->table, s->slots,
                              (const BlHarmonyScores*)scores, s->usual);
  }
  for (size_t i = 0; !st && i < s->slots->n; ++i) {
    for (size_t c = 0; c < CHORDS; ++c) {
      s->usual[i][c] = logf(s->usual[i][c] + LEAST);
    }
  }
  return st ? st : bl_harmony_share(s->slots, s->form, TIED, s->usual);
}

static BlStatus
search(const Search* const s)
{
  BlStatus st = find_usual(s, s->score);
  if (st) {
    return st;
  }

  memcpy(s->score, s->usual, s->slots->n * sizeof(*s->score));
  add_evidence(s);
  add_stock(s);
  add_cadences(s);
  add_adventure(s);
  return s->taste->avoid ? find_different_path(s) : find_path(s);
}

BlStatus
bl_harmony_find_by(const BlHarmonyTable* const table,
                   const BlSlots* const        slots,
                   const BlForm* const         form,
                   const BlHarmonyTaste* const taste,
                   BlChord* const              chords,
                   double* const               mean_log_probability)
{
  const size_t n   = slots->n;
  const Search s   = { table,
                       slots,
                       form,
                       taste,
                       calloc(n + 1u, sizeof(BlHarmonyScores)),
                       calloc(n + 1u, sizeof(BlHarmonyScores)),
                       (unsigned char*)calloc(n + 1u, 1) };
  BlStatus     st  = s.usual && s.score && s.path ? search(&s) : BL_NO_MEM;
  double       sum = 0.0;
  for (size_t i = 0; i < n && !st; ++i) {
    chords[i].root  = (unsigned char)(s.path[i] % 12u);
    chords[i].minor = !is_major(s.path[i]);
    sum += (double)s.usual[i][s.path[i]];
  }
  if (!st && mean_log_probability) {
    *mean_log_probability = n ? sum / (double)n : 0.0;
  }

  free(s.usual);
  free(s.score);
  free(s.path);
  return st;
}

BlStatus
bl_harmony_find(const BlSlots* const        slots,
                const BlForm* const         form,
                const BlHarmonyTaste* const taste,
                BlChord* const              chords,
                double* const               mean_log_probability)
{
  return bl_harmony_find_by(&bl_harmony_table, slots, form, taste, chords,
                            mean_log_probability);
}
