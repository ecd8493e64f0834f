// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "support/sing.h"

#define A BL_VOWEL_A
#define E BL_VOWEL_E
#define I BL_VOWEL_I
#define O BL_VOWEL_O
#define U BL_VOWEL_U
#define NO BL_CONSONANT_NONE
#define S BL_CONSONANT_S
#define H BL_CONSONANT_H
#define T BL_CONSONANT_T
#define M BL_CONSONANT_M
#define L BL_CONSONANT_L

// start, length, key, vowel, consonant: four phrases A A' B A'' of four bars
static const BlSungNote tune[] = {
  { 3.0, 0.5, 67, A, M },  { 3.5, 0.5, 69, I, NO },  { 4.0, 1.5, 72, O, L },
  { 5.5, 0.5, 71, E, S },  { 6.0, 1.0, 69, A, NO },  { 7.0, 1.0, 67, U, T },
  { 8.0, 2.5, 64, I, L },  { 11.0, 0.5, 64, A, H },  { 11.5, 0.5, 65, E, NO },
  { 12.0, 1.5, 67, O, M }, { 13.5, 0.5, 65, A, T },  { 14.0, 1.0, 64, E, NO },
  { 15.0, 0.5, 62, I, S }, { 15.5, 2.0, 62, A, NO },

  { 19.0, 0.5, 67, A, M }, { 19.5, 0.5, 69, I, NO }, { 20.0, 1.5, 72, O, L },
  { 21.5, 0.5, 74, E, S }, { 22.0, 1.0, 76, A, NO }, { 23.0, 1.0, 74, U, T },
  { 24.0, 2.5, 72, I, L }, { 27.0, 0.5, 69, A, H },  { 27.5, 0.5, 69, E, NO },
  { 28.0, 1.5, 67, O, M }, { 29.5, 0.5, 64, A, T },  { 30.0, 1.0, 62, E, NO },
  { 31.0, 2.5, 60, A, L },

  { 35.0, 0.5, 64, E, S }, { 35.5, 0.5, 67, I, T },  { 36.0, 2.0, 69, A, NO },
  { 38.0, 0.5, 69, O, L }, { 38.5, 0.5, 71, U, M },  { 39.0, 1.0, 72, A, NO },
  { 40.0, 2.5, 67, E, S }, { 43.0, 0.5, 67, A, H },  { 43.5, 0.5, 65, I, NO },
  { 44.0, 2.0, 65, O, M }, { 46.0, 0.5, 65, A, T },  { 46.5, 0.5, 67, E, NO },
  { 47.0, 1.0, 69, I, L }, { 48.0, 2.5, 67, A, NO },

  { 51.0, 0.5, 67, A, M }, { 51.5, 0.5, 69, I, NO }, { 52.0, 1.5, 72, O, L },
  { 53.5, 0.5, 71, E, S }, { 54.0, 1.0, 69, A, NO }, { 55.0, 1.0, 65, U, T },
  { 56.0, 2.0, 64, I, L }, { 58.5, 0.5, 62, A, H },  { 59.0, 1.0, 62, E, T },
  { 60.0, 3.0, 60, O, M },
};

const BlSungNote*
bl_sing_tune(size_t* const n)
{
  *n = BL_COUNT(tune);
  return tune;
}
