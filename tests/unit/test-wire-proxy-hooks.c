/* SPDX-License-Identifier: MIT */
/* Hooks of a worker at the other end of a wire: it takes no task before the one, and is listened to
 * until the end of the other. */

#include <signal.h>
#include <string.h>

#include "wire-stage.h"

static void
test_wire_proxy_init (void)
{
  WireStage self;

  wire_stage_open (&self, &(WireWishes){ .init = "init", .timeout_msec = WIRE_LONG_MSEC });
  wire_stage_queue_task (&self, 1);
  wire_stage_check_log (&self, "");
  g_assert_false (apool_worker_proxy_is_ready (APOOL_WORKER_PROXY (self.proxy)));
  raw_peer_say_hook (self.peer, APOOL_HOOK_INIT, APOOL_OUTCOME_EXITED, 0, NULL);
  raw_peer_say_started (self.peer, 1, 1);
  wire_stage_check_log (&self, "init:0:0:words: ready started ");
  wire_stage_close (&self);
  /* An empty command is none. */
  wire_stage_open (&self, &(WireWishes){ .init = "", .timeout_msec = WIRE_LONG_MSEC });
  wire_stage_check_log (&self, "ready ");
  wire_stage_close (&self);
}

static void
test_wire_check_init_failure (ApoolOutcomeKind kind,
                              int code,
                              const char *message,
                              const char *expected)
{
  WireStage self;

  wire_stage_open (&self, &(WireWishes){ .init = "init", .timeout_msec = WIRE_LONG_MSEC });
  raw_peer_say_hook (self.peer, APOOL_HOOK_INIT, kind, code, message);
  wire_stage_run (&self);
  g_assert_true (g_str_has_prefix (self.log->str, "init:"));
  g_assert_true (g_str_has_suffix (self.log->str, expected));
  g_assert_null (strstr (self.log->str, "ready"));
  g_assert_cmpuint (self.n_killed, ==, 1);
  wire_stage_close (&self);
}

static void
test_wire_proxy_init_fails (void)
{
  test_wire_check_init_failure (APOOL_OUTCOME_EXITED, 3, NULL,
                                "gone(its init command failed: exit status 3)");
  test_wire_check_init_failure (APOOL_OUTCOME_SIGNALLED, 11, NULL, "failed: signal 11)");
  test_wire_check_init_failure (APOOL_OUTCOME_NOT_STARTED, 2, NULL,
                                "failed: No such file or directory)");
  test_wire_check_init_failure (APOOL_OUTCOME_SIGNALLED, 9, "took longer\nthan 5 s",
                                "failed: took longer than 5 s)");
}

/* Reports of hooks that nobody has, or that have been told. */
static void
test_wire_proxy_wrong_hook (void)
{
  WireStage self;

  wire_stage_open (&self, &(WireWishes){ .timeout_msec = WIRE_LONG_MSEC });
  raw_peer_say_hook (self.peer, APOOL_HOOK_INIT, APOOL_OUTCOME_EXITED, 0, NULL);
  wire_stage_check_fault (&self, "does not fit");
  wire_stage_open (&self, &(WireWishes){ .init = "init", .timeout_msec = WIRE_LONG_MSEC });
  raw_peer_say_hook (self.peer, APOOL_HOOK_INIT, APOOL_OUTCOME_EXITED, 0, NULL);
  raw_peer_say_hook (self.peer, APOOL_HOOK_INIT, APOOL_OUTCOME_EXITED, 0, NULL);
  wire_stage_check_fault (&self, "does not fit");
  wire_stage_open (&self, &(WireWishes){ .exit = "exit", .timeout_msec = WIRE_LONG_MSEC });
  raw_peer_say_hook (self.peer, APOOL_HOOK_EXIT, APOOL_OUTCOME_EXITED, 0, NULL);
  wire_stage_check_fault (&self, "does not fit");
}

/* A worker with an exit hook, told to end. */
static void
test_wire_open_leaving (WireStage *self, guint timeout_msec)
{
  wire_stage_open (self, &(WireWishes){ .exit = "exit", .timeout_msec = timeout_msec });
  wire_stage_run (self);
  apool_worker_proxy_close (APOOL_WORKER_PROXY (self->proxy));
  apool_worker_proxy_close (APOOL_WORKER_PROXY (self->proxy));
  wire_stage_run (self);
  g_assert_cmpuint (self->n_closes, ==, 1);
}

/* It is listened to until it ends; what it says of tasks does not matter any more. */
static void
test_wire_proxy_exit (void)
{
  WireStage self;

  test_wire_open_leaving (&self, WIRE_LONG_MSEC);
  raw_peer_say_started (self.peer, 77, 1);
  raw_peer_say_hook (self.peer, APOOL_HOOK_EXIT, APOOL_OUTCOME_EXITED, 2, NULL);
  wire_stage_check_log (&self, "ready exit:0:2:words: ");
  wire_stage_end_stream (&self);
  wire_stage_check_log (&self, "ready exit:0:2:words: ");
  apool_wire_proxy_process_ended (self.proxy, "ended with status 0");
  wire_stage_check_log (&self, "ready exit:0:2:words: gone()");
  g_assert_cmpuint (self.n_killed, ==, 0);
  wire_stage_close (&self);
}

/* It may be told to end its hook, and answers as ever. One that is not listened to is not told. */
static void
test_wire_proxy_exit_terminated (void)
{
  WireStage self;

  test_wire_open_leaving (&self, WIRE_LONG_MSEC);
  apool_worker_proxy_terminate (APOOL_WORKER_PROXY (self.proxy));
  wire_stage_run (&self);
  g_assert_cmpuint (self.n_terminates, ==, 1);
  raw_peer_send (self.peer, APOOL_MESSAGE_RECALLED, g_variant_new ("(at)", NULL));
  raw_peer_say_hook (self.peer, APOOL_HOOK_EXIT, APOOL_OUTCOME_SIGNALLED, 15, NULL);
  wire_stage_check_log (&self, "ready exit:1:15:words: ");
  apool_worker_proxy_terminate (APOOL_WORKER_PROXY (self.proxy));
  wire_stage_end_stream (&self);
  wire_stage_run (&self);
  apool_worker_proxy_terminate (APOOL_WORKER_PROXY (self.proxy));
  apool_wire_proxy_process_ended (self.proxy, "ended with status 0");
  wire_stage_check_log (&self, "ready exit:1:15:words: gone()");
  g_assert_cmpuint (self.n_killed, ==, 0);
  wire_stage_close (&self);
  wire_stage_open (&self, &(WireWishes){ .timeout_msec = WIRE_LONG_MSEC });
  wire_stage_run (&self);
  apool_worker_proxy_close (APOOL_WORKER_PROXY (self.proxy));
  apool_worker_proxy_terminate (APOOL_WORKER_PROXY (self.proxy));
  wire_stage_run (&self);
  g_assert_cmpuint (self.n_terminates, ==, 0);
  wire_stage_close (&self);
}

/* One that dies of it has a hook whose end nobody knows. */
static void
test_wire_proxy_exit_lost (void)
{
  WireStage self;

  test_wire_open_leaving (&self, WIRE_LONG_MSEC);
  wire_stage_end_stream (&self);
  apool_wire_proxy_process_ended (self.proxy, "it died");
  wire_stage_check_log (&self, "ready exit:3:0::it died gone()");
  wire_stage_close (&self);
}

static void
test_wire_proxy_exit_twice (void)
{
  WireStage self;

  test_wire_open_leaving (&self, WIRE_LONG_MSEC);
  raw_peer_say_hook (self.peer, APOOL_HOOK_EXIT, APOOL_OUTCOME_EXITED, 0, NULL);
  raw_peer_say_hook (self.peer, APOOL_HOOK_EXIT, APOOL_OUTCOME_EXITED, 0, NULL);
  wire_stage_check_log (&self, "ready exit:0:0:words: gone()");
  g_assert_cmpuint (self.n_killed, ==, 1);
  wire_stage_close (&self);
}

/* Nobody waits for the hook of one that is killed. */
static void
test_wire_proxy_exit_killed (void)
{
  WireStage self;

  test_wire_open_leaving (&self, WIRE_LONG_MSEC);
  apool_worker_proxy_kill (APOOL_WORKER_PROXY (self.proxy));
  g_assert_cmpuint (self.n_killed, ==, 1);
  wire_stage_check_log (&self, "ready gone()");
  wire_stage_close (&self);
}

/* One that is to end and does not is killed, whether it has something to say before or not; but one
 * that answers may take its time. */
static void
test_wire_proxy_exit_hangs (void)
{
  WireStage self;

  test_wire_open_leaving (&self, WIRE_SHORT_MSEC);
  self.answers = TRUE;
  while (self.n_pings < 5)
    g_main_context_iteration (self.context, TRUE);
  g_assert_cmpuint (self.n_killed, ==, 0);
  self.answers = FALSE;
  wire_stage_run_until (&self, "gone");
  g_assert_cmpuint (self.n_killed, ==, 1);
  g_assert_cmpstr (self.log->str, ==, "ready exit:3:0::it did not answer for 0.006 s gone()");
  wire_stage_close (&self);
  wire_stage_open (&self, &(WireWishes){ .timeout_msec = WIRE_SHORT_MSEC });
  wire_stage_run (&self);
  apool_worker_proxy_close (APOOL_WORKER_PROXY (self.proxy));
  wire_stage_run_until (&self, "gone");
  g_assert_cmpuint (self.n_killed, ==, 1);
  g_assert_cmpstr (self.log->str, ==, "ready gone()");
  wire_stage_close (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  g_test_add_func ("/wire-proxy/init", test_wire_proxy_init);
  g_test_add_func ("/wire-proxy/init-fails", test_wire_proxy_init_fails);
  g_test_add_func ("/wire-proxy/wrong-hook", test_wire_proxy_wrong_hook);
  g_test_add_func ("/wire-proxy/exit", test_wire_proxy_exit);
  g_test_add_func ("/wire-proxy/exit-terminated", test_wire_proxy_exit_terminated);
  g_test_add_func ("/wire-proxy/exit-lost", test_wire_proxy_exit_lost);
  g_test_add_func ("/wire-proxy/exit-twice", test_wire_proxy_exit_twice);
  g_test_add_func ("/wire-proxy/exit-killed", test_wire_proxy_exit_killed);
  g_test_add_func ("/wire-proxy/exit-hangs", test_wire_proxy_exit_hangs);
  return g_test_run ();
}
