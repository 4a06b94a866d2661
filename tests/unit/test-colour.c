/* SPDX-License-Identifier: MIT */
/* Colours that tell jobs apart. */

#include <stdio.h>
#include <string.h>

#include "job/apool-colour.h"

#define N_COLOURS 216

typedef struct
{
  guint back;
  guint ink;
} TestColour;

/* @bytes are one of ours and nothing else. */
static TestColour
test_colour_parse (const char *bytes)
{
  TestColour colour = { 0, 0 };
  g_autofree char *again = NULL;

  g_assert_cmpint (sscanf (bytes, "\033[48;5;%3u;38;5;%3um", &colour.back, &colour.ink), ==, 2);
  again = g_strdup_printf ("\033[48;5;%03u;38;5;%03um\033[K", colour.back, colour.ink);
  g_assert_cmpstr (bytes, ==, again);
  return colour;
}

static TestColour
test_colour_get (guint64 n)
{
  char bytes[APOOL_COLOUR_BYTES];

  memset (bytes, 'x', sizeof bytes);
  apool_colour_get (n, bytes);
  return test_colour_parse (bytes);
}

/* Of red, green or blue: which of six levels a colour of the terminals' cube has. */
static guint
test_colour_get_level (guint colour, guint channel)
{
  static const guint divisors[] = { 36, 6, 1 };

  g_assert_cmpuint (colour, >=, 16);
  g_assert_cmpuint (colour, <, 16 + N_COLOURS);
  return (colour - 16) / divisors[channel] % 6;
}

/* As WCAG defines it, of levels 0, 95, 135, 175, 215 and 255 of 255. */
static double
test_colour_get_luminance (guint colour)
{
  static const double weights[] = { 0.2126, 0.7152, 0.0722 };
  static const double linear[] = { 0, 0.1144, 0.2423, 0.4287, 0.6795, 1 };
  double sum = 0;

  for (guint i = 0; i < 3; i++)
    sum += weights[i] * linear[test_colour_get_level (colour, i)];
  return sum;
}

/* Returns: steps from one to the other */
static guint
test_colour_get_distance (guint a, guint b)
{
  guint sum = 0;

  for (guint i = 0; i < 3; i++)
    {
      guint of_a = test_colour_get_level (a, i);
      guint of_b = test_colour_get_level (b, i);

      sum += MAX (of_a, of_b) - MIN (of_a, of_b);
    }
  return sum;
}

/* Each can be read. */
static void
test_colour_readable (void)
{
  for (guint64 n = 1; n <= N_COLOURS; n++)
    {
      TestColour colour = test_colour_get (n);
      double back = test_colour_get_luminance (colour.back) + 0.05;
      double ink = test_colour_get_luminance (colour.ink) + 0.05;

      g_assert_cmpfloat (MAX (back, ink) / MIN (back, ink), >=, 4.5);
    }
}

/* Those of jobs that follow each other differ, from each other and from that of failed ones. */
static void
test_colour_different (void)
{
  const guint failed = test_colour_parse (APOOL_COLOUR_FAILED).back;
  gboolean seen[256] = { FALSE };
  guint n_seen = 0;

  for (guint64 n = 1; n <= N_COLOURS; n++)
    {
      guint back = test_colour_get (n).back;

      for (guint64 after = n + 1; after <= n + 2; after++)
        g_assert_cmpuint (test_colour_get_distance (back, test_colour_get (after).back), >=, 2);
      g_assert_cmpuint (test_colour_get_distance (back, failed), >=, 2);
      n_seen += seen[back] ? 0 : 1;
      seen[back] = TRUE;
    }
  g_assert_cmpuint (n_seen, ==, 208);
}

static void
test_colour_again (void)
{
  g_assert_cmpuint (test_colour_get (7).back, ==, test_colour_get (7 + N_COLOURS).back);
  test_colour_get (0);
  test_colour_get (G_MAXUINT64);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/colour/readable", test_colour_readable);
  g_test_add_func ("/colour/different", test_colour_different);
  g_test_add_func ("/colour/again", test_colour_again);
  return g_test_run ();
}
