// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/paths.h"
#include "job/runner_impl.h"
#include "take/store.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/// A MIDI file and the like keep their bytes; their names end as bl_extras
static BlStatus
name_plain(const BlJob* const   job,
           const BlExtra* const extra,
           const char* const    dir,
           const char* const    title,
           char* const          path,
           const size_t         size)
{
  if (extra->variant) {
    return bl_result_name(dir, title, extra->variant, extra->ending, path,
                          size);
  }
  char name[BL_FILE_NAME_BYTES];
  snprintf(name, sizeof(name), "job-%u%s", (unsigned)job->number,
           extra->ending);
  return bl_path_join(path, size, dir, name);
}

/// A stem goes to the timeline as its variant did
static BlStatus
place_stem(BlJobTask* const     task,
           const BlExtra* const extra,
           const char* const    source,
           char* const          path,
           const size_t         size)
{
  BlPlacer here;
  memset(&here, 0, sizeof(here));
  BlStatus st =
    bl_task_plan_place(task, (unsigned)(extra->variant - 'A'), &here);
  here.request.source = source;
  here.request.ending = extra->ending;
  st = st ? st : bl_result_place(&here.request, task->cancel, &here.placed);
  if (!st) {
    snprintf(path, size, "%s", here.placed.path);
  }
  return st;
}

static BlStatus
fetch_extra(BlJobTask* const task, const unsigned e, const char* const dir)
{
  BlJob* const         job   = &task->job;
  const BlExtra* const extra = &bl_extras[e];
  const char* const    title = job->request.title;
  char                 raw[BL_PATH_BYTES];
  char                 path[BL_PATH_BYTES];
  char                 name[BL_FILE_NAME_BYTES];
  BlServiceError       error = { 0 };

  // As delivered under a name of the job's own, until it has its place
  snprintf(name, sizeof(name), "job-%u-%s", (unsigned)job->number,
           extra->remote);
  BlStatus st = bl_path_join(raw, sizeof(raw), dir, name);
  st          = st ? st
                   : bl_service_download_extra(task->service, job->task.extra_urls[e],
                                               raw, bl_task_progress, task, &error);
  if (!st && extra->stem) {
    st = place_stem(task, extra, raw, path, sizeof(path));
    unlink(raw);
  } else if (!st) {
    st = name_plain(job, extra, dir, title, path, sizeof(path));
    if (!st && strcmp(raw, path) != 0 && rename(raw, path)) {
      st = BL_IO;
    }
  }
  if (!st) {
    snprintf(job->extras[e], sizeof(job->extras[e]), "%s",
             strrchr(path, '/') + 1);
    bl_task_save(task);
  }
  return st;
}

static void
say_missing(BlJob* const job, const unsigned missing)
{
  const bool wanted =
    job->settings.values[BL_PORT_STEMS - BL_PORT_CONTROL_IN_FIRST] > 0.5f;
  if (wanted && !job->request.stems) {
    snprintf(job->message, sizeof(job->message),
             "Stems come from the local band only; none were asked for here.");
  } else if (missing) {
    snprintf(job->message, sizeof(job->message),
             "The results are here, but %u of the files beside them could not "
             "be fetched.",
             missing);
  }
}

bool
bl_task_fetch_extras(BlJobTask* const task)
{
  BlJob* const job     = &task->job;
  unsigned     missing = 0;
  char         dir[BL_PATH_BYTES];
  BlStatus     st =
    bl_store_take_dir(task->runner->root, job->take_id, dir, sizeof(dir));
  for (unsigned e = 0; !st && e < BL_N_EXTRAS; ++e) {
    if (job->task.extra_urls[e][0] && !job->extras[e][0]) {
      if (!bl_task_open_service(task)) {
        return false;
      }
      const BlStatus bad = fetch_extra(task, e, dir);
      if (bl_task_interrupted(task)) {
        return false;
      }
      if (bad) {
        ++missing;
        bl_log(task->runner->setup.log, BL_LOG_WARNING,
               "Job %u of %s: %s is not here: %s", (unsigned)job->number,
               job->take_id, bl_extras[e].remote, bl_strerror(bad));
      }
    }
  }
  task->fraction = 0.0;
  say_missing(job, missing);
  return true;
}
