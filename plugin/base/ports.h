// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_BASE_PORTS_H
#define BL_BASE_PORTS_H

/**
   Port indices, equal in both plugins up to the audio ports.

   Audio ports come last, so that every other index is the same for mono and
   stereo.  The ports of `audition` (variation, audition, audition_gain) will
   be appended after them; until they do something they do not exist.
*/

#define BL_PLUGIN_MONO_URI "urn:backline:lv2:mono"
#define BL_PLUGIN_STEREO_URI "urn:backline:lv2:stereo"
#define BL_UI_URI "urn:backline:lv2:ui"

typedef enum
{
  BL_PORT_CONTROL = 0, ///< Atom input: time:Position, patch:Message, ours
  BL_PORT_NOTIFY  = 1, ///< Atom output

  // Control inputs, in the order of BL_PARAMS (base/params.h)
  BL_PORT_ENABLED      = 2,
  BL_PORT_FREEWHEEL    = 3,
  BL_PORT_ARM          = 4,
  BL_PORT_RECORD       = 5,
  BL_PORT_TAKE         = 6,
  BL_PORT_GENERATE     = 7,
  BL_PORT_CANCEL       = 8,
  BL_PORT_AUTO         = 9,
  BL_PORT_SERVICE      = 10,
  BL_PORT_GENRE        = 11,
  BL_PORT_MOOD         = 12,
  BL_PORT_ENSEMBLE     = 13,
  BL_PORT_HOST_TEMPO   = 14,
  BL_PORT_VOCAL_GENDER = 15,
  BL_PORT_FINE_TUNE    = 16,
  BL_PORT_STYLE_WEIGHT = 17,
  BL_PORT_WEIRDNESS    = 18,
  BL_PORT_AUDIO_WEIGHT = 19,
  BL_PORT_STEMS        = 20,

  // Control outputs
  BL_PORT_STATUS       = 21,
  BL_PORT_PROGRESS     = 22,
  BL_PORT_TAKE_SECONDS = 23,
  BL_PORT_TAKE_BAR     = 24,
  BL_PORT_DROPPED      = 25,
  BL_PORT_TAKES        = 26,
  BL_PORT_RESULTS      = 27,
  BL_PORT_ERROR        = 28,
  BL_PORT_CREDITS      = 29,
  BL_PORT_LEVEL        = 30,

  // Audio: mono in, out; stereo in left, in right, out left, out right
  BL_PORT_AUDIO = 31,
} BlPort;

#define BL_PORT_CONTROL_IN_FIRST 2u
#define BL_PORT_CONTROL_IN_COUNT 19u
#define BL_PORT_CONTROL_OUT_FIRST 21u
#define BL_PORT_CONTROL_OUT_COUNT 10u
#define BL_N_PORTS_MONO 33u
#define BL_N_PORTS_STEREO 35u

/// Values of the `status` port: the states that a user sees
typedef enum
{
  BL_SHOWN_IDLE       = 0, ///< No take, not armed
  BL_SHOWN_ARMED      = 1, ///< Waiting for the transport or a bounce
  BL_SHOWN_RECORDING  = 2, ///< A take is open
  BL_SHOWN_TAKE       = 3, ///< A take is ready for Generate
  BL_SHOWN_CHECKING   = 4,
  BL_SHOWN_ENCODING   = 5,
  BL_SHOWN_UPLOADING  = 6,
  BL_SHOWN_SUBMITTING = 7,
  BL_SHOWN_WAITING    = 8,  ///< Accepted by the service
  BL_SHOWN_LISTENING  = 9,  ///< `text`: the service has analysed the take
  BL_SHOWN_FIRST      = 10, ///< The first of two is ready
  BL_SHOWN_FETCHING   = 11,
  BL_SHOWN_PLACING    = 12,
  BL_SHOWN_DONE       = 13, ///< Both are on disk
  BL_SHOWN_FAILED     = 14, ///< The `error` port says why
  BL_SHOWN_CANCELLED  = 15,
  BL_SHOWN_UNSURE     = 16, ///< May be paid already; see base/status.h
  BL_SHOWN_USE_STEREO = 17, ///< Follows another mono instance
} BlShown;

#define BL_N_SHOWN 18u

#endif // BL_BASE_PORTS_H
