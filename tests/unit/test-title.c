/* SPDX-License-Identifier: MIT */
/* The title in memory that stands for a process's arguments; whether the kernel shows it is in
 * test-worker.c. */

#include <string.h>

#include "worker/apool-title.h"

#define BEHIND 'B'

typedef struct
{
  char memory[64];
  char *argv[4];
  gsize size; /* of the arguments */
} TestArea;

/* Arguments of @first bytes and of @second bytes, their NULs included, one behind the other. */
static void
test_title_fill (TestArea *area, gsize first, gsize second)
{
  memset (area, BEHIND, sizeof *area);
  memset (area->memory, 'a', first + second);
  area->memory[first - 1] = '\0';
  area->memory[first + second - 1] = '\0';
  area->argv[0] = area->memory;
  area->argv[1] = area->memory + first;
  area->size = first + second;
}

static void
test_title_check (const TestArea *area, const char *expected)
{
  g_assert_cmpstr (area->memory, ==, expected);
  g_assert_cmpint (area->memory[area->size - 1], ==, ' ');
  for (gsize i = area->size; i < sizeof area->memory; i++)
    g_assert_cmpint (area->memory[i], ==, BEHIND);
}

static void
test_title_show (void)
{
  TestArea area;
  g_autoptr (ApoolTitle) title = NULL;

  test_title_fill (&area, 20, 30);
  title = apool_title_new (2, area.argv);
  apool_title_show (title, 3, 2);
  test_title_check (&area, "apool: worker 3: 2 jobs");
  for (gsize i = strlen (area.memory); i + 1 < area.size; i++)
    g_assert_cmpint (area.memory[i], ==, '\0');
  apool_title_show (title, 3, 1);
  test_title_check (&area, "apool: worker 3: 1 job");
  apool_title_show (title, 3, 10);
  test_title_check (&area, "apool: worker 3: 10 jobs");
  apool_title_show (title, 3, 0);
  test_title_check (&area, "apool: worker 3: 0 jobs");
  apool_title_show (title, G_MAXUINT, G_MAXUINT);
  test_title_check (&area, "apool: worker 4294967295: 4294967295 jobs");
}

/* However little place there is, nothing else is written. */
static void
test_title_cut (void)
{
  for (gsize second = 1; second < 40; second++)
    {
      g_autofree char *expected = g_strndup ("apool: worker 3: 2 jobs", second);
      TestArea area;
      g_autoptr (ApoolTitle) title = NULL;

      test_title_fill (&area, 2, second);
      title = apool_title_new (2, area.argv);
      apool_title_show (title, 3, 2);
      test_title_check (&area, expected);
    }
}

/* An argument that stands elsewhere is not what the kernel put there. */
static void
test_title_moved (void)
{
  char elsewhere[] = "elsewhere";
  char none[] = "";
  TestArea area;
  g_autoptr (ApoolTitle) title = NULL;
  g_autoptr (ApoolTitle) no_title = NULL;

  test_title_fill (&area, 10, 30);
  area.argv[1] = elsewhere;
  area.size = 10;
  memset (area.memory + 10, BEHIND, sizeof area.memory - 10);
  title = apool_title_new (2, area.argv);
  apool_title_show (title, 3, 2);
  test_title_check (&area, "apool: w");
  g_assert_cmpstr (elsewhere, ==, "elsewhere");
  area.argv[0] = none;
  no_title = apool_title_new (1, area.argv);
  apool_title_show (no_title, 3, 2);
  g_assert_cmpstr (none, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/title/show", test_title_show);
  g_test_add_func ("/title/cut", test_title_cut);
  g_test_add_func ("/title/moved", test_title_moved);
  return g_test_run ();
}
