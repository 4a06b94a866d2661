/* SPDX-License-Identifier: MIT */
/* The rules by which a job may be started: the time is the test's, and so are the kernel's files.
 */

#include <string.h>

#include "base/apool-error.h"
#include "fake-root.h"
#include "gates/apool-activity.h"
#include "gates/apool-delay.h"
#include "gates/apool-load.h"
#include "gates/apool-pressure.h"
#include "gates/apool-rate.h"

#define SEC G_USEC_PER_SEC

/* A moment that is far from 0. */
#define START (1000 * (gint64) SEC)

/* ---- asking ---- */

/* Checks that a job may be started at @now. */
static void
test_rules_check_open (const ApoolRuleKind *kind, gpointer rule, gint64 now)
{
  ApoolRuleAnswer answer = { 0 };

  kind->ask (rule, now, &answer);
  g_assert_cmpstr (answer.failure, ==, NULL);
  g_assert_true (answer.is_open);
}

/* Checks that none may, and that it is worth asking again after @again. */
static void
test_rules_check_closed (
    const ApoolRuleKind *kind, gpointer rule, gint64 now, gint64 again, const char *why)
{
  g_autoptr (GString) said = g_string_new (NULL);
  ApoolRuleAnswer answer = { .why = said };

  kind->ask (rule, now, &answer);
  g_assert_cmpstr (answer.failure, ==, NULL);
  g_assert_false (answer.is_open);
  g_assert_cmpint (ABS (answer.again_usec - again), <=, 1);
  g_assert_cmpstr (said->str, ==, why);
  answer.why = NULL; /* which nobody has to want to know */
  kind->ask (rule, now, &answer);
  g_assert_false (answer.is_open);
}

/* Checks that a job may be started because nobody knows why not. */
static void
test_rules_check_fails (const ApoolRuleKind *kind, gpointer rule, gint64 now, const char *pattern)
{
  ApoolRuleAnswer answer = { 0 };

  kind->ask (rule, now, &answer);
  g_assert_nonnull (answer.failure);
  g_test_message ("%s", answer.failure);
  g_assert_true (g_pattern_match_simple (pattern, answer.failure));
  g_assert_true (answer.is_open);
  g_free (answer.failure);
}

static void
test_rules_check_error (GError *error, const char *pattern)
{
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
  g_test_message ("%s", error->message);
  g_assert_true (g_pattern_match_simple (pattern, error->message));
  g_error_free (error);
}

static ApoolOutcome *
test_rules_make_outcome (int code, gboolean by_pool)
{
  ApoolUsage usage = { 0 };

  return apool_outcome_new (APOOL_OUTCOME_EXITED, code, &usage, by_pool, FALSE, NULL);
}

static void
test_rules_leave (const ApoolRuleKind *kind, gpointer rule, int code)
{
  g_autoptr (ApoolOutcome) outcome = test_rules_make_outcome (code, FALSE);

  kind->leave (rule, 1, outcome, START);
}

/* ---- delay ---- */

static void
test_rules_delay (void)
{
  const ApoolRuleKind *kind = apool_delay_get_kind ();
  ApoolDelay *delay = apool_delay_new (2 * SEC, FALSE);

  g_test_summary ("The first job starts at once, each other one so long after the one before it, "
                  "whatever becomes of them.");
  test_rules_check_open (kind, delay, START);
  kind->enter (delay, 1, START - SEC);
  test_rules_check_closed (kind, delay, START + 5 * SEC, 2 * SEC,
                           "2.000 s until 2.000 s after the last start");
  kind->started (delay, 1, START);
  test_rules_check_closed (kind, delay, START, 2 * SEC,
                           "2.000 s until 2.000 s after the last start");
  test_rules_leave (kind, delay, 1);
  test_rules_check_closed (kind, delay, START + SEC, SEC,
                           "1.000 s until 2.000 s after the last start");
  test_rules_check_open (kind, delay, START + 2 * SEC);
  kind->enter (delay, 2, START + 4 * SEC);
  kind->leave (delay, 2, NULL, START + 4 * SEC); /* it was not started after all */
  test_rules_check_open (kind, delay, START + 6 * SEC);
  kind->enter (delay, 3, START + 4 * SEC);
  kind->started (delay, 3, START + 5 * SEC);
  test_rules_check_closed (kind, delay, START + 6 * SEC, SEC,
                           "1.000 s until 2.000 s after the last start");
  kind->free (delay);
}

static void
test_rules_delay_auto (void)
{
  const ApoolRuleKind *kind = apool_delay_get_kind ();
  ApoolDelay *delay = apool_delay_new (SEC, TRUE);
  g_autoptr (ApoolOutcome) ended = test_rules_make_outcome (1, TRUE);

  g_test_summary ("A failure makes it 30 % longer, a success 10 % shorter; what was ended, lost or "
                  "not started changes nothing.");
  kind->enter (delay, 1, START);
  test_rules_leave (kind, delay, 3);
  test_rules_check_closed (kind, delay, START, 1300000,
                           "1.300 s until 1.300 s after the last start");
  test_rules_leave (kind, delay, 0);
  test_rules_check_closed (kind, delay, START, 1170000,
                           "1.170 s until 1.170 s after the last start");
  kind->leave (delay, 1, NULL, START);
  kind->leave (delay, 1, ended, START);
  test_rules_check_closed (kind, delay, START, 1170000,
                           "1.170 s until 1.170 s after the last start");
  kind->free (delay);
}

static void
test_rules_delay_grows (void)
{
  const ApoolRuleKind *kind = apool_delay_get_kind ();
  ApoolDelay *delay = apool_delay_new (0, TRUE);

  g_test_summary ("One that begins with nothing grows, too, but not for ever.");
  kind->enter (delay, 1, START);
  test_rules_check_open (kind, delay, START);
  test_rules_leave (kind, delay, 1);
  test_rules_check_closed (kind, delay, START, 10000, "0.010 s until 0.010 s after the last start");
  for (int i = 0; i < 200; i++)
    test_rules_leave (kind, delay, 1);
  test_rules_check_closed (kind, delay, START, 86400 * (gint64) SEC,
                           "86400.000 s until 86400.000 s after the last start");
  kind->free (delay);
}

/* ---- rate ---- */

static void
test_rules_rate (void)
{
  const ApoolRuleKind *kind = apool_rate_get_kind ();
  ApoolRate *rate = apool_rate_new (10, SEC, 1);

  kind->enter (rate, 1, START);
  test_rules_check_closed (kind, rate, START, 100000, "0.100 s until the next start");
  test_rules_check_closed (kind, rate, START + 60000, 40000, "0.040 s until the next start");
  test_rules_check_open (kind, rate, START + 100000);
  kind->enter (rate, 1, START + 100000);
  test_rules_check_closed (kind, rate, START + 100000, 100000, "0.100 s until the next start");
  kind->free (rate);
}

static void
test_rules_rate_burst (void)
{
  const ApoolRuleKind *kind = apool_rate_get_kind ();
  ApoolRate *rate = apool_rate_new (2, SEC, 3);
  gint64 later = START + 100 * (gint64) SEC;

  g_test_summary ("A few at once, at first and after a while without any, and never more.");
  for (int round = 0; round < 2; round++)
    {
      gint64 now = round == 0 ? START : later;

      for (int i = 0; i < 3; i++)
        {
          test_rules_check_open (kind, rate, now);
          kind->enter (rate, 1, now);
        }
      test_rules_check_closed (kind, rate, now, 500000, "0.500 s until the next start");
    }
  kind->free (rate);
}

static void
test_rules_rate_average (void)
{
  const ApoolRuleKind *kind = apool_rate_get_kind ();
  ApoolRate *rate = apool_rate_new (7, 60 * (gint64) SEC, 5);
  gint64 now = START;
  guint n_started = 0;

  g_test_summary ("Whoever asks when he is told to gets the rate, and the burst beside it.");
  while (now <= START + 3600 * (gint64) SEC)
    {
      ApoolRuleAnswer answer = { 0 };

      kind->ask (rate, now, &answer);
      if (answer.is_open)
        {
          kind->enter (rate, 1, now);
          n_started++;
        }
      else
        now += answer.again_usec;
    }
  /* The last one falls on the end of the hour, or just behind it. */
  g_assert_cmpuint (n_started, >=, 7 * 60 + 4);
  g_assert_cmpuint (n_started, <=, 7 * 60 + 5);
  kind->free (rate);
}

static void
test_rules_rate_parse (void)
{
  static const char *const good[] = { "10/s", "0.5/m", "1000000000/h", "3/s,burst=20", ".1/s" };
  static const struct
  {
    const char *text;
    const char *error;
  } bad[] = {
    { "", "column 1: not a number of starts: use *" },
    { "-1/s", "column 1: not a number of starts: *" },
    { "0/s", "column 1: not a number of starts: *" },
    { "1..5/s", "column 1: not a number of starts: *" },
    { "2000000000/s", "column 1: not a number of starts: *" },
    { "10", "column 3: no unit of time: *" },
    { "10/", "column 3: no unit of time: *" },
    { "10/d", "column 3: no unit of time: *" },
    { "10/sec", "column 5: not known: *" },
    { "10/s,", "column 5: not known: *" },
    { "10/s,burst=", "column 12: not a number of starts at once: *" },
    { "10/s,burst=0.5", "column 12: not a number of starts at once: *" },
    { "10/s,burst=3x", "column 13: not known: *" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      ApoolRate *rate = apool_rate_parse (good[i], &error);

      g_assert_no_error (error);
      apool_rate_get_kind ()->free (rate);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      GError *error = NULL;

      g_assert_null (apool_rate_parse (bad[i].text, &error));
      test_rules_check_error (error, bad[i].error);
    }
}

/* ---- load ---- */

/* So many threads run, this one included. */
static void
test_rules_write_load (const char *root, guint n_running, guint n_blocked)
{
  g_autofree char *text = g_strdup_printf ("cpu  1 2 3\nctxt 99\nprocs_running %u\n"
                                           "procs_blocked %u\nsoftirq 1 2\n",
                                           n_running, n_blocked);

  fake_root_write (root, "proc/stat", text);
}

static ApoolLoad *
test_rules_make_load (const char *root, const char *text)
{
  g_autoptr (GError) error = NULL;
  ApoolLoad *load = apool_load_new (root, text, 8, &error);

  g_assert_no_error (error);
  return load;
}

static void
test_rules_load (void)
{
  const ApoolRuleKind *kind = apool_load_get_kind ();
  g_auto (FakeRoot) root = fake_root_new ();
  ApoolLoad *load;

  g_test_summary ("What runs and what waits for a disk counts, but for this process.");
  test_rules_write_load (root, 3, 1);
  load = test_rules_make_load (root, "3");
  test_rules_check_closed (kind, load, START, SEC / 5, "load 3, not below 3");
  test_rules_write_load (root, 3, 0);
  test_rules_check_open (kind, load, START);
  fake_root_write (root, "proc/stat", "procs_running 4\n");
  test_rules_check_closed (kind, load, START, SEC / 5, "load 3, not below 3");
  kind->free (load);
}

static void
test_rules_load_fresh (void)
{
  const ApoolRuleKind *kind = apool_load_get_kind ();
  g_auto (FakeRoot) root = fake_root_new ();
  ApoolLoad *load;

  g_test_summary ("What was just started counts though it is not seen yet, until it is over.");
  test_rules_write_load (root, 1, 0);
  load = test_rules_make_load (root, "2");
  kind->enter (load, 1, START);
  test_rules_check_open (kind, load, START);
  kind->enter (load, 1, START);
  test_rules_check_closed (kind, load, START, SEC / 5, "load 2, not below 2");
  kind->leave (load, 1, NULL, START);
  test_rules_check_open (kind, load, START);
  kind->enter (load, 1, START);
  test_rules_check_closed (kind, load, START + SEC / 11, SEC / 5, "load 2, not below 2");
  test_rules_check_open (kind, load, START + SEC / 10);
  kind->free (load);
}

static void
test_rules_load_limits (void)
{
  static const struct
  {
    const char *text;
    double limit;
  } cases[] = {
    { "3", 3 },     { "1.5", 1.5 }, { "0", 0.01 }, { "0%", 0.01 }, { "100%", 8 },   { "50%", 4 },
    { "12.5%", 1 }, { "+2", 10 },   { "-3", 5 },   { "-8", 0.01 }, { "-99", 0.01 },
  };
  static const char *const bad[] = {
    "", "0%x", "x", "1e3", "+", "-", "%", "+5%", "1.2.3", "/", "."
  };
  g_auto (FakeRoot) root = fake_root_new ();

  test_rules_write_load (root, 1, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ApoolLoad *load = test_rules_make_load (root, cases[i].text);

      g_assert_cmpfloat_with_epsilon (apool_load_get_limit (load), cases[i].limit, 1e-9);
      apool_load_get_kind ()->free (load);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      GError *error = NULL;

      g_test_message ("'%s'", bad[i]);
      g_assert_null (apool_load_new (root, bad[i], 8, &error));
      test_rules_check_error (error, "not a load, and not a file: *");
    }
}

static void
test_rules_load_file (void)
{
  const ApoolRuleKind *kind = apool_load_get_kind ();
  g_auto (FakeRoot) root = fake_root_new ();
  g_autofree char *path = g_build_filename (root, "limit", NULL);
  ApoolRuleAnswer answer = { 0 };
  GError *error = NULL;
  ApoolLoad *load;

  g_test_summary ("The limit can be in a file, and change there; where it cannot be read any more, "
                  "the last one counts on.");
  test_rules_write_load (root, 5, 0);
  fake_root_write (root, "limit", "lots\n");
  g_assert_null (apool_load_new (root, path, 8, &error));
  test_rules_check_error (error, "*limit: not a load in it: *");
  fake_root_write (root, "limit", "50%\n");
  load = test_rules_make_load (root, path);
  test_rules_check_closed (kind, load, START, SEC / 5, "load 4, not below 4");
  fake_root_write (root, "limit", "+0\n");
  test_rules_check_open (kind, load, START);
  fake_root_remove (root, "limit");
  kind->ask (load, START, &answer);
  g_assert_true (answer.is_open);
  g_assert_true (g_str_has_suffix (answer.failure, "; it stays at 8"));
  g_free (answer.failure);
  kind->free (load);
}

static void
test_rules_load_unknown (void)
{
  const ApoolRuleKind *kind = apool_load_get_kind ();
  g_auto (FakeRoot) root = fake_root_new ();
  GError *error = NULL;
  ApoolLoad *load;

  g_assert_null (apool_load_new (root, "3", 8, &error));
  test_rules_check_error (error, "*proc/stat*No such file or directory");
  fake_root_write (root, "proc/stat", "cpu 1\nprocs_runningx 3\nprocs_running many\n");
  error = NULL;
  g_assert_null (apool_load_new (root, "3", 8, &error));
  test_rules_check_error (error, "*proc/stat: no number of running processes");
  test_rules_write_load (root, 9, 0);
  load = test_rules_make_load (root, "3");
  fake_root_remove (root, "proc/stat");
  test_rules_check_fails (kind, load, START, "*proc/stat*");
  kind->free (load);
}

/* ---- swap and disks ---- */

static void
test_rules_write_swap (const char *root, guint64 in, guint64 out)
{
  g_autofree char *text = g_strdup_printf (
      "nr_free_pages 5\npswpin %" G_GUINT64_FORMAT "\npswpout %" G_GUINT64_FORMAT "\n", in, out);

  fake_root_write (root, "proc/vmstat", text);
}

static void
test_rules_swap (void)
{
  const ApoolRuleKind *kind = apool_activity_get_kind ();
  g_auto (FakeRoot) root = fake_root_new ();
  g_autoptr (GError) error = NULL;
  ApoolActivity *swap;
  gint64 now = START;

  g_test_summary ("Two looks a second apart; only what goes in and out at once is swapping.");
  test_rules_write_swap (root, 100, 200);
  swap = apool_activity_new_swap (root, &error);
  g_assert_no_error (error);
  test_rules_check_closed (kind, swap, now, SEC, "looking for 1 s");
  test_rules_check_closed (kind, swap, now + SEC / 4, SEC - SEC / 4, "looking for 1 s");
  test_rules_check_open (kind, swap, now += SEC);
  test_rules_write_swap (root, 150, 207);
  test_rules_check_open (kind, swap, now + SEC / 2);
  test_rules_check_closed (kind, swap, now += SEC, SEC, "swapped 50 pages in and 7 out in 1.0 s");
  test_rules_check_closed (kind, swap, now + SEC / 2, SEC / 2,
                           "swapped 50 pages in and 7 out in 1.0 s");
  test_rules_write_swap (root, 150, 907);
  test_rules_check_open (kind, swap, now += SEC);
  test_rules_check_closed (kind, swap, now + 11 * (gint64) SEC, SEC, "looking for 1 s");
  kind->free (swap);
}

static void
test_rules_swap_unknown (void)
{
  const ApoolRuleKind *kind = apool_activity_get_kind ();
  g_auto (FakeRoot) root = fake_root_new ();
  g_autoptr (GError) none = NULL;
  GError *error = NULL;
  ApoolActivity *swap;

  g_assert_null (apool_activity_new_swap (root, &error));
  test_rules_check_error (error, "*proc/vmstat*No such file*");
  test_rules_write_swap (root, 0, 0);
  swap = apool_activity_new_swap (root, &none);
  fake_root_write (root, "proc/vmstat", "pswpin 3\n");
  test_rules_check_fails (kind, swap, START, "*proc/vmstat: does not say what is asked for");
  kind->free (swap);
}

static void
test_rules_write_disks (const char *root, guint sda, guint sdb)
{
  g_autofree char *text = g_strdup_printf ("   8       0 sda 9 9 9 9 9 9 9 9 0 %u 9 0 0\n"
                                           "   8      16 sdb 1 1 1 1 1 1 1 1 0 %u 9 0 0\n"
                                           "half a line\n",
                                           sda, sdb);

  fake_root_write (root, "proc/diskstats", text);
}

static void
test_rules_disk (void)
{
  const ApoolRuleKind *kind = apool_activity_get_kind ();
  g_auto (FakeRoot) root = fake_root_new ();
  g_autoptr (GError) error = NULL;
  ApoolActivity *disk;

  g_test_summary ("The busiest disk counts.");
  test_rules_write_disks (root, 1000, 50);
  disk = apool_activity_new_disk (root, 50, &error);
  g_assert_no_error (error);
  test_rules_check_closed (kind, disk, START, SEC, "looking for 1 s");
  test_rules_write_disks (root, 1500, 350);
  test_rules_check_open (kind, disk, START + SEC);
  test_rules_write_disks (root, 1600, 970);
  test_rules_check_closed (kind, disk, START + 2 * SEC, SEC, "disk sdb busy 62% > 50%");
  kind->free (disk);
}

/* ---- pressure ---- */

static void
test_rules_write_pressure (const char *root, const char *path, const char *avg10)
{
  g_autofree char *text = g_strdup_printf ("some avg10=%s avg60=99.00 avg300=99.00 total=5\n"
                                           "full avg10=99.00 avg60=99.00 avg300=99.00 total=5\n",
                                           avg10);

  fake_root_write (root, path, text);
}

static ApoolPressure *
test_rules_make_pressure (const char *root, const char *text)
{
  g_autoptr (GError) error = NULL;
  ApoolPressure *pressure = apool_pressure_new (root, text, &error);

  g_assert_no_error (error);
  return pressure;
}

/* Checks that no job may be started for @reason, which the file @path says. */
static void
test_rules_check_pressed (ApoolPressure *pressure,
                          const char *root,
                          const char *reason,
                          const char *path)
{
  g_autofree char *file = g_build_filename (root, path, NULL);
  g_autofree char *why = g_strdup_printf ("%s (%s)", reason, file);

  test_rules_check_closed (apool_pressure_get_kind (), pressure, START, SEC, why);
}

static void
test_rules_pressure (void)
{
  const ApoolRuleKind *kind = apool_pressure_get_kind ();
  g_auto (FakeRoot) root = fake_root_new ();
  ApoolPressure *pressure;

  test_rules_write_pressure (root, "proc/pressure/cpu", "20.00");
  test_rules_write_pressure (root, "proc/pressure/io", "3.50");
  pressure = test_rules_make_pressure (root, "cpu=20,io=3.5%");
  test_rules_check_open (kind, pressure, START);
  test_rules_write_pressure (root, "proc/pressure/io", "3.51");
  test_rules_check_pressed (pressure, root, "io pressure 3.51% > 3.5%", "proc/pressure/io");
  test_rules_write_pressure (root, "proc/pressure/cpu", "20.01");
  test_rules_check_pressed (pressure, root, "cpu pressure 20.01% > 20%", "proc/pressure/cpu");
  fake_root_remove (root, "proc/pressure/cpu");
  test_rules_check_fails (kind, pressure, START, "*proc/pressure/cpu*");
  kind->free (pressure);
}

static void
test_rules_pressure_group (void)
{
  const char *path = "sys/fs/cgroup/unified/user.slice/job/memory.pressure";
  const ApoolRuleKind *kind = apool_pressure_get_kind ();
  g_auto (FakeRoot) root = fake_root_new ();
  ApoolPressure *pressure;

  g_test_summary ("What our own cgroup suffers counts, not what others do; where it does not tell, "
                  "the machine does.");
  fake_root_write (root, "proc/self/cgroup",
                   "9:name=systemd:/x\n1:cpu:/0::/y\n0::/user.slice/job\n");
  fake_root_write (root, "proc/self/mountinfo",
                   "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n");
  test_rules_write_pressure (root, path, "12.00");
  test_rules_write_pressure (root, "proc/pressure/memory", "0.00");
  test_rules_write_pressure (root, "proc/pressure/cpu", "7.00");
  pressure = test_rules_make_pressure (root, "memory=10");
  test_rules_check_pressed (pressure, root, "memory pressure 12% > 10%", path);
  kind->free (pressure);
  pressure = test_rules_make_pressure (root, "cpu=5,memory=15");
  test_rules_check_pressed (pressure, root, "cpu pressure 7% > 5%", "proc/pressure/cpu");
  kind->free (pressure);
}

static void
test_rules_pressure_bad (void)
{
  static const struct
  {
    const char *text;
    const char *error;
  } cases[] = {
    { "", "column 1: no resource of this name and its limit: use *" },
    { "cpu", "column 1: no resource of this name and its limit: *" },
    { "disk=5", "column 1: no resource of this name and its limit: *" },
    { "cpu=", "column 5: not a number of percent: *" },
    { "cpu=x", "column 5: not a number of percent: *" },
    { "cpu=101", "column 5: not a number of percent: *" },
    { "cpu=5;io=6", "column 5: not a number of percent: *" },
    { "cpu=1.2.3", "column 5: not a number of percent: *" },
    { "cpu=5,", "column 7: no resource of this name and its limit: *" },
    { "cpu=5,cpu=6", "column 7: it has a limit already: *" },
    { "io=5", "io: the kernel does not tell of the pressure: *proc/pressure/io*" },
    { "memory=5", "memory: the kernel does not tell of the pressure: *: no pressure in it" },
  };
  g_auto (FakeRoot) root = fake_root_new ();

  test_rules_write_pressure (root, "proc/pressure/cpu", "20.00");
  fake_root_write (root, "proc/pressure/memory", "some avg10=\n");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GError *error = NULL;

      g_test_message ("'%s'", cases[i].text);
      g_assert_null (apool_pressure_new (root, cases[i].text, &error));
      test_rules_check_error (error, cases[i].error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/rules/delay", test_rules_delay);
  g_test_add_func ("/rules/delay/auto", test_rules_delay_auto);
  g_test_add_func ("/rules/delay/grows", test_rules_delay_grows);
  g_test_add_func ("/rules/rate", test_rules_rate);
  g_test_add_func ("/rules/rate/burst", test_rules_rate_burst);
  g_test_add_func ("/rules/rate/average", test_rules_rate_average);
  g_test_add_func ("/rules/rate/parse", test_rules_rate_parse);
  g_test_add_func ("/rules/load", test_rules_load);
  g_test_add_func ("/rules/load/fresh", test_rules_load_fresh);
  g_test_add_func ("/rules/load/limits", test_rules_load_limits);
  g_test_add_func ("/rules/load/file", test_rules_load_file);
  g_test_add_func ("/rules/load/unknown", test_rules_load_unknown);
  g_test_add_func ("/rules/swap", test_rules_swap);
  g_test_add_func ("/rules/swap/unknown", test_rules_swap_unknown);
  g_test_add_func ("/rules/disk", test_rules_disk);
  g_test_add_func ("/rules/pressure", test_rules_pressure);
  g_test_add_func ("/rules/pressure/group", test_rules_pressure_group);
  g_test_add_func ("/rules/pressure/bad", test_rules_pressure_bad);
  return g_test_run ();
}
