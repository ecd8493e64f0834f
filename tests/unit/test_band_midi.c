// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// The MIDI file of a result: each note begins once and ends, none hangs

#include "midi.h"
#include "unit/band_piece.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct
{
  const unsigned char* at;
  const unsigned char* end;
  unsigned long        tick;
} Track;

static unsigned long
read_length(Track* const track)
{
  unsigned long value = 0;
  unsigned      byte  = 0x80u;
  while (byte & 0x80u) {
    assert_true(track->at < track->end);
    byte  = *track->at++;
    value = (value << 7u) | (byte & 0x7fu);
  }
  return value;
}

/// Notes of one track; nothing sounds at its end
static size_t
read_track(Track* const track, unsigned long* const last)
{
  bool   down[128] = { false };
  size_t notes     = 0;
  bool   ended     = false;
  while (track->at < track->end) {
    assert_false(ended);
    track->tick += read_length(track);
    const unsigned status = *track->at++;
    const unsigned kind   = status & 0xf0u;
    if (status == 0xffu) {
      ended                      = *track->at++ == 0x2fu;
      const unsigned long length = read_length(track);
      track->at += length;
      continue;
    }
    const unsigned key = track->at[0] & 0x7fu;
    if (kind == 0x90u || kind == 0x80u) {
      const bool on = kind == 0x90u && track->at[1];
      assert_int_equal(down[key], !on);
      down[key] = on;
      notes += on;
      *last = !on && track->tick > *last ? track->tick : *last;
    }
    track->at += kind == 0xc0u ? 1 : 2;
  }
  assert_true(ended && track->at == track->end);
  for (size_t key = 0; key < 128u; ++key) {
    assert_false(down[key]);
  }
  return notes;
}

static unsigned long
read_number(const unsigned char* const bytes)
{
  return ((unsigned long)bytes[0] << 24u) | ((unsigned long)bytes[1] << 16u) |
         ((unsigned long)bytes[2] << 8u) | bytes[3];
}

static void
check_file(const char* const path, const BlScore* const score)
{
  static unsigned char bytes[1u << 20u];
  FILE* const          file = fopen(path, "rb");
  assert_non_null(file);
  const size_t n = fread(bytes, 1, sizeof(bytes), file);
  fclose(file);
  assert_true(n > 14u && n < sizeof(bytes) && !memcmp(bytes, "MThd", 4));

  const double  ticks = (double)(bytes[12] * 256u + bytes[13]);
  unsigned long last  = 0;
  size_t        notes = 0;
  for (size_t at = 14; at < n;) {
    assert_memory_equal(&bytes[at], "MTrk", 4);
    const size_t length = read_number(&bytes[at + 4u]);
    assert_true(at + 8u + length <= n);
    Track track = { &bytes[at + 8u], &bytes[at + 8u + length], 0 };
    notes += read_track(&track, &last);
    at += 8u + length;
  }
  assert_int_equal(notes, score->n);
  assert_true((double)last / ticks * 60.0 / 96.0 <= score->seconds);
}

static void
no_note_hangs(void** const state)
{
  (void)state;
  char      path[] = "/tmp/backline-midi-XXXXXX";
  Piece     piece;
  const int handle = mkstemp(path);
  assert_true(handle >= 0);
  close(handle);
  piece_init_long(&piece);
  for (size_t k = 0; k < 2u * piece.grooves->n; ++k) {
    BlScore score;
    piece_arrange(&piece, piece.grooves->grooves[k / 2u].name, "",
                  (unsigned)(k % 2u), &score);
    assert_int_equal(bl_midi_write(&score, &piece.grid, "ode", path), 0);
    check_file(path, &score);
    bl_score_deinit(&score);
  }
  unlink(path);
  piece_deinit(&piece);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(no_note_hangs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
