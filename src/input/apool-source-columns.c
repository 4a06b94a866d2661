/* SPDX-License-Identifier: MIT */
/* Rows whose values are taken apart: columns, members of JSON values, groups of patterns.
 *
 * Everything is made of the values as they came, in this order: columns, groups, members; then
 * white space is taken off all of them. What is not in the input as it stands is kept in memory
 * that the next row uses again. A row with a value that was too long to be read cannot be taken
 * apart. */

#include "input/apool-source-columns.h"

#include "base/apool-error.h"
#include "input/apool-columns-csv.h"
#include "input/apool-columns-json.h"
#include "input/apool-columns-match.h"
#include "input/apool-columns-regex.h"

struct _ApoolSourceColumns
{
  GObject parent;

  ApoolSource *source;
  ApoolFields *fields; /* (nullable) */

  ApoolColumnsKind kind;
  ApoolTrim trim;
  gboolean skips_bad;
  ApoolColumnsRegex *regex; /* (nullable) */
  ApoolColumnsCsv *csv;     /* (nullable) */
  ApoolColumnsMatch *match; /* (nullable) */

  ApoolColumns *columns;      /* of the row yielded last */
  ApoolColumns *field_values; /* of the same */
  GArray *roots;              /* of ApoolJsonText: its values */
  GString *fault;             /* of the same */
  guint64 n_bad;
};

static void apool_source_columns_source_init (ApoolSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolSourceColumns,
                               apool_source_columns,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_SOURCE,
                                                      apool_source_columns_source_init))

/* Whether rows stay what they are. */
static gboolean
apool_source_columns_is_idle (const ApoolSourceColumns *self)
{
  return self->kind == APOOL_COLUMNS_WHOLE && self->trim == APOOL_TRIM_NONE && !self->match;
}

static gboolean
apool_source_columns_split_json (ApoolSourceColumns *self, const ApoolValue *value)
{
  ApoolJsonText root;

  if (!apool_columns_json_split (value, self->columns, &root, self->fault))
    return FALSE;
  g_array_append_val (self->roots, root);
  return TRUE;
}

static gboolean
apool_source_columns_split (ApoolSourceColumns *self, const ApoolValue *value)
{
  switch (self->kind)
    {
    case APOOL_COLUMNS_REGEX:
      return apool_columns_regex_split (self->regex, value, self->columns, self->fault);
    case APOOL_COLUMNS_CSV:
      return apool_columns_csv_split (self->csv, value, self->columns, self->fault);
    case APOOL_COLUMNS_JSON:
      return apool_source_columns_split_json (self, value);
    case APOOL_COLUMNS_WHOLE:
    default:
      apool_columns_add (self->columns, value->data, value->length);
      return TRUE;
    }
}

static gboolean
apool_source_columns_add_field (ApoolSourceColumns *self, gsize field, const char *name)
{
  gsize source;
  gsize group;

  if (apool_fields_get_group (self->fields, field, &source, &group))
    {
      apool_columns_match_add_group (self->match, source, group, self->field_values);
      return TRUE;
    }
  if (!apool_fields_is_used (self->fields, field))
    {
      apool_columns_add (self->field_values, "", 0);
      return TRUE;
    }
  return apool_columns_json_find ((const ApoolJsonText *) self->roots->data, self->roots->len, name,
                                  self->field_values, self->fault);
}

/* Returns: whether each field that somebody uses is there */
static gboolean
apool_source_columns_add_fields (ApoolSourceColumns *self)
{
  gsize n_fields;
  const char *const *names;

  if (!self->fields)
    return TRUE;
  names = apool_fields_get_requested (self->fields, &n_fields);
  for (gsize i = 0; i < n_fields; i++)
    if (!apool_source_columns_add_field (self, i, names[i]))
      return FALSE;
  return TRUE;
}

/* Returns: whether @row is what it should be */
static gboolean
apool_source_columns_take_apart (ApoolSourceColumns *self, const ApoolRow *row)
{
  g_autofree char *unread = apool_value_dup_unread_fault (row->values, row->n_values);

  if (unread)
    {
      g_string_assign (self->fault, unread);
      return FALSE;
    }
  for (gsize i = 0; i < row->n_values; i++)
    if (!apool_source_columns_split (self, &row->values[i]))
      return FALSE;
  if (self->match && !apool_columns_match_apply (self->match, row->values, self->fault))
    return FALSE;
  return apool_source_columns_add_fields (self);
}

/* Makes @row, as it came, what is yielded. */
static void
apool_source_columns_make_row (ApoolSourceColumns *self, ApoolRow *row)
{
  apool_columns_clear (self->columns);
  apool_columns_clear (self->field_values);
  g_array_set_size (self->roots, 0);
  g_string_truncate (self->fault, 0);
  if (!apool_source_columns_take_apart (self, row))
    {
      self->n_bad++;
      row->is_skipped = self->skips_bad;
      row->fault = self->skips_bad ? NULL : self->fault->str;
      return;
    }
  apool_columns_trim (self->columns, self->trim);
  apool_columns_trim (self->field_values, self->trim);
  row->values = apool_columns_get (self->columns, &row->n_values);
  row->fields = apool_columns_get (self->field_values, &row->n_fields);
}

/* Returns: whether there is a value for each pattern */
static gboolean
apool_source_columns_check_patterns (ApoolSourceColumns *self, const ApoolRow *row, GError **error)
{
  gsize n_patterns;

  if (!self->match)
    return TRUE;
  apool_columns_match_get_n_groups (self->match, &n_patterns);
  if (n_patterns <= row->n_values)
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "--match: %zu patterns for %zu input source%s: at most one each", n_patterns,
               row->n_values, row->n_values == 1 ? "" : "s");
  return FALSE;
}

static ApoolSourceStatus
apool_source_columns_next (ApoolSource *source, ApoolRow *row, GError **error)
{
  ApoolSourceColumns *self = APOOL_SOURCE_COLUMNS (source);
  ApoolSourceStatus status = apool_source_next (self->source, row, error);

  if (status != APOOL_SOURCE_ROW || row->is_skipped || row->fault ||
      apool_source_columns_is_idle (self))
    return status;
  if (!apool_source_columns_check_patterns (self, row, error))
    return APOOL_SOURCE_ERROR;
  apool_source_columns_make_row (self, row);
  return APOOL_SOURCE_ROW;
}

static void
apool_source_columns_wait (ApoolSource *source,
                           GMainContext *context,
                           ApoolSourceReadyFunc ready,
                           gpointer data)
{
  apool_source_wait (APOOL_SOURCE_COLUMNS (source)->source, context, ready, data);
}

/* With the source before goes its wait, whose callback is not ours to cancel. */
static void
apool_source_columns_dispose (GObject *object)
{
  ApoolSourceColumns *self = APOOL_SOURCE_COLUMNS (object);

  g_clear_object (&self->source);
  G_OBJECT_CLASS (apool_source_columns_parent_class)->dispose (object);
}

static void
apool_source_columns_finalize (GObject *object)
{
  ApoolSourceColumns *self = APOOL_SOURCE_COLUMNS (object);

  g_clear_pointer (&self->fields, apool_fields_unref);
  g_clear_pointer (&self->regex, apool_columns_regex_free);
  g_clear_pointer (&self->csv, apool_columns_csv_free);
  g_clear_pointer (&self->match, apool_columns_match_free);
  apool_columns_free (self->columns);
  apool_columns_free (self->field_values);
  g_array_unref (self->roots);
  g_string_free (self->fault, TRUE);
  G_OBJECT_CLASS (apool_source_columns_parent_class)->finalize (object);
}

static void
apool_source_columns_class_init (ApoolSourceColumnsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = apool_source_columns_dispose;
  G_OBJECT_CLASS (klass)->finalize = apool_source_columns_finalize;
}

static void
apool_source_columns_source_init (ApoolSourceInterface *iface)
{
  iface->next = apool_source_columns_next;
  iface->wait = apool_source_columns_wait;
}

static void
apool_source_columns_init (ApoolSourceColumns *self)
{
  self->columns = apool_columns_new ();
  self->field_values = apool_columns_new ();
  self->roots = g_array_new (FALSE, FALSE, sizeof (ApoolJsonText));
  self->fault = g_string_new (NULL);
}

static gboolean
apool_source_columns_set_kind (ApoolSourceColumns *self,
                               const ApoolColumnsRules *rules,
                               GError **error)
{
  self->kind = rules->kind;
  if (rules->kind == APOOL_COLUMNS_REGEX)
    {
      self->regex = apool_columns_regex_new (rules->separator, error);
      return self->regex != NULL;
    }
  if (rules->kind == APOOL_COLUMNS_CSV)
    {
      self->csv = apool_columns_csv_new (rules->separator, error);
      return self->csv != NULL;
    }
  return TRUE;
}

static gboolean
apool_source_columns_set_patterns (ApoolSourceColumns *self,
                                   const char *const *patterns,
                                   GError **error)
{
  if (!patterns || !patterns[0])
    return TRUE;
  self->match = apool_columns_match_new (patterns, error);
  return self->match != NULL;
}

/* Says which names rows will have fields for. */
static void
apool_source_columns_name_fields (ApoolSourceColumns *self)
{
  gsize n_patterns;
  const gsize *n_groups;

  if (!self->fields)
    return;
  if (self->kind == APOOL_COLUMNS_JSON)
    apool_fields_set_paths (self->fields);
  if (!self->match)
    return;
  n_groups = apool_columns_match_get_n_groups (self->match, &n_patterns);
  apool_fields_set_groups (self->fields, n_groups, n_patterns);
}

/**
 * apool_source_columns_new:
 * @source: (transfer none): where rows come from
 * @rules: what is made of their values
 * @fields: (transfer none) (nullable): is told which members and groups there are, and asked, as
 *   rows come, which of them are used: templates are parsed in between
 * @error: (out) (optional): %APOOL_ERROR_USAGE: @rules cannot be followed
 *
 * A row that cannot be taken apart has a fault, or is skipped. The source fails with
 * %APOOL_ERROR_USAGE where there are more patterns than values.
 *
 * Returns: (transfer full) (nullable): the source
 */
ApoolSource *
apool_source_columns_new (ApoolSource *source,
                          const ApoolColumnsRules *rules,
                          ApoolFields *fields,
                          GError **error)
{
  g_autoptr (ApoolSourceColumns) self = g_object_new (APOOL_TYPE_SOURCE_COLUMNS, NULL);

  self->source = g_object_ref (source);
  self->fields = fields ? apool_fields_ref (fields) : NULL;
  self->trim = rules->trim;
  self->skips_bad = rules->skips_bad;
  if (!apool_source_columns_set_kind (self, rules, error) ||
      !apool_source_columns_set_patterns (self, rules->patterns, error))
    return NULL;
  apool_source_columns_name_fields (self);
  return APOOL_SOURCE (g_steal_pointer (&self));
}

/**
 * apool_source_columns_get_n_bad:
 * @self: a source
 *
 * Returns: how many rows so far could not be taken apart
 */
guint64
apool_source_columns_get_n_bad (ApoolSourceColumns *self)
{
  return self->n_bad;
}

/* Returns: how many names are not empty */
static gsize
apool_source_columns_add_names (ApoolSourceColumns *self, ApoolFields *fields)
{
  gsize n_names = 0;
  gsize n_values;
  const ApoolValue *values = apool_columns_get (self->columns, &n_values);

  for (gsize i = 0; i < n_values; i++)
    {
      apool_fields_add_column (fields, values[i].data, values[i].length);
      n_names += values[i].length > 0;
    }
  return n_names;
}

/* Returns: (nullable): what is wrong with the record in @row */
static const char *
apool_source_columns_take_names (ApoolSourceColumns *self, const ApoolRow *row, ApoolFields *fields)
{
  ApoolValue line = row->n_values > 0 ? row->values[0] : (ApoolValue){ 0 };

  if (row->fault)
    return row->fault;
  if (apool_value_is_unread (&line))
    return "too long";
  if (line.length > 0 && line.data[line.length - 1] == '\r')
    line.length--;
  apool_columns_clear (self->columns);
  g_string_truncate (self->fault, 0);
  if (!apool_source_columns_split (self, &line))
    return self->fault->str;
  return apool_source_columns_add_names (self, fields) > 0 ? NULL : "no names in it";
}

/**
 * apool_source_columns_read_header:
 * @sources: (array length=n_sources): where the records come from, before anything is made of them
 * @n_sources: how many
 * @header: (nullable): what `--header` was given: with `0` no record is taken; all else is for
 *   `--pipe` and means one record here
 * @rules: how a record is taken apart; JSON has names of its own
 * @fields: is told the names, in order over all of @sources
 * @error: (out) (optional): %APOOL_ERROR_USAGE or %APOOL_ERROR_INPUT: there are no names; or that
 *   of a source
 *
 * Takes the first record of each source, and blocks until it is there. White space is not taken
 * off names.
 *
 * Returns: whether there were names
 */
gboolean
apool_source_columns_read_header (ApoolSource *const *sources,
                                  gsize n_sources,
                                  const char *header,
                                  const ApoolColumnsRules *rules,
                                  ApoolFields *fields,
                                  GError **error)
{
  g_autoptr (ApoolSourceColumns) self = g_object_new (APOOL_TYPE_SOURCE_COLUMNS, NULL);

  if (g_strcmp0 (header, "0") == 0)
    return TRUE;
  if (rules->kind == APOOL_COLUMNS_JSON)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                           "--header: not with --jsonl, whose members have names");
      return FALSE;
    }
  if (!apool_source_columns_set_kind (self, rules, error))
    return FALSE;
  for (gsize i = 0; i < n_sources; i++)
    {
      ApoolRow row = { 0 };
      ApoolSourceStatus status = apool_source_next_blocking (sources[i], &row, error);
      const char *why = "there is no first record";

      if (status == APOOL_SOURCE_ERROR)
        return FALSE;
      if (status == APOOL_SOURCE_ROW)
        why = apool_source_columns_take_names (self, &row, fields);
      if (!why)
        continue;
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT, "--header: input source %zu: %s", i + 1,
                   why);
      return FALSE;
    }
  return TRUE;
}
