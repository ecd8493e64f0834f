// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "arrange.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define INTRO_WAIT 4u ///< Bars that drums and bass wait at most

char
bl_step_at(const BlArranger* const arranger,
           const BlPattern* const  pattern,
           const unsigned          step)
{
  const unsigned bar_steps = arranger->groove->beats * arranger->per_beat;
  if (!pattern->steps || !bar_steps) {
    return '.';
  }

  // A longer bar repeats the pattern's end, a shorter one is cut
  unsigned at = step;
  while (at >= bar_steps) {
    at -=
      bar_steps > 2u * arranger->per_beat ? 2u * arranger->per_beat : bar_steps;
  }
  const size_t   in_section = arranger->bar - arranger->section->bar;
  const unsigned bars       = (pattern->steps + bar_steps - 1u) / bar_steps;
  const unsigned index      = (unsigned)(in_section % bars) * bar_steps + at;
  return pattern->text[index % pattern->steps];
}

unsigned
bl_step_length(const BlArranger* const arranger,
               const BlPattern* const  pattern,
               const unsigned          step)
{
  unsigned end = step + 1u;
  while (end < arranger->steps && bl_step_at(arranger, pattern, end) == '-') {
    ++end;
  }
  return end - step;
}

double
bl_step_beat(const BlArranger* const arranger, const double step)
{
  const BlGroove* const g = bl_taste_groove(arranger->plan, BL_DRAW_SWING, 0);
  const double          beat   = step / arranger->per_beat;
  const double          origin = arranger->plan->grid->bars[arranger->bar].beat;
  const double          pair   = g->swing_unit == 16u ? 0.5 : 1.0;
  const bool            swings = g->swing > 0.51 && arranger->per_beat == 4u;
  const double          whole  = floor(beat / pair) * pair;
  const double          within = (beat - whole) / pair;
  if (!swings) {
    return origin + beat;
  }

  const double late = within < 0.5
                        ? within * 2.0 * g->swing
                        : g->swing + (within - 0.5) * 2.0 * (1.0 - g->swing);
  return origin + whole + late * pair;
}

BlStatus
bl_play_note(BlArranger* const arranger,
             const unsigned    part,
             const int         key,
             const double      beat,
             const double      beats,
             const double      velocity,
             const double      late_s)
{
  const BlGrid* const grid  = arranger->plan->grid;
  const double        start = bl_grid_time(grid, beat);
  const double        end   = bl_grid_time(grid, beat + beats);
  const double        loud  = velocity * (60.0 + 58.0 * arranger->intensity) +
                      6.0 * bl_random_bell(&arranger->random);
  double most = 127.0;
  if (part == BL_PART_DRUMS) {
    if (bl_style_bans_drum(arranger->plan->style, (unsigned)key)) {
      return BL_SUCCESS;
    }
    most = arranger->plan->style->max_velocity;
  }
  const BlEvent event = { start > -0.01 ? fmax(start + late_s, 0.0) : -1.0,
                          fmax(end - start, 0.02), (unsigned char)part,
                          (unsigned char)key,
                          (unsigned char)fmax(fmin(loud, most), 1.0) };
  return bl_score_add(arranger->score, event);
}

static void
engage_all(BlArranger* const arranger)
{
  const BlPlan* const  plan  = arranger->plan;
  const BlStyle* const style = plan->style;
  for (unsigned r = 0; r < BL_N_ROLES; ++r) {
    arranger->players[r] = bl_taste_player(plan, (BlRole)r);
  }
  if (style->no_bass) {
    arranger->players[BL_ROLE_BASS] = NULL;
  }

  if (style->only_rhythm) {
    arranger->players[BL_ROLE_COMP] = NULL;
    arranger->players[BL_ROLE_ARP]  = NULL;
    arranger->players[BL_ROLE_PAD]  = NULL;
  }

  // A piano alone has a left hand
  const BlInstrument* const comp = arranger->players[BL_ROLE_COMP];
  if (style->only_wanted && !style->no_bass && comp &&
      !arranger->players[BL_ROLE_BASS]) {
    arranger->players[BL_ROLE_BASS] = comp;
  }
  arranger->drums = !style->no_drums && !style->only_wanted &&
                    !plan->free_time && !(style->banned & BL_FAMILY_DRUMS);
}

/// What each is heard like against the whole, LU: four that are equal would
/// be at -6 each.  Louder styles live by drums and bass, quiet ones by chords;
/// a pad lies behind, unless it is all there is
static double
find_level(const BlArranger* const arranger, const unsigned part)
{
  const BlGroove* const groove =
    bl_taste_groove(arranger->plan, BL_DRAW_PLAYER, BL_PART_DRUMS);
  const double loud = groove->energy;
  const bool   comp = arranger->players[BL_ROLE_COMP];
  switch (part) {
    case BL_ROLE_BASS:
      return -8.0 + 1.5 * loud;
    case BL_ROLE_COMP:
      return -5.0 - 1.0 * loud;
    case BL_ROLE_ARP:
      return comp ? -9.5 : -6.0;
    case BL_ROLE_PAD:
      return comp ? -11.0 : -7.0;
    default:
      return -9.0 + 4.5 * loud;
  }
}

static void
describe_parts(BlArranger* const arranger)
{
  static const unsigned char reverb[BL_N_PARTS] = { 8, 40, 52, 64, 26 };
  const BlPlan* const        plan               = arranger->plan;
  for (unsigned r = 0; r < BL_N_ROLES; ++r) {
    BlPart* const             part   = &arranger->score->parts[r];
    const BlInstrument* const player = arranger->players[r];
    if (player) {
      snprintf(part->name, sizeof(part->name), "%s", player->name);
      part->program = player->program;
      part->pan     = (signed char)(plan->variant ? -player->pan : player->pan);
    }
    part->channel  = (unsigned char)r;
    part->reverb   = reverb[r];
    part->pitched  = true;
    part->level_lu = find_level(arranger, r);
  }

  BlPart* const drums = &arranger->score->parts[BL_PART_DRUMS];
  const int     kit   = plan->style->kit;
  snprintf(drums->name, sizeof(drums->name), "drums");
  drums->program =
    (unsigned char)(kit >= 0
                      ? (unsigned)kit
                      : bl_taste_groove(plan, BL_DRAW_PLAYER, BL_PART_DRUMS)
                          ->kit[plan->variant]);
  drums->channel  = 9;
  drums->level_lu = find_level(arranger, BL_PART_DRUMS);
  drums->reverb   = reverb[BL_PART_DRUMS];
}

/// The bar line for the last chord: what is left of the upload after it, and
/// what would have to be added before it, are both less than half a bar
static size_t
find_end(const BlPlan* const plan)
{
  const BlGrid* const grid = plan->grid;
  size_t              end  = grid->n_bars;
  if (end > 1u) {
    const double last   = grid->bars[end - 1u].time;
    const double length = grid->bars[end].time - last;
    end -= plan->seconds - last < 0.45 * length;
  }
  return end;
}

/// The bar in which the voice comes in; 0 where nobody sings
static size_t
find_voice(const BlPlan* const plan)
{
  for (size_t i = 0; i < plan->slots->n; ++i) {
    if (plan->slots->slots[i].sung > 0.1f) {
      return plan->slots->slots[i].bar;
    }
  }
  return 0;
}

/// About which key the voice sings; 0 where nobody does
static int
find_voice_key(const BlPlan* const plan)
{
  double sum    = 0.0;
  double weight = 0.0;
  for (size_t i = 0; i < plan->slots->n; ++i) {
    const BlSlot* const slot = &plan->slots->slots[i];
    if (slot->lowest > 0) {
      sum += 0.5 * (double)slot->sung * (slot->lowest + slot->highest);
      weight += (double)slot->sung;
    }
  }
  return weight > 0.0 ? (int)lround(sum / weight) : 0;
}

/// Two bars before a louder section the band grows towards it
static double
build_up(const BlArranger* const arranger, const size_t left)
{
  const BlForm* const form = arranger->plan->form;
  const size_t        next = (size_t)(arranger->section - form->sections) + 1u;
  if (next >= form->n || left > 2u) {
    return 0.0;
  }
  const double rise =
    (double)form->sections[next].energy - (double)arranger->section->energy;
  return rise > 0.1 ? rise * (left == 1u ? 0.5 : 0.25) : 0.0;
}

/// How many of the band play: fewer where it is quiet, and at the start
static double
lift_of(const BlArranger* const arranger)
{
  const double through =
    (double)arranger->bar / (double)(arranger->end_bar + 1u);
  return fmin(0.25 + 0.6 * (double)arranger->section->energy + 0.3 * through,
              1.0);
}

/// A crash lands on a section that is louder, another, or eight bars away
static bool
lands_here(const BlArranger* const arranger)
{
  const BlForm* const form  = arranger->plan->form;
  const size_t        index = (size_t)(arranger->section - form->sections);
  if (!arranger->opening || !index || arranger->bar < arranger->voice_bar) {
    return false;
  }
  const BlSection* const before = &form->sections[index - 1u];
  return arranger->bar == arranger->voice_bar ||
         before->sung != arranger->section->sung ||
         arranger->section->energy > before->energy + 0.15f ||
         arranger->bar >= arranger->crash_bar + 8u;
}

/// A fill before each section, a small one where it gets no louder
static void
enter_fill(BlArranger* const arranger, const size_t left)
{
  const BlPlan* const plan = arranger->plan;
  const size_t        next = arranger->section->bar + arranger->section->bars;
  const size_t index       = (size_t)(arranger->section - plan->form->sections);
  const bool   last        = arranger->bar + 1u >= arranger->end_bar;
  const bool   fill        = left == 1u && arranger->section->bars > 1u;
  const bool   odd = left > 1u && bl_draw(plan, BL_DRAW_FILL, arranger->bar) <
                                  0.3 * bl_taste_odd(plan);
  const bool louder =
    index + 1u < plan->form->n &&
    plan->form->sections[index + 1u].energy > arranger->section->energy + 0.1f;
  arranger->fill       = fill || odd || last;
  arranger->small_fill = last || (fill && !louder && next % 8u != 0u);
}

/// What precedes the voice: drums and bass wait for half of it, and the last
/// bar leads in; where there is one bar alone, sticks count it
static void
enter_intro(BlArranger* const arranger)
{
  const size_t bar   = arranger->bar;
  const size_t voice = arranger->voice_bar;
  const bool   intro = bar < voice;
  arranger->count_in = intro && voice == 1u && arranger->drums;
  arranger->waits    = intro && voice > 2u && bar < INTRO_WAIT &&
                    bar < voice / 2u && arranger->players[BL_ROLE_COMP];
  if (intro && voice > 1u && bar + 1u == voice) {
    arranger->fill       = true;
    arranger->small_fill = false;
  }
}

static void
enter_bar(BlArranger* const arranger, const size_t bar)
{
  const BlPlan* const plan  = arranger->plan;
  const BlBar* const  here  = &plan->grid->bars[bar];
  const size_t        index = bl_form_at(plan->form, bar);

  arranger->bar     = bar;
  arranger->section = &plan->form->sections[index];
  arranger->groove  = bl_groove_in_meter(plan->grooves, plan->style->groove,
                                         here->beats, here->unit);
  for (unsigned p = 0; p < BL_N_PARTS; ++p) {
    arranger->patterns[p] = bl_taste_pattern(arranger, p, index);
  }
  arranger->per_beat = here->unit >= 8u ? 2u : 4u;
  arranger->steps    = (unsigned)lround(
       (plan->grid->bars[bar + 1u].beat - here->beat) * arranger->per_beat);

  const size_t left    = arranger->section->bar + arranger->section->bars - bar;
  const double through = (double)bar / (double)(arranger->end_bar + 1u);
  arranger->opening    = bar == arranger->section->bar;
  arranger->intensity =
    0.55 * plan->style->energy +
    (0.15 + 0.3 * plan->audio_weight) * (double)arranger->section->energy +
    (plan->variant ? 0.25 * through : 0.08) + build_up(arranger, left);
  arranger->intensity = fmax(fmin(arranger->intensity, 1.0), 0.0);
  arranger->lift      = lift_of(arranger);
  arranger->lands     = lands_here(arranger);
  arranger->crash_bar = arranger->lands ? bar : arranger->crash_bar;
  enter_fill(arranger, left);
  enter_intro(arranger);
  bl_lay_bar(arranger);
}

static BlStatus
play_bar(BlArranger* const arranger)
{
  BlStatus st = BL_SUCCESS;
  if (arranger->drums && !arranger->waits) {
    st = bl_play_drums(arranger);
  }
  if (!st && arranger->players[BL_ROLE_BASS] && !arranger->waits) {
    st = bl_play_bass(arranger);
  }
  if (!st && arranger->players[BL_ROLE_PAD]) {
    st = bl_play_pad(arranger);
  }
  if (st || arranger->plan->free_time) {
    return st ? st : bl_play_freely(arranger);
  }
  if (arranger->players[BL_ROLE_COMP]) {
    st = bl_play_chords(arranger);
  }
  if (!st) {
    st = arranger->players[BL_ROLE_ARP] ? bl_play_arp(arranger)
                                        : bl_play_answer(arranger);
  }
  return st;
}

BlStatus
bl_arrange(const BlPlan* const plan, BlScore* const score)
{
  BlArranger arranger = { 0 };
  memset(score, 0, sizeof(*score));
  arranger.plan         = plan;
  arranger.score        = score;
  arranger.random.state = plan->seed;
  arranger.end_bar      = find_end(plan);
  arranger.bass_key     = 36;
  arranger.bass_root    = 36;
  arranger.voice_bar    = find_voice(plan);
  arranger.voice_key    = find_voice_key(plan);
  engage_all(&arranger);
  describe_parts(&arranger);

  arranger.section   = &plan->form->sections[0];
  arranger.intensity = fmin(0.55 * plan->style->energy, 1.0);
  BlStatus st        = bl_play_lead(&arranger);
  for (size_t bar = 0; bar < arranger.end_bar && !st; ++bar) {
    enter_bar(&arranger, bar);
    st = play_bar(&arranger);
  }
  if (!st) {
    st = bl_play_ending(&arranger);
  }

  score->tuning_cents = plan->tuning_cents;
  score->last_chord   = plan->grid->bars[arranger.end_bar].time;
  score->seconds      = fmax(plan->seconds + 0.6, score->last_chord + 3.8);
  bl_score_finish(score);
  if (st) {
    bl_score_deinit(score);
  }
  return st;
}
