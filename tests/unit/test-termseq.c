/* SPDX-License-Identifier: MIT */
/* Signals by name and number, and the sequences of them that end jobs. */

#include <signal.h>
#include <string.h>

#include "base/apool-error.h"
#include "base/apool-signal.h"
#include "base/apool-termseq.h"

static void
test_signals (void)
{
  const struct
  {
    const char *text;
    int signum; /* 0: there is none */
  } cases[] = {
    { "TERM", SIGTERM }, { "SIGTERM", SIGTERM }, { "sigterm", SIGTERM }, { "kill", SIGKILL },
    { "15", SIGTERM },   { "64", 64 },           { "CLD", SIGCHLD },     { "0", 0 },
    { "", 0 },           { "SIG", 0 },           { "SIG15", 0 },         { "-9", 0 },
    { "65", 0 },         { "TERMS", 0 },         { "TER", 0 },           { " TERM", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      int signum = 0;

      g_test_message ("'%s'", cases[i].text);
      g_assert_cmpint (apool_signal_parse (cases[i].text, strlen (cases[i].text), &signum), ==,
                       cases[i].signum != 0);
      g_assert_cmpint (signum, ==, cases[i].signum);
    }
}

static void
test_signal_names (void)
{
  g_autofree char *name = apool_signal_dup_name (SIGKILL);
  g_autofree char *number = apool_signal_dup_name (63);

  g_assert_cmpstr (name, ==, "SIGKILL");
  g_assert_cmpstr (number, ==, "63");
}

/* Returns: (transfer full): "15:5000 9:0" */
static char *
describe (const ApoolTermseq *termseq)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < termseq->n_steps; i++)
    g_string_append_printf (text, "%s%d:%u", i > 0 ? " " : "", termseq->steps[i].signum,
                            termseq->steps[i].wait_msec);
  return g_string_free (text, FALSE);
}

static void
test_sequences (void)
{
  const struct
  {
    const char *text;
    const char *steps;
  } cases[] = {
    { APOOL_TERMSEQ_DEFAULT, "15:5000 9:0" },
    { APOOL_TERMSEQ_PARALLEL, "15:200 15:100 15:50 9:0" },
    { "TERM,200,TERM,100,TERM,50,KILL,25", "15:200 15:100 15:50 9:0" },
    { "KILL", "9:0" },
    { "KILL,25", "9:0" },
    { "9", "9:0" },
    { "sigint,0,SIGkill", "2:0 9:0" },
    { "2,1000,15,1000,9", "2:1000 15:1000 9:0" },
    { "INT,100", "2:100 9:0" },
    { "INT", "2:500 9:0" },
    { "INT,100,TERM", "2:100 15:500 9:0" },
    { "KILL,10,TERM,10", "9:0" },
    { "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,KILL",
      "1:1 1:1 1:1 1:1 1:1 1:1 1:1 1:1 1:1 1:1 9:0" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *steps = NULL;
      ApoolTermseq termseq;

      g_test_message ("%s", cases[i].text);
      g_assert_true (apool_termseq_parse (cases[i].text, &termseq, &error));
      g_assert_no_error (error);
      steps = describe (&termseq);
      g_assert_cmpstr (steps, ==, cases[i].steps);
    }
}

static void
test_length (void)
{
  ApoolTermseq termseq;

  g_assert_true (apool_termseq_parse ("KILL", &termseq, NULL));
  g_assert_cmpuint (apool_termseq_get_msec (&termseq), ==, 0);
  g_assert_true (apool_termseq_parse (APOOL_TERMSEQ_PARALLEL, &termseq, NULL));
  g_assert_cmpuint (apool_termseq_get_msec (&termseq), ==, 350);
}

static void
test_bad_sequences (void)
{
  const struct
  {
    const char *text;
    const char *message;
  } cases[] = {
    { "", "column 1: not a signal: *" },
    { ",", "column 1: not a signal: *" },
    { "nonsense", "column 1: not a signal: *" },
    { "TERM,", "column 6: not a number of milliseconds*" },
    { "TERM,KILL", "column 6: not a number of milliseconds*" },
    { "TERM,-1,KILL", "column 6: not a number of milliseconds*" },
    { "TERM,86400001,KILL", "column 6: not a number of milliseconds*" },
    { "TERM,1.5", "column 6: not a number of milliseconds*" },
    { "TERM,200,", "column 10: not a signal: *" },
    { "TERM,200,99,1", "column 10: not a signal: *" },
    { "KILL,1,x", "column 8: not a signal: *" },
  };
  g_autoptr (GString) many = g_string_new ("HUP");
  g_autoptr (GError) too_many = NULL;
  ApoolTermseq termseq;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("'%s'", cases[i].text);
      g_assert_false (apool_termseq_parse (cases[i].text, &termseq, &error));
      g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
      if (!g_pattern_match_simple (cases[i].message, error->message))
        g_error ("%s", error->message);
    }
  for (guint i = 1; i < APOOL_TERMSEQ_MAX_STEPS; i++)
    g_string_append (many, ",0,HUP");
  g_assert_false (apool_termseq_parse (many->str, &termseq, &too_many));
  g_assert_nonnull (strstr (too_many->message, "too many signals"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/signal/parse", test_signals);
  g_test_add_func ("/signal/names", test_signal_names);
  g_test_add_func ("/termseq/parse", test_sequences);
  g_test_add_func ("/termseq/length", test_length);
  g_test_add_func ("/termseq/bad", test_bad_sequences);
  return g_test_run ();
}
