/* SPDX-License-Identifier: MIT */
/* Tables of what jobs write: what is in them, and what is printed then. */

#include <glib/gstdio.h>

#include "output-fixture.h"
#include "sinks/apool-table-csv.h"

#define NAMES "Seq,Host,Starttime,JobRuntime,Send,Receive,Exitval,Signal,Command,"

typedef struct
{
  Fixture base;
  char *path;
  ApoolResultTable *table;
} TableFixture;

static void
set_up_table (TableFixture *fixture, gconstpointer data)
{
  int fd;

  set_up (&fixture->base, data);
  fd = g_file_open_tmp (NULL, &fixture->path, NULL);
  apool_fd_clear (&fd);
}

static void
tear_down_table (TableFixture *fixture, gconstpointer data)
{
  tear_down (&fixture->base, data);
  g_clear_object (&fixture->table);
  g_assert_cmpint (g_unlink (fixture->path), ==, 0);
  g_free (fixture->path);
}

/* A table in a file, or one that is printed, and an output to files. */
static void
open_with (TableFixture *fixture, gboolean is_printed, ApoolOutputConfig config)
{
  g_autoptr (GError) error = NULL;
  const char *path = is_printed ? NULL : fixture->path;

  fixture->table = APOOL_RESULT_TABLE (
      apool_table_csv_new (&(ApoolTableCsvConfig){ .path = path, .separator = ',' }, &error));
  g_assert_no_error (error);
  config.table = fixture->table;
  make_files (&fixture->base);
  open_output_with (&fixture->base, config);
}

static void
check_table (TableFixture *fixture, const char *expected)
{
  g_autofree char *contents = NULL;

  g_assert_true (g_file_get_contents (fixture->path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, expected);
}

/* Rows come when jobs are over, whoever's turn it is, and without tags. Nothing is printed. */
static void
test_file (TableFixture *fixture, gconstpointer data)
{
  Fixture *base = &fixture->base;

  open_with (fixture, FALSE, (ApoolOutputConfig){ .holds = TRUE });
  start_tagged (&fixture->base, 1, "tag\t");
  start_tagged (&fixture->base, 2, "tag\t");
  check_table (fixture, NAMES "Stdout,Stderr\n");
  print (base, 2, "two");
  complain (base, 2, "err");
  print (base, 1, "o");
  end (base, 2, FALSE);
  check_table (fixture, NAMES "Stdout,Stderr\n2,:,0.000,0.000,0,3,0,0,true,two,err\n");
  print (base, 1, "ne");
  end (base, 1, FALSE);
  run (base, 3, "");
  skip (base, 4, 3);
  run (base, 7, "\n");
  finish (base);
  check_table (fixture, NAMES "Stdout,Stderr\n2,:,0.000,0.000,0,3,0,0,true,two,err\n"
                              "1,:,0.000,0.000,0,3,0,0,true,one,\n"
                              "3,:,0.000,0.000,0,0,0,0,true,,\n"
                              "7,:,0.000,0.000,0,1,0,0,true,\"\n\",\n");
  assert_printed (base, "", "");
}

/* Of lines that are printed as they come there are rows all the same. */
static void
test_lines (TableFixture *fixture, gconstpointer data)
{
  Fixture *base = &fixture->base;

  open_with (fixture, FALSE, (ApoolOutputConfig){ .unit = APOOL_OUTPUT_LINES });
  start_tagged (&fixture->base, 1, "tag\t");
  print (base, 1, "one\n");
  end (base, 1, FALSE);
  finish (base);
  check_table (fixture, NAMES "Stdout,Stderr\n1,:,0.000,0.000,0,4,0,0,true,\"one\n\",\n");
  assert_printed (base, "tag\tone\n", "");
}

/* Names, then rows in the jobs' order, and nothing on standard error. */
static void
test_printed (TableFixture *fixture, gconstpointer data)
{
  Fixture *base = &fixture->base;

  open_with (fixture, TRUE, (ApoolOutputConfig){ .holds = TRUE });
  skip (base, 1, 1);
  start_tagged (&fixture->base, 2, "tag\t");
  start_tagged (&fixture->base, 3, "tag\t");
  print (base, 3, "three");
  complain (base, 3, "err");
  end (base, 3, FALSE);
  assert_printed (base, "", "");
  print (base, 2, "two");
  assert_printed (base, "", "");
  end (base, 2, FALSE);
  finish (base);
  assert_printed (base,
                  NAMES "Stdout,Stderr\n2,:,0.000,0.000,0,3,0,0,true,two,\n"
                        "3,:,0.000,0.000,0,5,0,0,true,three,err\n",
                  "");
}

static void
test_printed_as_finished (TableFixture *fixture, gconstpointer data)
{
  Fixture *base = &fixture->base;

  open_with (fixture, TRUE,
             (ApoolOutputConfig){ .order = APOOL_OUTPUT_COMPLETION_ORDER, .holds = TRUE });
  start (base, 1);
  run (base, 2, "two");
  assert_printed (base, NAMES "Stdout,Stderr\n2,:,0.000,0.000,0,3,0,0,true,two,\n", "");
  end (base, 1, TRUE);
  finish (base);
  assert_printed (base,
                  NAMES "Stdout,Stderr\n2,:,0.000,0.000,0,3,0,0,true,two,\n"
                        "1,:,0.000,0.000,0,0,0,0,true,,\n",
                  "");
}

/* Of several attempts there is one row. */
static void
test_retried (TableFixture *fixture, gconstpointer data)
{
  Fixture *base = &fixture->base;
  g_autoptr (ApoolTask) task = make_task (1);
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 1, NULL, FALSE, FALSE, NULL);

  open_with (fixture, FALSE, (ApoolOutputConfig){ .holds = TRUE });
  start (base, 1);
  print (base, 1, "\"lost\"");
  apool_observer_task_retried (APOOL_OBSERVER (base->output), task, outcome);
  run (base, 1, "kept");
  finish (base);
  check_table (fixture, NAMES "Stdout,Stderr\n1,:,0.000,0.000,0,4,0,0,true,kept,\n");
}

/* Where the next one never comes it is that of the last. */
static void
test_given_up (TableFixture *fixture, gconstpointer data)
{
  Fixture *base = &fixture->base;
  g_autoptr (ApoolTask) task = make_task (1);
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 1, NULL, FALSE, FALSE, NULL);

  open_with (fixture, FALSE, (ApoolOutputConfig){ .holds = TRUE });
  start (base, 1);
  print (base, 1, "last");
  apool_observer_task_retried (APOOL_OBSERVER (base->output), task, outcome);
  apool_observer_task_finished (APOOL_OBSERVER (base->output), task, outcome);
  finish (base);
  check_table (fixture, NAMES "Stdout,Stderr\n1,:,0.000,0.000,0,4,1,0,true,last,\n");
}

/* Whatever the size, and though nobody reads what is printed. */
static void
test_large (TableFixture *fixture, gconstpointer data)
{
  static const char head[] = NAMES "Stdout,Stderr\n1,:,0.000,0.000,0,3145728,0,0,true,";
  Fixture *base = &fixture->base;
  g_autoptr (GString) text = make_text (3 * MIB, 1);
  g_autoptr (GString) all = NULL;
  gsize length = sizeof head - 1 + text->len + 2;
  int fd;

  fixture->table = APOOL_RESULT_TABLE (
      apool_table_csv_new (&(ApoolTableCsvConfig){ .path = NULL, .separator = ',' }, NULL));
  make_pipe (base);
  g_assert_true (apool_fd_set_nonblocking (base->out, NULL));
  open_output_with (base, (ApoolOutputConfig){ .holds = TRUE, .table = fixture->table });
  start (base, 1);
  fd = give_pipe (base, 1, APOOL_STREAM_STDOUT);
  write_pipe (base, fd, text);
  apool_fd_clear (&fd);
  end (base, 1, FALSE);
  all = read_out (base, length);
  g_assert_cmpmem (all->str, sizeof head - 1, head, sizeof head - 1);
  g_assert_cmpmem (all->str + sizeof head - 1, text->len, text->str, text->len);
  g_assert_cmpstr (all->str + length - 2, ==, ",\n");
  finish (base);
}

static void
test_full (TableFixture *fixture, gconstpointer data)
{
  Fixture *base = &fixture->base;

  fixture->table = APOOL_RESULT_TABLE (
      apool_table_csv_new (&(ApoolTableCsvConfig){ .path = "/dev/full", .separator = ',' }, NULL));
  make_files (base);
  open_output_with (base, (ApoolOutputConfig){ .holds = TRUE, .table = fixture->table });
  start (base, 1);
  while (base->n_failed == 0)
    g_main_context_iteration (base->context, TRUE);
  g_assert_cmpstr (base->error->message, ==, "--results: '/dev/full': No space left on device");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, TableFixture, NULL, set_up_table, func, tear_down_table)
  ADD ("/output-tables/file", test_file);
  ADD ("/output-tables/lines", test_lines);
  ADD ("/output-tables/printed", test_printed);
  ADD ("/output-tables/printed-as-finished", test_printed_as_finished);
  ADD ("/output-tables/retried", test_retried);
  ADD ("/output-tables/given-up", test_given_up);
  ADD ("/output-tables/large", test_large);
  ADD ("/output-tables/full", test_full);
#undef ADD
  return g_test_run ();
}
