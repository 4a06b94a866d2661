/* SPDX-License-Identifier: MIT */
/*
 * The option table: every option of apool and every option name of GNU parallel 20221122, so that
 * whoever brings a command line from there is told about each option by its name. `--help` is
 * made from it; the man page and the completions are held against it by a test.
 *
 * An option that is built gets a handler, a help line, and its row moves up to the others.
 */

#include "cli/apool-option-table.h"

#include "cli/apool-option-batch.h"
#include "cli/apool-option-gates.h"
#include "cli/apool-option-halt.h"
#include "cli/apool-option-handlers.h"
#include "cli/apool-option-input.h"
#include "cli/apool-option-journal.h"
#include "cli/apool-option-look.h"
#include "cli/apool-option-make.h"
#include "cli/apool-option-many.h"
#include "cli/apool-option-orphans.h"
#include "cli/apool-option-output.h"
#include "cli/apool-option-patience.h"
#include "cli/apool-option-place.h"
#include "cli/apool-option-pool.h"
#include "cli/apool-option-progress.h"
#include "cli/apool-option-record.h"
#include "cli/apool-option-resume.h"
#include "cli/apool-option-summary.h"
#include "cli/apool-option-text.h"
#include "cli/apool-option-tui.h"
#include "cli/apool-option-warm.h"

/* Built: under a heading of `--help`, without a value, with one, or with one that may be left out.
 */
#define FLAG(heading, what, text, ...)                                                             \
  {                                                                                                \
    .names = { __VA_ARGS__ }, .argument = APOOL_OPTION_NONE, .apply = apool_option_set_##what,     \
    .group = APOOL_OPTION_GROUP_##heading, .help = text,                                           \
  }

#define VALUE(heading, what, value, text, ...)                                                     \
  {                                                                                                \
    .names = { __VA_ARGS__ }, .argument = APOOL_OPTION_REQUIRED, .apply = apool_option_set_##what, \
    .group = APOOL_OPTION_GROUP_##heading, .value_name = value, .help = text,                      \
  }

#define OPTIONAL(heading, what, value, text, ...)                                                  \
  {                                                                                                \
    .names = { __VA_ARGS__ }, .argument = APOOL_OPTION_OPTIONAL, .apply = apool_option_set_##what, \
    .group = APOOL_OPTION_GROUP_##heading, .value_name = value, .help = text,                      \
  }

#define ACCEPTED(...)                                                                              \
  {                                                                                                \
    .names = { __VA_ARGS__ }, .argument = APOOL_OPTION_NONE, .state = APOOL_OPTION_ACCEPTED,       \
  }

#define REFUSED(use, argument_kind, ...)                                                           \
  {                                                                                                \
    .names = { __VA_ARGS__ }, .argument = APOOL_OPTION_##argument_kind,                            \
    .state = APOOL_OPTION_REFUSED, .help = use,                                                    \
  }

#define NOT_BUILT(use, argument_kind, ...)                                                         \
  {                                                                                                \
    .names = { __VA_ARGS__ }, .argument = APOOL_OPTION_##argument_kind,                            \
    .state = APOOL_OPTION_NOT_BUILT, .help = use,                                                  \
  }

static const ApoolOption apool_options_table[] = {
  VALUE (RUNNING,
         jobs,
         "N",
         "run up to N jobs at once (N%, +N, -N, 0, FILE)",
         "jobs",
         "max-procs",
         "j",
         "P"),
  FLAG (RUNNING, shell, "run every job through the shell", "shell"),
  FLAG (RUNNING, no_shell, "run no job through a shell", "no-shell"),
  VALUE (RUNNING, retries, "N", "try a job up to N times (0: without limit)", "retries"),
  VALUE (RUNNING, retry_delay, "TIME", "wait before that (1s,x2,max=60s)", "retry-delay"),
  VALUE (
      RUNNING, retry_on, "LIST", "only where it failed so (1,75-79,SIGKILL,timeout)", "retry-on"),
  VALUE (RUNNING, timeout, "TIME", "end jobs that run longer (10, 5m, 200%)", "timeout"),
  VALUE (RUNNING, slow_after, "TIME", "name jobs that run longer", "slow-after"),
  VALUE (RUNNING, deadline, "TIME", "end the run when it takes longer", "deadline"),
  VALUE (RUNNING, termseq, "LIST", "end jobs by it (TERM,5000,KILL)", "termseq"),
  VALUE (RUNNING,
         halt,
         "WHEN",
         "end the run early (now,fail=1; soon,success=20%)",
         "halt",
         "halt-on-error"),
  VALUE (RUNNING, on_error, "CMD", "run CMD for each job that failed", "on-error"),
  VALUE (RUNNING, directory, "DIR", "run jobs in DIR (...: each in a new one)", "workdir", "wd"),
  VALUE (RUNNING, leaks, "WHAT", "left processes: report (usual), kill, fail, ignore", "leaks"),
  VALUE (RUNNING, nice, "N", "run jobs at niceness N", "nice"),
  VALUE (RUNNING, rlimit, "NAME=N", "limit what a job may use (nofile=64, as=2G:4G)", "rlimit"),
  VALUE (RUNNING, env, "NAME", "jobs need the exported variable NAME", "env"),
  FLAG (RUNNING, tty, "give jobs the terminal, one at a time", "tty"),
  FLAG (RUNNING, open_tty, "give jobs the terminal to read from", "open-tty", "o"),
  FLAG (RUNNING, interactive, "ask for each job whether to run it", "interactive", "p"),
  FLAG (RUNNING, told, "print each command on standard error", "verbose", "t"),
  FLAG (RUNNING, traced, "print each command before its output", "v"),
  VALUE (RUNNING, weight, "TEMPLATE", "as how many jobs each one counts", "weight"),
  VALUE (RUNNING,
         process_slot_var,
         "NAME",
         "give jobs their slot, less 1, in variable NAME",
         "process-slot-var"),
  OPTIONAL (RUNNING, jobserver, "STYLE", "share -j with makes, by pipe or fifo", "jobserver"),
  FLAG (RUNNING, no_jobserver, "run jobs beside make's, not in its slots", "no-jobserver"),
  VALUE (STARTING, delay, "SECS", "let SECS pass between two starts (also 2m, auto)", "delay"),
  VALUE (STARTING, rate, "N/s", "start up to N jobs a second (also N/m,burst=M)", "rate"),
  VALUE (STARTING, load, "N", "start jobs while the load is below N (also N%)", "load"),
  VALUE (STARTING, memfree, "SIZE", "start jobs while SIZE bytes of memory are free", "memfree"),
  VALUE (STARTING, memsuspend, "SIZE", "stop jobs while less than that is free", "memsuspend"),
  FLAG (STARTING, noswap, "start no jobs while the machine swaps", "noswap"),
  VALUE (STARTING, pressure, "LIST", "start jobs below cpu=N, memory=N, io=N percent", "pressure"),
  VALUE (STARTING, limit, "CMD", "start jobs while CMD succeeds (also io N)", "limit"),
  VALUE (WORKERS, workers, "N", "have up to N worker processes", "workers"),
  VALUE (
      WORKERS, jobs_per_worker, "N", "run up to N jobs at once in each worker", "jobs-per-worker"),
  VALUE (WORKERS, max_tasks, "N", "replace a worker that has had N jobs", "max-tasks-per-worker"),
  VALUE (WORKERS, worker_init, "CMD", "run CMD in each worker before its jobs", "worker-init"),
  VALUE (WORKERS, worker_exit, "CMD", "run CMD in each worker that ends in order", "worker-exit"),
  VALUE (WORKERS,
         worker_init_timeout,
         "SECS",
         "how long these two may run (60; 0: no limit)",
         "worker-init-timeout"),
  FLAG (WORKERS, warm_shell, "fork jobs from a running shell, one a worker", "warm-shell"),
  VALUE (
      WORKERS, worker_timeout, "SECS", "how long a worker may not answer (30)", "worker-timeout"),
  VALUE (WORKERS, crash_limit, "N", "give up a job when N workers died with it (3)", "crash-limit"),
  VALUE (WORKERS, prefetch, "N", "let N jobs wait at each worker", "prefetch"),
  VALUE (WORKERS, scheduler, "NAME", "least-loaded, round-robin or affinity=TEMPLATE", "scheduler"),
  FLAG (WORKERS, debug, "tell what happens to workers", "debug", "D"),
  VALUE (INPUT, arg_file, "FILE", "read inputs from FILE (-: standard input)", "arg-file", "a"),
  VALUE (INPUT, arg_sep, "STR", "what stands before inputs (:::)", "arg-sep"),
  VALUE (INPUT, arg_file_sep, "STR", "what stands before names of files (::::)", "arg-file-sep"),
  FLAG (INPUT, link, "take one input of each source, not all pairs", "link", "xapply"),
  FLAG (INPUT, null, "inputs end in a NUL byte, not in a newline", "null", "0"),
  VALUE (INPUT, delimiter, "STR", "inputs end in STR (also \\t, \\0, \\x1f)", "delimiter", "d"),
  VALUE (INPUT, eof, "STR", "an input STR ends its source", "E"),
  OPTIONAL (INPUT, eof, "STR", "the same; without STR no input does", "eof", "e"),
  FLAG (INPUT, no_run_if_empty, "leave out inputs of blanks alone", "no-run-if-empty", "r"),
  FLAG (INPUT, skip_first_line, "leave out the first input", "skip-first-line"),
  VALUE (INPUT, skip_inputs, "N", "leave out the first N inputs", "skip-inputs"),
  VALUE (INPUT, max_inputs, "N", "take no more than N inputs", "max-inputs"),
  VALUE (INPUT, partition, "I/N", "run part I of N of the inputs", "partition"),
  FLAG (INPUT, shuf, "run the inputs in random order", "shuf"),
  VALUE (INPUT, seed, "N", "which random order that is", "seed"),
  VALUE (INPUT, total_jobs, "N", "how many jobs there are", "total-jobs", "total"),
  VALUE (INPUT, filter, "EXPR", "run only those for which EXPR is true", "filter"),
  VALUE (COLUMNS, colsep, "REGEX", "what separates the columns of an input", "colsep", "C"),
  FLAG (COLUMNS, csv, "inputs are comma-separated values", "csv"),
  FLAG (COLUMNS, jsonl, "inputs are JSON, one value a line", "jsonl"),
  VALUE (COLUMNS, header, "STR", "the first line names the columns (STR is :)", "header"),
  VALUE (COLUMNS, match, "REGEX", "{1.2} is group 2 of REGEX in source 1", "match"),
  VALUE (COLUMNS, trim, "HOW", "take blanks off: n, l, r, lr or rl", "trim"),
  VALUE (COLUMNS, bad_input, "WHAT", "fail or skip what cannot be taken apart (fail)", "bad-input"),
  VALUE (BATCH, max_args, "N", "give each job N inputs", "max-args", "n"),
  VALUE (
      BATCH, max_replace_args, "N", "the same, repeating words for them", "max-replace-args", "N"),
  VALUE (BATCH, lines, "N", "the same, where a line can go on in the next", "L"),
  OPTIONAL (BATCH, max_lines, "N", "give each job N lines (1)", "max-lines", "l"),
  FLAG (BATCH, fill_word, "as many inputs as fit, spread over slots", "m"),
  FLAG (BATCH, xargs, "give each job as many inputs as fit", "xargs"),
  FLAG (BATCH, fill_context, "the same, repeating words for them", "X"),
  VALUE (BATCH, max_chars, "N", "keep command lines below N bytes", "max-chars", "s"),
  FLAG (BATCH, exit, "stop at an input that is too long for them", "exit", "x"),
  VALUE (TEXT, value_name, "STR", "use STR instead of {}", "I"),
  OPTIONAL (TEXT, replace, "STR", "the same; without STR it is {}", "replace", "i"),
  VALUE (TEXT, extension_name, "STR", "use STR instead of {.}", "extensionreplace", "er"),
  VALUE (TEXT, basename_name, "STR", "use STR instead of {/}", "basenamereplace", "bnr"),
  VALUE (TEXT, dirname_name, "STR", "use STR instead of {//}", "dirnamereplace", "dnr"),
  VALUE (TEXT,
         basename_extension_name,
         "STR",
         "use STR instead of {/.}",
         "basenameextensionreplace",
         "bner"),
  VALUE (TEXT, seq_name, "STR", "use STR instead of {#}", "seqreplace"),
  VALUE (TEXT, slot_name, "STR", "use STR instead of {%}", "slotreplace"),
  FLAG (TEXT, plus, "have more replacement strings, such as {..}", "plus"),
  VALUE (TEXT, rpl, "DEF", "define one: 'STR EXPR'", "rpl"),
  VALUE (TEXT, parens, "STR", "use STR instead of {==}", "parens"),
  FLAG (TEXT, quote, "take each word of COMMAND as it is", "quote", "q"),
  FLAG (TEXT, dry_run, "print commands, run none", "dry-run", "dr"),
  FLAG (TEXT, shell_quote, "print commands quoted, run none", "shell-quote"),
  VALUE (TEXT,
         template,
         "FILE=NAME",
         "write FILE, replaced, to NAME for each job",
         "template",
         "tmpl"),
  FLAG (RUNNING,
        use_cores,
        "count cores, not threads, for --jobs",
        "use-cores-instead-of-threads",
        "use-cpus-instead-of-cores"),
  FLAG (RUNNING,
        use_sockets,
        "count sockets, not threads, for --jobs",
        "use-sockets-instead-of-threads"),
  FLAG (OUTPUT, group, "print what a job writes together (the default)", "group"),
  FLAG (OUTPUT,
        line_buffer,
        "print each line, of any job, when it ends",
        "line-buffer",
        "line-buffered",
        "lb"),
  FLAG (OUTPUT, latest_line, "show only the latest line of each job", "latest-line", "ll"),
  FLAG (OUTPUT, input_order, "print outputs in input order (the default)", "keep-order", "k"),
  FLAG (OUTPUT,
        unordered,
        "print each output when its job has finished",
        "unordered",
        "no-keep-order"),
  VALUE (OUTPUT, shown, "WHICH", "print output of all, failed or none of the jobs", "show"),
  FLAG (OUTPUT, ungroup, "let jobs write straight to where apool does", "ungroup", "u"),
  FLAG (OUTPUT, merge, "make standard error part of standard output", "merge"),
  VALUE (OUTPUT,
         drain_timeout,
         "SECS",
         "how long output left open is waited for (0.1)",
         "drain-timeout"),
  VALUE (OUTPUT,
         results,
         "NAME",
         "keep each job's output in files or a table",
         "results",
         "result",
         "res"),
  FLAG (OUTPUT,
        files,
        "keep each standard output in a file, print its name",
        "files",
        "output-as-files"),
  FLAG (OUTPUT, files0, "so, and end the names in a NUL byte", "files0"),
  FLAG (OUTPUT, tag, "begin each line with its job's input and a tab", "tag"),
  VALUE (OUTPUT, tagstring, "TEMPLATE", "begin each line with TEMPLATE and a tab", "tagstring"),
  FLAG (OUTPUT, coloured, "print each job's lines in a colour", "color", "colour"),
  FLAG (OUTPUT,
        colours_failed,
        "print the lines of jobs that failed in red",
        "color-failed",
        "colour-failed",
        "color-fail",
        "colour-fail",
        "cf"),
  FLAG (OUTPUT, ctag, "--tag and --color", "ctag"),
  VALUE (OUTPUT, ctagstring, "TEMPLATE", "--tagstring TEMPLATE and --color", "ctagstring"),
  VALUE (OUTPUT, title, "TEMPLATE", "print a line before what each job writes", "title"),
  FLAG (OUTPUT, compress, "compress outputs that wait or are kept in files", "compress"),
  VALUE (OUTPUT,
         compress_program,
         "CMD",
         "so, with CMD (else as gzip does)",
         "compress-program",
         "use-compress-program"),
  VALUE (OUTPUT,
         decompress_program,
         "CMD",
         "what does the reverse (the other one's CMD -dc)",
         "decompress-program",
         "use-decompress-program"),
  VALUE (
      OUTPUT, tmpdir, "DIR", "keep outputs that wait for their turn in DIR", "tmpdir", "tempdir"),
  VALUE (OUTPUT, tmp_limit, "SIZE", "let them take SIZE bytes there (also 2G)", "tmp-limit"),
  VALUE (RECORDS, joblog, "FILE", "log each job to FILE (+FILE adds to it)", "joblog", "jl"),
  VALUE (RECORDS, journal, "DIR", "keep a journal in DIR, and run nothing twice", "journal"),
  VALUE (RECORDS, journal_sync, "TIME", "what a power cut may take of it (1s)", "journal-sync"),
  VALUE (
      RECORDS, journal_rerun, "WHICH", "run failed or all jobs again that it has", "journal-rerun"),
  OPTIONAL (RECORDS, resume, "RULE", "leave out what the log has (=seq: by number)", "resume"),
  FLAG (RECORDS,
        resume_failed,
        "leave out what the log has, unless it failed",
        "resume-failed",
        "resumefailed"),
  FLAG (RECORDS,
        retry_failed,
        "run what has failed by the log, and nothing else",
        "retry-failed",
        "retryfailed"),
  OPTIONAL (RECORDS, status, "SEQ", "show what a journal has, or of job SEQ", "status"),
  VALUE (RECORDS, log, "SEQ", "print what job SEQ of a journal wrote", "log"),
  FLAG (RECORDS,
        longest_first,
        "start first what took longest by the log or journal",
        "longest-first"),
  FLAG (RECORDS, bar, "show a bar of how far the run is, and what runs", "bar"),
  FLAG (RECORDS, progress, "say how far the run is", "progress"),
  FLAG (RECORDS, eta, "so, and how long it still takes by the log", "eta"),
  FLAG (RECORDS, tui, "watch and steer the run on the whole terminal", "tui"),
  VALUE (RECORDS, summary, "WHEN", "sum the run up at its end: always, failed, never", "summary"),
  FLAG (RECORDS, quiet, "say nothing but what keeps apool from its work", "quiet"),
  VALUE (ABOUT, profile, "NAME", "read options from profile NAME", "profile", "J"),
  FLAG (ABOUT, plain, "read no profile and not $APOOL", "plain"),
  FLAG (ABOUT, show_limits, "show how long commands can be, and go on", "show-limits"),
  FLAG (ABOUT, max_length, "show how long a command can be", "max-line-length-allowed"),
  VALUE (ABOUT, min_version, "N", "show the version; succeed if it is N or later", "minversion"),
  FLAG (ABOUT, n_sockets, "show how many CPU sockets there are", "number-of-sockets"),
  FLAG (ABOUT, n_cores, "show how many cores there are", "number-of-cores", "number-of-cpus"),
  FLAG (ABOUT, n_threads, "show how many threads they run at once", "number-of-threads"),
  OPTIONAL (ABOUT, help, "TOPIC", "show help (TOPIC: a group or an option)", "help", "h"),
  FLAG (ABOUT, version, "show the version", "version", "V"),

  ACCEPTED ("gnu"),
  {
      .names = { "silent" },
      .argument = APOOL_OPTION_NONE,
      .state = APOOL_OPTION_ACCEPTED,
      .apply = apool_option_set_silent,
  },
  ACCEPTED ("will-cite", "no-notice", "nn"),
  ACCEPTED ("citation"),
  ACCEPTED ("bibtex"),

  REFUSED ("\":::\" before the inputs", NONE, "tollef"),
  REFUSED ("the completions that are installed with apool", REQUIRED, "shell-completion"),
  REFUSED ("export, since jobs have apool's environment", NONE, "session"),
  REFUSED ("export, since jobs have apool's environment", NONE, "record-env"),
  REFUSED ("the installed program, which scripts can call", NONE, "embed"),
  REFUSED ("the shell's own read or mapfile", REQUIRED, "_parset"),
  REFUSED ("--extensionreplace", REQUIRED, "U"),

  /* The command. */
  NOT_BUILT ("a shell script that calls \"apool -a FILE\"", NONE, "shebang", "hashbang"),
  NOT_BUILT ("a shell script that calls \"apool CMD ::: \\\"$@\\\"\"", OPTIONAL, "shebang-wrap"),

  /* Blocks of standard input. */
  NOT_BUILT ("split(1) to cut the input into files, and 'CMD < {}' for each of them",
             REQUIRED,
             "block",
             "block-size"),
  NOT_BUILT ("split(1) to cut the input into files, and 'CMD < {}' for each of them",
             REQUIRED,
             "block-timeout",
             "bt"),
  NOT_BUILT ("split(1) to cut the input into files, and 'CMD < {}' for each of them", NONE, "cat"),
  NOT_BUILT ("split(1) to cut the input into files, and 'CMD < {}' for each of them", NONE, "fifo"),
  NOT_BUILT ("split(1) to cut the input into files, and 'CMD < {}' for each of them",
             NONE,
             "pipe",
             "spreadstdin"),
  NOT_BUILT (
      "split(1) to cut the input into files, and 'CMD < {}' for each of them", NONE, "pipe-part"),
  NOT_BUILT (
      "split(1) to cut the input into files, and 'CMD < {}' for each of them", REQUIRED, "recend"),
  NOT_BUILT ("split(1) to cut the input into files, and 'CMD < {}' for each of them",
             REQUIRED,
             "recstart"),
  NOT_BUILT ("split(1) to cut the input into files, and 'CMD < {}' for each of them",
             NONE,
             "regexp",
             "regex"),
  NOT_BUILT ("split(1) to cut the input into files, and 'CMD < {}' for each of them",
             NONE,
             "remove-rec-sep",
             "rrs"),
  NOT_BUILT ("split(1) to cut the input into files, and 'CMD < {}' for each of them",
             NONE,
             "round-robin",
             "round"),
  NOT_BUILT ("awk to sort the input into files, and 'CMD < {}' for each of them", REQUIRED, "bin"),
  NOT_BUILT (
      "awk to sort the input into files, and 'CMD < {}' for each of them", REQUIRED, "group-by"),
  NOT_BUILT (
      "awk to sort the input into files, and 'CMD < {}' for each of them", REQUIRED, "shard"),
  NOT_BUILT ("tee(1) with the shell's >(CMD)", NONE, "tee"),

  /* Output. */
  NOT_BUILT ("'tmux new-window -d CMD' as the command", NONE, "tmux"),
  NOT_BUILT ("'tmux new-window -d CMD' as the command", NONE, "tmuxpane"),

  /* Records of a run. */
  NOT_BUILT ("the database's own client in a pipe, and --csv or --colsep", REQUIRED, "sql"),
  NOT_BUILT (
      "the database's own client in a pipe, and --csv or --colsep", REQUIRED, "sql-and-worker"),
  NOT_BUILT ("the database's own client in a pipe, and --csv or --colsep", REQUIRED, "sql-master"),
  NOT_BUILT ("the database's own client in a pipe, and --csv or --colsep", REQUIRED, "sql-worker"),

  /* Other hosts. */
  NOT_BUILT ("scp or rsync as part of the command", REQUIRED, "basefile", "bf"),
  NOT_BUILT ("scp or rsync as part of the command", NONE, "cleanup"),
  NOT_BUILT ("scp or rsync as part of the command", REQUIRED, "return"),
  NOT_BUILT ("scp or rsync as part of the command", REQUIRED, "rsync-opts"),
  NOT_BUILT ("scp or rsync as part of the command", NONE, "transfer"),
  NOT_BUILT (
      "scp or rsync as part of the command", REQUIRED, "transferfile", "transferfiles", "tf"),
  NOT_BUILT ("scp or rsync as part of the command", REQUIRED, "trc"),
  NOT_BUILT ("'ssh HOST CMD' as the command, with ControlMaster in ssh_config(5)",
             NONE,
             "controlmaster",
             "M"),
  NOT_BUILT ("'ssh HOST CMD' as the command, with ControlMaster in ssh_config(5)", REQUIRED, "ssh"),
  NOT_BUILT (
      "'ssh HOST CMD' as the command, with ControlMaster in ssh_config(5)", REQUIRED, "ssh-delay"),
  NOT_BUILT (
      "'ssh {1} CMD {2}' as the command, with hosts as the first source", NONE, "filter-hosts"),
  NOT_BUILT ("'ssh {1} CMD {2}' as the command, with hosts as the first source",
             NONE,
             "hostgroups",
             "hostgrp",
             "hgrp"),
  NOT_BUILT ("'ssh {1} CMD {2}' as the command, with hosts as the first source",
             REQUIRED,
             "sshlogin",
             "S"),
  NOT_BUILT ("'ssh {1} CMD {2}' as the command, with hosts as the first source",
             REQUIRED,
             "sshloginfile",
             "slf"),
  NOT_BUILT ("'ssh {} CMD' as the command, with hosts as inputs", NONE, "nonall"),
  NOT_BUILT ("'ssh {} CMD' as the command, with hosts as inputs", NONE, "onall"),

  /* Semaphores. */
  NOT_BUILT ("flock(1)", NONE, "bg"),
  NOT_BUILT ("flock(1)", NONE, "fg"),
  NOT_BUILT ("flock(1)", NONE, "semaphore"),
  NOT_BUILT ("flock(1)", REQUIRED, "semaphore-name", "id"),
  NOT_BUILT ("flock -w SECS", REQUIRED, "semaphore-timeout", "st"),
  NOT_BUILT ("the shell's wait", NONE, "wait"),
};

/**
 * apool_option_table_get:
 * @n_options: (out): how many rows there are
 *
 * Returns: (transfer none) (array length=n_options): the option table; no name is in it twice
 */
const ApoolOption *
apool_option_table_get (gsize *n_options)
{
  *n_options = G_N_ELEMENTS (apool_options_table);
  return apool_options_table;
}
