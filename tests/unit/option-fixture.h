/* SPDX-License-Identifier: MIT */
/* Command lines that are understood, or refused, for the programs that test options. */
#pragma once

#include <glib.h>

#include "base/apool-error.h"
#include "cli/apool-options.h"

#define PARSE(...) parse ((const char *[]){ "apool", __VA_ARGS__, NULL })
#define ASSERT_REFUSED(message, ...)                                                               \
  assert_refused (message, (const char *[]){ "apool", __VA_ARGS__, NULL })

static inline ApoolOptions *
parse (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  ApoolOptions *options =
      apool_options_parse ((int) g_strv_length ((char **) argv), (char **) argv, &error);

  g_assert_no_error (error);
  g_assert_nonnull (options);
  return options;
}

static inline void
assert_refused (const char *message, const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  ApoolOptions *options =
      apool_options_parse ((int) g_strv_length ((char **) argv), (char **) argv, &error);

  g_assert_null (options);
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
  g_assert_cmpstr (error->message, ==, message);
}

static inline void
assert_words (const char *const *words, const char *joined)
{
  g_autofree char *found = NULL;

  g_assert_nonnull (words);
  found = g_strjoinv ("|", (char **) words);
  g_assert_cmpstr (found, ==, joined);
}

/* The input sources of @options as they may have been typed: `:::` with values, `::::` with a file,
 * `+` behind linked ones. */
static inline void
assert_places (const ApoolOptions *options, const char *expected)
{
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < options->input.places->len; i++)
    {
      const ApoolInputPlace *place = &g_array_index (options->input.places, ApoolInputPlace, i);
      g_autofree char *args = place->args ? g_strjoinv (" ", (char **) place->args) : NULL;

      g_assert_cmpint (args == NULL, ==, place->path != NULL);
      g_string_append_printf (found, "%s%s%s%s%s", i > 0 ? " " : "",
                              args ? ":::" : "::::", place->is_linked ? "+" : "",
                              args && !*place->args ? "" : " ", args ? args : place->path);
    }
  g_assert_cmpstr (found->str, ==, expected);
}

static inline void
assert_nul_delimits (const ApoolOptions *options)
{
  gsize size;
  const char *data;

  g_assert_nonnull (options->input.delimiter);
  data = g_bytes_get_data (options->input.delimiter, &size);
  g_assert_cmpuint (size, ==, 1);
  g_assert_cmpint (data[0], ==, '\0');
}
