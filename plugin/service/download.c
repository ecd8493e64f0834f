// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "service/download.h"

#include "service/dialect.h"
#include "service/reply.h"

#include <sndfile.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// One file under way
typedef struct
{
  const BlDownload* d;
  BlServiceError*   error;
  int               fd;
  uint64_t          have;
  char              validator[256];
} Fetch;

static BlStatus
fail(BlServiceError* const error, const BlStatus status, const char* const text)
{
  error->status = status;
  bl_reply_clean(error->message, sizeof(error->message), text);
  return status;
}

static BlStatus
start_over(Fetch* const f)
{
  f->have         = 0;
  f->validator[0] = '\0';
  return ftruncate(f->fd, 0) || lseek(f->fd, 0, SEEK_SET) < 0
           ? bl_status_from_errno(errno)
           : BL_SUCCESS;
}

/// One request; a redirect is left in `location`
static BlStatus
fetch_once(Fetch* const f, const char* const url, char location[BL_URL_BYTES])
{
  const BlDownload* const d       = f->d;
  const bool              resume  = f->have && f->validator[0];
  BlStatus                st      = resume ? BL_SUCCESS : start_over(f);
  const BlHttpRequest     request = {
        .verb          = BL_HTTP_GET,
        .url           = url,
        .to_file       = true,
        .fd            = f->fd,
        .most          = BL_DOWNLOAD_BYTES,
        .resume        = f->have,
        .if_range      = f->validator,
        .allow_http    = d->allow_http,
        .allow_private = d->allow_private,
        .progress      = d->progress,
        .handle        = d->handle,
  };
  if (st) {
    return fail(f->error, st, "The file for the download");
  }

  BlHttpReply reply;
  bl_transport_perform(d->transport, d->cancel, &request, &reply);

  f->have += reply.written;
  f->error->http          = (int)reply.http;
  f->error->retry_after_s = reply.retry_after_s;
  memcpy(f->validator, reply.validator, sizeof(f->validator));
  memcpy(location, reply.location, BL_URL_BYTES);

  if (reply.no_ranges) {
    st = start_over(f);
    st = st ? st : BL_NET;
  } else if (reply.status) {
    st = fail(f->error, reply.status, reply.message);
  } else if (reply.http / 100 == 3 && location[0]) {
    st = BL_SUCCESS;
  } else if (reply.http != 200 && reply.http != 206) {
    char text[64];
    snprintf(text, sizeof(text), "The download was answered with HTTP %ld",
             reply.http);
    st = fail(f->error, bl_status_from_http(reply.http), text);
    // A CDN's own refusal has nothing to do with the key or the request
    st = st == BL_AUTH || st == BL_REFUSED ? BL_NOT_HERE : st;
  }
  bl_http_reply_clear(&reply);
  return st;
}

static BlStatus
fetch_following(Fetch* const f, const char* const url)
{
  char next[BL_URL_BYTES];
  char location[BL_URL_BYTES];
  memcpy(next, url, sizeof(next));

  for (unsigned hop = 0; hop <= BL_HTTP_REDIRECTS; ++hop) {
    const BlStatus st = fetch_once(f, next, location);
    if (st || !location[0]) {
      return st;
    }
    memcpy(next, location, sizeof(next));
    f->have = 0;
  }
  return fail(f->error, BL_BAD_HOST, "The download is redirected in circles");
}

static bool
may_resume(const BlStatus status)
{
  return status == BL_NET || status == BL_TIMED_OUT;
}

static BlStatus
fetch_patiently(Fetch* const f, const char* const url)
{
  BlStatus st = start_over(f);
  for (unsigned i = 1; !st; ++i) {
    st = fetch_following(f, url);
    if (!may_resume(st) || i == BL_DOWNLOAD_TRIES) {
      return st;
    }

    bl_log(f->d->log, BL_LOG_NOTE, "download broke at %llu bytes: %s",
           (unsigned long long)f->have, f->error->message);
    st = bl_cancel_sleep(f->d->cancel, 0.25 * i) ? BL_CANCELLED : BL_SUCCESS;
  }
  return st;
}

static bool
head_is_audio(const uint8_t* const h, const size_t size)
{
  if (size < 16) {
    return false;
  }
  return !memcmp(h, "ID3", 3) || (h[0] == 0xFF && (h[1] & 0xE0u) == 0xE0u) ||
         ((!memcmp(h, "RIFF", 4) || !memcmp(h, "RF64", 4)) &&
          !memcmp(h + 8, "WAVE", 4)) ||
         !memcmp(h, "fLaC", 4) || !memcmp(h, "OggS", 4) ||
         (!memcmp(h, "FORM", 4) && !memcmp(h + 8, "AIF", 3)) ||
         !memcmp(h + 4, "ftyp", 4);
}

/// Does the file begin like MP3, WAV, FLAC, Ogg, AIFF or MP4?
static bool
is_audio(const char* const path)
{
  uint8_t     head[16] = { 0 };
  FILE* const file     = fopen(path, "rbe");
  if (!file) {
    return false;
  }
  const size_t n = fread(head, 1, sizeof(head), file);
  (void)fclose(file);
  return head_is_audio(head, n);
}

/// Seconds of audio; 0 where libsndfile cannot tell
static double
measure_duration(const char* const path)
{
  SF_INFO info;
  memset(&info, 0, sizeof(info));
  SNDFILE* const file = sf_open(path, SFM_READ, &info);
  if (!file) {
    return 0.0;
  }
  sf_close(file);
  return info.samplerate > 0 && info.frames > 0 && info.frames < SF_COUNT_MAX
           ? (double)info.frames / info.samplerate
           : 0.0;
}

static BlStatus
inspect(const Fetch* const       f,
        const BlTaskTrack* const track,
        const char* const        path)
{
  char text[128];
  if (f->have < BL_DOWNLOAD_MIN_BYTES) {
    snprintf(text, sizeof(text), "The download has only %llu bytes",
             (unsigned long long)f->have);
    return fail(f->error, BL_BAD_REPLY, text);
  }
  if (!is_audio(path)) {
    return fail(f->error, BL_BAD_REPLY, "The download is no audio file");
  }

  const double have = measure_duration(path);
  if (have > 0.0 && track->duration_s > 0.0 &&
      fabs(have - track->duration_s) >
        BL_DOWNLOAD_DURATION * track->duration_s) {
    snprintf(text, sizeof(text), "The download lasts %ld s instead of %ld s",
             lround(have), lround(track->duration_s));
    return fail(f->error, BL_BAD_REPLY, text);
  }
  return BL_SUCCESS;
}

/// Which of two failures says more: a later URL's 404 hides no broken line
static BlStatus
telling(const BlStatus a, const BlStatus b)
{
  return a == BL_SUCCESS || bl_status_is_retryable(b) ? b : a;
}

static BlStatus
fetch_any(Fetch* const             f,
          const BlTaskTrack* const track,
          const char* const        part)
{
  BlStatus       all  = BL_SUCCESS;
  BlServiceError best = *f->error;
  for (size_t i = 0; i < BL_COUNT(track->urls); ++i) {
    if (!track->urls[i][0]) {
      continue;
    }

    memset(f->error, 0, sizeof(*f->error));
    BlStatus st = fetch_patiently(f, track->urls[i]);
    if (!st && !(st = inspect(f, track, part))) {
      return BL_SUCCESS;
    }

    f->error->status = st;
    bl_log(f->d->log, BL_LOG_NOTE, "download from address %zu: %s (%s)", i + 1,
           bl_strerror(st), f->error->message);
    if (st == BL_CANCELLED || st == BL_DISK_FULL || st == BL_IO) {
      return st;
    }
    if (telling(all, st) == st) {
      all  = st;
      best = *f->error;
    }
  }

  *f->error = best;
  return all ? all : fail(f->error, BL_BAD_REPLY, "The result has no address");
}

/// An extra: WAV, MIDI or JSON, by its first bytes
static BlStatus
inspect_extra(const Fetch* const f, const char* const path)
{
  char        head[4] = "";
  FILE* const file    = fopen(path, "rbe");
  const bool  whole   = file && fread(head, 1, sizeof(head), file) == 4;
  if (file) {
    (void)fclose(file);
  }
  return whole && (!memcmp(head, "RIFF", 4) || !memcmp(head, "RF64", 4) ||
                   !memcmp(head, "MThd", 4) || head[0] == '{')
           ? BL_SUCCESS
           : fail(f->error, BL_BAD_REPLY, "The download is no such file");
}

static BlStatus
finish_file(const int fd, const char* const part, const char* const path)
{
  return fsync(fd) || rename(part, path) ? bl_status_from_errno(errno)
                                         : BL_SUCCESS;
}

/// A track by its addresses, or an extra by its only one
static BlStatus
download_to(const BlDownload* const  download,
            const BlTaskTrack* const track,
            const char* const        url,
            const char* const        path,
            BlServiceError* const    error)
{
  char part[BL_PATH_BYTES];
  memset(error, 0, sizeof(*error));
  if ((size_t)snprintf(part, sizeof(part), "%s.part", path) >= sizeof(part)) {
    return fail(error, BL_BAD_ARG, "The path is too long");
  }

  const int fd = open(part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) {
    return fail(error, bl_status_from_errno(errno),
                "The file for the download");
  }

  Fetch    fetch = { .d = download, .error = error, .fd = fd };
  BlStatus st =
    track ? fetch_any(&fetch, track, part) : fetch_patiently(&fetch, url);
  if (!st && !track) {
    st = inspect_extra(&fetch, part);
  }
  if (!st && (st = finish_file(fd, part, path))) {
    fail(error, st, "The file for the download");
  }

  close(fd);
  if (st) {
    unlink(part);
  }
  error->status = st;
  return st;
}

BlStatus
bl_download_track(const BlDownload* const  download,
                  const BlTaskTrack* const track,
                  const char* const        path,
                  BlServiceError* const    error)
{
  return download_to(download, track, NULL, path, error);
}

BlStatus
bl_download_extra(const BlDownload* const download,
                  const char* const       url,
                  const char* const       path,
                  BlServiceError* const   error)
{
  return download_to(download, NULL, url, path, error);
}

static BlStatus
compare(FILE* const a, FILE* const b, bool* const same)
{
  char   x[1u << 14];
  char   y[1u << 14];
  size_t n = 0;
  do {
    n = fread(x, 1, sizeof(x), a);
    if (fread(y, 1, sizeof(y), b) != n || memcmp(x, y, n)) {
      *same = false;
      break;
    }
  } while (n == sizeof(x));
  return ferror(a) || ferror(b) ? BL_IO : BL_SUCCESS;
}

BlStatus
bl_service_same_bytes(const char* const path_a,
                      const char* const path_b,
                      bool* const       same)
{
  *same = false;

  BlStatus    st = BL_NOT_FOUND;
  FILE* const a  = fopen(path_a, "rbe");
  FILE* const b  = fopen(path_b, "rbe");
  if (a && b) {
    *same = true;
    st    = compare(a, b, same);
  }
  if (a) {
    (void)fclose(a);
  }
  if (b) {
    (void)fclose(b);
  }
  return st;
}
