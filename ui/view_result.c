// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC

#include "view_priv.h"

#include <stdio.h>
#include <string.h>

#define FILES_MAX BL_VIEW_FILES_MAX

enum
{
  ROW_OPEN_FOLDER,
  ROW_COPY_PATH,
  ROW_USE_TITLE,
  ROW_USE_SETTINGS,
  ROW_NO_VOICE,
  ROW_ALL_STEMS,
  ROW_BESIDE, ///< The first of the files beside it
  ROW_REFINED = ROW_BESIDE + (int)FILES_MAX, ///< And of what was made of it
};

static const BlModelResult*
result_of(const BlView* const view, const int variant)
{
  const BlModelJob* const job = bl_model_shown_results(view->model);
  return job && variant >= 0 && variant < (int)BL_VARIANTS &&
             job->results[variant].ready
           ? &job->results[variant]
           : NULL;
}

/// Path of what was made of it, as the row was filled; "" for other rows
static const char*
refined_path(const BlView* const view, const int row)
{
  const int i = row - ROW_REFINED;
  return i >= 0 && i < (int)FILES_MAX ? view->menu_refined[i] : "";
}

/// What a file beside a result is called: "Song (A) drums.wav" is "Drums",
/// "Song (A).mid" is "MIDI"
static void
name_file(const BlResultMsg* const result,
          const char* const        name,
          const size_t             length,
          char                     text[BL_NAME_BYTES])
{
  const char* const own  = strrchr(result->path, '/') + 1;
  const char* const dot  = strrchr(own, '.'); // A title can have some, too
  const size_t      stem = dot ? (size_t)(dot - own) : strlen(own);
  size_t            from = 0;
  size_t            end  = length;
  while (end && name[end - 1u] != '.') {
    --end;
  }
  end -= end > 0u;
  if (!strncmp(own, name, stem) && stem < end && name[stem] == ' ') {
    from = stem + 1u;
  }

  if (length > 4u && !strncmp(name + length - 4u, ".mid", 4u)) {
    snprintf(text, BL_NAME_BYTES, "MIDI");
  } else {
    snprintf(text, BL_NAME_BYTES, "%.*s", (int)(end - from), name + from);
    text[0] =
      (char)(text[0] >= 'a' && text[0] <= 'z' ? text[0] - 'a' + 'A' : text[0]);
  }
}

static void
fill_refined(BlView* const view, const int variant)
{
  const BlModelJob* const    job     = bl_model_shown_results(view->model);
  const BlModelResult* const own     = result_of(view, variant);
  const BlModelResult*       refined = NULL;
  char                       text[BL_NAME_BYTES];
  for (unsigned i = 0;
       i < FILES_MAX &&
       (refined = bl_model_refined(view->model, job, variant, i));
       ++i) {
    const char* const path = refined->msg.path;
    const char* const name = strrchr(path, '/') + 1;
    snprintf(view->menu_refined[i], BL_PATH_BYTES, "%s", path);
    name_file(&own->msg, name, strlen(name), text);
    bl_menu_add(&view->menu, text, "", ROW_REFINED + (int)i, false, true);
  }
}

static bool
is_stem(const char* const name, const size_t length)
{
  return length > 4u && !strncmp(name + length - 4u, ".wav", 4u);
}

static unsigned
count_stems(const BlResultMsg* const result)
{
  const char* name   = NULL;
  size_t      length = 0;
  unsigned    n      = 0;
  for (unsigned i = 0;
       i < FILES_MAX && (length = bl_model_beside(result, i, &name, NULL));
       ++i) {
    n += is_stem(name, length);
  }
  return n;
}

void
bl_view_fill_result_menu(BlView* const view, const int variant)
{
  BlMenu* const              menu   = &view->menu;
  const BlModelResult* const result = result_of(view, variant);
  memset(&view->menu_result, 0, sizeof(view->menu_result));
  memset(view->menu_refined, 0, sizeof(view->menu_refined));
  bl_menu_add(menu, "Open its folder", "", ROW_OPEN_FOLDER, false, true);
  bl_menu_add(menu, "Copy its path", "", ROW_COPY_PATH, false, true);
  bl_menu_add(menu, "Use its name as title", "", ROW_USE_TITLE, false, true);
  bl_menu_add(menu, "Bring its settings back", "", ROW_USE_SETTINGS, false,
              true);
  if (!result) {
    return;
  }
  view->menu_result = result->msg;
  if (bl_model_can_refine(view->model, variant)) {
    const char* const service =
      bl_model_shown_results(view->model)->msg.service;
    const bool known = !strcmp(service, "sunoapi") || !strcmp(service, "kie");
    bl_menu_add(menu, "Take the voice out",
                known ? "about 10 credits" : "may cost credits", ROW_NO_VOICE,
                false, true);
  }

  const size_t   first = menu->n_rows;
  const unsigned stems = count_stems(&result->msg);
  const char*    name  = NULL;
  char           text[BL_NAME_BYTES];
  if (stems > 1u) {
    snprintf(text, sizeof(text), "All %u stems", stems);
    bl_menu_add(menu, text, "", ROW_ALL_STEMS, false, true);
  }
  for (unsigned i = 0; i < 2u * FILES_MAX; ++i) { // Stems, then what else
    const unsigned n      = i % FILES_MAX;
    const size_t   length = bl_model_beside(&result->msg, n, &name, NULL);
    if (length && is_stem(name, length) == (i < FILES_MAX)) {
      name_file(&result->msg, name, length, text);
      bl_menu_add(menu, text, "", ROW_BESIDE + (int)n, false, true);
    }
  }
  fill_refined(view, variant);
  for (size_t i = first; i < menu->n_rows; ++i) {
    menu->rows[i].drags  = true;
    menu->rows[i].parted = i == first;
  }
}

bool
bl_view_lacks_files(const BlView* const view)
{
  const BlMenu* const        menu   = &view->menu;
  const BlModelResult* const result = result_of(view, menu->index);
  return menu->open && menu->kind == (int)BL_ITEM_RESULT_MENU && result &&
         strcmp(result->msg.beside, view->menu_result.beside) != 0;
}

// What the rows do: with the files that they were made for, whatever has come
// since

/// Paths of the files that a row stands for; how many there are
static size_t
paths_of(const BlResultMsg* const result,
         const int                row,
         char                     paths[FILES_MAX][BL_PATH_BYTES])
{
  const char* name = NULL;
  size_t      n    = 0;
  for (unsigned i = 0; i < FILES_MAX; ++i) {
    const size_t length = bl_model_beside(result, i, &name, paths[n]);
    n += length && (row == ROW_BESIDE + (int)i ||
                    (row == ROW_ALL_STEMS && is_stem(name, length)));
  }
  return n;
}

/// As text, and as files that a file manager or a host can paste
static void
copy_files(BlView* const view, const char* const* const paths, const size_t n)
{
  if (n && view->host.copy_files) {
    view->host.copy_files(view->host.handle, paths, n);
    bl_view_tell(view, n > 1u ? "The paths are in the clipboard."
                              : "The path is in the clipboard.");
  }
}

static void
copy_paths(BlView* const view, const BlResultMsg* const result, const int row)
{
  char         paths[FILES_MAX][BL_PATH_BYTES];
  const char*  all[FILES_MAX];
  const size_t n = paths_of(result, row, paths);
  for (size_t i = 0; i < n; ++i) {
    all[i] = paths[i];
  }
  copy_files(view, all, n);
}

void
bl_view_drag_row(BlView* const view, const int row)
{
  BlMenu* const              menu   = &view->menu;
  const BlModelResult* const result = result_of(view, menu->index);
  if (!menu->open || menu->kind != (int)BL_ITEM_RESULT_MENU || row < 0 ||
      (size_t)row >= menu->n_rows || !menu->rows[row].drags || !result ||
      !bl_view_shows(view, &view->menu_of)) {
    return;
  }

  char              paths[FILES_MAX][BL_PATH_BYTES];
  const char*       all[FILES_MAX];
  const int         value   = menu->rows[row].value;
  const char* const refined = refined_path(view, value);
  size_t            n       = paths_of(&view->menu_result, value, paths);
  for (size_t i = 0; i < n; ++i) {
    all[i] = paths[i];
  }
  if (*refined) {
    n      = 1;
    all[0] = refined;
  }
  menu->open = false;
  if (n && view->host.drag) {
    view->host.drag(view->host.handle, all, n, menu->rows[row].text);
  }
  bl_view_damage_all(view);
}

void
bl_view_copy_path(BlView* const view, const int variant)
{
  const BlModelResult* const result = result_of(view, variant);
  if (result) {
    const char* const path = result->msg.path;
    copy_files(view, &path, 1);
  }
}

void
bl_view_act_on_result(BlView* const view, const int variant, const int row)
{
  const BlModelResult* const result = result_of(view, variant);
  if (!result) {
    return;
  }

  switch (row) {
    case ROW_OPEN_FOLDER:
      if (view->host.open_folder) {
        view->host.open_folder(view->host.handle, result->msg.path);
      }
      break;
    case ROW_COPY_PATH:
      bl_view_copy_path(view, variant);
      break;
    case ROW_USE_TITLE:
      bl_model_set_string(view->model, BL_STRING_TITLE, result->msg.title);
      break;
    case ROW_USE_SETTINGS:
      bl_model_recall(view->model);
      break;
    case ROW_NO_VOICE:
      bl_model_refine(view->model, variant);
      break;
    default:
      if (*refined_path(view, row)) {
        const char* const path = refined_path(view, row);
        copy_files(view, &path, 1);
        break;
      }
      copy_paths(view, &view->menu_result, row);
      break;
  }
}
