/* SPDX-License-Identifier: MIT */
/* What tells jobs apart, and what does not: the pattern of a command, and the key of a job. */

#include <string.h>

#include "job/apool-identity.h"
#include "job/apool-template.h"

/* Returns: the pattern of a job, with a `?` for each part that varies */
static char *
test_identity_dup_pattern (const char *const *words, ApoolTemplateShell shell, guint64 total)
{
  const ApoolTemplateConfig config = { .shell = shell, .quote = APOOL_QUOTE_POSIX };
  const ApoolValue value = { "a b", 3 };
  const ApoolRow row = { .values = &value, .n_values = 1, .line = 1, .total = total };
  g_autoptr (ApoolSyntax) syntax = apool_syntax_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTemplate) template = NULL;
  g_autoptr (GString) pattern = g_string_new ("old");

  apool_syntax_set_jobs (syntax, 8);
  apool_syntax_set_plus (syntax);
  template = apool_template_new (words, syntax, &config, &error);
  g_assert_no_error (error);
  g_assert_true (apool_template_render_pattern (template, &row, 12, pattern, &error));
  for (gsize i = 0; i < pattern->len; i++)
    if (pattern->str[i] == APOOL_IDENTITY_VARYING)
      pattern->str[i] = '?';
  return g_strdup (pattern->str);
}

static void
test_identity_pattern (void)
{
  static const char *const WORDS[] = { "echo", "{%}x{##}{%}", "{}", "{#}", "y{%}", NULL };
  static const char *const TOUCHING[] = {
    "echo", "{%}{}", "{%}{#}", "{}{%}{##}x{%}", "{}-{%}", NULL
  };
  g_autofree char *touching =
      test_identity_dup_pattern (TOUCHING, APOOL_TEMPLATE_SHELL_ALWAYS, 100);
  g_autofree char *line = test_identity_dup_pattern (WORDS, APOOL_TEMPLATE_SHELL_ALWAYS, 100);
  g_autofree char *words = test_identity_dup_pattern (WORDS, APOOL_TEMPLATE_SHELL_AUTO, 7);
  g_autofree char *program = test_identity_dup_pattern (WORDS, APOOL_TEMPLATE_SHELL_NEVER, 7);

  g_assert_cmpstr (line, ==, "echo ??x?? 'a b' 12 y??");
  g_assert_cmpstr (touching, ==,
                   "echo ?????"
                   "'a b' ?????12 'a b'?????x?? 'a b'-??");
  g_assert_cmpstr (words, ==, line);
  g_assert_cmpstr (program, ==, line);
}

static void
test_identity_check_key (const char *context,
                         const char *pattern,
                         const char *first,
                         const char *second,
                         const ApoolIdentity *other,
                         gboolean is_same)
{
  g_autoptr (GString) text = g_string_new (pattern);
  const ApoolValue values[] = { { first, strlen (first) }, { second, strlen (second) } };
  g_autoptr (ApoolIdentity) identity =
      apool_identity_new (context, text, values, G_N_ELEMENTS (values), NULL);
  gboolean is_equal = memcmp (apool_identity_get_key (identity), apool_identity_get_key (other),
                              APOOL_IDENTITY_KEY_BYTES) == 0;

  g_assert_cmpint (is_equal, ==, is_same);
}

static void
test_identity_keys (void)
{
  g_autoptr (GString) pattern = g_string_new ("echo a b");
  const ApoolValue values[] = { { "a", 1 }, { "b", 1 } };
  const ApoolIdentityBatch batch = { 2, 3, 4 };
  g_autoptr (ApoolIdentity) identity =
      apool_identity_new ("context", pattern, values, G_N_ELEMENTS (values), &batch);
  gsize length;

  test_identity_check_key ("context", "echo a b", "a", "b", identity, TRUE);
  test_identity_check_key ("contexT", "echo a b", "a", "b", identity, FALSE);
  test_identity_check_key ("context", "echo a c", "a", "b", identity, FALSE);
  test_identity_check_key ("context", "echo a b", "ab", "", identity, FALSE);
  test_identity_check_key ("context", "echo a b", "", "ab", identity, FALSE);
  g_assert_cmpstr (apool_identity_get_pattern (identity, &length), ==, "echo a b");
  g_assert_cmpuint (length, ==, pattern->len);
  g_assert_cmpuint (apool_identity_get_batch (identity)->all, ==, 4);
  g_assert_cmpuint (apool_identity_get_occurrence (identity), ==, 0);
  apool_identity_set_occurrence (identity, 5);
  g_assert_cmpuint (apool_identity_get_occurrence (identity), ==, 5);
}

/* What a part that varies has become, and whether a value touches it, is no part of a key. */
static void
test_identity_parts (void)
{
  for (gsize part = APOOL_IDENTITY_PART_ANY; part <= APOOL_IDENTITY_PART_TOUCHING_ANY; part++)
    {
      gboolean is_number =
          part == APOOL_IDENTITY_PART_NUMBER || part == APOOL_IDENTITY_PART_TOUCHING;
      g_autoptr (GString) pattern = g_string_new_len ("a\0\0\0\0\0\0", 1 + (gssize) part);
      g_autoptr (GString) plain = g_string_new_len ("a\0\0", is_number ? 3 : 2);
      g_autoptr (ApoolIdentity) identity = NULL;
      g_autoptr (ApoolIdentity) other = NULL;

      g_string_append (pattern, "b");
      g_string_append (plain, "b");
      identity = apool_identity_new ("", pattern, NULL, 0, NULL);
      other = apool_identity_new ("", plain, NULL, 0, NULL);
      g_assert_cmpmem (apool_identity_get_key (identity), APOOL_IDENTITY_KEY_BYTES,
                       apool_identity_get_key (other), APOOL_IDENTITY_KEY_BYTES);
    }
}

static void
test_identity_texts (void)
{
  static const guint8 KEY[APOOL_IDENTITY_KEY_BYTES] = { 0, 1, 0xab, 0xff, 0x10 };
  static const char TEXT[] = "0001abff100000000000000000000000";
  g_autoptr (GString) text = g_string_new (NULL);
  guint8 key[APOOL_IDENTITY_KEY_BYTES];

  apool_identity_append_key (KEY, text);
  g_assert_cmpstr (text->str, ==, TEXT);
  g_assert_true (apool_identity_read_key (text->str, text->len, key));
  g_assert_cmpmem (key, sizeof key, KEY, sizeof KEY);
  g_assert_false (apool_identity_read_key (TEXT, strlen (TEXT) - 1, key));
  g_assert_false (apool_identity_read_key ("0001abff10000000000000000000000g", 32, key));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/identity/pattern", test_identity_pattern);
  g_test_add_func ("/identity/keys", test_identity_keys);
  g_test_add_func ("/identity/parts", test_identity_parts);
  g_test_add_func ("/identity/texts", test_identity_texts);
  return g_test_run ();
}
