/* SPDX-License-Identifier: MIT */
/* Outputs that are more than the disk has room for, or may take of it. */

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "e2e.h"

#define MIB (1024 * 1024)

#define N_JOBS 4

/* What a job writes is lines of so many bytes, which begin with its number. */
#define LINE_BYTES 64
#define LINE_REST " 0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVW"
G_STATIC_ASSERT (sizeof LINE_REST == LINE_BYTES - 1);
#define WRITE_LINES "yes '{}" LINE_REST "' | head -c "

static guint64
get_job_bytes (void)
{
  return e2e_is_sanitized () ? 8 * MIB : 64 * MIB;
}

/* How much of a disk the files without a name take that the manager has open. */
static guint64
get_disk_bytes (E2eRun *run)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/fd", run->pid);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint64 n_bytes = 0;
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *link = g_build_filename (path, name, NULL);
      struct stat status;

      if (stat (link, &status) == 0 && S_ISREG (status.st_mode) && status.st_nlink == 0)
        n_bytes += (guint64) status.st_blocks * 512;
    }
  return n_bytes;
}

/* Reads so many bytes of what it writes. */
static void
read_block (E2eRun *run, char *block, gsize length)
{
  while (length > 0)
    {
      gsize n = e2e_read (run, block, length);

      g_assert_cmpuint (n, >, 0);
      block += n;
      length -= n;
    }
}

/* Returns: the number of the job that wrote all of it */
static int
check_block (const char *block, gsize length)
{
  for (gsize i = 0; i < length; i += LINE_BYTES)
    {
      g_assert_cmpint (block[i], ==, block[0]);
      g_assert_true (memcmp (block + i + 1, LINE_REST "\n", LINE_BYTES - 1) == 0);
    }
  return block[0] - '0';
}

/* Reads what all jobs write, each whole; looks at disk and memory at every MiB. Nothing is read
 * before something waits on the disk: where all leaves as fast as it comes, nothing needs to. */
static void
read_jobs (E2eRun *run, guint64 disk_limit, int order[N_JOBS])
{
  g_autofree char *block = g_malloc (MIB);
  guint64 n_most = 0;

  while (get_disk_bytes (run) == 0)
    sched_yield ();
  for (int job = 0; job < N_JOBS; job++)
    for (guint64 done = 0; done < get_job_bytes (); done += MIB)
      {
        int number;

        /* Before the block is read: after the last one it may have ended. */
        n_most = MAX (n_most, get_disk_bytes (run));
        if (!e2e_is_sanitized () && done % (16 * MIB) == 0)
          g_assert_cmpint (e2e_get_memory (run), <, 32 * MIB);
        read_block (run, block, MIB);
        number = check_block (block, MIB);
        if (done == 0)
          order[job] = number;
        g_assert_cmpint (number, ==, order[job]);
      }
  g_assert_cmpuint (n_most, <=, disk_limit);
}

static E2eRun *
start_jobs (const char *option)
{
  g_autofree char *command = g_strdup_printf (WRITE_LINES "%" G_GUINT64_FORMAT, get_job_bytes ());

  return e2e_start ("-j4", option, "--tmp-limit", "1M", command, ":::", "1", "2", "3", "4", NULL);
}

static void
check_ended (E2eRun *run)
{
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_cmpstr (run->err, ==, "");
}

static void
test_in_order (void)
{
  g_autoptr (E2eRun) run = start_jobs ("-k");
  int order[N_JOBS];

  read_jobs (run, MIB, order);
  check_ended (run);
  for (int i = 0; i < N_JOBS; i++)
    g_assert_cmpint (order[i], ==, i + 1);
}

/* In which order they come does not matter, but that each job comes once. */
static void
test_unordered (void)
{
  g_autoptr (E2eRun) run = start_jobs ("--unordered");
  int order[N_JOBS];
  guint seen = 0;

  read_jobs (run, MIB, order);
  check_ended (run);
  for (int i = 0; i < N_JOBS; i++)
    seen |= 1u << order[i];
  g_assert_cmpuint (seen, ==, 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4);
}

/* Four jobs write the same, of which the pattern goes on from one to the next. */
#define FLOODS "\"$2\" flood ::: 8000000 8000000 8000000 8000000"
#define CHECK_FLOODS " | cmp - <(\"$2\" flood 32000000)"

static void
check_quiet (const char *script)
{
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  g_assert_cmpstr (run->err, ==, "");
  g_assert_cmpstr (run->out, ==, "");
  e2e_assert_ended (run, 0);
}

/* There are no descriptors for the jobs' pipes: what they write comes in pieces. */
static void
test_pieces (void)
{
  check_quiet ("ulimit -n 66; \"$1\" -j4 --workers 1 --tmp-limit 1M " FLOODS CHECK_FLOODS);
  check_quiet (
      "ulimit -n 66; \"$1\" -j4 --workers 1 --unordered --tmp-limit 1M " FLOODS CHECK_FLOODS);
}

/* A line that is longer than may be kept is printed before its end, and nothing within it. */
static void
test_long_lines (void)
{
  const gsize n_bytes = 8000000;
  g_autoptr (E2eRun) run =
      e2e_shell ("", "\"$1\" -j4 --lb --tmp-limit 1M 'head -c 8000000 /dev/zero | tr \"\\0\" {}; "
                     "echo' ::: 1 2 3 4");
  guint seen = 0;

  e2e_assert_ended (run, 0);
  g_assert_cmpuint (run->out_length, ==, N_JOBS * (n_bytes + 1));
  for (const char *line = run->out; line < run->out + run->out_length; line += n_bytes + 1)
    {
      g_assert_true (memcmp (line, line + 1, n_bytes - 1) == 0);
      g_assert_cmpint (line[n_bytes], ==, '\n');
      seen |= 1u << (line[0] - '0');
    }
  g_assert_cmpuint (seen, ==, 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4);
}

/* Runs @before and @script of bash, where "$3" is a file system of 2 MiB.
 * Returns: whether there could be one */
static gboolean
run_on_small_disk (const char *dir, const char *before, const char *script)
{
  g_autofree char *path = g_build_filename (dir, "script", NULL);
  g_autofree char *command =
      g_strdup_printf ("mkdir %s/disk; unshare -rm bash %s \"$1\" \"$2\" %s/disk", dir, path, dir);
  g_autofree char *text =
      g_strconcat ("mount -t tmpfs -o size=2m none \"$3\" || exit 99\necho mounted\n", before, "\n",
                   script, NULL);
  g_autoptr (E2eRun) run = NULL;

  e2e_dir_write (dir, "script", text);
  run = e2e_shell ("", command);
  if (run->out_length == 0)
    return FALSE; /* who runs the test may not mount anything */
  g_assert_cmpstr (run->err, ==, "");
  g_assert_cmpstr (run->out, ==, "mounted\n");
  e2e_assert_ended (run, 0);
  return TRUE;
}

/* The same where no file may be larger than that: another errno, but one that is treated alike. */
static void
run_with_small_files (const char *dir, const char *script, guint left_kib)
{
  g_autofree char *path = g_build_filename (dir, "limited", NULL);
  g_autofree char *text =
      g_strdup_printf ("#!/bin/bash\nulimit -f %u\nexec \"%s\" \"$@\"\n", left_kib, e2e_apool ());
  g_autofree char *command =
      g_strdup_printf ("chmod +x %s; set -- %s \"$2\" %s\n%s", path, path, dir, script);
  g_autoptr (E2eRun) run = NULL;

  e2e_dir_write (dir, "limited", text);
  run = e2e_shell ("", command);
  g_assert_cmpstr (run->err, ==, "");
  g_assert_cmpstr (run->out, ==, "");
  e2e_assert_ended (run, 0);
}

static void
check_on_small_disk (const char *before, const char *script, guint left_kib)
{
  g_auto (E2eDir) dir = e2e_dir_new ();

  if (!run_on_small_disk (dir, before, script))
    g_test_message ("no file system of our own");
  run_with_small_files (dir, script, left_kib);
}

static void
test_small_disk (void)
{
  check_on_small_disk ("", "\"$1\" -j4 --tmpdir \"$3\" " FLOODS CHECK_FLOODS, 2048);
  check_on_small_disk ("", "\"$1\" -j4 --tmpdir \"$3\" --tmp-limit 1G " FLOODS CHECK_FLOODS, 2048);
  check_on_small_disk (
      "", "\"$1\" -j4 --tmpdir \"$3\" --tmp-limit 1G --unordered " FLOODS CHECK_FLOODS, 2048);
}

/* Somebody else has taken most of it, or all, and gives nothing back. */
static void
test_used_disk (void)
{
  static const char script[] = "\"$1\" -j4 --tmpdir \"$3\" " FLOODS CHECK_FLOODS;

  check_on_small_disk ("head -c 1800000 /dev/zero >\"$3/other\"", script, 256);
  check_on_small_disk ("cat /dev/zero >\"$3/other\" 2>&-", script, 0);
}

/* Jobs that fail write more than the disk may take of them together. */
static void
check_counted (const char *options, guint n_jobs)
{
  g_autofree char *script =
      g_strdup_printf ("\"$1\" -j4 %s '\"%s\" flood 200000; false' ::: $(seq %u) 2>&1 | "
                       "tr -d '\\033\\n' | wc -c; exit ${PIPESTATUS[0]}",
                       options, e2e_testprog (), n_jobs);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  g_assert_cmpint (atoi (run->out), >=, (int) n_jobs * 190000);
  e2e_assert_ended (run, (int) n_jobs);
}

static void
check_hopeless (const char *arguments)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *script =
      g_strdup_printf ("\"$1\" --tmpdir %s --tmp-limit 1M %s", dir, arguments);
  g_autofree char *start =
      g_strdup_printf ("apool: --tmpdir: %s: full: outputs that wait take ", dir);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  g_assert_true (g_str_has_prefix (run->err, start));
  g_assert_true (g_str_has_suffix (run->err, " use a larger --tmp-limit or another --tmpdir\n"));
  e2e_assert_count (run->err, "\n", 1);
  g_assert_cmpstr (run->out, ==, "");
  e2e_assert_ended (run, 255);
  e2e_wait_gone (run, 1000);
}

/* Where no job prints before its end, or not what it writes, one may be too much. */
static void
test_hopeless (void)
{
  check_hopeless ("--retries 2 " FLOODS);
  check_hopeless ("--show failed --unordered " FLOODS);
  check_hopeless ("\"$2\" flood-err ::: 8000000 >&2");
}

/* What one job writes and nobody may see yet can be more than the limit by what memory holds. */
static void
test_allowance (void)
{
  check_quiet ("\"$1\" -j4 --retries 2 --tmp-limit 100k \"$2\" flood ::: 800000 800000 800000 | "
               "cmp - <(\"$2\" flood 2400000)");
}

/* Jobs that are printed when they have ended go on one after the other, where none of them is too
 * much; also where the first one waits to be tried again. */
static void
test_one_by_one (void)
{
  check_counted ("--tmp-limit 300K --show failed --unordered", 12);
  check_counted ("--tmp-limit 300K --retries 2", 12);
  check_counted ("--tmp-limit 300K --retries 2 --unordered", 12);
  check_counted ("--tmp-limit 300K --lb --color-failed --unordered", 12);
}

static void
test_bad_limit (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--tmp-limit", "0", "echo", ":::", "a", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (
      run->err, ==,
      "apool: --tmp-limit 0: not a number of bytes: use a whole number, 1 or more (also "
      "2k, 2K)\n");
}

static void
add_tests (void)
{
  g_test_add_func ("/full/in-order", test_in_order);
  g_test_add_func ("/full/unordered", test_unordered);
  g_test_add_func ("/full/pieces", test_pieces);
  g_test_add_func ("/full/long-lines", test_long_lines);
  g_test_add_func ("/full/small-disk", test_small_disk);
  g_test_add_func ("/full/used-disk", test_used_disk);
  g_test_add_func ("/full/hopeless", test_hopeless);
  g_test_add_func ("/full/allowance", test_allowance);
  g_test_add_func ("/full/one-by-one", test_one_by_one);
  g_test_add_func ("/full/bad-limit", test_bad_limit);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
