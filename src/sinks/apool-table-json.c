/* SPDX-License-Identifier: MIT */
/* A table of JSON objects, one a line, with GNU parallel's members.
 *
 * A string of JSON is Unicode. Bytes that are not UTF-8 are base64, and the name of such a member
 * says so: there is either "Stdout" or "StdoutBase64", so that nobody takes one for the other. Of
 * the values of a job either all are text or all are base64. */

#include "sinks/apool-table-json.h"

#include <string.h>

#include "base/apool-error.h"
#include "base/apool-json-text.h"
#include "base/apool-utf8.h"
#include "job/apool-ending.h"
#include "sinks/apool-table-writer.h"

/* How each object begins. */
#define FIRST_MEMBER "{ \"Seq\": "

struct _ApoolTableJson
{
  GObject parent_instance;

  ApoolTableWriter writer;
};

static void apool_table_json_iface_init (ApoolResultTableInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolTableJson,
                               apool_table_json,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_RESULT_TABLE,
                                                      apool_table_json_iface_init))

static gboolean
apool_table_json_is_printed (ApoolResultTable *table)
{
  return apool_table_writer_is_printed (&APOOL_TABLE_JSON (table)->writer);
}

static guint32
apool_table_json_scan (ApoolResultTable *table, guint32 state, const guint8 *data, gsize length)
{
  return apool_utf8_scan (state, data, length);
}

static void
apool_table_json_append_name (GString *text, const char *name, gboolean is_text)
{
  g_string_append_printf (text, ", \"%s%s\": ", name, is_text ? "" : "Base64");
}

static void
apool_table_json_append_facts (ApoolTableJson *self, const ApoolResultRow *row)
{
  const ApoolUsage *usage = apool_outcome_get_usage (row->outcome);
  GString *text = self->writer.text;

  g_string_append_printf (text,
                          FIRST_MEMBER "%" G_GUINT64_FORMAT ", \"Host\": \"%s\", \"Starttime\": ",
                          apool_task_get_seq (row->task), apool_result_row_get_host (row));
  apool_table_writer_append_time (&self->writer, usage->start_usec);
  g_string_append (text, ", \"JobRuntime\": ");
  apool_table_writer_append_time (&self->writer, usage->run_usec);
  g_string_append_printf (
      text, ", \"Send\": 0, \"Receive\": %" G_GUINT64_FORMAT ", \"Exitval\": %d, \"Signal\": %d",
      apool_collected_get_length (row->streams[APOOL_STREAM_STDOUT]),
      apool_ending_get_status (row->outcome), apool_ending_get_signal (row->outcome));
}

static void
apool_table_json_append_bytes (GString *text, const char *data, gsize length, gboolean is_text)
{
  if (is_text)
    apool_json_text_append_string (text, data, length);
  else
    apool_json_text_append_base64 (text, data, length);
}

static void
apool_table_json_append_command (ApoolTableJson *self, const ApoolResultRow *row)
{
  g_autofree char *command = apool_ending_dup_command (row->task, row->outcome, row->place->slot);
  gsize length = strlen (command);
  gboolean is_text = apool_utf8_is_valid (command, length);

  apool_table_json_append_name (self->writer.text, "Command", is_text);
  apool_table_json_append_bytes (self->writer.text, command, length, is_text);
}

static gboolean
apool_table_json_append_values (ApoolTableJson *self, const ApoolResultRow *row, GError **error)
{
  GString *text = self->writer.text;
  gboolean is_text = TRUE;
  gsize n_values;
  const ApoolValue *values =
      apool_values_get (apool_task_get_traits (row->task)->values, &n_values);

  for (gsize i = 0; i < n_values; i++)
    is_text = is_text && apool_utf8_is_valid (values[i].data, values[i].length);
  apool_table_json_append_name (text, "V", is_text);
  g_string_append (text, "[ ");
  for (gsize i = 0; i < n_values; i++)
    {
      g_string_append (text, i > 0 ? "," : "");
      apool_table_json_append_bytes (text, values[i].data, values[i].length, is_text);
      if (!apool_table_writer_spill (&self->writer, row, error))
        return FALSE;
    }
  g_string_append (text, " ]");
  return TRUE;
}

/* Base64 of bytes that come in pieces. */
typedef struct
{
  int state;
  int rest;
} ApoolTableJsonCoder;

static void
apool_table_json_code (ApoolTableJsonCoder *coder, GString *text, const guint8 *data, gsize length)
{
  gsize before = text->len;
  gsize n;

  g_string_set_size (text, before + (length / 3 + 1) * 4 + 4); /* what GLib says it may need */
  if (length > 0)
    n = g_base64_encode_step (data, length, FALSE, text->str + before, &coder->state, &coder->rest);
  else
    n = g_base64_encode_close (FALSE, text->str + before, &coder->state, &coder->rest);
  g_string_truncate (text, before + n);
}

static gboolean
apool_table_json_append_stream (ApoolTableJson *self,
                                const ApoolResultRow *row,
                                ApoolStream stream,
                                GError **error)
{
  static const char *const names[APOOL_N_STREAMS] = { "Stdout", "Stderr" };
  gboolean is_text = row->streams[stream]->state == APOOL_UTF8_WHOLE;
  GString *text = self->writer.text;
  ApoolTableJsonCoder coder = { 0 };
  gsize length = 1;

  apool_table_json_append_name (text, names[stream], is_text);
  g_string_append_c (text, '"');
  while (length > 0)
    {
      if (!apool_result_row_read (row, stream, &length, error))
        return FALSE;
      if (is_text)
        apool_json_text_append_escaped (text, (const char *) row->scratch, length);
      else
        apool_table_json_code (&coder, text, row->scratch, length);
      if (!apool_table_writer_spill (&self->writer, row, error))
        return FALSE;
    }
  g_string_append_c (text, '"');
  return TRUE;
}

static gboolean
apool_table_json_write_row (ApoolResultTable *table, const ApoolResultRow *row, GError **error)
{
  ApoolTableJson *self = APOOL_TABLE_JSON (table);

  apool_table_json_append_facts (self, row);
  apool_table_json_append_command (self, row);
  if (!apool_table_json_append_values (self, row, error) ||
      !apool_table_json_append_stream (self, row, APOOL_STREAM_STDOUT, error) ||
      !apool_table_json_append_stream (self, row, APOOL_STREAM_STDERR, error))
    return FALSE;
  g_string_append (self->writer.text, " }\n");
  return apool_table_writer_flush (&self->writer, row, error);
}

static gboolean
apool_table_json_finish (ApoolResultTable *table, GError **error)
{
  return apool_table_writer_close (&APOOL_TABLE_JSON (table)->writer, error);
}

static void
apool_table_json_iface_init (ApoolResultTableInterface *iface)
{
  iface->is_printed = apool_table_json_is_printed;
  iface->scan = apool_table_json_scan;
  iface->write_row = apool_table_json_write_row;
  iface->finish = apool_table_json_finish;
}

static void
apool_table_json_finalize (GObject *object)
{
  apool_table_writer_clear (&APOOL_TABLE_JSON (object)->writer);
  G_OBJECT_CLASS (apool_table_json_parent_class)->finalize (object);
}

static void
apool_table_json_class_init (ApoolTableJsonClass *class)
{
  G_OBJECT_CLASS (class)->finalize = apool_table_json_finalize;
}

static void
apool_table_json_init (ApoolTableJson *self)
{
  self->writer.fd = -1;
}

static gboolean
apool_table_json_open_past (ApoolTableJson *self, const char *path, GError **error)
{
  g_auto (ApoolTablePast) past = { 0 };

  if (!apool_table_writer_open_past (&self->writer, path, FALSE, &past, error))
    return FALSE;
  if (!past.first || apool_table_past_begins_with (&past, FIRST_MEMBER))
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_OUTPUT,
               "--results: '%s': is no table of results, to which rows could be added: use another "
               "file",
               path);
  return FALSE;
}

/**
 * apool_table_json_new:
 * @path: (nullable): of a file; %NULL where rows are printed
 * @appends: whether rows are added to those that are there; else the file is emptied
 * @error: (out) (optional): a #GIOErrorEnum, or %APOOL_ERROR_OUTPUT where another run writes it or
 *   it is something else; naming the option and the file
 *
 * Returns: (transfer full) (nullable): a table that has got no rows yet
 */
ApoolTableJson *
apool_table_json_new (const char *path, gboolean appends, GError **error)
{
  g_autoptr (ApoolTableJson) self = g_object_new (APOOL_TYPE_TABLE_JSON, NULL);

  if (!(appends ? apool_table_json_open_past (self, path, error)
                : apool_table_writer_open (&self->writer, path, error)))
    return NULL;
  return g_steal_pointer (&self);
}
