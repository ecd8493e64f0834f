// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_EVALUATE_ROLL_H
#define BL_TESTS_EVALUATE_ROLL_H

#include "backing.h"

#include <stddef.h>

/// Draw bars [from, from + bars) of a variant as a PNG: chords, drums, the
/// parts as coloured bars (darker = louder), the voice over them as outlines
BL_NODISCARD BlStatus bl_roll_draw(const BlBacking* backing,
                                   unsigned         variant,
                                   size_t           from,
                                   size_t           bars,
                                   const char*      path);

#endif // BL_TESTS_EVALUATE_ROLL_H
