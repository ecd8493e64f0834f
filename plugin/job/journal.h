// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_JOB_JOURNAL_H
#define BL_JOB_JOURNAL_H

#include "base/attributes.h"
#include "base/log.h"
#include "base/status.h"
#include "job/job.h"

#include <stddef.h>
#include <stdint.h>

/**
   job-N.json in the take's folder: how far a job has come.

   Written by temp file, fsync, rename and fsync of the folder.  Who runs a
   job holds a flock on job-N.lock beside it (the JSON itself is replaced at
   each step, so a lock on it would guard a file that is gone); the kernel
   drops it when the process dies.  Reading needs no lock.  An empty
   job-N.cancel asks whoever runs the job to cancel it.

   Nothing here trusts a journal: unreadable ones are set aside (renamed to
   job-N.json.unreadable) and reported, never deleted.  All block on files.
*/

/// Of a job that makes instrumentals; one about a result of such a job is of
/// the next version, which older programs leave alone
#define BL_JOURNAL_VERSION 1
#define BL_JOURNAL_VERSION_REFINE 2

/// As JSON in a new string (free() it); NULL when out of memory
BL_THREAD_JOB BL_NODISCARD char* bl_job_to_json(const BlJob* job);

/// @return BL_BAD_FILE where the text is no job; *job is then unchanged
BL_THREAD_JOB BL_NODISCARD BlStatus bl_job_from_json(const char* text,
                                                     BlJob*      job);

/// Write job-N.json durably
BL_THREAD_JOB BL_NODISCARD BlStatus bl_journal_save(const char*  root,
                                                    const BlJob* job);

/**
   @return BL_NOT_FOUND where there is none, BL_BAD_FILE where it was
   unreadable and has been set aside (logged), BL_UNSUPPORTED where a newer
   Backline wrote it (left as it is).
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_journal_load(const char*  root,
                                                    const char*  take_id,
                                                    uint32_t     number,
                                                    const BlLog* log,
                                                    BlJob*       job);

/// Numbers of a take's jobs, ascending, the newest `most` of them
BL_THREAD_JOB size_t bl_journal_list(const char* root,
                                     const char* take_id,
                                     uint32_t*   numbers,
                                     size_t      most);

/// Path of the folder's "job-N" + `suffix`
BL_THREAD_ANY BL_NODISCARD BlStatus bl_journal_path(const char* root,
                                                    const char* take_id,
                                                    uint32_t    number,
                                                    const char* suffix,
                                                    char*       path,
                                                    size_t      size);

/// Claim a fresh number and its lock; no other process gets the same
BL_THREAD_JOB BL_NODISCARD BlStatus bl_journal_create(const char* root,
                                                      const char* take_id,
                                                      uint32_t*   number,
                                                      int*        lock);

/// Take the job's lock: BL_BUSY where somebody runs it
BL_THREAD_JOB BL_NODISCARD BlStatus bl_journal_lock(const char* root,
                                                    const char* take_id,
                                                    uint32_t    number,
                                                    int*        lock);

/// Take the lock of all jobs of a take, for as long as nobody else may begin
/// one: BL_BUSY where somebody has it, else what errno says (a file system
/// that cannot)
BL_THREAD_JOB BL_NODISCARD BlStatus bl_journal_lock_take(const char* root,
                                                         const char* take_id,
                                                         int*        lock);

/**
   Keep room on the disk (job-N.reserve) for what may not be lost: the task id
   that a paid POST brings, on a disk that fills up meanwhile.  It holds the
   longest journal that a job can have.
   @return BL_DISK_FULL where there is none, or what errno says
*/
BL_THREAD_JOB BL_NODISCARD BlStatus bl_journal_reserve(const char*  root,
                                                       const BlJob* job);

/// Write job-N.json durably into that room, which it becomes
BL_THREAD_JOB BL_NODISCARD BlStatus bl_journal_save_reserved(const char*  root,
                                                             const BlJob* job);

/// Give that room back
BL_THREAD_JOB void bl_journal_release(const char* root, const BlJob* job);

/// -1 is allowed
BL_THREAD_JOB void bl_journal_unlock(int lock);

/// Ask whoever runs the job, in whatever process, to cancel it
BL_THREAD_JOB BL_NODISCARD BlStatus bl_journal_ask_cancel(const char* root,
                                                          const char* take_id,
                                                          uint32_t    number);

/// True where somebody asked; `clear` takes the request away
BL_THREAD_JOB bool bl_journal_is_cancel_asked(const char* root,
                                              const char* take_id,
                                              uint32_t    number,
                                              bool        clear);

#endif // BL_JOB_JOURNAL_H
