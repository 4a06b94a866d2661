/* SPDX-License-Identifier: MIT */
/* Files are brought to the disk by a thread, and what goes wrong there is told by the loop's. */

#include <glib-unix.h>
#include <locale.h>
#include <unistd.h>

#include "record/apool-journal-sync.h"

typedef struct
{
  int file;    /* one that can be synced */
  int pipe[2]; /* and one that cannot */
  guint n_synced;
  char *message; /* (nullable): what failed was called with */
} Fixture;

static void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  fixture->file = g_file_open_tmp ("apool-sync-XXXXXX", &path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (unlink (path), ==, 0);
  g_assert_true (g_unix_open_pipe (fixture->pipe, FD_CLOEXEC, &error));
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (close (fixture->file), ==, 0);
  g_assert_cmpint (close (fixture->pipe[0]), ==, 0);
  g_assert_cmpint (close (fixture->pipe[1]), ==, 0);
  g_free (fixture->message);
}

static void
begin_cb (gpointer data)
{
}

static void
synced_cb (gpointer data)
{
  ((Fixture *) data)->n_synced++;
}

static void
failed_cb (const GError *error, gpointer data)
{
  Fixture *fixture = data;

  g_assert_null (fixture->message);
  fixture->message = g_strdup (error->message);
}

static const ApoolJournalSyncFuncs funcs = {
  .begin = begin_cb,
  .synced = synced_cb,
  .failed = failed_cb,
};

static void
test_journal_sync_done (Fixture *fixture, gconstpointer data)
{
  GMainContext *context = g_main_context_default ();
  g_autoptr (ApoolJournalSync) sync =
      apool_journal_sync_new (context, fixture->file, fixture->file, 1, &funcs, fixture);

  apool_journal_sync_note (sync);
  while (fixture->n_synced == 0)
    g_main_context_iteration (context, TRUE);
  apool_journal_sync_finish (sync);
  g_assert_cmpuint (fixture->n_synced, ==, 2);
  g_assert_null (fixture->message);
}

/* Looks when the thread has woken up the loop, and nothing was done about it. */
static gint
look_and_poll (GPollFD *fds, guint n_fds, gint timeout)
{
  gint n = g_poll (fds, n_fds, timeout);

  g_assert_cmpstr (setlocale (LC_MESSAGES, NULL), ==, "C");
  return n;
}

/* The words come from the user's locale, which no other thread is to set. */
static void
test_journal_sync_failed (Fixture *fixture, gconstpointer data)
{
  GMainContext *context = g_main_context_default ();
  g_autoptr (ApoolJournalSync) sync =
      apool_journal_sync_new (context, fixture->file, fixture->pipe[1], 1, &funcs, fixture);

  g_main_context_set_poll_func (context, look_and_poll);
  apool_journal_sync_note (sync);
  while (!fixture->message)
    g_main_context_iteration (context, TRUE);
  g_main_context_set_poll_func (context, NULL);
  g_assert_true (g_str_has_prefix (fixture->message, "events.jsonl: fdatasync: "));
  g_assert_cmpstr (setlocale (LC_MESSAGES, NULL), ==, "C.UTF-8");
  g_assert_cmpuint (fixture->n_synced, ==, 0);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  g_test_init (&argc, &argv, NULL);
  ADD ("/journal-sync/failed", test_journal_sync_failed);
  ADD ("/journal-sync/done", test_journal_sync_done);
  return g_test_run ();
}
