// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "job/runner_impl.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

BlJobTask*
bl_task_new(BlRunner* const runner)
{
  BlJobTask* const task = (BlJobTask*)calloc(1, sizeof(BlJobTask));
  if (!task || !(task->cancel = bl_cancel_new())) {
    free(task);
    return NULL;
  }

  const double now = bl_runner_now(runner);
  task->runner     = runner;
  task->lock       = -1;
  task->due        = now;
  task->started    = now;
  task->entered    = now;
  bl_job_init(&task->job);
  bl_take_init(&task->take);
  bl_cancel_set_poll(task->cancel, bl_runner_poll, runner);
  atomic_init(&task->placer.done, false);
  return task;
}

void
bl_task_free(BlJobTask* const task)
{
  if (!task) {
    return;
  }

  if (task->placer.running) {
    bl_cancel_trigger(task->placer.cancel);
    pthread_join(task->placer.thread, NULL);
  }
  bl_cancel_free(task->placer.cancel);
  bl_service_close(task->service);
  bl_journal_unlock(task->lock);
  bl_cancel_free(task->cancel);
  free(task);
}

void
bl_task_link(BlJobTask* const task)
{
  BlRunner* const runner = task->runner;
  pthread_mutex_lock(&runner->lock);
  task->next    = runner->tasks;
  runner->tasks = task;
  pthread_mutex_unlock(&runner->lock);
}

void
bl_task_unlink(BlJobTask* const task)
{
  BlRunner* const runner = task->runner;
  pthread_mutex_lock(&runner->lock);
  for (BlJobTask** at = &runner->tasks; *at; at = &(*at)->next) {
    if (*at == task) {
      *at = task->next;
      break;
    }
  }
  pthread_mutex_unlock(&runner->lock);
}

BlJobTask*
bl_task_find(BlRunner* const   runner,
             const char* const take_id,
             const uint32_t    number)
{
  BlJobTask* task = runner->tasks;
  while (task && (task->job.number != number ||
                  strcmp(task->job.take_id, take_id) != 0)) {
    task = task->next;
  }
  return task;
}

/// Seconds that such a job takes, all in all
static double
usual_of(const BlJob* const job)
{
  return job->paid ? bl_refines[job->refine].usual_s : BL_USUAL_LOCAL_S;
}

/// Where a state lies on the way from 0 to 100, and how far into it we are
static double
progress_of(const BlJobTask* const task)
{
  static const double begin[BL_N_JOB_STATES] = {
    [BL_JOB_CAPTURED] = 0.0,    [BL_JOB_CHECKED] = 2.0,
    [BL_JOB_ENCODED] = 5.0,     [BL_JOB_UPLOADED] = 20.0,
    [BL_JOB_SUBMITTING] = 21.0, [BL_JOB_SUBMITTED] = 22.0,
    [BL_JOB_TEXT] = 35.0,       [BL_JOB_FIRST] = 60.0,
    [BL_JOB_COMPLETE] = 80.0,   [BL_JOB_FETCHED] = 94.0,
    [BL_JOB_PLACED] = 100.0,
  };
  static const double end[BL_N_JOB_STATES] = {
    [BL_JOB_CAPTURED] = 2.0,    [BL_JOB_CHECKED] = 5.0,
    [BL_JOB_ENCODED] = 20.0,    [BL_JOB_UPLOADED] = 21.0,
    [BL_JOB_SUBMITTING] = 22.0, [BL_JOB_SUBMITTED] = 75.0,
    [BL_JOB_TEXT] = 78.0,       [BL_JOB_FIRST] = 80.0,
    [BL_JOB_COMPLETE] = 94.0,   [BL_JOB_FETCHED] = 100.0,
    [BL_JOB_PLACED] = 100.0,
  };

  const BlJobState state = task->job.state;
  double           in    = 0.0;
  if (state == BL_JOB_SUBMITTED || state == BL_JOB_TEXT ||
      state == BL_JOB_FIRST) {
    in = 1.0 - exp(-(bl_runner_now(task->runner) - task->entered) /
                   usual_of(&task->job));
  } else if (state == BL_JOB_COMPLETE) {
    unsigned got  = 0;
    unsigned most = 0;
    for (unsigned s = 0; s < BL_SLOTS; ++s) {
      most += bl_job_wants(&task->job, s) ? 1u : 0u;
      got += task->job.fetched[s] ? 1u : 0u;
    }
    most = task->job.refine ? most : BL_VARIANTS;
    in = most ? ((double)got + (got < most ? task->fraction : 0.0)) / most : 0;
  } else {
    in = task->fraction;
  }
  return begin[state] + in * (end[state] - begin[state]);
}

void
bl_task_tell(BlJobTask* const task, const bool new_state)
{
  const BlRunnerSetup* const setup = &task->runner->setup;
  const double               now   = bl_runner_now(task->runner);

  task->told     = now;
  task->progress = fmin(fmax(task->progress, progress_of(task)), 100.0);
  if (!setup->observe) {
    return;
  }

  BlJobNews news = {
    .job       = &task->job,
    .ticket    = task->ticket,
    .progress  = task->progress,
    .foreign   = task->lock < 0 && bl_job_is_open(task->job.state),
    .new_state = new_state,
    .total_s   = now - task->started,
    .usual_s   = usual_of(&task->job),
  };
  memcpy(news.stage_s, task->stage_s, sizeof(news.stage_s));
  news.stage_s[task->job.state] += now - task->entered;
  setup->observe(setup->handle, &news);
}

void
bl_task_progress(void* const handle, const double fraction)
{
  BlJobTask* const task = (BlJobTask*)handle;
  task->fraction        = fmin(fmax(fraction, 0.0), 1.0);
  if (bl_runner_now(task->runner) - task->told >= BL_PROGRESS_S) {
    bl_task_tell(task, false);
  }
}

void
bl_task_save(BlJobTask* const task)
{
  const BlStatus st = bl_journal_save(task->runner->root, &task->job);
  if (st) {
    bl_log(task->runner->setup.log, BL_LOG_WARNING,
           "Job %u of %s is not journalled: %s", (unsigned)task->job.number,
           task->job.take_id, bl_strerror(st));
  }
}

/// The state has changed: times, counters and what ends with an end
static void
enter(BlJobTask* const task, const BlJobState before)
{
  const double now = bl_runner_now(task->runner);
  task->stage_s[before] += now - task->entered;
  task->entered  = now;
  task->due      = now;
  task->tries    = 0;
  task->fraction = 0.0;
  task->silence  = 0.0;
  if (!bl_job_is_open(task->job.state)) {
    (void)bl_journal_is_cancel_asked(task->runner->root, task->job.take_id,
                                     task->job.number, true);
    bl_task_remove_upload(task);
  }
}

/// The journal of a new state, with room kept for what a POST brings
static BlStatus
write_event(const BlJobTask* const task, const BlJobState before)
{
  const char* const  root = task->runner->root;
  const BlJob* const job  = &task->job;
  BlStatus st = job->state == BL_JOB_SUBMITTING ? bl_journal_reserve(root, job)
                                                : BL_SUCCESS;
  st          = st ? st : bl_journal_save(root, job);
  if (st && before == BL_JOB_SUBMITTING) {
    st = bl_journal_save_reserved(root, job);
  }
  if (st || before == BL_JOB_SUBMITTING) {
    bl_journal_release(root, job);
  }
  if (st && before == BL_JOB_SUBMITTING) {
    // Where the disk writes nothing over, the room may be of use when free
    st = bl_journal_save(root, job);
  }
  return st;
}

BlStatus
bl_task_event(BlJobTask* const task, const BlJobEvent event)
{
  BlJob* const     job    = &task->job;
  const BlJobState before = job->state;
  const double     ended  = job->ended_unix;
  BlStatus         st     = bl_job_step(before, event, &job->state);
  if (st) {
    bl_log(task->runner->setup.log, BL_LOG_ERROR,
           "Job %u of %s: %s cannot happen in %s", (unsigned)job->number,
           job->take_id, bl_job_event_name(event), bl_job_state_name(before));
    return st;
  }

  const bool open = bl_job_is_open(job->state);
  job->ended_unix = open ? 0.0 : (double)time(NULL);
  job->error = open || job->state == BL_JOB_PLACED ? BL_SUCCESS : job->error;
  st         = write_event(task, before);
  if (st) {
    bl_log(task->runner->setup.log, BL_LOG_WARNING,
           "Job %u of %s is not journalled: %s", (unsigned)job->number,
           job->take_id, bl_strerror(st));
    if (event == BL_EVENT_SUBMIT) {
      job->state      = before;
      job->ended_unix = ended;
      return st;
    }
  }

  bl_log(task->runner->setup.log, BL_LOG_NOTE, "Job %u of %s: %s -> %s (%s)",
         (unsigned)job->number, job->take_id, bl_job_state_name(before),
         bl_job_state_name(job->state), bl_job_event_name(event));
  enter(task, before);
  bl_task_tell(task, true);
  return st;
}

static void
compose(const BlStatus    status,
        const char* const words,
        const char* const next,
        char* const       text,
        const size_t      size)
{
  const size_t left = strlen(next) + 1;

  // The next step is never cut; foreign words are, between code points
  size_t length = words ? strlen(words) : 0;
  while (length && strchr(" .", words[length - 1])) {
    --length;
  }

  const char* const ours = bl_strerror(status);
  const size_t      need = strlen(ours) + left + 4;
  const size_t      room = need < size ? size - need : 0;
  if (length > room) {
    length = room;
    while (length && ((unsigned char)words[length] & 0xC0u) == 0x80u) {
      --length;
    }
  }
  snprintf(text, size, "%s%s%.*s.%s%s", ours, length ? ": " : "", (int)length,
           length ? words : "", *next ? " " : "", next);
}

void
bl_job_sentence(const BlJob* const job,
                const BlStatus     status,
                const char* const  words,
                char* const        text,
                const size_t       size)
{
  const char* next = bl_status_next_step(status);
  if (job->refine && strstr(next, "Generate")) {
    next = bl_status_is_retryable(status) ? "Backline tries again by itself."
                                          : bl_job_next_step(job, status);
  }
  compose(status, words, next, text, size);
}

void
bl_task_fail(BlJobTask* const  task,
             const BlStatus    status,
             const char* const words)
{
  BlJob* const job = &task->job;
  job->error       = status;
  compose(status, words, bl_job_next_step(job, status), job->message,
          sizeof(job->message));
  (void)bl_task_event(task, BL_EVENT_FAILED);
}

void
bl_task_cancelled(BlJobTask* const task)
{
  BlJob* const job  = &task->job;
  const bool   sent = job->paid && (bl_job_is_accepted(job->state) ||
                                  job->state == BL_JOB_SUBMITTING ||
                                  job->state == BL_JOB_UNSURE);
  job->error        = BL_CANCELLED;
  bl_job_sentence(job, BL_CANCELLED, NULL, job->message, sizeof(job->message));
  if (sent) {
    snprintf(job->message, sizeof(job->message),
             "Cancelled. The service had the request already and may charge "
             "for it. %s",
             job->task_id[0] ? "\"backline resume\" still fetches what it made."
                             : "Where its site shows a task, \"backline "
                               "resume\" with --task-id fetches it.");
  }
  (void)bl_task_event(task, BL_EVENT_CANCELLED);
}

bool
bl_task_interrupted(BlJobTask* const task)
{
  if (!bl_cancel_is_triggered(task->cancel)) {
    return false;
  }

  pthread_mutex_lock(&task->runner->lock);
  const bool wanted = task->cancel_wanted;
  pthread_mutex_unlock(&task->runner->lock);
  if (wanted) {
    bl_task_cancelled(task);
  }
  return true;
}

/// True for what only time mends, however long it takes
static bool
is_patient(const BlJobTask* const task, const BlStatus status)
{
  return status == BL_MAINTENANCE || (status == BL_OFFLINE && task->job.paid);
}

void
bl_task_retry(BlJobTask* const            task,
              const BlStatus              status,
              const BlServiceError* const error)
{
  if (bl_task_interrupted(task)) {
    return;
  }

  BlRunner* const runner = task->runner;
  ++task->tries;
  if (!bl_status_is_retryable(status) ||
      (task->tries >= BL_RETRY_MAX && !is_patient(task, status))) {
    bl_task_fail(task, status, error->message);
    return;
  }

  const double wait = fmin(
    ldexp(BL_RETRY_FIRST_S, (int)fmin(task->tries - 1, 10)), BL_RETRY_CAP_S);
  const double seconds =
    fmax(bl_runner_jitter(runner, wait), error->retry_after_s);

  task->due       = bl_runner_now(task->runner) + seconds;
  task->job.error = status;
  bl_job_sentence(&task->job, status, error->message, task->job.message,
                  sizeof(task->job.message));
  bl_log(runner->setup.log, BL_LOG_NOTE, "Job %u of %s: %s; again in %.1f s",
         (unsigned)task->job.number, task->job.take_id, bl_strerror(status),
         seconds);
  bl_task_save(task); // For those who watch the journal
  bl_task_tell(task, false);
}

void
bl_task_answered(BlJobTask* const task)
{
  task->job.message[0] = '\0';
  task->job.error      = BL_SUCCESS;
}
