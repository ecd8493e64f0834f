// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "desk.h"

#include <math.h>
#include <string.h>

/// Below the least float that costs extra, above silence
#define HUM 1e-15f

/// High-passes of each part, then of the room, Hz
static const double high_passes[BL_N_PARTS + 1u] = { 32.0,  110.0, 140.0,
                                                     160.0, 30.0,  220.0 };

/// With nobody below them, chords are the bottom
static const double alone_high_pass = 60.0;

static const double room_dip_db = -3.0;

/// Of left and right, to one: between what a voice in the middle and one at a
/// side would need
#define SIDES 0.8

static void
set_section(BlDeskSection* const sections,
            const size_t         channel,
            const double         b[3],
            const double         a[3])
{
  BlDeskSection* const section = &sections[channel / 2u];
  const size_t         left    = 2u * (channel % 2u);
  for (size_t lane = left; lane < left + 2u; ++lane) {
    for (size_t i = 0; i < 3u; ++i) {
      section->b[i][lane] = (float)(b[i] / a[0]);
    }
    section->a[0][lane] = (float)(a[1] / a[0]);
    section->a[1][lane] = (float)(a[2] / a[0]);
  }
}

static void
set_high_pass(BlDeskSection* const sections,
              const size_t         channel,
              const double         hz,
              const double         rate)
{
  const double w     = 2.0 * M_PI * hz / rate;
  const double alpha = sin(w) * M_SQRT1_2;
  const double b     = 0.5 * (1.0 + cos(w));
  set_section(sections, channel, (const double[]){ b, -2.0 * b, b },
              (const double[]){ 1.0 + alpha, -2.0 * cos(w), 1.0 - alpha });
}

static void
set_dip(BlDeskSection* const sections,
        const size_t         channel,
        const double         db,
        const double         rate)
{
  const double w     = 2.0 * M_PI * BL_DESK_MUD_HZ / rate;
  const double alpha = sin(w) / (2.0 * BL_DESK_MUD_Q);
  const double gain  = pow(10.0, db / 40.0);
  set_section(
    sections, channel,
    (const double[]){ 1.0 + alpha * gain, -2.0 * cos(w), 1.0 - alpha * gain },
    (const double[]){ 1.0 + alpha / gain, -2.0 * cos(w), 1.0 - alpha / gain });
}

void
bl_desk_init(BlDesk* const        desk,
             const BlScore* const score,
             const uint32_t       rate)
{
  const bool bottom = score->parts[BL_ROLE_BASS].used;
  memset(desk, 0, sizeof(*desk));
  for (size_t c = 0; c <= BL_DESK_ROOM; ++c) {
    const bool alone = !bottom && c < BL_PART_DRUMS;
    set_high_pass(desk->high_pass, c, alone ? alone_high_pass : high_passes[c],
                  rate);
    set_dip(desk->dip, c,
            c == BL_DESK_ROOM ? room_dip_db : score->parts[c].dip_db, rate);
  }
}

void
bl_desk_set_send(BlDesk* const       desk,
                 const unsigned      part,
                 const double        font_send,
                 const unsigned char depth)
{
  const double send = fmin(0.001 * font_send + 0.2 * depth / 127.0, 1.0);
  desk->sends[part] = (float)(SIDES * send);
}

fluid_settings_t*
bl_desk_settings(const uint32_t rate, const unsigned voices)
{
  fluid_settings_t* const s = new_fluid_settings();
  if (s) {
    fluid_settings_setnum(s, "synth.sample-rate", rate);
    fluid_settings_setint(s, "synth.cpu-cores", 1);
    fluid_settings_setint(s, "synth.lock-memory", 0);
    fluid_settings_setint(s, "synth.polyphony", (int)voices);
    fluid_settings_setint(s, "synth.dynamic-sample-loading", 1);
    // A channel goes to the group of its number; drums are 9 % 5 = 4
    fluid_settings_setint(s, "synth.audio-channels", (int)BL_N_PARTS);
    fluid_settings_setint(s, "synth.audio-groups", (int)BL_N_PARTS);
    fluid_settings_setint(s, "synth.reverb.active", 0);
    fluid_settings_setint(s, "synth.chorus.active", 0);
    fluid_settings_setnum(s, "synth.gain", 1.0);
  }
  return s;
}

BlStatus
bl_desk_set_part(BlFont* const        font,
                 fluid_synth_t* const synth,
                 const BlPart* const  part,
                 const double         tuning_cents)
{
  const int    c = part->channel;
  const double gain =
    fmax(fmin(part->gain_db, BL_DESK_GAIN_MAX), -BL_DESK_GAIN_MAX);
  const double   volume = 127.0 * pow(10.0, (gain - BL_DESK_GAIN_MAX) / 40.0);
  const BlStatus st     = bl_font_choose(font, synth, c, part->program);
  fluid_synth_cc(synth, c, 7, (int)lround(volume));
  fluid_synth_cc(synth, c, 10, 64 + part->pan);
  if (part->pitched) {
    fluid_synth_set_gen(synth, c, GEN_FINETUNE, (float)tuning_cents);
  }
  return st;
}

static inline BlDeskLanes
run_section(const BlDeskSection* const section,
            BlDeskLanes                z[2],
            const BlDeskLanes          in)
{
  const BlDeskLanes out = section->b[0] * in + z[0];
  z[0]                  = section->b[1] * in + z[1] - section->a[0] * out;
  z[1]                  = section->b[2] * in - section->a[1] * out;
  return out;
}

static void
filter_pair(BlDesk* const desk, const size_t pair, const size_t frames)
{
  BlDeskSection* const high    = &desk->high_pass[pair];
  BlDeskSection* const dip     = &desk->dip[pair];
  BlDeskLanes          z[2][2] = { { high->z[0], high->z[1] },
                                   { dip->z[0], dip->z[1] } };
  const float* const   left    = desk->planes[4u * pair];
  const float* const   right   = desk->planes[4u * pair + 1u];
  const float* const   left2   = desk->planes[4u * pair + 2u];
  const float* const   right2  = desk->planes[4u * pair + 3u];
  for (size_t i = 0; i < frames; ++i) {
    const BlDeskLanes in = { left[i], right[i], left2[i], right2[i] };
    desk->out[pair][i] =
      run_section(dip, z[1], run_section(high, z[0], in + HUM));
  }
  for (size_t i = 0; i < 2u; ++i) {
    high->z[i] = z[0][i];
    dip->z[i]  = z[1][i];
  }
}

/// What the room answers
static void
play_room(BlDesk* const desk, const size_t frames)
{
  float in[BL_DESK_FRAMES] = { 0.0f };
  for (size_t p = 0; p < BL_N_PARTS; ++p) {
    const float* const left  = desk->planes[2u * p];
    const float* const right = desk->planes[2u * p + 1u];
    for (size_t i = 0; i < frames && desk->sends[p] > 0.0f; ++i) {
      in[i] += desk->sends[p] * (left[i] + right[i]);
    }
  }
  bl_room_play(desk->room, in, desk->planes[2u * BL_DESK_ROOM],
               desk->planes[2u * BL_DESK_ROOM + 1u], frames);
}

BlStatus
bl_desk_play(BlDesk* const        desk,
             fluid_synth_t* const synth,
             const size_t         frames)
{
  float* planes[2u * BL_DESK_CHANNELS];
  for (size_t i = 0; i < BL_COUNT(planes); ++i) {
    planes[i] = desk->planes[i];
    memset(planes[i], 0, frames * sizeof(float));
  }
  if (fluid_synth_process(synth, (int)frames, 0, NULL, 2 * (int)BL_N_PARTS,
                          planes)) {
    return BL_INTERNAL;
  }
  if (desk->room) {
    play_room(desk, frames);
  }
  for (size_t pair = 0; pair < BL_DESK_PAIRS; ++pair) {
    filter_pair(desk, pair, frames);
  }
  return BL_SUCCESS;
}

void
bl_desk_channel(const BlDesk* const desk,
                const unsigned      channel,
                float* const        out,
                const size_t        frames)
{
  const unsigned left = 2u * (channel % 2u);
  for (size_t i = 0; i < frames; ++i) {
    out[2u * i]      = desk->out[channel / 2u][i][left];
    out[2u * i + 1u] = desk->out[channel / 2u][i][left + 1u];
  }
}

void
bl_desk_mix(const BlDesk* const desk, float* const out, const size_t frames)
{
  for (size_t i = 0; i < frames; ++i) {
    const BlDeskLanes sum = desk->out[0][i] + desk->out[1][i] + desk->out[2][i];
    out[2u * i]           = sum[0] + sum[2];
    out[2u * i + 1u]      = sum[1] + sum[3];
  }
}
