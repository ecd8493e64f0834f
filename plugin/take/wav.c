// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "take/wav.h"

#include "base/bytes.h"
#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

// The header, by offset: RIFF/WAVE 0, JUNK or ds64 12, bext 48, fmt 658,
// fact 684, data 696

#define AT_DS64 12u
#define DS64_BYTES 28u
#define AT_BEXT 48u
#define BEXT_BYTES 602u
#define AT_FMT 658u
#define FMT_BYTES 18u
#define AT_FACT 684u
#define AT_DATA 696u
#define FORMAT_FLOAT 3u
#define UNKNOWN_32 0xFFFFFFFFu

static void
put_chunk(unsigned char* const to, const char* const id, const uint32_t bytes)
{
  memcpy(to, id, 4u);
  bl_bytes_put(to + 4, bytes, 4u);
}

static uint32_t
frame_bytes(const BlWavInfo* const info)
{
  return info->channels * (uint32_t)sizeof(float);
}

static void
put_bext(unsigned char* const to, const BlWavInfo* const info)
{
  put_chunk(to, "bext", BEXT_BYTES);
  unsigned char* const body = to + 8;
  memcpy(body, info->description, strlen(info->description));
  memcpy(body + 256, "Backline", 8u);
  memcpy(body + 288, info->reference, strnlen(info->reference, 32u));
  if (strlen(info->created) >= 19u) {
    memcpy(body + 320, info->created, 10u);
    memcpy(body + 330, info->created + 11, 8u);
  }
  bl_bytes_put(body + 338, info->time_reference, 8u);
  bl_bytes_put(body + 346, 1u, 2u);
}

static void
put_format(unsigned char* const to, const BlWavInfo* const info)
{
  put_chunk(to, "fmt ", FMT_BYTES);
  bl_bytes_put(to + 8, FORMAT_FLOAT, 2u);
  bl_bytes_put(to + 10, info->channels, 2u);
  bl_bytes_put(to + 12, info->rate, 4u);
  bl_bytes_put(to + 16, (uint64_t)info->rate * frame_bytes(info), 4u);
  bl_bytes_put(to + 20, frame_bytes(info), 2u);
  bl_bytes_put(to + 22, 32u, 2u);
}

void
bl_wav_header(const BlWavInfo* const info,
              unsigned char          header[BL_WAV_HEADER_BYTES])
{
  const uint64_t data = info->frames * frame_bytes(info);
  const uint64_t riff = data + BL_WAV_HEADER_BYTES - 8u;
  const bool     big  = riff >= UNKNOWN_32;

  memset(header, 0, BL_WAV_HEADER_BYTES);
  put_chunk(header, big ? "RF64" : "RIFF", big ? UNKNOWN_32 : (uint32_t)riff);
  memcpy(header + 8, "WAVE", 4u);
  put_chunk(header + AT_DS64, big ? "ds64" : "JUNK", DS64_BYTES);
  if (big) {
    bl_bytes_put(header + AT_DS64 + 8, riff, 8u);
    bl_bytes_put(header + AT_DS64 + 16, data, 8u);
    bl_bytes_put(header + AT_DS64 + 24, info->frames, 8u);
  }
  put_bext(header + AT_BEXT, info);
  put_format(header + AT_FMT, info);
  put_chunk(header + AT_FACT, "fact", 4u);
  bl_bytes_put(header + AT_FACT + 8, big ? UNKNOWN_32 : info->frames, 4u);
  put_chunk(header + AT_DATA, "data", big ? UNKNOWN_32 : (uint32_t)data);
}

static bool
is_header(const unsigned char* const header)
{
  return (!memcmp(header, "RIFF", 4u) || !memcmp(header, "RF64", 4u)) &&
         !memcmp(header + 8, "WAVE", 4u) &&
         !memcmp(header + AT_BEXT, "bext", 4u) &&
         !memcmp(header + AT_FMT, "fmt ", 4u) &&
         bl_bytes_get(header + AT_FMT + 8, 2u) == FORMAT_FLOAT &&
         !memcmp(header + AT_FACT, "fact", 4u) &&
         !memcmp(header + AT_DATA, "data", 4u);
}

BlStatus
bl_wav_probe(const int fd, BlWavInfo* const info)
{
  unsigned char header[BL_WAV_HEADER_BYTES];
  struct stat   file;
  if (fstat(fd, &file)) {
    return bl_status_from_errno(errno);
  }
  if (pread(fd, header, sizeof(header), 0) != (ssize_t)sizeof(header) ||
      !is_header(header)) {
    return BL_BAD_FILE;
  }

  memset(info, 0, sizeof(*info));
  info->channels = (uint32_t)bl_bytes_get(header + AT_FMT + 10, 2u);
  info->rate     = (uint32_t)bl_bytes_get(header + AT_FMT + 12, 4u);
  if (info->channels < 1u || info->channels > BL_TAKE_MAX_CHANNELS ||
      info->rate < BL_RATE_MIN || info->rate > BL_RATE_MAX) {
    return BL_BAD_FILE;
  }

  const unsigned char* const bext = header + AT_BEXT + 8;
  memcpy(info->description, bext, sizeof(info->description) - 1u);
  memcpy(info->reference, bext + 288, sizeof(info->reference) - 1u);
  memcpy(info->created, bext + 320, 10u);
  info->created[10] = 'T';
  memcpy(info->created + 11, bext + 330, 8u);
  info->time_reference = bl_bytes_get(bext + 338, 8u);
  info->frames =
    ((uint64_t)file.st_size - BL_WAV_HEADER_BYTES) / frame_bytes(info);
  return BL_SUCCESS;
}

// Writing

static ssize_t
plain_write(void* const       handle,
            const int         fd,
            const void* const data,
            const size_t      size,
            const off_t       offset)
{
  (void)handle;
  return pwrite(fd, data, size, offset);
}

/// Write all of it; *written says how much there is after a failure
static BlStatus
write_at(const BlWav* const wav,
         const void* const  data,
         const size_t       size,
         const uint64_t     offset,
         size_t* const      written)
{
  const unsigned char* const bytes = (const unsigned char*)data;
  size_t                     done  = 0u;
  BlStatus                   st    = BL_SUCCESS;
  while (!st && done < size) {
    const ssize_t n = wav->write(wav->handle, wav->fd, bytes + done,
                                 size - done, (off_t)(offset + done));
    if (n > 0) {
      done += (size_t)n;
    } else if (n == 0 || errno != EINTR) {
      st = n == 0 ? BL_DISK_FULL : bl_status_from_errno(errno);
    }
  }
  *written = done;
  return st;
}

BlStatus
bl_wav_update(const BlWav* const wav)
{
  unsigned char header[BL_WAV_HEADER_BYTES];
  size_t        written = 0u;
  bl_wav_header(&wav->info, header);
  return write_at(wav, header, sizeof(header), 0u, &written);
}

BlStatus
bl_wav_create(BlWav* const           wav,
              const char* const      path,
              const BlWavInfo* const info,
              const BlWavWrite       write,
              void* const            handle)
{
  // Under its own name only once it is locked and can be read
  char fresh[BL_PATH_BYTES];
  if ((size_t)snprintf(fresh, sizeof(fresh), "%s.new", path) >= sizeof(fresh)) {
    return BL_BAD_ARG;
  }

  wav->info   = *info;
  wav->write  = write ? write : plain_write;
  wav->handle = handle;
  wav->fd     = open(fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (wav->fd < 0) {
    return bl_status_from_errno(errno);
  }

  BlStatus st = flock(wav->fd, LOCK_EX | LOCK_NB) ? bl_status_from_errno(errno)
                                                  : bl_wav_update(wav);
  if (!st && rename(fresh, path)) {
    st = bl_status_from_errno(errno);
  }
  if (st) {
    unlink(fresh);
    bl_wav_close(wav);
  }
  return st;
}

BlStatus
bl_wav_append(BlWav* const wav, const void* const data, const uint64_t frames)
{
  const uint32_t each = frame_bytes(&wav->info);
  const uint64_t at   = BL_WAV_HEADER_BYTES + wav->info.frames * each;

  size_t         written = 0u;
  const BlStatus st =
    write_at(wav, data, (size_t)(frames * each), at, &written);
  wav->info.frames += written / each;
  return st;
}

BlStatus
bl_wav_sync(const BlWav* const wav)
{
  return fdatasync(wav->fd) ? bl_status_from_errno(errno) : BL_SUCCESS;
}

void
bl_wav_close(BlWav* const wav)
{
  if (wav->fd >= 0) {
    close(wav->fd);
    wav->fd = -1;
  }
}

BlStatus
bl_wav_mend(const int fd, BlWavInfo* const info)
{
  BlStatus st = bl_wav_probe(fd, info);
  if (st) {
    return st;
  }

  const BlWav wav = { fd, *info, plain_write, NULL };
  const off_t length =
    (off_t)(BL_WAV_HEADER_BYTES + info->frames * frame_bytes(info));
  if (ftruncate(fd, length)) {
    return bl_status_from_errno(errno);
  }
  if (!(st = bl_wav_update(&wav))) {
    st = bl_wav_sync(&wav);
  }
  return st;
}

uint64_t
bl_wav_read(const int              fd,
            const BlWavInfo* const info,
            const uint64_t         from,
            float* const           to,
            const uint64_t         frames)
{
  const uint32_t       each  = frame_bytes(info);
  const size_t         size  = (size_t)(frames * each);
  const off_t          at    = (off_t)(BL_WAV_HEADER_BYTES + from * each);
  unsigned char* const bytes = (unsigned char*)to;
  size_t               done  = 0u;
  while (done < size) {
    const ssize_t n = pread(fd, bytes + done, size - done, at + (off_t)done);
    if (n > 0) {
      done += (size_t)n;
    } else if (n == 0 || errno != EINTR) {
      break;
    }
  }
  return done / each;
}
