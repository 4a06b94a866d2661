/* SPDX-License-Identifier: MIT */
/*
 * The stress tests that GNU parallel's parallel_alternatives(7) names for programs of its kind,
 * under "TESTING OTHER TOOLS": one for each, by the name it has there. They are cut to what two
 * busy processors do in a few seconds; with APOOL_TEST_LARGE=1 they are about as large as there,
 * and want 20 GiB in the temporary folder and `meson test -t 5`.
 */

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "e2e.h"

#define MIB (G_GINT64_CONSTANT (1024) * 1024)

/* Far above what manager and workers need, far below what they pass on. */
#define MEMORY_LIMIT (64 * MIB)

/* Runs a script of bash in a folder; to it, $apool and $TESTPROG are the programs. */
static E2eRun *
run_script (const char *dir, const char *settings, const char *script)
{
  g_autofree char *text =
      g_strdup_printf ("cd %s && apool=$1 && export TESTPROG=$2; %s\n%s", dir, settings, script);

  return e2e_shell ("", text);
}

/* MIX. Each job writes long parts of one line to both streams by turns. With each part squeezed to
 * a letter there is one line for each job, and nothing in it from another one. */
static void
test_mix (gconstpointer data)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *settings = g_strdup_printf (
      "export BYTES=%d; options='%s'", e2e_is_large () ? 3000000 : 150000, (const char *) data);
  g_autoptr (E2eRun) run = run_script (
      dir, settings,
      "job='for part in 1a 2b 1c 2d 1e 2f; do $TESTPROG fill ${part%?} ${part#?} $BYTES; "
      "printf \" \" >&${part%?}; done; echo; echo >&2; : {}'\n"
      "{ seq 30 | \"$apool\" -j0 $options \"$job\" 2>&1 >&3 3>&- | tr -s bdf >err; } 3>&1 | "
      "tr -s ace >out\n"
      "sort out err | uniq -c");

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "     30 a c e \n     30 b d f \n");
  g_assert_cmpstr (run->err, ==, "");
}

/* STDERRMERGE. */
static void
test_stderr_merge (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("\n", "-j0", "echo stdout; echo stderr >&2; echo stdout; echo stderr >&2; :", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "stdout\nstdout\n");
  g_assert_cmpstr (run->err, ==, "stderr\nstderr\n");
}

/* Reads so many bytes that are all the same one. */
static void
read_same (E2eRun *run, char byte, gint64 bytes)
{
  g_autofree char *buffer = g_malloc (MIB);
  gint64 done = 0;

  while (done < bytes)
    {
      gsize n = e2e_read (run, buffer, (gsize) MIN (MIB, bytes - done));

      g_assert_cmpuint (n, >, 0);
      g_assert_cmpint (buffer[0], ==, byte);
      g_assert_true (memcmp (buffer, buffer + 1, n - 1) == 0);
      done += (gint64) n;
    }
}

/* RAM. All jobs but the first have written all they have to before the first one ends, and nobody
 * reads: together that is more than may be kept in memory. */
static void
test_ram (E2eStage *stage, gconstpointer data)
{
  const guint n_jobs = e2e_is_large () ? 17 : 9;
  const gint64 bytes = e2e_is_large () ? 1024 * MIB : 24 * MIB;
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ {} = 1 ]", "$$ first");
  g_autofree char *command =
      g_strdup_printf ("%s; %s fill 1 c %" G_GINT64_FORMAT "; [ {} = 1 ] || echo $$ over >%s", hold,
                       e2e_testprog (), bytes, stage->reports->path);
  g_autoptr (E2eRun) run = e2e_start ("-j0", "--tmpdir", stage->dir, command, NULL);

  for (guint i = 1; i <= n_jobs; i++)
    {
      g_autofree char *line = g_strdup_printf ("%u\n", i);

      e2e_write (run, line);
    }
  e2e_close_input (run);
  for (guint i = 0; i < n_jobs; i++)
    (void) e2e_fifo_read_report (stage->reports, NULL);
  if (!e2e_is_sanitized ())
    g_assert_cmpint (e2e_get_memory (run), <, MEMORY_LIMIT);
  e2e_fifo_close (stage->gate);
  read_same (run, 'c', n_jobs * bytes);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpuint (run->out_length, ==, 0);
}

/* DISKFULL. The folder for outputs that wait has no room at all while two jobs write for which the
 * first one is in the way; that one takes its time from when they have begun. Either all of it
 * arrives nevertheless, or the run says what is missing and fails: nothing is left out in silence.
 * A file system of its own is what is full; where we may have none, the limit on the size of files
 * stands for it. */
static void
test_disk_full (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eRun) run = run_script (
      dir, "export apool; mkdir small; mkfifo gate; exec 3<>gate",
      "export job='if [ {} = 1 ]; then echo first; read x <gate; $TESTPROG burn 200; else "
      "$TESTPROG fill 1 x 60000; echo >gate; $TESTPROG fill 1 x 8000000; echo; echo end {}; fi'\n"
      "run () { seq 3 | \"$apool\" -j3 --tmpdir small \"$job\" | tr -s x; "
      "echo ${PIPESTATUS[1]} >status; }; export -f run\n"
      "if unshare -rm true 2>/dev/null; then unshare -rm bash -c 'mount -t tmpfs -o size=64k none "
      "small && { head -c 64K /dev/zero >small/full; run; }'; else (ulimit -f 64; run); fi\n"
      "cat status");

  e2e_assert_ended (run, 0);
  if (g_str_has_suffix (run->out, "255\n"))
    {
      g_assert_true (g_str_has_prefix (run->err, "apool: "));
      e2e_assert_contains (run->err, "small");
      return;
    }
  g_assert_cmpstr (run->out, ==, "first\nx\nend 2\nx\nend 3\n0\n");
  g_assert_cmpstr (run->err, ==, "");
}

/* CLEANUP. Outputs wait in the temporary folder when the run is killed; no file stays there. */
static void
test_cleanup (E2eStage *stage, gconstpointer data)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ {} = 1 ]", "$$ first");
  g_autofree char *command = g_strdup_printf (
      "%s; %s fill 1 c 5000000; echo $$ over >%s; exec %s wait %s waits", hold, e2e_testprog (),
      stage->reports->path, e2e_testprog (), stage->reports->path);
  g_autoptr (E2eRun) run = e2e_start ("-j3", "--tmpdir", dir, command, ":::", "1", "2", "3", NULL);

  for (guint i = 0; i < 5; i++)
    (void) e2e_fifo_read_report (stage->reports, NULL);
  e2e_kill (run, SIGKILL);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGKILL);
  g_assert_true (e2e_dir_is_empty (dir));
  e2e_wait_gone (run, e2e_is_sanitized () ? 10000 : 1000);
}

/* SPCCHAR. */
static void
test_special_characters (void)
{
  const char *name = "Aunt Eve's \"7 * 7\"  [#1] \\ (costs $$ & `more`); ~{}<>|!?.txt";
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autofree char *script = g_strdup_printf ("cd %s && ls | \"$1\" ls -d", dir);
  g_autofree char *by_shell =
      g_strdup_printf ("cd %s && ls | \"$1\" 'test -f {} && ls -d {}'", dir);
  g_autofree char *expected = g_strconcat (name, "\n", NULL);
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (E2eRun) other = NULL;

  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  run = e2e_shell ("", script);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, expected);
  other = e2e_shell ("", by_shell);
  e2e_assert_ended (other, 0);
  g_assert_cmpstr (other->out, ==, expected);
}

/* COMPOSED. */
static void
test_composed (void)
{
  g_autoptr (E2eRun) run = e2e_run ("bar\n", "echo", "foo;", "echo", "{}", NULL);
  g_autoptr (E2eRun) pipes =
      e2e_run ("bar\n", "for i in 1 2; do echo {} $i; done | tr a-z A-Z && ! false", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "foo\nbar\n");
  e2e_assert_ended (pipes, 0);
  g_assert_cmpstr (pipes->out, ==, "BAR 1\nBAR 2\n");
}

/* ONEREP. */
static void
test_one_replacement (void)
{
  g_autoptr (E2eRun) run = e2e_run ("bar.c\n", "echo", "{}", "foo", "{}", "{.}{.}", "{#}{#}", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "bar.c foo bar.c barbar 11\n");
}

/* "foo." and so many letters, and a newline. */
static GBytes *
make_long_line (gsize n_letters)
{
  const gsize length = n_letters + 5;
  char *line = g_malloc (length);

  memset (line, 'x', length);
  memcpy (line, "foo.", 4);
  line[length - 1] = '\n';
  return g_bytes_new_take (line, length);
}

/* INPUTSIZE. A line of up to 16 MiB can be an input where the command wants a part of it alone; a
 * longer one fails, and says so. */
static void
test_input_size (void)
{
  const char *const args[] = { "echo", "{.}", NULL };
  g_autoptr (GBytes) line = make_long_line (16 * MIB - 4);
  g_autoptr (GBytes) longer = make_long_line (17 * MIB);
  g_autoptr (E2eRun) run = e2e_run_bytes (line, args);
  g_autoptr (E2eRun) refused = e2e_run_bytes (longer, args);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "foo\n");
  e2e_assert_ended (refused, 1);
  g_assert_cmpstr (refused->out, ==, "");
  e2e_assert_contains (refused->err, "apool: job 1: cannot be started: input line 1: ");
}

/* The same where all of it is an argument, whose size is up to the kernel. */
static void
test_argument_size (void)
{
  const char *const args[] = { "echo", NULL };
  g_autoptr (GBytes) line = make_long_line (131000);
  g_autoptr (E2eRun) run = e2e_run_bytes (line, args);

  e2e_assert_ended (run, 0);
  g_assert_cmpuint (run->out_length, ==, g_bytes_get_size (line));
  g_assert_true (memcmp (run->out, g_bytes_get_data (line, NULL), run->out_length) == 0);
}

/* What the children of this test have used of the processor so far, with all that they waited for.
 */
static gint64
get_children_usec (void)
{
  struct rusage usage;

  g_assert_no_errno (getrusage (RUSAGE_CHILDREN, &usage));
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC + usage.ru_utime.tv_usec +
         usage.ru_stime.tv_usec;
}

/* Writes @length bytes of lines of a thousand words, whose spaces are @space. */
static void
write_lines (const char *path, gsize length, char space)
{
  g_autoptr (GString) text = g_string_sized_new (length);
  g_autoptr (GError) error = NULL;

  while (text->len < length)
    for (int word = 1; word <= 1000; word++)
      g_string_append_printf (text, "%d%c", word, word == 1000 ? '\n' : space);
  (void) g_file_set_contents (path, text->str, (gssize) text->len, &error);
  g_assert_no_error (error);
}

/* How long it takes to pass on a file as the output of some jobs. */
static gint64
measure_file (const char *path, const char *option, guint n_jobs)
{
  g_autofree char *script =
      g_strdup_printf ("seq %u | \"$1\" -j4 %s \"$2 cat <%s; : {}\" | wc -l", n_jobs, option, path);
  gint64 before = get_children_usec ();
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
  return get_children_usec () - before;
}

/* NUMWORDS. What an output costs does not depend on how many words it is made of. */
static void
test_words (gconstpointer option)
{
  const guint n_jobs = e2e_is_large () ? 30 : 8;
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *words = g_build_filename (dir, "words", NULL);
  g_autofree char *solid = g_build_filename (dir, "solid", NULL);

  write_lines (words, 10 * MIB, ' ');
  write_lines (solid, 10 * MIB, 'x');
  g_assert_cmpint (measure_file (words, option, n_jobs), <,
                   3 * measure_file (solid, option, n_jobs) + G_USEC_PER_SEC / 5);
}

/* 4GB. One line of more than that, of the job whose turn it is and of one that waits for it. */
static void
test_one_line (E2eStage *stage, gconstpointer data)
{
  const gint64 bytes = e2e_is_large () ? 5000 * MIB : 128 * MIB;
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ {} = 1 ]", "$$ first");
  g_autofree char *command =
      g_strdup_printf ("%s; %s fill 1 a %" G_GINT64_FORMAT "; [ {} = 1 ] || echo $$ over >%s", hold,
                       e2e_testprog (), bytes, stage->reports->path);
  g_autoptr (E2eRun) run = e2e_start ("-j2", command, ":::", "1", "2", NULL);

  (void) e2e_fifo_read_report (stage->reports, NULL);
  (void) e2e_fifo_read_report (stage->reports, NULL);
  e2e_fifo_close (stage->gate);
  read_same (run, 'a', 2 * bytes);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpuint (run->out_length, ==, 0);
}

static void
add_tests (void)
{
  g_test_add_data_func ("/stress/mix", "", test_mix);
  g_test_add_data_func ("/stress/mix/unordered", "--unordered", test_mix);
  g_test_add_func ("/stress/stderr-merge", test_stderr_merge);
  e2e_stage_add_test ("/stress/ram", test_ram);
  g_test_add_func ("/stress/disk-full", test_disk_full);
  e2e_stage_add_test ("/stress/cleanup", test_cleanup);
  g_test_add_func ("/stress/special-characters", test_special_characters);
  g_test_add_func ("/stress/composed", test_composed);
  g_test_add_func ("/stress/one-replacement", test_one_replacement);
  g_test_add_func ("/stress/input-size", test_input_size);
  g_test_add_func ("/stress/argument-size", test_argument_size);
  g_test_add_data_func ("/stress/words", "", test_words);
  g_test_add_data_func ("/stress/words/tag", "--tag", test_words);
  e2e_stage_add_test ("/stress/one-line", test_one_line);
}

int
main (int argc, char **argv)
{
  e2e_forgo_leaks (); /* one of the tests kills the manager */
  return e2e_main (argc, argv, add_tests);
}
