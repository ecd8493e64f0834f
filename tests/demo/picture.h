// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_DEMO_PICTURE_H
#define BL_TESTS_DEMO_PICTURE_H

#include "demo/audio.h"

/// One lane of the picture
typedef struct
{
  const BlAudio* audio;
  const char*    name;
  const char*    detail; ///< Under the name, smaller
} BlLane;

typedef struct
{
  const char*   title;
  const char*   subtitle;
  const BlLane* lanes;
  size_t        n_lanes;
  double        bar_frames; ///< Frames a bar; 0: a scale in seconds instead
} BlPicture;

/// Draw waveforms over bars, on one time line, to a PNG file
BL_NODISCARD BlStatus bl_picture_write(const BlPicture* picture,
                                       const char*      path);

#endif // BL_TESTS_DEMO_PICTURE_H
