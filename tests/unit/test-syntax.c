/* SPDX-License-Identifier: MIT */
/* Replacement strings: what each becomes for one value and for several, other names, definitions,
 * expressions, lengths. Where the reference has them, the results are what it was seen to make. */

#include <gio/gio.h>
#include <string.h>

#include "base/apool-error.h"
#include "job/apool-template.h"

#define MAX_VALUES 8

/* The task that is rendered. */
#define SLOT 3
#define SEQ 9
#define TOTAL 120
#define JOBS 16

/* What a template is made of; what is not said is as usual. */
typedef struct
{
  const char *words[8];
  const char *values[MAX_VALUES];
  const char *expected;
  const char *options[4]; /* "+", "I,,", ":{x} code", "p(())" */
  gboolean repeats;
  gboolean quotes_words;
  guint n_shell_quotes;
  ApoolTemplateShell shell;
  ApoolQuoteStyle quote;
} Case;

static void
test_syntax_set_option (ApoolSyntax *syntax, const char *option)
{
  static const char NAMES[] = "Iebdrst"; /* in the order of ApoolSyntaxString */
  g_autoptr (GError) error = NULL;

  if (*option == '+')
    apool_syntax_set_plus (syntax);
  else if (*option == ':')
    apool_syntax_add_definition (syntax, option + 1, &error);
  else if (*option == 'p')
    apool_syntax_set_parens (syntax, option + 1, &error);
  else
    apool_syntax_rename (syntax, (ApoolSyntaxString) (strchr (NAMES, *option) - NAMES), option + 1);
  g_assert_no_error (error);
}

static ApoolSyntax *
test_syntax_make (const Case *test)
{
  ApoolSyntax *syntax = apool_syntax_new ();

  apool_syntax_set_jobs (syntax, JOBS);
  for (gsize i = 0; i < G_N_ELEMENTS (test->options) && test->options[i]; i++)
    test_syntax_set_option (syntax, test->options[i]);
  return syntax;
}

static gsize
test_syntax_fill_values (const char *const *strings, ApoolValue *values)
{
  gsize n = 0;

  for (; n < MAX_VALUES && strings[n]; n++)
    values[n] = (ApoolValue){ strings[n], strlen (strings[n]) };
  return n;
}

static ApoolTemplate *
test_syntax_parse (const Case *test, ApoolSyntax *syntax)
{
  const ApoolTemplateConfig config = {
    .shell = test->shell,
    .quote = test->quote,
    .quotes_words = test->quotes_words,
    .repeats_context = test->repeats,
    .n_shell_quotes = test->n_shell_quotes,
  };
  g_autoptr (GError) error = NULL;
  ApoolTemplate *template = apool_template_new (test->words, syntax, &config, &error);

  g_assert_no_error (error);
  return template;
}

/* Returns: (transfer full): the words of the task that is made */
static char **
test_syntax_get_words (const Case *test, ApoolTaskKind *kind)
{
  ApoolValue values[MAX_VALUES];
  ApoolRow row = { .values = values, .line = 1, .total = TOTAL };
  g_autoptr (ApoolSyntax) syntax = test_syntax_make (test);
  g_autoptr (ApoolTemplate) template = test_syntax_parse (test, syntax);
  g_autoptr (ApoolTask) task = NULL;
  g_autoptr (GError) error = NULL;

  row.n_values = test_syntax_fill_values (test->values, values);
  task = apool_template_render (template, &row, SEQ, &error);
  g_assert_no_error (error);
  *kind = apool_task_get_kind (task);
  return apool_task_dup_words (task, SLOT, test->quote);
}

static void
test_syntax_check_lines (const Case *cases, gsize n_cases)
{
  for (gsize i = 0; i < n_cases; i++)
    {
      Case test = cases[i];
      ApoolTaskKind kind;
      g_auto (GStrv) words = NULL;
      const char *const expected[] = { test.expected, NULL };

      test.shell = APOOL_TEMPLATE_SHELL_ALWAYS;
      words = test_syntax_get_words (&test, &kind);
      g_assert_cmpstrv (words, expected);
      g_assert_cmpint (kind, ==, APOOL_TASK_SHELL);
    }
}

/* Words are shown with a bar after each. */
static void
test_syntax_check_words (const Case *cases, gsize n_cases)
{
  for (gsize i = 0; i < n_cases; i++)
    {
      ApoolTaskKind kind;
      g_auto (GStrv) words = test_syntax_get_words (&cases[i], &kind);
      g_autofree char *joined = g_strjoinv ("|", words);

      g_assert_cmpstr (joined, ==, cases[i].expected);
      g_assert_cmpint (kind, !=, APOOL_TASK_SHELL);
    }
}

static void
test_syntax_forms (void)
{
  static const Case CASES[] = {
    { { "echo {.} {/} {//} {/.}" }, { "a/b.c" }, "echo a/b b.c a b" },
    { { "echo {1.} {2/} {-1//} {-2/.}" }, { "a/b.c", "d/e f.g" }, "echo a/b 'e f.g' d b" },
    { { "echo {-1} {-2} {3} {-3} {-4} {-5} x" }, { "a", "b" }, "echo b a  b a  x" },
    { { "echo {-2} {-3} x" }, { "a" }, "echo a  x" },
    { { "echo {0} {01} {2 .} { 2} {2 }" }, { "a.x", "b.y" }, "echo a.x b.y a.x b { 2} b.y" },
    { { "echo {:%03d} {2:%.2f}|{#:%03d}{%:%3d}" }, { "7", "1" }, "echo 007 001 1.00|009'  3'" },
    { { "echo {seq-1} {seq+2} {slot-1} {seq-10:%d} {seq} {slot} {seq-}", "{}" },
      { "a" },
      "echo 8 11 2 -1 {seq} {slot} {seq-} a" },
    { { "echo {0#} {##} x" }, { "a" }, "echo 9 {##} x" },
    { { "echo {0#} {0%} {##} x" }, { "a" }, "echo 009 03 120 x", { "+" } },
    { { "echo {..} {/..} {+/} {^a} {slot} {sshlogin}" },
      { "a/b.c.d" },
      "echo a/b b a A/b.c.d ${PARALLEL_JOBSLOT} ${PARALLEL_SSHLOGIN}",
      { "+" } },
    { { "echo {slot}" }, { "a b" }, "echo ${PARALLEL_JOBSLOT}", { "+" } },
    { { "{slot} {}" }, { "a b" }, "${PARALLEL_JOBSLOT} a b", { "+" } },
    { { "x{#} {}" }, { "a b" }, "x9 a b" },
    { { "x={#} {}" }, { "a b" }, "x=9 'a b'" },
    { { "a\v{} {}" }, { "a b" }, "a\va b a b" },
  };

  test_syntax_check_lines (CASES, G_N_ELEMENTS (CASES));
}

static void
test_syntax_names (void)
{
  static const Case CASES[] = {
    { { "echo {} ,, {1} {1.} {.} {/}" }, { "a/b.c" }, "echo {} a/b.c {1} a/b a/b b.c", { "I,," } },
    { { "echo {x} {1x} {1} {}" }, { "a/b.c" }, "echo a/b.c a/b.c {1} {}", { "I{x}" } },
    { { "echo YY {.} {1.} {1/.} {}" }, { "a/b.c" }, "echo a/b {.} {1.} b a/b.c", { "eYY" } },
    { { "echo {y} {1y} {.} {}" }, { "a/b.c" }, "echo a/b a/b {.} a/b.c", { "e{y}" } },
    { { "echo YY {/} {1/}" }, { "a/b.c" }, "echo b.c {/} {1/}", { "bYY" } },
    { { "echo YY {//} {1//}" }, { "a/b.c" }, "echo a {//} {1//}", { "dYY" } },
    { { "echo YY {/.} {1/.}" }, { "a/b.c" }, "echo b {/.} {1/.}", { "rYY" } },
    { { "echo YY {#}" }, { "a/b.c" }, "echo 9 {#}", { "sYY" } },
    { { "echo YY {%}" }, { "a/b.c" }, "echo 3 {%}", { "tYY" } },
    { { "echo YY {#}" }, { "a/b.c" }, "echo 9 3", { "sYY", "t{#}" } },
    { { "echo {} {.} {1} {1.}" }, { "a/b.c" }, "echo a/b {.} a/b {1.}", { "e{}" } },
    { { "echo {} {.} {1} {1.}" }, { "a/b.c" }, "echo {} a/b.c {1} a/b.c", { "I{.}" } },
    { { "echo {}" }, { "a" }, "echo {} a", { "I" } },
  };

  test_syntax_check_lines (CASES, G_N_ELEMENTS (CASES));
}

static void
test_syntax_several (void)
{
  static const Case CASES[] = {
    { { "echo", "a{}b", "{}c {1}", "{2}-{}", "{#}={}", "x\ty{}z" },
      { "1", "2 x" },
      "echo a1b a'2 x'b 1c '2 x'c 1 '2 x'-1 '2 x'-'2 x' 9=1 9='2 x' x\ty1z \ty'2 x'z",
      .repeats = TRUE },
    { { "echo", "a{}b", "{}{.}" }, { "1", "2.x" }, "echo a1 2.xb 1 2.x1 2" },
    { { "echo a{}b {#} {2} x" }, { NULL }, "echo ab 9  x", .repeats = TRUE },
    { { "echo {} x" }, { NULL }, "echo  x" },
    { { "echo" }, { "a", "b c" }, "echo a 'b c'" },
    { { NULL }, { "a", "b c" }, "a b c" },
    { { "echo {#} {%}x" }, { "a", "b" }, "echo 9 3x", .repeats = TRUE },
  };

  test_syntax_check_lines (CASES, G_N_ELEMENTS (CASES));
}

static void
test_syntax_words (void)
{
  static const Case CASES[] = {
    { { "echo", "a {} b", "", "{1}c {1}" },
      { "1", "2 x" },
      "echo|a 1|2 x b||1c 1",
      .repeats = TRUE,
      .quotes_words = TRUE },
    { { "echo", "a {} b" }, { "1", "2 x" }, "echo|a 1|2 x b", .quotes_words = TRUE },
    { { "echo", "{2}" }, { "1" }, "echo|", .quotes_words = TRUE },
    { { "echo", "{2}" }, { "1" }, "echo" },
    { { "echo $x", "*" }, { "a b" }, "echo $x|*|a b", .quotes_words = TRUE },
    { { "{}", "y" }, { "a b" }, "a b|y", .quotes_words = TRUE },
    { { "echo", "{}" }, { NULL }, "echo", .quotes_words = TRUE },
    { { "echo", "{}" }, { NULL }, "echo" },
    { { "echo  a{}b c" }, { "1", "2 x" }, "echo|a1|2 xb|c" },
    { { "echo  a{}b c" }, { "1", "2 x" }, "echo|a1b|a2 xb|c", .repeats = TRUE },
    { { "echo x-{/.}-{#:%3d} {2//}" }, { "a/b c.d", "e f/g" }, "echo|x-b c|g-  9|e f" },
    { { "a b", "{}", "" }, { "1", "2" }, "a b|1|2|", .shell = APOOL_TEMPLATE_SHELL_NEVER },
  };

  test_syntax_check_words (CASES, G_N_ELEMENTS (CASES));
}

static void
test_syntax_shell_quote (void)
{
  static const Case CASES[] = {
    { { NULL }, { "a b" }, "printf|%s\\n|'a b'", .n_shell_quotes = 1 },
    { { NULL }, { "it's" }, "printf|%s\\n|'it'\"'\"'s'", .n_shell_quotes = 1 },
    { { NULL }, { "a b" }, "printf|%s\\n|\"'\"'a b'\"'\"", .n_shell_quotes = 2 },
    { { "echo" }, { "a b" }, "printf|%s\\n|'echo '\"'\"'a b'\"'\"", .n_shell_quotes = 1 },
    { { "echo {%} '{%}' {}x" },
      { "b" },
      "printf|%s\\n|'echo 3 '\"'\"'3'\"'\"' bx'",
      .n_shell_quotes = 1 },
    { { "echo", "a {} {%}" },
      { "a b" },
      "printf|%s\\n|'echo '\"'\"'a a b 3'\"'\"",
      .n_shell_quotes = 1,
      .quotes_words = TRUE },
    { { NULL }, { "it's" }, "printf|%s\\n|it\\'s", .n_shell_quotes = 1, .quote = APOOL_QUOTE_CSH },
    { { "echo {%} '{%}' {}" },
      { "\xc3\xa9!" },
      "printf|%s\\n|echo\\ 3\\ \\'3\\'\\ \\''\xc3\xa9'\\'\\\\\\!",
      .n_shell_quotes = 1,
      .quote = APOOL_QUOTE_CSH },
    { { NULL },
      { "it's" },
      "printf|%s\\n|'''it''''s'''",
      .n_shell_quotes = 2,
      .quote = APOOL_QUOTE_RC },
    { { "echo", "a {} {%}" },
      { "it's" },
      "printf|%s\\n|'echo \\'a it\\\\\\'s 3\\''",
      .n_shell_quotes = 1,
      .quotes_words = TRUE,
      .quote = APOOL_QUOTE_FISH },
  };

  test_syntax_check_words (CASES, G_N_ELEMENTS (CASES));
}

/* For shells that are no POSIX shells: the line is never taken for plain words. */
static void
test_syntax_other_shells (void)
{
  static const Case CASES[] = {
    { { "echo {} x{1}y" }, { "it's" }, "echo it\\'s xit\\'sy", .quote = APOOL_QUOTE_CSH },
    { { "echo {} {%:%3d}" }, { "a" }, "echo a \\ \\ 3", .quote = APOOL_QUOTE_CSH },
    { { "echo {1} {2}" }, { "it's", "" }, "echo 'it''s' ''", .quote = APOOL_QUOTE_RC },
    { { "echo {1}{2}'x'{1}y{3}" },
      { "a b", "c d", "e" },
      "echo 'a b'^'c d'^'x'^'a b'ye",
      .quote = APOOL_QUOTE_RC },
    /* Two texts that meet are one in the user's words. */
    { { "echo {3}'x'{3}'y' {1}" }, { "a b" }, "echo 'x''y' 'a b'", .quote = APOOL_QUOTE_RC },
    { { "echo '{}'" }, { "a b" }, "echo ''a b''", .quote = APOOL_QUOTE_RC },
    { { "echo {1}{%:%2d}'x'" }, { "a b" }, "echo 'a b'^' 3'^'x'", .quote = APOOL_QUOTE_RC },
    { { "echo {}" }, { "it's" }, "echo 'it\\'s'", .quote = APOOL_QUOTE_FISH },
    { { "{} x" }, { "it's" }, "it's x", .quote = APOOL_QUOTE_FISH },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      ApoolTaskKind kind;
      g_auto (GStrv) words = test_syntax_get_words (&CASES[i], &kind);
      const char *const expected[] = { CASES[i].expected, NULL };

      g_assert_cmpint (kind, ==, APOOL_TASK_SHELL);
      g_assert_cmpstrv (words, expected);
    }
}

static void
test_syntax_skips (void)
{
  static const struct
  {
    const char *word;
    const char *values[4];
    gboolean is_skipped;
  } CASES[] = {
    { "{uniq}", { "a", "b", "c" }, FALSE },
    { "{uniq}", { "a", "b", "a" }, TRUE },
    { "{uniq}", { "a", "" }, FALSE },
    { "{uniq}", { "ab", "a" }, FALSE },
    { "{choose_k}", { "a", "b", "c" }, FALSE },
    { "{choose_k}", { "a", "a" }, TRUE },
    { "{choose_k}", { "b", "a" }, TRUE },
    { "{choose_k}", { "10", "9" }, FALSE },
    { "{uniq}", { NULL }, FALSE },
    { "{choose_k}", { "a" }, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      const Case test = { { "echo", CASES[i].word }, .options = { "+" } };
      ApoolValue values[MAX_VALUES];
      ApoolRow row = { .values = values, .line = 1 };
      g_autoptr (ApoolSyntax) syntax = test_syntax_make (&test);
      g_autoptr (ApoolTemplate) template = test_syntax_parse (&test, syntax);
      g_autoptr (ApoolTask) task = NULL;

      row.n_values = test_syntax_fill_values (CASES[i].values, values);
      task = apool_template_render (template, &row, 1, NULL);
      g_assert_cmpint (apool_task_get_traits (task)->is_skipped, ==, CASES[i].is_skipped);
    }
}

/* Each expression of the syntax with its positions, "code[1,-1]"; none for all values. */
static char *
test_syntax_dup_expressions (const ApoolSyntax *syntax)
{
  GString *list = g_string_new (NULL);
  gsize n;
  const char *const *texts = apool_syntax_get_expressions (syntax, &n);

  g_assert_cmpuint (g_strv_length ((char **) texts), ==, n);
  for (gsize i = 0; i < n; i++)
    {
      gsize n_positions;
      const gint64 *positions = apool_syntax_get_positions (syntax, i, &n_positions);

      g_string_append_printf (list, "%s%s[", i > 0 ? " " : "", texts[i]);
      for (gsize j = 0; j < n_positions; j++)
        g_string_append_printf (list, "%s%d", j > 0 ? "," : "", (int) positions[j]);
      g_string_append_c (list, ']');
    }
  return g_string_free (list, FALSE);
}

static void
test_syntax_expressions (void)
{
  static const Case CASES[] = {
    { { "echo {= a() =} {= a() =} {=2 b=} {=-1 b=} {==}" }, .expected = "a() [] b[2,-1]" },
    { { "echo {=1 a=} {= a=}" }, .expected = "a[]" },
    { { "echo", "{=", "a", "b", "=}", "c" }, .expected = "a b []" },
    { { "echo {={==} {= {} x=} {=}" }, .expected = "{} x[]" },
    { { "echo {= x" }, .expected = "" },
    { { "echo ,,x.. ,,1y..{= z =}" }, .expected = "x[] y[1]", .options = { "p,,.." } },
    { { "echo {x} {2x} {-1x}" }, .expected = "c;d[]", .options = { ":{x} c;d" } },
    { { "echo {x}" }, .expected = "c[2]", .options = { ":{x} 2 c" } },
    { { "echo {x} {1 x}" }, .expected = "", .options = { ":{x}" } },
    { { "echo %%% {%}" }, .expected = "pp[] p[]", .options = { ":%% pp", ":% p" } },
    { { "echo {.} {1.} {/.}" }, .expected = "mine[]", .options = { ":{.} mine" } },
    { { "echo {.}" }, .expected = "new[]", .options = { ":{.} old", ":{.} new" } },
    { { "echo {/.tar/.gz} {/tar/.gz}" },
      .expected = "$apool_group1 = '.tar';$apool_group2 = '.gz';s/$apool_group1/$apool_group2/g;[]",
      .options = { ":{/(\\.\\S+)/(\\.\\S+)} s/$$1/$$2/g;" } },
    { { "echo {x'\\} {2xa}" },
      .expected = "$apool_group1 = '\\'\\\\';print $$ . $apool_group1[] "
                  "$apool_group1 = 'a';print $$ . $apool_group1[2]",
      .options = { ":{x(.+?)} print $$ . $$1" } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (ApoolSyntax) syntax = test_syntax_make (&CASES[i]);
      g_autoptr (ApoolTemplate) template = test_syntax_parse (&CASES[i], syntax);
      g_autofree char *expressions = test_syntax_dup_expressions (syntax);

      g_assert_nonnull (template);
      g_assert_cmpstr (expressions, ==, CASES[i].expected);
    }
}

static void
test_syntax_total (void)
{
  static const struct
  {
    const char *word;
    gboolean needs_total;
  } CASES[] = {
    { "{#} {%} {0%}", FALSE },        { "{##}", TRUE },     { "{0#}", TRUE },
    { "{= $_=total_jobs()=}", TRUE }, { "{= x =}", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      const Case test = { { "echo", CASES[i].word }, .options = { "+" } };
      g_autoptr (ApoolSyntax) syntax = test_syntax_make (&test);
      g_autoptr (ApoolTemplate) template = test_syntax_parse (&test, syntax);

      g_assert_nonnull (template);
      g_assert_cmpint (apool_syntax_needs_total (syntax), ==, CASES[i].needs_total);
    }
}

static char *
test_syntax_render_computed (const Case *test,
                             const ApoolComputedResult *results,
                             gsize n_expressions,
                             guint slot,
                             ApoolTaskKind *kind)
{
  ApoolValue values[MAX_VALUES];
  ApoolRow row = { .values = values, .line = 1 };
  ApoolComputed computed = { .results = results, .n_expressions = n_expressions };
  g_autoptr (ApoolSyntax) syntax = test_syntax_make (test);
  g_autoptr (ApoolTemplate) template = test_syntax_parse (test, syntax);
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTask) task = NULL;
  g_auto (GStrv) words = NULL;

  row.n_values = test_syntax_fill_values (test->values, values);
  row.computed = &computed;
  computed.n_values = MAX (row.n_values, 1);
  task = apool_template_render (template, &row, 1, &error);
  g_assert_no_error (error);
  *kind = apool_task_get_kind (task);
  words = apool_task_dup_words (task, slot, APOOL_QUOTE_POSIX);
  return g_strjoinv ("|", words);
}

static void
test_syntax_computed (void)
{
  static const ApoolValue ONE[] = { { "a b", 3 } };
  static const ApoolValue TWO[] = { { "it's", 4 }, { "c", 1 } };
  const ApoolComputedResult results[] = { { 1, ONE, FALSE }, { 2, TWO, FALSE } };
  const ApoolComputedResult unquoted[] = { { 1, ONE, TRUE }, { 2, TWO, TRUE } };
  Case test = { { "echo", "x{= f =}" }, { "1", "2" } };
  ApoolTaskKind kind;
  g_autofree char *words = test_syntax_render_computed (&test, results, 1, 1, &kind);
  g_autofree char *later = test_syntax_render_computed (&test, results, 1, 7, &kind);
  g_autofree char *line = NULL;
  g_autofree char *bare = NULL;

  g_assert_cmpstr (words, ==, "echo|xa b|it's");
  g_assert_cmpstr (later, ==, "echo|xa b|c");
  g_assert_cmpint (kind, ==, APOOL_TASK_WORDS);
  bare = test_syntax_render_computed (&test, unquoted, 1, 1, &kind);
  g_assert_cmpstr (bare, ==, "echo xa b it's");
  g_assert_cmpint (kind, ==, APOOL_TASK_SHELL);
  test.shell = APOOL_TEMPLATE_SHELL_ALWAYS;
  line = test_syntax_render_computed (&test, results, 1, 1, &kind);
  g_assert_cmpstr (line, ==, "echo x'a b' 'it'\"'\"'s'");
}

static void
test_syntax_fields (void)
{
  const char *const words[] = { "echo {name}={} {size/} {name:%05d}x {other} {=name f=}", NULL };
  const ApoolValue values[] = { { "1", 1 }, { "2", 1 } };
  const ApoolValue fields[] = { { "a/b", 3 }, { "c d", 3 } };
  const ApoolRow row = {
    .values = values, .n_values = 2, .n_records = 2, .fields = fields, .n_fields = 1
  };
  const ApoolValue result = { "r", 1 };
  const ApoolComputedResult results[] = { { 1, &result, FALSE }, { 0, NULL, FALSE } };
  const ApoolComputed computed = { results, 1, 2 };
  const ApoolTemplateConfig config = { APOOL_TEMPLATE_SHELL_ALWAYS, .repeats_context = TRUE };
  ApoolRow with_computed = row;
  g_autoptr (ApoolFields) columns = apool_fields_new ();
  g_autoptr (ApoolFields) paths = apool_fields_new ();
  g_autoptr (ApoolSyntax) syntax = apool_syntax_new ();
  g_autoptr (ApoolTemplate) template = NULL;
  g_autoptr (ApoolTemplate) text = NULL;
  g_autoptr (ApoolTask) task = NULL;
  g_autoptr (GString) rendered = g_string_new (NULL);

  apool_fields_add_column (columns, "name", 4);
  apool_fields_add_column (columns, "size", 4);
  apool_syntax_set_fields (syntax, columns);
  template = apool_template_new (words, syntax, &config, NULL);
  with_computed.computed = &computed;
  task = apool_template_render (template, &with_computed, 1, NULL);
  g_assert_cmpstr (g_bytes_get_data (apool_task_get_text (task), NULL), ==,
                   "echo 1=1 1=2 2 00001x {other} r");
  apool_fields_set_paths (paths);
  apool_syntax_set_fields (syntax, paths);
  text = apool_template_new_text ("<{f} {f/.}-{}>", syntax, NULL);
  g_assert_true (apool_template_render_text (text, &row, 1, rendered, NULL));
  g_assert_cmpstr (rendered->str, ==, "<a/b <c d b-1> c d-2>");
}

static void
test_syntax_check_length (const Case *test, gboolean is_exact)
{
  ApoolValue values[MAX_VALUES];
  ApoolRow row = { .values = values, .line = 1 };
  guint64 measured = 0;
  g_autoptr (ApoolSyntax) syntax = test_syntax_make (test);
  g_autoptr (ApoolTemplate) template = test_syntax_parse (test, syntax);
  g_autoptr (ApoolTask) task = NULL;
  gsize length;
  guint64 reckoned;
  gsize n_values = test_syntax_fill_values (test->values, values);

  for (gsize i = 0; i < n_values; i++)
    {
      const ApoolRow record = { .values = &values[i], .n_values = 1, .line = 1 };

      measured += apool_template_measure (template, &record);
    }
  row.n_values = n_values;
  row.n_records = n_values;
  task = apool_template_render (template, &row, 1, NULL);
  g_bytes_get_data (apool_task_get_text (task), &length);
  reckoned = apool_template_get_length (template, n_values, measured);
  if (is_exact)
    g_assert_cmpuint (reckoned, ==, length - 1);
  else
    g_assert_cmpuint (reckoned, >=, length - 1);
}

static void
test_syntax_length (void)
{
  static const Case EXACT[] = {
    { { "echo" }, { "a" } },
    { { "echo" }, { "a", "b c", "it's", "" } },
    { { "echo", "x{}y", "{.}{/}", "z w" }, { "a.b", "b/c.d" } },
    { { "echo", "x{}y", "{.}{/}", "z w {}" }, { "a.b", "b/c.d", "e" }, .repeats = TRUE },
    { { "echo {#}" }, { "a" } },
    { { NULL }, { "a b", "c" } },
  };
  static const Case ENOUGH[] = {
    { { "echo", "{#} {1} {%} {}" }, { "a", "b c" } },
    { { "echo", "a {} b" }, { "a", "b'c" }, .quotes_words = TRUE },
    { { "echo", "a {} b" }, { "a", "b'c" }, .n_shell_quotes = 2 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (EXACT); i++)
    {
      Case test = EXACT[i];

      test.shell = APOOL_TEMPLATE_SHELL_ALWAYS;
      test_syntax_check_length (&test, TRUE);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (ENOUGH); i++)
    test_syntax_check_length (&ENOUGH[i], FALSE);
}

static void
test_syntax_check_refused (const char *word, const char *option, const char *message)
{
  const char *const words[] = { "echo", word, NULL };
  const ApoolTemplateConfig config = { .shell = APOOL_TEMPLATE_SHELL_AUTO };
  g_autoptr (ApoolSyntax) syntax = apool_syntax_new ();
  g_autoptr (GError) error = NULL;

  apool_syntax_set_plus (syntax);
  if (*option == ':')
    g_assert_false (apool_syntax_add_definition (syntax, option + 1, &error));
  else if (*option == 'p')
    g_assert_false (apool_syntax_set_parens (syntax, option + 1, &error));
  else
    g_assert_null (apool_template_new (words, syntax, &config, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_TEMPLATE);
  g_assert_nonnull (strstr (error->message, message));
}

static void
test_syntax_refused (void)
{
  test_syntax_check_refused ("{:%q}", "", "%q");
  test_syntax_check_refused ("{#:%5}", "", "%5");
  test_syntax_check_refused ("{%(a}", "", "(a");
  test_syntax_check_refused ("", ":", "'': begins with no name");
  test_syntax_check_refused ("", ": x", "' x': begins with no name");
  test_syntax_check_refused ("", ":{a(*)} x", "'{a(*)}': ");
  test_syntax_check_refused ("", "px", "'x': no two parentheses");
}

static void
test_syntax_bad_values (void)
{
  const char *const words[] = { "echo", "{:%d}", "{= x =}", NULL };
  const ApoolTemplateConfig config = { .shell = APOOL_TEMPLATE_SHELL_AUTO };
  const ApoolValue word = { "abc", 3 };
  const ApoolValue number = { "12", 2 };
  ApoolRow row = { .values = &word, .n_values = 1, .line = 1 };
  g_autoptr (ApoolSyntax) syntax = apool_syntax_new ();
  g_autoptr (ApoolTemplate) template = apool_template_new (words, syntax, &config, NULL);
  GError *error = NULL;

  g_assert_null (apool_template_render (template, &row, 1, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_INPUT);
  g_clear_error (&error);
  row.values = &number;
  g_assert_null (apool_template_render (template, &row, 1, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_INPUT);
  g_assert_cmpstr (error->message, ==, "{= =}: not evaluated here");
  g_clear_error (&error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/syntax/forms", test_syntax_forms);
  g_test_add_func ("/syntax/names", test_syntax_names);
  g_test_add_func ("/syntax/several", test_syntax_several);
  g_test_add_func ("/syntax/words", test_syntax_words);
  g_test_add_func ("/syntax/shell-quote", test_syntax_shell_quote);
  g_test_add_func ("/syntax/other-shells", test_syntax_other_shells);
  g_test_add_func ("/syntax/skips", test_syntax_skips);
  g_test_add_func ("/syntax/expressions", test_syntax_expressions);
  g_test_add_func ("/syntax/total", test_syntax_total);
  g_test_add_func ("/syntax/computed", test_syntax_computed);
  g_test_add_func ("/syntax/fields", test_syntax_fields);
  g_test_add_func ("/syntax/length", test_syntax_length);
  g_test_add_func ("/syntax/refused", test_syntax_refused);
  g_test_add_func ("/syntax/bad-values", test_syntax_bad_values);
  return g_test_run ();
}
