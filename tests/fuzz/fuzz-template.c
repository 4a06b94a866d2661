/* SPDX-License-Identifier: MIT */
/* Commands and texts with replacement strings. Three bytes say what options there are, how long the
 * template is, and how many values there are and for which shell; its words are ended by newlines,
 * values by NULs. What is rendered is the same each time, and text without a replacement string is
 * itself. */

#include <string.h>

#include "base/apool-error.h"
#include "fuzz-input.h"
#include "job/apool-template.h"

#define OPTION_IS_TEXT 0x01u
#define OPTION_PLUS 0x02u
#define OPTION_QUOTES 0x04u
#define OPTION_REPEATS 0x08u
#define OPTION_ANGLE 0x10u
#define OPTION_DEFINITION 0x20u

/* Longer ones only take longer. */
#define MAX_TEMPLATE_BYTES 96u
#define MAX_VALUE_BYTES 32u
#define MAX_VALUES 4u

static ApoolSyntax *
fuzz_template_make_syntax (guint8 options)
{
  ApoolSyntax *syntax = apool_syntax_new ();

  apool_syntax_set_jobs (syntax, 4);
  if (options & OPTION_PLUS)
    apool_syntax_set_plus (syntax);
  if (options & OPTION_DEFINITION)
    g_assert_true (apool_syntax_add_definition (syntax, "{~(a+)} s/$$1/b/", NULL));
  apool_syntax_set_angle_is_input (syntax, (options & OPTION_ANGLE) != 0);
  return syntax;
}

static void
fuzz_template_check_error (gboolean is_done, const GError *error, ApoolError code)
{
  g_assert_true (is_done == (error == NULL));
  if (error)
    g_assert_error (error, APOOL_ERROR, (int) code);
}

static void
fuzz_template_render (ApoolTemplate *template, ApoolQuoteStyle quote, const ApoolRow *row)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTask) task = apool_template_render (template, row, 7, &error);
  g_autoptr (ApoolTask) again = apool_template_render (template, row, 7, NULL);
  g_auto (GStrv) words = NULL;

  fuzz_template_check_error (task != NULL, error, APOOL_ERROR_INPUT);
  g_assert_true ((task == NULL) == (again == NULL));
  if (!task)
    return;
  g_assert_true (g_bytes_equal (apool_task_get_text (task), apool_task_get_text (again)));
  g_assert_cmpint (apool_task_get_kind (task), ==, apool_task_get_kind (again));
  words = apool_task_dup_words (task, 3, quote);
  g_assert_true (apool_task_get_kind (task) != APOOL_TASK_SHELL || g_strv_length (words) == 1);
}

static void
fuzz_template_render_text (const ApoolTemplate *template, const char *text, const ApoolRow *row)
{
  g_autoptr (GString) to = g_string_new ("before");
  g_autoptr (GError) error = NULL;
  gboolean is_done = apool_template_render_text (template, row, 7, to, &error);

  fuzz_template_check_error (is_done, error, APOOL_ERROR_INPUT);
  if (is_done && !strpbrk (text, "{<"))
    g_assert_cmpstr (to->str, ==, text);
}

static void
fuzz_template_run (guint8 options, ApoolQuoteStyle quote, const char *text, const ApoolRow *row)
{
  g_autoptr (ApoolSyntax) syntax = fuzz_template_make_syntax (options);
  g_autoptr (ApoolTemplate) template = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = g_strsplit (text, "\n", -1);
  ApoolTemplateConfig config = {
    .shell = (ApoolTemplateShell) ((options >> 6) % 3),
    .quote = quote,
    .quotes_words = (options & OPTION_QUOTES) != 0,
    .repeats_context = (options & OPTION_REPEATS) != 0,
  };

  if (options & OPTION_IS_TEXT)
    template = apool_template_new_text (text, syntax, &error);
  else
    template = apool_template_new ((const char *const *) words, syntax, &config, &error);
  fuzz_template_check_error (template != NULL, error, APOOL_ERROR_TEMPLATE);
  if (!template)
    return;
  if (options & OPTION_IS_TEXT)
    fuzz_template_render_text (template, text, row);
  else
    fuzz_template_render (template, quote, row);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t length)
{
  FuzzInput input = { data, length };
  guint8 options = fuzz_input_take_byte (&input);
  gsize wanted = fuzz_input_take_byte (&input) % MAX_TEMPLATE_BYTES;
  guint8 counts = fuzz_input_take_byte (&input);
  gsize n_values = counts % (MAX_VALUES + 1);
  ApoolQuoteStyle quote = (ApoolQuoteStyle) (counts / (MAX_VALUES + 1) % APOOL_QUOTE_NONE);
  gsize text_length;
  const guint8 *text_bytes = fuzz_input_take_bytes (&input, wanted, &text_length);
  g_autofree char *text = g_strndup (text_bytes ? (const char *) text_bytes : "", text_length);
  ApoolValue values[MAX_VALUES];
  ApoolRow row = { .values = values, .n_values = n_values, .line = 1, .total = 9 };

  fuzz_prepare ();
  for (gsize i = 0; i < n_values; i++)
    {
      gsize value_length = fuzz_input_take_byte (&input) % MAX_VALUE_BYTES;
      const guint8 *value = fuzz_input_take_bytes (&input, value_length, &values[i].length);

      values[i].data = value ? (const char *) value : "";
    }
  fuzz_template_run (options, quote, text, &row);
  return 0;
}
