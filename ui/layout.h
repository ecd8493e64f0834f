// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_UI_LAYOUT_H
#define BL_UI_LAYOUT_H

#include "base/attributes.h"
#include "canvas.h"
#include "model.h"

#include <stdbool.h>
#include <stddef.h>

/**
   Where everything lies: a pure function of the window's size, what is shown
   and what is unfolded.

   Items are what a person can point at or reach by Tab, in Tab order.  Chips
   that do not fit into the width stand in a menu at the end of their row;
   where the height does not suffice, each group becomes one such menu.
   Without need everything lies on a grid of eight (four, where it is small).
*/

typedef enum
{
  BL_ITEM_NONE = 0,
  BL_ITEM_SERVICE, ///< Menu of services
  BL_ITEM_GEAR,    ///< Settings
  BL_ITEM_ARM,
  BL_ITEM_RECORD_NOW,
  BL_ITEM_METER, ///< Click: forget the clip
  BL_ITEM_TAKES, ///< What is shown; menu of takes
  BL_ITEM_GENRE, ///< Chip `index`; index 0: menu with all of them
  BL_ITEM_MOOD,
  BL_ITEM_ENSEMBLE,
  BL_ITEM_FIELD,  ///< Text field, index is BlStringId
  BL_ITEM_GENDER, ///< index 0 any, 1 male, 2 female
  BL_ITEM_FINE,   ///< Unfold the weights
  BL_ITEM_SLIDER, ///< index 0 style, 1 weirdness, 2 audio
  BL_ITEM_PRESET, ///< Menu of presets
  BL_ITEM_GENERATE,
  BL_ITEM_CANCEL,
  BL_ITEM_ACTION, ///< The next step of an error
  BL_ITEM_CLAIM,  ///< Of an unsure job: its task's id is in the clipboard
  BL_ITEM_RESUME, ///< Beside an action that is something else
  BL_ITEM_RESULT, ///< index 0 A, 1 B: draggable
  BL_ITEM_RESULT_MENU,
  BL_ITEM_BOTH,    ///< Drags both
  BL_ITEM_RESULTS, ///< Menu of what was made of the take before
  BL_ITEM_ROW,     ///< Row `index` of the open menu
  BL_ITEM_CHOICE,  ///< Settings: service `index`
  BL_ITEM_KEY,     ///< Settings: the masked key
  BL_ITEM_KEY_STORE,
  BL_ITEM_SETTING, ///< Settings: toggle, index is BlPort
  BL_ITEM_FOLDER,  ///< Settings: open the takes folder
  BL_ITEM_CLOSE,   ///< Settings: back
} BlItemKind;

typedef struct
{
  BlItemKind kind;
  int        index;
  BlRect     rect;
  bool       enabled;
} BlItem;

/// Says that there is more in a group than its chips
#define BL_LAYOUT_MORE "more"

#define BL_ITEMS_MAX 112u

/// What the user has unfolded
typedef struct
{
  bool fine;
  bool settings;
} BlUnfolded;

typedef struct
{
  double width;
  double height;
  bool   compact; ///< Small rows, menus instead of chips
  double left;    ///< Edges of the content
  double right;
  double row; ///< Height of a row
  double gap;
  double strip; ///< Height of a result

  BlRect header;
  BlRect take;  ///< Panel
  BlRect level; ///< The number beside the meter
  BlRect wave;
  BlRect style;       ///< Panel
  BlRect captions[3]; ///< Genre, Mood, Band
  BlRect field_captions[BL_N_STRINGS];
  BlRect gender_caption;
  BlRect sends_caption;
  BlRect sends;
  BlRect stages; ///< Stages, or the error's sentence
  BlRect foot;   ///< Hints

  // Settings
  BlRect title;
  BlRect labels[3]; ///< Service, key, captures
  BlRect key_text;  ///< How storing went
  BlRect where;     ///< The takes folder
  BlRect about;     ///< What goes where
  BlRect keys;      ///< What the keyboard does

  BlItem items[BL_ITEMS_MAX];
  size_t n_items;
} BlLayout;

/// What the button of an error says; "": it has none
BL_THREAD_UI const char* bl_view_action_text(const BlModel*        model,
                                             const BlModelTrouble* trouble);

/// True where it may have a task that the service's site shows
BL_THREAD_UI bool bl_view_can_claim(const BlModelTrouble* trouble);

/// True where the job can be resumed, and its action is something else
BL_THREAD_UI bool bl_view_can_resume(const BlModel*        model,
                                     const BlModelTrouble* trouble);

BL_THREAD_UI void bl_layout_compute(BlLayout*         layout,
                                    const BlModel*    model,
                                    const BlUnfolded* unfolded,
                                    PangoContext*     fonts,
                                    double            width,
                                    double            height);

/// The item under a place; NULL where there is none
BL_THREAD_UI const BlItem* bl_layout_at(const BlLayout* layout,
                                        double          x,
                                        double          y);

BL_THREAD_UI const BlItem* bl_layout_find(const BlLayout* layout,
                                          BlItemKind      kind,
                                          int             index);

#endif // BL_UI_LAYOUT_H
