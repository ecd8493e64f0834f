// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "instance_priv.h"

#include "base/thread.h"

#include <string.h>

bool
bl_instance_is_watched(BlInstance* const self)
{
  return bl_time_monotonic() <
         atomic_load_explicit(&self->lease_until, memory_order_relaxed);
}

uint32_t
bl_instance_notice_space(BlInstance* const self)
{
  pthread_mutex_lock(&self->notices_lock);
  const uint32_t space = bl_ring_write_space(self->link.notices);
  pthread_mutex_unlock(&self->notices_lock);
  return space;
}

static void
post_locked(BlInstance* const self, const void* const atom, const uint32_t size)
{
  // What cannot be encoded will not be the next time either
  if (size && bl_ring_write(self->link.notices, atom, size)) {
    self->overflow = true;
  }
  atomic_fetch_add_explicit(&self->link.published, 1u, memory_order_release);
}

void
bl_instance_tell(BlInstance* const self, const BlMessage* const message)
{
  if (!bl_instance_is_watched(self)) {
    return;
  }

  pthread_mutex_lock(&self->notices_lock);
  post_locked(self, self->atom,
              bl_message_encode(&self->protocol, message, self->atom,
                                BL_MESSAGE_ATOM_BYTES));
  pthread_mutex_unlock(&self->notices_lock);
}

void
bl_instance_tell_string(BlInstance* const self, const BlStringId id)
{
  struct
  {
    LV2_Atom_Object        object;
    LV2_Atom_Property_Body property;
    LV2_URID               urid;
    uint32_t               pad;
    LV2_Atom_Property_Body value;
    char                   text[BL_TEXT_BYTES + 8u];
  } set;

  memset(&set, 0, sizeof(set));
  pthread_mutex_lock(&self->lock);
  memcpy(set.text, self->strings[id], BL_TEXT_BYTES);
  pthread_mutex_unlock(&self->lock);

  // Turtle: [] a patch:Set ; patch:property bl:title ; patch:value "…" .
  const uint32_t length   = (uint32_t)strlen(set.text) + 1u;
  const uint32_t used     = (uint32_t)offsetof(__typeof__(set), text) + length;
  set.object.atom.type    = self->urids.atom_Object;
  set.object.atom.size    = used - (uint32_t)sizeof(LV2_Atom);
  set.object.body.otype   = self->urids.patch_Set;
  set.property.key        = self->urids.patch_property;
  set.property.value.type = self->urids.atom_URID;
  set.property.value.size = sizeof(LV2_URID);
  set.urid                = self->urids.bl_strings[id];
  set.value.key           = self->urids.patch_value;
  set.value.value.type    = self->urids.atom_String;
  set.value.value.size    = length;

  pthread_mutex_lock(&self->notices_lock);
  post_locked(self, &set, (used + 7u) & ~7u);
  pthread_mutex_unlock(&self->notices_lock);
}

void
bl_instance_tell_changed(BlInstance* const self)
{
  const LV2_Atom_Object changed = { { sizeof(LV2_Atom_Object_Body),
                                      self->urids.atom_Object },
                                    { 0, self->urids.state_StateChanged } };

  pthread_mutex_lock(&self->notices_lock);
  post_locked(self, &changed, sizeof(changed));
  pthread_mutex_unlock(&self->notices_lock);
}

bool
bl_instance_take_overflow(BlInstance* const self)
{
  pthread_mutex_lock(&self->notices_lock);
  const bool overflow =
    self->overflow && bl_ring_write_space(self->link.notices) + 1u >=
                        bl_ring_capacity(self->link.notices);
  if (overflow) {
    self->overflow = false;
  }
  pthread_mutex_unlock(&self->notices_lock);
  return overflow;
}
