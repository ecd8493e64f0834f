// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "result/mp3.h"

#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// The header of one MPEG audio frame, layer III
typedef struct
{
  bool     mpeg1;
  bool     mono;
  bool     crc;
  uint32_t rate;
  size_t   bytes;
} FrameHead;

static bool
parse_frame(const uint8_t* const data, const size_t size, FrameHead* const head)
{
  static const uint16_t rates1[] = { 44100, 48000, 32000 };
  static const uint16_t kbits1[] = { 0,   32,  40,  48,  56,  64,  80, 96,
                                     112, 128, 160, 192, 224, 256, 320 };
  static const uint16_t kbits2[] = { 0,  8,  16, 24,  32,  40,  48, 56,
                                     64, 80, 96, 112, 128, 144, 160 };

  if (size < 4 || data[0] != 0xFF || (data[1] & 0xE0u) != 0xE0u) {
    return false;
  }

  const unsigned version = (data[1] >> 3) & 3u; // 3: MPEG 1, 2: 2, 0: 2.5
  const unsigned layer   = (data[1] >> 1) & 3u; // 1: layer III
  const unsigned kbit    = data[2] >> 4;
  const unsigned rate    = (data[2] >> 2) & 3u;
  if (version == 1 || layer != 1 || kbit == 0 || kbit == 15 || rate == 3) {
    return false;
  }

  head->mpeg1 = version == 3;
  head->mono  = (data[3] >> 6) == 3;
  head->crc   = !(data[1] & 1u);
  head->rate  = rates1[rate] / (version == 3 ? 1u : version == 2 ? 2u : 4u);

  const size_t bits = 1000u * (head->mpeg1 ? kbits1[kbit] : kbits2[kbit]);
  head->bytes =
    (head->mpeg1 ? 144u : 72u) * bits / head->rate + ((data[2] >> 1) & 1u);
  return true;
}

/// Past an ID3v2 tag, where there is one
static size_t
skip_id3(const uint8_t* const data, const size_t size)
{
  if (size < 10 || memcmp(data, "ID3", 3) != 0) {
    return 0;
  }

  size_t length = 0;
  for (unsigned i = 6; i < 10; ++i) {
    length = (length << 7) | (data[i] & 0x7Fu);
  }
  return 10u + length + ((data[5] & 0x10u) ? 10u : 0u);
}

static uint32_t
read_be32(const uint8_t* const p)
{
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 |
         (uint32_t)p[3];
}

/// ISO 11172-3 says where the side information ends; there the tag begins
static void
parse_tag(const uint8_t* const   frame,
          const size_t           size,
          const FrameHead* const head,
          BlMp3Head* const       mp3)
{
  const size_t side =
    head->mpeg1 ? (head->mono ? 17u : 32u) : (head->mono ? 9u : 17u);
  size_t at = 4u + (head->crc ? 2u : 0u) + side;
  if (size < at + 8 || (memcmp(frame + at, "Xing", 4) != 0 &&
                        memcmp(frame + at, "Info", 4) != 0)) {
    return;
  }

  const uint32_t flags = read_be32(frame + at + 4);
  at += 8;
  if (!(flags & 1u) || size < at + 4 || !read_be32(frame + at)) {
    return;
  }

  mp3->has_tag = true;
  at += 4u + ((flags & 2u) ? 4u : 0u) + ((flags & 4u) ? 100u : 0u) +
        ((flags & 8u) ? 4u : 0u);
  if (size >= at + 24) {
    mp3->delay = (uint32_t)frame[at + 21] << 4 | frame[at + 22] >> 4;
  }
}

BlStatus
bl_mp3_parse(const uint8_t* const data,
             const size_t         size,
             BlMp3Head* const     head)
{
  memset(head, 0, sizeof(*head));
  for (size_t i = skip_id3(data, size); i + 4 <= size; ++i) {
    FrameHead first;
    FrameHead second;
    if (!parse_frame(data + i, size - i, &first)) {
      continue;
    }

    // Two in a row, so that no chance bytes are taken for a frame
    const size_t next = i + first.bytes;
    if (next + 4 <= size && (!parse_frame(data + next, size - next, &second) ||
                             second.rate != first.rate)) {
      continue;
    }

    parse_tag(data + i, size - i, &first, head);
    return BL_SUCCESS;
  }
  return BL_BAD_FILE;
}

/// Past a long ID3 tag (pictures), so that the first frame is in the buffer
static BlStatus
read_head(FILE* const file, uint8_t* const data, size_t* const size)
{
  *size             = fread(data, 1, BL_MP3_HEAD_BYTES, file);
  const size_t skip = skip_id3(data, *size);
  if (skip) {
    if (fseek(file, (long)skip, SEEK_SET)) {
      return BL_BAD_FILE;
    }
    *size = fread(data, 1, BL_MP3_HEAD_BYTES, file);
  }
  return BL_SUCCESS;
}

uint32_t
bl_mp3_padding(const char* const path)
{
  FILE* const    file = fopen(path, "rbe");
  uint8_t* const data = (uint8_t*)malloc(BL_MP3_HEAD_BYTES);
  BlMp3Head      head = { false, 0 };
  size_t         size = 0;
  const BlStatus st   = !file || !data ? BL_IO : read_head(file, data, &size);
  const bool     ok   = !st && !bl_mp3_parse(data, size, &head);

  free(data);
  if (file) {
    (void)fclose(file);
  }

  return !ok             ? 0
         : !head.has_tag ? BL_MP3_DECODER_DELAY + BL_MP3_ENCODER_DELAY
         : !head.delay   ? BL_MP3_ENCODER_DELAY
                         : 0;
}
