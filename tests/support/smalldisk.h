// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_TESTS_SMALLDISK_H
#define BL_TESTS_SMALLDISK_H

#include <stdbool.h>
#include <stddef.h>

/**
   A really small disk: a tmpfs that only this process sees, in a mount
   namespace of its own (as root, else in a user namespace, too).
*/

/// Mount `bytes` at the existing folder `path`; before any thread is started.
/// @return false where the system allows neither way (it is said on stderr)
bool small_disk_mount(const char* path, size_t bytes);

/// Fill it up to its last `left` bytes.  @return false on failure
bool small_disk_fill(const char* path, size_t left);

/// Take that away again
void small_disk_empty(const char* path);

#endif // BL_TESTS_SMALLDISK_H
