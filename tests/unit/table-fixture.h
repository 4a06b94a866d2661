/* SPDX-License-Identifier: MIT */
/* Rows of jobs that never ran, and a folder for the table. For the programs that test tables. */
#pragma once

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-spool.h"
#include "sinks/apool-result-table.h"

#define MAX_VALUES 8

typedef struct
{
  char *directory;
  char *path; /* of the table */
  ApoolSpool *spool;
  ApoolResultTable *table;
  gsize scratch_bytes;
  GString *printed;
  /* Of the next row: */
  guint64 seq;
  const char *command;
  ApoolTaskKind kind;
  ApoolOutcomeKind end;
  int code;
  ApoolUsage usage;
  ApoolPlace place;
  guint attempt;
  ApoolValue values[MAX_VALUES];
  gsize n_values;
  ApoolCollected streams[APOOL_N_STREAMS];
} Fixture;

static inline void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->directory = g_dir_make_tmp (NULL, NULL);
  fixture->path = g_build_filename (fixture->directory, "table", NULL);
  fixture->spool = apool_spool_new (g_get_tmp_dir ());
  fixture->scratch_bytes = 64 * 1024;
  fixture->printed = g_string_new (NULL);
  fixture->command = "true";
  fixture->usage = (ApoolUsage){ 1234567890123456, 2500999, 3000000, 500000, 4096 };
  fixture->place = (ApoolPlace){ 3, 2 };
  fixture->attempt = 1;
}

static inline void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->table);
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    apool_extents_clear (&fixture->streams[i].bytes, fixture->spool);
  g_assert_cmpuint (apool_spool_get_used (fixture->spool), ==, 0);
  apool_spool_free (fixture->spool);
  (void) g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);
  g_free (fixture->path);
  g_free (fixture->directory);
  g_string_free (fixture->printed, TRUE);
}

static inline gboolean
print_cb (gconstpointer data, gsize length, gpointer user_data, GError **error)
{
  g_string_append_len (((Fixture *) user_data)->printed, data, (gssize) length);
  return TRUE;
}

static inline void
add_bytes (Fixture *fixture, const char *data, gsize length)
{
  g_assert_cmpuint (fixture->n_values, <, MAX_VALUES);
  fixture->values[fixture->n_values++] = (ApoolValue){ data, length };
}

static inline void
add (Fixture *fixture, const char *value)
{
  add_bytes (fixture, value, strlen (value));
}

static inline void
push_bytes (Fixture *fixture, ApoolStream stream, const char *data, gsize length)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (apool_result_table_collect (fixture->table, &fixture->streams[stream],
                                             fixture->spool, data, length, &error));
  g_assert_no_error (error);
}

static inline void
push (Fixture *fixture, ApoolStream stream, const char *text)
{
  push_bytes (fixture, stream, text, strlen (text));
}

static inline ApoolTask *
make_task (Fixture *fixture)
{
  g_autoptr (GBytes) text = g_bytes_new_static (fixture->command, strlen (fixture->command) + 1);
  g_autoptr (ApoolTask) plain =
      apool_task_new (fixture->seq, fixture->seq, fixture->kind, text, NULL, NULL);
  g_autoptr (ApoolValues) values = apool_values_new (fixture->values, fixture->n_values);
  ApoolTaskTraits traits = *apool_task_get_traits (plain);

  traits.attempt = fixture->attempt;
  traits.values = values;
  return apool_task_new_variant (plain, &traits);
}

/* Writes the next row, and forgets what was to be in it. */
static inline gboolean
try_row (Fixture *fixture, GError **error)
{
  g_autofree guint8 *scratch = g_malloc (fixture->scratch_bytes);
  g_autoptr (ApoolTask) task = NULL;
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (fixture->end, fixture->code, &fixture->usage, FALSE, FALSE, NULL);
  ApoolResultRow row = {
    .outcome = outcome,
    .place = &fixture->place,
    .streams = { &fixture->streams[0], &fixture->streams[1] },
    .spool = fixture->spool,
    .scratch = scratch,
    .scratch_bytes = fixture->scratch_bytes,
    .print = print_cb,
    .print_data = fixture,
  };
  gboolean is_written;

  fixture->seq++;
  row.task = task = make_task (fixture);
  is_written = apool_result_table_begin (fixture->table, task, error) &&
               apool_result_table_write_row (fixture->table, &row, error);
  fixture->n_values = 0;
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    {
      apool_extents_clear (&fixture->streams[i].bytes, fixture->spool);
      fixture->streams[i].state = 0;
    }
  return is_written;
}

static inline void
write_row (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (try_row (fixture, &error));
  g_assert_no_error (error);
}

static inline void
finish (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (apool_result_table_finish (fixture->table, &error));
  g_assert_no_error (error);
}

static inline GString *
make_bytes (gsize length)
{
  GString *bytes = g_string_sized_new (length + 1);

  for (gsize i = 0; i < length; i++)
    g_string_append_c (bytes, (char) (i * 7 + (i >> 8) * 3));
  return bytes;
}
