// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// Files beside the results.  Whoever dies amid one must neither fetch it again,
// since the band has died as well, nor keep it twice.

#include "base/paths.h"
#include "job/runner_impl.h"
#include "result/name.h"
#include "take/store.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// Names of the job's own that a file has until the journal knows its last one
typedef struct
{
  char delivered[BL_PATH_BYTES];
  char ready[BL_PATH_BYTES]; ///< A stem in its place; others as delivered
} Names;

static BlStatus
find_names(const BlJob* const   job,
           const BlExtra* const extra,
           const char* const    dir,
           Names* const         names)
{
  char           name[BL_FILE_NAME_BYTES];
  const unsigned number = (unsigned)job->number;
  snprintf(name, sizeof(name), "job-%u-%s", number, extra->remote);
  const BlStatus st =
    bl_path_join(names->delivered, sizeof(names->delivered), dir, name);

  snprintf(name, sizeof(name), "job-%u-%s%s", number,
           extra->stem ? "placed-" : "", extra->remote);
  return st ? st : bl_path_join(names->ready, sizeof(names->ready), dir, name);
}

/// A stem goes to the timeline as its variant did
static BlStatus
place_stem(BlJobTask* const     task,
           const BlExtra* const extra,
           const Names* const   names)
{
  BlPlacer here;
  memset(&here, 0, sizeof(here));
  BlStatus st =
    bl_task_plan_place(task, (unsigned)(extra->variant - 'A'), &here);
  here.request.source = names->delivered;
  here.request.name   = strrchr(names->ready, '/') + 1;
  return st ? st : bl_result_place(&here.request, task->cancel, &here.placed);
}

static bool
is_same_file(const char* const a, const char* const b)
{
  struct stat left;
  struct stat right;
  return !stat(a, &left) && !stat(b, &right) && left.st_dev == right.st_dev &&
         left.st_ino == right.st_ino;
}

/// The last name beside the job's own: who finds both to be one file knows
/// that it had been given.  Where no links are, the file is renamed, and a
/// death before the journal knows leaves it there unclaimed
static BlStatus
give_name(const char* const    ready,
          const BlExtra* const extra,
          const char* const    dir,
          const char* const    result,
          char* const          path,
          const size_t         size)
{
  for (unsigned attempt = 0; attempt < BL_NAME_ATTEMPTS; ++attempt) {
    char     name[BL_FILE_NAME_BYTES];
    BlStatus st =
      bl_name_beside(result, extra->ending, attempt, name, sizeof(name));
    if (st || (st = bl_path_join(path, size, dir, name))) {
      return st;
    }
    if (!link(ready, path) || (errno == EEXIST && is_same_file(ready, path))) {
      return BL_SUCCESS;
    }
    if (errno != EEXIST && access(path, F_OK)) {
      return rename(ready, path) ? bl_status_from_errno(errno) : BL_SUCCESS;
    }
  }
  return BL_EXISTS;
}

/// Under the name that only this job uses
static BlStatus
make_ready(BlJobTask* const task, const unsigned e, const Names* const names)
{
  const BlExtra* const extra = &bl_extras[e];
  BlServiceError       error = { 0 };
  BlStatus             st    = BL_SUCCESS;
  if (!access(names->ready, F_OK)) {
    return BL_SUCCESS;
  }
  if (access(names->delivered, F_OK)) {
    st = bl_service_download_extra(task->service, task->job.task.extra_urls[e],
                                   names->delivered, bl_task_progress, task,
                                   &error);
  }
  if (!st && extra->stem) {
    st = place_stem(task, extra, names);
  }
  if (st && !bl_cancel_is_triggered(task->cancel)) {
    unlink(names->delivered); // Else the file is good, and may be the last
  }
  return st;
}

static BlStatus
fetch_extra(BlJobTask* const task, const unsigned e, const char* const dir)
{
  BlJob* const         job   = &task->job;
  const BlExtra* const extra = &bl_extras[e];
  char                 path[BL_PATH_BYTES];
  Names                names;

  BlStatus st = find_names(job, extra, dir, &names);
  if (st || (st = make_ready(task, e, &names))) {
    return st;
  }
  if (extra->variant) {
    st = give_name(names.ready, extra, dir,
                   job->results[extra->variant - 'A'].path, path, sizeof(path));
  } else { // The whole job's: it has that name already
    snprintf(path, sizeof(path), "%s", names.ready);
  }
  if (!st) {
    snprintf(job->extras[e], sizeof(job->extras[e]), "%s",
             strrchr(path, '/') + 1);
    bl_task_save(task);
  }
  return st;
}

static void
drop_names(const BlJob* const job, const unsigned e, const char* const dir)
{
  Names names;
  if (!find_names(job, &bl_extras[e], dir, &names)) {
    unlink(names.delivered);
    unlink(names.ready);
  }
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

void
bl_task_drop_extras(const BlJobTask* const task)
{
  char dir[BL_PATH_BYTES];
  if (!bl_store_take_dir(task->runner->root, task->job.take_id, dir,
                         sizeof(dir))) {
    for (unsigned e = 0; e < BL_N_EXTRAS; ++e) {
      if (!task->job.extras[e][0]) {
        drop_names(&task->job, e, dir);
      }
    }
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
    if (!job->extras[e][0] || bl_extras[e].variant) {
      drop_names(job, e, dir); // Its last one is left, or nobody comes for it
    }
  }
  task->fraction = 0.0;
  say_missing(job, missing);
  return true;
}
