// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/status.h"

#include <errno.h>
#include <stddef.h>

typedef struct
{
  BlStatus    status;
  bool        retryable;
  const char* text;
  const char* next_step;
} StatusRow;

static const StatusRow rows[] = {
  { BL_SUCCESS, false, "Success", "" },
  { BL_NO_MEM, true, "Out of memory", "Close something and press Generate." },
  { BL_BAD_ARG, false, "A value is out of its range",
    "Correct it and try again." },
  { BL_BAD_STATE, false, "That cannot be done now", "" },
  { BL_TIMED_OUT, true, "It took too long", "Press Generate to go on." },
  { BL_CANCELLED, false, "Cancelled",
    "Press Generate to start anew; the take is kept." },
  { BL_UNSUPPORTED, false, "That is not supported", "" },
  { BL_BUSY, true, "Another Backline is working on it",
    "Wait for it, or stop it there." },
  { BL_INTERNAL, false, "Backline made a mistake",
    "Please report it with the log; the take is kept." },
  { BL_IO, true, "A file could not be read or written",
    "Check the disk, then press Generate." },
  { BL_DISK_FULL, false, "The disk is full",
    "Free some space; what was captured is kept." },
  { BL_NO_ACCESS, false, "A file or folder may not be written",
    "Check the permissions of Backline's folder." },
  { BL_NOT_FOUND, false, "A file is missing",
    "Look whether it was moved or deleted." },
  { BL_EXISTS, false, "The file exists already",
    "Choose another name or folder." },
  { BL_BAD_FILE, false, "A file is damaged or not audio",
    "Check the file named; it was left as it is." },
  { BL_FILE_TOO_BIG, false, "The file is too big", "Choose a shorter one." },
  { BL_NO_TAKE, false, "There is no take yet",
    "Arm Backline, then bounce or play the region." },
  { BL_TAKE_SILENT, false, "The take is silent",
    "Choose one with sound in it, or check what is connected to "
    "Backline." },
  { BL_TAKE_SHORT, false, "The take is shorter than one second",
    "Capture at least ten seconds." },
  { BL_TAKE_LONG, false, "The take is longer than eight minutes",
    "Bounce a shorter range." },
  { BL_OVERRUN, false, "Frames were lost while capturing",
    "Bounce the region again; a faster disk helps." },
  { BL_HOST_SILENT, false,
    "The take is silent; a host that records sends plugins no input",
    "Bounce or play the region." },
  { BL_USE_STEREO, false, "Two mono instances hear the same take",
    "Use Backline Stereo on this track." },
  { BL_TAKE_BRIEF, false, "No take is ten seconds long",
    "Choose a shorter one by its number, or capture more." },
  { BL_BAD_FIELD, false, "A setting is out of its range or too long",
    "Correct the field named, then press Generate." },
  { BL_BAD_CONFIG, false, "The configuration file cannot be understood",
    "Correct the file named, or remove it." },
  { BL_NO_SERVICE, false, "No such service is configured",
    "Name it in config.json or choose another; the local band needs no "
    "account." },
  { BL_NO_KEY, false, "There is no key for this service",
    "Run \"backline login\", or choose the local band." },
  { BL_KEY_EXPOSED, false, "The credentials file can be read by others",
    "Run \"chmod 600\" on it; then consider a new key." },
  { BL_OFFLINE, true, "The service cannot be reached",
    "Check the network; Backline goes on by itself." },
  { BL_NET, true, "The connection broke", "Backline tries again by itself." },
  { BL_TLS, false, "The service's certificate was not accepted",
    "Check the clock and the address in config.json." },
  { BL_BAD_REPLY, true, "The service's answer makes no sense",
    "Press Generate to ask again; the take is kept." },
  { BL_TOO_BIG, false, "The service's answer is too big",
    "Look at the task on the service's site." },
  { BL_BAD_HOST, false,
    "The service named an address that Backline will not open",
    "Look at the task on the service's site." },
  { BL_AUTH, false, "The service does not accept the key",
    "Run \"backline login\" with a valid key, then press Generate." },
  { BL_NO_CREDITS, false, "Your account has no credits left",
    "Top up at the service's site, then press Generate; the take is kept." },
  { BL_RATE_LIMITED, true, "The service is asked too often",
    "Backline waits and tries again by itself." },
  { BL_REFUSED, false, "The service refused the request",
    "Read its message, correct the field, then press Generate." },
  { BL_TOO_LONG, false, "The service finds a text too long",
    "Shorten the tags or the title, then press Generate." },
  { BL_MATCHES_WORK, false,
    "The service says the audio matches an existing work",
    "It takes only your own recordings; choose another take or the local "
    "band." },
  { BL_SENSITIVE, false, "The service objects to a word",
    "Take artists' names and rough words out of tags and title, then press "
    "Generate." },
  { BL_SOURCE_GONE, true, "The service could not fetch the upload",
    "Press Generate to upload it again." },
  { BL_MAINTENANCE, true, "The service is under maintenance",
    "Backline tries again later by itself." },
  { BL_SERVER, true, "The service has an error of its own",
    "Try again later; the take is kept." },
  { BL_GENERATION, false, "The service could not generate it",
    "Press Generate to try again; it may cost again." },
  { BL_REFUNDED, false, "The generation failed and the credits came back",
    "Press Generate to try again." },
  { BL_NOT_HERE, false, "The service does not know it (any more)",
    "Press Generate to start anew." },
  { BL_CONFLICT, false, "The service has it already",
    "Look at the task on the service's site." },
  { BL_UNSURE, false, "Nobody knows whether the service took the request",
    "Look at your credits on the service's site; then press Generate to send "
    "it again, which may cost twice." },
  { BL_GAVE_UP, false, "The service did not finish in time",
    "Run \"backline resume\" later: asking again costs nothing." },
  { BL_STALE, false, "The request waited for more than a day and was not sent",
    "If it is still wanted, press Generate or run \"backline resume JOB "
    "--again\"." },
  { BL_NO_BAND, false, "The local band cannot be started",
    "Install backline-band beside the plugin or in the PATH." },
  { BL_NO_SOUNDFONT, false, "The local band finds no soundfont",
    "Install fluid-soundfont-gm or timgm6mb-soundfont, or correct "
    "\"soundfont\" in config.json." },
};

#define ASK_AGAIN "ask for it again (\"backline resume\"): that costs nothing."

/// Steps that differ once it has ended; NULL: as in `rows`
static const struct
{
  BlStatus    status;
  const char* ended;
  const char* owed;
} last_steps[] = {
  { BL_NO_MEM, NULL, "Close something, then " ASK_AGAIN },
  { BL_TIMED_OUT, "Try again later; the take is kept.", "Later, " ASK_AGAIN },
  { BL_IO, NULL, "Check the disk, then " ASK_AGAIN },
  { BL_DISK_FULL, NULL, "Free some space, then " ASK_AGAIN },
  { BL_NO_ACCESS, NULL,
    "Check the permissions of Backline's folder, then " ASK_AGAIN },
  { BL_NOT_FOUND, NULL, "Now " ASK_AGAIN },
  { BL_BAD_FILE, NULL, "Now " ASK_AGAIN },
  { BL_NO_SERVICE, NULL, "Name it in config.json, then " ASK_AGAIN },
  { BL_NO_KEY, NULL, "Run \"backline login\", then " ASK_AGAIN },
  { BL_KEY_EXPOSED, NULL, "Run \"chmod 600\" on it, then " ASK_AGAIN },
  { BL_OFFLINE, "Check the network, then try again.",
    "Check the network, then " ASK_AGAIN },
  { BL_NET, "Check the network, then try again.",
    "Check the network, then " ASK_AGAIN },
  { BL_TLS, NULL,
    "Check the clock and the address in config.json, then " ASK_AGAIN },
  { BL_BAD_REPLY, NULL, "Later, " ASK_AGAIN },
  { BL_AUTH, NULL, "Run \"backline login\" with a valid key, then " ASK_AGAIN },
  { BL_RATE_LIMITED, "Wait a minute, then try again.",
    "Wait a minute, then " ASK_AGAIN },
  { BL_MAINTENANCE, "Try again later; the take is kept.", "Later, " ASK_AGAIN },
  { BL_SERVER, NULL, "Later, " ASK_AGAIN },
};

static const StatusRow*
find_row(const int number)
{
  for (size_t i = 0; i < BL_COUNT(rows); ++i) {
    if ((int)rows[i].status == number) {
      return &rows[i];
    }
  }
  return NULL;
}

const char*
bl_strerror(const BlStatus status)
{
  const StatusRow* const row = find_row((int)status);
  return row ? row->text : "Unknown error";
}

const char*
bl_status_next_step(const BlStatus status)
{
  const StatusRow* const row = find_row((int)status);
  return row ? row->next_step : "";
}

const char*
bl_status_last_step(const BlStatus status, const bool owed)
{
  for (size_t i = 0; i < BL_COUNT(last_steps); ++i) {
    const char* const step = owed ? last_steps[i].owed : last_steps[i].ended;
    if (last_steps[i].status == status && step) {
      return step;
    }
  }
  return bl_status_next_step(status);
}

bool
bl_status_is_retryable(const BlStatus status)
{
  const StatusRow* const row = find_row((int)status);
  return row && row->retryable;
}

bool
bl_status_is_known(const int number)
{
  return find_row(number) != NULL;
}

BlStatus
bl_status_from_errno(const int number)
{
  static const struct
  {
    int      number;
    BlStatus status;
  } table[] = {
    { 0, BL_SUCCESS },          { ENOMEM, BL_NO_MEM },
    { EINVAL, BL_BAD_ARG },     { ETIMEDOUT, BL_TIMED_OUT },
    { ENOSPC, BL_DISK_FULL },   { EDQUOT, BL_DISK_FULL },
    { EFBIG, BL_FILE_TOO_BIG }, { EACCES, BL_NO_ACCESS },
    { EPERM, BL_NO_ACCESS },    { EROFS, BL_NO_ACCESS },
    { ENOENT, BL_NOT_FOUND },   { ENOTDIR, BL_NOT_FOUND },
    { EEXIST, BL_EXISTS },      { EWOULDBLOCK, BL_BUSY },
    { EBUSY, BL_BUSY },         { ENAMETOOLONG, BL_BAD_ARG },
  };

  for (size_t i = 0; i < BL_COUNT(table); ++i) {
    if (table[i].number == number) {
      return table[i].status;
    }
  }
  return BL_IO;
}
