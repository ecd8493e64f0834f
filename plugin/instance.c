// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "instance_priv.h"

#include "base/paths.h"
#include "base/text.h"
#include "base/thread.h"

#include <lv2/urid/urid.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static void*
find_feature(const LV2_Feature* const* const features, const char* const uri)
{
  for (size_t i = 0; features && features[i]; ++i) {
    if (!strcmp(features[i]->URI, uri)) {
      return features[i]->data;
    }
  }
  return NULL;
}

/// LV2 tells no host's name; that of its process is what a person knows
static void
read_host(char* const name, const size_t size)
{
  char      comm[64] = { 0 };
  const int fd       = open("/proc/self/comm", O_RDONLY | O_CLOEXEC);
  if (fd >= 0) {
    const ssize_t n = read(fd, comm, sizeof(comm) - 1u);
    close(fd);
    if (n > 0) {
      comm[strcspn(comm, "\n")] = '\0';
      bl_text_copy(name, (uint32_t)size, comm, sizeof(comm));
    }
  }
}

static uint64_t
fresh_id(void)
{
  uint64_t id = 0;
  while (getrandom(&id, sizeof(id), 0) != (ssize_t)sizeof(id) || !id) {
  }
  return id;
}

static bool
find_root(BlInstance* const self, const BlConfig* const config)
{
  if (config->takes_dir[0]) {
    memcpy(self->root, config->takes_dir, sizeof(self->root));
    return true;
  }
  return !bl_path_takes(self->root, sizeof(self->root));
}

static BlStatus
start_writer(BlInstance* const self, const double live_offset_ms)
{
  const BlWriterSetup setup = {
    .link           = self->capture,
    .root           = self->root,
    .host           = self->host,
    .live_offset_ms = live_offset_ms,
    .log            = &self->log,
    .wake           = self->disk_wake,
    .handle         = self,
    .on_open        = bl_instance_on_open,
    .on_progress    = bl_instance_on_progress,
    .on_name        = bl_instance_on_name,
    .on_closed      = bl_instance_on_closed,
    .on_measured    = bl_instance_on_measured,
    .on_error       = bl_instance_on_error,
    .on_poll        = bl_instance_on_disk_poll,
  };
  return bl_writer_new(&setup, &self->writer);
}

static BlStatus
start_runner(BlInstance* const self)
{
  const BlRunnerSetup setup = {
    .root    = self->root,
    .log     = &self->log,
    .handle  = self,
    .observe = bl_instance_on_job,
    .poll    = bl_instance_on_job_poll,
  };

  self->runner = bl_runner_new(&setup);
  return self->runner ? bl_runner_start(self->runner) : BL_NO_MEM;
}

static void
start_threads(BlInstance* const self)
{
  BlConfig* const config = (BlConfig*)malloc(sizeof(BlConfig));
  BlStatus        st     = BL_NO_MEM;

  if (config) {
    bl_config_init(config);
    if (bl_config_load(config, &self->log)) {
      bl_log(&self->log, BL_LOG_WARNING, "the defaults hold");
    }
    if (!find_root(self, config)) {
      st = BL_NO_ACCESS;
    } else if (!(st = start_runner(self))) {
      st = start_writer(self, config->live_offset_ms);
    }
  }
  free(config);
  if (st) {
    bl_instance_on_error(self, st);
  }
}

static bool
allocate(BlInstance* const self)
{
  self->record    = (uint8_t*)calloc(1, BL_RECORD_BYTES);
  self->atom      = (uint8_t*)calloc(1, BL_MESSAGE_ATOM_BYTES);
  self->chores    = bl_chores_new(self);
  self->disk_wake = bl_wake_new();
  self->capture =
    bl_capture_link_new((uint32_t)(self->rate + 0.5), self->channels);
  self->link.commands = bl_ring_new(BL_COMMANDS_BYTES);
  self->link.notices  = bl_ring_new(BL_NOTICES_BYTES);
  self->member        = self->channels == 1 ? bl_group_join(self->id) : NULL;
  return self->record && self->atom && self->chores && self->disk_wake &&
         self->capture && self->link.commands && self->link.notices &&
         (self->member || self->channels != 1);
}

static void
init_values(BlInstance* const self)
{
  for (size_t i = 0; i < BL_PORT_CONTROL_IN_COUNT; ++i) {
    atomic_init(&self->link.values[i], bl_params[i].normal);
  }
  atomic_init(&self->link.credits, -1.0f);
  self->credits = -1.0f;
}

BlInstance*
bl_instance_new(const uint32_t                  channels,
                const double                    rate,
                const LV2_Feature* const* const features)
{
  LV2_URID_Map* const map =
    (LV2_URID_Map*)find_feature(features, LV2_URID__map);
  if (!map || !(rate >= BL_RATE_MIN && rate <= BL_RATE_MAX)) {
    return NULL;
  }

  void* memory = NULL; // Members are aligned to cache lines
  if (posix_memalign(&memory, 64, sizeof(BlInstance))) {
    return NULL;
  }
  memset(memory, 0, sizeof(BlInstance));

  BlInstance* const self = (BlInstance*)memory;
  self->rate             = rate;
  self->channels         = channels;
  self->log.most         = BL_LOG_WARNING;
  self->id               = fresh_id();
  pthread_mutex_init(&self->drain_lock, NULL);
  pthread_mutex_init(&self->update_lock, NULL);
  pthread_mutex_init(&self->lock, NULL);
  pthread_mutex_init(&self->notices_lock, NULL);
  read_host(self->host, sizeof(self->host));
  init_values(self);

  if (!bl_urids_map(&self->urids, map) ||
      !bl_protocol_map(&self->protocol, map) || !allocate(self)) {
    bl_instance_free(self);
    return NULL;
  }

  const BlCaptureSetup setup = { .link = self->capture };
  self->rt.urids             = self->urids;
  self->rt.protocol          = self->protocol;
  bl_rt_init(&self->rt, channels, rate, &self->link, &setup);
  start_threads(self);
  bl_instance_update(self);
  return self;
}

void
bl_instance_free(BlInstance* const self)
{
  if (!self) {
    return;
  }

  // The writer first: it may ask the runner for a job
  if (self->rt.link) {
    bl_rt_pause(&self->rt);
  }
  bl_writer_free(self->writer);
  bl_runner_free(self->runner);
  bl_group_leave(self->member);

  for (size_t i = 0; i < self->n_jobs; ++i) {
    free(self->jobs[i]);
  }
  free(self->takes);
  bl_chores_free(self->chores);
  bl_wake_free(self->disk_wake);
  bl_capture_link_free(self->capture);
  bl_ring_free(self->link.commands);
  bl_ring_free(self->link.notices);
  free(self->atom);
  free(self->record);
  pthread_mutex_destroy(&self->notices_lock);
  pthread_mutex_destroy(&self->lock);
  pthread_mutex_destroy(&self->update_lock);
  pthread_mutex_destroy(&self->drain_lock);
  free(self);
}

void
bl_instance_connect(BlInstance* const self,
                    const uint32_t    port,
                    void* const       data)
{
  bl_rt_connect(&self->rt, port, data);
}

BL_HOT void
bl_instance_run(BlInstance* const self, const uint32_t n_frames)
{
  bl_rt_run(&self->rt, n_frames);
}

void
bl_instance_pause(BlInstance* const self)
{
  bl_rt_pause(&self->rt);
}

LV2_State_Status
bl_instance_save(BlInstance* const              self,
                 const LV2_State_Store_Function store,
                 const LV2_State_Handle         handle,
                 const uint32_t                 flags)
{
  BlSession* const session = (BlSession*)calloc(1, sizeof(BlSession));
  if (!session) {
    return LV2_STATE_ERR_UNKNOWN;
  }

  // What was set in the last milliseconds belongs into it
  bl_instance_drain(self);

  session->id = self->id;
  pthread_mutex_lock(&self->lock);
  memcpy(session->strings, self->strings, sizeof(session->strings));
  for (size_t i = 0; i < self->n_takes; ++i) {
    memcpy(session->takes[i], self->takes[i].msg.take, BL_TAKE_ID_BYTES);
  }
  session->n_takes = self->n_takes;
  for (size_t i = 0; i < self->n_jobs; ++i) {
    BlSessionJob* const job = &session->jobs[i];
    memcpy(job->take_id, self->jobs[i]->msg.take, BL_TAKE_ID_BYTES);
    job->number = (uint32_t)self->jobs[i]->msg.job;
  }
  session->n_jobs = self->n_jobs;
  pthread_mutex_unlock(&self->lock);

  const LV2_State_Status st =
    bl_state_save(session, &self->urids, flags, store, handle);
  free(session);
  return st;
}

static void
restore_jobs(BlInstance* const self, const BlSession* const session)
{
  for (size_t i = 0; self->runner && i < session->n_jobs; ++i) {
    const BlSessionJob* const job = &session->jobs[i];
    if (bl_runner_adopt(self->runner, job->take_id, job->number)) {
      bl_log(&self->log, BL_LOG_WARNING, "a restored job was refused: %s #%u",
             job->take_id, (unsigned)job->number);
    }
  }
}

LV2_State_Status
bl_instance_restore(BlInstance* const                 self,
                    const LV2_State_Retrieve_Function retrieve,
                    const LV2_State_Handle            handle)
{
  BlSession* const session = (BlSession*)calloc(1, sizeof(BlSession));
  if (!session) {
    return LV2_STATE_ERR_UNKNOWN;
  }

  // First, so that no click of the state's own counts
  atomic_store_explicit(&self->link.restored_at, bl_time_monotonic(),
                        memory_order_relaxed);
  bl_state_restore(session, &self->urids, retrieve, handle);
  bl_instance_drain(self);

  pthread_mutex_lock(&self->lock);
  for (size_t i = 0; i < BL_N_STRINGS; ++i) {
    if (session->has_string[i]) {
      memcpy(self->strings[i], session->strings[i], BL_TEXT_BYTES);
    }
  }
  for (size_t i = 0; i < session->n_takes; ++i) {
    bl_instance_add_take_locked(self, session->takes[i]);
  }
  pthread_mutex_unlock(&self->lock);

  if (self->member && session->id) {
    bl_group_set_origin(self->member, session->id);
  }
  restore_jobs(self, session);
  for (unsigned i = 0; i < BL_N_STRINGS; ++i) {
    if (session->has_string[i]) {
      bl_instance_tell_string(self, (BlStringId)i);
    }
  }
  bl_instance_update(self);
  if (self->runner) {
    bl_runner_stir(self->runner);
  }
  atomic_store_explicit(&self->link.restored_at, bl_time_monotonic(),
                        memory_order_relaxed);
  free(session);
  return LV2_STATE_SUCCESS;
}
