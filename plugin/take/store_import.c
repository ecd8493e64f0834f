// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "take/measure.h"
#include "take/store.h"
#include "take/store_files.h"

#include "base/paths.h"
#include "base/text.h"

#include <sndfile.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BELIEVED_FRAMES (1ull << 36u) ///< What FLAC can count to
#define PART_NAME "import.part"
#define SLICE_FRAMES 16384u

typedef struct
{
  SNDFILE*    in;
  SNDFILE*    out;
  SF_INFO     info;
  bool        whole; ///< Integer samples, copied as such
  BlMeasure   measure;
  BlLoudness* loudness;
  float*      floats;
  int*        ints;
} Import;

/// What take.wav keeps: integers as they are, all else as floats
static int
kept_subtype(const SF_INFO* const info)
{
  const int subtype = info->format & SF_FORMAT_SUBMASK;
  return subtype == SF_FORMAT_PCM_16 || subtype == SF_FORMAT_PCM_24 ||
             subtype == SF_FORMAT_PCM_32
           ? subtype
           : SF_FORMAT_FLOAT;
}

static BlStatus
open_source(Import* const import, const char* const file)
{
  struct stat info;
  if (stat(file, &info)) {
    return BL_NOT_FOUND;
  }

  import->in = sf_open(file, SFM_READ, &import->info);
  if (!import->in) {
    return access(file, R_OK) ? BL_NO_ACCESS : BL_BAD_FILE;
  }
  if (import->info.channels < 1 ||
      import->info.channels > (int)BL_TAKE_MAX_CHANNELS ||
      import->info.samplerate < (int)BL_RATE_MIN ||
      import->info.samplerate > (int)BL_RATE_MAX) {
    return BL_UNSUPPORTED;
  }

  const size_t samples = SLICE_FRAMES * (size_t)import->info.channels;
  import->whole        = kept_subtype(&import->info) != SF_FORMAT_FLOAT;
  import->floats       = (float*)malloc(samples * sizeof(float));
  import->ints         = (int*)malloc(samples * sizeof(int));
  import->loudness     = bl_loudness_new((uint32_t)import->info.samplerate,
                                         (uint32_t)import->info.channels);
  bl_measure_init(&import->measure);
  return import->floats && import->ints && import->loudness ? BL_SUCCESS
                                                            : BL_NO_MEM;
}

/// The base name without folder and suffix, whatever its bytes are
static void
name_after(BlTake* const take, const char* const file)
{
  const char* const slash  = strrchr(file, '/');
  const char* const base   = slash ? slash + 1 : file;
  const char* const dot    = strrchr(base, '.');
  const size_t      length = dot && dot != base ? (size_t)(dot - base) //
                                                : strlen(base);
  bl_text_copy(take->name, sizeof(take->name), base, (uint32_t)length);
}

static void
describe(Import* const import, const char* const file, BlTake* const take)
{
  char id[BL_TAKE_ID_BYTES];
  memcpy(id, take->id, sizeof(id));
  bl_take_init(take);
  memcpy(take->id, id, sizeof(id));
  bl_store_stamp(take->created);
  name_after(take, file);
  take->origin   = BL_ORIGIN_IMPORTED;
  take->finished = true;
  take->rate     = (uint32_t)import->info.samplerate;
  take->channels = (uint32_t)import->info.channels;
  take->n_tempos = 1u;

  SF_BROADCAST_INFO bext;
  memset(&bext, 0, sizeof(bext));
  if (sf_command(import->in, SFC_GET_BROADCAST_INFO, &bext, sizeof(bext))) {
    // Zero means that nobody set it; millennia that somebody broke it
    take->has_position =
      (bext.time_reference_low || bext.time_reference_high) &&
      bext.time_reference_high < 1u << 17u;
    take->start = take->has_position
                    ? (int64_t)((uint64_t)bext.time_reference_high << 32u |
                                bext.time_reference_low)
                    : 0;
  }
}

static BlStatus
open_copy(Import* const       import,
          const BlTake* const take,
          const char* const   path)
{
  SF_INFO info = { .samplerate = import->info.samplerate,
                   .channels   = import->info.channels,
                   .format     = SF_FORMAT_RF64 | kept_subtype(&import->info) };
  import->out  = sf_open(path, SFM_WRITE, &info);
  if (!import->out) {
    return BL_IO;
  }

  BlWavInfo wav;
  bl_store_wav_info(take, &wav);

  SF_BROADCAST_INFO bext;
  memset(&bext, 0, sizeof(bext));
  snprintf(bext.description, sizeof(bext.description), "%s", wav.description);
  snprintf(bext.originator, sizeof(bext.originator), "Backline");
  memcpy(bext.originator_reference, wav.reference,
         sizeof(bext.originator_reference));
  memcpy(bext.origination_date, wav.created, sizeof(bext.origination_date));
  memcpy(bext.origination_time, wav.created + 11,
         sizeof(bext.origination_time));
  bext.time_reference_low  = (uint32_t)wav.time_reference;
  bext.time_reference_high = (uint32_t)(wav.time_reference >> 32u);
  bext.version             = 1;
  sf_command(import->out, SFC_SET_BROADCAST_INFO, &bext, sizeof(bext));
  sf_command(import->out, SFC_RF64_AUTO_DOWNGRADE, NULL, SF_TRUE);
  return BL_SUCCESS;
}

/// @return frames copied, 0 at the end, -1 where they could not be written
static sf_count_t
copy_slice(Import* const import)
{
  const int  channels = import->info.channels;
  sf_count_t n        = 0;
  sf_count_t written  = 0;
  if (import->whole) {
    n       = sf_readf_int(import->in, import->ints, SLICE_FRAMES);
    written = sf_writef_int(import->out, import->ints, n);
    for (sf_count_t i = 0; i < n * channels; ++i) {
      import->floats[i] = (float)import->ints[i] * 0x1p-31f;
    }
  } else {
    n       = sf_readf_float(import->in, import->floats, SLICE_FRAMES);
    written = sf_writef_float(import->out, import->floats, n);
  }
  return written == n ? n : -1;
}

/// The length of an MP3 may be a guess; of what came through a pipe it is
/// unknown, and libsndfile says SF_COUNT_MAX
static void
count_missing(const Import* const import, BlTake* const take)
{
  const uint64_t told = (uint64_t)import->info.frames;
  const int      kind = import->info.format & SF_FORMAT_TYPEMASK;
  if (kind != SF_FORMAT_MPEG && take->frames < told) {
    take->missing += told - take->frames;
  }
  if (take->missing > BELIEVED_FRAMES) {
    take->missing = 0u;
  }
}

static BlStatus
copy_all(Import* const import, BlTake* const take)
{
  const uint32_t channels = take->channels;
  sf_count_t     n        = 0;
  while ((n = copy_slice(import)) > 0) {
    bl_measure_add(&import->measure, import->floats, (size_t)n * channels,
                   NULL);
    const BlStatus st =
      bl_loudness_add(import->loudness, import->floats, (size_t)n);
    if (st) {
      return st;
    }
    take->frames += (uint64_t)n;
  }
  if (n < 0) {
    return BL_DISK_FULL;
  }
  if (!take->frames) {
    return BL_BAD_FILE;
  }

  count_missing(import, take);
  bl_measure_finish(&import->measure, take);
  take->loudness_lufs = bl_loudness_get(import->loudness);
  sf_write_sync(import->out);
  const int err = sf_close(import->out);
  import->out   = NULL;
  return err ? BL_IO : BL_SUCCESS;
}

static BlStatus
import_to(Import* const     import,
          const char* const root,
          const char* const file,
          BlTake* const     take)
{
  char     part[BL_PATH_BYTES];
  char     path[BL_PATH_BYTES];
  BlStatus st = bl_store_create(root, take->id);
  if (st) {
    return st;
  }

  describe(import, file, take);
  if ((st = bl_store_file(root, take->id, PART_NAME, part, sizeof(part))) ||
      (st = bl_store_file(root, take->id, BL_TAKE_WAV, path, sizeof(path)))) {
    return st;
  }

  // The name take.wav means that the audio is whole
  take->missing = bl_wav_missing(file);
  if (!(st = open_copy(import, take, part)) && !(st = copy_all(import, take)) &&
      rename(part, path)) {
    st = BL_IO;
  }
  if (!st) {
    st = bl_store_save(root, take);
  }
  if (st) {
    char dir[BL_PATH_BYTES];
    unlink(part);
    unlink(path);
    if (!bl_store_take_dir(root, take->id, dir, sizeof(dir))) {
      rmdir(dir);
    }
  }
  return st;
}

BlStatus
bl_store_import(const char* const root,
                const char* const file,
                BlTake* const     take)
{
  Import   import;
  BlTake   made;
  BlStatus st = BL_SUCCESS;
  memset(&import, 0, sizeof(import));
  bl_take_init(&made);

  if (!(st = open_source(&import, file)) &&
      !(st = import_to(&import, root, file, &made))) {
    *take = made;
  }

  if (import.out) {
    sf_close(import.out);
  }
  if (import.in) {
    sf_close(import.in);
  }
  bl_loudness_free(import.loudness);
  free(import.floats);
  free(import.ints);
  return st;
}
