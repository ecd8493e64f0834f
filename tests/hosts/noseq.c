// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

// Preloaded, it lets a program believe that it has an ALSA sequencer.
//
// Qtractor refuses to start its audio engine without one, and there is none
// where the kernel has no sound.  MIDI goes nowhere; nothing of audio is
// touched.  Prototypes are reduced to what the calls need.

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#define NO_SEQ(name)                                                           \
  int name(void);                                                              \
  int name(void)                                                               \
  {                                                                            \
    return 0;                                                                  \
  }

#define NONE_THERE(name)                                                       \
  int name(void);                                                              \
  int name(void)                                                               \
  {                                                                            \
    return -ENOENT;                                                            \
  }

typedef struct
{
  int   fd;
  short events;
  short revents;
} PollFd;

int snd_seq_open(void** seq, const char* name, int streams, int mode);

int snd_seq_poll_descriptors(void*    seq,
                             PollFd*  fds,
                             unsigned space,
                             short    events);

int snd_seq_event_input(void* seq, void** event);

int
snd_seq_open(void** const      seq,
             const char* const name,
             const int         streams,
             const int         mode)
{
  static char handle;

  (void)name;
  (void)streams;
  (void)mode;
  *seq = &handle;
  return 0;
}

/// A pipe that never has anything to read
int
snd_seq_poll_descriptors(void* const    seq,
                         PollFd* const  fds,
                         const unsigned space,
                         const short    events)
{
  static int ends[2] = { -1, -1 };

  (void)seq;
  if (!space || (ends[0] < 0 && pipe(ends))) {
    return 0;
  }
  fds[0].fd      = ends[0];
  fds[0].events  = events;
  fds[0].revents = 0;
  return 1;
}

int
snd_seq_event_input(void* const seq, void** const event)
{
  (void)seq;
  *event = NULL;
  return -EAGAIN;
}

int snd_seq_poll_descriptors_count(void);

int
snd_seq_poll_descriptors_count(void)
{
  return 1;
}

NO_SEQ(snd_seq_close)
NO_SEQ(snd_seq_client_id)
NO_SEQ(snd_seq_alloc_queue)
NO_SEQ(snd_seq_free_queue)
NO_SEQ(snd_seq_control_queue)
NO_SEQ(snd_seq_create_simple_port)
NO_SEQ(snd_seq_delete_simple_port)
NO_SEQ(snd_seq_drain_output)
NO_SEQ(snd_seq_drop_input)
NO_SEQ(snd_seq_drop_output)
NO_SEQ(snd_seq_event_input_pending)
NO_SEQ(snd_seq_event_output)
NO_SEQ(snd_seq_event_output_direct)
NO_SEQ(snd_seq_get_port_info)
NO_SEQ(snd_seq_get_queue_status)
NO_SEQ(snd_seq_get_queue_tempo)
NO_SEQ(snd_seq_remove_events)
NO_SEQ(snd_seq_set_client_name)
NO_SEQ(snd_seq_set_port_info)
NO_SEQ(snd_seq_set_queue_tempo)
NO_SEQ(snd_seq_set_queue_timer)
NO_SEQ(snd_seq_subscribe_port)
NO_SEQ(snd_seq_unsubscribe_port)
NONE_THERE(snd_seq_get_any_client_info)
NONE_THERE(snd_seq_get_any_port_info)
NONE_THERE(snd_seq_query_next_client)
NONE_THERE(snd_seq_query_next_port)
NONE_THERE(snd_seq_query_port_subscribers)
