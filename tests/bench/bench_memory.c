// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

/**
   What an instance keeps in memory, and what an upload needs at its peak:
   figures of the kernel, resident pages.  Each upload runs in a process of
   its own (this program with arguments) before a stand-in in this one.
*/

#include "base/capture_link.h"
#include "base/ports.h"
#include "support/host.h"
#include "support/jobrig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define INSTANCES 8u
#define MB 1048576.0

// An instance

static double
resident_mb(void)
{
  double      pages = 0.0;
  FILE* const file  = fopen("/proc/self/statm", "r");
  if (!file || fscanf(file, "%*f %lf", &pages) != 1) {
    exit(1);
  }
  fclose(file);
  return pages * (double)sysconf(_SC_PAGESIZE) / MB;
}

static double
ring_mb(const uint32_t channels)
{
  BlCaptureLink* const link = bl_capture_link_new(48000u, channels);
  const double         mb   = link ? bl_ring_capacity(link->audio) / MB : 0.0;
  bl_capture_link_free(link);
  return mb;
}

/// A take of some seconds as fast as it goes, so that everything was touched
static void
use(BlHost* const host)
{
  bl_host_set(host, "arm", 1.0f);
  for (int64_t i = 0; i < 100; ++i) {
    const BlHostPosition position = { .frame = i * 4096, .speed = 1.0 };
    bl_host_position(host, &position, 0);
    bl_host_run(host, 4096u);
  }
  const BlHostPosition stop = { .frame = 100 * 4096, .speed = 0.0 };
  bl_host_position(host, &stop, 0);
  bl_host_run(host, 64u);
  bl_host_wait(host, "takes", 1.0f, 20.0);
}

static void
measure_instance(const bool stereo)
{
  BlWorld* const    world = bl_world_new();
  const BlHostSetup setup = { .uri = stereo ? BL_PLUGIN_STEREO_URI
                                            : BL_PLUGIN_MONO_URI };
  BlHost*           hosts[INSTANCES + 1u];
  double            before = 0.0;
  for (unsigned i = 0; i <= INSTANCES; ++i) {
    hosts[i] = world ? bl_host_new(world, &setup) : NULL;
    if (!hosts[i]) {
      exit(1);
    }
    use(hosts[i]);
    if (!i) {
      before = resident_mb(); // What all share is not counted
    }
  }
  const double each = (resident_mb() - before) / INSTANCES;
  const double ring = ring_mb(stereo ? 2u : 1u);
  printf("bench instance_%s %.1f MB <=12 an instance that has captured, with "
         "its host's buffers, but for its ring of %.0f MB (mean of %u)\n",
         stereo ? "stereo" : "mono", each - ring, ring, INSTANCES);
  for (unsigned i = 0; i <= INSTANCES; ++i) {
    bl_host_free(hosts[i]);
  }
  bl_world_free(world);
}

/// In a fresh process: freed memory of another case would be used again
static bool
bench_instance(const bool stereo)
{
  const pid_t child = fork();
  if (!child) {
    measure_instance(stereo);
    exit(0);
  }
  int status = 1;
  return child > 0 && waitpid(child, &status, 0) == child && !status;
}

// An upload

static void
note_submitted(JobRig* const rig, const BlJobNews* const news)
{
  if (news->new_state && news->job->state == BL_JOB_SUBMITTED &&
      bl_runner_cancel(rig->runner, NULL, 0)) {
    exit(1);
  }
}

/// In the child: check, encode and upload, and nothing more
static int
submit(const char* const root, const char* const config, const char* const id)
{
  JobRig* const rig  = job_rig_new_in(root, config);
  BlTake        take = { 0 };
  snprintf(take.id, sizeof(take.id), "%s", id);
  const BlAsk ask = job_rig_ask(&take);
  rig->on_news    = note_submitted;
  return job_rig_run(rig, &ask) == BL_JOB_CANCELLED ? 0 : 1;
}

/// The child's peak
static double
peak_mb(const char* const self, const JobRig* const rig, const double seconds)
{
  const BlTake take  = job_rig_take(rig, seconds, 0.0);
  const pid_t  child = fork();
  if (!child) {
    execl(self, self, rig->root, rig->config, take.id, (char*)NULL);
    _exit(127);
  }

  struct rusage used;
  int           status = 1;
  if (child < 0 || wait4(child, &status, 0, &used) != child || status) {
    fprintf(stderr, "bench: nothing was submitted\n");
    exit(1);
  }
  return (double)used.ru_maxrss / 1024.0;
}

static void
bench_upload(const char* const self)
{
  JobRig* const rig   = job_rig_new(NULL);
  const double  brief = peak_mb(self, rig, 10.0);
  const double  whole = peak_mb(self, rig, 479.0);
  const double  sent  = (double)standin_upload_size(rig->standin) / MB;
  job_rig_free(rig);
  printf(
    "bench upload_memory %.1f MB <=1 what checking, encoding and uploading "
    "a take of 8 min (%.0f MB) needs more at its peak than one of 10 s "
    "(%.1f MB)\n",
    whole - brief, sent, brief);
}

int
main(int argc, char** argv)
{
  if (argc == 4) {
    return submit(argv[1], argv[2], argv[3]);
  }
  const bool measured = bench_instance(false) && bench_instance(true);
  bench_upload(argv[0]);
  return measured ? 0 : 1;
}
