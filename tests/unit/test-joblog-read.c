/* SPDX-License-Identifier: MIT */
/* What joblogs tell of earlier jobs, ours and those of others. */

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/apool-error.h"
#include "record/apool-joblog-read.h"

#define HEADER "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n"

#define KEY "00112233445566778899aabbccddeeff"

typedef struct
{
  char *directory;
  char *path;
  ApoolHistory *history;
  guint64 n_bad;
} Fixture;

/* @data: the name of the log */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->directory = g_dir_make_tmp (NULL, NULL);
  fixture->path = g_build_filename (fixture->directory, data, NULL);
  fixture->history = apool_history_new_kept (TRUE); /* which has commands as they are read */
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  apool_history_free (fixture->history);
  (void) g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);
  g_free (fixture->path);
  g_free (fixture->directory);
}

static void
read_bytes (Fixture *fixture, const char *contents, gsize length)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (fixture->path, contents, (gssize) length, NULL));
  g_assert_true (apool_joblog_read (fixture->path, fixture->history, &fixture->n_bad, &error));
  g_assert_no_error (error);
}

static void
read_text (Fixture *fixture, const char *contents)
{
  read_bytes (fixture, contents, strlen (contents));
}

static void
check_job (Fixture *fixture,
           guint64 i,
           guint64 seq,
           gboolean is_failed,
           gint64 run_usec,
           const char *command)
{
  ApoolPastJob job;

  apool_history_get (fixture->history, i, &job);
  g_assert_cmpuint (job.seq, ==, seq);
  g_assert_true (job.is_failed == is_failed);
  g_assert_cmpint (job.run_usec, ==, run_usec);
  g_assert_cmpmem (job.command, job.command_length, command, strlen (command));
}

static void
check_counts (Fixture *fixture, guint64 n_jobs, guint64 n_bad)
{
  g_assert_cmpuint (apool_history_get_n (fixture->history), ==, n_jobs);
  g_assert_cmpuint (fixture->n_bad, ==, n_bad);
}

/* As GNU parallel has written it. */
static void
test_rows (Fixture *fixture, gconstpointer data)
{
  static const char contents[] =
      HEADER "1\t:\t1795409459.837\t     0.003\t0\t4\t0\t0\techo 'a\0b'\n"
             "10\thost.example\t1795409459\t12345678.5\t20\t4\t-1\t15\tsleep\t9\n"
             "2\t:\t1795409459.840\t    10.000\t0\t0\t0\t9\t\n"
             "3\t:\t1795409459.840\t    10.000\t0\t0\t-2\t0\t\377\r\n";

  read_bytes (fixture, contents, sizeof contents - 1);
  check_counts (fixture, 4, 0);
  check_job (fixture, 0, 1, FALSE, 3000, "echo 'a\nb'");
  check_job (fixture, 1, 10, TRUE, G_GINT64_CONSTANT (12345678500000), "sleep\t9");
  check_job (fixture, 2, 2, TRUE, 10000000, "");
  check_job (fixture, 3, 3, TRUE, 10000000, "\377\r");
}

static void
test_rows_later (Fixture *fixture, gconstpointer data)
{
  read_text (fixture,
             "1\t:\t1.0\t1.0\t0\t0\t3\t0\techo a\n"
             "2\t:\t1.0\t1.0\t0\t0\t0\t0\techo b\n" HEADER "1\t:\t1.0\t2.0\t0\t0\t0\t0\techo a\n");
  check_counts (fixture, 2, 0);
  check_job (fixture, 0, 1, FALSE, 2000000, "echo a");
}

static void
test_rows_bad (Fixture *fixture, gconstpointer data)
{
  static const char *const lines[] = {
    "",
    "text",
    "\t\t\t\t\t\t\t\t",
    "1\t:\t1.0\t1.0\t0\t0\t0\t0",
    "0\t:\t1.0\t1.0\t0\t0\t0\t0\tx",
    "-1\t:\t1.0\t1.0\t0\t0\t0\t0\tx",
    "1x\t:\t1.0\t1.0\t0\t0\t0\t0\tx",
    "18446744073709551616\t:\t1.0\t1.0\t0\t0\t0\t0\tx",
    "1\t\t1.0\t1.0\t0\t0\t0\t0\tx",
    "1\t:\t\t1.0\t0\t0\t0\t0\tx",
    "1\t:\t1.0\t99999999999999999999\t0\t0\t0\t0\tx",
    "1\t:\t1.0\t9999999999999\t0\t0\t0\t0\tx",
    "1\t:\t1.0\t1.x\t0\t0\t0\t0\tx",
    "1\t:\t1.0\t.5\t0\t0\t0\t0\tx",
    "1\t:\t1.0\t1.0\t\t0\t0\t0\tx",
    "1\t:\t1.0\t1.0\t0\t-3\t0\t0\tx",
    "1\t:\t1.0\t1.0\t0\t0\t-\t0\tx",
    "1\t:\t1.0\t1.0\t0\t0\t0\t 0\tx",
  };
  g_autoptr (GString) text = g_string_new (HEADER);

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    g_string_append_printf (text, "%s\n", lines[i]);
  g_string_append (text, "5\t:\t1.0\t1.0\t0\t0\t0\t0\tx\n");
  read_text (fixture, text->str);
  check_counts (fixture, 1, G_N_ELEMENTS (lines));
}

/* What is missing of its command nobody knows. */
static void
test_rows_torn (Fixture *fixture, gconstpointer data)
{
  read_text (fixture, HEADER "1\t:\t1.0\t1.0\t0\t0\t0\t0\techo 12\n"
                             "2\t:\t1.0\t1.0\t0\t0\t0\t0\techo 1");
  check_counts (fixture, 1, 1);
}

/* Lines end anywhere in what is read at once, and may be longer than that. */
static void
test_rows_many (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (HEADER);
  ApoolPastJob job;

  for (guint i = 1; i <= 5000; i++)
    g_string_append_printf (text, "%u\t:\t1.0\t1.0\t0\t0\t0\t0\techo %*u\n", i, (int) i % 97, i);
  g_string_append (text, "5001\t:\t1.0\t1.0\t0\t0\t0\t0\t");
  for (guint i = 0; i < 300000; i++)
    g_string_append_c (text, 'x');
  g_string_append (text, "\n5002\t:\t1.0\t1.0\t0\t0\t0\t0\ty\n");
  read_text (fixture, text->str);
  check_counts (fixture, 5002, 0);
  apool_history_get (fixture->history, 5000, &job);
  g_assert_cmpuint (job.command_length, ==, 300000);
  check_job (fixture, 5001, 5002, FALSE, 1000000, "y");
}

static void
test_objects (Fixture *fixture, gconstpointer data)
{
  static const char contents[] =
      "{\"seq\":3,\"attempt\":1,\"retried\":true,\"seconds\":1.5,\"exit\":0,\"command\":\"a\"}\n"
      "{\"seq\":3,\"attempt\":2,\"seconds\":2.25,\"exit\":0,\"command\":\"a\\nb\",\"new\":[{}]}\n"
      "{\"seq\":4,\"seconds\":0.000001,\"exit\":1,\"command_base64\":\"/w==\"}\n"
      "{\"seq\":5,\"seconds\":1,\"signal\":15,\"command\":\"c\"}\n"
      "{\"seq\":6,\"seconds\":1,\"lost\":true,\"command\":\"d\"}\n"
      "{\"seq\":7,\"seconds\":1,\"exit\":0,\"faulty\":true,\"command\":\"e\"}\n"
      "{\"seq\":8,\"seconds\":1,\"signal\":15,\"ended_by_apool\":true,\"command\":\"f\"}\n"
      " {\"seq\":9, \"exit\":0,\"command\":\"g\"} \n"
      "{\"seq\":10,\"exit\":0,\"command\":\"h\"}"; /* it has no newline */

  read_bytes (fixture, contents, sizeof contents - 1);
  check_counts (fixture, 6, 1);
  check_job (fixture, 0, 3, FALSE, 2250000, "a\nb");
  check_job (fixture, 1, 4, TRUE, 1, "\377");
  check_job (fixture, 2, 5, TRUE, 1000000, "c");
  check_job (fixture, 3, 6, TRUE, 1000000, "d");
  check_job (fixture, 4, 7, TRUE, 1000000, "e");
  check_job (fixture, 5, 9, FALSE, 0, "g");
}

static void
test_objects_keys (Fixture *fixture, gconstpointer data)
{
  ApoolPastJob job;

  apool_history_free (fixture->history);
  fixture->history = apool_history_new ();
  read_text (fixture,
             "{\"seq\":1,\"exit\":1,\"command\":\"a\",\"key\":\"" KEY "\",\"occurrence\":1}\n"
             "{\"seq\":2,\"exit\":0,\"command\":\"a\",\"key\":\"" KEY "\",\"occurrence\":2}\n"
             "{\"seq\":9,\"exit\":0,\"command\":\"a\",\"key\":\"" KEY "\",\"occurrence\":1}\n");
  check_counts (fixture, 2, 0);
  apool_history_get (fixture->history, 0, &job);
  g_assert_cmpuint (job.seq, ==, 9);
  g_assert_false (job.is_failed);
  g_assert_cmpuint (job.occurrence, ==, 1);
  g_assert_cmpuint (job.key[1], ==, 0x11);
}

/* What was to be tried again has failed as long as nothing else is known of it, but it is not
 * done; to have been ended with the run, or to make room, is nothing at all. */
static void
test_objects_retried (Fixture *fixture, gconstpointer data)
{
  static const char contents[] =
      "{\"seq\":1,\"retried\":true,\"exit\":3,\"command\":\"a\"}\n"
      "{\"seq\":2,\"retried\":true,\"exit\":3,\"command\":\"b\"}\n"
      "{\"seq\":2,\"signal\":15,\"ended_by_apool\":true,\"command\":\"b\"}\n"
      "{\"seq\":3,\"retried\":true,\"signal\":15,\"ended_by_apool\":true,\"command\":\"c\"}\n"
      "{\"seq\":4,\"retried\":true,\"exit\":3,\"command\":\"d\"}\n"
      "{\"seq\":4,\"exit\":0,\"command\":\"d\"}\n";
  g_autoptr (ApoolHistory) done = apool_history_new ();
  guint64 n_bad;

  read_text (fixture, contents);
  check_counts (fixture, 3, 0);
  check_job (fixture, 0, 1, TRUE, 0, "a");
  check_job (fixture, 1, 2, TRUE, 0, "b");
  check_job (fixture, 2, 4, FALSE, 0, "d");
  g_assert_true (apool_joblog_read (fixture->path, done, &n_bad, NULL));
  g_assert_cmpuint (apool_history_get_n (done), ==, 1);
}

static void
test_objects_bad (Fixture *fixture, gconstpointer data)
{
  static const char *const lines[] = {
    "",
    "[]",
    "{}",
    "\"seq\"",
    "{\"seq\":1,\"exit\":0}",
    "{\"seq\":0,\"exit\":0,\"command\":\"a\"}",
    "{\"seq\":-1,\"exit\":0,\"command\":\"a\"}",
    "{\"seq\":1.5,\"exit\":0,\"command\":\"a\"}",
    "{\"seq\":\"1\",\"exit\":0,\"command\":\"a\"}",
    "{\"seq\":18446744073709551616,\"exit\":0,\"command\":\"a\"}",
    "{\"seq\":1,\"exit\":\"0\",\"command\":\"a\"}",
    "{\"seq\":1,\"exit\":0,\"seconds\":1e3,\"command\":\"a\"}",
    "{\"seq\":1,\"exit\":0,\"seconds\":99999999999999,\"command\":\"a\"}",
    "{\"seq\":1,\"exit\":0,\"command\":1}",
    "{\"seq\":1,\"exit\":0,\"command\":\"\\ud800\"}",
    "{\"seq\":1,\"exit\":0,\"command_base64\":\"\"}",
    "{\"seq\":1,\"exit\":0,\"command_base64\":\"a\"}",
    "{\"seq\":1,\"exit\":0,\"command_base64\":\"ZW=obyD/\"}",
    "{\"seq\":1,\"exit\":0,\"command_base64\":\"ZWNo byD/\"}",
    "{\"seq\":1,\"exit\":0,\"retried\":1,\"command\":\"a\"}",
    "{\"seq\":1,\"exit\":0,\"key\":\"" KEY "\"}",
    "{\"seq\":1,\"exit\":0,\"key\":\"00\",\"occurrence\":1}",
    "{\"seq\":1,\"exit\":0,\"key\":\"" KEY "\",\"occurrence\":0}",
    "{\"seq\":1,\"exit\":0,\"command\":\"a\"",
  };
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    g_string_append_printf (text, "%s\n", lines[i]);
  g_string_append (text, "{\"seq\":1,\"exit\":0,\"command\":\"a\"}\n{\"seq\":2,\"exi");
  read_text (fixture, text->str);
  check_counts (fixture, 1, G_N_ELEMENTS (lines) + 1);
}

/* Nothing is known then; but where one cannot look that is said. */
static void
test_no_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (apool_joblog_read (fixture->path, fixture->history, &fixture->n_bad, &error));
  g_assert_no_error (error);
  check_counts (fixture, 0, 0);
  g_assert_false (
      apool_joblog_read (fixture->directory, fixture->history, &fixture->n_bad, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  g_assert_false (apool_joblog_read (fixture->path, fixture->history, &fixture->n_bad, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
}

#define ADD(path, name, test) g_test_add (path, Fixture, name, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/joblog-read/rows", "log", test_rows);
  ADD ("/joblog-read/rows/later", "log", test_rows_later);
  ADD ("/joblog-read/rows/bad", "log", test_rows_bad);
  ADD ("/joblog-read/rows/torn", "log", test_rows_torn);
  ADD ("/joblog-read/rows/many", "log", test_rows_many);
  ADD ("/joblog-read/objects", "log.jsonl", test_objects);
  ADD ("/joblog-read/objects/keys", "log.jsonl", test_objects_keys);
  ADD ("/joblog-read/objects/retried", "log.jsonl", test_objects_retried);
  ADD ("/joblog-read/objects/bad", "log.jsonl", test_objects_bad);
  ADD ("/joblog-read/no-file", "log", test_no_file);
  return g_test_run ();
}
