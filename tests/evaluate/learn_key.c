// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "learn_key.h"

#include <stdlib.h>
#include <string.h>

const double bl_key_cut_seconds[BL_KEY_CUTS] = { 1e9, 75.0, 36.0 };

static BlStatus
prepare(const BlSong* const song, BlKeyLesson* const lesson)
{
  BlStatus st  = BL_SUCCESS;
  lesson->song = song;
  for (size_t k = 0; k < BL_KEY_CUTS && !st; ++k) {
    st = bl_song_cut(song, bl_key_cut_seconds[k], &lesson->cuts[k]);
    st = st ? st : bl_piece_init(&lesson->cuts[k], &lesson->pieces[k]);
  }
  return st;
}

BlStatus
bl_key_lessons_init(const BlSongs* const songs, BlKeyLessons* const self)
{
  memset(self, 0, sizeof(*self));
  self->lessons = (BlKeyLesson*)calloc(songs->n + 1u, sizeof(BlKeyLesson));
  BlStatus st   = self->lessons ? BL_SUCCESS : BL_NO_MEM;
  for (size_t i = 0; i < songs->n && !st; ++i) {
    st = prepare(&songs->songs[i], &self->lessons[self->n++]);
  }
  return st;
}

void
bl_key_lessons_deinit(BlKeyLessons* const self)
{
  for (size_t i = 0; i < self->n; ++i) {
    for (size_t k = 0; k < BL_KEY_CUTS; ++k) {
      bl_piece_deinit(&self->lessons[i].pieces[k]);
      bl_song_cut_deinit(&self->lessons[i].cuts[k]);
    }
  }
  free(self->lessons);
  self->lessons = NULL;
  self->n       = 0;
}

static void
scale(double row[12])
{
  double total = 1e-9;
  for (size_t pc = 0; pc < 12; ++pc) {
    total += row[pc];
  }
  for (size_t pc = 0; pc < 12; ++pc) {
    row[pc] /= total;
  }
}

void
bl_key_lessons_learn(const BlKeyLessons* const self,
                     const unsigned            fold,
                     BlKeyTable* const         table)
{
  memset(table, 0, sizeof(*table));
  for (size_t i = 0; i < self->n; ++i) {
    const BlSong* const song = self->lessons[i].song;
    double              time[12];
    double              weight[12];
    bl_piece_histogram(&self->lessons[i].pieces[0], time);
    scale(time);
    bl_key_weigh(&self->lessons[i].pieces[0].notes, weight);
    for (size_t pc = 0; i % BL_KEY_FOLDS != fold && pc < 12; ++pc) {
      table->time[song->minor][pc] += time[(pc + song->tonic) % 12u];
      table->notes[song->minor][pc] += weight[(pc + song->tonic) % 12u];
    }
  }
  for (size_t mode = 0; mode < 2; ++mode) {
    scale(table->time[mode]);
    scale(table->notes[mode]);
  }
}
