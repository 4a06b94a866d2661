/* SPDX-License-Identifier: MIT */
/* The forms of a value. The first byte says whether --plus is given, the second how long the form
 * is; the value follows. What a form makes of a value is the same each time, and what belongs
 * together goes back together. */

#include <string.h>

#include "base/apool-error.h"
#include "fuzz-input.h"
#include "job/apool-form.h"

/* Longer ones only take longer. */
#define MAX_FORM_BYTES 48u
#define MAX_VALUE_BYTES 96u

/* Returns: (nullable): what @form makes of the value, %NULL for an error */
static GString *
fuzz_form_append (const ApoolForm *form, const char *value, gsize length)
{
  g_autoptr (GString) to = g_string_new ("before");
  g_autoptr (GError) error = NULL;
  gboolean is_done = apool_form_append (form, value, length, to, &error);

  g_assert_true (is_done == (error == NULL));
  g_assert_cmpmem (to->str, 6, "before", 6);
  if (is_done)
    return g_string_erase (g_steal_pointer (&to), 0, 6);
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_INPUT);
  g_assert_cmpuint (to->len, ==, 6);
  return NULL;
}

static GString *
fuzz_form_make (const char *text, const char *value, gsize length)
{
  ApoolForm *form = NULL;
  GString *made;

  g_assert_cmpuint (apool_form_match (text, text + strlen (text), TRUE, &form, NULL), ==,
                    strlen (text));
  made = fuzz_form_append (form, value, length);
  g_assert_nonnull (made);
  apool_form_free (form);
  return made;
}

static void
fuzz_form_check_parts (
    const char *head, const char *joint, const char *tail, const char *value, gsize length)
{
  g_autoptr (GString) whole = fuzz_form_make (head, value, length);
  g_autoptr (GString) end = fuzz_form_make (tail, value, length);

  g_string_append (whole, joint);
  g_string_append_len (whole, end->str, (gssize) end->len);
  g_assert_cmpmem (whole->str, whole->len, value, length);
}

static guint
fuzz_form_count_dots (const GString *name)
{
  guint n = 0;

  for (gsize i = 0; i < name->len; i++)
    n += name->str[i] == '.';
  return n;
}

/* The forms that are the opposites of each other, which hold where there is something to cut at. */
static void
fuzz_form_check_paths (const char *value, gsize length)
{
  g_autoptr (GString) whole = fuzz_form_make ("}", value, length);
  g_autoptr (GString) name = fuzz_form_make ("/}", value, length);
  g_autoptr (GString) stem = fuzz_form_make ("/.}", value, length);
  g_autoptr (GString) stem_of_name = fuzz_form_make (".}", name->str, name->len);
  g_autoptr (GString) folder = fuzz_form_make ("//}", value, length);
  guint n_dots = fuzz_form_count_dots (name);

  g_assert_cmpmem (whole->str, whole->len, value, length);
  g_assert_null (memchr (name->str, '/', name->len));
  g_assert_cmpmem (stem->str, stem->len, stem_of_name->str, stem_of_name->len);
  g_assert_cmpuint (folder->len, >, 0);
  g_assert_true (strcmp (folder->str, ".") == 0 ||
                 (folder->len <= length && memcmp (folder->str, value, folder->len) == 0));
  if (length > 0 && memchr (value, '/', length))
    fuzz_form_check_parts ("+/}", "/", "/}", value, length);
  if (n_dots > 0)
    fuzz_form_check_parts (".}", ".", "+.}", value, length);
  if (n_dots > 1)
    fuzz_form_check_parts ("..}", ".", "+..}", value, length);
  if (n_dots > 2)
    fuzz_form_check_parts ("...}", ".", "+...}", value, length);
}

/* Of what was refused the error says why; none is half a form. */
static ApoolForm *
fuzz_form_match (const char *text, gsize length, gboolean plus)
{
  g_autoptr (GError) error = NULL;
  ApoolForm *form = NULL;
  gsize taken = apool_form_match (text, text + length, plus, &form, &error);

  g_assert_cmpuint (taken, <=, length);
  g_assert_true ((taken > 0) == (form != NULL));
  g_assert_true (!error || !form);
  if (error)
    g_assert_error (error, APOOL_ERROR, APOOL_ERROR_TEMPLATE);
  if (!form)
    return NULL;
  g_assert_true (memchr (text, '}', length) == text + taken - 1);
  g_assert_null (memchr (text, '\0', taken));
  return form;
}

static void
fuzz_form_check (const char *text, const ApoolForm *form, const char *value, gsize length)
{
  g_autoptr (GString) once = fuzz_form_append (form, value, length);
  g_autoptr (GString) again = fuzz_form_append (form, value, length);

  g_assert_true ((once == NULL) == (again == NULL));
  if (!once)
    return;
  g_assert_cmpmem (once->str, once->len, again->str, again->len);
  if (text[0] == '^' || text[0] == ',')
    g_assert_cmpuint (once->len, ==, length);
  if (apool_form_get_format (form))
    g_assert_true (text[0] == ':' && g_str_has_prefix (text + 1, apool_form_get_format (form)));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t length)
{
  FuzzInput input = { data, length };
  gboolean plus = fuzz_input_take_byte (&input) % 2 == 0;
  gsize wanted = fuzz_input_take_byte (&input) % MAX_FORM_BYTES;
  gsize form_length;
  const guint8 *form_bytes = fuzz_input_take_bytes (&input, wanted, &form_length);
  g_autofree char *text = g_memdup2 (form_bytes, form_length); /* exactly as long as it is */
  gsize value_length;
  const guint8 *value_bytes = fuzz_input_take_bytes (&input, MAX_VALUE_BYTES, &value_length);
  g_autofree char *value = g_memdup2 (value_bytes, value_length);
  ApoolForm *form;

  fuzz_prepare ();
  fuzz_form_check_paths (value, value_length);
  form = text ? fuzz_form_match (text, form_length, plus) : NULL;
  if (!form)
    return 0;
  fuzz_form_check (text, form, value, value_length);
  apool_form_free (form);
  return 0;
}
