/* SPDX-License-Identifier: MIT */
/*
 * Runs: starting apool, talking to it, how it ended. Folders, FIFOs and the look at other processes
 * are in e2e-files.c and e2e-processes.c, what tests about workers share in e2e-stage.c.
 *
 * Standard input and output are pipes, standard error is an unlinked file, so that a test which
 * reads the one cannot be blocked by the other. The environment is the caller's, without what
 * would change the meaning of a command line, and with sh as the jobs' shell.
 */

#include "e2e.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* So much of what a program says goes into the log. */
#define MAX_SHOWN_BYTES 1000

/* The options of whoever runs the tests are not for them. */
static void
e2e_forget_profiles (void)
{
  const char *const variables[] = { "APOOL", "PARALLEL", "PARALLEL_HOME" };

  for (gsize i = 0; i < G_N_ELEMENTS (variables); i++)
    g_unsetenv (variables[i]);
  g_setenv ("XDG_CONFIG_HOME", "/dev/null", TRUE);
  g_setenv ("XDG_CONFIG_DIRS", "/dev/null", TRUE);
}

/**
 * e2e_main:
 * @argc: of main()
 * @argv: of main()
 * @add_tests: adds them
 *
 * Returns: the status for main() to return
 */
int
e2e_main (int argc, char **argv, void (*add_tests) (void))
{
  g_test_init (&argc, &argv, NULL);
  e2e_forget_profiles ();
  /* Who runs the tests under nohup does not mean what is tested. */
  (void) signal (SIGHUP, SIG_DFL);
  /* Writing to an apool that has ended must fail, not kill the test. */
  (void) signal (SIGPIPE, SIG_IGN);
  add_tests ();
  return g_test_run ();
}

static const char *
e2e_require_env (const char *name)
{
  const char *value = g_getenv (name);

  if (value == NULL)
    g_error ("%s is not set: run this through meson test", name);
  return value;
}

/**
 * e2e_apool:
 *
 * Returns: the path of the program under test
 */
const char *
e2e_apool (void)
{
  return e2e_require_env ("APOOL_PROGRAM");
}

/**
 * e2e_testprog:
 *
 * Returns: the path of the jobs' helper program
 */
const char *
e2e_testprog (void)
{
  return e2e_require_env ("APOOL_TESTPROG");
}

/**
 * e2e_is_sanitized:
 *
 * Returns: whether apool was built with a sanitizer, which makes it slow and large: tests of size
 *   then take less of it, and do not measure memory
 */
gboolean
e2e_is_sanitized (void)
{
  return g_strcmp0 (g_getenv ("APOOL_TEST_SANITIZED"), "1") == 0;
}

/**
 * e2e_is_large:
 *
 * Returns: whether APOOL_TEST_LARGE=1 asks for tests of size in their full size
 */
gboolean
e2e_is_large (void)
{
  return g_strcmp0 (g_getenv ("APOOL_TEST_LARGE"), "1") == 0;
}

/**
 * e2e_forgo_leaks:
 *
 * From now on nobody looks for leaks. What does that at the end of a worker stops it by a process
 * that traces it. Where the manager was killed, that one now and then waits for ever, and is what
 * is left then. All other tests look for leaks.
 */
void
e2e_forgo_leaks (void)
{
  const char *options = g_getenv ("ASAN_OPTIONS");
  g_autofree char *changed = g_strconcat (options ? options : "", ":detect_leaks=0", NULL);

  if (e2e_is_sanitized ())
    g_setenv ("ASAN_OPTIONS", changed, TRUE);
}

static char **
e2e_make_environment (const char *mark)
{
  static const char *const unwanted[] = { "APOOL",     "PARALLEL", "PARALLEL_SHELL",  "BASH_ENV",
                                          "ENV",       "TMPDIR",   "MALLOC_PERTURB_", "MAKEFLAGS",
                                          "MAKELEVEL", "MFLAGS" };
  char **environment = g_get_environ ();

  for (gsize i = 0; i < G_N_ELEMENTS (unwanted); i++)
    environment = g_environ_unsetenv (environment, unwanted[i]);
  environment = g_environ_setenv (environment, "APOOL_E2E_MARK", mark, TRUE);
  environment = g_environ_setenv (environment, "APOOL_SHELL", "/bin/sh", TRUE);
  environment = g_environ_setenv (environment, "LC_ALL", "C", TRUE);
  environment = g_environ_setenv (environment, "XDG_CONFIG_HOME", "/dev/null/none", TRUE);
  return environment;
}

/* Between fork and exec: what the test's caller ignores or blocks is not the test's subject; and
 * apool does not outlive a test that aborts. It tells its number itself, by the pipe @data: when
 * it ends at once, GSubprocess has forgotten the number before it can be asked. */
static void
e2e_child_setup (gpointer data)
{
  static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM };
  const pid_t pid = getpid ();
  sigset_t none;

  if (write (GPOINTER_TO_INT (data), &pid, sizeof pid) != sizeof pid)
    _exit (125);
  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    (void) signal (signals[i], SIG_DFL);
  (void) sigemptyset (&none);
  (void) sigprocmask (SIG_SETMASK, &none, NULL);
  (void) prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static int
e2e_open_unlinked (void)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("apool-e2e-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_assert_no_errno (unlink (path));
  return fd;
}

/* Standard error goes to @err_fd, or to where it is read at the end where that is -1. */
static E2eRun *
e2e_spawn_said (const char *const *argv, int err_fd)
{
  static guint n_runs;
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) environment = NULL;
  E2eRun *run = g_new0 (E2eRun, 1);
  int pid_pipe[2];

  g_assert_no_errno (pipe2 (pid_pipe, O_CLOEXEC));
  run->mark = g_strdup_printf ("%d-%u-%08x", (int) getpid (), ++n_runs, g_random_int ());
  run->read = g_byte_array_new ();
  run->err_fd = e2e_open_unlinked ();
  environment = e2e_make_environment (run->mark);
  launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_subprocess_launcher_set_environ (launcher, environment);
  g_subprocess_launcher_set_child_setup (launcher, e2e_child_setup, GINT_TO_POINTER (pid_pipe[1]),
                                         NULL);
  g_subprocess_launcher_take_stderr_fd (
      launcher, fcntl (err_fd >= 0 ? err_fd : run->err_fd, F_DUPFD_CLOEXEC, 3));
  run->process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  g_assert_cmpint (read (pid_pipe[0], &run->pid, sizeof run->pid), ==, sizeof run->pid);
  (void) close (pid_pipe[0]);
  (void) close (pid_pipe[1]);
  return run;
}

static E2eRun *
e2e_spawn (const char *const *argv)
{
  return e2e_spawn_said (argv, -1);
}

static char *
e2e_read_errors (E2eRun *run)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char buffer[4096];
  off_t offset = 0;
  gssize n;

  while ((n = pread (run->err_fd, buffer, sizeof buffer, offset)) > 0)
    {
      g_string_append_len (text, buffer, n);
      offset += n;
    }
  g_assert_cmpint (n, ==, 0);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* The leak checker looks at all threads when a program ends, and says so of one that is ending at
 * that moment. That is no fault of the program, and nothing that it wrote. */
static void
e2e_drop_sanitizer_warnings (E2eRun *run)
{
  g_autoptr (GRegex) warning =
      g_regex_new ("^==\\d+==Unable to get registers from thread \\d+\\.\n",
                   G_REGEX_MULTILINE | G_REGEX_RAW, 0, NULL);
  char *rest = g_regex_replace_literal (warning, run->err, -1, 0, "", 0, NULL);

  g_assert_nonnull (rest);
  g_free (run->err);
  run->err = rest;
}

/* Into the test's log, which takes no bytes that are no UTF-8, and breaks lines that are long. */
static void
e2e_show_errors (E2eRun *run)
{
  g_autofree char *shown = g_strndup (run->err, MAX_SHOWN_BYTES);
  g_autofree char *text = g_strescape (shown, NULL);

  if (*text != '\0')
    g_test_message ("standard error: %s", text);
}

/* Standard output has been read to its end. */
static void
e2e_conclude (E2eRun *run)
{
  g_autoptr (GError) error = NULL;

  e2e_wait_process (run->pid);
  (void) g_subprocess_wait (run->process, NULL, &error);
  g_assert_no_error (error);
  run->status = -1;
  if (g_subprocess_get_if_exited (run->process))
    run->status = g_subprocess_get_exit_status (run->process);
  else
    run->signal = g_subprocess_get_term_sig (run->process);
  run->out_length = run->read->len;
  g_byte_array_append (run->read, (const guint8 *) "", 1);
  run->out = (char *) g_byte_array_free (g_steal_pointer (&run->read), FALSE);
  run->err = e2e_read_errors (run);
  if (e2e_is_sanitized ())
    e2e_drop_sanitizer_warnings (run);
  e2e_show_errors (run);
}

static void
e2e_read_rest (E2eRun *run)
{
  char buffer[1 << 14];
  gsize n;

  while ((n = e2e_read (run, buffer, sizeof buffer)) > 0)
    g_byte_array_append (run->read, (const guint8 *) buffer, (guint) n);
}

typedef struct
{
  GOutputStream *stream;
  GBytes *input;
} E2eFeed;

/* An apool that ends before it has read its input is a result, not a fault of the test. */
static gpointer
e2e_feed_thread (gpointer data)
{
  E2eFeed *feed = data;
  gsize length;
  const void *bytes = g_bytes_get_data (feed->input, &length);

  (void) g_output_stream_write_all (feed->stream, bytes, length, NULL, NULL, NULL);
  (void) g_output_stream_close (feed->stream, NULL, NULL);
  return NULL;
}

/* Feeds @input and reads standard output at the same time: neither may wait for the other. */
static void
e2e_communicate (E2eRun *run, GBytes *input)
{
  E2eFeed feed = { g_subprocess_get_stdin_pipe (run->process), input };
  GThread *thread = g_thread_new ("feed", e2e_feed_thread, &feed);

  e2e_read_rest (run);
  (void) g_thread_join (thread);
  e2e_conclude (run);
}

static char **
e2e_collect_args (const char *program, const char *first, va_list rest)
{
  g_autoptr (GPtrArray) args = g_ptr_array_new ();

  g_ptr_array_add (args, g_strdup (program));
  for (const char *arg = first; arg != NULL; arg = va_arg (rest, const char *))
    g_ptr_array_add (args, g_strdup (arg));
  g_ptr_array_add (args, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&args), FALSE);
}

/**
 * e2e_run:
 * @input: for its standard input
 * @...: apool's arguments, %NULL at the end
 *
 * Runs apool to its end.
 *
 * Returns: (transfer full): how it went
 */
E2eRun *
e2e_run (const char *input, ...)
{
  g_autoptr (GBytes) bytes = g_bytes_new (input, strlen (input));
  g_auto (GStrv) args = NULL;
  E2eRun *run;
  va_list rest;

  va_start (rest, input);
  args = e2e_collect_args (e2e_apool (), va_arg (rest, const char *), rest);
  va_end (rest);
  run = e2e_spawn ((const char *const *) args);
  e2e_communicate (run, bytes);
  return run;
}

/**
 * e2e_run_bytes:
 * @input: for its standard input
 * @args: apool's arguments, %NULL-terminated
 *
 * Runs apool to its end.
 *
 * Returns: (transfer full): how it went
 */
E2eRun *
e2e_run_bytes (GBytes *input, const char *const *args)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  E2eRun *run;

  g_ptr_array_add (argv, (gpointer) e2e_apool ());
  for (; *args != NULL; args++)
    g_ptr_array_add (argv, (gpointer) *args);
  g_ptr_array_add (argv, NULL);
  run = e2e_spawn ((const char *const *) argv->pdata);
  e2e_communicate (run, input);
  return run;
}

/**
 * e2e_shell:
 * @input: for its standard input
 * @script: for bash; $1 is apool, $2 is the jobs' helper program
 *
 * Runs a script to its end.
 *
 * Returns: (transfer full): how it went
 */
E2eRun *
e2e_shell (const char *input, const char *script)
{
  g_autoptr (GBytes) bytes = g_bytes_new (input, strlen (input));
  E2eRun *run = e2e_start_shell (script);

  e2e_communicate (run, bytes);
  return run;
}

/**
 * e2e_start:
 * @first: the first of apool's arguments
 * @...: the others, %NULL at the end
 *
 * Starts apool; its standard input stays open until e2e_close_input() or e2e_finish().
 *
 * Returns: (transfer full): the run
 */
E2eRun *
e2e_start (const char *first, ...)
{
  g_auto (GStrv) args = NULL;
  va_list rest;

  va_start (rest, first);
  args = e2e_collect_args (e2e_apool (), first, rest);
  va_end (rest);
  return e2e_spawn ((const char *const *) args);
}

/**
 * e2e_start_shell:
 * @script: as for e2e_shell()
 *
 * Starts a script as e2e_start() starts apool.
 *
 * Returns: (transfer full): the run
 */
E2eRun *
e2e_start_shell (const char *script)
{
  const char *argv[] = { "bash", "-c", script, "bash", e2e_apool (), e2e_testprog (), NULL };

  return e2e_spawn (argv);
}

/**
 * e2e_start_said:
 * @errors: where its standard error goes, so that it can be read while it runs
 * @first: the first of apool's arguments
 * @...: the others, %NULL at the end
 *
 * Starts apool as e2e_start() does.
 *
 * Returns: (transfer full): the run; its @err stays empty
 */
E2eRun *
e2e_start_said (E2eFifo *errors, const char *first, ...)
{
  g_auto (GStrv) args = NULL;
  va_list rest;

  va_start (rest, first);
  args = e2e_collect_args (e2e_apool (), first, rest);
  va_end (rest);
  return e2e_spawn_said ((const char *const *) args, errors->fd);
}

/**
 * e2e_run_free:
 * @run: (transfer full): it; ended if it runs still
 */
void
e2e_run_free (E2eRun *run)
{
  g_subprocess_force_exit (run->process);
  g_clear_object (&run->process);
  g_clear_pointer (&run->read, g_byte_array_unref);
  (void) close (run->err_fd);
  g_free (run->mark);
  g_free (run->out);
  g_free (run->err);
  g_free (run);
}

/**
 * e2e_write:
 * @run: it
 * @text: for its standard input
 */
void
e2e_write (E2eRun *run, const char *text)
{
  g_autoptr (GError) error = NULL;

  (void) g_output_stream_write_all (g_subprocess_get_stdin_pipe (run->process), text, strlen (text),
                                    NULL, NULL, &error);
  g_assert_no_error (error);
}

/**
 * e2e_close_input:
 * @run: it
 */
void
e2e_close_input (E2eRun *run)
{
  (void) g_output_stream_close (g_subprocess_get_stdin_pipe (run->process), NULL, NULL);
}

/**
 * e2e_close_output:
 * @run: it
 *
 * Closes the reading end of its standard output.
 */
void
e2e_close_output (E2eRun *run)
{
  (void) g_input_stream_close (g_subprocess_get_stdout_pipe (run->process), NULL, NULL);
}

static gboolean
e2e_poll_output (E2eRun *run, int msec)
{
  GInputStream *stream = g_subprocess_get_stdout_pipe (run->process);
  struct pollfd pollfd = { .fd = g_unix_input_stream_get_fd (G_UNIX_INPUT_STREAM (stream)),
                           .events = POLLIN };
  int n;

  do
    n = poll (&pollfd, 1, msec);
  while (n < 0 && errno == EINTR);
  g_assert_cmpint (n, >=, 0);
  return n > 0;
}

/**
 * e2e_is_readable:
 * @run: it
 *
 * Returns: whether there is something on its standard output now, its end included
 */
gboolean
e2e_is_readable (E2eRun *run)
{
  return e2e_poll_output (run, 0);
}

/**
 * e2e_read:
 * @run: it
 * @buffer: where to put what it wrote; this is not added to @out
 * @length: at most so many bytes
 *
 * Returns: how many bytes came, 0 at the end
 */
gsize
e2e_read (E2eRun *run, char *buffer, gsize length)
{
  g_autoptr (GError) error = NULL;
  gssize n;

  if (!e2e_poll_output (run, E2E_DEADLINE_MSEC))
    g_error ("apool wrote nothing: its standard error: %s", e2e_read_errors (run));
  n = g_input_stream_read (g_subprocess_get_stdout_pipe (run->process), buffer, length, NULL,
                           &error);
  g_assert_no_error (error);
  return (gsize) n;
}

/**
 * e2e_read_line:
 * @run: it
 *
 * Returns: (transfer full): the next line of its standard output without the newline, or what
 *   came before the end; not added to @out
 */
char *
e2e_read_line (E2eRun *run)
{
  g_autoptr (GString) line = g_string_new (NULL);
  char byte;

  while (e2e_read (run, &byte, 1) == 1 && byte != '\n')
    g_string_append_c (line, byte);
  return g_string_free (g_steal_pointer (&line), FALSE);
}

/**
 * e2e_kill:
 * @run: it
 * @signal_number: sent to its first process alone
 */
void
e2e_kill (E2eRun *run, int signal_number)
{
  g_subprocess_send_signal (run->process, signal_number);
}

/**
 * e2e_finish:
 * @run: it
 *
 * Closes its standard input, reads the rest of its standard output and waits for its end.
 */
void
e2e_finish (E2eRun *run)
{
  e2e_close_input (run);
  if (!g_input_stream_is_closed (g_subprocess_get_stdout_pipe (run->process)))
    e2e_read_rest (run);
  e2e_conclude (run);
}

/**
 * e2e_count:
 * @text: any
 * @part: not empty
 *
 * Returns: how often @part is in @text
 */
guint
e2e_count (const char *text, const char *part)
{
  guint n = 0;

  for (const char *at = strstr (text, part); at != NULL; at = strstr (at + strlen (part), part))
    n++;
  return n;
}
