/* SPDX-License-Identifier: MIT */
/* Quoting: as the reference writes it, and as a shell reads it. */

#include <gio/gio.h>
#include <string.h>

#include "base/apool-quote.h"

static void
test_quote_check (const char *value, const char *expected)
{
  g_autoptr (GString) line = g_string_new ("echo ");

  apool_quote_append (line, value, strlen (value));
  g_assert_cmpstr (line->str, ==, expected);
}

static void
test_quote_bare (void)
{
  test_quote_check ("abcXYZ019_/.+-", "echo abcXYZ019_/.+-");
  test_quote_check ("-", "echo -");
}

static void
test_quote_quoted (void)
{
  test_quote_check ("a b", "echo 'a b'");
  test_quote_check ("a,b", "echo 'a,b'");
  test_quote_check ("x=y", "echo 'x=y'");
  test_quote_check ("~", "echo '~'");
  test_quote_check ("\xff", "echo '\xff'");
  test_quote_check ("it's", "echo 'it'\"'\"'s'");
  test_quote_check ("'", "echo \"'\"");
  test_quote_check ("''", "echo \"'\"''\"'\"");
  test_quote_check ("'a b'", "echo \"'\"'a b'\"'\"");
  test_quote_check ("x'", "echo 'x'\"'\"");
}

static void
test_quote_empty (void)
{
  test_quote_check ("", "echo ''");
}

/* Every single byte is bare or quoted as the reference was seen to have it. */
static void
test_quote_each_byte (void)
{
  static const char BARE[] = "_/.+-";

  for (int byte = 1; byte < 256; byte++)
    {
      char value = (char) byte;
      gsize length = apool_quote_get_length (&value, 1);

      if (g_ascii_isalnum (value) || strchr (BARE, value))
        g_assert_cmpuint (length, ==, 1);
      else
        g_assert_cmpuint (length, ==, 3);
    }
}

/* Writes @value, quoted, for sh to print; what comes out is compared byte by byte. */
static void
test_quote_run (const char *value, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) line = g_string_new ("printf %s ");
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GBytes) output = NULL;

  apool_quote_append (line, value, length);
  process =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "/bin/sh", "-c", line->str, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (output, NULL), g_bytes_get_size (output), value, length);
}

static void
test_quote_shell_reads_all_bytes (void)
{
  char value[255];

  for (int i = 0; i < 255; i++)
    value[i] = (char) (i + 1);
  test_quote_run (value, sizeof value);
}

static void
test_quote_shell_reads_random (void)
{
  static const char BYTES[] = "ab''\\\"$`\n !*?[]{}~#&;|<>()=%,\t-\xc3\xa9";

  for (int round = 0; round < 20; round++)
    {
      char value[40];
      gsize length = (gsize) g_test_rand_int_range (0, sizeof value);

      for (gsize i = 0; i < length; i++)
        value[i] = BYTES[g_test_rand_int_range (0, sizeof BYTES - 1)];
      test_quote_run (value, length);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/quote/bare", test_quote_bare);
  g_test_add_func ("/quote/quoted", test_quote_quoted);
  g_test_add_func ("/quote/empty", test_quote_empty);
  g_test_add_func ("/quote/each-byte", test_quote_each_byte);
  g_test_add_func ("/quote/shell-reads-all-bytes", test_quote_shell_reads_all_bytes);
  g_test_add_func ("/quote/shell-reads-random", test_quote_shell_reads_random);
  return g_test_run ();
}
