// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#ifndef BL_UI_VIEW_PRIV_H
#define BL_UI_VIEW_PRIV_H

#include "icons.h"
#include "undo.h"
#include "view.h"

/**
   The inside of a view, shared by view*.c and by nobody else.  UI thread only.
*/

#define BL_TELL_S 6.0
#define BL_VIEW_FILES_MAX 8u  ///< Beside a result, and made of it
#define BL_VIEW_ROUND 5.0     ///< Corners of buttons and fields
#define BL_VIEW_KNOB 5.0      ///< Half of a slider's knob
#define BL_VIEW_FIELD_PAD 8.0 ///< Left and right of a field's text

/// What can be pointed at or focused; kind BL_ITEM_NONE: nothing
typedef struct
{
  BlItemKind kind;
  int        index;
} BlItemRef;

/// Whose results are shown; no take where there are none
typedef struct
{
  char    take[BL_TAKE_ID_BYTES];
  int32_t job;
} BlViewOf;

struct BlViewImpl
{
  // Immutable after new
  BlModel*      model;
  BlViewHost    host;
  PangoContext* fonts;

  // What is shown
  BlUnfolded  unfolded;
  BlLayout    layout;
  BlMenu      menu;
  BlViewOf    menu_of; ///< Whose results it was opened for
  char        menu_takes[BL_MODEL_TAKES][BL_TAKE_ID_BYTES];   ///< By value
  char        menu_refined[BL_VIEW_FILES_MAX][BL_PATH_BYTES]; ///< Made of it
  BlResultMsg menu_result;                   ///< The result's, as it was then
  char        menu_newest[BL_TAKE_ID_BYTES]; ///< Take, when it was opened
  bool        stale; ///< The layout must be computed again
  double      now;
  int         second; ///< Of the elapsed time as drawn last

  bool style_back; ///< A preset was taken back last: it can come again

  // Pointer and keyboard
  BlItemRef hover;
  BlItemRef pressed;
  BlItemRef focus;
  bool      has_keyboard;
  bool      by_keys;  ///< The last that was done: then what has it is ringed
  bool      dragging; ///< The press has become a drag of files
  BlViewOf  press_of; ///< What was shown then
  double    press_x;
  double    press_y;
  double    press_time;
  unsigned  clicks; ///< 1, 2 or 3 in quick succession
  float     slider_from;

  // Text
  BlEdit edits[BL_N_STRINGS];
  BlUndo undos[BL_N_STRINGS];
  BlEdit key;                    ///< The secret: drawn as dots, never copied
  char   key_for[BL_NAME_BYTES]; ///< The service that it is typed for
  double scroll; ///< How far the focused field's text is shifted

  // Pastes, by ticket
  unsigned asked;  ///< The last one
  unsigned heeded; ///< The first that is still wanted
  unsigned claim;  ///< The one that is a task's id; 0: none

  // Sentences
  char   told[BL_MESSAGE_BYTES];
  double told_until;
  char   key_told[BL_MESSAGE_BYTES];
  bool   key_busy;
  bool   key_good;

  // Damage, in units
  bool   damaged;
  BlRect damage;
};

// view.c

void bl_view_damage_rect(BlView* view, BlRect rect);

void bl_view_damage_all(BlView* view);

void bl_view_damage_item(BlView* view, BlItemRef ref);

/// The text field of an item; NULL where it is none
BlEdit* bl_view_edit_of(BlView* view, BlItemRef ref);

BlItemRef bl_view_ref(const BlItem* item);

/// What was typed for a service goes to no other: empty it where that changed
void bl_view_match_key(BlView* view);

bool bl_view_is(BlItemRef ref, BlItemKind kind, int index);

/// What the chosen service has left for us; < 0: not known
float bl_view_credits(const BlView* view);

/// What people call a service
const char* bl_view_service_label(const char* name);

/// Name of the chosen service, for people
const char* bl_view_service_name(const BlView* view);

/// What the button does: "Generate with the local band"
void bl_view_generate_text(const BlView* view, char text[BL_MESSAGE_BYTES]);

/// With which take, or what comes before: "Take 3 \u00b7 bars 17-33 \u00b7
/// 0:42"
void bl_view_generate_note(const BlView* view, char text[BL_MESSAGE_BYTES]);

/// What pressing it sends where
void bl_view_promise_text(const BlView* view, char text[BL_MESSAGE_BYTES]);

/// "Take 3"
void bl_view_take_name(const BlTakeMsg* take, char text[BL_NAME_BYTES]);

/// "bars 17-33 \u00b7 0:42 \u00b7 bounced"; without the last where !`origin`
void bl_view_take_facts(const BlTakeMsg* take,
                        bool             origin,
                        char             text[BL_MESSAGE_BYTES]);

/// What is wrong and what next, in the window's own terms: buttons instead of
/// commands
void bl_view_trouble_text(const BlModelTrouble* trouble,
                          char                  text[BL_MESSAGE_BYTES]);

/// A sentence about what is pointed at, or focused; "" where none is needed
const char* bl_view_help(BlItemRef ref);

/// What is wrong with it, or ""
void bl_view_take_warning(const BlModelTake* take, char text[BL_MESSAGE_BYTES]);

/// "2026-11-22 10:13" in local time, of an ISO 8601 time in UTC; "" where it
/// is none
void bl_view_when_text(const char* created, char text[32]);

/// "0:42"
void bl_view_time_text(double seconds, char text[16]);

// view_draw.c and its parts

void bl_view_draw_record_now(BlView* view, const BlCanvas* canvas);
void bl_view_draw_take(BlView* view, const BlCanvas* canvas);

/// What the waveform's panel shows: the open take or the chosen one
typedef struct
{
  const float* values; ///< Pairs
  uint32_t     pairs;
  double       span;    ///< Pairs that fill the whole width
  double       seconds; ///< Of the whole width
  double       lost;    ///< Pairs that frames were lost for, at most
  bool         has_bar;
  double       bar; ///< At the left edge, from 0
  double       bpm;
  double       meter;
} BlStrip;

/// A waveform with bars or seconds under it, gaps and clips marked
void bl_view_draw_strip(const BlCanvas* canvas,
                        BlRect          rect,
                        const BlStrip*  strip,
                        bool            live);

/// The line of tags exactly as it will be sent for the shown take;
/// config.json's defaults are not known here.
/// @return false where nothing is set: what stands in for it then
bool bl_view_sends_text(const BlView* view, char tags[BL_TEXT_BYTES]);

void bl_view_draw_style(BlView* view, const BlCanvas* canvas);

void bl_view_draw_job(BlView* view, const BlCanvas* canvas);

void bl_view_draw_results(BlView* view, const BlCanvas* canvas);

void bl_view_draw_settings(BlView* view, const BlCanvas* canvas);

void bl_view_draw_field(BlView*         view,
                        const BlCanvas* canvas,
                        BlItemRef       ref,
                        BlRect          rect);

typedef enum
{
  BL_BUTTON_PLAIN,
  BL_BUTTON_CHOSEN, ///< A chip that is on
  BL_BUTTON_MAIN,   ///< The one to press now
} BlButtonLook;

/// The ground of a button, as its state wants it; @return the text's colour
BlColorId bl_view_draw_ground(BlView*         view,
                              const BlCanvas* canvas,
                              const BlItem*   item,
                              BlButtonLook    look);

/// A button that opens something: text at the left, a sign at the right
void bl_view_draw_opener(BlView*         view,
                         const BlCanvas* canvas,
                         const BlItem*   item,
                         BlButtonLook    look,
                         BlIcon          icon,
                         const char*     text);

/// One of several of which one is chosen, on a common ground
void bl_view_draw_segment(BlView*         view,
                          const BlCanvas* canvas,
                          const BlItem*   item,
                          bool            chosen,
                          const char*     text);

/// A box that is ticked, with its words
void bl_view_draw_toggle(BlView*         view,
                         const BlCanvas* canvas,
                         const BlItem*   item);

void bl_view_draw_segments_ground(const BlCanvas* canvas, BlRect rect);

void bl_view_draw_button(BlView*         view,
                         const BlCanvas* canvas,
                         const BlItem*   item,
                         BlButtonLook    look,
                         const char*     text);

void bl_view_draw_focus(BlView*         view,
                        const BlCanvas* canvas,
                        const BlItem*   item);

/// A waveform's pairs as columns.  What is soft is drawn up to eight times as
/// high as it is, so that its form can be seen: the meter tells how loud it is
void bl_view_columns(const float* values, uint32_t pairs, BlColumn* columns);

// view_preset.c: styles for hosts that have no preset menu

void bl_view_fill_presets(BlView* view);

void bl_view_use_preset(BlView* view, int preset);

/// Take back (-1) what a preset or an earlier job's settings replaced, or do it
/// again (1), where nothing was changed since; false: there is no such thing
bool bl_view_step_style(BlView* view, int by);

// view_field.c: text fields

bool bl_view_is_field(BlItemRef ref);

/// A field's text as it is laid out; a key is dots.  Unref its layout
typedef struct
{
  PangoLayout* layout;
  int          caret; ///< Byte index in the layout
  int          anchor;
  bool         rtl;    ///< Written from right to left
  double       indent; ///< Such text stands at the field's right
} BlViewLine;

/// `room` is what the field leaves for it
BlViewLine bl_view_line(BlView* view, BlItemRef ref, double room);

/// Where a byte of the layout begins, in units from the field's left
double bl_view_line_x(BlViewLine line, int index);

/// Width that a field leaves for its text; `left` is what may still be typed
/// ("73/80") where little is left, else ""
double bl_view_field_room(BlView*   view,
                          BlItemRef ref,
                          BlRect    rect,
                          char      left[32]);

/// Offset of the character boundary nearest to a place in the focused field
size_t bl_view_offset_at(BlView* view, double x);

/// Shift the text so that the caret can be seen
void bl_view_follow_caret(BlView* view);

/// The selection becomes PRIMARY
void bl_view_offer_primary(BlView* view);

/// Before the focused field changes; a key is not kept
void bl_view_keep_undo(BlView* view, BlUndoKind kind);

/// The caret went elsewhere
void bl_view_break_undo(BlView* view);

bool bl_view_edit_key(BlView* view, BlKey key, unsigned mods);

// view_paste.c

/// What CLIPBOARD or PRIMARY holds is wanted where the keyboard is; its ticket
unsigned bl_view_ask_paste(BlView* view, bool primary);

// view_menu.c

void bl_view_open_menu(BlView* view, BlItemRef ref);

/// Whose results are shown now
BlViewOf bl_view_shown_of(const BlView* view);

/// True while these results are shown
bool bl_view_shows(const BlView* view, const BlViewOf* of);

/// Rows of takes that came since it opened; a result's menu goes where others
/// are shown now: what it says is not what its rows would do
void bl_view_refresh_menu(BlView* view);

void bl_view_choose_row(BlView* view, int row);

// view_results.c: what was made of the shown take, each time

/// True while a new take is recorded and results of the shown one stay below
bool bl_view_shows_others(const BlView* view);

/// "Results 2 of 3"
void bl_view_results_text(const BlView* view, char text[BL_NAME_BYTES]);

void bl_view_fill_results(BlView* view);

/// To those that were made after (1) or before (-1) the shown ones
void bl_view_step_results(BlView* view, int by);

// view_result.c: a result's menu

void bl_view_fill_result_menu(BlView* view, int variant);

/// True while it is open and files have come that it does not show: rows that
/// come would move the others under the pointer
bool bl_view_lacks_files(const BlView* view);

void bl_view_act_on_result(BlView* view, int variant, int row);

/// Path and name of result `variant` to the clipboard
void bl_view_copy_path(BlView* view, int variant);

/// The files that row `row` of the open menu stands for are dragged
void bl_view_drag_row(BlView* view, int row);

// view_act.c: what an item does

void bl_view_activate(BlView* view, BlItemRef ref);

/// Change a slider by steps of 0.01, or a choice by one
void bl_view_step(BlView* view, BlItemRef ref, int steps);

/// A slider to where the pointer is
void bl_view_slide(BlView* view, int index, double x);

void bl_view_set_focus(BlView* view, BlItemRef ref);

/// Say what the field holds to the model
void bl_view_commit(BlView* view, BlItemRef ref);

#endif // BL_UI_VIEW_PRIV_H
