/* SPDX-License-Identifier: MIT */
/* Any bytes as one line of a terminal. */

#include <string.h>

#include "base/apool-visible.h"

static void
check_bytes (const char *bytes, gsize length, guint limit, const char *expected, guint columns)
{
  g_autoptr (GString) text = g_string_new ("before");
  g_autofree char *all = g_strconcat ("before", expected, NULL);
  ApoolVisible visible;

  apool_visible_begin (&visible, text, limit);
  apool_visible_add (&visible, bytes, length);
  apool_visible_end (&visible);
  g_assert_cmpstr (text->str, ==, all);
  if (!visible.is_cut)
    g_assert_cmpuint (visible.column, ==, columns);
}

/* A literal, which may hold NUL bytes. */
#define CHECK(bytes, limit, expected, columns)                                                     \
  check_bytes (bytes, sizeof bytes - 1, limit, expected, columns)

static void
test_plain (void)
{
  CHECK ("", 10, "", 0);
  CHECK ("some text", 10, "some text", 9);
  CHECK ("some text", 0, "some text", 9);
}

static void
test_cut (void)
{
  CHECK ("0123456789", 10, "0123456789", 10);
  CHECK ("0123456789a", 10, "012345678>", 10);
  CHECK ("ab", 1, ">", 1);
  CHECK ("a", 1, "a", 1);
}

static void
test_tabs (void)
{
  CHECK ("a\tb", 20, "a       b", 9);
  CHECK ("\t\tb", 20, "                b", 17);
  CHECK ("a\tb", 5, "a   >", 5);
  CHECK ("a\tb", 0, "a\tb", 9);
}

static void
test_controls (void)
{
  CHECK ("a\bb\a\0c\x7f", 20, "a^Hb^G^@c^?", 11);
  CHECK ("a\nb\rc", 0, "a^Jb^Mc", 7);
  CHECK ("abc\b", 4, "abc>", 4);
}

/* Colours stay, and end with the line; what moves the cursor does not come. */
static void
test_sequences (void)
{
  CHECK ("\033[31mred\033[0m", 20, "\033[31mred\033[0m\033[m", 3);
  CHECK ("\033[1;38:5:7mx", 20, "\033[1;38:5:7mx\033[m", 1);
  CHECK ("\033[mx", 0, "\033[mx\033[m", 1);
  CHECK ("\033[2J\033[1;1Hx\033[K\033[?25l\033[3 q", 20, "x", 1);
  CHECK ("\033[?1m\033[1 mx", 20, "x", 1);
  CHECK ("\033cx\033]0;title\a", 40, "^[cx^[]0;title^G", 16);
  CHECK ("x\033[31", 20, "x^[[31", 6);
  CHECK ("x\033[", 20, "x^[[", 4);
  CHECK ("x\033", 20, "x^[", 3);
  CHECK ("\033[3\0331mx", 20, "^[[3^[1mx", 9);
  CHECK ("\033[31mlong", 3, "\033[31mlo>\033[m", 3);
}

static void
test_utf8 (void)
{
  CHECK ("gr\xc3\xbc\xc3\x9f", 20, "gr\xc3\xbc\xc3\x9f", 4);
  CHECK ("\xe6\xbc\xa2\xe5\xad\x97", 4, "\xe6\xbc\xa2\xe5\xad\x97", 4);
  CHECK ("\xe6\xbc\xa2\xe5\xad\x97", 3, "\xe6\xbc\xa2>", 3);
  CHECK ("\xe6\xbc\xa2\xe5\xad\x97x", 4, "\xe6\xbc\xa2>", 4);
  /* A letter and an accent above it. */
  CHECK ("e\xcc\x81x", 2, "e\xcc\x81x", 2);
}

static void
test_not_utf8 (void)
{
  CHECK ("a\xff\xfe", 20, "a??", 3);
  CHECK ("\xc3", 20, "?", 1);
  CHECK ("\xe6\xbc", 20, "??", 2);
  CHECK ("\xc3(", 20, "?(", 2);
  CHECK ("\xed\xa0\x80", 20, "???", 3); /* half of a pair */
  CHECK ("\xc2\x9b"
         "31m",
         20, "?31m", 4); /* ESC [ in one character */
  /* What turns the direction, and what joins. */
  CHECK ("a\xe2\x80\xae"
         "b\xe2\x80\x8d",
         20, "ab", 2);
  CHECK ("\xef\xbf\xbf", 20, "?", 1); /* no character */
}

/* Of what takes no column there is no end in sight either. */
static void
test_bounded (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  ApoolVisible visible;

  apool_visible_begin (&visible, text, 10);
  for (guint i = 0; i < 10000; i++)
    apool_visible_add (&visible, "\xcc\x81\033[m", 5);
  apool_visible_end (&visible);
  g_assert_true (visible.is_cut);
  g_assert_cmpuint (text->len, <, 1000);
  g_assert_true (g_utf8_validate (text->str, -1, NULL));
}

/* What comes in several parts goes on where the last one ended. */
static void
test_parts (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  ApoolVisible visible;

  apool_visible_begin (&visible, text, 10);
  apool_visible_add (&visible, "tag\t", 4);
  apool_visible_add (&visible, "x", 1);
  g_assert_cmpstr (text->str, ==, "tag     x");
  apool_visible_add (&visible, "yz", 2);
  apool_visible_add (&visible, "yz", 2);
  apool_visible_end (&visible);
  g_assert_cmpstr (text->str, ==, "tag     x>");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/visible/plain", test_plain);
  g_test_add_func ("/visible/cut", test_cut);
  g_test_add_func ("/visible/tabs", test_tabs);
  g_test_add_func ("/visible/controls", test_controls);
  g_test_add_func ("/visible/sequences", test_sequences);
  g_test_add_func ("/visible/utf8", test_utf8);
  g_test_add_func ("/visible/not-utf8", test_not_utf8);
  g_test_add_func ("/visible/bounded", test_bounded);
  g_test_add_func ("/visible/parts", test_parts);
  return g_test_run ();
}
