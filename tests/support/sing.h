// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_SUPPORT_SING_H
#define BL_TESTS_SUPPORT_SING_H

#include "base/attributes.h"
#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/**
   The project's own sung take: a small singing synthesiser.

   It is synthetic and sounds so: a glottal pulse through five resonances,
   with scoops, portamento, vibrato, drift, breath and consonants.  It stands
   where no recorded voice may be shipped (the demo, and tests that need a
   melody which is known exactly).  The same call gives the same samples.

   Threads: no state is shared; any thread but the audio thread.
*/

typedef enum
{
  BL_VOWEL_A,
  BL_VOWEL_E,
  BL_VOWEL_I,
  BL_VOWEL_O,
  BL_VOWEL_U,
} BlVowel;

#define BL_N_VOWELS 5u

/// What is heard before the vowel, which itself starts on the note's beat
typedef enum
{
  BL_CONSONANT_NONE, ///< Slides from the note before, if that is near
  BL_CONSONANT_S,    ///< Hiss
  BL_CONSONANT_H,    ///< Breath
  BL_CONSONANT_T,    ///< Burst after a stop
  BL_CONSONANT_M,    ///< Hummed
  BL_CONSONANT_L,    ///< Voiced, half closed
} BlConsonant;

typedef struct
{
  double      start;  ///< Beats from beat 0
  double      length; ///< Beats
  double      key;    ///< MIDI key, 69 = 440 Hz; need not be whole
  BlVowel     vowel;
  BlConsonant consonant;
} BlSungNote;

typedef struct
{
  uint32_t rate;        ///< Hz, 8000 to 384000
  double   bpm;         ///< Beats per minute
  double   lead_s;      ///< Seconds of silence before beat 0
  double   length_s;    ///< Length of all; 0: half a second past the last note
  double   transpose;   ///< Semitones
  double   looseness_s; ///< Notes start up to this early or late
  double   vibrato;     ///< Semitones of swing to each side
  double   breath;      ///< 0: none to 1: whispered
  double   formants;    ///< 1: an alto, 0.85: a tenor
  uint32_t seed;        ///< Of drift, noise and looseness
} BlSingSetup;

/// 48 kHz, 92 bpm, no lead, 8 ms loose, a light vibrato, an alto
BL_THREAD_ANY BlSingSetup bl_sing_setup(void);

/**
   Sing into memory.

   @param frames Set to the number of samples
   @return mono samples, peak 0.5, to be freed with free(); NULL when out of
   memory or where the setup makes no sense
*/
BL_THREAD_ANY BL_NODISCARD float* bl_sing_samples(const BlSungNote*  notes,
                                                  size_t             n,
                                                  const BlSingSetup* setup,
                                                  size_t*            frames);

/// Sing into a mono 24-bit WAV file
BL_THREAD_ANY BL_NODISCARD BlStatus bl_sing_render(const BlSungNote*  notes,
                                                   size_t             n,
                                                   const BlSingSetup* setup,
                                                   const char*        path);

/**
   The built-in tune: 16 bars of 4/4 in C major, our own writing, ISC.

   Bar line at beat 0; it starts with a pick-up on beat 3 (from 0).
*/
BL_THREAD_ANY const BlSungNote* bl_sing_tune(size_t* n);

#define BL_SING_TUNE_BEATS 64.0

/**
   Sing the built-in tune, over and over, for exactly `seconds`.

   Bar lines lie at multiples of 240 / bpm seconds from the file's start.
   No note begins that cannot end.
*/
BL_THREAD_ANY BL_NODISCARD BlStatus bl_sing_song(const char* path,
                                                 uint32_t    rate,
                                                 double      bpm,
                                                 double      seconds);

#endif // BL_TESTS_SUPPORT_SING_H
