/* SPDX-License-Identifier: MIT */
/* How far a run is, said to who wants to know, by the test's own clock. */

#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "output-fixture.h"
#include "sinks/apool-progress.h"

#define SECONDS(n) ((gint64) ((n) *G_TIME_SPAN_SECOND))

typedef struct
{
  Fixture base;
  ApoolFd terminal; /* the other side of standard error, where that is one */
  gint64 now;
  guint64 total;
  guint n_running;
  ApoolProgress *progress;
} Watched;

static guint64
get_total_cb (gpointer data)
{
  return ((Watched *) data)->total;
}

static guint
get_n_running_cb (gpointer data)
{
  return ((Watched *) data)->n_running;
}

static guint
get_n_slots_cb (gpointer data)
{
  return 2;
}

static guint
get_n_retries_cb (gpointer data)
{
  return 0;
}

static gint64
get_time_cb (gpointer data)
{
  return ((Watched *) data)->now;
}

static void
watched_set_up (Watched *self, gconstpointer data)
{
  set_up (&self->base, data);
  self->terminal = -1;
}

static void
watched_tear_down (Watched *self, gconstpointer data)
{
  g_clear_object (&self->progress);
  tear_down (&self->base, data);
  apool_fd_clear (&self->terminal);
}

static void
watch (Watched *self, gboolean has_bar, gboolean has_no_row)
{
  static const ApoolProgressFuncs watch_funcs = { get_total_cb, get_n_running_cb, get_n_slots_cb,
                                                  get_n_retries_cb };
  const ApoolClock clock = { get_time_cb, self };
  const ApoolProgressConfig config = { .has_bar = has_bar,
                                       .has_no_row = has_no_row,
                                       .clock = &clock };

  self->progress =
      apool_progress_new (self->base.context, self->base.output, &config, &watch_funcs, self);
}

/* Standard error is a file. */
static void
watch_lines (Watched *self)
{
  open_files (&self->base, APOOL_OUTPUT_INPUT_ORDER);
  watch (self, TRUE, FALSE);
}

/* Standard error is a terminal of so many columns. */
static void
watch_terminal (Watched *self, guint n_columns, gboolean has_no_row)
{
  const struct winsize size = { .ws_row = 24, .ws_col = (unsigned short) n_columns };
  struct termios modes;

  self->terminal = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  g_assert_cmpint (self->terminal, >=, 0);
  g_assert_no_errno (grantpt (self->terminal));
  g_assert_no_errno (unlockpt (self->terminal));
  self->base.fds[0] = make_file ();
  self->base.fds[1] = open (ptsname (self->terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint (self->base.fds[1], >=, 0);
  g_assert_no_errno (tcgetattr (self->base.fds[1], &modes));
  cfmakeraw (&modes);
  g_assert_no_errno (tcsetattr (self->base.fds[1], TCSANOW, &modes));
  g_assert_no_errno (ioctl (self->terminal, TIOCSWINSZ, &size));
  open_output (&self->base, APOOL_OUTPUT_INPUT_ORDER);
  watch (self, TRUE, has_no_row);
}

static void
settle (Watched *self, guint64 seq, ApoolOutcomeKind kind, int code, gint64 run_usec)
{
  const ApoolUsage usage = { .run_usec = run_usec };
  g_autoptr (ApoolTask) task = make_task (seq);
  g_autoptr (ApoolOutcome) outcome = apool_outcome_new (kind, code, &usage, FALSE, FALSE, NULL);

  self->n_running -= MIN (self->n_running, 1);
  apool_observer_task_finished (APOOL_OBSERVER (self->progress), task, outcome);
}

static void
succeed (Watched *self, guint64 seq)
{
  settle (self, seq, APOOL_OUTCOME_EXITED, 0, 0);
}

static void
start_job (Watched *self, guint64 seq, gint64 expected_usec)
{
  g_autoptr (ApoolTask) plain = make_task (seq);
  ApoolTaskTraits traits = *apool_task_get_traits (plain);
  g_autoptr (ApoolTask) task = NULL;

  traits.expected_usec = expected_usec;
  task = apool_task_new_variant (plain, &traits);
  self->n_running++;
  apool_observer_task_started (APOOL_OBSERVER (self->progress), task, &(ApoolPlace){ 0 });
}

static void
set_paused (Watched *self, gboolean is_paused)
{
  apool_observer_pool_paused (APOOL_OBSERVER (self->progress), is_paused);
}

/* What has been said since the last look, when it is @seconds since the beginning. */
static void
assert_said (Watched *self, double seconds, const char *said)
{
  char text[1000] = { 0 };
  gssize length;

  self->now = SECONDS (seconds);
  iterate (&self->base);
  length = pread (self->base.fds[1], text, sizeof text - 1, 0);
  g_assert_cmpint (length, >=, 0);
  g_assert_cmpstr (text, ==, said);
  g_assert_cmpint (ftruncate (self->base.fds[1], 0), ==, 0);
  g_assert_cmpint (lseek (self->base.fds[1], 0, SEEK_SET), ==, 0);
}

/* When it wakes up next, in seconds; negative where it does not. */
static double
get_wait (Watched *self)
{
  int msec;

  iterate (&self->base);
  msec = get_timeout (self->base.context);
  return msec < 0 ? -1 : (msec - 1) / 1000.0;
}

/* ---- lines ---- */

static void
test_toggle (Watched *self, gconstpointer data)
{
  watch_lines (self);
  self->n_running = 3;
  settle (self, 1, APOOL_OUTCOME_EXITED, 0, 0);
  settle (self, 2, APOOL_OUTCOME_SIGNALLED, 9, 0);
  assert_said (self, 2, "");
  g_assert_cmpint (get_wait (self), ==, -1);
  g_assert_true (apool_progress_toggle (self->progress));
  assert_said (self, 2, "apool: 2/? done, 1 failed, 1 running, 1.0/s, 2 s\n");
  g_assert_false (apool_progress_toggle (self->progress));
  succeed (self, 3);
  assert_said (self, 1000, "");
  g_assert_cmpint (get_wait (self), ==, -1);
}

static void
test_total (Watched *self, gconstpointer data)
{
  watch_lines (self);
  self->total = 10;
  settle (self, 1, APOOL_OUTCOME_EXITED, 1, 0);
  (void) apool_progress_toggle (self->progress);
  assert_said (self, 0, "apool: 1/10 done, 1 failed, 0 running, 1000.0/s, 0 s\n");
  (void) apool_progress_toggle (self->progress);
  /* There are more than somebody has said. */
  self->total = 2;
  succeed (self, 2);
  self->n_running = 1;
  self->now = SECONDS (1);
  (void) apool_progress_toggle (self->progress);
  assert_said (self, 1, "apool: 2/? done, 1 failed, 1 running, 2.0/s, 1 s\n");
  apool_observer_pool_done (APOOL_OBSERVER (self->progress));
}

/* A line comes when jobs have ended, but not before half a minute after the one before. */
static void
test_lines (Watched *self, gconstpointer data)
{
  watch_lines (self);
  apool_progress_turn_on (self->progress);
  assert_said (self, 0, "");
  g_assert_cmpint (get_wait (self), ==, -1);
  start_job (self, 1, 0);
  g_assert_cmpfloat (get_wait (self), ==, 60);
  self->now = SECONDS (10);
  succeed (self, 1);
  g_assert_cmpfloat (get_wait (self), ==, 20);
  assert_said (self, 29.9, "");
  assert_said (self, 30, "apool: 1/? done, 0 failed, 0 running, 2.0/min, 30 s\n");
  g_assert_cmpint (get_wait (self), ==, -1);
  /* At once, where the one before is long ago. */
  self->now = SECONDS (100);
  start_job (self, 2, 0);
  succeed (self, 2);
  assert_said (self, 100, "apool: 2/? done, 0 failed, 0 running, 1.2/min, 1:40\n");
  apool_observer_pool_done (APOOL_OBSERVER (self->progress));
}

/* Where none ends for a minute it is said what runs; then for two more, and so on. */
static void
test_quiet (Watched *self, gconstpointer data)
{
  watch_lines (self);
  apool_progress_turn_on (self->progress);
  assert_said (self, 50, "");
  start_job (self, 1, 0);
  self->now = SECONDS (60);
  start_job (self, 2, 0);
  assert_said (self, 109.9, "");
  assert_said (self, 110,
               "apool: 0/? done, 0 failed, 2 running, none ended for 1:00: "
               "running for 1:00: true, and 1 more\n");
  g_assert_cmpfloat (get_wait (self), ==, 60);
  assert_said (self, 170,
               "apool: 0/? done, 0 failed, 2 running, none ended for 2:00: "
               "running for 2:00: true, and 1 more\n");
  g_assert_cmpfloat (get_wait (self), ==, 120);
  succeed (self, 1);
  assert_said (self, 170, "apool: 1/? done, 0 failed, 1 running, 0.4/min, 2:50\n");
  g_assert_cmpfloat (get_wait (self), ==, 60);
  assert_said (self, 230,
               "apool: 1/? done, 0 failed, 1 running, none ended for 1:00: "
               "running for 2:50: true\n");
}

/* What began before it was shown is known when somebody has said so. */
static void
test_note (Watched *self, gconstpointer data)
{
  g_autoptr (ApoolTask) task = make_task (1);

  watch_lines (self);
  start_job (self, 1, 0);
  apool_progress_note_running (self->progress, task, 0); /* of no use */
  self->now = SECONDS (100);
  g_assert_true (apool_progress_toggle (self->progress));
  assert_said (self, 100, "apool: 0/? done, 0 failed, 1 running, 0.0/s, 1:40\n");
  g_assert_cmpint (get_wait (self), ==, -1);
  apool_progress_note_running (self->progress, task, SECONDS (100));
  apool_progress_note_running (self->progress, task, SECONDS (1)); /* it is known */
  g_assert_cmpfloat (get_wait (self), ==, 60);
  assert_said (self, 160,
               "apool: 0/? done, 0 failed, 1 running, none ended for 1:00: "
               "running for 2:40: true\n");
}

/* While everything stands still so does the time. */
static void
test_paused (Watched *self, gconstpointer data)
{
  watch_lines (self);
  apool_progress_turn_on (self->progress);
  start_job (self, 1, 0);
  self->now = SECONDS (10);
  set_paused (self, TRUE);
  set_paused (self, TRUE);
  g_assert_cmpint (get_wait (self), ==, -1);
  assert_said (self, 1000, "");
  set_paused (self, FALSE);
  set_paused (self, FALSE);
  g_assert_cmpfloat (get_wait (self), ==, 50);
  assert_said (self, 1049, "");
  assert_said (self, 1050,
               "apool: 0/? done, 0 failed, 1 running, none ended for 1:00: "
               "running for 1:00: true\n");
}

/* What is not run now counts as done, and for no work. */
static void
test_not_run (Watched *self, gconstpointer data)
{
  const ApoolTaskTraits traits = { .attempt = 1, .is_skipped = TRUE, .n_skipped = 7 };
  g_autoptr (ApoolTask) plain = make_task (1);
  g_autoptr (ApoolTask) task = apool_task_new_variant (plain, &traits);
  g_autoptr (ApoolOutcome) skipped =
      apool_outcome_new (APOOL_OUTCOME_SKIPPED, 0, NULL, FALSE, FALSE, NULL);
  g_autoptr (ApoolOutcome) failed =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 1, NULL, FALSE, FALSE, NULL);

  watch_lines (self);
  apool_progress_set_estimate (self->progress, apool_estimate_new (0, 0, 0));
  apool_progress_turn_on (self->progress);
  self->total = 9;
  apool_observer_task_finished (APOOL_OBSERVER (self->progress), task, skipped);
  assert_said (self, 30, "apool: 7/9 done, 0 failed, 0 running, 0.0/s, 30 s, ETA ?\n");
  /* Nor is an attempt that failed a job that has ended. */
  start_job (self, 8, 0);
  apool_observer_task_retried (APOOL_OBSERVER (self->progress), plain, failed);
  start_job (self, 8, 0);
  self->n_running = 1;
  self->now = SECONDS (50);
  settle (self, 8, APOOL_OUTCOME_EXITED, 0, SECONDS (20));
  assert_said (self, 60, "apool: 8/9 done, 0 failed, 0 running, 1.0/min, 1:00, ETA 10 s\n");
}

/* Jobs take what they took in an earlier run. A run that stands still takes no less for that. */
static void
test_estimate (Watched *self, gconstpointer data)
{
  watch_lines (self);
  apool_progress_set_estimate (self->progress,
                               apool_estimate_new (2, SECONDS (4000), SECONDS (2000)));
  set_paused (self, TRUE);
  self->now = SECONDS (1);
  (void) apool_progress_toggle (self->progress);
  assert_said (self, 1, "apool: 0/? done, 0 failed, 0 running, 0.0/s, 0 s, ETA ?\n");
  self->total = 2;
  start_job (self, 1, SECONDS (3000));
  (void) apool_progress_toggle (self->progress);
  self->now = SECONDS (20);
  (void) apool_progress_toggle (self->progress);
  /* 3000 s that run and 1000 that wait, in two slots; but the first one takes all of its time. */
  assert_said (self, 20, "apool: 0/2 done, 0 failed, 1 running, 0.0/s, 0 s, ETA 50:00\n");
  set_paused (self, FALSE);
  apool_observer_pool_done (APOOL_OBSERVER (self->progress));
}

/* ---- a row ---- */

/* Waits for what is written to the terminal. */
static void
assert_shown (Watched *self, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);
  struct pollfd ready = { .fd = self->terminal, .events = POLLIN };
  char bytes[1000];
  gssize n;

  while (text->len < strlen (expected))
    {
      while (poll (&ready, 1, 0) == 0)
        g_main_context_iteration (self->base.context, TRUE);
      n = read (self->terminal, bytes, sizeof bytes);
      g_assert_cmpint (n, >, 0);
      g_string_append_len (text, bytes, n);
    }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
assert_not_shown (Watched *self)
{
  struct pollfd ready = { .fd = self->terminal, .events = POLLIN };

  iterate (&self->base);
  g_assert_cmpint (poll (&ready, 1, 0), ==, 0);
}

#define AGAIN "\033[A\r\033[K"

/* It is written again soon after a change, and each second while something runs. */
static void
test_row (Watched *self, gconstpointer data)
{
  watch_terminal (self, 80, FALSE);
  assert_not_shown (self);
  self->total = 4;
  apool_progress_turn_on (self->progress);
  assert_shown (self, "0/4 0% [.............] 0 failed, 0 running, 0.0/s\n");
  g_assert_cmpint (get_wait (self), ==, -1);
  start_job (self, 1, 0);
  assert_shown (self, AGAIN "0/4 0% [.............] 0 failed, 1 running, 0.0/s; 0 s: true\n");
  g_assert_cmpfloat (get_wait (self), ==, 1);
  self->now = SECONDS (1);
  assert_shown (self, AGAIN "0/4 0% [.............] 0 failed, 1 running, 0.0/s; 1 s: true\n");
  start_job (self, 2, 0);
  g_assert_cmpfloat (get_wait (self), ==, 0.25);
  self->now = SECONDS (1.25);
  assert_shown (self, AGAIN "0/4 0% [.............] 0 failed, 2 running, 0.0/s; 1 s: true\n");
  self->now = SECONDS (2);
  settle (self, 1, APOOL_OUTCOME_EXITED, 1, 0);
  settle (self, 2, APOOL_OUTCOME_EXITED, 0, 0);
  assert_shown (self, AGAIN "2/4 50% [######.......] 1 failed, 0 running, 1.0/s\n");
  g_assert_cmpint (get_wait (self), ==, -1);
  apool_observer_pool_done (APOOL_OBSERVER (self->progress));
  assert_shown (self, "\033[A\r\033[J");
}

/* What is printed stands above it, and makes no other row of it. */
static void
test_row_above (Watched *self, gconstpointer data)
{
  watch_terminal (self, 40, FALSE);
  apool_progress_turn_on (self->progress);
  assert_shown (self, "0/? 0 failed, 0 running, 0.0/s\n");
  self->now = SECONDS (9);
  apool_output_say (self->base.output, "said");
  assert_shown (self, "\033[A\r\033[Jsaid\n0/? 0 failed, 0 running, 0.0/s\n");
  apool_observer_pool_done (APOOL_OBSERVER (self->progress));
  assert_shown (self, "\033[A\r\033[J");
}

/* While the pool stands still the terminal is somebody else's. */
static void
test_row_paused (Watched *self, gconstpointer data)
{
  watch_terminal (self, 40, FALSE);
  apool_progress_turn_on (self->progress);
  assert_shown (self, "0/? 0 failed, 0 running, 0.0/s\n");
  start_job (self, 1, 0);
  set_paused (self, TRUE);
  assert_shown (self, "\033[A\r\033[J");
  self->now = SECONDS (100);
  assert_not_shown (self);
  set_paused (self, FALSE);
  assert_shown (self, "0/? 0 failed, 1 running, 0.0/s\n");
  (void) apool_progress_toggle (self->progress);
  assert_shown (self, "\033[A\r\033[J");
  g_assert_cmpint (get_wait (self), ==, -1);
}

/* Where others write on the terminal, too, there are lines. */
static void
test_no_row (Watched *self, gconstpointer data)
{
  watch_terminal (self, 80, TRUE);
  apool_progress_turn_on (self->progress);
  assert_not_shown (self);
  (void) apool_progress_toggle (self->progress);
  (void) apool_progress_toggle (self->progress);
  assert_shown (self, "apool: 0/? done, 0 failed, 0 running, 0.0/s, 0 s\n");
}

static void
add_test (const char *path, void (*func) (Watched *self, gconstpointer data))
{
  g_test_add (path, Watched, NULL, watched_set_up, func, watched_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("TERM", "xterm", TRUE);

  add_test ("/progress/toggle", test_toggle);
  add_test ("/progress/total", test_total);
  add_test ("/progress/lines", test_lines);
  add_test ("/progress/quiet", test_quiet);
  add_test ("/progress/note", test_note);
  add_test ("/progress/paused", test_paused);
  add_test ("/progress/not-run", test_not_run);
  add_test ("/progress/estimate", test_estimate);
#ifdef WITH_TERMINFO
  add_test ("/progress/row", test_row);
  add_test ("/progress/row-above", test_row_above);
  add_test ("/progress/row-paused", test_row_paused);
#endif
  add_test ("/progress/no-row", test_no_row);
  return g_test_run ();
}
