/* SPDX-License-Identifier: MIT */
/* Lines of a joblog, of jobs that never ran. */

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "base/apool-json.h"
#include "fake-recorded.h"
#include "job/apool-keeper.h"
#include "limit-files.h"
#include "record/apool-joblog-format.h"
#include "record/apool-joblog.h"

typedef struct
{
  char *directory;
  char *path;
  ApoolJoblog *log;
  GString *said;
  ApoolTaskTraits traits; /* of the next job */
} Fixture;

static void
say_cb (const char *line, gpointer data)
{
  g_string_append (((Fixture *) data)->said, line);
}

static void
open_log (Fixture *fixture, gboolean appends)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&fixture->log);
  fixture->log = apool_joblog_new (fixture->path, appends, &error);
  g_assert_no_error (error);
  g_assert_true (apool_joblog_begin (fixture->log, &error));
  apool_joblog_set_say (fixture->log, say_cb, fixture);
}

/* @data: the name of the log */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->directory = g_dir_make_tmp (NULL, NULL);
  fixture->path = g_build_filename (fixture->directory, data, NULL);
  fixture->said = g_string_new (NULL);
  fixture->traits = (ApoolTaskTraits){ .attempt = 1, .weight = 1 };
  open_log (fixture, FALSE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->log);
  (void) g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);
  g_free (fixture->path);
  g_free (fixture->directory);
  g_string_free (fixture->said, TRUE);
}

static ApoolTask *
make_task (Fixture *fixture, guint64 seq, const char *command)
{
  g_autoptr (GBytes) text = g_bytes_new_static (command, strlen (command) + 1);
  g_autoptr (ApoolTask) plain = apool_task_new (seq, seq + 100, APOOL_TASK_SHELL, text, NULL, NULL);

  return apool_task_new_variant (plain, &fixture->traits);
}

static ApoolOutcome *
make_outcome (ApoolOutcomeKind kind, int code, gboolean is_ended)
{
  const ApoolUsage usage = { 1234567890123456, 2500999, 3000000, 500001, 4096 };

  return apool_outcome_new (kind, code, kind == APOOL_OUTCOME_LOST ? NULL : &usage, is_ended, FALSE,
                            NULL);
}

static void
begin (Fixture *fixture, ApoolTask *task)
{
  const ApoolPlace place = { 3, 2 };
  const guint64 lengths[APOOL_N_STREAMS] = { 70, 8 };

  apool_observer_task_started (APOOL_OBSERVER (fixture->log), task, &place);
  apool_keeper_kept (APOOL_KEEPER (fixture->log), task, lengths);
}

static void
run (Fixture *fixture, guint64 seq, const char *command, ApoolOutcomeKind kind, int code)
{
  g_autoptr (ApoolTask) task = make_task (fixture, seq, command);
  g_autoptr (ApoolOutcome) outcome = make_outcome (kind, code, FALSE);

  begin (fixture, task);
  apool_observer_task_finished (APOOL_OBSERVER (fixture->log), task, outcome);
}

static void
retry (Fixture *fixture, guint64 seq, const char *command, ApoolOutcomeKind kind, int code)
{
  g_autoptr (ApoolTask) task = make_task (fixture, seq, command);
  g_autoptr (ApoolOutcome) outcome = make_outcome (kind, code, FALSE);

  begin (fixture, task);
  apool_observer_task_retried (APOOL_OBSERVER (fixture->log), task, outcome);
  fixture->traits.attempt++;
}

/* A job that an earlier run has recorded. */
static void
recall (Fixture *fixture, guint64 seq, const char *command, int status)
{
  g_autoptr (FakeRecorded) recorded = fake_recorded_new (status, "out", "er");
  g_autoptr (ApoolTask) task = NULL;

  fixture->traits.recorded = G_OBJECT (recorded);
  task = make_task (fixture, seq, command);
  apool_observer_task_finished (APOOL_OBSERVER (fixture->log), task,
                                apool_recorded_get_outcome (APOOL_RECORDED (recorded)));
  fixture->traits.recorded = NULL;
}

static void
check_bytes (Fixture *fixture, const char *expected, gsize length)
{
  g_autofree char *contents = NULL;
  gsize n;

  g_assert_true (g_file_get_contents (fixture->path, &contents, &n, NULL));
  g_assert_cmpmem (contents, n, expected, length);
}

static void
check (Fixture *fixture, const char *expected)
{
  g_autofree char *contents = NULL;

  g_assert_true (g_file_get_contents (fixture->path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, expected);
}

#define FACTS "\t:\t1234567890.123\t     2.501\t0\t70\t"

/* A line is there as soon as its job is over. */
static void
test_row (Fixture *fixture, gconstpointer data)
{
  check (fixture, APOOL_JOBLOG_HEADER);
  run (fixture, 7, "echo a  'b\tc'", APOOL_OUTCOME_EXITED, 3);
  check (fixture, APOOL_JOBLOG_HEADER "7" FACTS "3\t0\techo a  'b\tc'\n");
  run (fixture, 2, "x", APOOL_OUTCOME_EXITED, 0);
  check (fixture, APOOL_JOBLOG_HEADER "7" FACTS "3\t0\techo a  'b\tc'\n"
                                      "2" FACTS "0\t0\tx\n");
  g_assert_true (apool_joblog_finish (fixture->log, fixture->said));
  g_assert_cmpstr (fixture->said->str, ==, "");
}

static void
test_row_newline (Fixture *fixture, gconstpointer data)
{
  static const char expected[] = APOOL_JOBLOG_HEADER "1" FACTS "0\t0\techo a\0echo \377\0\n";

  run (fixture, 1, "echo a\necho \377\n", APOOL_OUTCOME_EXITED, 0);
  check_bytes (fixture, expected, sizeof expected - 1);
}

static void
test_row_ends (Fixture *fixture, gconstpointer data)
{
  run (fixture, 1, "a", APOOL_OUTCOME_SIGNALLED, SIGSEGV);
  run (fixture, 2, "b", APOOL_OUTCOME_TIMED_OUT, SIGKILL);
  run (fixture, 3, "c", APOOL_OUTCOME_TIMED_OUT, 0);
  run (fixture, 4, "d", APOOL_OUTCOME_NOT_STARTED, E2BIG);
  check (fixture, APOOL_JOBLOG_HEADER "1" FACTS "0\t11\ta\n"
                                      "2" FACTS "-1\t9\tb\n"
                                      "3" FACTS "-1\t0\tc\n"
                                      "4" FACTS "-1\t0\td\n");
}

/* What failed for another reason than its exit status is no success. */
static void
test_row_faulty (Fixture *fixture, gconstpointer data)
{
  for (int code = 0; code < 2; code++)
    {
      g_autoptr (ApoolTask) task = make_task (fixture, (guint64) code + 1, "a");
      g_autoptr (ApoolOutcome) outcome = make_outcome (APOOL_OUTCOME_EXITED, code, FALSE);
      g_autoptr (ApoolOutcome) faulty = apool_outcome_new_faulty (outcome, "why");

      begin (fixture, task);
      apool_observer_task_finished (APOOL_OBSERVER (fixture->log), task, faulty);
    }
  check (fixture, APOOL_JOBLOG_HEADER "1" FACTS "-1\t0\ta\n"
                                      "2" FACTS "1\t0\ta\n");
}

/* What is not done has no line. */
static void
test_row_none (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolTask) task = make_task (fixture, 1, "a");
  g_autoptr (ApoolOutcome) ended = make_outcome (APOOL_OUTCOME_SIGNALLED, SIGTERM, TRUE);

  begin (fixture, task);
  apool_observer_task_finished (APOOL_OBSERVER (fixture->log), task, ended);
  run (fixture, 2, "b", APOOL_OUTCOME_SKIPPED, 0);
  run (fixture, 3, "c", APOOL_OUTCOME_NOT_STARTED, ECANCELED);
  check (fixture, APOOL_JOBLOG_HEADER);
}

/* Its times are those of the run that made it; where the log is added to it has its line. */
static void
test_row_recalled (Fixture *fixture, gconstpointer data)
{
  static const char expected[] = APOOL_JOBLOG_HEADER "3\t:\t1.000\t     2.000\t0\t3\t7\t0\ta\n";

  recall (fixture, 3, "a", 7);
  check (fixture, expected);
  open_log (fixture, TRUE);
  recall (fixture, 3, "a", 7);
  check (fixture, expected);
  open_log (fixture, FALSE);
  apool_joblog_set_counts_both (fixture->log);
  recall (fixture, 3, "a", 0);
  check (fixture, APOOL_JOBLOG_HEADER "3\t:\t1.000\t     2.000\t0\t5\t0\t0\ta\n");
}

/* Of several attempts the last one counts; where no further one came that is the one before. */
static void
test_row_attempts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolTask) task = NULL;
  g_autoptr (ApoolOutcome) outcome = make_outcome (APOOL_OUTCOME_EXITED, 5, FALSE);

  retry (fixture, 1, "a", APOOL_OUTCOME_EXITED, 3);
  check (fixture, APOOL_JOBLOG_HEADER);
  run (fixture, 1, "a", APOOL_OUTCOME_EXITED, 4);
  task = make_task (fixture, 2, "b");
  begin (fixture, task);
  apool_observer_task_retried (APOOL_OBSERVER (fixture->log), task, outcome);
  apool_observer_task_finished (APOOL_OBSERVER (fixture->log), task, outcome);
  check (fixture, APOOL_JOBLOG_HEADER "1" FACTS "4\t0\ta\n"
                                      "2" FACTS "5\t0\tb\n");
}

/* Nobody knows what it used, but when it began is known. */
static void
test_row_lost (Fixture *fixture, gconstpointer data)
{
  gint64 before = g_get_real_time () / G_USEC_PER_SEC;
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;
  g_auto (GStrv) columns = NULL;
  gint64 start;

  run (fixture, 1, "a", APOOL_OUTCOME_LOST, 0);
  g_assert_true (g_file_get_contents (fixture->path, &contents, NULL, NULL));
  lines = g_strsplit (contents, "\n", -1);
  columns = g_strsplit (lines[1], "\t", -1);
  start = g_ascii_strtoll (columns[2], NULL, 10);
  g_assert_cmpint (start, >=, before);
  g_assert_cmpint (start, <=, g_get_real_time () / G_USEC_PER_SEC + 1);
  g_assert_cmpstr (columns[6], ==, "-1");
  g_assert_cmpstr (columns[7], ==, "0");
}

static void
test_row_both (Fixture *fixture, gconstpointer data)
{
  apool_joblog_set_counts_both (fixture->log);
  run (fixture, 1, "a", APOOL_OUTCOME_EXITED, 0);
  check (fixture, APOOL_JOBLOG_HEADER "1\t:\t1234567890.123\t     2.501\t0\t78\t0\t0\ta\n");
}

static void
test_append (Fixture *fixture, gconstpointer data)
{
  run (fixture, 1, "a", APOOL_OUTCOME_EXITED, 0);
  open_log (fixture, TRUE);
  run (fixture, 2, "b", APOOL_OUTCOME_EXITED, 0);
  check (fixture, APOOL_JOBLOG_HEADER "1" FACTS "0\t0\ta\n"
                                      "2" FACTS "0\t0\tb\n");
  open_log (fixture, FALSE);
  check (fixture, APOOL_JOBLOG_HEADER);
}

/* What is torn goes where the file is a log, else it is ended. */
static void
test_torn (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *left;
    const char *expected;
  } cases[] = {
    { APOOL_JOBLOG_HEADER "1" FACTS "0\t0\techo 12\n2" FACTS "0\t0\techo 1",
      APOOL_JOBLOG_HEADER "1" FACTS "0\t0\techo 12\n" },
    { APOOL_JOBLOG_HEADER "2" FACTS "0\t0\t", APOOL_JOBLOG_HEADER },
    { APOOL_JOBLOG_HEADER "2" FACTS "0\t", APOOL_JOBLOG_HEADER },
    { "Seq\tHo", APOOL_JOBLOG_HEADER },
    { "some text", "some text\n" },
    { "some text\n2" FACTS "0\t0\t", "some text\n2" FACTS "0\t0\t\n" },
    { "1" FACTS "0\t0\ta\n2\t:", "1" FACTS "0\t0\ta\n" },
    { APOOL_JOBLOG_HEADER "2", APOOL_JOBLOG_HEADER },
    { "", APOOL_JOBLOG_HEADER },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *expected = g_strconcat (cases[i].expected, "3" FACTS "0\t0\tc\n", NULL);

      g_file_set_contents (fixture->path, cases[i].left, -1, NULL);
      open_log (fixture, TRUE);
      run (fixture, 3, "c", APOOL_OUTCOME_EXITED, 0);
      check (fixture, expected);
    }
}

/* A last line may be longer than what is read of it at once. */
static void
test_torn_long (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) left = g_string_new (APOOL_JOBLOG_HEADER "1" FACTS "0\t0\t");

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (left, 'x');
  g_file_set_contents (fixture->path, left->str, (gssize) left->len, NULL);
  open_log (fixture, TRUE);
  check (fixture, APOOL_JOBLOG_HEADER);
}

static void
test_bad_file (void)
{
  static const char *const paths[] = { "/", "/dev/null/x", NULL };

  for (const char *const *path = paths; *path; path++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *prefix = g_strdup_printf ("--joblog: '%s': ", *path);

      g_assert_null (apool_joblog_new (*path, FALSE, &error));
      g_assert_nonnull (error);
      g_assert_true (g_str_has_prefix (error->message, prefix));
    }
}

static void
test_full_device (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolJoblog) log = apool_joblog_new ("/dev/full", FALSE, &error);

  g_assert_no_error (error);
  g_assert_false (apool_joblog_begin (log, &error));
  g_assert_cmpstr (error->message, ==, "--joblog: '/dev/full': No space left on device");
}

/* Until it is begun, nothing is lost: whole lines are not, and the rest of one is not mended. */
static void
test_not_begun (Fixture *fixture, gconstpointer data)
{
  static const char left[] = "a line\nand a part";

  for (int appends = FALSE; appends <= TRUE; appends++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ApoolJoblog) log = NULL;

      g_assert_true (g_file_set_contents (fixture->path, left, -1, NULL));
      log = apool_joblog_new (fixture->path, appends, &error);
      g_assert_no_error (error);
      g_assert_true (apool_joblog_finish (log, fixture->said));
      check (fixture, left);
    }
  g_assert_cmpstr (fixture->said->str, ==, "");
}

/* Trouble is said once, and at the end. What there is room for later is written; what was torn is
 * not there. */
static void
test_full (Fixture *fixture, gconstpointer data)
{
  g_autofree char *said = NULL;
  gsize room = strlen (APOOL_JOBLOG_HEADER "1" FACTS "0\t0\ta\n") + 20;

  run (fixture, 1, "a", APOOL_OUTCOME_EXITED, 0);
  limit_files (room);
  run (fixture, 2, "b", APOOL_OUTCOME_EXITED, 0);
  run (fixture, 3, "c", APOOL_OUTCOME_EXITED, 0);
  limit_files (RLIM_INFINITY);
  run (fixture, 4, "d", APOOL_OUTCOME_EXITED, 0);
  check (fixture, APOOL_JOBLOG_HEADER "1" FACTS "0\t0\ta\n"
                                      "4" FACTS "0\t0\td\n");
  said = g_strdup_printf ("apool: --joblog: '%s': File too large: from job 2 on incomplete\n",
                          fixture->path);
  g_assert_cmpstr (fixture->said->str, ==, said);
  g_string_truncate (fixture->said, 0);
  g_assert_false (apool_joblog_finish (fixture->log, fixture->said));
  g_assert_cmpstr (fixture->said->str, ==, "");
}

static char *
get_member (const char *line, const char *name)
{
  ApoolJsonFault fault;
  ApoolJsonText root;
  ApoolJsonText key;
  ApoolJsonText value;
  ApoolJsonWalk walk;

  g_assert_true (apool_json_check (line, strlen (line), &root, &fault));
  apool_json_walk_init (&walk, &root);
  while (apool_json_walk_next (&walk, &key, &value))
    if (apool_json_is_key (&key, name, strlen (name)))
      return g_strndup (value.at, (gsize) (value.end - value.at));
  return g_strdup ("none");
}

static void
check_member (const char *line, const char *name, const char *expected)
{
  g_autofree char *value = get_member (line, name);

  if (strcmp (value, expected) != 0)
    g_error ("%s: %s instead of %s in %s", name, value, expected, line);
}

static char **
read_lines (Fixture *fixture, guint n)
{
  g_autofree char *contents = NULL;
  char **lines;

  g_assert_true (g_file_get_contents (fixture->path, &contents, NULL, NULL));
  lines = g_strsplit (contents, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, n + 1);
  g_assert_cmpstr (lines[n], ==, "");
  return lines;
}

static void
test_object (Fixture *fixture, gconstpointer data)
{
  const ApoolValue values[] = { { "a\"", 2 }, { "", 0 } };
  g_autoptr (GString) pattern = g_string_new ("echo");
  g_autofree char *cwd = g_get_current_dir ();
  g_autofree char *quoted = g_strdup_printf ("\"%s/sub\"", cwd);
  g_autofree char *key = NULL;
  g_auto (GStrv) lines = NULL;

  fixture->traits.values = apool_values_new (values, G_N_ELEMENTS (values));
  fixture->traits.identity = apool_identity_new ("", pattern, NULL, 0, NULL);
  apool_identity_set_occurrence (fixture->traits.identity, 4);
  fixture->traits.directory = "sub";
  run (fixture, 7, "echo \"a\"\n", APOOL_OUTCOME_EXITED, 3);
  lines = read_lines (fixture, 1);
  check_member (lines[0], "seq", "7");
  check_member (lines[0], "attempt", "1");
  check_member (lines[0], "retried", "none");
  check_member (lines[0], "start", "1234567890.123456");
  check_member (lines[0], "seconds", "2.500999");
  check_member (lines[0], "user", "3.000000");
  check_member (lines[0], "system", "0.500001");
  check_member (lines[0], "max_rss", "4096");
  check_member (lines[0], "exit", "3");
  check_member (lines[0], "signal", "none");
  check_member (lines[0], "worker", "3");
  check_member (lines[0], "slot", "2");
  check_member (lines[0], "bytes_out", "70");
  check_member (lines[0], "bytes_err", "8");
  check_member (lines[0], "line", "107");
  check_member (lines[0], "command", "\"echo \\\"a\\\"\\u000a\"");
  check_member (lines[0], "arguments", "[\"a\\\"\",\"\"]");
  check_member (lines[0], "occurrence", "4");
  check_member (lines[0], "directory", quoted);
  key = get_member (lines[0], "key");
  g_assert_cmpuint (strlen (key), ==, APOOL_IDENTITY_KEY_TEXT_BYTES + 2);
  g_clear_pointer (&fixture->traits.values, apool_values_unref);
  g_clear_pointer (&fixture->traits.identity, apool_identity_unref);
}

static void
test_object_bytes (Fixture *fixture, gconstpointer data)
{
  const ApoolValue values[] = { { "a", 1 }, { "\377", 1 } };
  g_auto (GStrv) lines = NULL;

  fixture->traits.values = apool_values_new (values, G_N_ELEMENTS (values));
  run (fixture, 1, "echo \377", APOOL_OUTCOME_EXITED, 0);
  lines = read_lines (fixture, 1);
  check_member (lines[0], "command", "none");
  check_member (lines[0], "command_base64", "\"ZWNobyD/\"");
  check_member (lines[0], "arguments", "none");
  check_member (lines[0], "arguments_base64", "[\"YQ==\",\"/w==\"]");
  g_clear_pointer (&fixture->traits.values, apool_values_unref);
}

/* None is lost, those that are followed by others and those that were never started included. */
static void
test_object_attempts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolTask) last = NULL;
  g_autoptr (ApoolOutcome) outcome = make_outcome (APOOL_OUTCOME_NOT_STARTED, E2BIG, FALSE);
  g_auto (GStrv) lines = NULL;

  retry (fixture, 1, "a", APOOL_OUTCOME_LOST, 0);
  retry (fixture, 1, "a", APOOL_OUTCOME_TIMED_OUT, SIGTERM);
  last = make_task (fixture, 1, "a");
  apool_observer_task_finished (APOOL_OBSERVER (fixture->log), last, outcome);
  lines = read_lines (fixture, 3);
  check_member (lines[0], "attempt", "1");
  check_member (lines[0], "retried", "true");
  check_member (lines[0], "lost", "true");
  check_member (lines[0], "user", "none");
  check_member (lines[0], "exit", "none");
  check_member (lines[1], "attempt", "2");
  check_member (lines[1], "retried", "true");
  check_member (lines[1], "timeout", "true");
  check_member (lines[1], "signal", "15");
  check_member (lines[2], "attempt", "3");
  check_member (lines[2], "retried", "none");
  check_member (lines[2], "not_started", "true");
  check_member (lines[2], "message", "\"Argument list too long\"");
  check_member (lines[2], "worker", "none");
  check_member (lines[2], "bytes_out", "0");
}

/* An attempt after which there was to be another one has its line already. Where there is none, its
 * last line says so. */
static void
test_object_settled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolTask) task = make_task (fixture, 1, "a");
  g_autoptr (ApoolOutcome) outcome = make_outcome (APOOL_OUTCOME_EXITED, 5, FALSE);
  g_autoptr (ApoolTask) other = make_task (fixture, 2, "b");
  g_autoptr (ApoolOutcome) ended = make_outcome (APOOL_OUTCOME_SIGNALLED, SIGTERM, TRUE);
  g_auto (GStrv) lines = NULL;

  begin (fixture, task);
  apool_observer_task_retried (APOOL_OBSERVER (fixture->log), task, outcome);
  apool_observer_task_finished (APOOL_OBSERVER (fixture->log), task, outcome);
  begin (fixture, other);
  apool_observer_task_finished (APOOL_OBSERVER (fixture->log), other, ended);
  lines = read_lines (fixture, 3);
  check_member (lines[0], "seq", "1");
  check_member (lines[0], "retried", "true");
  check_member (lines[1], "seq", "1");
  check_member (lines[1], "attempt", "1");
  check_member (lines[1], "retried", "none");
  check_member (lines[1], "exit", "5");
  check_member (lines[1], "worker", "3");
  check_member (lines[1], "bytes_out", "70");
  check_member (lines[1], "ended_by_apool", "none");
  check_member (lines[2], "seq", "2");
  check_member (lines[2], "ended_by_apool", "true");
}

/* What is of this run's attempts only has no members. */
static void
test_object_recalled (Fixture *fixture, gconstpointer data)
{
  g_auto (GStrv) lines = NULL;

  recall (fixture, 3, "a", 7);
  run (fixture, 4, "b", APOOL_OUTCOME_EXITED, 0);
  lines = read_lines (fixture, 2);
  check_member (lines[0], "seq", "3");
  check_member (lines[0], "recalled", "true");
  check_member (lines[0], "attempt", "none");
  check_member (lines[0], "start", "1.000000");
  check_member (lines[0], "seconds", "2.000000");
  check_member (lines[0], "exit", "7");
  check_member (lines[0], "worker", "none");
  check_member (lines[0], "slot", "none");
  check_member (lines[0], "host", "none");
  check_member (lines[0], "bytes_out", "3");
  check_member (lines[0], "bytes_err", "2");
  check_member (lines[0], "command", "\"a\"");
  check_member (lines[1], "recalled", "none");
  open_log (fixture, TRUE);
  recall (fixture, 3, "a", 7);
  g_strfreev (lines);
  lines = read_lines (fixture, 2);
}

static void
test_is_json (void)
{
  g_assert_true (apool_joblog_is_json ("a.jsonl"));
  g_assert_true (apool_joblog_is_json ("a.JsonL"));
  g_assert_true (apool_joblog_is_json ("a.ndjson"));
  g_assert_false (apool_joblog_is_json ("a.json"));
  g_assert_false (apool_joblog_is_json ("jsonl"));
  g_assert_false (apool_joblog_is_json (""));
}

#define ADD(path, name, test) g_test_add (path, Fixture, name, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/joblog/row", "log", test_row);
  ADD ("/joblog/row/newline", "log", test_row_newline);
  ADD ("/joblog/row/ends", "log", test_row_ends);
  ADD ("/joblog/row/faulty", "log", test_row_faulty);
  ADD ("/joblog/row/none", "log", test_row_none);
  ADD ("/joblog/row/recalled", "log", test_row_recalled);
  ADD ("/joblog/row/attempts", "log", test_row_attempts);
  ADD ("/joblog/row/lost", "log", test_row_lost);
  ADD ("/joblog/row/both", "log", test_row_both);
  ADD ("/joblog/append", "log", test_append);
  ADD ("/joblog/torn", "log", test_torn);
  ADD ("/joblog/torn/long", "log", test_torn_long);
  ADD ("/joblog/full", "log", test_full);
  g_test_add_func ("/joblog/full/device", test_full_device);
  g_test_add_func ("/joblog/bad-file", test_bad_file);
  ADD ("/joblog/not-begun", "log", test_not_begun);
  ADD ("/joblog/not-begun/json", "log.jsonl", test_not_begun);
  ADD ("/joblog/object", "log.jsonl", test_object);
  ADD ("/joblog/object/bytes", "log.jsonl", test_object_bytes);
  ADD ("/joblog/object/attempts", "log.jsonl", test_object_attempts);
  ADD ("/joblog/object/settled", "log.jsonl", test_object_settled);
  ADD ("/joblog/object/recalled", "log.jsonl", test_object_recalled);
  g_test_add_func ("/joblog/is-json", test_is_json);
  return g_test_run ();
}
