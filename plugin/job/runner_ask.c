// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "job/runner_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static BlWish*
new_wish(const BlWishKind  kind,
         const char* const take_id,
         const uint32_t    number)
{
  BlWish* const wish = (BlWish*)calloc(1, sizeof(BlWish));
  if (wish) {
    wish->kind   = kind;
    wish->number = number;
    snprintf(wish->take_id, sizeof(wish->take_id), "%s", take_id);
  }
  return wish;
}

/// Cancel at once what is in our hands; the wish does the rest
static void
trigger_locked(BlRunner* const runner, const BlWish* const wish)
{
  for (BlJobTask* task = runner->tasks; task; task = task->next) {
    const bool named = task->job.number == wish->number &&
                       !strcmp(task->job.take_id, wish->take_id);
    if (task->lock >= 0 && (named || !wish->number)) {
      task->cancel_wanted = true;
      bl_cancel_trigger(task->cancel);
    }
  }
}

/// A hint never takes the place of a wish: one a task, and half of the room
static bool
is_idle_hint(const BlRunner* const runner, const BlWish* const wish)
{
  if (wish->kind != BL_WISH_HINT) {
    return false;
  }

  const BlWish* at = runner->wishes;
  while (at &&
         (at->kind != BL_WISH_HINT || strcmp(at->task_id, wish->task_id))) {
    at = at->next;
  }
  return at || runner->n_wishes >= BL_ASKS_MAX / 2;
}

static BlStatus
post(BlRunner* const runner, BlWish* const wish, uint32_t* const ticket)
{
  if (!wish) {
    return BL_NO_MEM;
  }

  BlStatus st = BL_BUSY;
  pthread_mutex_lock(&runner->lock);
  if (wish->kind == BL_WISH_CANCEL) {
    trigger_locked(runner, wish);
  }
  if (runner->n_wishes < BL_ASKS_MAX && !is_idle_hint(runner, wish)) {
    BlWish** at = &runner->wishes;
    while (*at) {
      at = &(*at)->next;
    }
    *at = wish;
    ++runner->n_wishes;
    if (ticket) {
      runner->last_ticket += runner->last_ticket == UINT32_MAX ? 2u : 1u;
      wish->ticket = runner->last_ticket;
      *ticket      = wish->ticket;
    }
    pthread_cond_signal(&runner->wake);
    st = BL_SUCCESS;
  }
  pthread_mutex_unlock(&runner->lock);

  if (st) {
    free(wish);
  }
  return st;
}

BlStatus
bl_runner_generate(BlRunner* const    runner,
                   const BlAsk* const ask,
                   uint32_t* const    ticket)
{
  uint32_t      unused = 0;
  BlWish* const wish   = new_wish(BL_WISH_GENERATE, ask->take_id, 0);
  if (wish) {
    wish->ask = *ask;
  }
  return post(runner, wish, ticket ? ticket : &unused);
}

BlStatus
bl_runner_adopt(BlRunner* const   runner,
                const char* const take_id,
                const uint32_t    number)
{
  return post(runner, new_wish(BL_WISH_ADOPT, take_id, number), NULL);
}

BlStatus
bl_runner_cancel(BlRunner* const   runner,
                 const char* const take_id,
                 const uint32_t    number)
{
  return post(runner, new_wish(BL_WISH_CANCEL, take_id ? take_id : "", number),
              NULL);
}

BlStatus
bl_runner_resume(BlRunner* const   runner,
                 const char* const take_id,
                 const uint32_t    number,
                 const bool        post_again)
{
  BlWish* const wish = new_wish(BL_WISH_RESUME, take_id, number);
  if (wish) {
    wish->again = post_again;
  }
  return post(runner, wish, NULL);
}

BlStatus
bl_runner_claim(BlRunner* const   runner,
                const char* const take_id,
                const uint32_t    number,
                const char* const task_id)
{
  if (!*task_id || strlen(task_id) >= BL_NAME_BYTES) {
    return BL_BAD_ARG;
  }

  BlWish* const wish = new_wish(BL_WISH_CLAIM, take_id, number);
  if (wish) {
    snprintf(wish->task_id, sizeof(wish->task_id), "%s", task_id);
  }
  return post(runner, wish, NULL);
}

void
bl_runner_stir(BlRunner* const runner)
{
  pthread_mutex_lock(&runner->lock);
  runner->stirred = true;
  pthread_cond_signal(&runner->wake);
  pthread_mutex_unlock(&runner->lock);
}

void
bl_runner_hint(BlRunner* const runner, const char* const task_id)
{
  BlWish* const wish = new_wish(BL_WISH_HINT, "", 0);
  if (wish) {
    snprintf(wish->task_id, sizeof(wish->task_id), "%s", task_id);
  }
  (void)post(runner, wish, NULL); // A hint that is lost costs some seconds
}
