// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_SUPPORT_INSTRUCTIONS_H
#define BL_TESTS_SUPPORT_INSTRUCTIONS_H

/// How many instructions a shell's command spends below functions of this
/// name (callgrind's pattern), callees included; < 0 where valgrind fails
double instructions_below(const char* function, const char* command);

#endif // BL_TESTS_SUPPORT_INSTRUCTIONS_H
