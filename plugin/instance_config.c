// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "instance_priv.h"

#include "base/paths.h"
#include "base/text.h"
#include "base/thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_S 2.0

/// What config.json's reader says last is where it stopped
static void
hear_reader(void* const handle, const BlLogLevel level, const char* const line)
{
  (void)level;
  bl_text_copy((char*)handle, BL_MESSAGE_BYTES, line, (uint32_t)strlen(line));
}

void
bl_instance_read_configured(BlInstance* const self)
{
  BlRefusal       wrong                  = { 0, BL_SUCCESS, "" };
  char            said[BL_MESSAGE_BYTES] = "";
  const BlLog     log    = { hear_reader, said, BL_LOG_WARNING };
  BlConfig* const config = (BlConfig*)malloc(sizeof(BlConfig));
  if (!config) {
    return;
  }

  bl_config_init(config);
  const BlStatus st = bl_config_load(config, &log);
  if (st == BL_BAD_CONFIG) {
    wrong.status = st;
    snprintf(wrong.message, sizeof(wrong.message), "%s: %.300s. %s",
             bl_strerror(st), said, bl_status_next_step(st));
  }

  pthread_mutex_lock(&self->lock);
  if (!st) {
    memcpy(self->configured, config->service, sizeof(self->configured));
  }
  self->misconfigured = wrong;
  pthread_mutex_unlock(&self->lock);
  free(config);
}

void
bl_instance_look_at_config(BlInstance* const self)
{
  const double       now = bl_time_monotonic();
  struct stat* const was = &self->config_seen;
  struct stat        found;
  char               path[BL_PATH_BYTES];
  if (now < self->next_config) {
    return;
  }

  self->next_config = now + LOOK_S;
  if (bl_path_config(path, sizeof(path)) || stat(path, &found)) {
    memset(&found, 0, sizeof(found));
  }
  if (found.st_ino != was->st_ino || found.st_size != was->st_size ||
      found.st_mtim.tv_sec != was->st_mtim.tv_sec ||
      found.st_mtim.tv_nsec != was->st_mtim.tv_nsec) {
    *was = found;
    bl_instance_read_configured(self);
    bl_instance_update(self);
  }
}

void
bl_instance_forget_config(BlInstance* const self)
{
  pthread_mutex_lock(&self->lock);
  const bool was = self->misconfigured.status != BL_SUCCESS;
  memset(&self->misconfigured, 0, sizeof(self->misconfigured));
  pthread_mutex_unlock(&self->lock);
  if (was) {
    self->next_config = 0.0;
    memset(&self->config_seen, 0, sizeof(self->config_seen));
    bl_instance_update(self);
  }
}
