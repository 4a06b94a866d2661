/* SPDX-License-Identifier: MIT */
/* Tables of all results, read back by programs that know what they should be. */

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "e2e.h"

#define NAMES                                                                                      \
  "['Seq', 'Host', 'Starttime', 'JobRuntime', 'Send', 'Receive', 'Exitval', 'Signal', 'Command', "

/* Runs apool in a folder of its own with @arguments, which a shell reads, and then @program in
 * Python. */
static E2eRun *
run_read (const char *arguments, const char *program)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *quoted = g_shell_quote (program);
  g_autofree char *script =
      g_strdup_printf ("cd %s && %s -j2 %s; echo $?; PYTHONUTF8=1 python3 -c %s", dir, e2e_apool (),
                       arguments, quoted);

  return e2e_shell ("", script);
}

static void
check_read (const char *arguments, const char *program, const char *expected)
{
  g_autoptr (E2eRun) run = run_read (arguments, program);

  g_assert_cmpstr (run->err, ==, "");
  g_assert_cmpstr (run->out, ==, expected);
  e2e_assert_ended (run, 0);
}

static void
test_csv (void)
{
  static const char program[] =
      "import csv\n"
      "rows = list(csv.reader(open('x.csv', encoding='latin-1', newline='')))\n"
      "print(rows[0])\n"
      "for row in sorted(rows[1:]):\n"
      "    assert float(row[2]) > 1e9 and 0 <= float(row[3]) < 100, row\n"
      "    print(row[:2] + row[4:8] + row[9:])\n";

  check_read (
      "--tag --title T --header : --results x.csv 'printf \"%s\\377\\\"\\n\" {1}; echo {2}, >&2; "
      "exit {#}' ::: na,me 'a \"b' '' ::: x y",
      program,
      "2\n" NAMES "'na,me', 'x', 'Stdout', 'Stderr']\n"
      "['1', ':', '0', '7', '1', '0', 'a \"b', 'y', 'a \"b\xc3\xbf\"\\n', 'y,\\n']\n"
      "['2', ':', '0', '3', '2', '0', '', 'y', '\xc3\xbf\"\\n', 'y,\\n']\n");
}

static void
test_json (void)
{
  static const char program[] =
      "import base64, json\n"
      "rows = [json.loads(line) for line in open('x.json')]\n"
      "for row in sorted(rows, key=lambda row: row['Seq']):\n"
      "    print(row['Seq'], row['Exitval'], row['V'], repr(row['Stderr']),\n"
      "          repr(row.get('Stdout')), base64.b64decode(row.get('StdoutBase64', '')))\n";

  check_read ("--results x.json 'test {} = 1 && printf \"\\303\\251\\0\" || printf \"\\303\\0\"; "
              "echo \"\\\\\" >&2' ::: 1 '\"'",
              program,
              "0\n"
              "1 0 ['1'] '\\\\\\n' '\xc3\xa9\\x00' b''\n"
              "2 0 ['\"'] '\\\\\\n' None b'\\xc3\\x00'\n");
}

/* In the order of the inputs, whatever that of the jobs is. */
static void
test_printed (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) gate = e2e_fifo_new (dir, "gate");
  g_autofree char *command =
      g_strdup_printf ("if test {} = 1; then cat %s; else echo > %s; fi; echo {}; echo err >&2",
                       gate->path, gate->path);
  g_autoptr (E2eRun) run = e2e_start ("-j2", "--results", "-.tsv", command, ":::", "1", "2", NULL);
  g_auto (GStrv) lines = NULL;

  e2e_fifo_close (gate);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
  lines = g_strsplit (run->out, "\n", -1);
  g_assert_true (g_str_has_prefix (lines[0], "Seq\tHost\tStarttime\t"));
  g_assert_true (g_str_has_prefix (lines[1], "1\t:\t"));
  g_assert_true (g_str_has_suffix (lines[1], "\t1\t\""));
  g_assert_cmpstr (lines[2], ==, "1");
  g_assert_cmpstr (lines[3], ==, "\"\t\"err");
  g_assert_true (g_str_has_prefix (lines[5], "2\t:\t"));
}

static void
test_db (void)
{
  static const char program[] =
      "import sqlite3\n"
      "for row in sqlite3.connect('x.db').execute('SELECT run, seq, worker BETWEEN 1 AND 2, "
      "host,'\n"
      "    'started > 1e9, seconds < 100, user < 100 AND sys < 100 AND maxrss > 1e5, exit,'\n"
      "    'signal, attempts, arguments, cut, stdout, stderr, command FROM jobs ORDER BY run, "
      "seq'):\n"
      "    print(row)\n";

  check_read (
      "--results x.db -j1 --retries 2 'printf \"\\0\\377\" >&2; echo {} {%} > /dev/null; "
      "exit {}' ::: 0 5 2> /dev/null; $APOOL_PROGRAM --results x.db 'kill -9 $$; :' ::: '\"'",
      program,
      "1\n"
      "(1, 1, 1, ':', 1, 1, 1, 0, 0, 1, '[\"0\"]', 0, b'', b'\\x00\\xff', "
      "'printf \"\\\\0\\\\377\" >&2; echo 0 1 > /dev/null; exit 0')\n"
      "(1, 2, 1, ':', 1, 1, 1, 5, 0, 2, '[\"5\"]', 0, b'', b'\\x00\\xff', "
      "'printf \"\\\\0\\\\377\" >&2; echo 5 1 > /dev/null; exit 5')\n"
      "(2, 1, 1, ':', 1, 1, 1, 0, 9, 1, '[\"\\\\\"\"]', 0, b'', b'', "
      "'kill -9 $$; : \\'\"\\'')\n");
}

/* Rows are read while the run goes on, and are there after everything of it was killed. */
static void
test_db_killed (E2eStage *stage, gconstpointer data)
{
  g_autofree char *path = g_build_filename (stage->dir, "x.db", NULL);
  g_autofree char *count = g_strdup_printf (
      "python3 -c \"import sqlite3; print(sqlite3.connect('%s').execute('SELECT count(*), "
      "max(length(stdout)), count(stderr) FROM jobs').fetchone())\"",
      path);
  g_autofree char *command =
      g_strdup_printf ("case {} in 9) echo > %s; cat %s;; 6) seq 30000;; esac; echo {}",
                       stage->reports->path, stage->gate->path);
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (E2eRun) during = NULL;
  g_autoptr (E2eRun) after = NULL;

  g_test_summary ("what is large is committed at once, and so is all before it");
  e2e_forgo_leaks (); /* the last test */
  run = e2e_start_said (stage->errors, "-j1", "--prefetch", "0", "--results", path, command,
                        ":::", "1", "2", "3", "4", "5", "6", "7", "8", "9", NULL);
  g_free (e2e_fifo_read_line (stage->reports));
  during = e2e_shell ("", count);
  g_assert_cmpstr (during->err, ==, "");
  g_assert_cmpint (during->out[1], >=, '6');
  g_assert_cmpint (during->out[1], <=, '8');
  e2e_kill (run, SIGKILL);
  e2e_finish (run);
  e2e_wait_gone (run, E2E_DEADLINE_MSEC);
  after = e2e_shell ("", count);
  g_assert_cmpint (after->out[1], >=, during->out[1]);
  g_assert_cmpint (after->out[1], <=, '8');
  e2e_assert_contains (after->out, ", 168896, ");
}

/* Jobs that a signal to apool ends have their rows. */
static void
test_ended (E2eStage *stage, gconstpointer data)
{
  g_autofree char *path = g_build_filename (stage->dir, "x.csv", NULL);
  g_autofree char *command = g_strdup_printf ("echo begun; echo > %s; exec cat %s",
                                              stage->reports->path, stage->gate->path);
  g_autoptr (E2eRun) run = e2e_start ("-j1", "--results", path, command, ":::", "a", "b", NULL);
  g_autofree char *contents = NULL;

  g_free (e2e_fifo_read_line (stage->reports));
  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  e2e_assert_contains (contents, "Stderr\n1,:,");
  e2e_assert_contains (contents, ",0,6,0,15,");
  g_assert_true (g_str_has_suffix (contents, ",a,\"begun\n\",\n"));
}

/* So have those that could not be started. */
static void
test_bad_input (void)
{
  static const char program[] = "import csv\n"
                                "for row in csv.reader(open('x.csv', newline='')):\n"
                                "    print(row[0], row[6:])\n";
  g_autoptr (E2eRun) run = run_read ("-j1 --weight {} --results x.csv echo ::: 1 z", program);

  e2e_assert_ended (run, 0);
  e2e_assert_contains (run->err, "job 2: cannot be started: input 2: --weight: 'z'");
  g_assert_cmpstr (run->out, ==,
                   "1\nSeq ['Exitval', 'Signal', 'Command', 'V1', 'Stdout', 'Stderr']\n"
                   "1 ['0', '0', 'echo 1', '1', '1\\n', '']\n"
                   "2 ['-1', '0', '', 'z', '', '']\n");
}

/* Nothing is run where it cannot be kept. */
static void
check_refused (const char *path, const char *why)
{
  g_autofree char *said = g_strdup_printf ("apool: --results: '%s': %s\n", path, why);
  g_autoptr (E2eRun) run = e2e_run ("", "--results", path, "echo RUN >&2; :", ":::", "a", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_cmpstr (run->err, ==, said);
}

static void
test_refused (void)
{
  check_refused ("/nonexistent/x.csv", "No such file or directory");
  check_refused ("/nonexistent/x.tsv", "No such file or directory");
  check_refused ("/nonexistent/x.json", "No such file or directory");
}

/* Of two runs at a time one has the file, and the other one changes nothing in it. */
static void
test_in_use (E2eStage *stage, gconstpointer data)
{
  g_autofree char *path = g_build_filename (stage->dir, "x.csv", NULL);
  /* It has the gate open when it says so: the gate is closed for good, and without a writer there
   * is no opening it. */
  g_autofree char *command =
      g_strdup_printf ("case {} in b) exec 3< %s; echo > %s; cat <&3;; esac; echo {}",
                       stage->gate->path, stage->reports->path);
  g_autoptr (E2eRun) run =
      e2e_start ("-j1", "--prefetch", "0", "--results", path, command, ":::", "a", "b", NULL);
  g_autofree char *contents = NULL;
  g_autoptr (E2eRun) next = NULL;

  g_free (e2e_fifo_read_line (stage->reports));
  check_refused (path, "in use by another run");
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_true (g_str_has_prefix (contents, "Seq,"));
  e2e_assert_contains (contents, "\n1,:,");
  e2e_assert_contains (contents, "\n2,:,");
  next = e2e_run ("", "--results", path, "true", ":::", "a", NULL);
  e2e_assert_ended (next, 0);
}

/* ---- going on with a run ---- */

/* Runs @script in a folder of its own, and reads the table there: of each row the number, the
 * status, the inputs and what was written. */
static void
check_past (const char *script, const char *expected)
{
  static const char program[] =
      "import csv, glob, json, sqlite3\n"
      "for name in glob.glob('x.*sv'):\n"
      "    for row in csv.reader(open(name, newline=''), 'excel-tab' if '.t' in name else "
      "'excel'):\n"
      "        print(row[0], row[6], *row[9:])\n"
      "for name in glob.glob('x.json'):\n"
      "    for row in map(json.loads, open(name)):\n"
      "        print(row['Seq'], row['Exitval'], *row['V'], row['Stdout'])\n"
      "for name in glob.glob('x.db'):\n"
      "    for row in sqlite3.connect(name).execute('SELECT run, seq, exit, arguments, "
      "cast(stdout AS text) FROM jobs ORDER BY run, seq'):\n"
      "        print(*row)\n";
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *quoted = g_shell_quote (program);
  g_autofree char *whole = g_strdup_printf (
      "cd %s; apool () { $APOOL_PROGRAM --quiet -j1 --joblog log \"$@\"; }; { %s; } >&2; "
      "python3 -c %s",
      dir, script, quoted);
  g_autoptr (E2eRun) run = e2e_shell ("", whole);

  g_assert_cmpstr (run->err, ==, "");
  g_assert_cmpstr (run->out, ==, expected);
}

#define JOB "'printf \"{}\\n\\\"\"; exit {}'"

/* What an earlier run has left stays, and what is new is behind it. */
static void
check_resumed (const char *name, const char *head)
{
  static const char *const expected[][2] = {
    { "--resume", "3 0 0 0\n\"%s\n" },
    { "--resume-failed", "2 3 3 3\n\"%s\n3 0 0 0\n\"%s\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autofree char *script = g_strdup_printf ("apool --results %s " JOB " ::: 0 3; "
                                                 "apool %s --results %s " JOB " ::: 0 3 0",
                                                 name, expected[i][0], name);
      g_autoptr (GString) rows = g_string_new (head);

      g_string_append (rows, "1 0 0 0\n\"%s\n2 3 3 3\n\"%s\n");
      g_string_append (rows, expected[i][1]);
      g_string_replace (rows, "%s", *head ? " " : "", 0);
      check_past (script, rows->str);
    }
}

static void
test_resumed (void)
{
  check_resumed ("x.csv", "Seq Exitval V1 Stdout Stderr\n");
  check_resumed ("x.tsv", "Seq Exitval V1 Stdout Stderr\n");
  check_resumed ("x.json", "");
}

/* Inputs are not in the log: the command stands for them, in the columns that are there. */
static void
test_retried (void)
{
  check_past (
      "apool --results x.csv 'exit {1}' ::: 0 3 ::: y; apool --retry-failed --results x.csv",
      "Seq Exitval V1 V2 Stdout Stderr\n1 0 0 y  \n2 3 3 y  \n2 3 exit 3   \n");
  check_past ("apool --header : --results x.tsv 'exit {a}' ::: a 0 3; "
              "apool --retry-failed --results x.tsv",
              "Seq Exitval a Stdout Stderr\n1 0 0  \n2 3 3  \n2 3 exit 3  \n");
  check_past ("apool --results x.json 'exit {}' ::: 0 3; apool --retry-failed --results x.json",
              "1 0 0 \n2 3 3 \n2 3 exit 3 \n");
}

/* A journal has what was done before, and gives it to the table again: no row is there twice. */
static void
test_journalled (void)
{
  check_past ("apool --journal j --results x.csv 'exit {}' ::: 0 3; "
              "apool --journal j --journal-rerun failed --results x.csv 'exit {}' ::: 0 3 4",
              "Seq Exitval V1 Stdout Stderr\n1 0 0  \n2 3 3  \n3 4 4  \n");
}

/* A run that does not go on with another one has the table for itself. */
static void
test_begun_anew (void)
{
  check_past ("apool --results x.csv true ::: a b; apool --results x.csv true ::: c",
              "Seq Exitval V1 Stdout Stderr\n1 0 c  \n");
}

/* Nothing is glued to what a run that was killed has left of a row. */
static void
test_torn (void)
{
  check_past ("apool --results x.csv " JOB " ::: 0; printf '2,:,\"a\n\"\"\n\"\"' >> x.csv; "
              "apool --resume --results x.csv " JOB " ::: 0 3",
              "Seq Exitval V1 Stdout Stderr\n1 0 0 0\n\" \n2 3 3 3\n\" \n");
  check_past ("apool --results x.json true ::: 0; printf '{ \"Seq\": 2, ' >> x.json; "
              "apool --resume --results x.json true ::: 0 3",
              "1 0 0 \n2 0 3 \n");
}

/* Nothing is run, nor written, where rows would not have the columns of those that are there. */
static void
check_other (const char *name, const char *before, const char *options, const char *why)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *script = g_strdup_printf (
      "cd %s; apool () { $APOOL_PROGRAM --quiet --joblog log \"$@\"; }; %s; "
      "cp %s old; apool --resume --results %s %s; echo $?; cmp old %s; wc -l < log",
      dir, before, name, name, options, name);
  g_autofree char *said = g_strdup_printf ("apool: --results: '%s': %s\n", name, why);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  g_assert_cmpstr (run->err, ==, said);
  g_assert_cmpstr (run->out, ==, "255\n2\n");
}

static void
test_other_columns (void)
{
  static const char others[] = "has other columns than the rows of this run: use another file";
  static const char none[] =
      "is no table of results, to which rows could be added: use another file";

  check_other ("x.csv", "apool --results x.csv true ::: 1", "echo RUN ::: 1 2 ::: 3", others);
  check_other ("x.tsv", "apool --results x.tsv true ::: 1 ::: 2", "echo RUN ::: 1 2", others);
  check_other ("x.csv", "apool --results x.csv true ::: 1", "--header : echo RUN ::: name 2",
               others);
  check_other ("x.csv", "apool true ::: 1; echo text > x.csv", "echo RUN ::: 2", none);
  check_other ("x.json", "apool true ::: 1; echo '{}' > x.json", "echo RUN ::: 2", none);
}

/* A database has all runs anyway, each with its number. */
static void
test_db_past (void)
{
  check_past ("apool --results x.db 'exit {}' ::: 0 3; apool --retry-failed --results x.db; "
              "apool --resume --results x.db 'exit {}' ::: 0 3 4",
              "1 1 0 [\"0\"] \n1 2 3 [\"3\"] \n2 2 3 [\"exit 3\"] \n3 3 4 [\"4\"] \n");
  check_other ("x.db",
               "apool true ::: 1; python3 -c \"import sqlite3; "
               "sqlite3.connect('x.db').executescript('PRAGMA journal_mode = WAL; CREATE TABLE "
               "runs (run INTEGER PRIMARY KEY)')\"",
               "echo RUN ::: 2", "table runs has no column named started");
}

/* Titles are part of what is printed, and no part of what is kept. */
static void
check_title (const char *options, const char *expected)
{
  static const char program[] = "import csv\n"
                                "for row in csv.reader(open('x.csv', newline='')):\n"
                                "    print(row[-2])\n";
  g_autofree char *arguments =
      g_strdup_printf ("%s -j1 --title T{} --results x.csv echo ::: a", options);

  check_read (arguments, program, expected);
}

static void
test_title (void)
{
  check_title ("", "0\nStdout\na\n\n");
  check_title ("--line-buffer", "Ta\na\n0\nStdout\na\n\n");
}

/* Nothing is kept where nothing is run. */
static void
check_dry_run (const char *options)
{
  g_autofree char *script =
      g_strdup_printf ("for name in csv tsv json db; do echo old > old.$name; "
                       "for file in old.$name new.$name no/new.$name; do "
                       "$APOOL_PROGRAM --dry-run %s --results $file echo ::: $name || exit; "
                       "done; done; cat old.*; ls",
                       options);
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *whole = g_strdup_printf ("cd %s; %s", dir, script);
  g_autoptr (E2eRun) run = e2e_shell ("", whole);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
  g_assert_cmpstr (run->out, ==,
                   "echo csv\necho csv\necho csv\necho tsv\necho tsv\necho tsv\n"
                   "echo json\necho json\necho json\necho db\necho db\necho db\n"
                   "old\nold\nold\nold\nold.csv\nold.db\nold.json\nold.tsv\n");
}

static void
test_dry_run (void)
{
  check_dry_run ("");
  check_dry_run ("--line-buffer");
  check_dry_run ("--ungroup");
  check_dry_run ("--files");
}

static void
test_db_refused (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *text = g_build_filename (dir, "text.db", NULL);
  g_autofree char *contents = NULL;

  g_assert_true (g_file_set_contents (text, "This is no database, and long.", -1, NULL));
  check_refused (text, "file is not a database");
  check_refused ("/nonexistent/x.db", "unable to open database file");
  g_assert_true (g_file_get_contents (text, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "This is no database, and long.");
}

static void
check_full (const char *dir, const char *name)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autofree char *said =
      g_strdup_printf ("apool: --results: '%s': No space left on device\n", path);
  g_autoptr (E2eRun) run = NULL;

  g_assert_cmpint (symlink ("/dev/full", path), ==, 0);
  run = e2e_run ("", "--results", path, "echo", ":::", "a", "b", NULL);
  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->err, ==, said);
}

static void
test_full (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();

  check_full (dir, "x.csv");
  check_full (dir, "x.tsv");
  check_full (dir, "x.json");
}

/* A limit stands for a disk: what was committed before is there. */
static void
test_db_full (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *script = g_strdup_printf (
      "cd %s; (ulimit -f 2000; exec %s -j1 --results x.db 'seq 100000 #' ::: 1 2 3 4 5 6 7 8); "
      "echo $?; python3 -c \"import sqlite3; n = sqlite3.connect('x.db').execute('SELECT count(*) "
      "FROM jobs').fetchone()[0]; print(1 <= n < 8)\"",
      dir, e2e_apool ());
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  g_assert_cmpstr (run->out, ==, "255\nTrue\n");
  g_assert_true (g_str_has_prefix (run->err, "apool: --results: 'x.db': "));
}

/* All bytes come back. */
static void
test_large (void)
{
  static const char program[] =
      "import base64, csv, hashlib, json, sqlite3\n"
      "csv.field_size_limit(1 << 30)\n"
      "def tell(data): print(hashlib.md5(data).hexdigest())\n"
      "tell(open('random', 'rb').read())\n"
      "for row in csv.DictReader(open('x.csv', encoding='latin-1', newline='')):\n"
      "    tell(row['Stdout'].encode('latin-1'))\n"
      "for line in open('x.json'): tell(base64.b64decode(json.loads(line)['StdoutBase64']))\n"
      "for row in sqlite3.connect('x.db').execute('SELECT stdout FROM jobs'): tell(row[0])\n";
  g_autoptr (E2eRun) run = run_read (
      ": ::: ; head -c 20000000 /dev/urandom | tr -d '\\0' > random; for name in csv json "
      "db; do $APOOL_PROGRAM --results x.$name cat ::: random; done",
      program);
  g_auto (GStrv) lines = NULL;

  g_assert_cmpstr (run->err, ==, "");
  e2e_assert_ended (run, 0);
  lines = g_strsplit (run->out, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 6);
  for (guint i = 2; i < 5; i++)
    g_assert_cmpstr (lines[i], ==, lines[1]);
}

static void
add_tests (void)
{
  g_test_add_func ("/tables/csv", test_csv);
  g_test_add_func ("/tables/json", test_json);
  g_test_add_func ("/tables/printed", test_printed);
  g_test_add_func ("/tables/bad-input", test_bad_input);
  g_test_add_func ("/tables/refused", test_refused);
  g_test_add_func ("/tables/full", test_full);
  g_test_add_func ("/tables/title", test_title);
  g_test_add_func ("/tables/dry-run", test_dry_run);
  g_test_add_func ("/tables/past/resumed", test_resumed);
  g_test_add_func ("/tables/past/retried", test_retried);
  g_test_add_func ("/tables/past/journalled", test_journalled);
  g_test_add_func ("/tables/past/begun-anew", test_begun_anew);
  g_test_add_func ("/tables/past/torn", test_torn);
  g_test_add_func ("/tables/past/other-columns", test_other_columns);
  e2e_stage_add_test ("/tables/ended", test_ended);
  e2e_stage_add_test ("/tables/in-use", test_in_use);
  if (!g_getenv ("APOOL_TEST_SQLITE"))
    return;
  g_test_add_func ("/tables/db", test_db);
  g_test_add_func ("/tables/db/refused", test_db_refused);
  g_test_add_func ("/tables/db/past", test_db_past);
  g_test_add_func ("/tables/db/full", test_db_full);
  e2e_stage_add_test ("/tables/db/killed", test_db_killed);
  g_test_add_func ("/tables/large", test_large);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
