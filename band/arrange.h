// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BAND_ARRANGE_H
#define BL_BAND_ARRANGE_H

#include "base/attributes.h"
#include "base/status.h"
#include "grid.h"
#include "groove.h"
#include "harmony.h"
#include "random.h"
#include "score.h"
#include "slots.h"
#include "style.h"
#include "voicing.h"

#include <stddef.h>
#include <stdint.h>

/// What an arrangement is made from; borrowed for the call
typedef struct
{
  const BlGrooves* grooves;
  const BlStyle*   style;
  const BlGrid*    grid;
  const BlSlots*   slots;
  const BlForm*    form;
  const BlChord*   chords; ///< One a slot
  unsigned         tonic;
  bool             minor;
  bool             free_time;
  double           seconds; ///< Of the upload
  double           tuning_cents;
  unsigned         variant;      ///< 0 = A, 1 = B
  double           style_weight; ///< Share of bars and parts in the style
  double           weirdness;
  double           audio_weight; ///< How much the band gives way to the voice
  char             vocal_gender; ///< 'm', 'f' or 0: register of wanted choirs
  uint64_t         seed;         ///< Not of the weights: see bl_draw()
} BlPlan;

/// Write every part; deterministic.  `score` is initialised here
BL_THREAD_ANY BL_NODISCARD BlStatus bl_arrange(const BlPlan* plan,
                                               BlScore*      score);

/**
   Below: what the players' files share.  One bar is played at a time.
*/
typedef struct
{
  const BlPlan*       plan;
  BlScore*            score;
  BlRandom            random;
  const BlInstrument* players[BL_N_ROLES]; ///< NULL = nobody
  bool                drums;
  size_t              end_bar;             ///< Bar line of the last chord
  BlVoicing           voicing[BL_N_ROLES]; ///< Last one, to lead from
  int                 bass_key;            ///< What the bass played last
  int                 bass_root;           ///< Where the last chord's root lay
  int                 voice_key;           ///< About which it sings; 0 = nobody
  size_t              voice_bar;           ///< Where the singing begins
  size_t              crash_bar;           ///< The last crash

  // The bar in hand
  size_t           bar;
  const BlSection* section;
  const BlGroove*  groove;               ///< The style's that fits the meter
  const BlGroove*  patterns[BL_N_PARTS]; ///< Whose each part plays
  unsigned         per_beat;             ///< Steps
  unsigned         steps;                ///< In this bar
  double           intensity;            ///< 0..1
  double           lift;                 ///< 0..1: how many of the band play
  bool             fill;                 ///< A new section follows
  bool             small_fill;           ///< And it is not louder than this one
  BlVoicing        lain[BL_N_ROLES][2];  ///< Of the bar's first, second slot
  bool             opening;              ///< First bar of a section
  bool             waits;                ///< Drums and bass are not in yet
  bool             lands;                ///< A crash is due
  bool             count_in;             ///< Sticks alone
} BlArranger;

/// The character at a step of the bar; '.' where the pattern is empty
BL_THREAD_ANY char bl_step_at(const BlArranger* arranger,
                              const BlPattern*  pattern,
                              unsigned          step);

/// Steps that the stroke at `step` sounds, with its holds
BL_THREAD_ANY unsigned bl_step_length(const BlArranger* arranger,
                                      const BlPattern*  pattern,
                                      unsigned          step);

/// Beat of a step of the bar, swung
BL_THREAD_ANY double bl_step_beat(const BlArranger* arranger, double step);

/// Add an event given in beats; velocity 0..1 before the section's say
BL_THREAD_ANY BL_NODISCARD BlStatus bl_play_note(BlArranger* arranger,
                                                 unsigned    part,
                                                 int         key,
                                                 double      beat,
                                                 double      beats,
                                                 double      velocity,
                                                 double      late_s);

/// Chord that sounds at a beat; from the last bar line on the tonic
BL_THREAD_ANY BlChord bl_chord_at(const BlArranger* arranger, double beat);

/// Beat at which the chord that sounds at `beat` ends, at most the bar's end
BL_THREAD_ANY double bl_chord_end(const BlArranger* arranger, double beat);

/// True if another chord than before begins at `beat`
BL_THREAD_ANY bool bl_chord_begins(const BlArranger* arranger, double beat);

BL_THREAD_ANY const BlSlot* bl_slot_at(const BlArranger* arranger, double beat);

/// Chords are struck where a bar begins or the harmony turns, and held: by
/// those who play little, and by all where there is no pulse
BL_THREAD_ANY bool bl_only_holds(const BlPlan* plan);

/// Seconds late: what people do; drums keep the grid
BL_THREAD_ANY double bl_humanise(BlArranger* arranger);

// lay.c: which keys the bar's chords lie on

/// Lay the bar's chords for everybody, each out of the others' way
BL_THREAD_ANY void bl_lay_bar(BlArranger* arranger);

/// Lay what sounds at a beat for a role; moves its `voicing` on
BL_THREAD_ANY BlVoicing bl_lay_chord(BlArranger*      arranger,
                                     BlRole           role,
                                     double           beat,
                                     const BlVoicing* other);

/// As it was laid for the bar
BL_THREAD_ANY const BlVoicing* bl_lain_at(const BlArranger* arranger,
                                          BlRole            role,
                                          double            beat);

// taste.c: what the weights of the request mean

typedef enum
{
  BL_DRAW_PATTERN,
  BL_DRAW_PLAYER,
  BL_DRAW_SWING,
  BL_DRAW_COLOUR,
  BL_DRAW_FILL,
  BL_DRAW_PUSH,
  BL_DRAW_SURPRISE,
  BL_DRAW_WHO,
} BlDraw;

/// 0 <= x < 1, the same for the same place whatever the weights are, so that
/// a greater weight adds to what a smaller one did
BL_THREAD_ANY double bl_draw(const BlPlan* plan, BlDraw what, size_t index);

/// 0 for the usual, 1 for the weirdest
BL_THREAD_ANY double bl_taste_odd(const BlPlan* plan);

/// The style's groove, or neutral pop, by style_weight
BL_THREAD_ANY const BlGroove* bl_taste_groove(const BlPlan* plan,
                                              BlDraw        what,
                                              size_t        index);

/// The same for a part in a section, of the bar's meter
BL_THREAD_ANY const BlGroove* bl_taste_pattern(const BlArranger* arranger,
                                               unsigned          part,
                                               size_t            section);

/// Who takes a role: named, usual, or in the place of who is banned; or NULL
BL_THREAD_ANY const BlInstrument* bl_taste_player(const BlPlan* plan,
                                                  BlRole        role);

/// Keys that a player's chords lie between
BL_THREAD_ANY void bl_taste_range(const BlPlan*       plan,
                                  const BlInstrument* player,
                                  int*                low,
                                  int*                high);

/// Share of the bar's strokes that matter more than the one at `step`
BL_THREAD_ANY double bl_taste_rank(const BlArranger* arranger,
                                   const BlPattern*  pattern,
                                   unsigned          step);

/// True if a stroke of that rank is left out for the voice
BL_THREAD_ANY bool bl_taste_yields(const BlArranger* arranger,
                                   BlRole            role,
                                   double            rank,
                                   double            sung);

/// Strike a chord; `how` is a groove's character
BL_THREAD_ANY BL_NODISCARD BlStatus bl_strike(BlArranger*      arranger,
                                              BlRole           role,
                                              const BlVoicing* voicing,
                                              char             how,
                                              double           beat,
                                              double           beats);

/// The voice comes first: how much softer chords are under so much of it
BL_THREAD_ANY double bl_duck(const BlPlan* plan, double sung);

/// True if chords are rolled from below, slowly: B's, where there is no pulse.
/// A's are struck
BL_THREAD_ANY bool bl_rolls(const BlArranger* arranger);

/// Beats that rolling the chord from `beat` until `until` takes; 0 = none
BL_THREAD_ANY double bl_roll_beats(const BlArranger* arranger,
                                   double            beat,
                                   double            until);

/// Each plays the bar in hand
BL_THREAD_ANY BL_NODISCARD BlStatus bl_play_drums(BlArranger* arranger);
BL_THREAD_ANY BL_NODISCARD BlStatus bl_play_bass(BlArranger* arranger);
BL_THREAD_ANY BL_NODISCARD BlStatus bl_play_chords(BlArranger* arranger);
BL_THREAD_ANY BL_NODISCARD BlStatus bl_play_pad(BlArranger* arranger);
BL_THREAD_ANY BL_NODISCARD BlStatus bl_play_arp(BlArranger* arranger);

/// Comp and arp where there is no pulse: chords from phrase to phrase
BL_THREAD_ANY BL_NODISCARD BlStatus bl_play_freely(BlArranger* arranger);

/// Where nobody else answers the voice in its rests, the comp does
BL_THREAD_ANY BL_NODISCARD BlStatus bl_play_answer(BlArranger* arranger);

/// Drums: a stick at a beat, the first of a count or another
BL_THREAD_ANY BL_NODISCARD BlStatus bl_play_stick(BlArranger* arranger,
                                                  double      beat,
                                                  bool        more);

/// What sounds before the first bar line, from the first whole beat on: a soft
/// chord, and sticks where the voice waits for the line.  Nothing where the
/// bar line is at second 0, as with every host's grid
BL_THREAD_ANY BL_NODISCARD BlStatus bl_play_lead(BlArranger* arranger);

/// Its chord: the first bar's, or the dominant if what is sung is that
BL_THREAD_ANY BlChord bl_lead_chord(const BlPlan* plan);

/// The last chord, by everybody
BL_THREAD_ANY BL_NODISCARD BlStatus bl_play_ending(BlArranger* arranger);

#endif // BL_BAND_ARRANGE_H
