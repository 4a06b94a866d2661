/* SPDX-License-Identifier: MIT */
/* One row a word: "a,b" has two values and the field "A"; "-" is skipped; "!x" has the fault x; "~"
 * is pending once; "$" has a value that is not kept; "E" is an error. The memory of a row is
 * overwritten by the next one. */

#include "fake-script.h"

#include <string.h>

#include "base/apool-error.h"

#define MIB (1024 * 1024)

static void fake_script_source_init (ApoolSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeScript,
                               fake_script,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_SOURCE, fake_script_source_init))

static ApoolSourceStatus
fake_script_yield (FakeScript *self, const char *word, ApoolRow *row)
{
  char *at = self->bytes;
  gsize n_values = 0;

  g_assert_cmpuint (g_strlcpy (self->bytes, word, sizeof self->bytes), <, sizeof self->bytes);
  for (char *next = at; next && n_values < G_N_ELEMENTS (self->values); at = next)
    {
      char *comma = strchr (at, ',');
      gsize length = comma ? (gsize) (comma - at) : strlen (at);

      self->values[n_values++] = (ApoolValue){ at, length };
      next = comma ? comma + 1 : NULL;
    }
  self->field[0] = g_ascii_toupper (*word);
  self->fields[0] = (ApoolValue){ self->field, 1 };
  self->fields[1] = (ApoolValue){ NULL, 0 };
  if (*word == '$')
    self->values[0] = (ApoolValue){ NULL, 17 * MIB };
  *row = (ApoolRow){ self->values, n_values, self->n_rows };
  row->fields = self->fields;
  row->n_fields = self->n_fields;
  row->total = self->total;
  row->is_skipped = *word == '-';
  row->fault = *word == '!' ? self->bytes + 1 : NULL;
  return APOOL_SOURCE_ROW;
}

static ApoolSourceStatus
fake_script_next (ApoolSource *source, ApoolRow *row, GError **error)
{
  FakeScript *self = FAKE_SCRIPT (source);
  const char *word = self->words[self->n_read];

  memset (self->bytes, '?', sizeof self->bytes);
  self->field[0] = '?';
  if (!word)
    return APOOL_SOURCE_END;
  self->n_read++;
  if (strcmp (word, "~") == 0)
    return APOOL_SOURCE_PENDING;
  if (strcmp (word, "E") == 0)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_INPUT, "no more");
      return APOOL_SOURCE_ERROR;
    }
  self->n_rows++;
  return fake_script_yield (self, word, row);
}

static void
fake_script_wait (ApoolSource *source,
                  GMainContext *context,
                  ApoolSourceReadyFunc ready,
                  gpointer data)
{
  FAKE_SCRIPT (source)->n_waits++;
}

static void
fake_script_source_init (ApoolSourceInterface *iface)
{
  iface->next = fake_script_next;
  iface->wait = fake_script_wait;
}

static void
fake_script_finalize (GObject *object)
{
  g_strfreev (FAKE_SCRIPT (object)->words);
  G_OBJECT_CLASS (fake_script_parent_class)->finalize (object);
}

static void
fake_script_class_init (FakeScriptClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_script_finalize;
}

static void
fake_script_init (FakeScript *self)
{
}

/* A script of words with blanks between them. */
FakeScript *
fake_script_new (const char *script)
{
  FakeScript *self = g_object_new (FAKE_TYPE_SCRIPT, NULL);

  self->words = *script ? g_strsplit (script, " ", -1) : g_new0 (char *, 1);
  return self;
}
