/* SPDX-License-Identifier: MIT */
/* Regular expressions for bytes, and where the bad ones are bad. */

#include <string.h>

#include "base/apool-pattern.h"

static gboolean
test_pattern_match (const char *pattern, const char *value, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GRegex) regex = apool_pattern_new (pattern, 0, APOOL_ERROR_USAGE, &error);

  g_assert_no_error (error);
  return g_regex_match_full (regex, value, (gssize) length, 0, 0, NULL, NULL);
}

static void
test_pattern_of_bytes (void)
{
  g_assert_true (test_pattern_match ("^.\xff$", "\xfe\xff", 2));
  g_assert_true (test_pattern_match ("^a\\x00b$", "a\0b", 3));
  g_assert_false (test_pattern_match ("^.$", "\xc3\xa9", 2));
}

/* A newline alone ends a line. */
static void
test_pattern_of_lines (void)
{
  g_assert_true (test_pattern_match ("^a.b$", "a\rb", 3));
  g_assert_true (test_pattern_match ("^a.b$",
                                     "a\x0b"
                                     "b",
                                     3));
  g_assert_true (test_pattern_match ("^a.b$",
                                     "a\x85"
                                     "b\n",
                                     4));
  g_assert_false (test_pattern_match ("^a.b$", "a\nb", 3));
  g_assert_false (test_pattern_match ("^ab$", "ab\r", 3));
}

/* What a class has of all bytes is what Perl's has of ASCII. */
static void
test_pattern_check_class (const char *class, const char *members, gboolean is_negated)
{
  g_autofree char *in_brackets = g_strdup_printf ("[%s]", class);
  g_autofree char *turned = g_strdup_printf ("[^%s]", class);

  for (int i = 0; i < 256; i++)
    {
      char byte = (char) i;
      gboolean is_member = (byte != '\0' && strchr (members, byte)) != is_negated;

      if (class[0] == '\\')
        g_assert_cmpint (test_pattern_match (class, &byte, 1), ==, is_member);
      g_assert_cmpint (test_pattern_match (in_brackets, &byte, 1), ==, is_member);
      g_assert_cmpint (test_pattern_match (turned, &byte, 1), ==, !is_member);
    }
}

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define PUNCTUATION "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

static void
test_pattern_classes (void)
{
  static const char SPACE[] = "\t\n\v\f\r ";
  static const char WORD[] = DIGITS LOWER UPPER "_";

  test_pattern_check_class ("\\d", DIGITS, FALSE);
  test_pattern_check_class ("\\D", DIGITS, TRUE);
  test_pattern_check_class ("\\s", SPACE, FALSE);
  test_pattern_check_class ("\\S", SPACE, TRUE);
  test_pattern_check_class ("\\w", WORD, FALSE);
  test_pattern_check_class ("\\W", WORD, TRUE);
  test_pattern_check_class ("[:digit:]", DIGITS, FALSE);
  test_pattern_check_class ("[:^space:]", SPACE, TRUE);
  test_pattern_check_class ("[:word:]", WORD, FALSE);
  test_pattern_check_class ("[:alnum:]", DIGITS LOWER UPPER, FALSE);
  test_pattern_check_class ("[:alpha:]", LOWER UPPER, FALSE);
  test_pattern_check_class ("[:blank:]", "\t ", FALSE);
  test_pattern_check_class ("[:graph:]", DIGITS LOWER UPPER PUNCTUATION, FALSE);
  test_pattern_check_class ("[:lower:]", LOWER, FALSE);
  test_pattern_check_class ("[:print:]", DIGITS LOWER UPPER PUNCTUATION " ", FALSE);
  test_pattern_check_class ("[:punct:]", PUNCTUATION, FALSE);
  test_pattern_check_class ("[:^punct:]", PUNCTUATION, TRUE);
  test_pattern_check_class ("[:upper:]", UPPER, FALSE);
  test_pattern_check_class ("[:xdigit:]", DIGITS "abcdefABCDEF", FALSE);
}

static gboolean
test_pattern_match_text (const char *pattern, const char *value)
{
  return test_pattern_match (pattern, value, strlen (value));
}

/* Classes that a NUL belongs to. */
static void
test_pattern_controls (void)
{
  g_assert_true (test_pattern_match ("^[[:cntrl:]]$", "\0", 1));
  g_assert_true (test_pattern_match_text ("^[[:cntrl:]]{2}$", "\x1f\x7f"));
  g_assert_false (test_pattern_match_text ("[[:cntrl:]]", " \x80\x9f"));
  g_assert_true (test_pattern_match ("^[[:ascii:]]{2}$", "\0\x7f", 2));
  g_assert_false (test_pattern_match_text ("[[:ascii:]]", "\x80\xff"));
  g_assert_true (test_pattern_match_text ("^[[:^ascii:]]{2}$", "\x80\xff"));
}

/* No character of UTF-8 is cut in two by white space or the end of a word. */
static void
test_pattern_in_utf8 (void)
{
  g_assert_false (test_pattern_match_text ("\\s", "\xc3\xa0"));
  g_assert_true (test_pattern_match_text ("^a\\b.*\\bb$", "a\xc3\xa0"
                                                          "b"));
  g_assert_true (test_pattern_match_text ("a\\Bb", "ab"));
  g_assert_false (test_pattern_match_text ("a\\bb", "ab"));
  g_assert_true (test_pattern_match_text ("^\\B.\\B.\\B$", "\xc3\xa9"));
}

/* Where classes stand among other things, and what only looks like one. */
static void
test_pattern_written_out (void)
{
  g_assert_true (test_pattern_match_text ("^[\\d-z]+$", "1-z"));
  g_assert_false (test_pattern_match_text ("[\\d-z]", "a"));
  g_assert_true (test_pattern_match_text ("^[a-\\d]+$", "1-a"));
  g_assert_true (test_pattern_match_text ("^[-\\w.]+$", "a-b.c"));
  g_assert_true (test_pattern_match_text ("^[\\-\\d]+$", "1-2"));
  g_assert_false (test_pattern_match_text ("[\\-\\d]", "\\"));
  g_assert_true (test_pattern_match_text ("^[]\\d]+$", "]1"));
  g_assert_true (test_pattern_match_text ("^[^]\\d]+$", "ab"));
  g_assert_true (test_pattern_match_text ("^[\\]\\d]\\d$", "]1"));
  g_assert_true (test_pattern_match_text ("^\\\\d$", "\\d"));
  g_assert_true (test_pattern_match_text ("^\\Q\\d[\\E\\d$", "\\d[1"));
  g_assert_true (test_pattern_match_text ("^(?#[)\\d$", "1"));
  g_assert_true (test_pattern_match_text ("^[\\b]$", "\b"));
  g_assert_true (test_pattern_match_text ("^\\cA\\d$", "\x01"
                                                       "1"));
  g_assert_true (test_pattern_match_text ("^[[:alpha:]\\d_-]+$", "a1_-"));
  g_assert_true (test_pattern_match_text ("^[a[:]+$", "a[:"));
  g_assert_true (test_pattern_match_text ("^(?i)[[:upper:]]$", "a"));
  g_assert_true (test_pattern_match_text ("^(\\w+)\\s\\1$", "ab ab"));
}

static void
test_pattern_flags (void)
{
  g_autoptr (GRegex) regex = apool_pattern_new ("^B\\d", G_REGEX_CASELESS, APOOL_ERROR_USAGE, NULL);

  g_assert_true (g_regex_match (regex, "b1", 0, NULL));
}

/* The reasons are GLib's own, and may be in the user's language. */
static void
test_pattern_malformed (void)
{
  static const struct
  {
    const char *pattern;
    const char *start;
  } ROWS[] = {
    { "(", "regular expression '(': column 2: " },
    { "ab*)", "regular expression 'ab*)': column 4: " },
    { "*", "regular expression '*': column 1: " },
    { "a[", "regular expression 'a[': column 3: " },
    { "\\w\\d(", "regular expression '\\w\\d(': column 6: " },
    { "7: 8(", "regular expression '7: 8(': column 6: " },
    { "\xff(", "regular expression '\xff(': column 3: " },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (apool_pattern_new (ROWS[i].pattern, 0, APOOL_ERROR_TEMPLATE, &error));
      g_assert_error (error, APOOL_ERROR, APOOL_ERROR_TEMPLATE);
      g_assert_true (g_str_has_prefix (error->message, ROWS[i].start));
      g_assert_cmpuint (strlen (error->message), >, strlen (ROWS[i].start));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pattern/of-bytes", test_pattern_of_bytes);
  g_test_add_func ("/pattern/of-lines", test_pattern_of_lines);
  g_test_add_func ("/pattern/classes", test_pattern_classes);
  g_test_add_func ("/pattern/controls", test_pattern_controls);
  g_test_add_func ("/pattern/in-utf8", test_pattern_in_utf8);
  g_test_add_func ("/pattern/written-out", test_pattern_written_out);
  g_test_add_func ("/pattern/flags", test_pattern_flags);
  g_test_add_func ("/pattern/malformed", test_pattern_malformed);
  return g_test_run ();
}
