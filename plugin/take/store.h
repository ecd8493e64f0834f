// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TAKE_STORE_H
#define BL_TAKE_STORE_H

#include "base/attributes.h"
#include "base/log.h"
#include "base/status.h"
#include "take/take.h"

#include <stddef.h>
#include <stdint.h>

/**
   The folder of all takes: ${XDG_DATA_HOME}/backline/takes/<id>/.

   Stateless functions on the disk; several processes may use them at the
   same time.  Everything unreadable is set aside (renamed to *.unreadable)
   and reported, never deleted.  All block on files; none is for the audio
   thread.
*/

/// Path of a take's folder; creates nothing
BL_THREAD_ANY BL_NODISCARD BlStatus bl_store_take_dir(const char* root,
                                                      const char* id,
                                                      char*       path,
                                                      size_t      size);

/// True for "<UTC time>-<8 hex>", so that an id never leaves the root
BL_THREAD_ANY bool bl_store_id_is_valid(const char* id);

/// Create a new folder with a fresh id
BL_THREAD_DISK BL_NODISCARD BlStatus bl_store_create(const char* root,
                                                     char id[BL_TAKE_ID_BYTES]);

/// Write take.json: temp file, fsync, rename, fsync of the folder
BL_THREAD_DISK BL_NODISCARD BlStatus bl_store_save(const char*   root,
                                                   const BlTake* take);

BL_THREAD_DISK BL_NODISCARD BlStatus bl_store_load(const char* root,
                                                   const char* id,
                                                   BlTake*     take);

/// Path of the file that holds the take's audio: that of same_as, else its own
BL_THREAD_DISK BL_NODISCARD BlStatus bl_store_audio_path(const char*   root,
                                                         const BlTake* take,
                                                         char*         path,
                                                         size_t        size);

typedef struct
{
  BlTake*  takes; ///< Oldest first
  size_t   count;
  uint64_t bytes; ///< Of all takes on disk together
} BlTakeList;

/**
   List all takes; unfinished ones that no process holds are recovered first:
   their header is mended, take.json completed and `finished` stays false
   to say so.  Takes that somebody writes at this moment are left out.
*/
BL_THREAD_DISK BL_NODISCARD BlStatus bl_store_list(const char*  root,
                                                   const BlLog* log,
                                                   BlTakeList*  list);

BL_THREAD_DISK void bl_store_list_free(BlTakeList* list);

/// The same, piece by piece, so that whoever does it can do other things
/// between: to measure an unfinished hour takes some seconds
typedef struct BlScanImpl BlScan;

BL_THREAD_DISK BL_NODISCARD BlStatus bl_scan_open(const char*  root,
                                                  const BlLog* log,
                                                  BlScan**     scan);

/// Go on for about `seconds`.  @return BL_BUSY while there is more;
/// BL_SUCCESS, once, with the list, to be freed
BL_THREAD_DISK BL_NODISCARD BlStatus bl_scan_step(BlScan*     scan,
                                                  double      seconds,
                                                  BlTakeList* list);

/// NULL is allowed; a take that was being recovered stays unfinished
BL_THREAD_DISK void bl_scan_close(BlScan* scan);

/**
   Delete a take and all that lies in its folder, since the user asked.

   Where other takes refer to its audio, the oldest of them inherits it.

   @return BL_BUSY, with nothing changed, where the take is being written or
   one of its jobs is running; BL_NOT_FOUND where there is none.
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_store_remove(const char* root,
                                                    const char* id);

/// Copy an audio file in as a new take (float or 24-bit as it is); its BWF
/// time reference becomes `start`.  Of one that was cut short what is there is
/// taken, and take->missing says how much is not
BL_THREAD_JOB BL_NODISCARD BlStatus bl_store_import(const char* root,
                                                    const char* file,
                                                    BlTake*     take);

#endif // BL_TAKE_STORE_H
