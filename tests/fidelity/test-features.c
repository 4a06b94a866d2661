/* SPDX-License-Identifier: MIT */
/*
 * The features by which GNU parallel's parallel_alternatives(7) compares programs of its kind, by
 * the marks they have there: where inputs come from (I), what is made of them (M), where outputs
 * go (O), how jobs are run (E). Those that apool has are here, each in its plainest form; O7 to O10
 * need more than that and are among the stress tests.
 */

#include <signal.h>
#include <string.h>

#include "e2e.h"

typedef struct
{
  const char *path;
  const char *script; /* in a folder with the files `one`, `two` and `table` */
  const char *out;
} Feature;

static void
test_feature (gconstpointer data)
{
  const Feature *feature = data;
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *script = g_strdup_printf (
      "cd %s && printf '%%s\\n' a b >one && printf '%%s\\n' c d >two && "
      "printf '%%s\\t%%s\\n' a 1 b 2 >table && apool () { \"$apool\" \"$@\"; } && apool=$1\n%s",
      dir, feature->script);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, feature->out);
  g_assert_cmpstr (run->err, ==, "");
}

static const Feature features[] = {
  { "/features/I1/stdin", "printf '%s\\n' a b | apool echo", "a\nb\n" },
  { "/features/I2/file", "apool -a one echo; apool echo :::: two", "a\nb\nc\nd\n" },
  { "/features/I3/files", "apool --link -a one -a two echo; apool echo :::: one two",
    "a c\nb d\na c\na d\nb c\nb d\n" },
  { "/features/I4/command-line", "apool echo ::: a b; apool echo ::: a ::: b c",
    "a\nb\na b\na c\n" },
  { "/features/I5/table",
    "apool --colsep '\\t' echo {2} {1} :::: table; "
    "printf '\"x, y\",z\\n' | apool --csv echo '{2} {1}'",
    "1 a\n2 b\nz x, y\n" },
  { "/features/I7/lines", "printf '%s\\n' \"a  b'\\\"\\\\\\$x \" | apool printf '%s\\\\n'",
    "a  b'\"\\$x \n" },
  { "/features/M1/composed", "apool 'echo {} && echo -{} | tr - + && ! false' ::: a", "a\n+a\n" },
  { "/features/M2/many-arguments", "seq 5 | apool --xargs echo; seq 5 | apool -n2 echo",
    "1 2 3 4 5\n1 2\n3 4\n5\n" },
  { "/features/M3/anywhere", "apool echo '{}' x '{}y' ::: a", "a x ay\n" },
  { "/features/M4/many-anywhere", "seq 3 | apool --xargs echo x {} y {}", "x 1 2 3 y 1 2 3\n" },
  { "/features/M5/context", "seq 3 | apool -X -j1 echo a{}.b -- {.}c",
    "a1.b a2.b a3.b -- 1c 2c 3c\n" },
  { "/features/M6/commands", "printf '%s\\n' 'echo a | cat' 'echo \"b  c\"' | apool", "a\nb  c\n" },
  { "/features/O1/grouped",
    "apool --unordered -j4 'for i in 1 2 3; do echo {}; done' ::: a b c d | uniq -c | wc -l",
    "4\n" },
  { "/features/O2/stderr", "apool 'echo {} >&2' ::: a b 2>&1 >/dev/null", "a\nb\n" },
  { "/features/O3/stdout", "apool 'echo {}; echo no >&2' ::: a b 2>/dev/null", "a\nb\n" },
  { "/features/O4/ordered",
    "mkfifo gate; apool -j2 'if [ {} = a ]; then read x <gate; else echo >gate; fi; echo {}' ::: a "
    "b",
    "a\nb\n" },
  { "/features/O5/stdout-alone", "apool -j2 true ::: a b c; apool 'kill -9 $$' ::: a; echo $?",
    "1\n" },
  { "/features/O6/stderr-alone", "apool -j2 'echo {}; exit 3' ::: a b 2>&1; echo $?", "a\nb\n2\n" },
  { "/features/E4/processors",
    "n=$(nproc); apool -j100% 'echo {%}' ::: $(seq $((n * 4))) | sort -n | tail -n 1 | "
    "{ read -r m; echo $((m <= n)); }; [ \"$(apool --number-of-threads)\" -ge 1 ] && echo some",
    "1\nsome\n" },
};

/* E1: neither job ends before the other one has begun. */
static void
test_parallel (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, ":", "$$ {}");
  g_autoptr (E2eRun) run = e2e_start ("-j2", hold, ":::", "a", "b", NULL);

  (void) e2e_fifo_read_report (stage->reports, NULL);
  (void) e2e_fifo_read_report (stage->reports, NULL);
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
}

/* E2: apool says what runs. */
static void
test_list (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ {} != a ]", "$$ {}");
  g_autoptr (E2eRun) run =
      e2e_start_said (stage->errors, "-j2", "--prefetch", "0", hold, ":::", "a", "b", "c", NULL);

  (void) e2e_fifo_read_report (stage->reports, NULL);
  (void) e2e_fifo_read_report (stage->reports, NULL);
  g_strfreev (e2e_read_view (run, stage->errors, "2 running, 0 waiting, 1 done, 0 lost"));
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
}

/* E3: what runs comes to its end, nothing new begins. What apool is asked after the first signal,
 * it answers after it has heeded that. */
static void
test_drain (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, ":", "$$ {}");
  g_autofree char *command = g_strconcat (hold, "; echo {}", NULL);
  g_autoptr (E2eRun) run =
      e2e_start_said (stage->errors, "-j1", "--prefetch", "0", command, ":::", "a", "b", NULL);

  (void) e2e_fifo_read_report (stage->reports, NULL);
  e2e_kill (run, SIGHUP);
  g_strfreev (e2e_read_view (run, stage->errors, "1 running, 0 waiting, 0 done, 0 lost"));
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGHUP);
  g_assert_cmpstr (run->out, ==, "a\n");
}

static void
add_tests (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (features); i++)
    g_test_add_data_func (features[i].path, &features[i], test_feature);
  e2e_stage_add_test ("/features/E1/parallel", test_parallel);
  e2e_stage_add_test ("/features/E2/list", test_list);
  e2e_stage_add_test ("/features/E3/drain", test_drain);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
