/* SPDX-License-Identifier: MIT */
/* A table with a separator between its columns: RFC 4180, but for lines that end as they do here.
 *
 * A value is in quotes where it holds a separator, a quote, a space or a control character, a
 * newline among them, as GNU parallel does it; quotes in it are doubled, and all other bytes are
 * as they are.
 *
 * What the columns are called is found out of the first job. One with fewer values gets empty ones,
 * so that what it wrote is in its columns; those that are too many come before what it wrote.
 *
 * A table that is added to has its columns; they must be those that it would get now. */

#include "sinks/apool-table-csv.h"

#include <string.h>

#include "base/apool-error.h"
#include "job/apool-ending.h"
#include "sinks/apool-table-writer.h"

struct _ApoolTableCsv
{
  GObject parent_instance;

  char separator;
  ApoolFields *fields; /* (nullable) */
  ApoolTableWriter writer;
  gsize n_columns;    /* of values, in the first row of the table */
  gboolean has_begun; /* the columns are known */
  GBytes *header;     /* (nullable): to be printed */
};

static void apool_table_csv_iface_init (ApoolResultTableInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolTableCsv,
                               apool_table_csv,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_RESULT_TABLE,
                                                      apool_table_csv_iface_init))

static gboolean
apool_table_csv_is_printed (ApoolResultTable *table)
{
  return apool_table_writer_is_printed (&APOOL_TABLE_CSV (table)->writer);
}

/* ---- values ---- */

/* The state is whether there is anything that needs quotes. */
static guint32
apool_table_csv_scan (ApoolResultTable *table, guint32 state, const guint8 *data, gsize length)
{
  guint8 separator = (guint8) APOOL_TABLE_CSV (table)->separator;

  for (gsize i = 0; i < length && state == 0; i++)
    state = data[i] <= ' ' || data[i] == '"' || data[i] == separator;
  return state;
}

static void
apool_table_csv_append_quoted (GString *text, const char *data, gsize length)
{
  const char *end = data + length;

  for (const char *at = data, *quote; at < end; at = quote + 1)
    {
      quote = memchr (at, '"', (gsize) (end - at));
      if (!quote)
        {
          g_string_append_len (text, at, end - at);
          return;
        }
      g_string_append_len (text, at, quote + 1 - at);
      g_string_append_c (text, '"');
    }
}

/* Appends a value of which all is there. */
static void
apool_table_csv_append_value (ApoolTableCsv *self, const char *data, gsize length)
{
  GString *text = self->writer.text;

  if (apool_table_csv_scan (APOOL_RESULT_TABLE (self), 0, (const guint8 *) data, length) == 0)
    {
      g_string_append_len (text, data, (gssize) length);
      return;
    }
  g_string_append_c (text, '"');
  apool_table_csv_append_quoted (text, data, length);
  g_string_append_c (text, '"');
}

/* Ends a column, of which there is a next one. */
static void
apool_table_csv_end_column (ApoolTableCsv *self)
{
  g_string_append_c (self->writer.text, self->separator);
}

/* ---- the first line ---- */

static void
apool_table_csv_append_names (ApoolTableCsv *self, const char *const *names)
{
  for (gsize i = 0; names[i]; i++)
    {
      if (self->writer.text->len > 0)
        apool_table_csv_end_column (self);
      g_string_append (self->writer.text, names[i]);
    }
}

static void
apool_table_csv_append_value_names (ApoolTableCsv *self)
{
  for (gsize i = 1; i <= self->n_columns; i++)
    {
      gsize length = 0;
      const char *name =
          self->fields ? apool_fields_get_column_name (self->fields, i, &length) : NULL;

      apool_table_csv_end_column (self);
      if (name)
        apool_table_csv_append_value (self, name, length);
      else
        g_string_append_printf (self->writer.text, "V%" G_GSIZE_FORMAT, i);
    }
}

/* What the values of jobs stand between. */
static const char *const apool_table_csv_first[] = {
  "Seq", "Host", "Starttime", "JobRuntime", "Send", "Receive", "Exitval", "Signal", "Command", NULL
};
static const char *const apool_table_csv_last[] = { "Stdout", "Stderr", NULL };

/* Without its newline. */
static void
apool_table_csv_append_heading (ApoolTableCsv *self)
{
  apool_table_csv_append_names (self, apool_table_csv_first);
  apool_table_csv_append_value_names (self);
  apool_table_csv_append_names (self, apool_table_csv_last);
}

static gboolean
apool_table_csv_begin (ApoolResultTable *table, const ApoolTask *task, GError **error)
{
  ApoolTableCsv *self = APOOL_TABLE_CSV (table);

  if (self->has_begun)
    return TRUE;
  self->has_begun = TRUE;
  (void) apool_values_get (apool_task_get_traits (task)->values, &self->n_columns);
  apool_table_csv_append_heading (self);
  g_string_append_c (self->writer.text, '\n');
  if (!apool_table_writer_is_printed (&self->writer))
    return apool_table_writer_flush (&self->writer, NULL, error);
  self->header = g_bytes_new (self->writer.text->str, self->writer.text->len);
  g_string_truncate (self->writer.text, 0);
  return TRUE;
}

static GBytes *
apool_table_csv_take_header (ApoolResultTable *table)
{
  return g_steal_pointer (&APOOL_TABLE_CSV (table)->header);
}

/* ---- rows ---- */

static void
apool_table_csv_append_facts (ApoolTableCsv *self, const ApoolResultRow *row)
{
  const ApoolUsage *usage = apool_outcome_get_usage (row->outcome);
  GString *text = self->writer.text;
  char separator = self->separator;

  g_string_append_printf (text, "%" G_GUINT64_FORMAT "%c%s%c", apool_task_get_seq (row->task),
                          separator, apool_result_row_get_host (row), separator);
  apool_table_writer_append_time (&self->writer, usage->start_usec);
  apool_table_csv_end_column (self);
  apool_table_writer_append_time (&self->writer, usage->run_usec);
  g_string_append_printf (text, "%c0%c%" G_GUINT64_FORMAT "%c%d%c%d%c", separator, separator,
                          apool_collected_get_length (row->streams[APOOL_STREAM_STDOUT]), separator,
                          apool_ending_get_status (row->outcome), separator,
                          apool_ending_get_signal (row->outcome), separator);
}

static void
apool_table_csv_append_command (ApoolTableCsv *self, const ApoolResultRow *row)
{
  g_autofree char *command = apool_ending_dup_command (row->task, row->outcome, row->place->slot);

  apool_table_csv_append_value (self, command, strlen (command));
  apool_table_csv_end_column (self);
}

static gboolean
apool_table_csv_append_values (ApoolTableCsv *self, const ApoolResultRow *row, GError **error)
{
  gsize n_values;
  const ApoolValue *values =
      apool_values_get (apool_task_get_traits (row->task)->values, &n_values);

  for (gsize i = 0; i < MAX (n_values, self->n_columns); i++)
    {
      if (i < n_values)
        apool_table_csv_append_value (self, values[i].data, values[i].length);
      apool_table_csv_end_column (self);
      if (!apool_table_writer_spill (&self->writer, row, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
apool_table_csv_append_stream (ApoolTableCsv *self,
                               const ApoolResultRow *row,
                               ApoolStream stream,
                               GError **error)
{
  gboolean is_quoted = row->streams[stream]->state != 0;
  GString *text = self->writer.text;
  gsize length;

  if (is_quoted)
    g_string_append_c (text, '"');
  while (apool_result_row_read (row, stream, &length, error))
    {
      if (length == 0)
        {
          g_string_append (text, is_quoted ? "\"" : "");
          return TRUE;
        }
      apool_table_csv_append_quoted (text, (const char *) row->scratch, length);
      if (!apool_table_writer_spill (&self->writer, row, error))
        return FALSE;
    }
  return FALSE;
}

static gboolean
apool_table_csv_write_row (ApoolResultTable *table, const ApoolResultRow *row, GError **error)
{
  ApoolTableCsv *self = APOOL_TABLE_CSV (table);

  apool_table_csv_append_facts (self, row);
  apool_table_csv_append_command (self, row);
  if (!apool_table_csv_append_values (self, row, error) ||
      !apool_table_csv_append_stream (self, row, APOOL_STREAM_STDOUT, error))
    return FALSE;
  apool_table_csv_end_column (self);
  if (!apool_table_csv_append_stream (self, row, APOOL_STREAM_STDERR, error))
    return FALSE;
  g_string_append_c (self->writer.text, '\n');
  return apool_table_writer_flush (&self->writer, row, error);
}

static gboolean
apool_table_csv_finish (ApoolResultTable *table, GError **error)
{
  return apool_table_writer_close (&APOOL_TABLE_CSV (table)->writer, error);
}

static void
apool_table_csv_iface_init (ApoolResultTableInterface *iface)
{
  iface->is_printed = apool_table_csv_is_printed;
  iface->begin = apool_table_csv_begin;
  iface->take_header = apool_table_csv_take_header;
  iface->scan = apool_table_csv_scan;
  iface->write_row = apool_table_csv_write_row;
  iface->finish = apool_table_csv_finish;
}

/* ---- the object ---- */

static void
apool_table_csv_finalize (GObject *object)
{
  ApoolTableCsv *self = APOOL_TABLE_CSV (object);

  apool_table_writer_clear (&self->writer);
  g_clear_pointer (&self->fields, apool_fields_unref);
  g_clear_pointer (&self->header, g_bytes_unref);
  G_OBJECT_CLASS (apool_table_csv_parent_class)->finalize (object);
}

static void
apool_table_csv_class_init (ApoolTableCsvClass *class)
{
  G_OBJECT_CLASS (class)->finalize = apool_table_csv_finalize;
}

static void
apool_table_csv_init (ApoolTableCsv *self)
{
  self->writer.fd = -1;
}

/* ---- a table that is there ---- */

/* Returns: how many columns a first line has */
static gsize
apool_table_csv_count (const ApoolTableCsv *self, const GString *line)
{
  gboolean is_quoted = FALSE;
  gsize n = 1;

  for (gsize i = 0; i < line->len; i++)
    {
      is_quoted ^= line->str[i] == '"';
      n += !is_quoted && line->str[i] == self->separator;
    }
  return n;
}

/* Whether a table that is there has the columns of this one. */
static gboolean
apool_table_csv_check_columns (ApoolTableCsv *self,
                               const ApoolTableCsvConfig *config,
                               const ApoolTablePast *past)
{
  gsize n_others = g_strv_length ((char **) apool_table_csv_first) +
                   g_strv_length ((char **) apool_table_csv_last);
  gsize n_columns = apool_table_csv_count (self, past->first);
  gboolean is_same;

  if (n_columns < n_others)
    return FALSE;
  self->n_columns = n_columns - n_others;
  if (config->takes_names)
    return TRUE;
  apool_table_csv_append_heading (self);
  is_same = g_string_equal (self->writer.text, past->first);
  g_string_truncate (self->writer.text, 0);
  return is_same && (config->n_values == 0 || config->n_values == self->n_columns);
}

static gboolean
apool_table_csv_refuse (const ApoolTableCsv *self, const char *why, GError **error)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_OUTPUT, "--results: '%s': %s: use another file",
               self->writer.path, why);
  return FALSE;
}

/* Of a first line that was torn nothing is needed. */
static gboolean
apool_table_csv_go_on (ApoolTableCsv *self,
                       const ApoolTableCsvConfig *config,
                       const ApoolTablePast *past,
                       GError **error)
{
  gboolean is_ours;

  apool_table_csv_append_names (self, apool_table_csv_first);
  is_ours = apool_table_past_begins_with (past, self->writer.text->str);
  g_string_truncate (self->writer.text, 0);
  if (!is_ours)
    return apool_table_csv_refuse (self, "is no table of results, to which rows could be added",
                                   error);
  self->has_begun = past->first_is_whole;
  return !self->has_begun || apool_table_csv_check_columns (self, config, past) ||
         apool_table_csv_refuse (self, "has other columns than the rows of this run", error);
}

/**
 * apool_table_csv_new:
 * @config: (transfer none): where it is, and what it has
 * @error: (out) (optional): a #GIOErrorEnum, or %APOOL_ERROR_OUTPUT where another run writes it or
 *   rows cannot be added to it; naming the option and the file
 *
 * Returns: (transfer full) (nullable): a table that has got no rows yet
 */
ApoolTableCsv *
apool_table_csv_new (const ApoolTableCsvConfig *config, GError **error)
{
  g_autoptr (ApoolTableCsv) self = g_object_new (APOOL_TYPE_TABLE_CSV, NULL);
  g_auto (ApoolTablePast) past = { 0 };
  gboolean is_open;

  self->separator = config->separator;
  self->fields = config->fields ? apool_fields_ref (config->fields) : NULL;
  if (config->appends)
    is_open = apool_table_writer_open_past (&self->writer, config->path, TRUE, &past, error);
  else
    is_open = apool_table_writer_open (&self->writer, config->path, error);
  if (!is_open || (past.first && !apool_table_csv_go_on (self, config, &past, error)))
    return NULL;
  return g_steal_pointer (&self);
}
