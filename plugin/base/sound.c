// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "base/sound.h"

#include <errno.h>
#include <stddef.h>

BlStatus
bl_status_from_sndfile(SNDFILE* const file)
{
  static const struct
  {
    int      number;
    BlStatus status;
  } table[] = {
    { SF_ERR_UNRECOGNISED_FORMAT, BL_BAD_FILE },
    { SF_ERR_MALFORMED_FILE, BL_BAD_FILE },
    { SF_ERR_UNSUPPORTED_ENCODING, BL_BAD_FILE },
  };

  const int system = errno;
  const int number = sf_error(file);
  for (size_t i = 0; i < BL_COUNT(table); ++i) {
    if (table[i].number == number) {
      return table[i].status;
    }
  }
  return number == SF_ERR_SYSTEM && system ? bl_status_from_errno(system)
                                           : BL_IO;
}
