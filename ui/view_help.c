// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

static const char*
style_help(const BlItemRef ref)
{
  static const char* const fields[BL_N_STRINGS] = {
    "The song's title, and the name of its files.",
    "Words for the style, with commas between them: instruments, tempo, era.",
    "What must not be heard; empty: vocals, singing, choir.",
    "The service's model, such as V6; empty: its own choice.",
  };
  static const char* const sliders[] = {
    "How closely to follow the style. Wheel: 0.01; double-click: as usual.",
    "Conventional (0) or creative (1). Wheel: 0.01; double-click: as usual.",
    "The voice against the style. Wheel: 0.01; double-click: as usual.",
  };

  switch (ref.kind) {
    case BL_ITEM_FIELD:
      return fields[ref.index];
    case BL_ITEM_SLIDER:
      return sliders[ref.index];
    case BL_ITEM_GENDER:
      return "For vocal elements, if the service makes any.";
    case BL_ITEM_FINE:
      return "Weights, model and stems. Lit while one of them is set.";
    case BL_ITEM_SETTING:
      return ref.index == (int)BL_PORT_STEMS
               ? "Drums, bass, chords and pad as files of their own; only the "
                 "local band delivers them."
             : ref.index == (int)BL_PORT_FINE_TUNE
               ? "On: these three are sent. Off: the service's own count."
               : "";
    case BL_ITEM_GENRE:
    case BL_ITEM_MOOD:
    case BL_ITEM_ENSEMBLE:
      return ref.index ? "Becomes a tag; a second click takes it off."
                       : "All there are, in a menu.";
    case BL_ITEM_PRESET:
      return "Styles to begin with: they set all of this but the title.";
    default:
      return "";
  }
}

const char*
bl_view_help(const BlItemRef ref)
{
  switch (ref.kind) {
    case BL_ITEM_ARM:
      return "Armed, a take is captured whenever the host plays, bounces or "
             "exports.";
    case BL_ITEM_RECORD_NOW:
      return "Record now: whatever passes is captured, also while the "
             "transport stands, until this is pressed again.";
    case BL_ITEM_METER:
      return "The voice as it comes in. A click puts the clip light out.";
    case BL_ITEM_TAKES:
      return "Earlier takes: choosing one brings its settings and results "
             "back.";
    case BL_ITEM_SERVICE:
      return "Who makes the instrumental.";
    case BL_ITEM_GEAR:
      return "Service, key, capture, files, and what the keyboard does (F1).";
    case BL_ITEM_RESULT:
      return "Drag it below the tracks for a new track, or onto one. "
             "Right-click: menu.";
    case BL_ITEM_BOTH:
      return "Drag both onto the timeline at once.";
    case BL_ITEM_RESULTS:
      return "What was made of this take each time it was generated. Wheel: "
             "the one before.";
    case BL_ITEM_RESULT_MENU:
      return "Its folder, path, title and settings; stems and MIDI, if any.";
    case BL_ITEM_CANCEL:
      return "Stops waiting; a paid service may charge all the same.";
    case BL_ITEM_RESUME:
      return "Goes on with what was paid for already, at no further price.";
    case BL_ITEM_CLAIM:
      return "Copy the task's id from the service's site, then press this.";
    default:
      return style_help(ref);
  }
}
