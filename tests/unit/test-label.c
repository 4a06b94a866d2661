/* SPDX-License-Identifier: MIT */
/* What is printed around what a job writes, as a value. */

#include <string.h>

#include "job/apool-label.h"

typedef const char *(*TestLabelFunc) (const ApoolLabel *label, gsize *length);

static void
test_label_check (const ApoolLabel *label, TestLabelFunc get, const char *expected, gsize length)
{
  gsize n;
  const char *bytes = get (label, &n);

  g_assert_cmpmem (bytes, n, expected, length);
}

#define CHECK(label, what, expected)                                                               \
  test_label_check (label, apool_label_get_##what, expected, sizeof expected - 1)

static void
test_label_nothing (void)
{
  const ApoolLabelParts parts = { 0 };
  g_autoptr (ApoolLabel) label = apool_label_new (&parts);

  CHECK (label, title, "");
  CHECK (label, prefix, "");
  CHECK (label, suffix, "");
}

/* Any bytes, and the maker's need not stay. */
static void
test_label_all (void)
{
  char title[] = "a\0title";
  char tag[] = "a\0tag";
  const ApoolLabelParts parts = { title, sizeof title - 1, tag, sizeof tag - 1, "colour" };
  g_autoptr (ApoolLabel) label = apool_label_new (&parts);
  g_autoptr (ApoolLabel) same = apool_label_ref (label);

  memset (title, 'x', sizeof title);
  memset (tag, 'x', sizeof tag);
  CHECK (same, title, "a\0title\n");
  CHECK (same, prefix, "coloura\0tag");
  CHECK (same, suffix, "\033[m");
}

/* An empty title is a line, too. */
static void
test_label_empty_title (void)
{
  const ApoolLabelParts parts = { .title = "" };
  g_autoptr (ApoolLabel) label = apool_label_new (&parts);

  CHECK (label, title, "\n");
  CHECK (label, prefix, "");
}

static void
test_label_coloured (void)
{
  const ApoolLabelParts parts = { "title", 5, "tag", 3, "colour" };
  g_autoptr (ApoolLabel) label = apool_label_new (&parts);
  g_autoptr (ApoolLabel) other = apool_label_new_coloured (label, "red");
  g_autoptr (ApoolLabel) only = apool_label_new_coloured (NULL, "red");

  CHECK (other, title, "title\n");
  CHECK (other, prefix, "redtag");
  CHECK (label, prefix, "colourtag");
  CHECK (only, title, "");
  CHECK (only, prefix, "red");
  CHECK (only, suffix, "\033[m");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/label/nothing", test_label_nothing);
  g_test_add_func ("/label/all", test_label_all);
  g_test_add_func ("/label/empty-title", test_label_empty_title);
  g_test_add_func ("/label/coloured", test_label_coloured);
  return g_test_run ();
}
