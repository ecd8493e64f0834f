// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_RESULT_RESAMPLE_H
#define BL_RESULT_RESAMPLE_H

#include "base/attributes.h"
#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/**
   Sample rate conversion without delay: output frame n is the input at
   n * from / to, and frame 0 stays frame 0.

   Rates whose ratio is a fraction of small numbers (all the usual ones) go
   through a polyphase FIR of our own: Kaiser window, 130 dB, flat to 92 % of
   the lower Nyquist frequency.  Others go through libsamplerate's best
   sinc, which is as good and, by measurement, more than ten times slower.

   Owner:   whoever converts one stream; one thread.
   Memory:  constant, allocated in new.
*/
typedef struct BlResamplerImpl BlResampler;

/// Frames that one call of process may be given at most
#define BL_RESAMPLE_CHUNK 4096u

/// @return NULL when out of memory or a rate or channel count makes no sense
BL_THREAD_JOB BL_NODISCARD BlResampler* bl_resampler_new(uint32_t from,
                                                         uint32_t to,
                                                         uint32_t channels);

/// NULL is allowed
BL_THREAD_JOB void bl_resampler_free(BlResampler* resampler);

/// Frames that process may return at most
BL_THREAD_JOB size_t bl_resampler_room(const BlResampler* resampler);

/**
   Convert the next `frames` interleaved frames; 0 frames end the stream, and
   are repeated until nothing comes out any more.  All in all
   ceil(frames * to / from) frames come.

   @return frames written to `out`
*/
BL_THREAD_JOB size_t bl_resampler_process(BlResampler* resampler,
                                          const float* in,
                                          size_t       frames,
                                          float*       out);

#endif // BL_RESULT_RESAMPLE_H
