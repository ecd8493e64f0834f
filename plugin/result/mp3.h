// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_RESULT_MP3_H
#define BL_RESULT_MP3_H

#include "base/attributes.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   Frames of silence that libsndfile 1.2.0 leaves in front of an MP3.

   Measured with MP3s of LAME 3.100 and ffmpeg: with a Xing or Info tag that
   counts the frames, libsndfile takes out the decoder's 529 frames and the
   encoder's delay as the tag names it; without such a tag it takes out
   nothing, and the audio comes 529 + 576 frames late (the usual encoder's
   delay); with a tag that names no delay, 576 frames are left.
*/
#define BL_MP3_DECODER_DELAY 529u
#define BL_MP3_ENCODER_DELAY 576u

/// What the head of an MP3 says
typedef struct
{
  bool     has_tag; ///< Xing or Info, with a count of frames
  uint32_t delay;   ///< Of the encoder, as the tag names it; 0 = not named
} BlMp3Head;

/// Parse the first bytes of a file; pure
BL_THREAD_ANY BL_NODISCARD BlStatus bl_mp3_parse(const uint8_t* data,
                                                 size_t         size,
                                                 BlMp3Head*     head);

/// Frames to take out after decoding; 0 where the file cannot be read
BL_THREAD_JOB uint32_t bl_mp3_padding(const char* path);

#endif // BL_RESULT_MP3_H
