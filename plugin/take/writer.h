// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TAKE_WRITER_H
#define BL_TAKE_WRITER_H

#include "base/attributes.h"
#include "base/capture_link.h"
#include "base/log.h"
#include "base/status.h"
#include "base/wake.h"
#include "take/take.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/**
   The instance's disk thread `bl-disk`: from the capture ring to take.wav.

   Owner:    the instance; stopped and freed in cleanup().
   Threads:  one of its own; all callbacks come on it, with no lock held.
   Blocking: the thread blocks on files and waits for nothing else: never for
             the host, the UI or a job.
   Failure:  a take that cannot be written any further is closed with what
             it has; the rest of it is counted in link->lost and on_error
             says why.  The next take tries again.

   The ring is asked every BL_POLL_BUSY_MS while armed or open, every
   BL_POLL_IDLE_MS otherwise; with `wake`, then only when it is woken: who
   polls anyhow looks for both, and an idle instance has one thread to wake
   instead of two.  So the first block of a take may lie in the ring for
   BL_POLL_CALM_MS; it holds BL_RING_S.  The file is readable at any
   moment: its header is rewritten and the file synced every BL_FILE_SYNC_MS.
   Loudness is measured in idle moments, so it may come after the take has
   closed.
*/
typedef struct BlWriterImpl BlWriter;

#define BL_PEAKS_PER_S 20u ///< Pairs of the live waveform per second
#define BL_PEAKS_MAX 64u   ///< Pairs told at once
#define BL_PROGRESS_MS 40  ///< Least time between two on_progress

/// Least and greatest sample of all channels in rate / BL_PEAKS_PER_S frames
typedef struct
{
  float min;
  float max;
} BlPeak;

/// The open take; valid during the call only
typedef struct
{
  const BlTake* take;       ///< frames so far, start, tempo, gaps
  uint64_t      first_peak; ///< Index of peaks[0] from the take's start
  const BlPeak* peaks;
  uint32_t      n_peaks;
  bool          ended; ///< It is open no more, whether it is kept or not
} BlWriterProgress;

typedef struct
{
  BlCaptureLink* link;   ///< Outlives the writer
  const char*    root;   ///< Takes folder; made where it is missing; copied
  const char*    host;   ///< Host's name, "" or NULL where unknown; copied
  double live_offset_ms; ///< Takes of the `record` port that came in real
                         ///< time move earlier by this
  const BlLog* log;      ///< May be NULL; outlives the writer
  BlWake* wake; ///< May be NULL; outlives the writer.  Somebody calls it within
                ///< BL_POLL_CALM_MS where bl_writer_is_needed()
  void* handle; ///< Given to the callbacks; each may be NULL

  /// A take opens (its id is still empty); false: do not keep it
  bool (*on_open)(void* handle, const BlTake* take);

  /// The open take grew, or (after it had grown) ended
  void (*on_progress)(void* handle, const BlWriterProgress* progress);

  /// The take is whole and about to be written so: what it is called, "" where
  /// it has no name
  void (*on_name)(void* handle, const char* id, char name[BL_NAME_BYTES]);

  /// The take is whole, on disk and may be used; loudness_lufs may be NAN
  void (*on_closed)(void* handle, const BlTake* take);

  /// loudness_lufs of a closed take is known now
  void (*on_measured)(void* handle, const BlTake* take);

  /// Something could not be written; BL_SUCCESS: it works again
  void (*on_error)(void* handle, BlStatus status);

  /// Called at every poll and whenever woken, for the instance's own chores
  /// with files
  void (*on_poll)(void* handle);

  /// Replaces pwrite(), for tests
  ssize_t (
    *write)(void* handle, int fd, const void* data, size_t size, off_t offset);
} BlWriterSetup;

/// Start the thread.  @return what went wrong; nothing to undo then
BL_THREAD_HOST BL_NODISCARD BlStatus bl_writer_new(const BlWriterSetup* setup,
                                                   BlWriter**           writer);

/// Write what is in the ring, close an open take, join and free; NULL is
/// allowed.  The audio thread has run for the last time
BL_THREAD_HOST void bl_writer_free(BlWriter* writer);

/// The disk thread has to look at what run() passes on.  Where it need not, it
/// knows from then on that nothing came before
BL_THREAD_JOB bool bl_writer_is_needed(BlCaptureLink* link);

#endif // BL_TAKE_WRITER_H
