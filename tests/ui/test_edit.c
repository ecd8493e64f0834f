// Copyright 2026 The Backline authors
// SPDX-License-Identifier: ISC
// timeout: 30

// A line of text: caret, selection, words, any script, what is cleaned

#include "edit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static BlEdit edit;

static void
begin(const char* const text, const unsigned max_chars)
{
  bl_edit_init(&edit, max_chars);
  bl_edit_insert(&edit, text, strlen(text));
}

static void
test_insert_any_script(void** const state)
{
  (void)state;
  begin("a\u00e9\u03b1\u0436\U0001f3b8", 80);
  assert_int_equal(bl_edit_chars(&edit), 5);
  assert_int_equal(edit.caret, strlen("a\u00e9\u03b1\u0436\U0001f3b8"));
  assert_true(bl_edit_delete(&edit, BL_EDIT_LEFT));
  assert_string_equal(edit.text, "a\u00e9\u03b1\u0436");
  bl_edit_move(&edit, BL_EDIT_LEFT, false);
  bl_edit_move(&edit, BL_EDIT_LEFT, false);
  bl_edit_insert(&edit, "x", 1);
  assert_string_equal(edit.text, "a\u00e9x\u03b1\u0436");
}

static void
test_damaged_input_is_cleaned(void** const state)
{
  (void)state;
  static const char bytes[] = "a\xff\xc3(\n\tb\x01\x7f\xed\xa0\x80\xc2\x85z";
  bl_edit_init(&edit, 80);
  bl_edit_insert(&edit, bytes, sizeof(bytes) - 1u);
  assert_string_equal(edit.text, "a(  bz");
  bl_edit_insert(&edit, "\xe2\x82", 2); // Cut within a character
  assert_string_equal(edit.text, "a(  bz");
}

static void
test_most_characters(void** const state)
{
  (void)state;
  begin("\u00e4\u00e4\u00e4\u00e4\u00e4", 3);
  assert_int_equal(bl_edit_chars(&edit), 3);
  bl_edit_select_all(&edit);
  bl_edit_insert(&edit, "abcd", 4);
  assert_string_equal(edit.text, "abc");

  begin("", 1000000);
  for (unsigned i = 0; i < BL_TEXT_BYTES; ++i) {
    bl_edit_insert(&edit, "\u20ac", 3);
  }
  assert_true(edit.length < BL_TEXT_BYTES);
  assert_int_equal(edit.text[edit.length], 0);
  assert_int_equal(edit.length % 3u, 0);
}

static void
test_words_and_selection(void** const state)
{
  (void)state;
  size_t length = 0;
  begin("soft piano, \u03ba\u03b9\u03b8\u03ac\u03c1\u03b1", 80);
  bl_edit_move(&edit, BL_EDIT_WORD_LEFT, false);
  assert_int_equal(edit.caret, 12);
  bl_edit_move(&edit, BL_EDIT_WORD_LEFT, true);
  const char* const text = bl_edit_selection(&edit, &length);
  assert_int_equal(length, 7);
  assert_memory_equal(text, "piano, ", 7);
  bl_edit_move(&edit, BL_EDIT_LEFT, false); // To its left end
  assert_int_equal(edit.caret, 5);
  bl_edit_move(&edit, BL_EDIT_WORD_RIGHT, false);
  assert_int_equal(edit.caret, 12);
  bl_edit_select_word(&edit, 6);
  bl_edit_selection(&edit, &length);
  assert_int_equal(length, 5);
  bl_edit_insert(&edit, "x", 1);
  assert_true(!strncmp(edit.text, "soft x, ", 8));
  bl_edit_move(&edit, BL_EDIT_HOME, false);
  assert_true(bl_edit_delete(&edit, BL_EDIT_WORD_RIGHT));
  assert_true(!strncmp(edit.text, "x, ", 3));
  assert_false(bl_edit_delete(&edit, BL_EDIT_LEFT));
}

/// Thousands of steps by chance keep the text valid and the caret inside
static void
test_chance(void** const state)
{
  (void)state;
  static const char* const pieces[] = {
    "a", " ", "\u00e9", "\n", "\u0436", "\xff", "\U0001f3b8", "word"
  };
  srand(1);
  bl_edit_init(&edit, 40);
  for (unsigned i = 0; i < 20000; ++i) {
    const int         what  = rand() % 5;
    const char* const piece = pieces[rand() % 8];
    if (what == 0) {
      bl_edit_delete(&edit, (BlEditMove)(rand() % 6));
    } else if (what == 1) {
      bl_edit_move(&edit, (BlEditMove)(rand() % 6), rand() % 2);
    } else if (what == 2) {
      bl_edit_place(&edit, (size_t)(rand() % 200), rand() % 2);
    } else {
      bl_edit_insert(&edit, piece, strlen(piece));
    }
    assert_int_equal(strlen(edit.text), edit.length);
    assert_true(edit.caret <= edit.length && edit.anchor <= edit.length);
    assert_true(((unsigned char)edit.text[edit.caret] & 0xC0u) != 0x80u);
    assert_true(((unsigned char)edit.text[edit.anchor] & 0xC0u) != 0x80u);
    assert_true(bl_edit_chars(&edit) <= 40);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_insert_any_script),
    cmocka_unit_test(test_damaged_input_is_cleaned),
    cmocka_unit_test(test_most_characters),
    cmocka_unit_test(test_words_and_selection),
    cmocka_unit_test(test_chance),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
