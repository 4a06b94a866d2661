/* SPDX-License-Identifier: MIT */
/* The gate of make's jobserver: what it takes and gives back, when it tells that there is more to
 * take, and what it says of slots that are missing. */

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "gates/apool-jobserver-gate.h"

/* A gate before a pipe in which there are @n_tokens at first, and what it told. */
typedef struct
{
  ApoolJobserver *server;
  ApoolGate *gate;
  int fds[2];
  guint n_changed;
  GString *said;
} Fixture;

static void
fixture_changed_cb (gpointer data)
{
  ((Fixture *) data)->n_changed++;
}

static void
fixture_failed_cb (ApoolGate *gate, const char *message, gpointer data)
{
  g_string_append_printf (((Fixture *) data)->said, "%s\n", message);
}

static const ApoolGateFuncs fixture_funcs = {
  .changed = fixture_changed_cb,
  .failed = fixture_failed_cb,
};

static void
fixture_open_gate (Fixture *self)
{
  self->gate = apool_jobserver_gate_new (g_main_context_default (), self->server);
  apool_gate_set_funcs (self->gate, &fixture_funcs, self);
  self->said = g_string_new (NULL);
}

/* Make's, with these bytes in it. */
static void
fixture_set_up (Fixture *self, gconstpointer tokens)
{
  g_autofree char *auth = NULL;

  g_assert_no_errno (pipe (self->fds));
  g_assert_cmpint (write (self->fds[1], tokens, strlen (tokens)), ==, (gssize) strlen (tokens));
  auth = g_strdup_printf ("%d,%d", self->fds[0], self->fds[1]);
  self->server = apool_jobserver_open (auth, NULL);
  g_assert_nonnull (self->server);
  fixture_open_gate (self);
}

/* Ours, of three slots. */
static void
fixture_set_up_own (Fixture *self, gconstpointer data)
{
  self->server = apool_jobserver_new (APOOL_JOBSERVER_PIPE, 3, "/none", NULL);
  g_assert_nonnull (self->server);
  g_assert_cmpint (
      sscanf (apool_jobserver_get_auth (self->server), "%d,%d", &self->fds[0], &self->fds[1]), ==,
      2);
  fixture_open_gate (self);
}

static void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  gboolean is_own = apool_jobserver_is_own (self->server);

  g_assert_finalize_object (self->gate);
  apool_jobserver_free (self->server);
  g_string_free (self->said, TRUE);
  if (is_own)
    return;
  apool_fd_clear (&self->fds[0]);
  apool_fd_clear (&self->fds[1]);
}

static guint
fixture_count (Fixture *self)
{
  int n_bytes;

  g_assert_no_errno (ioctl (self->fds[0], FIONREAD, &n_bytes));
  return (guint) n_bytes;
}

static void
fixture_enter (Fixture *self)
{
  g_assert_true (apool_gate_is_open (self->gate, NULL));
  apool_gate_enter (self->gate, NULL);
}

static void
fixture_leave (Fixture *self)
{
  apool_gate_leave (self->gate, NULL, NULL);
}

static void
fixture_assert_closed (Fixture *self, const char *expected)
{
  g_autoptr (GString) why = g_string_new (NULL);

  g_assert_false (apool_gate_is_open (self->gate, why));
  g_assert_cmpstr (why->str, ==, expected);
}

/* ---- tests ---- */

/* One job runs in the slot that was there before; each other one needs one of make's. */
static void
test_slots (Fixture *self, gconstpointer data)
{
  g_assert_cmpstr (apool_gate_get_name (self->gate), ==, "jobserver");
  fixture_enter (self);
  g_assert_cmpuint (fixture_count (self), ==, 2);
  fixture_enter (self);
  fixture_enter (self);
  g_assert_cmpuint (fixture_count (self), ==, 0);
  fixture_assert_closed (self, "none is free: own slots 1, taken 2");
  fixture_leave (self);
  g_assert_cmpuint (fixture_count (self), ==, 1);
  fixture_leave (self);
  fixture_leave (self);
  g_assert_cmpuint (fixture_count (self), ==, 2);
  g_assert_cmpstr (self->said->str, ==, "");
}

/* What was taken for the next job is its, even where others end before it starts. */
static void
test_promise (Fixture *self, gconstpointer data)
{
  fixture_enter (self);
  g_assert_true (apool_gate_is_open (self->gate, NULL));
  g_assert_true (apool_gate_is_open (self->gate, NULL));
  g_assert_cmpuint (fixture_count (self), ==, 1);
  fixture_leave (self);
  g_assert_cmpuint (fixture_count (self), ==, 2); /* our own slot is free for it */
  apool_gate_enter (self->gate, NULL);
  g_assert_true (apool_gate_is_open (self->gate, NULL));
  apool_gate_enter (self->gate, NULL);
  g_assert_true (apool_gate_is_open (self->gate, NULL));
  fixture_leave (self);
  g_assert_cmpuint (fixture_count (self), ==, 1);
  apool_gate_enter (self->gate, NULL);
  g_assert_cmpuint (fixture_count (self), ==, 1);
  fixture_leave (self);
  fixture_leave (self);
  g_assert_cmpuint (fixture_count (self), ==, 2);
}

/* Nobody wants to start anything: nothing is held. */
static void
test_rest (Fixture *self, gconstpointer data)
{
  fixture_enter (self);
  g_assert_true (apool_gate_is_open (self->gate, NULL));
  g_assert_cmpuint (fixture_count (self), ==, 1);
  apool_gate_rest (self->gate);
  g_assert_cmpuint (fixture_count (self), ==, 2);
  fixture_leave (self);
  apool_gate_rest (self->gate);
  g_assert_cmpuint (fixture_count (self), ==, 2);
}

/* It tells once when there is something to take, and nothing while nobody waits. */
static void
test_changed (Fixture *self, gconstpointer data)
{
  fixture_enter (self);
  fixture_assert_closed (self, "none is free: own slots 1, taken 0");
  g_assert_false (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpint (write (self->fds[1], "z", 1), ==, 1);
  while (self->n_changed == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpuint (self->n_changed, ==, 1);
  fixture_enter (self);
  fixture_assert_closed (self, "none is free: own slots 1, taken 1");
  apool_gate_rest (self->gate);
  fixture_leave (self);
  g_assert_false (g_main_context_iteration (NULL, FALSE));
  g_assert_cmpuint (self->n_changed, ==, 1);
  fixture_leave (self);
}

/* Somebody else was faster: it waits on. */
static void
test_snatched (Fixture *self, gconstpointer data)
{
  char token;

  fixture_enter (self);
  fixture_assert_closed (self, "none is free: own slots 1, taken 0");
  g_assert_cmpint (write (self->fds[1], "z", 1), ==, 1);
  while (self->n_changed == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (read (self->fds[0], &token, 1), ==, 1);
  fixture_assert_closed (self, "none is free: own slots 1, taken 0");
  g_assert_cmpint (write (self->fds[1], "z", 1), ==, 1);
  while (self->n_changed == 1)
    g_main_context_iteration (NULL, TRUE);
  fixture_enter (self);
  fixture_leave (self);
  fixture_leave (self);
  g_assert_cmpuint (fixture_count (self), ==, 1);
}

/* Jobs were killed with what they had taken: that is seen when none is left, and said once. */
static void
test_missing (Fixture *self, gconstpointer data)
{
  char tokens[2];

  for (int i = 0; i < 2; i++)
    {
      fixture_enter (self);
      fixture_enter (self);
      g_assert_cmpint (read (self->fds[0], tokens, 1), ==, 1);
      fixture_leave (self);
      g_assert_cmpuint (fixture_count (self), ==, 1);
      fixture_leave (self);
      g_assert_cmpuint (fixture_count (self), ==, 2);
    }
  g_assert_cmpstr (self->said->str, ==,
                   "slots that jobs have taken and not given back: 1: put back\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, tokens, test)                                                                    \
  g_test_add ("/jobserver-gate/" path, Fixture, tokens, fixture_set_up, test, fixture_tear_down)
  ADD ("slots", "xy", test_slots);
  ADD ("promise", "xy", test_promise);
  ADD ("rest", "xy", test_rest);
  ADD ("changed", "", test_changed);
  ADD ("snatched", "", test_snatched);
#undef ADD
  g_test_add ("/jobserver-gate/missing", Fixture, NULL, fixture_set_up_own, test_missing,
              fixture_tear_down);
  return g_test_run ();
}
