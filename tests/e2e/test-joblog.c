/* SPDX-License-Identifier: MIT */
/* Logs of jobs: what is in them after runs that went well, and after others. */

#include <signal.h>
#include <string.h>

#include "e2e.h"

#define HEADER "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n"

/* Runs @script in a folder of its own, where "$1" is apool. */
static E2eRun *
run_in (const char *dir, const char *script)
{
  g_autofree char *whole = g_strdup_printf ("cd %s\n%s", dir, script);

  return e2e_shell ("", whole);
}

static void
check_script (const char *script, const char *expected)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eRun) run = run_in (dir, script);

  g_assert_cmpstr (run->out, ==, expected);
  e2e_assert_ended (run, 0);
}

static char *
read_log (const char *dir, gsize *length)
{
  g_autofree char *path = g_build_filename (dir, "log", NULL);
  char *contents;

  g_assert_true (g_file_get_contents (path, &contents, length, NULL));
  return contents;
}

/* Times are those of the clock on the wall, with the width and the decimals that readers know. */
static void
test_columns (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  gint64 before = g_get_real_time ();
  g_autoptr (E2eRun) run =
      run_in (dir, "\"$1\" -j1 --joblog log 'printf out; printf error >&2; exit {}' ::: 0 3");
  g_autofree char *contents = read_log (dir, NULL);
  g_auto (GStrv) lines = g_strsplit (contents, "\n", -1);
  g_auto (GStrv) columns = g_strsplit (lines[2], "\t", -1);
  double start = g_ascii_strtod (columns[2], NULL);

  e2e_assert_ended (run, 1);
  g_assert_true (g_str_has_prefix (contents, HEADER));
  g_assert_cmpuint (g_strv_length (lines), ==, 4);
  g_assert_cmpuint (g_strv_length (columns), ==, 9);
  g_assert_cmpstr (columns[0], ==, "2");
  g_assert_cmpstr (columns[1], ==, ":");
  g_assert_true (g_regex_match_simple ("^\\d{10,}\\.\\d{3}$", columns[2], 0, 0));
  g_assert_cmpfloat (start, >=, (double) before / G_USEC_PER_SEC - 0.001);
  g_assert_cmpfloat (start, <=, (double) g_get_real_time () / G_USEC_PER_SEC + 0.001);
  g_assert_true (g_regex_match_simple ("^[ \\d]{6}\\.\\d{3}$", columns[3], 0, 0));
  g_assert_cmpfloat (g_ascii_strtod (columns[3], NULL), <, 30);
  g_assert_cmpstr (columns[4], ==, "0");
  g_assert_cmpstr (columns[5], ==, "3");
  g_assert_cmpstr (columns[6], ==, "3");
  g_assert_cmpstr (columns[7], ==, "0");
  g_assert_cmpstr (columns[8], ==, "printf out; printf error >&2; exit 3");
}

/* To a FIFO, where one sees when lines come: as soon as jobs end, whatever the order of outputs. */
static void
test_order (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) gate = e2e_fifo_new (dir, "gate");
  g_autoptr (E2eFifo) log = e2e_fifo_new (dir, "log");
  g_autofree char *command = g_strdup_printf ("test {} = 2 || read x < %s", gate->path);
  g_autoptr (E2eRun) run =
      e2e_start ("-j2", "-k", "--joblog", log->path, command, ":::", "1", "2", NULL);
  g_autofree char *header = e2e_fifo_read_line (log);
  g_autofree char *first = e2e_fifo_read_line (log);
  g_autofree char *second = NULL;

  g_assert_true (g_str_has_prefix (header, "Seq\tHost\t"));
  g_assert_true (g_str_has_prefix (first, "2\t:\t"));
  e2e_fifo_write (gate, "go\n");
  second = e2e_fifo_read_line (log);
  g_assert_true (g_str_has_prefix (second, "1\t:\t"));
  e2e_finish (run);
  e2e_assert_ended (run, 0);
}

static void
test_ends (void)
{
  check_script ("\"$1\" -j1 --joblog log 'kill -{} $$' ::: TERM SEGV\n"
                "\"$1\" --timeout 0.2 --joblog +log 'exec sleep 60; : {}' ::: a\n"
                "\"$1\" --retries 2 --joblog +log 'echo x >> n; exit $(wc -l < n); : {}' ::: a\n"
                "\"$1\" --retries 2 --joblog +log 'kill -9 $PPID; sleep 60; : {}' ::: a\n"
                "\"$1\" --joblog +log './no-such-program' ::: a\n"
                "tail -n +2 log | cut -f 1,5-",
                "1\t0\t0\t0\t15\tkill -TERM $$\n"
                "2\t0\t0\t0\t11\tkill -SEGV $$\n"
                "1\t0\t0\t-1\t15\texec sleep 60; : a\n"
                "1\t0\t0\t2\t0\techo x >> n; exit $(wc -l < n); : a\n"
                "1\t0\t0\t-1\t0\tkill -9 $PPID; sleep 60; : a\n"
                "1\t0\t0\t127\t0\t./no-such-program a\n");
}

/* What does not pass through apool is not counted, whether a job ends well or is tried again. */
static void
test_ungroup (void)
{
  check_script ("\"$1\" -u -j1 --retries 2 --joblog log 'echo {}; echo x >&2; exit {}' ::: 0 3 "
                "2> /dev/null\n"
                "tail -n +2 log | cut -f 1,5-8\n"
                "\"$1\" -u -j1 --retries 2 --joblog log.jsonl 'echo {}; exit {}' ::: 0 3 "
                "2> /dev/null\n"
                "grep -o '\"seq\":[0-9]*,\"attempt\":[0-9]*\\|\"bytes_[^l]*' log.jsonl",
                "0\n3\n3\n1\t0\t0\t0\t0\n2\t0\t0\t3\t0\n"
                "0\n3\n3\n"
                "\"seq\":1,\"attempt\":1\n\"bytes_out\":0,\"bytes_err\":0,\"\n"
                "\"seq\":2,\"attempt\":1\n\"bytes_out\":0,\"bytes_err\":0,\"\n"
                "\"seq\":2,\"attempt\":2\n\"bytes_out\":0,\"bytes_err\":0,\"\n");
}

/* What was ended with the run is not done, and what is skipped never was anything. */
static void
test_not_done (void)
{
  check_script ("mkfifo gate\n"
                "\"$1\" -j2 --halt now,fail=1 --joblog log 'if test {} = 1; then cat gate; exit 3; "
                "else exec 3> gate; exec 3>&-; sleep 60; fi' ::: 1 2 > /dev/null\n"
                "\"$1\" --filter '{} != 2' --joblog +log echo ::: 2 > /dev/null\n"
                "\"$1\" --dry-run --joblog log echo ::: 5 > /dev/null\n"
                "cut -f 1,7,8 log",
                "Seq\tExitval\tSignal\n"
                "1\t3\t0\n");
}

static void
test_bytes (void)
{
  check_script (
      "printf 'a\\nb\\0\\377\\t\\\\\\0' | \"$1\" -0 -j1 --joblog log 'true {} {%}' \n"
      "tail -n +2 log | cut -f 9- | od -An -c -w100",
      "   t   r   u   e       '   a  \\0   b   '       1  \\n   t   r   u   e       ' 377  "
      "\\t   \\   '       1  \\n\n");
}

static void
test_append (void)
{
  check_script ("\"$1\" --joblog +log true ::: a\n"
                "\"$1\" --joblog +log true ::: b\n"
                "cut -f 1,9 log\n"
                "\"$1\" --jl log true ::: c\n"
                "cut -f 1,9 log",
                "Seq\tCommand\n1\ttrue a\n1\ttrue b\nSeq\tCommand\n1\ttrue c\n");
}

/* A command of which nobody knows the rest is not taken for another one. */
static void
test_torn (void)
{
  check_script ("\"$1\" --joblog log true ::: 12\n"
                "truncate -s -2 log\n"
                "\"$1\" --joblog +log true ::: 3\n"
                "cut -f 1,9 log\n"
                "printf '9\\t:\\t12' >> log\n"
                "\"$1\" --joblog +log true ::: 4\n"
                "cut -f 1,9 log",
                "Seq\tCommand\n1\ttrue 3\n"
                "Seq\tCommand\n1\ttrue 3\n1\ttrue 4\n");
  check_script ("for left in '{\"se' '{\"seq\":1,\"command\":\"a\"}\n{\"x' 'mine'; do\n"
                "  printf \"$left\" > log.jsonl\n"
                "  \"$1\" --joblog +log.jsonl true ::: 5\n"
                "  cut -c 1-9 log.jsonl\n"
                "done",
                "{\"seq\":1,\n{\"seq\":1,\n{\"seq\":1,\nmine\n{\"seq\":1,\n");
}

/* Lines are there when their jobs are over, whatever happens then. */
static void
test_killed (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *path = g_build_filename (dir, "log", NULL);
  g_autoptr (E2eFifo) reports = e2e_fifo_new (dir, "reports");
  /* The second job is started when the first one is over, and told of. */
  g_autofree char *command =
      g_strdup_printf ("test {} = 1 || { echo > %s; sleep 60; }", reports->path);
  g_autoptr (E2eRun) run =
      e2e_start ("-j1", "--prefetch", "0", "--joblog", path, command, ":::", "1", "2", NULL);
  g_autofree char *report G_GNUC_UNUSED = e2e_fifo_read_line (reports);
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;

  e2e_kill (run, SIGKILL);
  e2e_finish (run);
  contents = read_log (dir, NULL);
  lines = g_strsplit (contents, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_true (g_str_has_prefix (lines[1], "1\t:\t"));
  g_assert_cmpstr (lines[2], ==, "");
}

/* The jobs go on; there are only whole lines. */
static void
test_full (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eRun) run =
      run_in (dir, "(ulimit -f 1; seq 200 | \"$1\" -j1 --joblog log echo; echo $?) | cat");
  g_autofree char *last = NULL;
  g_autofree char *said = NULL;
  g_autofree char *contents = NULL;
  gsize length;

  contents = read_log (dir, &length);
  g_assert_cmpuint (length, <=, 1024);
  g_assert_cmpuint (length, >, 900);
  g_assert_cmpint (contents[length - 1], ==, '\n');
  g_assert_cmpuint (e2e_count (contents, "\n") * 8, ==, e2e_count (contents, "\t"));
  last = g_strdup_printf ("\techo %u\n", e2e_count (contents, "\n") - 1);
  g_assert_true (g_str_has_suffix (contents, last));
  e2e_assert_count (run->out, "\n", 201);
  g_assert_true (g_str_has_suffix (run->out, "\n200\n255\n"));
  said = g_strdup_printf ("apool: --joblog: 'log': File too large: from job %u on incomplete\n",
                          e2e_count (contents, "\n"));
  g_assert_cmpstr (run->err, ==, said);
}

/* Nothing is started where nothing could be logged. */
static void
test_no_file (void)
{
  check_script ("\"$1\" --joblog no/log 'touch ran;' ::: a; echo $?\n"
                "\"$1\" --joblog . 'touch ran;' ::: a; echo $?\n"
                "\"$1\" --joblog /dev/full 'touch ran;' ::: a; echo $?\n"
                "\"$1\" --joblog '' 'touch ran;' ::: a; echo $?\n"
                "\"$1\" --joblog + 'touch ran;' ::: a; echo $?\n"
                "ls",
                "255\n255\n255\n255\n255\n");
}

/* A run that does not come about costs nobody his log. */
static void
test_no_run (void)
{
  check_script (
      "\"$1\" --journal journal cat ::: a < /dev/null 2> /dev/null\n"
      "for log in log log.jsonl; do\n"
      "  \"$1\" --joblog $log true ::: old && cp $log old || exit\n"
      "  for option in --tmpdir=/dev/null/x --results=/dev/null/x.csv --journal=journal \\\n"
      "    '--wd ... --tmpdir /proc'; do\n"
      "    \"$1\" --joblog $log $option 'touch ran;' ::: a < /dev/null; echo $?\n"
      "    cmp $log old\n"
      "  done\n"
      "done; test ! -e ran",
      "255\n255\n255\n255\n255\n255\n255\n255\n");
}

/* Nothing of what is printed there is lost. */
static void
test_stdout (void)
{
  check_script ("\"$1\" -j1 --joblog /dev/stdout 'echo out {}' ::: a b > x\n"
                "cut -f 1,9 x | sort",
                "1\techo out a\n2\techo out b\nSeq\tCommand\nout a\nout b\n");
}

/* By all that write JSON it is read, and no attempt is missing. */
static void
test_objects (void)
{
  static const char script[] =
      "cat > read.py <<'END'\n"
      "import json\n"
      "for line in open('log.jsonl', 'rb'):\n"
      "    job = json.loads(line)\n"
      "    assert job.pop('start') > 1e9 and 0 <= job.pop('seconds') < 100, line\n"
      "    assert job.pop('host') and job.pop('directory').startswith('/'), line\n"
      "    assert (job.pop('worker') > 0, job.pop('slot')) == (True, 1), line\n"
      "    assert 'lost' in job or job.pop('user') + job.pop('system') < 100, line\n"
      "    assert 'lost' in job or job.pop('max_rss') > 1e5, line\n"
      "    job.pop('key', 0), job.pop('occurrence', 0)\n"
      "    print(*('%s=%s' % item for item in job.items()))\n"
      "END\n"
      "\"$1\" -j1 --retries 2 --joblog log.jsonl 'echo {#}; echo >&2; exit {1}' ::: 0 3 ::: '\"' "
      "> /dev/null\n"
      "\"$1\" -j1 --retries 2 --joblog +log.jsonl --timeout 0.2 'exec sleep {}' ::: 60\n"
      "\"$1\" -j1 --retries 2 --joblog +log.jsonl 'kill -9 $PPID; sleep {}' ::: 60\n"
      "printf 'true \\377' | \"$1\" -j1 --joblog +log.jsonl\n"
      "PYTHONUTF8=1 python3 read.py | sed 's/message=.* bytes_out/bytes_out/'";
  static const char expected[] =
      "seq=1 attempt=1 exit=0 bytes_out=2 bytes_err=1 line=1 "
      "command=echo 1; echo >&2; exit 0 arguments=['0', '\"']\n"
      "seq=2 attempt=1 retried=True exit=3 bytes_out=2 bytes_err=1 line=2 "
      "command=echo 2; echo >&2; exit 3 arguments=['3', '\"']\n"
      "seq=2 attempt=2 exit=3 bytes_out=2 bytes_err=1 line=2 "
      "command=echo 2; echo >&2; exit 3 arguments=['3', '\"']\n"
      "seq=1 attempt=1 retried=True signal=15 timeout=True bytes_out=0 bytes_err=0 line=1 "
      "command=exec sleep 60 arguments=['60']\n"
      "seq=1 attempt=2 signal=15 timeout=True bytes_out=0 bytes_err=0 line=1 "
      "command=exec sleep 60 arguments=['60']\n"
      "seq=1 attempt=1 retried=True lost=True bytes_out=0 bytes_err=0 line=1 "
      "command=kill -9 $PPID; sleep 60 arguments=['60']\n"
      "seq=1 attempt=2 lost=True bytes_out=0 bytes_err=0 line=1 "
      "command=kill -9 $PPID; sleep 60 arguments=['60']\n"
      "seq=1 attempt=1 exit=0 bytes_out=0 bytes_err=0 line=1 "
      "command_base64=dHJ1ZSD/ arguments_base64=['dHJ1ZSD/']\n";

  check_script (script, expected);
}

/* What was ended with the run is an attempt, too. */
static void
test_objects_ended (void)
{
  check_script ("mkfifo gate\n"
                "\"$1\" -j2 --halt now,fail=1 --joblog log.NDJSON 'if test {} = 1; then cat gate; "
                "exit 3; else exec 3> gate; exec 3>&-; sleep 60; fi' ::: 1 2 > /dev/null\n"
                "grep -c '\"seq\":2,.*\"signal\":15,.*\"ended_by_apool\":true' log.NDJSON",
                "1\n");
}

#define N_SHARING 3
#define N_SHARED_JOBS 60

/* Whether @line is of one job, with all of its command. */
static gboolean
is_whole (const char *line, const char *end, gsize length)
{
  g_auto (GStrv) columns = g_strsplit (line, "\t", -1);

  return g_strv_length (columns) == 9 && g_str_has_suffix (columns[8], end) &&
         strlen (columns[8]) <= length;
}

/* Runs that share a log do not know of each other, but each line is of one of them. All have begun
 * before the first one ends a job. */
static void
test_shared (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ {} = 1 ]", "$$");
  g_autofree char *filler = g_strnfill (9000, '-');
  g_autofree char *command = g_strdup_printf ("%s; : %s", hold, filler);
  g_autofree char *log = g_build_filename (stage->dir, "log", NULL);
  g_autofree char *inputs = g_build_filename (stage->dir, "inputs", NULL);
  g_autofree char *option = g_strconcat ("+", log, NULL);
  g_autoptr (GString) numbers = g_string_new (NULL);
  g_autofree char *contents = NULL;
  g_auto (GStrv) lines = NULL;
  E2eRun *runs[N_SHARING];
  guint n_lines = 0;

  for (int i = 1; i <= N_SHARED_JOBS; i++)
    g_string_append_printf (numbers, "%d\n", i);
  g_assert_true (g_file_set_contents (inputs, numbers->str, -1, NULL));
  for (int i = 0; i < N_SHARING; i++)
    {
      runs[i] = e2e_start ("-j1", "--joblog", option, "-a", inputs, command, NULL);
      (void) e2e_fifo_read_report (stage->reports, NULL);
    }
  e2e_fifo_close (stage->gate);
  for (int i = 0; i < N_SHARING; i++)
    {
      e2e_finish (runs[i]);
      e2e_assert_ended (runs[i], 0);
      g_assert_cmpstr (runs[i]->err, ==, "");
      e2e_run_free (runs[i]);
    }
  contents = read_log (stage->dir, NULL);
  g_assert_true (g_str_has_prefix (contents, HEADER));
  lines = g_strsplit (contents + strlen (HEADER), "\n", -1);
  for (char **line = lines; **line; line++)
    n_lines += is_whole (*line, filler, strlen (command) + 1);
  g_assert_cmpuint (n_lines, ==, N_SHARING * N_SHARED_JOBS);
  g_assert_cmpuint (g_strv_length (lines), ==, n_lines + 1);
}

static void
add_tests (void)
{
  g_test_add_func ("/joblog/columns", test_columns);
  g_test_add_func ("/joblog/order", test_order);
  g_test_add_func ("/joblog/ends", test_ends);
  g_test_add_func ("/joblog/ungroup", test_ungroup);
  g_test_add_func ("/joblog/not-done", test_not_done);
  g_test_add_func ("/joblog/bytes", test_bytes);
  g_test_add_func ("/joblog/append", test_append);
  e2e_stage_add_test ("/joblog/shared", test_shared);
  g_test_add_func ("/joblog/torn", test_torn);
  g_test_add_func ("/joblog/killed", test_killed);
  g_test_add_func ("/joblog/full", test_full);
  g_test_add_func ("/joblog/no-file", test_no_file);
  g_test_add_func ("/joblog/no-run", test_no_run);
  g_test_add_func ("/joblog/stdout", test_stdout);
  g_test_add_func ("/joblog/objects", test_objects);
  g_test_add_func ("/joblog/objects/ended", test_objects_ended);
}

int
main (int argc, char **argv)
{
  e2e_forgo_leaks (); /* managers are killed here */
  return e2e_main (argc, argv, add_tests);
}
