/* SPDX-License-Identifier: MIT */
/* What the options about the journal say, and what a run is of. */

#include <string.h>

#include "base/apool-error.h"
#include "cli/apool-options.h"
#include "cli/apool-run-identity.h"
#include "record/apool-journal-identity.h"

static ApoolOptions *
parse (const char *const *words, GError **error)
{
  return apool_options_parse ((int) g_strv_length ((char **) words), (char **) words, error);
}

#define PARSE(error, ...)                                                                          \
  parse ((const char *const[]){ "apool", "--plain", __VA_ARGS__, NULL }, error)

#define ASSERT_REFUSED(expected, ...)                                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autoptr (GError) why = NULL;                                                                 \
    g_assert_null (PARSE (&why, __VA_ARGS__));                                                     \
    g_assert_error (why, APOOL_ERROR, APOOL_ERROR_USAGE);                                          \
    g_assert_cmpstr (why->message, ==, expected);                                                  \
  }                                                                                                \
  G_STMT_END

static void
test_values (void)
{
  g_autoptr (ApoolOptions) none = PARSE (NULL, "true");
  g_autoptr (ApoolOptions) some = PARSE (NULL, "--journal", "d", "--journal-sync", "1m30s",
                                         "--journal-rerun", "failed", "true");
  g_autoptr (ApoolOptions) others =
      PARSE (NULL, "--journal=d", "--journal-sync=0", "--journal-rerun=all", "true");
  g_autoptr (ApoolOptions) little = PARSE (NULL, "--journal=d", "--journal-sync=0.0001", "true");

  g_assert_null (none->record.journal);
  g_assert_cmpuint (none->record.journal_sync_msec, ==, 1000);
  g_assert_cmpint (none->record.journal_rerun, ==, APOOL_RERUN_NONE);
  g_assert_cmpstr (some->record.journal, ==, "d");
  g_assert_cmpuint (some->record.journal_sync_msec, ==, 90000);
  g_assert_cmpint (some->record.journal_rerun, ==, APOOL_RERUN_FAILED);
  g_assert_cmpuint (others->record.journal_sync_msec, ==, 0);
  g_assert_cmpint (others->record.journal_rerun, ==, APOOL_RERUN_ALL);
  /* What is not 0 does not become it. */
  g_assert_cmpuint (little->record.journal_sync_msec, ==, 1);
}

static void
test_refused (void)
{
  ASSERT_REFUSED ("--journal-rerun x: not a choice: use none, failed or all", "--journal-rerun=x",
                  "true");
  ASSERT_REFUSED ("--journal-sync: of what: use --journal DIR", "--journal-sync=3", "true");
  ASSERT_REFUSED ("--journal-rerun: of what: use --journal DIR", "--journal-rerun=none", "true");
  ASSERT_REFUSED ("--journal: not with -u: what jobs write does not pass through apool",
                  "--journal=d", "-u", "true");
  ASSERT_REFUSED ("--journal: not with --tty: what jobs write does not pass through apool",
                  "--journal=d", "--tty", "true");
  ASSERT_REFUSED ("--journal: not with --open-tty: what jobs write does not pass through apool",
                  "--journal=d", "--open-tty", "true");
}

/* Whether a run of the first words and one of the others are of the same. */
static gboolean
is_same (ApoolOptions *a, ApoolOptions *b)
{
  g_autoptr (ApoolRunIdentity) first = apool_run_identity_new (a, "/bin/sh", NULL);
  g_autoptr (ApoolRunIdentity) second = apool_run_identity_new (b, "/bin/sh", NULL);
  const ApoolJournalEvent *one = apool_run_identity_get_event (first);
  const ApoolJournalEvent *two = apool_run_identity_get_event (second);
  g_autofree char *difference = apool_journal_identity_dup_difference (one, two);
  g_autofree char *context = apool_journal_identity_dup_context (one);
  g_autofree char *other = apool_journal_identity_dup_context (two);

  g_assert_true ((difference == NULL) == (strcmp (context, other) == 0));
  return difference == NULL;
}

/* The same inputs would become other jobs, or something else is kept of them. */
static void
test_identity (void)
{
  static const char *const COUNT[] = {
    "-0",
    "-d,",
    "-C,",
    "--csv",
    "--jsonl",
    "--header=:",
    "--match=a",
    "--trim=lr",
    "--link",
    "-N2",
    "-n2",
    "-L2",
    "-l2",
    "-X",
    "-m",
    "--xargs",
    "-s100",
    "-I,,",
    "--er=,,",
    "--plus",
    "--parens=,,,,",
    "--rpl=,, s/a/b/",
    "-q",
    "--shell",
    "--no-shell",
    "--shell-quote",
    "--wd=/",
    "--wd=...",
    "--merge",
  };
  g_autoptr (ApoolOptions) plain = PARSE (NULL, "echo", "{}");
  g_autoptr (ApoolOptions) other = PARSE (NULL, "echo", "{.}");

  g_assert_false (is_same (plain, other));
  for (gsize i = 0; i < G_N_ELEMENTS (COUNT); i++)
    {
      g_autoptr (ApoolOptions) with = PARSE (NULL, COUNT[i], "echo", "{}");

      g_assert_nonnull (with);
      g_assert_true (is_same (with, with));
      if (is_same (plain, with))
        g_error ("%s does not count", COUNT[i]);
    }
}

static void
test_not_identity (void)
{
  static const char *const DO_NOT[] = {
    "-j3",
    "--tag",
    "-k",
    "--unordered",
    "--lb",
    "--results=x",
    "--shuf",
    "--filter=1",
    "-r",
    "--timeout=3",
    "--retries=3",
    "--halt=now,fail=1",
    "--delay=1",
    "--nice=3",
    "--workers=2",
    "--bad-input=skip",
    "--skip-inputs=3",
    "--max-inputs=2",
    "--partition=1/2",
    "--joblog=x",
    "--title=x",
    "--show=failed",
    "--journal=x",
    "-v",
    "--compress",
  };
  g_autoptr (ApoolOptions) plain = PARSE (NULL, "echo", "{}");

  for (gsize i = 0; i < G_N_ELEMENTS (DO_NOT); i++)
    {
      g_autoptr (ApoolOptions) with = PARSE (NULL, DO_NOT[i], "echo", "{}", ":::", "a");

      g_assert_nonnull (with);
      if (!is_same (plain, with))
        g_error ("%s counts", DO_NOT[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/option-journal/values", test_values);
  g_test_add_func ("/option-journal/refused", test_refused);
  g_test_add_func ("/option-journal/identity", test_identity);
  g_test_add_func ("/option-journal/not-identity", test_not_identity);
  return g_test_run ();
}
