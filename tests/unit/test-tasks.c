/* SPDX-License-Identifier: MIT */
/* From inputs to numbered tasks, those included that cannot be run. */

#include <fcntl.h>
#include <glib.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "base/apool-hash.h"
#include "fake-source.h"
#include "input/apool-source-args.h"
#include "input/apool-source-lines.h"
#include "input/apool-tasks.h"
#include "job/apool-colour.h"

static const ApoolRecordFormat test_tasks_lines_format = { .delimiter = "\n",
                                                           .delimiter_length = 1 };
static const ApoolRecordFormat test_tasks_nul_format = { .delimiter = "", .delimiter_length = 1 };

static ApoolTemplate *
test_tasks_parse (void)
{
  const char *const words[] = { "echo", "{#}", "{}", NULL };
  const ApoolTemplateConfig config = { .shell = APOOL_TEMPLATE_SHELL_AUTO };
  g_autoptr (ApoolSyntax) syntax = apool_syntax_new ();
  g_autoptr (GError) error = NULL;
  ApoolTemplate *command = apool_template_new (words, syntax, &config, &error);

  g_assert_no_error (error);
  return command;
}

/* @fault is what the next task's begins with, %NULL where it can be run; else @last is its last
 * word. */
static void
test_tasks_check_next (ApoolTasks *tasks, guint64 seq, const char *last, const char *fault)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTask) task = NULL;
  g_autofree char *why = NULL;
  g_auto (GStrv) words = NULL;

  g_assert_cmpint (apool_tasks_next (tasks, &task, &why, &error), ==, APOOL_SOURCE_ROW);
  g_assert_no_error (error);
  g_assert_cmpuint (apool_task_get_seq (task), ==, seq);
  g_assert_cmpuint (apool_task_get_line (task), ==, seq);
  words = apool_task_dup_words (task, 1, APOOL_QUOTE_POSIX);
  g_assert_cmpint (why != NULL, ==, fault != NULL);
  if (fault)
    g_assert_true (g_str_has_prefix (why, fault));
  g_assert_cmpstr (words[g_strv_length (words) - 1], ==, fault ? "" : last);
  g_assert_cmpuint (g_strv_length (words), ==, fault ? 1 : 3);
}

static void
test_tasks_check_status (ApoolTasks *tasks, ApoolSourceStatus expected)
{
  g_autoptr (GError) error = NULL;
  ApoolTask *task;
  char *fault;

  g_assert_cmpint (apool_tasks_next (tasks, &task, &fault, &error), ==, expected);
  g_assert_cmpint (error != NULL, ==, expected == APOOL_SOURCE_ERROR);
  g_assert_null (task);
  g_assert_null (fault);
}

static void
test_tasks_numbers (void)
{
  const char *const args[] = { "a", "", "b c", NULL };
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (ApoolSource) source = apool_source_args_new (args, &test_tasks_lines_format);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (source, command);

  test_tasks_check_next (tasks, 1, "a", NULL);
  test_tasks_check_next (tasks, 2, "", NULL);
  test_tasks_check_next (tasks, 3, "b c", NULL);
  test_tasks_check_status (tasks, APOOL_SOURCE_END);
}

static void
test_tasks_faults (void)
{
  g_autofree char *longer = g_strnfill (32 * (gsize) sysconf (_SC_PAGESIZE), 'x');
  const char *const args[] = { "a", longer, "b", NULL };
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (ApoolSource) source = apool_source_args_new (args, &test_tasks_lines_format);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (source, command);

  test_tasks_check_next (tasks, 1, "a", NULL);
  test_tasks_check_next (tasks, 2, NULL, "input line 2: argument of ");
  test_tasks_check_next (tasks, 3, "b", NULL);
  test_tasks_check_status (tasks, APOOL_SOURCE_END);
}

/* Where that was asked for, what cannot be a job is skipped, keeps its number, and is counted. */
static void
test_tasks_skips_bad (void)
{
  g_autofree char *longer = g_strnfill (32 * (gsize) sysconf (_SC_PAGESIZE), 'x');
  const char *const args[] = { "a", longer, "b", NULL };
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (ApoolSource) source = apool_source_args_new (args, &test_tasks_lines_format);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (source, command);
  g_autoptr (ApoolTask) bad = NULL;
  char *fault;

  apool_tasks_set_skips_bad (tasks);
  test_tasks_check_next (tasks, 1, "a", NULL);
  g_assert_cmpuint (apool_tasks_get_n_bad (tasks), ==, 0);
  g_assert_cmpint (apool_tasks_next (tasks, &bad, &fault, NULL), ==, APOOL_SOURCE_ROW);
  g_assert_null (fault);
  g_assert_true (apool_task_get_traits (bad)->is_skipped);
  g_assert_cmpuint (apool_task_get_seq (bad), ==, 2);
  g_assert_cmpuint (apool_tasks_get_n_bad (tasks), ==, 1);
  test_tasks_check_next (tasks, 3, "b", NULL);
  test_tasks_check_status (tasks, APOOL_SOURCE_END);
}

static void
test_tasks_nul (void)
{
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (ApoolSource) source = NULL;
  g_autoptr (ApoolTasks) tasks = NULL;
  int fds[2];

  g_assert_true (apool_fd_make_pipe (fds, NULL));
  g_assert_cmpint (write (fds[1], "a\0b\nc\n", 6), ==, 6);
  apool_fd_clear (&fds[1]);
  source = apool_source_lines_new (fds[0], &test_tasks_lines_format, "standard input");
  tasks = apool_tasks_new (source, command);
  test_tasks_check_next (tasks, 1, NULL, "input line 1: a NUL byte cannot be part of an argument");
  test_tasks_check_next (tasks, 2, "c", NULL);
  test_tasks_check_status (tasks, APOOL_SOURCE_END);
  apool_fd_clear (&fds[0]);
}

static ApoolTemplate *
test_tasks_parse_text (const char *text)
{
  g_autoptr (ApoolSyntax) syntax = apool_syntax_new ();
  g_autoptr (GError) error = NULL;
  ApoolTemplate *template;

  apool_syntax_set_angle_is_input (syntax, TRUE);
  template = apool_template_new_text (text, syntax, &error);
  g_assert_no_error (error);
  return template;
}

static void
test_tasks_ready_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
}

/* As apool_tasks_next(), for a source that may need time to read. */
static ApoolSourceStatus
test_tasks_await_next (ApoolTasks *tasks, ApoolTask **task, char **fault, GError **error)
{
  ApoolSourceStatus status;

  while ((status = apool_tasks_next (tasks, task, fault, error)) == APOOL_SOURCE_PENDING)
    {
      g_autoptr (GMainContext) context = g_main_context_new ();
      gboolean ready = FALSE;

      apool_tasks_wait (tasks, context, test_tasks_ready_cb, &ready);
      while (!ready)
        g_main_context_iteration (context, TRUE);
    }
  return status;
}

/* @fault is all of the next task's, %NULL where it has @traits. */
static void
test_tasks_check_traits (ApoolTasks *tasks, guint weight, guint64 key, const char *fault)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTask) task = NULL;
  g_autofree char *why = NULL;
  const ApoolTaskTraits *traits;

  g_assert_cmpint (test_tasks_await_next (tasks, &task, &why, &error), ==, APOOL_SOURCE_ROW);
  g_assert_no_error (error);
  g_assert_cmpstr (why, ==, fault);
  traits = apool_task_get_traits (task);
  g_assert_cmpuint (traits->attempt, ==, 1);
  g_assert_cmpuint (traits->weight, ==, weight);
  g_assert_cmpuint (traits->key, ==, key);
  if (fault)
    g_assert_null (traits->label);
}

static void
test_tasks_printed (void)
{
  const char *const args[] = { "a", NULL };
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (ApoolSource) source = apool_source_args_new (args, &test_tasks_lines_format);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (source, command);
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTask) task = NULL;
  g_autofree char *why = NULL;

  apool_tasks_set_printed (tasks, TRUE);
  g_assert_cmpint (apool_tasks_next (tasks, &task, &why, &error), ==, APOOL_SOURCE_ROW);
  g_assert_null (why);
  g_assert_true (apool_task_get_traits (task)->is_printed);
  g_assert_cmpuint (apool_task_get_traits (task)->weight, ==, 1);
}

/* @fault is all of the next task's, %NULL where it has @directory. */
static void
test_tasks_check_directory (ApoolTasks *tasks, const char *directory, const char *fault)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTask) task = NULL;
  g_autofree char *why = NULL;

  g_assert_cmpint (apool_tasks_next (tasks, &task, &why, &error), ==, APOOL_SOURCE_ROW);
  g_assert_cmpstr (why, ==, fault);
  g_assert_cmpstr (apool_task_get_traits (task)->directory, ==, directory);
  g_assert_false (apool_task_get_traits (task)->owns_directory);
}

static void
test_tasks_directory (void)
{
  g_autofree char *longest = g_strnfill (PATH_MAX - 1, 'd');
  g_autofree char *too_long = g_strnfill (PATH_MAX, 'd');
  const char *const args[] = { "a b", "", "\xff/..", longest, too_long, "...", NULL };
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (ApoolTemplate) directory = test_tasks_parse_text ("{}");
  g_autoptr (ApoolSource) source = apool_source_args_new (args, &test_tasks_lines_format);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (source, command);

  apool_tasks_set_directory (tasks, directory);
  test_tasks_check_directory (tasks, "a b", NULL);
  test_tasks_check_directory (tasks, NULL, "input line 2: --wd: empty name");
  test_tasks_check_directory (tasks, "\xff/..", NULL);
  test_tasks_check_directory (tasks, longest, NULL);
  test_tasks_check_directory (
      tasks, NULL, "input line 5: --wd: name of 4096 bytes: the kernel takes at most 4095");
  test_tasks_check_directory (tasks, "...", NULL);
  test_tasks_check_status (tasks, APOOL_SOURCE_END);
}

static void
test_tasks_directory_with_nul (void)
{
  const char *const words[] = { "echo", "{#}", NULL };
  const ApoolTemplateConfig config = { .shell = APOOL_TEMPLATE_SHELL_AUTO };
  g_autoptr (ApoolSyntax) syntax = apool_syntax_new ();
  g_autoptr (ApoolTemplate) command = apool_template_new (words, syntax, &config, NULL);
  g_autoptr (ApoolTemplate) directory = test_tasks_parse_text ("{}");
  g_auto (ApoolFd) fd = memfd_create ("input", MFD_CLOEXEC);
  g_autoptr (ApoolSource) source = NULL;
  g_autoptr (ApoolTasks) tasks = NULL;

  g_assert_cmpint (pwrite (fd, "a\0b\n", 4, 0), ==, 4);
  source = apool_source_lines_new (fd, &test_tasks_lines_format, "input");
  tasks = apool_tasks_new (source, command);
  apool_tasks_set_directory (tasks, directory);
  test_tasks_check_directory (tasks, NULL,
                              "input line 1: --wd: a NUL byte cannot be part of a name");
}

static void
test_tasks_own_directory (void)
{
  const char *const args[] = { "a", NULL };
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (ApoolSource) source = apool_source_args_new (args, &test_tasks_lines_format);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (source, command);
  g_autoptr (ApoolTask) task = NULL;
  char *why;

  apool_tasks_set_parent (tasks, "/p");
  g_assert_cmpint (apool_tasks_next (tasks, &task, &why, NULL), ==, APOOL_SOURCE_ROW);
  g_assert_cmpstr (apool_task_get_traits (task)->directory, ==, "/p");
  g_assert_true (apool_task_get_traits (task)->owns_directory);
}

static void
test_tasks_no_traits (void)
{
  const char *const args[] = { "3", NULL };
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (ApoolSource) source = apool_source_args_new (args, &test_tasks_lines_format);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (source, command);

  test_tasks_check_traits (tasks, 1, 0, NULL);
}

static void
test_tasks_weight (void)
{
  const char *const args[] = { "3",  " 1000000\t", "x",   "0",   "1000001", "",
                               "-1", "1.5",        "1 1", "007", NULL };
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (ApoolTemplate) weight = test_tasks_parse_text ("{1}");
  g_autoptr (ApoolSource) source = apool_source_args_new (args, &test_tasks_lines_format);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (source, command);

  apool_tasks_set_weight (tasks, weight);
  test_tasks_check_traits (tasks, 3, 0, NULL);
  test_tasks_check_traits (tasks, 1000000, 0, NULL);
  for (int i = 3; i <= 9; i++)
    {
      g_autofree char *fault = g_strdup_printf (
          "input line %d: --weight: '%s': not a whole number from 1 to 1000000", i, args[i - 1]);

      test_tasks_check_traits (tasks, 1, 0, fault);
    }
  test_tasks_check_traits (tasks, 7, 0, NULL);
  test_tasks_check_status (tasks, APOOL_SOURCE_END);
}

static void
test_tasks_long_weight (void)
{
  const char *const args[] = { "\a\nx23456789 123456789 123456789 123456789 123", NULL };
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (ApoolTemplate) weight = test_tasks_parse_text ("{}");
  g_autoptr (ApoolSource) source = apool_source_args_new (args, &test_tasks_nul_format);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (source, command);

  apool_tasks_set_weight (tasks, weight);
  test_tasks_check_traits (tasks, 1, 0,
                           "input line 1: --weight: '?"
                           "?x23456789 123456789 123456789 12345678': "
                           "not a whole number from 1 to 1000000");
}

static void
test_tasks_key (void)
{
  const char *const args[] = { "a", "b", "a", NULL };
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (ApoolTemplate) weight = test_tasks_parse_text ("2");
  g_autoptr (ApoolTemplate) key = test_tasks_parse_text ("<>");
  g_autoptr (ApoolSource) source = apool_source_args_new (args, &test_tasks_lines_format);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (source, command);

  apool_tasks_set_weight (tasks, weight);
  apool_tasks_set_key (tasks, key);
  test_tasks_check_traits (tasks, 2, apool_hash_bytes ("a", 1), NULL);
  test_tasks_check_traits (tasks, 2, apool_hash_bytes ("b", 1), NULL);
  test_tasks_check_traits (tasks, 2, apool_hash_bytes ("a", 1), NULL);
}

static void
test_tasks_tag (void)
{
  static const char *const expected[] = { "1 a:\t", "2 :\t", "3 b\tc:\t" };
  const char *const args[] = { "a", "", "b\tc", NULL };
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (ApoolLabels) labels = apool_labels_new ();
  g_autoptr (ApoolSource) source = apool_source_args_new (args, &test_tasks_lines_format);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (source, command);

  apool_labels_set_tag (labels, "--tagstring", test_tasks_parse_text ("{#} {}:"));
  apool_tasks_set_labels (tasks, labels);
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (ApoolTask) task = NULL;
      g_autofree char *fault = NULL;
      const char *tag;
      gsize length;

      g_assert_cmpint (apool_tasks_next (tasks, &task, &fault, NULL), ==, APOOL_SOURCE_ROW);
      g_assert_null (fault);
      tag = apool_label_get_prefix (apool_task_get_traits (task)->label, &length);
      g_assert_cmpmem (tag, length, expected[i], strlen (expected[i]));
    }
  test_tasks_check_status (tasks, APOOL_SOURCE_END);
}

/* The command does not need what the tag does. */
static void
test_tasks_bad_tag (void)
{
  const char *const words[] = { "echo", "{#}", NULL };
  const char *const args[] = { "x", "7", NULL };
  const ApoolTemplateConfig config = { .shell = APOOL_TEMPLATE_SHELL_AUTO };
  g_autoptr (ApoolSyntax) syntax = apool_syntax_new ();
  g_autoptr (ApoolTemplate) command = apool_template_new (words, syntax, &config, NULL);
  g_autoptr (ApoolLabels) labels = apool_labels_new ();
  g_autoptr (ApoolSource) source = apool_source_args_new (args, &test_tasks_lines_format);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (source, command);
  g_autoptr (ApoolTask) task = NULL;
  g_autofree char *fault = NULL;

  apool_labels_set_tag (labels, "--tagstring", test_tasks_parse_text ("{:%03d}"));
  apool_tasks_set_labels (tasks, labels);
  g_assert_cmpint (apool_tasks_next (tasks, &task, &fault, NULL), ==, APOOL_SOURCE_ROW);
  g_assert_true (g_str_has_prefix (fault, "input line 1: --tagstring: "));
  test_tasks_check_traits (tasks, 1, 0, NULL);
}

static void
test_tasks_title (void)
{
  const char *const args[] = { "a", NULL };
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (ApoolLabels) labels = apool_labels_new ();
  g_autoptr (ApoolSource) source = apool_source_args_new (args, &test_tasks_lines_format);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (source, command);
  g_autoptr (ApoolTask) task = NULL;
  g_autofree char *fault = NULL;
  ApoolLabel *label;
  const char *text;
  gsize length;

  apool_labels_set_title (labels, test_tasks_parse_text ("{#}: {}"));
  apool_labels_set_coloured (labels);
  apool_tasks_set_labels (tasks, labels);
  g_assert_cmpint (apool_tasks_next (tasks, &task, &fault, NULL), ==, APOOL_SOURCE_ROW);
  label = apool_task_get_traits (task)->label;
  text = apool_label_get_title (label, &length);
  g_assert_cmpmem (text, length, "1: a\n", 5);
  text = apool_label_get_prefix (label, &length);
  g_assert_cmpuint (length, ==, APOOL_COLOUR_BYTES - 1);
  g_assert_cmpint (text[0], ==, '\033');
}

static void
test_tasks_bad_title (void)
{
  const char *const args[] = { "x", NULL };
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (ApoolLabels) labels = apool_labels_new ();
  g_autoptr (ApoolSource) source = apool_source_args_new (args, &test_tasks_lines_format);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (source, command);
  g_autoptr (ApoolTask) task = NULL;
  g_autofree char *fault = NULL;

  apool_labels_set_title (labels, test_tasks_parse_text ("{:%03d}"));
  apool_tasks_set_labels (tasks, labels);
  g_assert_cmpint (apool_tasks_next (tasks, &task, &fault, NULL), ==, APOOL_SOURCE_ROW);
  g_assert_true (g_str_has_prefix (fault, "input line 1: --title: "));
}

static void
test_tasks_unread_key (void)
{
  const char *const words[] = { "echo", "{#}", NULL };
  const ApoolTemplateConfig config = { .shell = APOOL_TEMPLATE_SHELL_AUTO };
  g_autoptr (ApoolSyntax) syntax = apool_syntax_new ();
  gsize length = 17 * 1024 * 1024;
  g_autofree char *line = g_strnfill (length, 'x');
  g_auto (ApoolFd) fd = memfd_create ("input", MFD_CLOEXEC);
  g_autoptr (ApoolTemplate) command = apool_template_new (words, syntax, &config, NULL);
  g_autoptr (ApoolTemplate) key = test_tasks_parse_text ("{}");
  g_autoptr (ApoolSource) source = NULL;
  g_autoptr (ApoolTasks) tasks = NULL;

  g_test_summary ("the command does not need the input, the key does, and the input is too long");
  line[length - 1] = '\n';
  g_assert_cmpint (write (fd, line, length), ==, (gssize) length);
  g_assert_cmpint (lseek (fd, 0, SEEK_SET), ==, 0);
  source = apool_source_lines_new (fd, &test_tasks_lines_format, "standard input");
  tasks = apool_tasks_new (source, command);
  apool_tasks_set_key (tasks, key);
  test_tasks_check_traits (tasks, 1, 0,
                           "input line 1: --scheduler: input of 17825791 bytes: too long");
}

static void
test_tasks_pending (void)
{
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (ApoolSource) source = NULL;
  g_autoptr (ApoolTasks) tasks = NULL;
  gboolean ready = FALSE;
  int fds[2];

  g_assert_true (apool_fd_make_pipe (fds, NULL));
  source = apool_source_lines_new (fds[0], &test_tasks_lines_format, "standard input");
  tasks = apool_tasks_new (source, command);
  test_tasks_check_status (tasks, APOOL_SOURCE_PENDING);
  apool_tasks_wait (tasks, context, test_tasks_ready_cb, &ready);
  g_assert_cmpint (write (fds[1], "a\n", 2), ==, 2);
  while (!ready)
    g_main_context_iteration (context, TRUE);
  test_tasks_check_next (tasks, 1, "a", NULL);
  apool_fd_clear (&fds[0]);
  apool_fd_clear (&fds[1]);
}

static void
test_tasks_error (void)
{
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_auto (ApoolFd) fd = open ("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_autoptr (ApoolSource) source =
      apool_source_lines_new (fd, &test_tasks_lines_format, "standard input");
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (source, command);

  test_tasks_check_status (tasks, APOOL_SOURCE_ERROR);
  test_tasks_check_status (tasks, APOOL_SOURCE_END);
}

/* The next task is for @n jobs that are skipped, from @seq on. */
static void
test_tasks_check_skipped (ApoolTasks *tasks, guint64 seq, guint n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTask) task = NULL;
  g_autofree char *fault = NULL;

  g_assert_cmpint (apool_tasks_next (tasks, &task, &fault, &error), ==, APOOL_SOURCE_ROW);
  g_assert_no_error (error);
  g_assert_null (fault);
  g_assert_cmpuint (apool_task_get_seq (task), ==, seq);
  g_assert_cmpuint (apool_task_get_line (task), ==, seq);
  g_assert_true (apool_task_get_traits (task)->is_skipped);
  g_assert_cmpuint (apool_task_get_traits (task)->n_skipped, ==, n);
}

static void
test_tasks_skipped (void)
{
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (FakeSource) source = fake_source_new (6);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (APOOL_SOURCE (source), command);

  fake_source_skip (source, 2, 4);
  fake_source_fault (source, 6, "no number");
  test_tasks_check_next (tasks, 1, "x", NULL);
  test_tasks_check_skipped (tasks, 2, 4);
  test_tasks_check_next (tasks, 6, NULL, "input line 6: no number");
  test_tasks_check_status (tasks, APOOL_SOURCE_END);
}

static void
test_tasks_many_skipped (void)
{
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (FakeSource) source = fake_source_new (APOOL_TASKS_MAX_SKIPPED + 2);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (APOOL_SOURCE (source), command);

  fake_source_skip (source, 1, APOOL_TASKS_MAX_SKIPPED + 2);
  test_tasks_check_skipped (tasks, 1, APOOL_TASKS_MAX_SKIPPED);
  test_tasks_check_skipped (tasks, APOOL_TASKS_MAX_SKIPPED + 1, 2);
  test_tasks_check_status (tasks, APOOL_SOURCE_END);
}

/* What stands behind skipped rows is said once, after them. */
static void
test_tasks_skipped_pending (void)
{
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (FakeSource) source = fake_source_new (5);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (APOOL_SOURCE (source), command);

  fake_source_skip (source, 1, 3);
  fake_source_hold (source);
  fake_source_provide (source, 2);
  test_tasks_check_skipped (tasks, 1, 2);
  test_tasks_check_status (tasks, APOOL_SOURCE_PENDING);
  fake_source_provide (source, 2);
  test_tasks_check_skipped (tasks, 3, 1);
  test_tasks_check_next (tasks, 4, "x", NULL);
  test_tasks_check_status (tasks, APOOL_SOURCE_PENDING);
}

static void
test_tasks_skipped_error (void)
{
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (FakeSource) source = fake_source_new (5);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (APOOL_SOURCE (source), command);

  fake_source_skip (source, 1, 5);
  fake_source_fail_after (source, 2, "unreadable");
  test_tasks_check_skipped (tasks, 1, 2);
  test_tasks_check_status (tasks, APOOL_SOURCE_ERROR);
}

/* A folder with a file "form" in it. */
static char *
test_tasks_make_folder (const char *form)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("apool-tasks-XXXXXX", &error);
  g_autofree char *path = NULL;

  g_assert_no_error (error);
  path = g_build_filename (folder, "form", NULL);
  g_file_set_contents (path, form, -1, &error);
  g_assert_no_error (error);
  return folder;
}

static void
test_tasks_check_file (const char *folder, const char *name, const char *expected)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *contents = NULL;

  g_assert_cmpint (g_file_get_contents (path, &contents, NULL, NULL), ==, expected != NULL);
  g_assert_cmpstr (contents, ==, expected);
  if (expected)
    g_assert_cmpint (unlink (path), ==, 0);
}

static ApoolTaskFiles *
test_tasks_parse_files (const char *folder, const char *name)
{
  g_autofree char *definition = g_strdup_printf ("%s/form=%s/%s", folder, folder, name);
  g_autofree char *text = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  ApoolTaskFiles *files = apool_task_files_new ();

  g_assert_true (apool_task_files_read (definition, &path, &text, &error));
  g_assert_no_error (error);
  apool_task_files_add (files, test_tasks_parse_text (path), test_tasks_parse_text (text));
  return files;
}

static void
test_tasks_files (void)
{
  const char *const args[] = { "a b", "no/such", "c", NULL };
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (ApoolSource) source = apool_source_args_new (args, &test_tasks_lines_format);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (source, command);
  g_autofree char *folder = test_tasks_make_folder ("it's {}: \xff\n{#}");
  g_autoptr (ApoolTaskFiles) files = test_tasks_parse_files (folder, "{}.t");
  g_autofree char *why =
      g_strdup_printf ("input line 2: --tmpl: '%s/no/such.t': cannot be written: ", folder);

  apool_tasks_set_files (tasks, files);
  test_tasks_check_next (tasks, 1, "a b", NULL);
  test_tasks_check_file (folder, "a b.t", "it's a b: \xff\n1");
  test_tasks_check_next (tasks, 2, NULL, why);
  test_tasks_check_next (tasks, 3, "c", NULL);
  test_tasks_check_file (folder, "c.t", "it's c: \xff\n3");
  test_tasks_check_file (folder, "form", "it's {}: \xff\n{#}");
  g_assert_cmpint (rmdir (folder), ==, 0);
}

/* Of what is not run nothing is written. */
static void
test_tasks_files_unrun (void)
{
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (FakeSource) source = fake_source_new (2);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (APOOL_SOURCE (source), command);
  g_autofree char *folder = test_tasks_make_folder ("");
  g_autoptr (ApoolTaskFiles) files = test_tasks_parse_files (folder, "{#}");

  apool_tasks_set_files (tasks, files);
  fake_source_skip (source, 1, 1);
  fake_source_fault (source, 2, "bad");
  test_tasks_check_skipped (tasks, 1, 1);
  test_tasks_check_next (tasks, 2, NULL, "input line 2: bad");
  test_tasks_check_file (folder, "form", "");
  g_assert_cmpint (rmdir (folder), ==, 0);
}

/* What is there is written over, to its end; a FIFO that nobody reads holds nothing up. */
static void
test_tasks_files_existing (void)
{
  const char *const args[] = { "file", "fifo", NULL };
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  g_autoptr (ApoolSource) source = apool_source_args_new (args, &test_tasks_lines_format);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (source, command);
  g_autofree char *folder = test_tasks_make_folder ("new");
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  g_autofree char *fifo = g_build_filename (folder, "fifo", NULL);
  g_autoptr (ApoolTaskFiles) files = test_tasks_parse_files (folder, "{}");

  g_assert_true (g_file_set_contents (file, "old and long", -1, NULL));
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  apool_tasks_set_files (tasks, files);
  test_tasks_check_next (tasks, 1, "file", NULL);
  test_tasks_check_file (folder, "file", "new");
  test_tasks_check_next (tasks, 2, NULL, "input line 2: --tmpl: ");
  g_assert_cmpint (unlink (fifo), ==, 0);
  test_tasks_check_file (folder, "form", "new");
  g_assert_cmpint (rmdir (folder), ==, 0);
}

static void
test_tasks_check_values (ApoolTasks *tasks, const char *expected, gsize length)
{
  g_autoptr (ApoolTask) task = NULL;
  g_autoptr (ApoolTask) copy = NULL;
  g_autofree char *fault = NULL;
  const ApoolValue *values;
  gsize n_values;

  g_assert_cmpint (apool_tasks_next (tasks, &task, &fault, NULL), ==, APOOL_SOURCE_ROW);
  copy = apool_task_new_variant (task, apool_task_get_traits (task));
  values = apool_values_get (apool_task_get_traits (copy)->values, &n_values);
  g_assert_cmpuint (n_values, ==, 1);
  g_assert_cmpmem (values[0].data, values[0].length, expected, length);
}

/* Of any bytes, and also where no command can be made of them. */
static void
test_tasks_values (void)
{
  static const char input[] = "a\0b\n\n\xff\n";
  g_autoptr (ApoolTemplate) command = test_tasks_parse ();
  int fd = memfd_create ("input", MFD_CLOEXEC);
  g_autoptr (ApoolSource) source = NULL;
  g_autoptr (ApoolTasks) tasks = NULL;

  g_assert_cmpint (write (fd, input, sizeof input - 1), ==, sizeof input - 1);
  g_assert_cmpint (lseek (fd, 0, SEEK_SET), ==, 0);
  source = apool_source_lines_new (fd, &test_tasks_lines_format, "input");
  tasks = apool_tasks_new (source, command);
  apool_tasks_set_keeps_values (tasks);
  test_tasks_check_values (tasks, "a\0b", 3);
  test_tasks_check_values (tasks, "", 0);
  test_tasks_check_values (tasks, "\xff", 1);
  test_tasks_check_status (tasks, APOOL_SOURCE_END);
  apool_fd_clear (&fd);
}

static void
test_tasks_check_definition (const char *definition, const char *message)
{
  g_autoptr (GError) error = NULL;
  char *name;
  char *text;

  g_assert_false (apool_task_files_read (definition, &name, &text, &error));
  g_assert_cmpstr (error->message, ==, message);
  g_assert_null (name);
  g_assert_null (text);
}

static void
test_tasks_files_refused (void)
{
  test_tasks_check_definition ("x", "--tmpl: 'x': not of the form FILE=NAME");
  test_tasks_check_definition ("x=", "--tmpl: 'x=': not of the form FILE=NAME");
  test_tasks_check_definition ("=x", "--tmpl: '=x': not of the form FILE=NAME");
  test_tasks_check_definition ("/no/such=x", "--tmpl: '/no/such': No such file or directory");
  test_tasks_check_definition ("/=x", "--tmpl: '/': Is a directory");
  test_tasks_check_definition ("/proc/self/cmdline=x",
                               "--tmpl: '/proc/self/cmdline': the file holds a NUL byte");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tasks/numbers", test_tasks_numbers);
  g_test_add_func ("/tasks/faults", test_tasks_faults);
  g_test_add_func ("/tasks/skips-bad", test_tasks_skips_bad);
  g_test_add_func ("/tasks/nul", test_tasks_nul);
  g_test_add_func ("/tasks/skipped", test_tasks_skipped);
  g_test_add_func ("/tasks/many-skipped", test_tasks_many_skipped);
  g_test_add_func ("/tasks/skipped-pending", test_tasks_skipped_pending);
  g_test_add_func ("/tasks/skipped-error", test_tasks_skipped_error);
  g_test_add_func ("/tasks/no-traits", test_tasks_no_traits);
  g_test_add_func ("/tasks/printed", test_tasks_printed);
  g_test_add_func ("/tasks/directory", test_tasks_directory);
  g_test_add_func ("/tasks/directory-with-nul", test_tasks_directory_with_nul);
  g_test_add_func ("/tasks/own-directory", test_tasks_own_directory);
  g_test_add_func ("/tasks/weight", test_tasks_weight);
  g_test_add_func ("/tasks/long-weight", test_tasks_long_weight);
  g_test_add_func ("/tasks/key", test_tasks_key);
  g_test_add_func ("/tasks/tag", test_tasks_tag);
  g_test_add_func ("/tasks/bad-tag", test_tasks_bad_tag);
  g_test_add_func ("/tasks/title", test_tasks_title);
  g_test_add_func ("/tasks/bad-title", test_tasks_bad_title);
  g_test_add_func ("/tasks/unread-key", test_tasks_unread_key);
  g_test_add_func ("/tasks/values", test_tasks_values);
  g_test_add_func ("/tasks/files", test_tasks_files);
  g_test_add_func ("/tasks/files-unrun", test_tasks_files_unrun);
  g_test_add_func ("/tasks/files-existing", test_tasks_files_existing);
  g_test_add_func ("/tasks/files-refused", test_tasks_files_refused);
  g_test_add_func ("/tasks/pending", test_tasks_pending);
  g_test_add_func ("/tasks/error", test_tasks_error);
  return g_test_run ();
}
