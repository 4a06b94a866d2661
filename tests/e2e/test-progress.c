/* SPDX-License-Identifier: MIT */
/* How far a run is, as its user sees it: a row of the terminal, which is gone however the run ends,
 * and lines elsewhere. Jobs wait at a gate; the test waits for what is shown. */

#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>

#include "e2e-pty.h"
#include "e2e.h"

#define CLEARED "\033[J"

/* Runs @script in a terminal of 80 columns; %s in it is the gate. */
static E2ePty *
start_script (E2eStage *stage, const char *script)
{
  g_auto (GStrv) parts = g_strsplit (script, "%s", -1);
  g_autofree char *text = g_strjoinv (stage->gate->path, parts);
  g_autofree char *whole = g_strconcat ("export TERM=xterm; ", text, NULL);

  return e2e_pty_start (whole);
}

/* Returns: what stands below the row when everybody in the terminal is gone, where nothing of it
 * is left */
static const char *
finish_script (E2ePty *pty)
{
  const char *cleared;

  e2e_pty_finish (pty);
  cleared = g_strrstr (pty->screen->str, CLEARED);
  g_assert_nonnull (cleared);
  g_assert_null (strstr (cleared, " running, "));
  return cleared + strlen (CLEARED);
}

#ifdef WITH_TERMINFO

/* All of it, and what jobs print is above it. */
static void
test_bar (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2ePty) pty =
      start_script (stage, "$A -j1 --bar 'read x <%s; echo out {}; exit {}' ::: 1 0; echo end");

  e2e_pty_wait (pty, "0/2 0% [.............] 0 failed, ");
  e2e_pty_wait (pty, "1 running, 0.0/s, ETA ?; 0 s: read x <");
  e2e_fifo_write (stage->gate, "x\n");
  e2e_pty_wait (pty, "out 1\n");
  e2e_pty_wait (pty, "1/2 50% [######.......] 1 failed, 1 running, ");
  e2e_pty_wait (pty, ", ETA ");
  e2e_pty_wait (pty, "; ");
  e2e_fifo_write (stage->gate, "x\n");
  e2e_pty_wait (pty, "out 0\n");
  /* What is printed last takes the place of the row. */
  g_assert_cmpstr (finish_script (pty), ==, "out 0\nend\n");
}

static void
test_blocks (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2ePty) pty =
      start_script (stage, "LC_ALL=C.UTF-8 $A -j1 --bar '[ {} = 1 ] || read x <%s' ::: 1 2");

  e2e_pty_wait (pty, "1/2 50% [\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88\xe2\x96\x88"
                     "\xe2\x96\x88\xe2\x96\x8c      ] 0 failed, 1 running, ");
  e2e_fifo_write (stage->gate, "x\n");
  g_assert_cmpstr (finish_script (pty), ==, "");
}

/* It has always the width that there is. */
static void
test_resize (E2eStage *stage, gconstpointer data)
{
  const struct winsize narrow = { .ws_row = 24, .ws_col = 30 };
  const struct winsize wide = { .ws_row = 24, .ws_col = 200 };
  g_autoptr (E2ePty) pty = start_script (stage, "$A -j1 --bar 'read x <%s; :' ::: 1");

  e2e_pty_wait (pty, "0/1 0% [.............] 0 failed, 1 running, 0.0/s, ETA ?; ");
  g_assert_no_errno (ioctl (pty->fd, TIOCSWINSZ, &narrow));
  e2e_pty_wait (pty, "\n0/1 0% 0 failed, 0.0/s, ETA ?\n");
  g_assert_no_errno (ioctl (pty->fd, TIOCSWINSZ, &wide));
  e2e_pty_wait (pty, "0/1 0% [.................................] 0 failed, 1 running, ");
  e2e_fifo_write (stage->gate, "x\n");
  g_assert_cmpstr (finish_script (pty), ==, "");
}

/* Nobody waits for the end of the input; when it comes it is known how many there are. */
static void
test_total (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eFifo) input = e2e_fifo_new (stage->dir, "input");
  g_autofree char *script =
      g_strdup_printf ("{ echo 1; read y <%s; } | $A -j2 --bar 'read x <%%s; :'", input->path);
  g_autoptr (E2ePty) pty = start_script (stage, script);

  e2e_pty_wait (pty, "0/? 0 failed, 1 running, 0.0/s, ETA ?; 0 s: read x <");
  e2e_fifo_write (input, "y\n");
  e2e_pty_wait (pty, "0/1 0% [.............] 0 failed, 1 running, ");
  e2e_fifo_write (stage->gate, "x\n");
  g_assert_cmpstr (finish_script (pty), ==, "");
}

/* Who has said how many there are is believed as long as that can be true. */
static void
test_told (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2ePty) pty = start_script (
      stage, "{ echo 0; echo 1; read y <%s; } | $A -j1 --bar --total-jobs 1 '[ {} = 0 ] || read x "
             "<%s'");

  e2e_pty_wait (pty, "1/? 0 failed, 1 running, ");
  e2e_fifo_write (stage->gate, "x\nx\n");
  g_assert_cmpstr (finish_script (pty), ==, "");
  g_assert_null (strstr (pty->screen->str, "100%"));
}

/* --progress has no bar; with --bar and --eta it is one row all the same. */
static void
test_together (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2ePty) counts = start_script (stage, "$A -j1 --progress 'read x <%s; :' ::: 1");
  g_autoptr (E2ePty) both = NULL;

  e2e_pty_wait (counts, "apool: 0/1 done, 0 failed, 1 running, 0.0/s, 0 s\n");
  e2e_fifo_write (stage->gate, "x\n");
  g_assert_cmpstr (finish_script (counts), ==, "");
  both = start_script (stage, "$A -j1 --progress --eta --bar 'read x <%s; :' ::: 1");
  e2e_pty_wait (both, "0/1 0% [.............] 0 failed, 1 running, 0.0/s, ETA ?; ");
  e2e_fifo_write (stage->gate, "x\n");
  g_assert_cmpstr (finish_script (both), ==, "");
  g_assert_null (strstr (both->screen->str, "apool: "));
}

/* ---- ways out ---- */

typedef struct
{
  const char *script;
  const char *typed; /* (nullable): instead of opening the gate */
  const char *end;
} Way;

static void
check_way (E2eStage *stage, const Way *way)
{
  g_autoptr (E2ePty) pty = start_script (stage, way->script);

  g_test_message ("%s", way->script);
  e2e_pty_wait (pty, " 0 failed, 1 running, 0.0/s, ETA ?; ");
  if (way->typed)
    e2e_pty_type (pty, way->typed);
  else
    e2e_fifo_write (stage->gate, "x\n");
  (void) finish_script (pty);
  if (!g_str_has_suffix (pty->screen->str, way->end))
    g_assert_cmpstr (pty->screen->str, ==, way->end);
}

/* However it ends the row is gone, and what is said at last begins where it was. */
static void
test_ways (E2eStage *stage, gconstpointer data)
{
  static const Way WAYS[] = {
    { "trap : INT; $A -j1 --bar 'read x <%s; :' ::: 1; echo $?", "\003", "130\n" },
    { "$A -j1 --bar 'read x <%s; kill $APOOL_PID; sleep 9' ::: 1 2; kill -l $?", NULL, "TERM\n" },
    { "$A -j1 --bar --halt now,fail=1 'read x <%s; exit 7 # {}' ::: 1 2; echo $?", NULL,
      "apool: halt: job 1: exit 7: ending 0 jobs\n7\n" },
    { "$A -j1 --bar 'read x <%s; echo out' ::: 1 >/dev/full; echo $?", NULL,
      "apool: standard output: write: No space left on device\n255\n" },
    { "$A -j1 --bar 'read x <%s; echo out' ::: 1 2 3 | true; echo end", NULL, "end\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (WAYS); i++)
    check_way (stage, &WAYS[i]);
}

/* What the reader of a pipe writes on the terminal is not taken away with the row. */
static void
test_reader (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2ePty) pty =
      start_script (stage, "$A -j1 --bar 'read x <%s; echo out {}' ::: 1 2 | cat");

  e2e_pty_wait (pty, " 0 failed, 1 running, 0.0/s, ETA ?");
  e2e_fifo_write (stage->gate, "x\n");
  e2e_pty_wait (pty, "out 1\n");
  e2e_pty_wait (pty, "1/2 50% [######.......] 0 failed, 1 running, ");
  g_assert_null (strstr (pty->screen->str, "\033[A"));
  e2e_fifo_write (stage->gate, "x\n");
  e2e_pty_finish (pty);
  g_assert_nonnull (strstr (pty->screen->str, "out 2\n"));
}

/* The shell has the terminal for itself while the run stands still. */
static void
test_stop (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2ePty) pty = start_script (
      stage, "set -m; $A -j1 --bar 'read x <%s; :' ::: 1; echo stopped; read y; fg >/dev/null");

  e2e_pty_wait (pty, "0/1 0% [.............] 0 failed, 1 running, ");
  e2e_pty_type (pty, "\032");
  e2e_pty_wait (pty, CLEARED);
  e2e_pty_wait (pty, "stopped\n");
  g_assert_null (strstr (pty->screen->str + pty->seen, "running"));
  e2e_pty_type (pty, "\n");
  e2e_pty_wait (pty, "0/1 0% [.............] 0 failed, 1 running, ");
  e2e_fifo_write (stage->gate, "x\n");
  g_assert_cmpstr (finish_script (pty), ==, "");
}

/* SIGUSR2 takes it away, and brings it back with what has run since before. */
static void
test_toggle (E2eStage *stage, gconstpointer data)
{
  g_autofree char *script = g_strdup_printf (
      "$A -j1 --bar 'echo $APOOL_PID job >%s; read x <%%s; :' ::: 1", stage->reports->path);
  g_autoptr (E2ePty) pty = start_script (stage, script);
  GPid manager = e2e_fifo_read_report (stage->reports, "job");

  e2e_pty_wait (pty, " s: echo $APOOL");
  g_assert_no_errno (kill (manager, SIGUSR2));
  e2e_pty_wait (pty, CLEARED);
  g_assert_no_errno (kill (manager, SIGUSR2));
  e2e_pty_wait (pty, " s: echo $APOOL");
  e2e_fifo_write (stage->gate, "x\n");
  g_assert_cmpstr (finish_script (pty), ==, "");
}

#endif

/* ---- no row ---- */

/* Nothing is written that a log could not show, and nothing at all of a short run. */
static void
test_pipe (void)
{
  g_autoptr (E2eRun) run =
      e2e_shell ("1\n2\n", "TERM=xterm \"$1\" -j1 --bar --progress --eta 'echo out {}' 2>&1 | cat");

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "out 1\nout 2\n");
  g_assert_cmpstr (run->err, ==, "");
}

/* Neither where a terminal can do nothing, nor where others write on it. */
static void
test_plain (void)
{
  static const char *const SCRIPTS[] = {
    "TERM=dumb $A -j1 --bar 'echo out {}' ::: 1 2",
    "TERM=xterm $A -j1 --bar -u 'echo out {}' ::: 1 2",
    "TERM=xterm $A -j1 --bar --tty 'echo out {}' ::: 1 2",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (SCRIPTS); i++)
    {
      g_autoptr (E2ePty) pty = e2e_pty_run (SCRIPTS[i]);

      g_assert_cmpstr (pty->screen->str, ==, "out 1\nout 2\n");
    }
}

static void
add_tests (void)
{
#ifdef WITH_TERMINFO
  e2e_stage_add_test ("/progress/bar", test_bar);
  e2e_stage_add_test ("/progress/blocks", test_blocks);
  e2e_stage_add_test ("/progress/resize", test_resize);
  e2e_stage_add_test ("/progress/total", test_total);
  e2e_stage_add_test ("/progress/told", test_told);
  e2e_stage_add_test ("/progress/together", test_together);
  e2e_stage_add_test ("/progress/ways", test_ways);
  e2e_stage_add_test ("/progress/reader", test_reader);
  e2e_stage_add_test ("/progress/stop", test_stop);
  e2e_stage_add_test ("/progress/toggle", test_toggle);
#endif
  g_test_add_func ("/progress/pipe", test_pipe);
  g_test_add_func ("/progress/plain", test_plain);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
