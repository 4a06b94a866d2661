/* SPDX-License-Identifier: MIT */
/* Processes that are no jobs. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "base/apool-io.h"
#include "base/apool-subprocess.h"

/* A shell that runs a command, and the pipe it writes to. */
typedef struct
{
  ApoolSubprocess *process;
  ApoolFd out;
  gboolean has_ended;
} TestShell;

static void
test_shell_ended_cb (gpointer data)
{
  ((TestShell *) data)->has_ended = TRUE;
}

static void
test_shell_start (TestShell *shell, const char *command, ApoolSubprocessConfig config)
{
  const char *const argv[] = { "/bin/sh", "-c", command, NULL };
  g_autoptr (GError) error = NULL;
  int fds[2];

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  config.argv = argv;
  config.stdout_fd = config.is_silent ? -1 : fds[1];
  shell->process = apool_subprocess_start (&config, &error);
  g_assert_no_error (error);
  shell->out = fds[0];
  g_assert_cmpint (close (fds[1]), ==, 0);
}

/* Returns: (transfer full): all that it writes */
static char *
test_shell_read (TestShell *shell)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char block[256];
  gssize n;

  while ((n = read (shell->out, block, sizeof block)) > 0)
    g_string_append_len (text, block, n);
  g_assert_cmpint (n, ==, 0);
  apool_fd_clear (&shell->out);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_shell_wait (TestShell *shell)
{
  g_autoptr (GMainContext) context = g_main_context_new ();

  apool_subprocess_watch (shell->process, context, test_shell_ended_cb, shell);
  while (!shell->has_ended)
    (void) g_main_context_iteration (context, TRUE);
  g_assert_cmpint (apool_subprocess_get_pid (shell->process), ==, 0);
}

static void
test_subprocess_ends (void)
{
  TestShell shell = { 0 };
  g_autofree char *text = NULL;

  test_shell_start (&shell, "cat; echo done; exit 7", (ApoolSubprocessConfig){ .stdin_fd = -1 });
  text = test_shell_read (&shell);
  test_shell_wait (&shell);
  g_assert_cmpstr (text, ==, "done\n");
  g_assert_cmpint (apool_subprocess_get_signal (shell.process), ==, 0);
  g_assert_cmpint (apool_subprocess_get_status (shell.process), ==, 7);
  apool_subprocess_kill (shell.process);
  apool_subprocess_free (shell.process);
}

static void
test_subprocess_killed (void)
{
  TestShell shell = { 0 };
  g_autofree char *text = NULL;
  int fds[2];

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  test_shell_start (&shell, "exec cat", (ApoolSubprocessConfig){ .stdin_fd = fds[0] });
  apool_subprocess_kill (shell.process);
  text = test_shell_read (&shell);
  test_shell_wait (&shell);
  g_assert_cmpstr (text, ==, "");
  g_assert_cmpint (apool_subprocess_get_signal (shell.process), ==, SIGKILL);
  apool_subprocess_free (shell.process);
  g_assert_cmpint (close (fds[0]), ==, 0);
  g_assert_cmpint (close (fds[1]), ==, 0);
}

/* One end of a socket pair may be both. */
static void
test_subprocess_one_descriptor (void)
{
  const char *const argv[] = { "/bin/sh", "-c", "read -r line; echo \"<$line>\"", NULL };
  ApoolSubprocessConfig config = { .argv = argv };
  TestShell shell = { 0 };
  g_autofree char *text = NULL;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  config.stdin_fd = fds[1];
  config.stdout_fd = fds[1];
  shell.process = apool_subprocess_start (&config, NULL);
  g_assert_nonnull (shell.process);
  g_assert_cmpint (close (fds[1]), ==, 0);
  g_assert_true (apool_io_write_all (fds[0], "hello\n", 6, NULL));
  shell.out = fds[0];
  text = test_shell_read (&shell);
  g_assert_cmpstr (text, ==, "<hello>\n");
  test_shell_wait (&shell);
  apool_subprocess_free (shell.process);
}

/* Only who asks for them gets our descriptors, and nobody those that are close-on-exec. */
static void
test_subprocess_descriptors (void)
{
  static const char *const expected[] = { "no\n", "yes\n" };
  g_auto (ApoolFd) fd = open ("/dev/null", O_RDONLY);
  g_autofree char *command = g_strdup_printf ("test -e /proc/$$/fd/%d && echo yes || echo no", fd);

  g_assert_cmpint (fd, >=, 3);
  for (int i = 0; i < 2; i++)
    {
      TestShell shell = { 0 };
      g_autofree char *text = NULL;

      test_shell_start (&shell, command,
                        (ApoolSubprocessConfig){ .stdin_fd = -1, .inherits_fds = i == 1 });
      text = test_shell_read (&shell);
      test_shell_wait (&shell);
      g_assert_cmpstr (text, ==, expected[i]);
      apool_subprocess_free (shell.process);
    }
}

static void
test_subprocess_silent (void)
{
  TestShell shell = { 0 };
  g_autofree char *text = NULL;

  test_shell_start (&shell, "echo nothing to see",
                    (ApoolSubprocessConfig){ .stdin_fd = -1, .is_silent = TRUE });
  text = test_shell_read (&shell);
  test_shell_wait (&shell);
  g_assert_cmpstr (text, ==, "");
  g_assert_cmpint (apool_subprocess_get_status (shell.process), ==, 0);
  apool_subprocess_free (shell.process);
}

static void
test_subprocess_setup_cb (gpointer data)
{
  (void) setpgid (0, 0);
}

/* Starts a shell that runs @command when its input ends, so that it is there until then.
 * Returns: what holds it */
static int
test_shell_start_held (TestShell *shell, const char *command, ApoolSubprocessConfig config)
{
  g_autofree char *held = g_strconcat ("cat; ", command, NULL);
  int fds[2];

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  config.stdin_fd = fds[0];
  test_shell_start (shell, held, config);
  g_assert_cmpint (close (fds[0]), ==, 0);
  return fds[1];
}

static void
test_subprocess_setup (void)
{
  TestShell shell = { 0 };
  g_autofree char *text = NULL;
  g_autofree char *expected = NULL;
  ApoolFd held =
      test_shell_start_held (&shell, "ps -o pgid= -p $$ | tr -d ' '",
                             (ApoolSubprocessConfig){ .child_setup = test_subprocess_setup_cb });

  expected = g_strdup_printf ("%d\n", apool_subprocess_get_pid (shell.process));
  apool_fd_clear (&held);
  text = test_shell_read (&shell);
  test_shell_wait (&shell);
  g_assert_cmpstr (text, ==, expected);
  apool_subprocess_free (shell.process);
}

/* Who does not wait for its end is not called, and it leaves no zombie. */
static void
test_subprocess_forgotten (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  TestShell shell = { 0 };
  g_autofree char *text = NULL;
  ApoolFd held = test_shell_start_held (&shell, ":", (ApoolSubprocessConfig){ 0 });
  pid_t pid = apool_subprocess_get_pid (shell.process);

  g_assert_cmpint (pid, >, 0);
  apool_subprocess_watch (shell.process, context, test_shell_ended_cb, &shell);
  apool_subprocess_free (shell.process);
  apool_fd_clear (&held);
  while (kill (pid, 0) == 0)
    (void) g_main_context_iteration (context, TRUE);
  g_assert_cmpint (errno, ==, ESRCH);
  g_assert_false (shell.has_ended);
  text = test_shell_read (&shell);
  g_assert_cmpstr (text, ==, "");
}

static void
test_subprocess_cannot_start (void)
{
  const char *const argv[] = { "/nonexistent/program", NULL };
  const ApoolSubprocessConfig config = { .argv = argv, .stdin_fd = -1, .stdout_fd = -1 };
  g_autoptr (GError) error = NULL;

  g_assert_null (apool_subprocess_start (&config, &error));
  g_assert_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* GTest leaves tests below /subprocess out. */
  g_test_add_func ("/apool-subprocess/ends", test_subprocess_ends);
  g_test_add_func ("/apool-subprocess/killed", test_subprocess_killed);
  g_test_add_func ("/apool-subprocess/one-descriptor", test_subprocess_one_descriptor);
  g_test_add_func ("/apool-subprocess/descriptors", test_subprocess_descriptors);
  g_test_add_func ("/apool-subprocess/silent", test_subprocess_silent);
  g_test_add_func ("/apool-subprocess/setup", test_subprocess_setup);
  g_test_add_func ("/apool-subprocess/forgotten", test_subprocess_forgotten);
  g_test_add_func ("/apool-subprocess/cannot-start", test_subprocess_cannot_start);
  return g_test_run ();
}
