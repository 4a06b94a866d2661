/* SPDX-License-Identifier: MIT */
/* Quoting: as the reference writes it, and as a shell reads it. */

#include <gio/gio.h>
#include <string.h>

#include "base/apool-quote.h"
#include "base/apool-tree.h"

static void
test_quote_check_for (ApoolQuoteStyle style, const char *value, const char *expected)
{
  g_autoptr (GString) line = g_string_new ("echo ");

  apool_quote_append (line, style, value, strlen (value));
  g_assert_cmpstr (line->str, ==, expected);
}

static void
test_quote_check (const char *value, const char *expected)
{
  test_quote_check_for (APOOL_QUOTE_POSIX, value, expected);
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
  static const char BARE[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/.+-";

  for (int byte = 1; byte < 256; byte++)
    {
      char value = (char) byte;
      g_autoptr (GString) line = g_string_new (NULL);

      apool_quote_append (line, APOOL_QUOTE_POSIX, &value, 1);
      g_assert_cmpuint (line->len, ==, strchr (BARE, value) ? 1 : 3);
    }
}

static void
test_quote_csh (void)
{
  test_quote_check_for (APOOL_QUOTE_CSH, "", "echo ''");
  test_quote_check_for (APOOL_QUOTE_CSH, "a/b_C.+-", "echo a/b_C.+-");
  test_quote_check_for (APOOL_QUOTE_CSH, "it's $x!", "echo it\\'s\\ \\$x\\!");
  test_quote_check_for (APOOL_QUOTE_CSH, "a\nb\n", "echo a\"\\\n\"b\"\\\n\"");
  test_quote_check_for (APOOL_QUOTE_CSH, "a\\b", "echo a\\\\b");
  /* No backslash behind what may be half of a character. */
  test_quote_check_for (APOOL_QUOTE_CSH, "\xc3\xa9'", "echo '\xc3\xa9'\\'");
  test_quote_check_for (APOOL_QUOTE_CSH, "x\xff", "echo x'\xff'");
  test_quote_check_for (APOOL_QUOTE_CSH, "\xff\n", "echo '\xff'\"\\\n\"");
}

static void
test_quote_rc (void)
{
  test_quote_check_for (APOOL_QUOTE_RC, "", "echo ''");
  test_quote_check_for (APOOL_QUOTE_RC, "a/b_C.+-", "echo a/b_C.+-");
  test_quote_check_for (APOOL_QUOTE_RC, "it's \\", "echo 'it''s \\'");
  test_quote_check_for (APOOL_QUOTE_RC, "'", "echo ''''");
  test_quote_check_for (APOOL_QUOTE_RC, "a\n\"b", "echo 'a\n\"b'");
}

static void
test_quote_fish (void)
{
  test_quote_check_for (APOOL_QUOTE_FISH, "", "echo ''");
  test_quote_check_for (APOOL_QUOTE_FISH, "a/b_C.+-", "echo a/b_C.+-");
  test_quote_check_for (APOOL_QUOTE_FISH, "it's", "echo 'it\\'s'");
  test_quote_check_for (APOOL_QUOTE_FISH, "\\n\\", "echo '\\\\n\\\\'");
  test_quote_check_for (APOOL_QUOTE_FISH, "a\n$\"", "echo 'a\n$\"'");
  /* No backslash behind what may be half of a character. */
  test_quote_check_for (APOOL_QUOTE_FISH, "\xc3\xa9'\\", "echo '\xc3\xa9''\\'\\\\'");
}

static void
test_quote_none (void)
{
  test_quote_check_for (APOOL_QUOTE_NONE, "it's $x", "echo it's $x");
  test_quote_check_for (APOOL_QUOTE_NONE, "", "echo ");
}

static void
test_quote_check_beside (const char *before, const char *value, const char *code, const char *is)
{
  g_autoptr (GString) line = g_string_new (before);

  apool_quote_append (line, APOOL_QUOTE_RC, value, strlen (value));
  apool_quote_append_code (line, APOOL_QUOTE_RC, code, strlen (code));
  g_assert_cmpstr (line->str, ==, is);
}

/* Two quotes that meet would be one for rc. */
static void
test_quote_rc_beside (void)
{
  g_autoptr (GString) line = g_string_new ("'a'");

  test_quote_check_beside ("echo 'x'", "a b", "'y'", "echo 'x'^'a b'^'y'");
  test_quote_check_beside ("echo 'x'", "ab", "'y'", "echo 'x'ab'y'");
  test_quote_check_beside ("echo x", "a b", "y", "echo x'a b'y");
  test_quote_check_beside ("echo ''''", "'", "", "echo ''''^''''");
  /* These cancel each other, as the man page says. */
  test_quote_check_beside ("echo '", "a b", "'", "echo ''a b''");
  apool_quote_append_code (line, APOOL_QUOTE_POSIX, "'b'", 3);
  g_assert_cmpstr (line->str, ==, "'a''b'");
}

static void
test_quote_find (void)
{
  static const struct
  {
    ApoolQuoteStyle style;
    const char *value;
    gsize offset;
    gsize found;
  } CASES[] = {
    { APOOL_QUOTE_NONE, "a'b", 2, 2 },      { APOOL_QUOTE_POSIX, "ab", 1, 1 },
    { APOOL_QUOTE_POSIX, "", 0, 1 },        { APOOL_QUOTE_POSIX, "a'b", 1, 2 },
    { APOOL_QUOTE_POSIX, "a'b", 2, 7 },     { APOOL_QUOTE_POSIX, "'", 0, 0 },
    { APOOL_QUOTE_POSIX, "'", 1, 3 },       { APOOL_QUOTE_CSH, "", 0, 0 },
    { APOOL_QUOTE_CSH, "a'b", 1, 1 },       { APOOL_QUOTE_CSH, "a'b", 2, 3 },
    { APOOL_QUOTE_CSH, "\n ", 1, 4 },       { APOOL_QUOTE_CSH, "\xc3\xa9 ", 0, 0 },
    { APOOL_QUOTE_CSH, "\xc3\xa9 ", 1, 2 }, { APOOL_QUOTE_CSH, "\xc3\xa9 ", 2, 4 },
    { APOOL_QUOTE_RC, "", 0, 1 },           { APOOL_QUOTE_RC, "a'b", 1, 2 },
    { APOOL_QUOTE_RC, "a'b", 2, 4 },        { APOOL_QUOTE_FISH, "abc", 2, 2 },
    { APOOL_QUOTE_FISH, "a\\b", 1, 2 },     { APOOL_QUOTE_FISH, "a\\b", 2, 4 },
    { APOOL_QUOTE_FISH, "\xff'b", 2, 6 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    g_assert_cmpuint (
        apool_quote_find (CASES[i].style, CASES[i].value, strlen (CASES[i].value), CASES[i].offset),
        ==, CASES[i].found);
}

/* ---- shells that read it ---- */

/**
 * TestShell:
 * @name: of a shell
 * @style: how one quotes for it
 * @last_byte: the greatest that it can read at all
 * @startup: (nullable): what its start-up file says
 */
typedef struct
{
  const char *name;
  ApoolQuoteStyle style;
  int last_byte;
  const char *startup;
} TestShell;

static const TestShell SHELLS[] = {
  { "sh", APOOL_QUOTE_POSIX, 255, NULL },
  { "bash", APOOL_QUOTE_POSIX, 255, NULL },
  { "tcsh", APOOL_QUOTE_CSH, 255, NULL },
  { "tcsh", APOOL_QUOTE_CSH, 255, "set backslash_quote\n" },
  { "fish", APOOL_QUOTE_FISH, 255, NULL },
  /* It takes byte 255 for the end of the command, and runs nothing. */
  { "rc", APOOL_QUOTE_RC, 254, NULL },
};

/* A shell that runs with a home of its own, and what it is to print. */
typedef struct
{
  const TestShell *shell;
  const char *locale;
  char *path;
  char *home;
  GString *line;
  GString *expected;
} TestReader;

static void
test_quote_begin (TestReader *reader)
{
  static const char FORMAT[] = "%s\\0";

  g_string_assign (reader->expected, "");
  g_string_assign (reader->line, "env printf ");
  apool_quote_append (reader->line, reader->shell->style, FORMAT, strlen (FORMAT));
}

/* Has the shell print what has been added; it is compared byte by byte. */
static void
test_quote_print (TestReader *reader)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GBytes) output = NULL;

  g_subprocess_launcher_setenv (launcher, "HOME", reader->home, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_CONFIG_HOME", reader->home, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_DATA_HOME", reader->home, TRUE);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", reader->locale, TRUE);
  process =
      g_subprocess_launcher_spawn (launcher, &error, reader->path, "-c", reader->line->str, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (output, NULL), g_bytes_get_size (output),
                   reader->expected->str, reader->expected->len);
  test_quote_begin (reader);
}

static void
test_quote_add (TestReader *reader, const char *value, gsize length)
{
  g_string_append_c (reader->line, ' ');
  apool_quote_append (reader->line, reader->shell->style, value, length);
  g_string_append_len (reader->expected, value, (gssize) length);
  g_string_append_c (reader->expected, '\0');
}

/* Every byte, and every one before and behind each of those that mean the most. */
static void
test_quote_print_pairs (TestReader *reader)
{
  static const char SPECIAL[] = "'\\\n!$\"";

  test_quote_add (reader, "", 0);
  for (int byte = 1; byte <= reader->shell->last_byte; byte++)
    test_quote_add (reader, (const char[]){ (char) byte }, 1);
  test_quote_print (reader);
  for (const char *special = SPECIAL; *special; special++)
    {
      for (int byte = 1; byte <= reader->shell->last_byte; byte++)
        {
          const char values[] = { (char) byte, *special, (char) byte };

          test_quote_add (reader, values, 2);
          test_quote_add (reader, values + 1, 2);
        }
      test_quote_print (reader);
    }
}

static void
test_quote_print_random (TestReader *reader)
{
  static const char BYTES[] =
      "ab''\\\\\"$`\n\n !*?[]{}~#&;|<>()=%,^@:\t\r-\x01\x7f\x80\x81\xc3\xa9\xef\x98\x80\xfe";

  for (int round = 0; round < 300; round++)
    {
      char value[40];
      gsize length = (gsize) g_test_rand_int_range (0, sizeof value);

      for (gsize i = 0; i < length; i++)
        value[i] = BYTES[g_test_rand_int_range (0, sizeof BYTES - 1)];
      test_quote_add (reader, value, length);
    }
  test_quote_print (reader);
}

static void
test_quote_make_home (TestReader *reader)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *startup = NULL;

  reader->home = g_dir_make_tmp ("apool-quote-XXXXXX", &error);
  g_assert_no_error (error);
  if (!reader->shell->startup)
    return;
  startup = g_build_filename (reader->home, ".cshrc", NULL);
  g_file_set_contents (startup, reader->shell->startup, -1, &error);
  g_assert_no_error (error);
}

static void
test_quote_close (TestReader *reader)
{
  g_autoptr (GError) error = NULL;

  apool_tree_remove (reader->home, &error);
  g_assert_no_error (error);
  g_free (reader->path);
  g_free (reader->home);
  g_string_free (reader->line, TRUE);
  g_string_free (reader->expected, TRUE);
}

static void
test_quote_shell_reads (gconstpointer data)
{
  static const char *const LOCALES[] = { "C", "C.UTF-8" };
  TestReader reader = { .shell = data };

  reader.path = g_find_program_in_path (reader.shell->name);
  if (!reader.path)
    {
      g_test_skip_printf ("%s is not installed", reader.shell->name);
      return;
    }
  reader.line = g_string_new (NULL);
  reader.expected = g_string_new (NULL);
  test_quote_make_home (&reader);
  for (gsize i = 0; i < G_N_ELEMENTS (LOCALES); i++)
    {
      reader.locale = LOCALES[i];
      test_quote_begin (&reader);
      test_quote_print_pairs (&reader);
      test_quote_print_random (&reader);
    }
  test_quote_close (&reader);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/quote/bare", test_quote_bare);
  g_test_add_func ("/quote/quoted", test_quote_quoted);
  g_test_add_func ("/quote/empty", test_quote_empty);
  g_test_add_func ("/quote/each-byte", test_quote_each_byte);
  g_test_add_func ("/quote/csh", test_quote_csh);
  g_test_add_func ("/quote/rc", test_quote_rc);
  g_test_add_func ("/quote/rc-beside", test_quote_rc_beside);
  g_test_add_func ("/quote/fish", test_quote_fish);
  g_test_add_func ("/quote/none", test_quote_none);
  g_test_add_func ("/quote/find", test_quote_find);
  for (gsize i = 0; i < G_N_ELEMENTS (SHELLS); i++)
    {
      g_autofree char *path = g_strdup_printf ("/quote/%s-reads%s", SHELLS[i].name,
                                               SHELLS[i].startup ? "-with-startup-file" : "");

      g_test_add_data_func (path, &SHELLS[i], test_quote_shell_reads);
    }
  return g_test_run ();
}
