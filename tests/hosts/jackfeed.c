// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// A singer for a host under JACK: plays a file by the transport's frame and
// keeps what comes back, so that a test can compare both sample for sample.
//
// Usage: jackfeed NAME CHANNELS AT IN OUT
//
// IN holds interleaved native floats; its first one sounds at transport frame
// AT.  OUT gets what came back at the same frames, NaN where nothing did.
// Commands come on standard input, one a line, and each is answered by a line:
// connect A B, locate N, start, stop, where, bufsize N, freewheel 0|1, ports,
// always 0|1 (play from AT on in a time of its own, transport or not), quit.

#include <jack/jack.h>
#include <jack/transport.h>

#include <inttypes.h>
#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CHANNELS 2u
#define LINE_BYTES 1024u

#define TEMPO 92.0
#define BEATS_PER_BAR 4.0f

typedef struct
{
  jack_client_t* client;
  jack_port_t*   ports[MAX_CHANNELS];
} Side;

typedef struct
{
  Side            feed;
  Side            caught;
  unsigned        channels;
  int64_t         at;
  size_t          frames;
  float*          in;
  float*          out;
  atomic_bool     always;
  _Atomic int64_t clock; // Frame of a time of its own, while `always`
} Singer;

/// Frame of the file that this cycle begins with; false: nothing sounds
static bool
cycle_start(Singer* const singer, const Side* const side, int64_t* const start)
{
  if (atomic_load(&singer->always)) {
    *start = atomic_load(&singer->clock);
    return true;
  }

  jack_position_t position;
  if (jack_transport_query(side->client, &position) != JackTransportRolling) {
    return false;
  }
  *start = (int64_t)position.frame - singer->at;
  return true;
}

static int
feed(const jack_nframes_t n, void* const data)
{
  Singer* const singer = (Singer*)data;
  int64_t       start  = 0;
  const bool    sounds = cycle_start(singer, &singer->feed, &start);

  for (unsigned c = 0; c < singer->channels; ++c) {
    float* const out = (float*)jack_port_get_buffer(singer->feed.ports[c], n);
    for (jack_nframes_t i = 0; i < n; ++i) {
      const int64_t at = start + (int64_t)i;
      const bool    in = sounds && at >= 0 && (size_t)at < singer->frames;
      out[i] = in ? singer->in[(size_t)at * singer->channels + c] : 0.0f;
    }
  }
  return 0;
}

static int
keep(const jack_nframes_t n, void* const data)
{
  Singer* const singer = (Singer*)data;
  int64_t       start  = 0;
  const bool    sounds = cycle_start(singer, &singer->caught, &start);

  for (unsigned c = 0; sounds && c < singer->channels; ++c) {
    const float* const in =
      (const float*)jack_port_get_buffer(singer->caught.ports[c], n);
    for (jack_nframes_t i = 0; i < n; ++i) {
      const int64_t at = start + (int64_t)i;
      if (at >= 0 && (size_t)at < singer->frames) {
        singer->out[(size_t)at * singer->channels + c] = in[i];
      }
    }
  }
  if (atomic_load(&singer->always)) {
    atomic_fetch_add(&singer->clock, (int64_t)n);
  }
  return 0;
}

static void
tell_tempo(const jack_transport_state_t state,
           const jack_nframes_t         n,
           jack_position_t* const       position,
           const int                    is_new,
           void* const                  data)
{
  (void)state;
  (void)n;
  (void)is_new;
  (void)data;

  const double beats = position->frame * TEMPO / 60.0 / position->frame_rate;
  const double bar   = floor(beats / (double)BEATS_PER_BAR);
  const double beat  = floor(beats - bar * (double)BEATS_PER_BAR);

  position->valid            = JackPositionBBT;
  position->beats_per_bar    = BEATS_PER_BAR;
  position->beat_type        = 4.0f;
  position->ticks_per_beat   = 1920.0;
  position->beats_per_minute = TEMPO;
  position->bar              = (int32_t)bar + 1;
  position->beat             = (int32_t)beat + 1;
  position->tick             = (int32_t)((beats - floor(beats)) * 1920.0);
  position->bar_start_tick   = bar * (double)BEATS_PER_BAR * 1920.0;
}

static bool
open_side(Singer* const             singer,
          Side* const               side,
          const char* const         name,
          const char* const         suffix,
          const JackProcessCallback process,
          const unsigned long       flags)
{
  char full[64];
  snprintf(full, sizeof(full), "%.40s%s", name, suffix);
  side->client = jack_client_open(full, JackNoStartServer, NULL);
  if (!side->client || jack_set_process_callback(side->client, process, singer))
    return false;

  for (unsigned c = 0; c < singer->channels; ++c) {
    char port[16];
    snprintf(port, sizeof(port), "%u", c + 1u);
    side->ports[c] =
      jack_port_register(side->client, port, JACK_DEFAULT_AUDIO_TYPE, flags, 0);
    if (!side->ports[c]) {
      return false;
    }
  }
  return true;
}

static bool
read_file(Singer* const singer, const char* const path)
{
  FILE* const file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END)) {
    return false;
  }
  const long bytes = ftell(file);
  rewind(file);
  if (bytes <= 0) {
    fclose(file);
    return false;
  }

  const size_t samples = (size_t)bytes / sizeof(float);
  singer->frames       = samples / singer->channels;
  singer->in           = (float*)malloc(samples * sizeof(float));
  singer->out          = (float*)malloc(samples * sizeof(float));
  const bool whole     = singer->in && singer->out &&
                     fread(singer->in, sizeof(float), samples, file) == samples;
  for (size_t i = 0; whole && i < samples; ++i) {
    singer->out[i] = NAN;
  }
  fclose(file);
  return whole;
}

static bool
write_file(const Singer* const singer, const char* const path)
{
  FILE* const  file    = fopen(path, "wb");
  const size_t samples = singer->frames * singer->channels;
  return file && fwrite(singer->out, sizeof(float), samples, file) == samples &&
         !fclose(file);
}

static void
list_ports(jack_client_t* const client)
{
  const char** const ports = jack_get_ports(client, NULL, NULL, 0);
  for (size_t i = 0; ports && ports[i]; ++i) {
    printf("%s%s", i ? "," : "", ports[i]);
  }
  printf("\n");
  jack_free(ports);
}

static void
say_where(jack_client_t* const client)
{
  jack_position_t              position;
  const jack_transport_state_t state = jack_transport_query(client, &position);
  printf("%" PRIu32 " %s\n", position.frame,
         state == JackTransportRolling ? "rolling" : "stopped");
}

/// Act on a line; false at its end
static bool
obey(Singer* const singer, char* const line)
{
  jack_client_t* const client  = singer->feed.client;
  const char* const    command = strtok(line, " \n");
  const char* const    first   = strtok(NULL, " \n");
  const char* const    second  = strtok(NULL, "\n");
  const uint32_t       number = first ? (uint32_t)strtoul(first, NULL, 10) : 0u;

  if (!command || !strcmp(command, "quit")) {
    return false;
  }
  if (!strcmp(command, "where")) {
    say_where(client);
    return true;
  }
  if (!strcmp(command, "ports")) {
    list_ports(client);
    return true;
  }

  int error = 0;
  if (!strcmp(command, "connect") && second) {
    error = jack_connect(client, first, second);
  } else if (!strcmp(command, "locate")) {
    error = jack_transport_locate(client, number);
  } else if (!strcmp(command, "start")) {
    jack_transport_start(client);
  } else if (!strcmp(command, "stop")) {
    jack_transport_stop(client);
  } else if (!strcmp(command, "bufsize")) {
    error = jack_set_buffer_size(client, number);
  } else if (!strcmp(command, "freewheel")) {
    error = jack_set_freewheel(client, (int)number);
  } else if (!strcmp(command, "always")) {
    atomic_store(&singer->clock, 0);
    atomic_store(&singer->always, number != 0u);
  } else {
    error = 1;
  }
  printf(error ? "error %d\n" : "ok\n", error);
  return true;
}

int
main(int argc, char** argv)
{
  if (argc != 6) {
    fprintf(stderr, "usage: jackfeed NAME CHANNELS AT IN OUT\n");
    return 2;
  }

  static Singer singer;
  singer.channels = (unsigned)strtoul(argv[2], NULL, 10);
  singer.at       = (int64_t)strtoll(argv[3], NULL, 10);
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (singer.channels < 1 || singer.channels > MAX_CHANNELS ||
      !read_file(&singer, argv[4])) {
    fprintf(stderr, "jackfeed: cannot read %s\n", argv[4]);
    return 1;
  }
  if (!open_side(&singer, &singer.feed, argv[1], "-out", feed,
                 JackPortIsOutput) ||
      !open_side(&singer, &singer.caught, argv[1], "-in", keep,
                 JackPortIsInput) ||
      jack_set_timebase_callback(singer.feed.client, 0, tell_tempo, NULL) ||
      jack_activate(singer.feed.client) ||
      jack_activate(singer.caught.client)) {
    fprintf(stderr, "jackfeed: no JACK server\n");
    return 1;
  }
  printf("ready\n");

  char line[LINE_BYTES];
  while (fgets(line, sizeof(line), stdin) && obey(&singer, line)) {
  }

  jack_client_close(singer.caught.client);
  jack_client_close(singer.feed.client);
  const bool written = write_file(&singer, argv[5]);
  printf(written ? "ok\n" : "error\n");
  free(singer.in);
  free(singer.out);
  return written ? 0 : 1;
}
