/* SPDX-License-Identifier: MIT */
/* Leaves out what was done before. */

#include <string.h>

#include "record/apool-resume.h"

static void
test_resume_add (ApoolHistory *history, guint64 seq, const char *command, gboolean is_failed)
{
  ApoolPastJob job = {
    .seq = seq, .command = command, .command_length = strlen (command), .is_failed = is_failed
  };

  apool_history_add (history, &job);
}

static ApoolVerdict
test_resume_judge (ApoolResume *resume, guint64 seq, const char *command, guint64 occurrence)
{
  g_autoptr (GString) pattern = g_string_new (command);
  g_autoptr (ApoolIdentity) identity = apool_identity_new ("", pattern, NULL, 0, NULL);
  ApoolRecorded *recorded;
  ApoolVerdict verdict = apool_judge_judge (APOOL_JUDGE (resume), identity, seq, &recorded);

  g_assert_null (recorded);
  g_assert_cmpuint (apool_identity_get_occurrence (identity), ==, occurrence);
  return verdict;
}

static void
test_resume_say (const char *line, gpointer data)
{
  g_ptr_array_add (data, g_strdup (line));
}

/* One in front, one less, one that has failed, one twice as often as before. */
static void
test_resume_rules (void)
{
  static const struct
  {
    ApoolResumeRule rule;
    ApoolVerdict failed;
    const char *line;
  } CASES[] = {
    { APOOL_RESUME_NEW, APOOL_VERDICT_SKIP,
      "apool: resume: 2 done, 2 new, 1 no longer in the input" },
    { APOOL_RESUME_NOT_DONE, APOOL_VERDICT_RUN,
      "apool: resume: 1 done, 1 to be run again, 2 new, 1 no longer in the input" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);
      ApoolHistory *history = apool_history_new ();
      g_autoptr (ApoolResume) resume = apool_resume_new (history, CASES[i].rule);

      test_resume_add (history, 1, "a", FALSE);
      test_resume_add (history, 2, "b", TRUE);
      test_resume_add (history, 3, "c", FALSE);
      apool_resume_set_say (resume, test_resume_say, said);
      g_assert_cmpint (test_resume_judge (resume, 1, "new", 1), ==, APOOL_VERDICT_RUN);
      g_assert_cmpint (test_resume_judge (resume, 2, "a", 1), ==, APOOL_VERDICT_SKIP);
      g_assert_cmpint (test_resume_judge (resume, 3, "a", 2), ==, APOOL_VERDICT_RUN);
      g_assert_cmpint (test_resume_judge (resume, 4, "b", 1), ==, CASES[i].failed);
      g_assert_cmpuint (said->len, ==, 0);
      apool_judge_end (APOOL_JUDGE (resume));
      g_assert_cmpuint (said->len, ==, 1);
      g_assert_cmpstr (said->pdata[0], ==, CASES[i].line);
    }
}

/* Nothing was run before, or is not to be left out: equal jobs are counted. */
static void
test_resume_counts (void)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);
      ApoolHistory *history = i > 0 ? apool_history_new () : NULL;
      g_autoptr (ApoolResume) resume =
          apool_resume_new (history, i == 1 ? APOOL_RESUME_ALL : APOOL_RESUME_NEW);

      if (i == 1)
        test_resume_add (history, 1, "a", FALSE);
      else
        apool_resume_set_say (resume, test_resume_say, said);
      g_assert_cmpint (test_resume_judge (resume, 1, "a", 1), ==, APOOL_VERDICT_RUN);
      g_assert_cmpint (test_resume_judge (resume, 2, "b", 1), ==, APOOL_VERDICT_RUN);
      g_assert_cmpint (test_resume_judge (resume, 3, "a", 2), ==, APOOL_VERDICT_RUN);
      apool_judge_end (APOOL_JUDGE (resume));
      g_assert_cmpuint (said->len, ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resume/rules", test_resume_rules);
  g_test_add_func ("/resume/counts", test_resume_counts);
  return g_test_run ();
}
