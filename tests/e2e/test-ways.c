/* SPDX-License-Identifier: MIT */
/* The ways that what jobs write can take: both streams as one, or straight to where apool writes;
 * and what comes when a job is over already, or has closed what it could write to. */

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "e2e.h"

/* Seconds, as an option: so long that no test ends by it. */
#define PATIENCE "1000"

/* ---- both streams as one ---- */

/* What `testprog alternate @n` writes, each line with @tag in front. */
static char *
make_alternate (const char *tag, int n)
{
  GString *text = g_string_new (NULL);

  for (int i = 1; i <= n; i++)
    g_string_append_printf (text, "%s%s %d\n", tag, i % 2 ? "out" : "err", i);
  return g_string_free (text, FALSE);
}

/* Whether the job prints while it runs, waits for its turn, or has more than is held. */
static void
test_merge (void)
{
  g_autofree char *few = make_alternate ("", 2000);
  g_autofree char *many = make_alternate ("", 20000);
  g_autofree char *both = g_strconcat (few, many, NULL);
  g_autoptr (E2eRun) run = e2e_run ("", "-j2", "--merge", e2e_testprog (), "alternate", "{}",
                                    ":::", "2000", "20000", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, both);
  g_assert_cmpstr (run->err, ==, "");
}

static void
test_merge_kept (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *lines = make_alternate ("", 1000);
  g_autofree char *tagged = make_alternate ("1000\t", 1000);
  g_autoptr (E2eRun) run = e2e_run ("", "--merge", "--tag", "--results", dir, e2e_testprog (),
                                    "alternate", ":::", "1000", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, tagged);
  g_assert_cmpstr (run->err, ==, "");
  e2e_dir_check (dir, "1/1000/stdout", lines);
  e2e_dir_check (dir, "1/1000/stderr", "");
}

/* The commands about workers and failed jobs are no jobs: what they write goes to standard error.
 */
static void
test_merge_hooks (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "--merge", "--worker-init", "echo init; echo error >&2", "--on-error",
               "echo hook; echo error >&2", "echo out; echo err >&2; exit 1", ":::", "a", NULL);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "out\nerr\n");
  e2e_assert_count (run->err, "error\n", 2);
  e2e_assert_contains (run->err, "init\n");
  e2e_assert_contains (run->err, "hook\n");
}

/* ---- straight ---- */

/* Half a line of a job that goes on, tags or not; and of the second one while the first one has its
 * turn. */
static void
test_ungroup (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) gate = e2e_fifo_new (dir, "gate");
  g_autofree char *script = g_strdup_printf (
      "if [ {} = 1 ]; then read x < %s; else printf two >&2; fi; echo {}", gate->path);
  g_autoptr (E2eRun) run =
      e2e_start ("-j2", "-u", "-k", "--tag", "--merge", script, ":::", "1", "2", NULL);
  char half[4] = "";
  g_autofree char *second = NULL;
  g_autofree char *first = NULL;

  for (gsize n = 0; n < 3;)
    n += e2e_read (run, half + n, 3 - n);
  g_assert_cmpstr (half, ==, "two");
  second = e2e_read_line (run);
  g_assert_cmpstr (second, ==, "2");
  e2e_fifo_write (gate, "go\n");
  first = e2e_read_line (run);
  g_assert_cmpstr (first, ==, "1");
  e2e_finish (run);
  e2e_assert_ended (run, 0);
}

static void
test_ungroup_merged (void)
{
  g_autofree char *lines = make_alternate ("", 1000);
  g_autoptr (E2eRun) run =
      e2e_run ("", "-u", "--merge", e2e_testprog (), "alternate", ":::", "1000", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, lines);
  g_assert_cmpstr (run->err, ==, "");
}

/* Where apool's output is a terminal, so is theirs; otherwise it is what we have given it. */
static void
test_ungroup_terminal (void)
{
  int terminal = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_autofree char *script = NULL;
  g_autoptr (E2eRun) run = NULL;
  char buffer[64] = "";

  g_assert_cmpint (terminal, >=, 0);
  g_assert_cmpint (grantpt (terminal), ==, 0);
  g_assert_cmpint (unlockpt (terminal), ==, 0);
  script = g_strdup_printf ("\"$1\" -u 'test -t 1 && echo {}; test -t 2 || echo not' ::: yes "
                            "3>&1 >%s 2>&3",
                            ptsname (terminal));
  run = e2e_shell ("", script);
  e2e_assert_ended (run, 0);
  g_assert_cmpint (read (terminal, buffer, sizeof buffer - 1), >, 0);
  g_assert_cmpstr (buffer, ==, "yes\r\nnot\r\n");
  close (terminal);
}

/* A job that leaves somebody behind who could still write is over, and nothing is said of its
 * output. */
static void
test_ungroup_left (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "-u", "--leaks", "ignore", "--drain-timeout", PATIENCE,
                                    "sleep 1000 & echo {}", ":::", "a", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\n");
  g_assert_cmpstr (run->err, ==, "");
  e2e_wait_gone (run, 1000);
}

/* What apool has to say itself comes all the same, and so does what hooks write. */
static void
test_ungroup_said (void)
{
  g_autoptr (GBytes) input = g_bytes_new_static ("a\nb\0c\n", 6);
  const char *const args[] = { "-j1", "-u", "--on-error", "echo hook", "echo", NULL };
  g_autoptr (E2eRun) run = e2e_run_bytes (input, args);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "a\n");
  e2e_assert_contains (run->err, "apool: job 2: ");
  e2e_assert_contains (run->err, "hook\n");
}

/* What is kept has to come here; it is printed too. */
static void
test_ungroup_kept (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eRun) run =
      e2e_run ("", "-u", "--results", dir, "echo {}; echo err >&2", ":::", "a", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\n");
  g_assert_cmpstr (run->err, ==, "err\n");
  e2e_dir_check (dir, "1/a/stdout", "a\n");
  e2e_dir_check (dir, "1/a/stderr", "err\n");
}

/* The reader goes: nobody would see what the other jobs write. */
static void
test_ungroup_head (void)
{
  g_autoptr (E2eRun) run =
      e2e_shell ("", "yes | \"$1\" -j4 -u echo | head -n 1; echo ${PIPESTATUS[1]}");
  g_autoptr (E2eRun) shell =
      e2e_shell ("", "yes | \"$1\" -j4 -u 'echo {}; yes | cat' | head -n 1; echo ${PIPESTATUS[1]}");

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "y\n141\n");
  g_assert_cmpstr (run->err, ==, "");
  e2e_wait_gone (run, 1000);
  e2e_assert_ended (shell, 0);
  g_assert_cmpstr (shell->out, ==, "y\n141\n");
  e2e_wait_gone (shell, 1000);
}

/* There is no reader, and no job that has missed it. */
static void
test_ungroup_silent (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *script =
      g_strdup_printf ("mkfifo %s/p; exec 3<>%s/p 4>%s/p 3>&-; \"$1\" -u 'test {}' "
                       "::: a b c >&4; s=$?; rm %s/p; exit $s",
                       dir, dir, dir, dir);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
}

/* ---- after the end ---- */

/* What somebody writes whom the job has left behind; the next job, which opens the gate for it, has
 * the only slot in the meantime. */
static void
check_late (const char *way, const char *out)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) gate = e2e_fifo_new (dir, "gate");
  g_autofree char *script =
      g_strdup_printf ("if [ {} = 1 ]; then echo early; (read x < %s; echo late; echo error >&2) & "
                       "else echo go > %s; fi",
                       gate->path, gate->path);
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", way, "--drain-timeout", PATIENCE, script, ":::", "1", "2", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, out);
}

static void
test_late (void)
{
  check_late ("--keep-order", "early\nlate\n");
  check_late ("--unordered", "early\nlate\n");
  check_late ("--merge", "early\nlate\nerror\n");
}

/* As shells have it: the shell ends, and tee prints what is left, much or little. */
static void
test_late_tee (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *script = g_strdup_printf ("bash -c 'seq {} > >(tee %s/{}.log)'", dir);
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j2", "--drain-timeout", PATIENCE, script, ":::", "3", "20000", NULL);
  g_autofree char *contents = NULL;

  e2e_assert_ended (run, 0);
  contents = e2e_dir_read (dir, "20000.log");
  g_assert_true (g_str_has_prefix (run->out, "1\n2\n3\n1\n2\n3\n4\n"));
  g_assert_cmpstr (run->out + 6, ==, contents);
  g_assert_cmpstr (run->err, ==, "");
}

/* Somebody never ends: neither the jobs nor the run wait, nothing that was written is lost, and it
 * is said, once. */
static void
check_never (const char *seconds)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--drain-timeout", seconds, "seq 20000 | tail -n 1; sleep 1000 & exit {}",
               ":::", "0", "3", NULL);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "20000\n20000\n");
  g_assert_true (g_str_has_prefix (run->err, "apool: job 1: "));
  g_assert_cmpuint (
      e2e_count (run->err, ": left its output open when it ended: what comes later is dropped\n"),
      ==, 1);
  e2e_assert_count (run->err, ": left behind: ", 2);
  e2e_assert_count (run->err, "apool: ", 3);
  e2e_wait_gone (run, 1000);
}

static void
test_never (void)
{
  check_never ("0");
  check_never ("0.01");
}

/* That a job has closed its outputs does not end it. */
static void
test_closed (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) gate = e2e_fifo_new (dir, "gate");
  g_autofree char *script =
      g_strdup_printf (": {}; echo early; exec >&- 2>&-; read x < %s; exit 3", gate->path);
  g_autoptr (E2eRun) run = e2e_start ("-j1", script, ":::", "1", NULL);
  g_autofree char *line = e2e_read_line (run);

  g_assert_cmpstr (line, ==, "early");
  e2e_fifo_write (gate, "go\n");
  e2e_finish (run);
  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->err, ==, "");
}

/* ---- the same file twice ---- */

/* A job's output opened by its name is the same pipe: nothing is cut off and nothing lost, though
 * apool itself writes to a file. */
static void
test_by_name (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *script = g_strdup_printf (
      "\"$1\" -j1 ': {}; echo 1; echo 2 > /dev/stdout; echo 3 | tee /dev/stderr; echo 4' ::: a b "
      ">%s/out 2>%s/err",
      dir, dir);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
  e2e_dir_check (dir, "out", "1\n2\n3\n4\n1\n2\n3\n4\n");
  e2e_dir_check (dir, "err", "3\n3\n");
}

/* Both streams of a job are one where it makes them so, and where apool's are one they come behind
 * each other. */
static void
test_one_file (void)
{
  g_autoptr (E2eRun) own =
      e2e_run ("", ": {}; exec 2>&1; echo 1; echo 2 >&2; echo 3", ":::", "a", NULL);
  g_autoptr (E2eRun) ours =
      e2e_shell ("", "\"$1\" -j1 ': {}; echo 1 >&2; echo 2; echo 3 >&2' ::: a b 2>&1");
  g_autoptr (E2eRun) merged =
      e2e_shell ("", "\"$1\" -j1 --merge ': {}; echo 1 >&2; echo 2; echo 3 >&2' ::: a b 2>&1");

  g_assert_cmpstr (own->out, ==, "1\n2\n3\n");
  g_assert_cmpstr (ours->out, ==, "2\n1\n3\n2\n1\n3\n");
  g_assert_cmpstr (merged->out, ==, "1\n2\n3\n1\n2\n3\n");
}

static void
add_tests (void)
{
  g_test_add_func ("/ways/late", test_late);
  g_test_add_func ("/ways/late-tee", test_late_tee);
  g_test_add_func ("/ways/never", test_never);
  g_test_add_func ("/ways/closed", test_closed);
  g_test_add_func ("/ways/by-name", test_by_name);
  g_test_add_func ("/ways/one-file", test_one_file);
  g_test_add_func ("/ways/ungroup", test_ungroup);
  g_test_add_func ("/ways/ungroup-merged", test_ungroup_merged);
  g_test_add_func ("/ways/ungroup-terminal", test_ungroup_terminal);
  g_test_add_func ("/ways/ungroup-left", test_ungroup_left);
  g_test_add_func ("/ways/ungroup-said", test_ungroup_said);
  g_test_add_func ("/ways/ungroup-kept", test_ungroup_kept);
  g_test_add_func ("/ways/ungroup-head", test_ungroup_head);
  g_test_add_func ("/ways/ungroup-silent", test_ungroup_silent);
  g_test_add_func ("/ways/merge", test_merge);
  g_test_add_func ("/ways/merge-kept", test_merge_kept);
  g_test_add_func ("/ways/merge-hooks", test_merge_hooks);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
