/* SPDX-License-Identifier: MIT */
/* Command lines: the input is their words, each ended by a NUL. Whatever they are, they are
 * understood the same way each time or refused with a reason. A word that begins with a byte below
 * 0x20 is an option that there is, by a number of two bytes, and the rest of the word its value: so
 * values are what is tried most. */

#include <string.h>

#include "base/apool-error.h"
#include "cli/apool-option-table.h"
#include "cli/apool-options.h"
#include "fuzz-input.h"

#define MAX_WORDS 12

/* Returns: (transfer full): the word that stands for @text */
static char *
fuzz_options_make_word (const char *text, gsize length)
{
  gsize n_options;
  const ApoolOption *options = apool_option_table_get (&n_options);
  g_autofree char *value = NULL;
  const char *name;

  if (length < 2 || (guint8) text[0] >= ' ')
    return g_strndup (text, length);
  name = options[((gsize) text[0] << 8 | (guint8) text[1]) % n_options].names[0];
  value = g_strndup (text + 2, length - 2);
  if (strlen (name) == 1)
    return g_strconcat ("-", name, value, NULL);
  return g_strconcat ("--", name, *value != '\0' ? "=" : NULL, value, NULL);
}

static GPtrArray *
fuzz_options_make_argv (const char *data, gsize length)
{
  GPtrArray *argv = g_ptr_array_new_with_free_func (g_free);
  const char *end = data + length;

  g_ptr_array_add (argv, g_strdup ("apool"));
  while (data < end && argv->len < MAX_WORDS)
    {
      const char *nul = memchr (data, '\0', (gsize) (end - data));
      const char *word_end = nul ? nul : end;

      g_ptr_array_add (argv, fuzz_options_make_word (data, (gsize) (word_end - data)));
      data = nul ? nul + 1 : end;
    }
  g_ptr_array_add (argv, NULL);
  return argv;
}

static void
fuzz_options_check_words (const char *const *words, const GPtrArray *argv)
{
  for (gsize i = 0; words && words[i]; i++)
    {
      gboolean is_found = FALSE;

      for (guint j = 0; j + 1 < argv->len && !is_found; j++)
        is_found = words[i] == g_ptr_array_index (argv, j);
      g_assert_true (is_found);
    }
}

static void
fuzz_options_check_error (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (error->domain == APOOL_ERROR);
  g_assert_cmpuint (strlen (error->message), >, 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t length)
{
  g_autoptr (GPtrArray) argv = NULL;
  g_autoptr (ApoolOptions) options = NULL;
  g_autoptr (ApoolOptions) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) error_again = NULL;

  fuzz_prepare ();
  argv = fuzz_options_make_argv ((const char *) data, length);
  options = apool_options_parse ((int) argv->len - 1, (char **) argv->pdata, &error);
  again = apool_options_parse ((int) argv->len - 1, (char **) argv->pdata, &error_again);
  g_assert_true ((options == NULL) == (error != NULL));
  g_assert_true ((options == NULL) == (again == NULL));
  if (options)
    {
      fuzz_options_check_words (options->command, argv);
      return 0;
    }
  fuzz_options_check_error (error);
  g_assert_cmpstr (error->message, ==, error_again->message);
  return 0;
}
