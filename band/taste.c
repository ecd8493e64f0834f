// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "arrange.h"

#include "style.h"

#include <math.h>

/// Below it weirdness does nothing: the usual is the band's own taste
#define USUAL_WEIRDNESS 0.2

double
bl_draw(const BlPlan* const plan, const BlDraw what, const size_t index)
{
  BlRandom random = { plan->seed ^ (0x9e3779b97f4a7c15ull * (what + 1u)) ^
                      (0xc2b2ae3d27d4eb4full * (index + 1u)) };
  return bl_random_unit(&random);
}

double
bl_taste_odd(const BlPlan* const plan)
{
  return fmax(plan->weirdness - USUAL_WEIRDNESS, 0.0) / (1.0 - USUAL_WEIRDNESS);
}

/// Pop stands for no style in particular
static const BlGroove*
neutral_groove(const BlPlan* const plan)
{
  const BlGroove* const pop = bl_groove_find(plan->grooves, "pop");
  return pop ? pop : plan->style->groove;
}

const BlGroove*
bl_taste_groove(const BlPlan* const plan, const BlDraw what, const size_t index)
{
  return bl_draw(plan, what, index) < plan->style_weight ? plan->style->groove
                                                         : neutral_groove(plan);
}

const BlGroove*
bl_taste_pattern(const BlArranger* const arranger,
                 const unsigned          part,
                 const size_t            section)
{
  const BlPlan* const   plan = arranger->plan;
  const BlBar* const    bar  = &plan->grid->bars[arranger->bar];
  const BlGroove* const own  = arranger->groove;
  const BlGroove*       groove =
    bl_taste_groove(plan, BL_DRAW_PATTERN, section * BL_N_PARTS + part);
  groove = bl_groove_in_meter(plan->grooves, groove, bar->beats, bar->unit);
  return groove->beats == own->beats && groove->unit == own->unit ? groove
                                                                  : own;
}

static double
importance(const BlArranger* const arranger, const unsigned step, const char c)
{
  const unsigned per_beat = arranger->per_beat;
  const bool     compound = per_beat == 2u && arranger->steps % 6u == 0;
  const unsigned strong   = compound ? 6u : per_beat;
  const unsigned middle   = compound ? 2u : per_beat / 2u;
  const double   accent   = c == 'X' ? 0.3 : 0.0;
  if (step == 0) {
    return 2.0;
  }
  return accent + (step % strong == 0                   ? 0.7
                   : step % (middle ? middle : 1u) == 0 ? 0.45
                                                        : 0.25);
}

double
bl_taste_rank(const BlArranger* const arranger,
              const BlPattern* const  pattern,
              const unsigned          step)
{
  const double here =
    importance(arranger, step, bl_step_at(arranger, pattern, step));
  double above = 0.0;
  double all   = 0.0;
  for (unsigned i = 0; i < arranger->steps; ++i) {
    const char c = bl_step_at(arranger, pattern, i);
    if (c != '.' && c != '-') {
      all += 1.0;
      above += importance(arranger, i, c) > here + 1e-9;
    }
  }
  return all > 0.0 ? above / all : 0.0;
}

bool
bl_taste_yields(const BlArranger* const arranger,
                const BlRole            role,
                const double            rank,
                const double            sung)
{
  const double a = arranger->plan->audio_weight;
  if (sung <= 0.3) {
    return false;
  }
  return role == BL_ROLE_ARP ? rank >= 0.9 - 0.75 * a * sung
                             : rank >= 1.0 - 0.5 * a * sung;
}

bool
bl_style_sings(const BlStyle* const style)
{
  for (unsigned r = 0; r < BL_N_ROLES; ++r) {
    const BlInstrument* const player = style->wanted[r];
    if (player && (player->family & BL_FAMILY_CHOIR) &&
        !bl_style_bans(style, player)) {
      return true;
    }
  }
  return false;
}

void
bl_taste_range(const BlPlan* const       plan,
               const BlInstrument* const player,
               int* const                low,
               int* const                high)
{
  const int shift = plan->style->dark > 0.35 ? -3 : 0;
  *low            = player->low + shift;
  *high           = player->high + shift;
  if (bl_style_sings(plan->style) && (player->family & BL_FAMILY_CHOIR)) {
    *low  = plan->vocal_gender == 'm'   ? 45
            : plan->vocal_gender == 'f' ? 60
                                        : *low;
    *high = plan->vocal_gender == 'm'   ? 64
            : plan->vocal_gender == 'f' ? 81
                                        : *high;
  }
}

// Who plays

/// Who takes a banned or missing player's place, the likeliest first
static const char* const others[BL_N_ROLES][8] = {
  [BL_ROLE_BASS] = { "finger bass", "acoustic bass", "pick bass",
                     "fretless bass", "synth bass" },
  [BL_ROLE_COMP] = { "piano", "acoustic guitar", "electric piano",
                     "clean guitar", "organ", "strings", "accordion",
                     "bright synth" },
  [BL_ROLE_ARP]  = { "piano", "nylon guitar", "electric piano", "harp",
                     "vibraphone", "flute", "bright synth" },
  [BL_ROLE_PAD]  = { "strings", "warm pad", "organ", "electric piano",
                     "french horn", "accordion", "piano" },
};

static bool
may_play(const BlPlan* const       plan,
         const BlInstrument* const player,
         const BlRole              role)
{
  return player && (player->roles & (1u << role)) &&
         !bl_style_bans(plan->style, player);
}

static const BlInstrument*
find_other(const BlPlan* const plan, const BlRole role)
{
  for (size_t i = 0; i < BL_COUNT(others[role]) && others[role][i]; ++i) {
    const BlInstrument* const other = bl_instrument_find(others[role][i]);
    if (may_play(plan, other, role)) {
      return other;
    }
  }

  // Timpani are no stand-in for a bass that is banned
  const BlInstrument* other = NULL;
  for (size_t i = 0; role != BL_ROLE_BASS && (other = bl_instrument_at(i));
       ++i) {
    if (may_play(plan, other, role) && !(other->family & BL_FAMILY_CHOIR)) {
      return other;
    }
  }
  return NULL;
}

/// A weird band lets somebody unheard of answer the voice
static const BlInstrument*
surprise(const BlPlan* const plan)
{
  size_t n = 0;
  while (bl_instrument_at(n)) {
    ++n;
  }
  for (size_t i = 0; i < n; ++i) {
    const double              draw = bl_draw(plan, BL_DRAW_WHO, i);
    const BlInstrument* const odd =
      bl_instrument_at((size_t)(draw * (double)n));
    if (may_play(plan, odd, BL_ROLE_ARP) && !(odd->family & BL_FAMILY_CHOIR)) {
      return odd;
    }
  }
  return NULL;
}

const BlInstrument*
bl_taste_player(const BlPlan* const plan, const BlRole role)
{
  const BlStyle* const  style  = plan->style;
  const BlGroove* const groove = bl_taste_groove(plan, BL_DRAW_PLAYER, role);
  const BlInstrument* const wanted = style->wanted[role];
  const BlInstrument* const usual =
    bl_instrument_find(groove->players[role][plan->variant]);
  const BlInstrument* const player = wanted               ? wanted
                                     : style->only_wanted ? NULL
                                                          : usual;

  if (role == BL_ROLE_ARP && !wanted && !style->only_wanted &&
      bl_draw(plan, BL_DRAW_SURPRISE, 0) < 0.6 * bl_taste_odd(plan)) {
    return surprise(plan);
  }
  if (player && !bl_style_bans(style, player)) {
    return player;
  }
  const bool needed = role == BL_ROLE_COMP ||
                      (role == BL_ROLE_BASS && player && !style->only_wanted) ||
                      (player && !style->only_wanted);
  return needed ? find_other(plan, role) : NULL;
}
