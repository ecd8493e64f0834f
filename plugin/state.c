// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "state.h"

#include "base/text.h"
#include "take/store.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID_DIGITS 16u

_Static_assert(BL_SESSION_TAKES* BL_TAKE_ID_BYTES <= BL_SESSION_BYTES,
               "room for all takes");

typedef struct
{
  const BlUrids*           urids;
  LV2_State_Store_Function store;
  LV2_State_Handle         handle;
} Saver;

static LV2_State_Status
put_string(const Saver* const saver, const LV2_URID key, const char* const text)
{
  return saver->store(saver->handle, key, text, strlen(text) + 1u,
                      saver->urids->atom_String,
                      LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE);
}

static LV2_State_Status
save_lists(const Saver* const saver, const BlSession* const session)
{
  char   id[ID_DIGITS + 1u] = { 0 };
  size_t used               = 0;
  char*  text               = (char*)calloc(1, BL_SESSION_BYTES);
  if (!text) {
    return LV2_STATE_ERR_UNKNOWN;
  }

  snprintf(id, sizeof(id), "%016" PRIx64, session->id);
  LV2_State_Status st = put_string(saver, saver->urids->bl_session, id);

  for (size_t i = 0; i < session->n_takes; ++i) {
    used += (size_t)snprintf(text + used, BL_SESSION_BYTES - used, "%s%s",
                             i ? " " : "", session->takes[i]);
  }
  if (!st) {
    st = put_string(saver, saver->urids->bl_sessionTakes, text);
  }

  text[0] = '\0';
  used    = 0;
  for (size_t i = 0; i < session->n_jobs; ++i) {
    used += (size_t)snprintf(text + used, BL_SESSION_BYTES - used,
                             "%s%s#%" PRIu32, i ? " " : "",
                             session->jobs[i].take_id, session->jobs[i].number);
  }
  if (!st) {
    st = put_string(saver, saver->urids->bl_sessionJobs, text);
  }

  free(text);
  return st;
}

LV2_State_Status
bl_state_save(const BlSession* const         session,
              const BlUrids* const           urids,
              const uint32_t                 flags,
              const LV2_State_Store_Function store,
              const LV2_State_Handle         handle)
{
  const Saver   saver   = { urids, store, handle };
  const int32_t version = BL_STATE_VERSION;

  LV2_State_Status st =
    store(handle, urids->bl_stateVersion, &version, sizeof(version),
          urids->atom_Int, LV2_STATE_IS_POD | LV2_STATE_IS_PORTABLE);
  for (size_t i = 0; !st && i < BL_N_STRINGS; ++i) {
    st = put_string(&saver, urids->bl_strings[i], session->strings[i]);
  }
  if (!st && !(flags & LV2_STATE_IS_PORTABLE)) {
    st = save_lists(&saver, session);
  }
  return st;
}

/// One word of a list; false at the end
static bool
next_word(const char** const text,
          size_t* const      left,
          const char** const word,
          size_t* const      length)
{
  while (*left && (**text == ' ' || !**text)) {
    ++*text;
    --*left;
  }

  *word   = *text;
  *length = 0;
  while (*left && **text != ' ' && **text) {
    ++*text;
    --*left;
    ++*length;
  }
  return *length;
}

static bool
read_id(char id[BL_TAKE_ID_BYTES], const char* const word, const size_t length)
{
  if (length >= BL_TAKE_ID_BYTES) {
    return false;
  }
  memcpy(id, word, length);
  id[length] = '\0';
  return bl_store_id_is_valid(id);
}

void
bl_session_read_takes(BlSession* const  session,
                      const char* const text,
                      const size_t      length)
{
  const char* next = text;
  const char* word = NULL;
  size_t      left = length;
  size_t      size = 0;

  while (session->n_takes < BL_SESSION_TAKES &&
         next_word(&next, &left, &word, &size)) {
    session->n_takes += read_id(session->takes[session->n_takes], word, size);
  }
}

/// A number of 1 to 9 digits; 0 for what is none
static uint32_t
read_number(const char* const text, const size_t length)
{
  uint32_t number = 0;
  if (length < 1 || length > 9) {
    return 0;
  }
  for (size_t i = 0; i < length; ++i) {
    if (text[i] < '0' || text[i] > '9') {
      return 0;
    }
    number = 10u * number + (uint32_t)(text[i] - '0');
  }
  return number;
}

void
bl_session_read_jobs(BlSession* const  session,
                     const char* const text,
                     const size_t      length)
{
  const char* next = text;
  const char* word = NULL;
  size_t      left = length;
  size_t      size = 0;

  while (session->n_jobs < BL_JOBS_MAX &&
         next_word(&next, &left, &word, &size)) {
    BlSessionJob* const job  = &session->jobs[session->n_jobs];
    const char* const   mark = (const char*)memchr(word, '#', size);
    if (mark) {
      const size_t before = (size_t)(mark - word);
      job->number         = read_number(mark + 1, size - before - 1u);
      session->n_jobs += job->number && read_id(job->take_id, word, before);
    }
  }
}

/// The text under `key`, of `length` bytes, not terminated; NULL: none
static const char*
get_string(const BlUrids* const              urids,
           const LV2_State_Retrieve_Function retrieve,
           const LV2_State_Handle            handle,
           const LV2_URID                    key,
           size_t* const                     length)
{
  uint32_t          type  = 0;
  uint32_t          flags = 0;
  const char* const text =
    (const char*)retrieve(handle, key, length, &type, &flags);
  return text && type == urids->atom_String ? text : NULL;
}

static uint64_t
read_hex(const char* const text, const size_t length)
{
  uint64_t number = 0;
  if (length < ID_DIGITS) {
    return 0;
  }
  for (size_t i = 0; i < ID_DIGITS; ++i) {
    const char c = text[i];
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
      return 0;
    }
    number = number << 4u | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
  }
  return number;
}

void
bl_state_restore(BlSession* const                  session,
                 const BlUrids* const              urids,
                 const LV2_State_Retrieve_Function retrieve,
                 const LV2_State_Handle            handle)
{
  size_t      length = 0;
  const char* text   = NULL;

  memset(session, 0, sizeof(*session));
  for (size_t i = 0; i < BL_N_STRINGS; ++i) {
    text = get_string(urids, retrieve, handle, urids->bl_strings[i], &length);
    if (text) {
      session->has_string[i] = true;
      bl_text_copy(session->strings[i], BL_TEXT_BYTES, text,
                   (uint32_t)(length < UINT32_MAX ? length : UINT32_MAX));
    }
  }

  if ((text =
         get_string(urids, retrieve, handle, urids->bl_session, &length))) {
    session->id = read_hex(text, length);
  }
  if ((text = get_string(urids, retrieve, handle, urids->bl_sessionTakes,
                         &length))) {
    bl_session_read_takes(session, text, length);
  }
  if ((text =
         get_string(urids, retrieve, handle, urids->bl_sessionJobs, &length))) {
    bl_session_read_jobs(session, text, length);
  }
}
