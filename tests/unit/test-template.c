/* SPDX-License-Identifier: MIT */
/* Templates: what the replacement strings become, as the reference was seen to do it; when no
 * shell is needed; what the kernel takes. Two properties are tried on random templates: they give
 * what a naive model gives, and the words of direct execution are those that a shell reads. */

#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-quote.h"
#include "job/apool-template.h"

#define AUTO APOOL_TEMPLATE_SHELL_AUTO
#define ALWAYS APOOL_TEMPLATE_SHELL_ALWAYS
#define NEVER APOOL_TEMPLATE_SHELL_NEVER

/* A random template's slot, and the number of its task. */
#define SLOT 4
#define SEQ 1234567890

static ApoolTemplate *
test_template_make (const char *const *words,
                    ApoolTemplateShell shell,
                    gboolean angle_is_input,
                    GError **error)
{
  const ApoolTemplateConfig config = { .shell = shell };
  g_autoptr (ApoolSyntax) syntax = apool_syntax_new ();

  apool_syntax_set_angle_is_input (syntax, angle_is_input);
  return apool_template_new (words, syntax, &config, error);
}

static ApoolTemplate *
test_template_make_text (const char *text, gboolean angle_is_input, GError **error)
{
  g_autoptr (ApoolSyntax) syntax = apool_syntax_new ();

  apool_syntax_set_angle_is_input (syntax, angle_is_input);
  return apool_template_new_text (text, syntax, error);
}

static ApoolTemplate *
test_template_parse (const char *const *words, ApoolTemplateShell shell)
{
  g_autoptr (GError) error = NULL;
  ApoolTemplate *template = test_template_make (words, shell, TRUE, &error);

  g_assert_no_error (error);
  return template;
}

static ApoolTask *
test_template_render (
    ApoolTemplate *template, const char *value, gsize length, guint64 seq, GError **error)
{
  const ApoolValue values[] = { { value, length } };
  const ApoolRow row = { values, 1, 77 };

  return apool_template_render (template, &row, seq, error);
}

/* Returns: (transfer full): the words of the task that @words and @value give, in slot 4 */
static char **
test_template_get_words (const char *const *words,
                         ApoolTemplateShell shell,
                         const char *value,
                         guint64 seq,
                         ApoolTaskKind *kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTemplate) template = test_template_parse (words, shell);
  g_autoptr (ApoolTask) task = test_template_render (template, value, strlen (value), seq, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (apool_task_get_seq (task), ==, seq);
  g_assert_cmpuint (apool_task_get_line (task), ==, 77);
  *kind = apool_task_get_kind (task);
  return apool_task_dup_words (task, SLOT, APOOL_QUOTE_POSIX);
}

/* @command is what `--dry-run` of the reference prints for @value. */
static void
test_template_check_line (const char *source, const char *value, const char *command)
{
  const char *const words[] = { source, NULL };
  const char *const expected[] = { command, NULL };
  ApoolTaskKind kind;
  g_auto (GStrv) line = test_template_get_words (words, ALWAYS, value, 9, &kind);

  g_assert_cmpint (kind, ==, APOOL_TASK_SHELL);
  g_assert_cmpstrv (line, expected);
}

static void
test_template_strings (void)
{
  test_template_check_line ("echo {} {#} {%}", "a b", "echo 'a b' 9 4");
  test_template_check_line ("echo <>x", "a b", "echo 'a b'x");
  test_template_check_line ("echo {1} {{1}}x{}", "a b", "echo 'a b' {'a b'}x'a b'");
  test_template_check_line ("echo {{}} {{#}}", "a", "echo {a} {9}");
  test_template_check_line ("echo {}{#}{#}{%}{%}", "a", "echo a9944");
  test_template_check_line ("echo <<>>", "a", "echo <a>");
  test_template_check_line ("echo {}", "", "echo ''");
  test_template_check_line ("echo {} a{}b \"{}\"", "", "echo '' a''b \"''\"");
  test_template_check_line ("echo \"{}\"", "it's", "echo \"'it'\"'\"'s'\"");
  test_template_check_line ("echo {}", "{#} {} <>", "echo '{#} {} <>'");
  test_template_check_line ("echo {}", "a\r", "echo 'a\r'");
}

static void
test_template_appended (void)
{
  test_template_check_line ("echo", "a b", "echo 'a b'");
  test_template_check_line ("echo ", "a", "echo  a");
  test_template_check_line ("echo a;", "x y", "echo a; 'x y'");
  test_template_check_line ("", "a b", " 'a b'");
  test_template_check_line ("echo {#}", "a", "echo 9");
  test_template_check_line ("echo {%}", "a", "echo 4");
  test_template_check_line ("echo {foo} {##} {} ", "a", "echo {foo} {##} a ");
}

static void
test_template_unknown_is_text (void)
{
  static const char *const UNKNOWN[] = {
    "{foo}", "{##}", "{1", "{-}", "{+1}", "{1.5}", "{--1}",  "{1-}", "{///}",  "{./}", "{..}",
    "{=}",   "{= x", "{",  "}",   "{/-}", "{:1}",  "{a..b}", "{ }",  "{1=x=}", "$x",   "'a b'",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (UNKNOWN); i++)
    {
      g_autofree char *source = g_strconcat ("echo ", UNKNOWN[i], NULL);
      g_autofree char *expected = g_strconcat (source, " a", NULL);

      test_template_check_line (source, "a", expected);
    }
}

/* `<>` stands for the input if nothing else in the command does. */
static void
test_template_angle (void)
{
  const char *const words[] = { "wc", "-c", "<>", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTemplate) literal = test_template_make (words, ALWAYS, FALSE, &error);
  g_autoptr (ApoolTask) task = test_template_render (literal, "f", 1, 1, &error);

  g_assert_cmpstr (g_bytes_get_data (apool_task_get_text (task), NULL), ==, "wc -c <> f");
  test_template_check_line ("wc -c <>", "f", "wc -c f");
  test_template_check_line ("cat {} 1<>x", "f", "cat f 1<>x");
  test_template_check_line ("cat 1<>x {}", "f", "cat 1<>x f");
  test_template_check_line ("cat 1<>x {1}", "f", "cat 1<>x f");
  test_template_check_line ("cat <> {#} {%} {##} {foo}", "f", "cat f 9 4 {##} {foo}");
}

/* The command is input: nothing is quoted. */
static void
test_template_command_is_input (void)
{
  ApoolTaskKind kind;
  const char *const no_words[] = { NULL };
  const char *const expected[] = { "echo 'a' b", NULL };
  g_auto (GStrv) line = test_template_get_words (no_words, AUTO, "echo 'a' b", 1, &kind);

  g_assert_cmpint (kind, ==, APOOL_TASK_SHELL);
  g_assert_cmpstrv (line, expected);
  test_template_check_line ("{}", "a b", "a b");
  test_template_check_line ("{1}", "a b", "a b");
  test_template_check_line ("<>", "a b", "a b");
  test_template_check_line ("{} x {}", "a b", "a b x a b");
  test_template_check_line ("./{} {}", "a b", "./a b a b");
  test_template_check_line ("x;{}", "a b", "x;a b");
  test_template_check_line ("{#}{}", "a b", "9a b");
  test_template_check_line ("\"{}\"", "a b", "\"a b\"");
  test_template_check_line ("{}=", "a b", "a b=");
  test_template_check_line (" {}", "a b", " 'a b'");
  test_template_check_line ("\n{}", "a b", "\n'a b'");
  test_template_check_line ("x={} y", "a b", "x='a b' y");
  test_template_check_line ("x {}", "a b", "x 'a b'");
}

static void
test_template_check_kind (const char *source, ApoolTaskKind expected)
{
  const char *const words[] = { source, NULL };
  ApoolTaskKind kind;
  g_auto (GStrv) rendered = test_template_get_words (words, AUTO, "a b", 1, &kind);

  g_test_message ("%s", source);
  g_assert_cmpint (kind, ==, expected);
  g_assert_nonnull (rendered[0]);
}

static void
test_template_needs_shell (void)
{
  static const char *const SHELL[] = {
    "{}",         "{} x",     "./{}",      " {}",       "x=1 y {}",    "echo $x {}",  "echo '{}'",
    "a;b {}",     "a | b {}", "echo * {}", "echo ~ {}", "echo #{}",    "a > {}",      "a\nb {}",
    "echo a\\ b", "! x {}",   "{ x {}; }", "%1 {}",     "{%}=1 x",     "echo {a,{}}", "x & {}",
    "x{#} {}",    "a\rb {}",  "échp {}",   "echo ? {}", "echo [a] {}",
  };
  static const char *const WORDS[] = {
    "echo",           "gzip -9 {}", "  a  b\t{}  ", "dd if={} of=x,y",
    "a:b/c.d+e@f {}", "run-{%}",    "date +%s {}",  "true",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (SHELL); i++)
    test_template_check_kind (SHELL[i], APOOL_TASK_SHELL);
  for (gsize i = 0; i < G_N_ELEMENTS (WORDS); i++)
    test_template_check_kind (WORDS[i], APOOL_TASK_WORDS);
}

static void
test_template_words (void)
{
  ApoolTaskKind kind;
  const char *const one[] = { " tar  cf\t{#}-{}.{%} ", "a b", "{}{}", "{}", NULL };
  const char *const split[] = { "tar",     "cf", "9-it's $x.4", "a", "b", "it's $xit's $x",
                                "it's $x", NULL };
  g_auto (GStrv) rendered = test_template_get_words (one, AUTO, "it's $x", 9, &kind);
  g_auto (GStrv) empty = NULL;
  const char *const two[] = { "echo", "x{}", NULL };
  const char *const with_empty[] = { "echo", "x", NULL };
  const char *const three[] = { "echo", NULL };
  const char *const appended[] = { "echo", "", NULL };

  g_assert_cmpstrv (rendered, split);
  empty = test_template_get_words (two, AUTO, "", 9, &kind);
  g_assert_cmpstrv (empty, with_empty);
  g_clear_pointer (&empty, g_strfreev);
  empty = test_template_get_words (three, AUTO, "", 9, &kind);
  g_assert_cmpstrv (empty, appended);
}

static void
test_template_program (void)
{
  ApoolTaskKind kind;
  const char *const words[] = { "printf", "$x '%s'\n", "", "{}{}", "{#}", NULL };
  const char *const expected[] = {
    "printf", "$x '%s'\n", "", "a ba b", "18446744073709551615", NULL
  };
  const char *const appending[] = { "a b", NULL };
  const char *const appended[] = { "a b", "c d", NULL };
  const char *const none[] = { NULL };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) rendered = test_template_get_words (words, NEVER, "a b", G_MAXUINT64, &kind);
  g_auto (GStrv) rendered_appending = test_template_get_words (appending, NEVER, "c d", 1, &kind);

  g_assert_cmpint (kind, ==, APOOL_TASK_PROGRAM);
  g_assert_cmpstrv (rendered, expected);
  g_assert_cmpstrv (rendered_appending, appended);
  g_assert_null (test_template_make (none, NEVER, TRUE, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_TEMPLATE);
}

/* Renders @length letters into @words; @message is the error's, %NULL for none. */
static void
test_template_check_length (const char *const *words,
                            ApoolTemplateShell shell,
                            char letter,
                            gsize length,
                            const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *value = g_strnfill (length, letter);
  g_autoptr (ApoolTemplate) template = test_template_parse (words, shell);
  g_autoptr (ApoolTask) task = test_template_render (template, value, length, 1, &error);

  if (message)
    {
      g_assert_error (error, APOOL_ERROR, APOOL_ERROR_INPUT);
      g_assert_cmpstr (error->message, ==, message);
      g_assert_null (task);
      return;
    }
  g_assert_no_error (error);
  g_assert_nonnull (task);
}

static gsize
test_template_get_limit (void)
{
  return 32 * (gsize) sysconf (_SC_PAGESIZE) - 1;
}

static char *
test_template_too_long (const char *what, gsize length, gsize limit)
{
  return g_strdup_printf ("%s of %" G_GSIZE_FORMAT
                          " bytes: the kernel takes at most %" G_GSIZE_FORMAT,
                          what, length, limit);
}

static void
test_template_limit_of_argument (void)
{
  gsize limit = test_template_get_limit ();
  const char *const echo[] = { "echo", NULL };
  const char *const repeated[] = { "echo", "x{}{}", "{}", NULL };
  const char *const number[] = { "echo", "{#}", NULL };
  g_autofree char *too_long = test_template_too_long ("argument", limit + 1, limit);
  g_autofree char *twice_too_long =
      test_template_too_long ("argument", 1 + 2 * (limit / 2 + 1), limit);
  g_autofree char *line_too_long =
      test_template_too_long ("command line", strlen ("echo ''") + limit - 6, limit);

  test_template_check_length (echo, AUTO, ' ', limit, NULL);
  test_template_check_length (echo, AUTO, ' ', limit + 1, too_long);
  test_template_check_length (repeated, NEVER, ' ', limit / 2, NULL);
  test_template_check_length (repeated, NEVER, ' ', limit / 2 + 1, twice_too_long);
  test_template_check_length (echo, ALWAYS, ' ', limit - 7, NULL);
  test_template_check_length (echo, ALWAYS, ' ', limit - 6, line_too_long);
  test_template_check_length (echo, ALWAYS, 'x', limit - 5, NULL);
  test_template_check_length (number, AUTO, ' ', limit + 1, NULL);
}

static void
test_template_limit_of_all (void)
{
  gsize limit = 6 * 1024 * 1024;
  gsize length = 100 * 1024 - 1;
  gsize n = limit / (length + 1);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autofree char *too_long =
      test_template_too_long ("arguments", strlen ("echo") + 1 + (n + 1) * (length + 1), limit);

  g_ptr_array_add (words, (gpointer) "echo");
  for (gsize i = 0; i < n; i++)
    g_ptr_array_add (words, (gpointer) "{}");
  g_ptr_array_add (words, NULL);
  test_template_check_length ((const char *const *) words->pdata, AUTO, 'x', length, NULL);
  words->pdata[n + 1] = (gpointer) "{}";
  g_ptr_array_add (words, NULL);
  test_template_check_length ((const char *const *) words->pdata, AUTO, 'x', length, too_long);
}

static void
test_template_not_an_argument (void)
{
  const char *const words[] = { "echo", NULL };
  const char *const number[] = { "echo", "{#}", NULL };
  g_autoptr (ApoolTemplate) template = test_template_parse (words, AUTO);
  g_autoptr (ApoolTemplate) without_input = test_template_parse (number, AUTO);
  g_autoptr (ApoolTask) task = test_template_render (without_input, NULL, G_MAXSIZE, 1, NULL);
  GError *error = NULL;

  g_assert_nonnull (task);
  g_assert_null (test_template_render (template, "a\0b", 3, 1, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_INPUT);
  g_assert_cmpstr (error->message, ==, "a NUL byte cannot be part of an argument");
  g_clear_error (&error);
  g_assert_null (test_template_render (template, NULL, 20000000, 1, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_INPUT);
  g_assert_cmpstr (error->message, ==, "input of 20000000 bytes: too long");
  g_clear_error (&error);
}

/* Renders an option's @source for @value as the ninth task, into @expected. */
static void
test_template_check_text (const char *source,
                          gboolean angle_is_input,
                          const char *value,
                          gsize length,
                          const char *expected,
                          gsize expected_length)
{
  const ApoolValue values[] = { { value, length } };
  const ApoolRow row = { values, 1, 77 };
  g_autoptr (GString) text = g_string_new ("what was there before");
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTemplate) template = test_template_make_text (source, angle_is_input, &error);

  g_assert_no_error (error);
  g_assert_true (apool_template_render_text (template, &row, 9, text, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (text->str, text->len, expected, expected_length);
}

static void
test_template_text (void)
{
  test_template_check_text ("{1} {} {#}", TRUE, "a 'b", 4, "a 'b a 'b 9", 11);
  test_template_check_text ("x", TRUE, "a", 1, "x", 1);
  test_template_check_text ("", TRUE, "a", 1, "", 0);
  test_template_check_text ("{foo}=$x {#}", TRUE, "a", 1, "{foo}=$x 9", 10);
  test_template_check_text ("-<>-{}", TRUE, "a", 1, "-a-a", 4);
  test_template_check_text ("-<>-{}", FALSE, "a", 1, "-<>-a", 5);
  test_template_check_text ("{}", TRUE, "a\0\xff", 3, "a\0\xff", 3);
  test_template_check_text ("{}", TRUE, NULL, 0, "", 0);
  test_template_check_text ("{#}", TRUE, NULL, G_MAXSIZE, "9", 1);
}

static void
test_template_text_faults (void)
{
  const ApoolValue values[] = { { NULL, 20000000 } };
  const ApoolRow row = { values, 1, 77 };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (ApoolTemplate) template = test_template_make_text ("{}", TRUE, NULL);
  GError *error = NULL;

  g_assert_false (apool_template_render_text (template, &row, 1, text, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_INPUT);
  g_assert_cmpstr (error->message, ==, "input of 20000000 bytes: too long");
  g_clear_error (&error);
  g_assert_null (test_template_make_text ("{%}", TRUE, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_TEMPLATE);
  g_assert_cmpstr (error->message, ==, "{%}: the slot is not known before the job is started");
  g_clear_error (&error);
}

static void
test_template_text_limit (void)
{
  g_autofree char *input = g_strnfill (1024 * 1024, 'x');
  const ApoolValue values[] = { { input, 1024 * 1024 } };
  const ApoolRow row = { values, 1, 77 };
  g_autoptr (GString) source = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (ApoolTemplate) template = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 65; i++)
    g_string_append (source, "{}");
  template = test_template_make_text (source->str, TRUE, &error);
  g_assert_no_error (error);
  g_assert_false (apool_template_render_text (template, &row, 1, text, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_INPUT);
  g_assert_cmpstr (error->message, ==, "input of 1048576 bytes: too long");
}

/* What the command says of `<>`, for the templates of options. */
static void
test_template_angle_of_run (void)
{
  const char *const none[] = { NULL };
  const char *const appended[] = { "echo", NULL };
  const char *const angle[] = { "echo", "<>", NULL };
  const char *const braces[] = { "echo", "{}", NULL };
  const char *const numbered[] = { "echo", "{1}", NULL };
  const struct
  {
    const char *const *words;
    gboolean angle_is_input;
  } cases[] = {
    { none, TRUE }, { appended, TRUE }, { angle, TRUE }, { braces, FALSE }, { numbered, FALSE }
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const ApoolTemplateConfig config = { .shell = AUTO };
      g_autoptr (ApoolSyntax) syntax = apool_syntax_new ();
      g_autoptr (ApoolTemplate) template = NULL;
      g_autoptr (ApoolTemplate) never = apool_template_new (cases[i].words, syntax, &config, NULL);

      g_assert_nonnull (never);
      g_assert_false (apool_syntax_get_angle_is_input (syntax));
      apool_syntax_set_angle_is_input (syntax, TRUE);
      template = apool_template_new (cases[i].words, syntax, &config, NULL);
      g_assert_cmpint (apool_syntax_get_angle_is_input (syntax), ==, cases[i].angle_is_input);
    }
}

/* Returns: (transfer full): up to a dozen of @chunks, at random */
static char *
test_template_make_random (const char *start, const char *const *chunks, guint n_chunks)
{
  GString *source = g_string_new (start);
  int n = g_test_rand_int_range (0, 12);

  for (int i = 0; i < n; i++)
    g_string_append (source, chunks[g_test_rand_int_range (0, (gint32) n_chunks)]);
  return g_string_free (source, FALSE);
}

/* Replaces the strings in turn by bytes that occur in no template, then these by what they stand
 * for. */
static char *
test_template_model (const char *source, const char *value)
{
  g_autoptr (GString) marked = g_string_new (source);
  g_autoptr (GString) quoted = g_string_new (NULL);
  GString *line = g_string_new (NULL);
  gsize first_word;

  g_string_replace (marked, "{}", "\1", 0);
  g_string_replace (marked, "{1}", "\1", 0);
  g_string_replace (marked, "{#}", "\2", 0);
  g_string_replace (marked, "{%}", "\3", 0);
  if (!strchr (marked->str, 1))
    g_string_replace (marked, "<>", "\1", 0);
  if (!strpbrk (marked->str, "\1\2\3"))
    g_string_append (marked, " \1");
  first_word = strcspn (marked->str, " \t\n=");
  apool_quote_append (quoted, APOOL_QUOTE_POSIX, value, strlen (value));
  if (strcspn (marked->str, "\1\2\3") < first_word)
    g_string_assign (quoted, value);
  for (const char *at = marked->str; *at; at++)
    if (*at == 1)
      g_string_append (line, quoted->str);
    else if (*at == 2)
      g_string_append_printf (line, "%d", SEQ);
    else if (*at == 3)
      g_string_append_printf (line, "%d", SLOT);
    else
      g_string_append_c (line, *at);
  return g_string_free (line, FALSE);
}

static void
test_template_random_lines (void)
{
  static const char *const CHUNKS[] = { "{}", "{1}", "{#}", "{%}", "<>",  "{", "}",  "#",   "%",
                                        "<",  ">",   " ",   "x",   "y=x", "'", "\t", "{x}", "\n" };
  static const char *const VALUES[] = { "", "a", "a b", "it's", "{}", "<>{#}", "\\" };

  for (int i = 0; i < 5000; i++)
    {
      g_autofree char *source = test_template_make_random ("", CHUNKS, G_N_ELEMENTS (CHUNKS));
      const char *value = VALUES[g_test_rand_int_range (0, G_N_ELEMENTS (VALUES))];
      g_autofree char *expected = test_template_model (source, value);
      const char *const words[] = { source, NULL };
      ApoolTaskKind kind;
      g_auto (GStrv) line = test_template_get_words (words, ALWAYS, value, SEQ, &kind);

      g_assert_cmpstr (line[0], ==, expected);
    }
}

/* Returns: (transfer full): what @script writes */
static GBytes *
test_template_run (const char *script)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "/bin/sh", NULL);
  g_autoptr (GBytes) input = g_bytes_new (script, strlen (script));
  GBytes *output = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate (process, input, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  return output;
}

/* Where words are found without a shell, they are the words that a shell finds. */
static void
test_template_random_words (void)
{
  static const char *const CHUNKS[] = { "{}", "{1}", "{#}", "{%}", " ", " ", "\t", "a",  "b=", "-",
                                        ":",  "/",   ",",   "%",   "@", "~", "+",  "<>", "." };
  static const char *const VALUES[] = { "", "a", "a b", "it's\n", "*", "$0", "~", "\\", "\xff" };
  g_autoptr (GString) script =
      g_string_new ("dump() { for word; do printf '<%s>' \"$word\"; done; echo; }\n");
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autoptr (GBytes) output = NULL;
  int n_words = 0;

  for (int i = 0; i < 2000; i++)
    {
      g_autofree char *source = test_template_make_random ("dump ", CHUNKS, G_N_ELEMENTS (CHUNKS));
      const char *value = VALUES[g_test_rand_int_range (0, G_N_ELEMENTS (VALUES))];
      const char *const words[] = { source, NULL };
      ApoolTaskKind kind;
      g_auto (GStrv) rendered = test_template_get_words (words, AUTO, value, SEQ, &kind);
      g_auto (GStrv) line = NULL;

      if (kind != APOOL_TASK_WORDS)
        continue;
      n_words++;
      line = test_template_get_words (words, ALWAYS, value, SEQ, &kind);
      g_string_append_printf (script, "%s\n", line[0]);
      for (char **word = rendered + 1; *word; word++)
        g_string_append_printf (expected, "<%s>", *word);
      g_string_append_c (expected, '\n');
    }
  output = test_template_run (script->str);
  g_assert_cmpint (n_words, >, 100);
  g_assert_cmpmem (g_bytes_get_data (output, NULL), g_bytes_get_size (output), expected->str,
                   expected->len);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/template/strings", test_template_strings);
  g_test_add_func ("/template/appended", test_template_appended);
  g_test_add_func ("/template/unknown-is-text", test_template_unknown_is_text);
  g_test_add_func ("/template/angle", test_template_angle);
  g_test_add_func ("/template/command-is-input", test_template_command_is_input);
  g_test_add_func ("/template/needs-shell", test_template_needs_shell);
  g_test_add_func ("/template/words", test_template_words);
  g_test_add_func ("/template/program", test_template_program);
  g_test_add_func ("/template/limit/argument", test_template_limit_of_argument);
  g_test_add_func ("/template/limit/all", test_template_limit_of_all);
  g_test_add_func ("/template/limit/not-an-argument", test_template_not_an_argument);
  g_test_add_func ("/template/text", test_template_text);
  g_test_add_func ("/template/text/faults", test_template_text_faults);
  g_test_add_func ("/template/text/limit", test_template_text_limit);
  g_test_add_func ("/template/angle-of-run", test_template_angle_of_run);
  g_test_add_func ("/template/random/lines", test_template_random_lines);
  g_test_add_func ("/template/random/words", test_template_random_words);
  return g_test_run ();
}
