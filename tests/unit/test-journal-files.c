/* SPDX-License-Identifier: MIT */
/* The files of a journal: its store, its log, its lock, and what it is of. */

#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-tree.h"
#include "limit-files.h"
#include "record/apool-journal-lock.h"
#include "record/apool-journal-log.h"
#include "record/apool-journal.h"

/* A variable in which those are listed that were synced, where it is set. */
#define SYNCED "APOOL_TEST_SYNCED"

#define KIB ((gsize) 1024)

typedef struct
{
  char *top;
  char *path; /* of a journal that is not there yet */
} Fixture;

static void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  fixture->top = g_dir_make_tmp ("apool-journal-XXXXXX", NULL);
  g_assert_nonnull (fixture->top);
  fixture->path = g_build_filename (fixture->top, "journal", NULL);
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_true (apool_tree_remove (fixture->top, NULL));
  g_free (fixture->path);
  g_free (fixture->top);
}

static int
open_file (Fixture *fixture, const char *name, int flags)
{
  g_autofree char *path = g_build_filename (fixture->top, name, NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | flags, 0600);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

/* ---- sums ---- */

static void
test_sums (void)
{
  guint8 bytes[100];
  guint64 whole;

  for (gsize i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) (i * 7 + 1);
  for (gsize length = 0; length <= sizeof bytes; length++)
    for (gsize cut = 0; cut <= length; cut += 3)
      {
        ApoolJournalSum one = { 0 };
        ApoolJournalSum two = { 0 };

        apool_journal_sum_add (&one, bytes, length);
        apool_journal_sum_add (&two, bytes, cut);
        apool_journal_sum_add (&two, bytes + cut, length - cut);
        g_assert_cmpuint (apool_journal_sum_get (&one, 1), ==, apool_journal_sum_get (&two, 1));
        if (length == 0)
          continue;
        whole = apool_journal_sum_get (&one, 1);
        bytes[length - 1] ^= 1;
        one = (ApoolJournalSum){ 0 };
        apool_journal_sum_add (&one, bytes, length);
        g_assert_cmpuint (apool_journal_sum_get (&one, 1), !=, whole);
        bytes[length - 1] ^= 1;
      }
}

/* What a power cut leaves where nothing was written. */
static void
test_sums_of_zeros (void)
{
  static const guint8 ZEROS[4096];
  ApoolJournalSum few = { 0 };
  ApoolJournalSum many = { 0 };

  apool_journal_sum_add (&few, ZEROS, 4095);
  apool_journal_sum_add (&many, ZEROS, 4096);
  g_assert_cmpuint (apool_journal_sum_get (&few, 1), !=, apool_journal_sum_get (&many, 1));
}

/* ---- the store ---- */

static void
append (ApoolJournalStore *store, ApoolJournalShare *share, char byte, gsize length)
{
  g_autofree char *bytes = g_malloc (length);

  memset (bytes, byte, length);
  g_assert_true (apool_journal_store_append (store, share, bytes, length, NULL));
}

static void
assert_share (ApoolJournalStore *store, const ApoolJournalShare *share, char byte, guint64 length)
{
  ApoolJournalPieces pieces = apool_journal_share_get_pieces (share);

  g_assert_cmpuint (apool_journal_pieces_get_length (&pieces), ==, length);
  g_assert_cmpuint (share->length, ==, length);
  for (gsize i = 0; i < pieces.n; i++)
    {
      gsize n = (gsize) pieces.extents[i].length;
      g_autofree char *bytes = g_malloc (n);

      g_assert_true (apool_journal_store_read (store, pieces.extents[i].offset, bytes, n, NULL));
      for (gsize k = 0; k < n; k++)
        g_assert_cmpint (bytes[k], ==, byte);
    }
}

static void
test_store_alone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolJournalStore) store =
      apool_journal_store_new (open_file (fixture, "s", 0), "s", NULL);
  ApoolJournalShare share = { 0 };

  for (int i = 0; i < 100; i++)
    append (store, &share, 'a', 10);
  apool_journal_store_settle (store, &share);
  g_assert_cmpuint (share.extents->len, ==, 1);
  g_assert_cmpuint (apool_journal_store_get_end (store), ==, 1000);
  assert_share (store, &share, 'a', 1000);
  apool_journal_share_clear (&share);
}

static void
test_store_side_by_side (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolJournalStore) store =
      apool_journal_store_new (open_file (fixture, "s", 0), "s", NULL);
  ApoolJournalShare shares[3] = { { 0 } };

  g_test_summary ("streams that are written to in turns have few pieces");
  for (int i = 0; i < 1000; i++)
    for (int k = 0; k < 3; k++)
      append (store, &shares[k], (char) ('a' + k), 4 * KIB + 1);
  for (int k = 2; k >= 0; k--)
    apool_journal_store_settle (store, &shares[k]);
  for (int k = 0; k < 3; k++)
    {
      g_assert_cmpuint (shares[k].extents->len, <, 20);
      assert_share (store, &shares[k], (char) ('a' + k), 1000 * (4 * KIB + 1));
      apool_journal_share_clear (&shares[k]);
    }
}

static void
test_store_tell (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolJournalStore) store =
      apool_journal_store_new (open_file (fixture, "s", 0), "s", NULL);
  ApoolJournalShare share = { 0 };
  ApoolJournalExtent extent;

  g_test_summary ("a piece that was told of stays as long as it is");
  g_assert_false (apool_journal_store_tell (store, &share, &extent));
  append (store, &share, 'a', 10);
  g_assert_true (apool_journal_store_tell (store, &share, &extent));
  g_assert_cmpuint (extent.length, ==, 10);
  g_assert_false (apool_journal_store_tell (store, &share, &extent));
  append (store, &share, 'a', 4);
  g_assert_true (apool_journal_store_tell (store, &share, &extent));
  g_assert_cmpuint (extent.offset, ==, 10);
  g_assert_cmpuint (extent.length, ==, 10);
  append (store, &share, 'a', 6);
  append (store, &share, 'a', 1);
  g_assert_true (apool_journal_store_tell (store, &share, &extent));
  g_assert_cmpuint (extent.offset, ==, 20);
  apool_journal_store_settle (store, &share);
  assert_share (store, &share, 'a', 21);
  apool_journal_share_clear (&share);
}

static void
test_store_scattered (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolJournalStore) store =
      apool_journal_store_new (open_file (fixture, "s", 0), "s", NULL);
  ApoolJournalShare share = { 0 };
  ApoolJournalShare other = { 0 };
  g_autoptr (GError) error = NULL;

  g_test_summary ("more pieces than a record may speak of are not made, and that is said");
  append (store, &share, 'a', 1);
  g_array_set_size (share.extents, APOOL_JOURNAL_MAX_EXTENTS - 1);
  append (store, &other, 'b', 1);
  append (store, &share, 'a', 1);
  g_assert_cmpuint (share.extents->len, ==, APOOL_JOURNAL_MAX_EXTENTS);
  append (store, &share, 'a', 100); /* the last one grows */
  append (store, &other, 'b', 1);
  g_assert_false (apool_journal_store_append (store, &share, "a", 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_cmpstr (error->message, ==,
                   "--journal: s: what one job writes lies in more than 100000 pieces");
  g_assert_cmpuint (share.extents->len, ==, APOOL_JOURNAL_MAX_EXTENTS);
  apool_journal_share_clear (&share);
  apool_journal_share_clear (&other);
}

static void
test_store_forget (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolJournalStore) store =
      apool_journal_store_new (open_file (fixture, "s", 0), "s", NULL);
  ApoolJournalShare kept = { 0 };
  ApoolJournalShare given_up = { 0 };

  append (store, &kept, 'k', 100);
  append (store, &given_up, 'g', 100);
  append (store, &kept, 'k', 10);
  append (store, &given_up, 'g', 1000);
  apool_journal_store_forget (store, &given_up);
  assert_share (store, &kept, 'k', 110);
  append (store, &given_up, 'n', 5);
  assert_share (store, &kept, 'k', 110);
  assert_share (store, &given_up, 'n', 5);
  apool_journal_share_clear (&kept);
  apool_journal_share_clear (&given_up);
}

static void
test_store_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolJournalStore) store =
      apool_journal_store_new (open_file (fixture, "s", 0), "s", NULL);
  g_autoptr (GError) error = NULL;
  ApoolJournalShare share = { 0 };
  ApoolJournalShare after = { 0 };
  char bytes[3000] = { 0 };
  gboolean is_written;

  append (store, &share, 'a', 1000);
  limit_files (2000);
  is_written = apool_journal_store_append (store, &share, bytes, sizeof bytes, &error);
  apool_journal_store_forget (store, &share);
  append (store, &after, 'b', 1900);
  limit_files (RLIM_INFINITY);
  g_assert_false (is_written);
  g_assert_true (g_str_has_prefix (error->message, "--journal: s: "));
  assert_share (store, &after, 'b', 1900);
  apool_journal_share_clear (&after);
}

/* ---- the log ---- */

static void
assert_file (Fixture *fixture, const char *name, const char *expected)
{
  g_autofree char *path = g_build_filename (fixture->top, name, NULL);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
}

static void
test_log_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolJournalLog) log =
      apool_journal_log_new (open_file (fixture, "l", O_APPEND), "l", NULL);
  g_autoptr (GError) error = NULL;
  gboolean is_written;

  g_assert_true (apool_journal_log_append (log, "one\n", 4, NULL));
  limit_files (6);
  is_written = apool_journal_log_append (log, "two\n", 4, &error);
  limit_files (RLIM_INFINITY);
  g_assert_false (is_written);
  g_assert_true (g_str_has_prefix (error->message, "--journal: l: "));
  assert_file (fixture, "l", "one\n");
  g_assert_cmpuint (apool_journal_log_get_length (log), ==, 4);
  g_assert_true (apool_journal_log_append (log, "three\n", 6, NULL));
  assert_file (fixture, "l", "one\nthree\n");
}

static void
test_log_torn (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->top, "l", NULL);
  g_autoptr (ApoolJournalLog) log = NULL;

  g_assert_true (g_file_set_contents (path, "one\ntw", -1, NULL));
  log = apool_journal_log_new (open_file (fixture, "l", O_APPEND), "l", NULL);
  g_assert_true (apool_journal_log_append (log, "three\n", 6, NULL));
  g_assert_true (apool_journal_log_append (log, "four\n", 5, NULL));
  assert_file (fixture, "l", "one\ntw\nthree\nfour\n");
  g_assert_cmpuint (apool_journal_log_get_length (log), ==, 18);
}

/* ---- the journal ---- */

/* Returns: (transfer full) (nullable): the journal at @path, of `echo @word`; else @message is why
 */
static ApoolJournal *
open_journal (const char *path, const char *word, char **message)
{
  ApoolValue words[2] = { { "echo", 4 }, { word, strlen (word) } };
  ApoolJournalOption option = { { "colsep", 6 }, { ",", 1 } };
  g_autoptr (GError) error = NULL;
  ApoolJournalEvent identity;
  ApoolJournal *journal;

  apool_journal_event_init (&identity, APOOL_JOURNAL_EVENT_JOURNAL);
  identity.version = APOOL_JOURNAL_VERSION;
  identity.words = (ApoolJournalWords){ words, 2 };
  if (strcmp (word, "without") != 0)
    identity.options = (ApoolJournalOptions){ &option, 1 };
  identity.directory = (ApoolValue){ "/d", 2 };
  identity.shell = (ApoolValue){ "/bin/sh", 7 };
  journal = apool_journal_open (path, &identity, &error);
  g_assert_true (journal || error);
  if (message)
    *message = error ? g_strdup (error->message) : NULL;
  return journal;
}

static void
assert_refused (const char *path, const char *word, const char *part)
{
  g_autofree char *message = NULL;

  g_assert_null (open_journal (path, word, &message));
  if (!strstr (message, part))
    g_error ("no \"%s\" in \"%s\"", part, message);
}

static void
test_journal_made (Fixture *fixture, gconstpointer data)
{
  g_autofree char *deeper = g_build_filename (fixture->path, "a", "b", NULL);
  struct stat status;

  g_clear_pointer (&fixture->path, g_free);
  fixture->path = g_steal_pointer (&deeper);
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (ApoolJournal) journal = open_journal (fixture->path, "x", NULL);

      g_assert_nonnull (journal);
    }
  g_assert_cmpint (stat (fixture->path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 07777, ==, 0700);
}

/* What stands for fsync() here: notes which file is meant, and brings nothing to the disk. */
int
fsync (int fd)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_autofree char *path = g_file_read_link (link, NULL);
  const char *list = g_getenv (SYNCED);

  if (list)
    {
      g_autofree char *longer = g_strdup_printf ("%s%s\n", list, path);

      g_setenv (SYNCED, longer, TRUE);
    }
  return 0;
}

static void
test_journal_deep (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->path, "a", "b", NULL);
  g_autofree char *top = g_strdup_printf ("%s\n", fixture->top);
  g_autofree char *first = g_strdup_printf ("%s/journal\n", fixture->top);
  g_autofree char *second = g_strdup_printf ("%s/journal/a\n", fixture->top);
  g_autofree char *last = g_strdup_printf ("%s/journal/a/b\n", fixture->top);
  g_autoptr (ApoolJournal) journal = NULL;

  g_test_summary ("all directories in which something was made are on the disk");
  g_setenv (SYNCED, "", TRUE);
  journal = open_journal (path, "x", NULL);
  g_assert_nonnull (journal);
  g_assert_nonnull (strstr (g_getenv (SYNCED), top));
  g_assert_nonnull (strstr (g_getenv (SYNCED), first));
  g_assert_nonnull (strstr (g_getenv (SYNCED), second));
  g_assert_nonnull (strstr (g_getenv (SYNCED), last));
  g_unsetenv (SYNCED);
}

static void
test_journal_of_another (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolJournal) journal = open_journal (fixture->path, "x", NULL);

  g_clear_pointer (&journal, apool_journal_free);
  assert_refused (fixture->path, "y", ": made for another command: template: echo x: not echo y");
  journal = open_journal (fixture->path, "x", NULL);
  g_assert_nonnull (journal);
}

static void
test_journal_of_other_options (Fixture *fixture, gconstpointer data)
{
  g_autofree char *events = g_build_filename (fixture->path, "events.jsonl", NULL);
  g_autofree char *text = NULL;
  g_autoptr (ApoolJournal) journal = open_journal (fixture->path, "without", NULL);
  g_autoptr (GString) changed = NULL;

  g_clear_pointer (&journal, apool_journal_free);
  g_assert_true (g_file_get_contents (events, &text, NULL, NULL));
  changed = g_string_new (text);
  g_string_replace (changed, "without", "x", 0);
  g_assert_true (g_file_set_contents (events, changed->str, -1, NULL));
  assert_refused (fixture->path, "x", "made for another command: colsep: none: not ,");
  g_string_replace (changed, "\"version\":1", "\"version\":7", 0);
  g_assert_true (g_file_set_contents (events, changed->str, -1, NULL));
  assert_refused (fixture->path, "x", "of version 7, which this apool does not know");
}

static void
test_journal_busy (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolJournal) journal = open_journal (fixture->path, "x", NULL);
  g_autofree char *who =
      g_strdup_printf ("in use by another run: process %ld, since ", (long) getpid ());

  assert_refused (fixture->path, "x", who);
  g_clear_pointer (&journal, apool_journal_free);
  journal = open_journal (fixture->path, "x", NULL);
  g_assert_nonnull (journal);
}

/* Has a process take the lock, and be killed after a while.
 * Returns: its number */
static pid_t
start_holder (const char *path)
{
  const struct itimerval soon = { { 0, 0 }, { 0, 200000 } };
  int ready[2];
  char byte;
  pid_t pid;

  g_assert_cmpint (pipe (ready), ==, 0);
  pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      int fd = apool_journal_lock_take (path, NULL);

      apool_journal_lock_sign (fd);
      if (fd < 0 || setitimer (ITIMER_REAL, &soon, NULL) < 0 || write (ready[1], "", 1) != 1)
        _exit (1);
      while (TRUE)
        pause ();
    }
  close (ready[1]);
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  close (ready[0]);
  return pid;
}

static void
test_journal_dying (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolJournal) journal = NULL;
  int status;
  pid_t pid;

  g_test_summary ("one who is being killed has the lock for a while");
  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  pid = start_holder (fixture->path);
  journal = open_journal (fixture->path, "x", NULL);
  g_assert_nonnull (journal);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status));
}

/* One who was killed, or whose machine lost its power, when it had just begun. */
static void
test_journal_unmade (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    gssize length;
  } CASES[] = {
    { "", 0 },
    { "{", 1 },
    { "{\"type\":\"journal\",\"vers", -1 },
    { "\0\0\0\0\0\0", 6 },
  };
  g_autofree char *events = g_build_filename (fixture->path, "events.jsonl", NULL);

  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (ApoolJournal) journal = NULL;
      g_autofree char *text = NULL;

      g_assert_true (g_file_set_contents (events, CASES[i].text, CASES[i].length, NULL));
      journal = open_journal (fixture->path, "x", NULL);
      g_assert_nonnull (journal);
      g_assert_true (g_file_get_contents (events, &text, NULL, NULL));
      g_assert_true (g_str_has_prefix (text, "{\"type\":\"journal\",\"version\":1,"));
    }
}

static void
test_journal_foreign (Fixture *fixture, gconstpointer data)
{
  g_autofree char *other = g_build_filename (fixture->path, "notes", NULL);
  g_autofree char *events = g_build_filename (fixture->path, "events.jsonl", NULL);
  g_autofree char *dangling = g_build_filename (fixture->top, "nowhere", NULL);

  g_assert_cmpint (symlink ("none", dangling), ==, 0);
  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  g_assert_true (g_file_set_contents (other, "mine", -1, NULL));
  assert_refused (fixture->path, "x", "has other files and is no journal");
  g_assert_false (g_file_test (events, G_FILE_TEST_EXISTS));
  assert_refused (other, "x", "notes: ");
  assert_refused (dangling, "x", "nowhere: a symbolic link to nothing");
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *text = NULL;

      g_assert_true (g_file_set_contents (events, i == 0 ? "mine\nall of it\n" : "mine", -1, NULL));
      assert_refused (fixture->path, "x", "does not begin as a journal does");
      g_assert_true (g_file_get_contents (events, &text, NULL, NULL));
      g_assert_true (g_str_has_prefix (text, "mine"));
    }
}

/* Writes @text to the file @name of a directory that is otherwise empty. */
static void
make_foreign (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);

  if (g_file_test (fixture->path, G_FILE_TEST_EXISTS))
    g_assert_true (apool_tree_remove (fixture->path, NULL));
  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* The only file of a directory, or one of two, as it was. */
static void
assert_untouched (Fixture *fixture, const char *name, const char *text, guint n_files)
{
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);
  g_autofree char *now = NULL;
  g_autoptr (GDir) dir = g_dir_open (fixture->path, 0, NULL);

  g_assert_true (g_file_get_contents (path, &now, NULL, NULL));
  g_assert_cmpstr (now, ==, text);
  for (guint i = 0; i < n_files; i++)
    g_assert_nonnull (g_dir_read_name (dir));
  g_assert_null (g_dir_read_name (dir));
}

static void
test_journal_same_names (Fixture *fixture, gconstpointer data)
{
  g_autofree char *events = g_build_filename (fixture->path, "events.jsonl", NULL);
  g_autoptr (ApoolJournal) journal = NULL;

  g_test_summary ("files of others that are called like those of a journal stay as they are");
  make_foreign (fixture, "output", "precious");
  assert_refused (fixture->path, "x", "journal/output: is not of a journal");
  assert_untouched (fixture, "output", "precious", 1);
  g_assert_true (g_file_set_contents (events, "", 0, NULL));
  assert_refused (fixture->path, "x", "journal/output: is not of a journal");
  assert_untouched (fixture, "output", "precious", 3);
  make_foreign (fixture, "lock", "precious");
  assert_refused (fixture->path, "x", "journal/lock: is not of a journal");
  assert_untouched (fixture, "lock", "precious", 1);
  g_assert_true (g_file_set_contents (events, "mine\n", -1, NULL));
  assert_refused (fixture->path, "x", "does not begin as a journal does");
  assert_untouched (fixture, "lock", "precious", 2);
  /* What a run has left that was killed at once. */
  make_foreign (fixture, "lock", "process 1, since 2026-01-01 00:00:00\n");
  journal = open_journal (fixture->path, "x", NULL);
  g_assert_nonnull (journal);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journal-files/sums", test_sums);
  g_test_add_func ("/journal-files/sums-of-zeros", test_sums_of_zeros);
#define ADD(path, function)                                                                        \
  g_test_add ("/journal-files/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)
  ADD ("store/alone", test_store_alone);
  ADD ("store/side-by-side", test_store_side_by_side);
  ADD ("store/tell", test_store_tell);
  ADD ("store/scattered", test_store_scattered);
  ADD ("store/forget", test_store_forget);
  ADD ("store/full", test_store_full);
  ADD ("log/full", test_log_full);
  ADD ("log/torn", test_log_torn);
  ADD ("made", test_journal_made);
  ADD ("deep", test_journal_deep);
  ADD ("of-another", test_journal_of_another);
  ADD ("of-other-options", test_journal_of_other_options);
  ADD ("busy", test_journal_busy);
  ADD ("dying", test_journal_dying);
  ADD ("unmade", test_journal_unmade);
  ADD ("foreign", test_journal_foreign);
  ADD ("same-names", test_journal_same_names);
  return g_test_run ();
}
