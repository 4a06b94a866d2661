/* SPDX-License-Identifier: MIT */
/* The end of what a job has written. */

#include <string.h>

#include "sinks/apool-trail.h"

static void
assert_end (const ApoolTrail *trail, const char *bytes, gboolean is_cut)
{
  ApoolKeptEnd end;

  apool_trail_get_end (trail, &end);
  g_assert_cmpmem (end.bytes, end.length, bytes, strlen (bytes));
  g_assert_cmpint (end.is_cut, ==, is_cut);
}

static void
test_pieces (void)
{
  ApoolTrail trail = { 0 };

  assert_end (&trail, "", FALSE);
  apool_trail_push (&trail, "", 0);
  g_assert_null (trail.bytes);
  apool_trail_push (&trail, "one\n", 4);
  apool_trail_push (&trail, "two\n", 4);
  assert_end (&trail, "one\ntwo\n", FALSE);
  apool_trail_forget (&trail);
  assert_end (&trail, "", TRUE);
  apool_trail_push (&trail, "three", 5);
  assert_end (&trail, "three", TRUE);
  apool_trail_clear (&trail);
  assert_end (&trail, "", FALSE);
}

static void
test_long (void)
{
  g_autofree char *much = g_strnfill (APOOL_TRAIL_BYTES, 'x');
  ApoolTrail trail = { 0 };

  apool_trail_push (&trail, much, APOOL_TRAIL_BYTES);
  assert_end (&trail, much, FALSE);
  apool_trail_push (&trail, "y", 1);
  much[APOOL_TRAIL_BYTES - 1] = 'y';
  assert_end (&trail, much, TRUE);
  apool_trail_clear (&trail);
  apool_trail_push (&trail, "begin", 5);
  apool_trail_push (&trail, much, APOOL_TRAIL_BYTES);
  assert_end (&trail, much, TRUE);
  apool_trail_clear (&trail);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trail/pieces", test_pieces);
  g_test_add_func ("/trail/long", test_long);
  return g_test_run ();
}
