/* SPDX-License-Identifier: MIT */
/* Where values stand in the quotes of a command, and when one that needs quotes has come there. */

#include <glib.h>

#include "job/apool-template.h"

static void
find (const char *command, ApoolQuoteStyle quote, ApoolQuotedPlaces *places)
{
  const char *const words[] = { command, NULL };
  const ApoolTemplateConfig config = { .quote = quote };
  g_autoptr (ApoolSyntax) syntax = apool_syntax_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTemplate) template = NULL;

  apool_syntax_set_angle_is_input (syntax, TRUE);
  template = apool_template_new (words, syntax, &config, &error);
  g_assert_no_error (error);
  apool_template_find_quoted_places (template, places);
}

static void
check (const char *command, guint n_quoted, guint n_others)
{
  ApoolQuotedPlaces places;

  g_test_message ("%s", command);
  find (command, APOOL_QUOTE_POSIX, &places);
  g_assert_cmpuint (places.n_quoted, ==, n_quoted);
  g_assert_cmpuint (places.n_others, ==, n_others);
}

static void
test_quoted_places_found (void)
{
  check ("echo \"{}\"", 1, 0);
  check ("echo '{}'", 1, 0);
  check ("echo \"a {} b\" {.}", 1, 1);
  check ("echo \"{}{/}\" '{//}'", 3, 0);
  check ("echo \"it's {}\"", 1, 0);
  check ("echo 'say \"{}\"'", 1, 0);
  check ("echo '\\'{}", 0, 1);
  check ("echo \\\"{}", 0, 1);
  check ("echo \"\\\"{}", 1, 0);
  check ("echo \"<>\"", 1, 0);
  check ("echo $x \"{}\"", 1, 0);
  check ("cat < x > \"{}\"", 1, 0);
}

static void
test_quoted_places_none (void)
{
  check ("echo", 0, 1); /* appended */
  check ("echo {} \"x\"", 0, 1);
  check ("echo \"{#} {%}\" {}", 0, 1);
  check ("echo \"{unknown}\" {}", 0, 1);
  /* A first word is not quoted. */
  check ("\"{}\" x", 0, 0);
}

/* Where the shell begins anew, and where nobody can tell, there are none at all. */
static void
test_quoted_places_strange (void)
{
  check ("echo \"$(basename {})\"", 0, 0);
  check ("echo \"`basename {}`\"", 0, 0);
  check ("echo \"${x:-{}}\"", 0, 0);
  check ("echo $'{}'", 0, 0);
  check ("cat << 'x' {}", 0, 0);
  check ("echo {} # \"{}\"", 0, 0);
  check ("echo \"{= s/a/b/ =}\"", 0, 0);
}

static void
test_quoted_places_shells (void)
{
  ApoolQuotedPlaces places;

  find ("echo \"{}\"", APOOL_QUOTE_FISH, &places);
  g_assert_cmpuint (places.n_quoted, ==, 0);
}

static void
check_filled (const char *command, const char *line, gboolean is_filled)
{
  ApoolQuotedPlaces places;

  g_test_message ("%s: %s", command, line);
  find (command, APOOL_QUOTE_POSIX, &places);
  g_assert_cmpint (apool_quoted_places_are_filled (&places, line), ==, is_filled);
}

static void
test_quoted_places_filled (void)
{
  check_filled ("echo \"{}\"", "echo \"a\"", FALSE);
  check_filled ("echo \"{}\"", "echo \"'a b'\"", TRUE);
  check_filled ("echo \"{}\"", "echo \"''\"", TRUE);
  check_filled ("echo '{}'", "echo 'a'", FALSE);
  check_filled ("echo '{}'", "echo ''a b''", TRUE);
  check_filled ("echo \"it's {}\"", "echo \"it's a\"", FALSE);
  check_filled ("echo \"it's {}\"", "echo \"it's 'a b'\"", TRUE);
  /* It is the other one that needs quotes. */
  check_filled ("cp {} \"{.}\"", "cp 'a.b c' \"a\"", FALSE);
  check_filled ("cp {} \"{}\"", "cp 'a b' \"'a b'\"", TRUE);
  /* Nobody can tell. */
  check_filled ("cp {} '{.}'", "cp 'a b' ''a b''", FALSE);
  check_filled ("echo {}", "echo 'a b'", FALSE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/quoted-places/found", test_quoted_places_found);
  g_test_add_func ("/quoted-places/none", test_quoted_places_none);
  g_test_add_func ("/quoted-places/strange", test_quoted_places_strange);
  g_test_add_func ("/quoted-places/shells", test_quoted_places_shells);
  g_test_add_func ("/quoted-places/filled", test_quoted_places_filled);
  return g_test_run ();
}
