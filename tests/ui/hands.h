// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_UI_HANDS_H
#define BL_TESTS_UI_HANDS_H

#include "view.h"

#include <stdbool.h>
#include <stddef.h>

/**
   Hands on a view without a screen, and the host that it asks: what was
   copied, pasted, dragged and sent.  One a test; a plain value.
*/

#define HANDS_PATHS 8u

typedef struct
{
  BlModel  model;
  BlView*  view;
  double   now;
  char     copied[2][4u * BL_PATH_BYTES]; ///< CLIPBOARD, PRIMARY
  int      asked[2];                      ///< How often each was pasted
  unsigned ticket;                        ///< Of the last of them
  int      left;                          ///< How often the host got the keys
  char     dragged[HANDS_PATHS][BL_PATH_BYTES];
  size_t   n_dragged;
  char     what[BL_NAME_BYTES]; ///< Under the pointer
  unsigned ports;               ///< Values that went to the plugin
} Hands;

/// The fonts that the pictures are drawn with; before any thread
void hands_use_fonts(void);

/// @return 0, or -1 when out of memory
int hands_start(Hands* hands);

int hands_stop(Hands* hands);

/// What the last paste asked for comes
void hands_paste(Hands* hands, const char* text);

/// Click so many times into an item, at 0.9 of its width
void hands_click(Hands* hands, BlItemKind kind, int index, unsigned times);

/// Letters, as a keyboard makes them
void hands_type(const Hands* hands, const char* text);

/// A test program's hands, and what cmocka calls before and after each test
#define HANDS_FIXTURE                                                          \
  static Hands hands;                                                          \
                                                                               \
  static int set_up(void** state)                                              \
  {                                                                            \
    (void)state;                                                               \
    return hands_start(&hands);                                                \
  }                                                                            \
                                                                               \
  static int tear_down(void** state)                                           \
  {                                                                            \
    (void)state;                                                               \
    return hands_stop(&hands);                                                 \
  }                                                                            \
  _Static_assert(true, "")

#endif // BL_TESTS_UI_HANDS_H
