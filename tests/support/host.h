// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_SUPPORT_HOST_H
#define BL_TESTS_SUPPORT_HOST_H

#include "base/params.h"
#include "base/urids.h"

#include <lv2/atom/atom.h>
#include <lv2/urid/urid.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
   The project's own LV2 host: loads the built bundle through lilv, as a real
   host does, and runs it block by block as fast as the caller likes.

   Owner:    one BlWorld for a process, any number of BlHosts on it; the
             world outlives them.
   Threads:  an object's calls come from one thread, but bl_host_run() may be
             on another than save and restore, as in a host.  After
             bl_host_new() bl_host_run() itself makes no system call.
   Failure:  what cannot happen with a well-built bundle aborts with a line
             on standard error: this is for tests, benches and the demo.
*/

typedef struct BlWorldImpl BlWorld;
typedef struct BlHostImpl  BlHost;

#define BL_HOST_BLOCK_MAX 8192u
#define BL_HOST_ATOM_BYTES (64u << 10)

/// Loads $LV2_PATH.  @return NULL where the bundle is not there
BlWorld* bl_world_new(void);
void     bl_world_free(BlWorld* world);

/// The world's URID table, for atoms of one's own; thread-safe
LV2_URID_Map*  bl_world_map(BlWorld* world);
const BlUrids* bl_world_urids(const BlWorld* world);

typedef struct
{
  const char* uri;          ///< NULL: BL_PLUGIN_MONO_URI
  double      rate;         ///< 0: 48000
  bool        in_place;     ///< Output buffers are the input buffers
  bool        blank;        ///< time:Position as atom:Blank, as Carla sends it
  bool        bare;         ///< No feature but urid:map
  bool        inactive;     ///< Do not call activate()
  uint32_t    notify_bytes; ///< Capacity of the notify port; 0: 32768
} BlHostSetup;

/// Instantiate and activate.  @return NULL where instantiate() did
BlHost* bl_host_new(BlWorld* world, const BlHostSetup* setup);

/// Deactivate, cleanup
void bl_host_free(BlHost* host);

uint32_t bl_host_channels(const BlHost* host);
void     bl_host_activate(BlHost* host);
void     bl_host_deactivate(BlHost* host);

// Ports, by symbol; an unknown one aborts

void  bl_host_set(BlHost* host, const char* symbol, float value);
float bl_host_get(const BlHost* host, const char* symbol);

/// Buffers of BL_HOST_BLOCK_MAX samples; the caller fills input before run
float* bl_host_input(BlHost* host, uint32_t channel);
float* bl_host_output(BlHost* host, uint32_t channel);

// Transport

typedef struct
{
  int64_t frame;
  double  speed;
  double  bpm;           ///< 0: none of the musical fields is sent
  double  beats_per_bar; ///< 0: 4
  int     beat_unit;     ///< 0: 4
  int64_t bar;           ///< Of `frame`, from 0
  double  bar_beat;      ///< Of `frame`, from 0
} BlHostPosition;

/// Send a time:Position at sample `at` of the next block
void bl_host_position(BlHost*               host,
                      const BlHostPosition* position,
                      uint32_t              at);

// Messages

/// patch:Set of a string property in the next block
void bl_host_set_string(BlHost* host, BlStringId id, const char* text);

/// Any atom (with its body) in the next block, at its last sample
void bl_host_send(BlHost* host, const LV2_Atom* atom);

/// Called for each event of the notify port, within bl_host_run()
typedef void (*BlHostListener)(void* handle, const LV2_Atom* atom);
void bl_host_listen(BlHost* host, BlHostListener listener, void* handle);

/// One block of `n_frames` (up to BL_HOST_BLOCK_MAX)
void bl_host_run(BlHost* host, uint32_t n_frames);

/// Seconds
typedef struct
{
  double run;   ///< The plugin's run(), and reading the clock once
  double clock; ///< Reading the clock once, just before it
} BlHostTime;

/// The same, with what the host itself does around run() left out
BlHostTime bl_host_run_timed(BlHost* host, uint32_t n_frames);

/// Only the notify port's buffer: what a host with a full ring hands out
void bl_host_set_notify_bytes(BlHost* host, uint32_t bytes);

/**
   Play `frames` of audio (one pointer a channel) in blocks of `block`,
   sending `from` with the first block and nothing more until it ends: then a
   speed of 0 and one silent block, as when the transport stops.
*/
void bl_host_play(BlHost*               host,
                  const BlHostPosition* from,
                  const float* const*   audio,
                  size_t                frames,
                  uint32_t              block);

/// Run silent blocks until output `symbol` is at least `value`, or seconds
/// have passed.  @return false on time-out
bool bl_host_wait(BlHost*     host,
                  const char* symbol,
                  float       value,
                  double      seconds);

/// Run silent blocks in real time for so long
void bl_host_idle(BlHost* host, double seconds);

// State

/// LV2_State_Flags as Ardour's session save
#define BL_HOST_SESSION 0u
/// LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE, as a preset
#define BL_HOST_PRESET 3u

/// Whole state as Turtle; free() it
char* bl_host_save(BlHost* host, uint32_t flags);

/// @return false where the text is no state
bool bl_host_restore(BlHost* host, const char* turtle);

/// Load a preset of the bundle by its URI, ports included
bool bl_host_load_preset(BlHost* host, const char* uri);

#endif // BL_TESTS_SUPPORT_HOST_H
