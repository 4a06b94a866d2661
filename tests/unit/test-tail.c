/* SPDX-License-Identifier: MIT */
/* The end of what was written, and its last line. */

#include <glib.h>
#include <string.h>

#include "base/apool-last-line.h"
#include "sinks/apool-tail.h"

static void
test_tail_check_line (const char *bytes, gsize length, const char *expected)
{
  gsize n;
  const char *line = apool_last_line_find (bytes, length, &n);

  g_assert_cmpmem (line, n, expected, expected ? strlen (expected) : 0);
  g_assert_true ((line == NULL) == (expected == NULL));
}

static void
test_tail_lines (void)
{
  test_tail_check_line (NULL, 0, NULL);
  test_tail_check_line ("\n\r\n", 3, NULL);
  test_tail_check_line ("one", 3, "one");
  test_tail_check_line ("one\n", 4, "one");
  test_tail_check_line ("one\ntwo\n\n", 9, "two");
  test_tail_check_line ("10%\r20%\r", 8, "20%");
  test_tail_check_line ("\nx", 2, "x");
}

static void
test_tail_check (const ApoolTail *tail, const char *expected)
{
  gsize n;
  const char *line = apool_tail_find_line (tail, &n);

  g_assert_cmpmem (line, n, expected, strlen (expected));
}

static void
test_tail_pieces (void)
{
  ApoolTail tail = { .length = 0 };
  g_autofree char *many = g_strnfill (1000, 'x');
  g_autofree char *kept = g_strnfill (APOOL_JOB_STATE_LINE_BYTES, 'x');
  g_autofree char *mixed = g_strconcat (kept + 3, "abc", NULL);

  apool_tail_push (&tail, "on", 2);
  apool_tail_push (&tail, NULL, 0);
  apool_tail_push (&tail, "e\ntw", 4);
  test_tail_check (&tail, "tw");
  apool_tail_push (&tail, "o", 1);
  test_tail_check (&tail, "two");
  apool_tail_push (&tail, many, 1000);
  test_tail_check (&tail, kept);
  apool_tail_push (&tail, "abc", 3);
  test_tail_check (&tail, mixed);
  apool_tail_forget (&tail);
  test_tail_check (&tail, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tail/lines", test_tail_lines);
  g_test_add_func ("/tail/pieces", test_tail_pieces);
  return g_test_run ();
}
