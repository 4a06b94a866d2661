/* SPDX-License-Identifier: MIT */
/* The latest line of each job, on a terminal and elsewhere. */

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../unit/screen.h"
#include "e2e.h"

/* ---- elsewhere ---- */

static void
test_pipe (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--ll", "--tag", "seq {}; printf 'x\\r%s' {}; seq -f e%.f {} >&2",
               ":::", "3", "100000", "1", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "3\t3\n100000\t100000\n1\t1\n");
  g_assert_cmpstr (run->err, ==, "3\te3\n100000\te100000\n1\te1\n");
}

/* Completion decides: a waits until b was printed. */
static void
test_completion (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) gate = e2e_fifo_new (dir, "gate");
  g_autofree char *script = g_strdup_printf ("[ {} = b ] || read line < %s; echo {}", gate->path);
  g_autoptr (E2eRun) run = e2e_start ("-j2", "--ll", script, ":::", "a", "b", NULL);
  g_autofree char *first = e2e_read_line (run);

  g_assert_cmpstr (first, ==, "b");
  e2e_fifo_write (gate, "go\n");
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\n");
}

/* Unless it is said that the input does, wherever that is said. */
static void
test_input_order (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) gate = e2e_fifo_new (dir, "gate");
  g_autofree char *script = g_strdup_printf (
      "if [ {} = a ]; then read line < %s; else echo go > %s; fi; echo {}", gate->path, gate->path);
  g_autoptr (E2eRun) run = e2e_run ("", "-j2", "-k", "--ll", script, ":::", "a", "b", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\nb\n");
}

static void
test_results (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *results = g_build_filename (dir, "r", NULL);
  g_autoptr (E2eRun) run = e2e_run ("", "--ll", "--results", results, "seq", ":::", "3", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "3\n");
  e2e_dir_check (results, "1/3/stdout", "1\n2\n3\n");
}

static void
test_cut (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "--ll", "head -c 1000000 /dev/zero | tr '\\0' {}", ":::", "x", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpuint (run->out_length, ==, 65537);
  g_assert_cmpstr (run->err, ==,
                   "apool: --latest-line: job 1: a line of 1000000 bytes: cut after 65536\n");
}

/* ---- a terminal ---- */

#ifdef WITH_TERMINFO

typedef struct
{
  int other_end;
  GSubprocess *process;
  Screen *screen;
} Terminal;

/* The terminal becomes the one that apool is told by when its size changes. */
static void
terminal_child_setup (gpointer data)
{
  (void) setsid ();
  (void) ioctl (0, TIOCSCTTY, 0);
}

static void
terminal_resize (Terminal *terminal, guint n_rows, guint n_columns)
{
  struct winsize size = { .ws_row = (gushort) n_rows, .ws_col = (gushort) n_columns };

  g_assert_cmpint (ioctl (terminal->other_end, TIOCSWINSZ, &size), ==, 0);
  terminal->screen->n_rows = n_rows;
  terminal->screen->n_columns = n_columns;
}

static void
terminal_start (Terminal *terminal, const char *name, const char *const *argv)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) error = NULL;
  int fd;

  terminal->other_end = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint (terminal->other_end, >=, 0);
  g_assert_cmpint (grantpt (terminal->other_end), ==, 0);
  g_assert_cmpint (unlockpt (terminal->other_end), ==, 0);
  terminal->screen = screen_new (1, 1);
  terminal_resize (terminal, 10, 40);
  fd = open (ptsname (terminal->other_end), O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint (fd, >=, 0);
  g_subprocess_launcher_setenv (launcher, "TERM", name, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_CONFIG_HOME", "/dev/null/none", TRUE);
  g_subprocess_launcher_set_child_setup (launcher, terminal_child_setup, NULL, NULL);
  g_subprocess_launcher_take_stdin_fd (launcher, fcntl (fd, F_DUPFD_CLOEXEC, 3));
  g_subprocess_launcher_take_stdout_fd (launcher, fcntl (fd, F_DUPFD_CLOEXEC, 3));
  g_subprocess_launcher_take_stderr_fd (launcher, fd);
  terminal->process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
}

/* Returns: whether there is more to come */
static gboolean
terminal_read (Terminal *terminal)
{
  char bytes[4096];
  gssize n = read (terminal->other_end, bytes, sizeof bytes);

  if (n > 0)
    screen_write (terminal->screen, bytes, (gsize) n);
  return n > 0;
}

/* Reads until the screen shows @expected. What does not come ends the test by its time limit. */
static void
terminal_wait (Terminal *terminal, const char *expected)
{
  for (;;)
    {
      g_autofree char *text = screen_dup_text (terminal->screen);

      if (strcmp (text, expected) == 0)
        return;
      g_test_message ("%s", text);
      g_assert_true (terminal_read (terminal));
    }
}

static void
terminal_finish (Terminal *terminal, const char *expected)
{
  g_autofree char *text = NULL;

  while (terminal_read (terminal))
    ;
  text = screen_dup_text (terminal->screen);
  g_assert_cmpstr (text, ==, expected);
  g_assert_true (g_subprocess_wait_check (terminal->process, NULL, NULL));
  g_clear_object (&terminal->process);
  screen_free (terminal->screen);
  (void) close (terminal->other_end);
}

/* Each job writes a line when it gets one, and ends when it gets the last one. */
static char *
make_script (const char *dir)
{
  return g_strdup_printf ("exec < %s/{}; echo begin {}; while read line; do printf '%%s\\n' "
                          "\"$line\"; [ \"$line\" != end ] || break; done",
                          dir);
}

static void
test_rows (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) a = e2e_fifo_new (dir, "a");
  g_autoptr (E2eFifo) b = e2e_fifo_new (dir, "b");
  g_autofree char *script = make_script (dir);
  const char *const argv[] = {
    e2e_apool (), "-j2", "--tag", "--ll", script, ":::", "a", "b", NULL
  };
  Terminal terminal;

  terminal_start (&terminal, "xterm", argv);
  e2e_fifo_write (a, "one\n");
  /* Which one comes first nobody knows: the rows have changed when the other one is there. */
  do
    g_assert_true (terminal_read (&terminal));
  while (terminal.screen->lines->len < 3);
  e2e_fifo_write (b, "end\n");
  terminal_wait (&terminal, "b\tend\na       one\n");
  e2e_fifo_write (a, "two\na line that is longer than the terminal is wide\n");
  terminal_wait (&terminal, "b\tend\na       a line that is longer than the>\n");
  e2e_fifo_write (a, "end\n");
  terminal_finish (&terminal, "b\tend\na\tend\n");
}

/* A job that prints nothing leaves no row, and one that does not end its line a whole one. */
static void
test_ends (void)
{
  const char *const argv[] = { e2e_apool (), "-j1", "--ll", "printf %s", ":::", "", "a", NULL };
  Terminal terminal;

  terminal_start (&terminal, "xterm", argv);
  terminal_finish (&terminal, "a\n");
}

static void
test_resize (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) a = e2e_fifo_new (dir, "a");
  g_autofree char *script = make_script (dir);
  const char *const argv[] = { e2e_apool (), "--ll", script, ":::", "a", NULL };
  Terminal terminal;

  terminal_start (&terminal, "xterm", argv);
  e2e_fifo_write (a, "0123456789\n");
  terminal_wait (&terminal, "0123456789\n");
  /* Where it becomes narrower the old rows stay, since nobody knows what became of them. */
  terminal_resize (&terminal, 10, 8);
  terminal_wait (&terminal, "0123456789\n012345>\n");
  terminal_resize (&terminal, 10, 40);
  terminal_wait (&terminal, "0123456789\n0123456789\n");
  e2e_fifo_write (a, "end\n");
  terminal_finish (&terminal, "0123456789\nend\n");
}

/* Where rows cannot be written again it is as elsewhere. */
static void
test_dumb (void)
{
  const char *const argv[] = { e2e_apool (), "-j1", "--ll", "seq", ":::", "2", "3", NULL };
  Terminal terminal;

  terminal_start (&terminal, "dumb", argv);
  terminal_finish (&terminal, "2\n3\n");
}

static void
add_terminal_tests (void)
{
  g_test_add_func ("/latest/rows", test_rows);
  g_test_add_func ("/latest/ends", test_ends);
  g_test_add_func ("/latest/resize", test_resize);
  g_test_add_func ("/latest/dumb", test_dumb);
}

#else

static void
add_terminal_tests (void)
{
}

#endif

static void
add_tests (void)
{
  g_test_add_func ("/latest/pipe", test_pipe);
  g_test_add_func ("/latest/completion", test_completion);
  g_test_add_func ("/latest/input-order", test_input_order);
  g_test_add_func ("/latest/results", test_results);
  g_test_add_func ("/latest/cut", test_cut);
  add_terminal_tests ();
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
