// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "menu.h"

#include "base/protocol.h"
#include "icons.h"

#include <math.h>
#include <string.h>

#define PADDING 6.0
#define SCROLLBAR 4.0
#define SHADOW 0.18 ///< Of black, thrice

void
bl_menu_clear(BlMenu* const menu, const int kind, const int index)
{
  memset(menu, 0, sizeof(*menu));
  menu->kind  = kind;
  menu->index = index;
  menu->row   = 26.0;
  menu->at    = -1;
}

void
bl_menu_add(BlMenu* const     menu,
            const char* const text,
            const char* const note,
            const int         value,
            const bool        marked,
            const bool        enabled)
{
  if (menu->n_rows == BL_MENU_ROWS_MAX) {
    return;
  }

  BlMenuRow* const row = &menu->rows[menu->n_rows++];
  bl_text_copy(row->text, sizeof(row->text), text, (uint32_t)strlen(text));
  bl_text_copy(row->note, sizeof(row->note), note, (uint32_t)strlen(note));
  row->value   = value;
  row->marked  = marked;
  row->enabled = enabled;
}

void
bl_menu_open(BlMenu* const       menu,
             PangoContext* const fonts,
             const BlRect        opener,
             const double        width,
             const double        height)
{
  double widest = opener.w;
  for (size_t i = 0; i < menu->n_rows; ++i) {
    const BlMenuRow* const row = &menu->rows[i];
    const double w = bl_canvas_text_width(fonts, BL_TEXT_NORMAL, row->text) +
                     bl_canvas_text_width(fonts, BL_TEXT_SMALL, row->note) +
                     72.0;
    widest = fmax(widest, w);
  }

  // Below the opener where there is room, else on the side with more of it
  const double below = height - (opener.y + opener.h) - 8.0;
  const double above = opener.y - 8.0;
  const double want  = (double)menu->n_rows * menu->row + 2.0 * PADDING;
  const double room  = want <= below || below >= above ? below : above;
  const double rows  = floor((fmin(want, room) - 2.0 * PADDING) / menu->row);

  menu->shown  = rows < 1.0 ? 1u : (size_t)rows;
  menu->rect.w = fmin(widest, width - 16.0);
  menu->rect.h = (double)menu->shown * menu->row + 2.0 * PADDING;
  // From the opener's left edge, or where that is too far right to its right
  menu->rect.x = opener.x + menu->rect.w <= width - 8.0
                   ? opener.x
                   : fmax(opener.x + opener.w - menu->rect.w, 8.0);
  menu->rect.y =
    room == below ? opener.y + opener.h + 4.0 : opener.y - 4.0 - menu->rect.h;
  menu->open = menu->n_rows > 0;

  for (size_t i = 0; i < menu->n_rows; ++i) {
    if (menu->rows[i].marked) {
      menu->at = (int)i;
      bl_menu_move(menu, 0);
      break;
    }
  }
}

int
bl_menu_at(const BlMenu* const menu, const double x, const double y)
{
  if (!bl_rect_contains(menu->rect, x, y)) {
    return -1;
  }
  const double row = floor((y - menu->rect.y - PADDING) / menu->row);
  if (row < 0.0 || row >= (double)menu->shown) {
    return -1;
  }
  const size_t index = menu->first + (size_t)row;
  return index < menu->n_rows ? (int)index : -1;
}

void
bl_menu_scroll(BlMenu* const menu, const int by)
{
  const int last  = (int)menu->n_rows - (int)menu->shown;
  int       first = (int)menu->first + by;
  first           = first > last ? last : first;
  menu->first     = first < 0 ? 0u : (size_t)first;
}

void
bl_menu_move(BlMenu* const menu, const int by)
{
  const int count = (int)menu->n_rows;
  int       at    = menu->at < 0 && by < 0 ? count : menu->at;

  for (int i = 0; by && i < count; ++i) {
    at = (at + by + count) % count;
    if (menu->rows[at].enabled) {
      break;
    }
  }
  menu->at = at;
  if (at >= 0 && (size_t)at < menu->first) {
    menu->first = (size_t)at;
  } else if (at >= 0 && (size_t)at >= menu->first + menu->shown) {
    menu->first = (size_t)at + 1u - menu->shown;
  }
}

void
bl_menu_end(BlMenu* const menu, const int at)
{
  menu->at = -1;
  bl_menu_move(menu, at);
}

void
bl_menu_page(BlMenu* const menu, const int by)
{
  const int last = (int)menu->n_rows - 1;
  const int to   = menu->at + by * (int)menu->shown;
  if (to <= 0 || to >= last) {
    bl_menu_end(menu, to <= 0 ? 1 : -1);
  } else { // To that row, or the next that can be chosen
    menu->at = to - (by > 0 ? 1 : -1);
    bl_menu_move(menu, by > 0 ? 1 : -1);
  }
}

// Typing

/// Row `row` begins with it, or (words) a word in it does
static bool
is_meant(const BlMenuRow* const row, const char* const typed, const bool words)
{
  char* const  text  = g_utf8_casefold(row->text, -1);
  const size_t n     = strlen(typed);
  bool         found = !strncmp(text, typed, n);
  for (const char* at = text; words && !found && at;) {
    at    = strchr(at, ' ');
    at    = at ? at + 1 : NULL;
    found = at && !strncmp(at, typed, n);
  }
  g_free(text);
  return found && row->enabled;
}

static bool
seek(BlMenu* const menu, const char* const typed, const int from)
{
  const int count = (int)menu->n_rows;
  for (int pass = 0; pass < 2; ++pass) {
    for (int i = 0; i < count; ++i) {
      const int row = (from + i + count) % count;
      if (is_meant(&menu->rows[row], typed, pass)) {
        menu->at = row;
        bl_menu_move(menu, 0);
        return true;
      }
    }
  }
  return false;
}

/// Bytes of the letter that is typed again and again; 0 where it is not so
static size_t
width_of_one(const char* const typed)
{
  const size_t length = strlen(typed);
  const size_t width =
    (size_t)(g_utf8_offset_to_pointer(typed, 1) - (const char*)typed);
  for (size_t i = width; i < length; i += width) {
    if (strncmp(typed + i, typed, width) != 0) {
      return 0;
    }
  }
  return length > width ? width : 0u;
}

bool
bl_menu_is_typed(const BlMenu* const menu, const double now)
{
  return menu->typed[0] && now - menu->typed_at < BL_MENU_TYPED_S;
}

void
bl_menu_type(BlMenu* const     menu,
             const char* const text,
             const size_t      length,
             const double      now)
{
  if (!menu->n_rows || !g_utf8_validate(text, (gssize)length, NULL)) {
    return;
  }
  if (!bl_menu_is_typed(menu, now)) {
    menu->typed[0] = '\0';
  }
  char* const  folded = g_utf8_casefold(text, (gssize)length);
  const size_t n      = strlen(menu->typed);
  if (n + strlen(folded) < sizeof(menu->typed)) {
    memcpy(menu->typed + n, folded, strlen(folded) + 1u);
  }
  g_free(folded);
  menu->typed_at = now;

  const int at = menu->at < 0 ? 0 : menu->at;
  if (!menu->typed[0] || seek(menu, menu->typed, n ? at : menu->at + 1)) {
    return;
  }
  const size_t width = width_of_one(menu->typed);
  if (width) {
    char first[BL_MENU_TYPED_BYTES] = "";
    memcpy(first, menu->typed, width);
    seek(menu, first, at + 1);
  }
}

static void
draw_row(const BlCanvas* const  canvas,
         const BlMenuRow* const row,
         const BlRect           rect,
         const bool             lit)
{
  if (lit) {
    bl_canvas_fill(canvas, rect, 4.0, BL_COLOR_HOVER);
  }
  if (row->parted) {
    bl_canvas_line(canvas, rect.x, rect.y, rect.x + rect.w, rect.y, 1.0,
                   BL_COLOR_LINE);
  }
  if (row->drags) {
    const BlRect grip = { rect.x + 4.0, rect.y, 14.0, rect.h };
    bl_icon_draw(canvas, grip, BL_ICON_GRIP,
                 lit ? BL_COLOR_RESULT : BL_COLOR_OFF);
  }
  if (row->marked) {
    const BlRect dot = { rect.x + 8.0, rect.y + rect.h / 2.0 - 3.0, 6.0, 6.0 };
    bl_canvas_fill(canvas, dot, 3.0, BL_COLOR_ACCENT);
  }

  const BlRect text = { rect.x + 22.0, rect.y, rect.w - 32.0, rect.h };
  const double note =
    bl_canvas_text_width(canvas->pango, BL_TEXT_SMALL, row->note);
  const BlRect left = { text.x, text.y, text.w - note - 12.0, text.h };
  bl_canvas_text(canvas, left, BL_ALIGN_LEFT, BL_TEXT_NORMAL,
                 row->enabled ? BL_COLOR_TEXT : BL_COLOR_OFF, row->text);
  bl_canvas_text(canvas, text, BL_ALIGN_RIGHT, BL_TEXT_SMALL, BL_COLOR_DIM,
                 row->note);
}

void
bl_menu_draw(const BlMenu* const menu, const BlCanvas* const canvas)
{
  // It lies above: a shadow, softer the farther
  for (int i = 3; i > 0; --i) {
    const BlRect shadow = { menu->rect.x - i, menu->rect.y,
                            menu->rect.w + 2 * i, menu->rect.h + 2 * i };
    bl_canvas_shade(canvas, shadow, 6.0 + i, SHADOW);
  }
  bl_canvas_fill(canvas, menu->rect, 6.0, BL_COLOR_PANEL);
  bl_canvas_outline(canvas, menu->rect, 6.0, 1.0, BL_COLOR_LINE);

  for (size_t i = 0; i < menu->shown && menu->first + i < menu->n_rows; ++i) {
    const size_t index = menu->first + i;
    const BlRect rect  = { menu->rect.x + 4.0,
                           menu->rect.y + PADDING + (double)i * menu->row,
                           menu->rect.w - 8.0, menu->row };
    draw_row(canvas, &menu->rows[index], rect, (int)index == menu->at);
  }

  if (menu->shown < menu->n_rows) {
    const double whole = menu->rect.h - 2.0 * PADDING;
    const double part  = (double)menu->shown / (double)menu->n_rows;
    const double from  = (double)menu->first / (double)menu->n_rows;
    const BlRect bar   = { menu->rect.x + menu->rect.w - SCROLLBAR - 2.0,
                           menu->rect.y + PADDING + from * whole, SCROLLBAR,
                           part * whole };
    bl_canvas_fill(canvas, bar, SCROLLBAR / 2.0, BL_COLOR_LINE);
  }
}
