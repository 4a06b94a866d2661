/* SPDX-License-Identifier: MIT */
/* A warm shell without a worker: which shells can be one, what they are told of a job, and that a
 * job is a child of this process with all that one has that is executed. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "worker/apool-warm-call.h"
#include "worker/apool-warm-protocol.h"

/* Returns the parts of what a shell is told: mark, preparation, text; or %NULL. */
static char **
test_warm_call (const char *line, const char *const *variables, const char *directory)
{
  static char *const COMMON[] = { NULL };
  const ApoolWarmJob job = { .line = line,
                             .variables = (char *const *) variables,
                             .n_variables = g_strv_length ((char **) variables),
                             .common = COMMON,
                             .directory = directory };
  g_autoptr (GString) call = g_string_new ("rest");
  ApoolWarmCall header;
  const char *parts = call->str;
  char **texts;

  if (!apool_warm_call_make (call, &job, TRUE))
    return NULL;
  memcpy (&header, call->str, sizeof header);
  parts = call->str + sizeof header;
  g_assert_cmpuint (call->len, ==,
                    sizeof header + header.mark_length + header.prepare_length +
                        header.text_length + 3);
  texts = g_new0 (char *, 4);
  texts[0] = g_strdup (parts);
  texts[1] = g_strdup (parts + header.mark_length + 1);
  texts[2] = g_strdup (parts + header.mark_length + header.prepare_length + 2);
  return texts;
}

static void
test_warm_check_text (const char *line, const char *expected)
{
  static const char *const VARIABLES[] = { "A=1", NULL };
  g_auto (GStrv) parts = test_warm_call (line, VARIABLES, NULL);

  g_assert_nonnull (parts);
  g_assert_cmpstr (parts[2], ==, expected);
}

/* A program that is all there is to do takes the shell's place, as with `bash -c`. */
static void
test_warm_replaces (void)
{
  g_autofree char *old_path = g_strdup (g_getenv ("PATH"));

  g_setenv ("PATH", "/no-such-dir:/bin", TRUE);
  test_warm_check_text ("sleep 'a b'", "_=/bin/sleep exec sleep 'a b'");
  test_warm_check_text (" /bin/sh -c \"a; $b\" \\; *",
                        "_=/bin/sh exec  /bin/sh -c \"a; $b\" \\; *");
  test_warm_check_text ("sleep", "_=/bin/sleep exec sleep");
  test_warm_check_text ("sleep \"${a_1}\" ${b}c $d $",
                        "_=/bin/sleep exec sleep \"${a_1}\" ${b}c $d $");
  for (const char *const *line = (const char *const[]){ "sleep 1; a",
                                                        "sleep 1 | a",
                                                        "sleep 1 &",
                                                        "sleep 1 > a",
                                                        "sleep $(a)",
                                                        "sleep \"`a`\"",
                                                        "sleep 1 # a",
                                                        "sleep 1\na",
                                                        "sleep 'a",
                                                        "sleep \"a",
                                                        "sleep $'a'",
                                                        "sleep $[1]",
                                                        "sleep \"${a#'\"'}\"",
                                                        "sleep \"${a:-\"it's\"}\"",
                                                        "sleep ${a:-1}",
                                                        "sleep ${a",
                                                        "sleep ${}",
                                                        "a=b sleep 1",
                                                        "'sleep' 1",
                                                        "echo 1",
                                                        "if a",
                                                        "exit 3",
                                                        "no-such-program 1",
                                                        "/no-such-dir/a b",
                                                        "/usr a",
                                                        "../../bin/sh a",
                                                        "",
                                                        "{ sleep 1; }",
                                                        "sleep(1)",
                                                        "$a",
                                                        NULL };
       *line; line++)
    test_warm_check_text (*line, *line);
  g_setenv ("PATH", "/bin:.", TRUE);
  test_warm_check_text ("sleep", "sleep");
  g_setenv ("PATH", old_path, TRUE);
}

static void
test_warm_variables (void)
{
  static const char *const VARIABLES[] = { "APOOL_JOB=r.1.1", "B=it's", "PWD=/usr", NULL };
  g_auto (GStrv) parts = NULL;

  g_unsetenv ("OLDPWD");
  parts = test_warm_call ("a", VARIABLES, "/usr");
  g_assert_nonnull (parts);
  g_assert_cmpstr (parts[0], ==, "r.1.1");
  g_assert_true (g_str_has_prefix (parts[1], "export APOOL_JOB='r.1.1' B='it'\\''s'; RANDOM=") ||
                 g_str_has_prefix (parts[1], "export APOOL_JOB=r.1.1 B="));
  g_assert_nonnull (strstr (parts[1], "unset OLDPWD"));
  g_assert_null (strstr (parts[1], "PWD='/usr'"));
  for (const char *const *name =
           (const char *const[]){ "IFS=a", "BASH_ENV=a", "1a=b", "a-b=c", "UID=1", "=a", "a", "_=a",
                                  "RANDOM=1", "PWD=/", "BASH_FUNC_f%%=() { a; }", NULL };
       *name; name++)
    {
      const char *const special[] = { *name, NULL };

      g_assert_null (test_warm_call ("a", special, NULL));
    }
}

static void
test_warm_too_long (void)
{
  static const char *const VARIABLES[] = { NULL };
  g_autofree char *line = g_strnfill (APOOL_WARM_MAX_TEXT, 'a');
  g_autofree char *longer = g_strnfill (APOOL_WARM_MAX_TEXT + 1, 'a');
  g_auto (GStrv) parts = test_warm_call (line, VARIABLES, NULL);

  g_assert_nonnull (parts);
  g_assert_null (test_warm_call (longer, VARIABLES, NULL));
}

static void
test_warm_shells (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *bash = g_find_program_in_path ("bash");

  g_assert_true (apool_warm_shell_check (bash, &error));
  g_assert_no_error (error);
  g_assert_false (apool_warm_shell_check ("/bin/cat", &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_false (apool_warm_shell_check ("bash", &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
}

/* ---- with a real one ---- */

typedef struct
{
  ApoolWarmShell *shell;
  int fds[2]; /* what jobs write to */
  int null_fd;
} TestWarm;

static void
test_warm_set_up (TestWarm *self, gconstpointer name)
{
  g_autofree char *path = g_find_program_in_path (name);
  g_autoptr (GError) error = NULL;

  self->shell = apool_warm_shell_new (path);
  self->null_fd = open ("/dev/null", O_RDWR | O_CLOEXEC);
  g_assert_true (apool_fd_make_pipe (self->fds, &error));
}

static void
test_warm_tear_down (TestWarm *self, gconstpointer name)
{
  apool_warm_shell_free (self->shell);
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1); /* nobody is left */
  apool_fd_clear (&self->fds[0]);
  apool_fd_clear (&self->fds[1]);
  apool_fd_clear (&self->null_fd);
}

static pid_t
test_warm_start (TestWarm *self, const char *line)
{
  static char *const VARIABLES[] = { (char *) "APOOL_JOB=r.1.1", (char *) "V=v", NULL };
  sigset_t signals;
  ApoolChildSpec spec = { .parent = getpid (),
                          .stdin_fd = -1,
                          .stdout_fd = self->fds[1],
                          .stderr_fd = self->null_fd,
                          .directory_fd = -1,
                          .default_signals = &signals,
                          .terminal_fd = -1 };
  const ApoolWarmJob job = {
    .line = line, .variables = VARIABLES, .n_variables = 2, .common = environ
  };

  apool_child_get_ignored_signals (&signals);
  return apool_warm_shell_start_job (self->shell, &spec, &job);
}

/* Runs it to its end, and checks what it has written and how it has ended. */
static void
test_warm_run (TestWarm *self, const char *line, const char *expected, int expected_status)
{
  pid_t pid = test_warm_start (self, line);
  char buffer[256];
  gssize got;
  int status;

  g_assert_cmpint (pid, >, 0);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmphex ((guint) status, ==, (guint) expected_status);
  got = read (self->fds[0], buffer, sizeof buffer - 1);
  buffer[MAX (got, 0)] = '\0';
  g_assert_cmpstr (buffer, ==, expected);
}

static void
test_warm_jobs (TestWarm *self, gconstpointer name)
{
  test_warm_run (self, "echo $V; exit 7", "v\n", 7 << 8);
  test_warm_run (self, "V=other; trap 'echo bye' EXIT; set -e; false", "bye\n", 1 << 8);
  test_warm_run (self, "echo $V; )", "", 2 << 8);
  test_warm_run (self, "echo $V; kill -9 $$", "v\n", SIGKILL);
  test_warm_run (self, "test $(cut -d' ' -f5 /proc/$$/stat) = $$ && echo leads", "leads\n", 0);
}

/* One that is killed is of no use for the next job, and started again for that after it; at once
 * where it has been reaped. */
static void
test_warm_dies (TestWarm *self, gconstpointer name)
{
  pid_t pid;

  test_warm_run (self, "echo a", "a\n", 0);
  pid = apool_warm_shell_get_pid (self->shell);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  g_assert_cmpint (test_warm_start (self, "echo b"), ==, 0);
  g_assert_cmpint (apool_warm_shell_get_pid (self->shell), ==, 0);
  test_warm_run (self, "echo c", "c\n", 0);
  pid = apool_warm_shell_get_pid (self->shell);
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
  g_assert_false (apool_warm_shell_reaped (self->shell, pid + 1));
  g_assert_true (apool_warm_shell_reaped (self->shell, pid));
  test_warm_run (self, "echo d", "d\n", 0);
}

/* One that does not answer is done without, and the job does not run twice. */
static void
test_warm_hangs (TestWarm *self, gconstpointer name)
{
  pid_t pid;
  char byte;

  test_warm_run (self, "echo a", "a\n", 0);
  pid = apool_warm_shell_get_pid (self->shell);
  g_assert_cmpint (kill (pid, SIGSTOP), ==, 0);
  g_assert_cmpint (waitpid (pid, NULL, WUNTRACED), ==, pid);
  g_assert_cmpint (test_warm_start (self, "echo b"), ==, 0);
  g_assert_cmpint (waitpid (-1, NULL, 0), ==, -1);
  g_assert_cmpint (read (self->fds[0], &byte, 1), <, 0);
}

/* Where the files that hold a job cannot be made, as where the user's pipes are short, that is said
 * before it begins. */
static void
test_warm_no_files (TestWarm *self, gconstpointer name)
{
  struct rlimit before;
  struct rlimit few;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &before), ==, 0);
  test_warm_run (self, "echo a", "a\n", 0);
  few = before;
  for (few.rlim_cur = 12; few.rlim_cur >= 3; few.rlim_cur--)
    {
      pid_t pid;
      int status = 0;

      g_assert_cmpint (prlimit (apool_warm_shell_get_pid (self->shell), RLIMIT_NOFILE, &few, NULL),
                       ==, 0);
      pid = test_warm_start (self, "exit 0");
      g_assert_cmpint (pid, >=, 0);
      g_assert_cmpint (pid, ==, pid > 0 ? waitpid (pid, &status, 0) : 0);
      g_assert_cmphex ((guint) status, ==, 0);
    }
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, 0);
}

static void
test_warm_add (const char *name, void (*func) (TestWarm *self, gconstpointer name))
{
  static const char *const SHELLS[] = { "bash", "dash" };

  for (gsize i = 0; i < G_N_ELEMENTS (SHELLS); i++)
    {
      g_autofree char *path = g_strdup_printf ("/warm-shell/%s/%s", name, SHELLS[i]);

      g_test_add (path, TestWarm, SHELLS[i], test_warm_set_up, func, test_warm_tear_down);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/warm-shell/replaces", test_warm_replaces);
  g_test_add_func ("/warm-shell/variables", test_warm_variables);
  g_test_add_func ("/warm-shell/too-long", test_warm_too_long);
  g_test_add_func ("/warm-shell/shells", test_warm_shells);
  test_warm_add ("jobs", test_warm_jobs);
  test_warm_add ("dies", test_warm_dies);
  test_warm_add ("hangs", test_warm_hangs);
  test_warm_add ("no-files", test_warm_no_files);
  return g_test_run ();
}
