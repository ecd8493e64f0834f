// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// From a file as delivered to a WAV on the timeline

#include "base/paths.h"
#include "base/thread.h"
#include "job/refine.h"
#include "job/runner_impl.h"
#include "take/store.h"

#include <stdio.h>
#include <string.h>

BlStatus
bl_task_delivered_path(const BlJobTask* const task,
                       const unsigned         slot,
                       char* const            path,
                       const size_t           size)
{
  char     dir[BL_PATH_BYTES];
  BlStatus st =
    bl_store_take_dir(task->runner->root, task->job.take_id, dir, sizeof(dir));
  return st ? st : bl_path_join(path, size, dir, task->job.delivered[slot]);
}

/// Copies, since the job goes on while the placer's thread reads them
static void
request_place(const BlJobTask* const task,
              const unsigned         slot,
              BlPlacer* const        placer)
{
  const BlJob* const       job = &task->job;
  const BlTaskTrack* const track =
    &job->task.tracks[slot < BL_VARIANTS ? slot : 0];
  snprintf(placer->title, sizeof(placer->title), "%s",
           job->request.title[0] ? job->request.title : track->title);
  snprintf(placer->tags, sizeof(placer->tags), "%s", job->request.tags);
  snprintf(placer->task_id, sizeof(placer->task_id), "%s", job->task_id);
  snprintf(placer->model, sizeof(placer->model), "%s",
           track->model[0] ? track->model : job->request.model);

  const BlPlaceRequest request = {
    .source       = placer->source,
    .dir          = placer->dir,
    .title        = placer->title,
    .variant      = bl_job_letter(job, slot),
    .ending       = bl_job_ending(job, slot),
    .rate         = task->take.rate,
    .position     = task->take.start + job->trim.trim,
    .has_position = task->take.has_position,
    .as_float     = task->config.result_float,
    .task_id      = placer->task_id,
    .tags         = placer->tags,
    .model        = placer->model,
  };
  placer->slot    = slot;
  placer->request = request;
}

BlStatus
bl_task_plan_place(const BlJobTask* const task,
                   const unsigned         slot,
                   BlPlacer* const        placer)
{
  BlStatus st =
    bl_task_delivered_path(task, slot, placer->source, sizeof(placer->source));
  if (!st) {
    st = bl_store_take_dir(task->runner->root, task->job.take_id, placer->dir,
                           sizeof(placer->dir));
  }
  request_place(task, slot, placer);
  return st;
}

static void*
run_placer(void* const data)
{
  BlPlacer* const placer = (BlPlacer*)data;
  placer->status =
    bl_result_place(&placer->request, placer->cancel, &placer->placed);
  atomic_store_explicit(&placer->done, true, memory_order_release);
  return NULL;
}

void
bl_task_start_placer(BlJobTask* const task)
{
  BlPlacer* const placer = &task->placer;
  unsigned        slot   = 0;
  while (slot < BL_SLOTS &&
         (!bl_job_wants(&task->job, slot) || !task->job.fetched[slot] ||
          task->job.placed[slot])) {
    ++slot;
  }
  if (placer->running || placer->failed || slot >= BL_SLOTS) {
    return;
  }

  if (!placer->cancel) {
    placer->cancel = bl_cancel_new();
  }
  if (!placer->cancel || bl_task_plan_place(task, slot, placer)) {
    return;
  }
  atomic_store_explicit(&placer->done, false, memory_order_relaxed);
  placer->running =
    !bl_thread_start(&placer->thread, "bl-place", run_placer, placer);
}

static void
note_placed(BlJobTask* const      task,
            const unsigned        slot,
            const BlPlaced* const placed)
{
  task->job.results[slot] = *placed;
  task->job.placed[slot]  = true;
  bl_task_save(task);
  bl_log(task->runner->setup.log, BL_LOG_NOTE, "Job %u of %s: %c%s is placed",
         (unsigned)task->job.number, task->job.take_id,
         bl_job_letter(&task->job, slot), bl_job_ending(&task->job, slot));
  bl_task_tell(task, false);
}

void
bl_task_collect(BlJobTask* const task, const bool wait)
{
  BlPlacer* const placer = &task->placer;
  if (!placer->running) {
    return;
  }

  while (!atomic_load_explicit(&placer->done, memory_order_acquire)) {
    if (!wait) {
      return;
    }
    if (bl_cancel_sleep(task->cancel, 2e-3)) {
      bl_cancel_trigger(placer->cancel);
      break; // The join below waits for a chunk at most
    }
  }

  if (!placer->running) {
    return; // The poll during the sleep has collected it
  }
  pthread_join(placer->thread, NULL);
  placer->running = false;
  placer->failed  = placer->status != BL_SUCCESS;
  if (!placer->status) {
    note_placed(task, placer->slot, &placer->placed);
  }
}

static bool
place_here(BlJobTask* const task, const unsigned slot)
{
  BlPlacer here;
  memset(&here, 0, sizeof(here));
  BlStatus st = bl_task_plan_place(task, slot, &here);
  if (!st) {
    st = bl_result_place(&here.request, task->cancel, &here.placed);
  }
  if (bl_task_interrupted(task)) {
    return false;
  }
  if (st) {
    bl_task_fail(task, st, task->job.delivered[slot]);
    return false;
  }
  note_placed(task, slot, &here.placed);
  return true;
}

/// Still to be placed, by anybody
static bool
is_unplaced(const BlJob* const job, const unsigned slot)
{
  return bl_job_wants(job, slot) && !job->placed[slot];
}

/// On this thread and on the placer's, until all are; false: the job has ended
/// or was interrupted
static bool
place_all(BlJobTask* const task)
{
  for (unsigned slot = 0; slot < BL_SLOTS; ++slot) {
    unsigned left = 0;
    for (unsigned s = slot; s < BL_SLOTS; ++s) {
      left += is_unplaced(&task->job, s) ? 1u : 0u;
    }
    if (left > 1) {
      bl_task_start_placer(task);
    }
    const bool elsewhere = task->placer.running && task->placer.slot == slot;
    if (is_unplaced(&task->job, slot) && !elsewhere &&
        !place_here(task, slot)) {
      return false;
    }
  }

  bl_task_collect(task, true);
  for (unsigned slot = 0; slot < BL_SLOTS; ++slot) {
    if (bl_task_interrupted(task) ||
        (is_unplaced(&task->job, slot) && !place_here(task, slot))) {
      return false;
    }
  }
  return true;
}

void
bl_task_place(BlJobTask* const task)
{
  if (!place_all(task)) {
    return;
  }
  if (task->job.refine) {
    bl_refine_done(&task->job, task->job.message);
  } else if (!bl_task_fetch_extras(task)) {
    return;
  }
  bl_task_tell_invalid(task);
  bl_task_tell_clear(task);
  (void)bl_task_event(task, BL_EVENT_PLACED);
}
