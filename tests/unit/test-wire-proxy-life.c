/* SPDX-License-Identifier: MIT */
/* Signs of life of a worker at the other end of a wire: it is asked for one when it owes something
 * and is silent, and when it is to end jobs. */

#include <signal.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "wire-stage.h"

/* One that has a task and says nothing, whatever it is asked, is killed, and the reason told. */
static void
test_wire_proxy_silent (void)
{
  WireStage self;

  wire_stage_open (&self, &(WireWishes){ .timeout_msec = WIRE_SHORT_MSEC });
  wire_stage_queue_task (&self, 1);
  wire_stage_run_until (&self, "gone");
  g_assert_cmpuint (self.n_pings, ==, 1);
  g_assert_cmpuint (self.n_asked, ==, 1);
  g_assert_cmpuint (self.n_killed, ==, 1);
  g_assert_cmpstr (self.log->str, ==, "ready gone(it did not answer for 0.006 s)");
  wire_stage_close (&self);
}

/* So is one that never says anything at all, and one whose preparation never ends. */
static void
test_wire_proxy_never_ready (void)
{
  WireStage self;

  wire_stage_open_silent (&self, &(WireWishes){ .timeout_msec = WIRE_SHORT_MSEC });
  wire_stage_run_until (&self, "gone");
  g_assert_cmpstr (self.log->str, ==, "gone(it did not answer for 0.006 s)");
  wire_stage_close (&self);
  wire_stage_open (&self, &(WireWishes){ .init = "init", .timeout_msec = WIRE_SHORT_MSEC });
  wire_stage_run_until (&self, "gone");
  g_assert_cmpstr (self.log->str, ==, "gone(it did not answer for 0.006 s)");
  wire_stage_close (&self);
}

/* One that the machine does not let run is waited for: as long as it takes, and no longer. */
static void
test_wire_proxy_starved (void)
{
  WireStage self;

  wire_stage_open (&self, &(WireWishes){ .timeout_msec = WIRE_SHORT_MSEC });
  self.n_excuses = 10;
  wire_stage_queue_task (&self, 1);
  wire_stage_run_until (&self, "gone");
  g_assert_cmpuint (self.n_excuses, ==, 0);
  g_assert_cmpuint (self.n_asked, ==, 1);
  g_assert_cmpuint (self.n_killed, ==, 1);
  wire_stage_close (&self);
}

/* Whether anything but the peer would wake the loop. */
static gboolean
test_wire_has_timer (WireStage *self)
{
  int timeout;

  g_assert_true (g_main_context_acquire (self->context));
  (void) g_main_context_prepare (self->context, NULL);
  (void) g_main_context_query (self->context, G_MAXINT, &timeout, NULL, 0);
  g_main_context_release (self->context);
  return timeout >= 0;
}

/* One that answers lives, however long its task takes. When it has none left, or has ended, nothing
 * wakes the loop. */
static void
test_wire_proxy_living (void)
{
  WireStage self;
  ApoolWorkerProxy *worker;

  wire_stage_open (&self, &(WireWishes){ .timeout_msec = WIRE_SHORT_MSEC });
  self.answers = TRUE;
  worker = APOOL_WORKER_PROXY (self.proxy);
  wire_stage_queue_task (&self, 1);
  while (self.n_pings < 5)
    g_main_context_iteration (self.context, TRUE);
  g_assert_cmpuint (self.n_killed, ==, 0);
  g_assert_true (test_wire_has_timer (&self));
  raw_peer_say_started (self.peer, 1, 1);
  raw_peer_say_finished (self.peer, 1, 0, 0);
  wire_stage_run_until (&self, "finished");
  while (test_wire_has_timer (&self))
    g_main_context_iteration (self.context, TRUE);
  wire_stage_queue_task (&self, 2);
  g_assert_true (test_wire_has_timer (&self));
  apool_worker_proxy_close (worker);
  g_assert_true (test_wire_has_timer (&self));
  apool_wire_proxy_process_ended (self.proxy, "ended with status 0");
  g_assert_false (test_wire_has_timer (&self));
  g_assert_cmpuint (self.n_killed, ==, 0);
  wire_stage_close (&self);
}

/* Lets time pass in which this process does nothing, as when it is stopped. */
static void
test_wire_be_stopped (guint msec)
{
  g_auto (ApoolFd) fd = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC);
  struct itimerspec in = { .it_value = { .tv_nsec = (long) msec * 1000000 } };
  guint64 n;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (timerfd_settime (fd, 0, &in, NULL), ==, 0);
  g_assert_cmpint (read (fd, &n, sizeof n), ==, sizeof n);
}

/* Time in which we did not run counts for nothing, however often that is. */
static void
test_wire_proxy_stopped_manager (void)
{
  WireStage self;

  wire_stage_open (&self, &(WireWishes){ .timeout_msec = WIRE_SHORT_MSEC });
  wire_stage_queue_task (&self, 1);
  while (self.n_pings == 0)
    g_main_context_iteration (self.context, TRUE);
  for (int i = 0; i < 20; i++)
    {
      test_wire_be_stopped (WIRE_SHORT_MSEC * 2);
      (void) g_main_context_iteration (self.context, FALSE);
    }
  g_assert_cmpuint (self.n_killed, ==, 0);
  wire_stage_run_until (&self, "gone");
  wire_stage_close (&self);
}

/* One that is told to end a job, and is not there to do it, is not waited for with all patience. */
static void
test_wire_proxy_deaf (void)
{
  WireStage self;

  wire_stage_open (&self, &(WireWishes){ .termseq = "KILL", .timeout_msec = WIRE_LONG_MSEC });
  wire_stage_queue_task (&self, 1);
  raw_peer_say_started (self.peer, 1, 1);
  wire_stage_run (&self);
  (void) apool_worker_proxy_end_task (APOOL_WORKER_PROXY (self.proxy), 1, APOOL_END_BY_POOL, NULL);
  wire_stage_run_until (&self, "gone");
  g_assert_cmpuint (self.n_pings, ==, 1);
  g_assert_cmpuint (self.n_killed, ==, 1);
  g_assert_cmpstr (self.log->str, ==,
                   "ready started gone(it did not answer when it was to end jobs)");
  wire_stage_close (&self);
}

/* Nor is one that is told so before it is ready. */
static void
test_wire_proxy_deaf_unready (void)
{
  WireStage self;

  wire_stage_open_silent (&self,
                          &(WireWishes){ .termseq = "KILL", .timeout_msec = WIRE_LONG_MSEC });
  apool_worker_proxy_terminate (APOOL_WORKER_PROXY (self.proxy));
  wire_stage_run_until (&self, "gone");
  g_assert_cmpuint (self.n_killed, ==, 1);
  wire_stage_close (&self);
}

/* One that answers is, however long its jobs take; it is asked once more where more are to end. One
 * that the machine does not let run is excused. */
static void
test_wire_proxy_urged (void)
{
  WireStage self;

  wire_stage_open (&self,
                   &(WireWishes){ .termseq = "TERM,1,KILL", .timeout_msec = WIRE_LONG_MSEC });
  self.answers = TRUE;
  wire_stage_queue_task (&self, 1);
  apool_worker_proxy_terminate (APOOL_WORKER_PROXY (self.proxy));
  while (self.n_pings < 1)
    g_main_context_iteration (self.context, TRUE);
  apool_worker_proxy_terminate (APOOL_WORKER_PROXY (self.proxy));
  while (self.n_pings < 2)
    g_main_context_iteration (self.context, TRUE);
  g_assert_cmpuint (self.n_killed, ==, 0);
  self.answers = FALSE;
  self.n_excuses = 1;
  apool_worker_proxy_terminate (APOOL_WORKER_PROXY (self.proxy));
  wire_stage_run_until (&self, "gone");
  g_assert_cmpuint (self.n_pings, ==, 3);
  g_assert_cmpuint (self.n_excuses, ==, 0);
  wire_stage_close (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  g_test_add_func ("/wire-proxy/silent", test_wire_proxy_silent);
  g_test_add_func ("/wire-proxy/never-ready", test_wire_proxy_never_ready);
  g_test_add_func ("/wire-proxy/starved", test_wire_proxy_starved);
  g_test_add_func ("/wire-proxy/living", test_wire_proxy_living);
  g_test_add_func ("/wire-proxy/stopped-manager", test_wire_proxy_stopped_manager);
  g_test_add_func ("/wire-proxy/deaf", test_wire_proxy_deaf);
  g_test_add_func ("/wire-proxy/deaf-unready", test_wire_proxy_deaf_unready);
  g_test_add_func ("/wire-proxy/urged", test_wire_proxy_urged);
  return g_test_run ();
}
