/* SPDX-License-Identifier: MIT */
/*
 * The option table: every option of apool and every option name of GNU parallel 20221122, so that
 * whoever brings a command line from there is told about each option by its name. `--help` is
 * made from it; the man page and the completions are held against it by a test.
 *
 * An option that is built gets a handler, a help line, and its row moves up to the others.
 */

#include "cli/apool-option-table.h"

#include "cli/apool-option-handlers.h"
#include "cli/apool-option-pool.h"

#define ACCEPTED(...)                                                                              \
  {                                                                                                \
    .names = { __VA_ARGS__ }, .argument = APOOL_OPTION_NONE, .state = APOOL_OPTION_ACCEPTED,       \
  }

#define REFUSED(use, argument_kind, ...)                                                           \
  {                                                                                                \
    .names = { __VA_ARGS__ }, .argument = APOOL_OPTION_##argument_kind,                            \
    .state = APOOL_OPTION_REFUSED, .help = use,                                                    \
  }

#define NOT_BUILT(argument_kind, ...)                                                              \
  {                                                                                                \
    .names = { __VA_ARGS__ }, .argument = APOOL_OPTION_##argument_kind,                            \
    .state = APOOL_OPTION_NOT_BUILT,                                                               \
  }

static const ApoolOption apool_options_table[] = {
  {
      .names = { "jobs", "max-procs", "j", "P" },
      .argument = APOOL_OPTION_REQUIRED,
      .apply = apool_option_set_jobs,
      .group = APOOL_OPTION_GROUP_RUNNING,
      .value_name = "N",
      .help = "run up to N jobs at once (also N%, +N, -N, 0)",
  },
  {
      .names = { "shell" },
      .apply = apool_option_set_shell,
      .group = APOOL_OPTION_GROUP_RUNNING,
      .help = "run every job through the shell",
  },
  {
      .names = { "no-shell" },
      .apply = apool_option_set_no_shell,
      .group = APOOL_OPTION_GROUP_RUNNING,
      .help = "run no job through a shell",
  },
  {
      .names = { "retries" },
      .argument = APOOL_OPTION_REQUIRED,
      .apply = apool_option_set_retries,
      .group = APOOL_OPTION_GROUP_RUNNING,
      .value_name = "N",
      .help = "try a job up to N times (0: without limit)",
  },
  {
      .names = { "on-error" },
      .argument = APOOL_OPTION_REQUIRED,
      .apply = apool_option_set_on_error,
      .group = APOOL_OPTION_GROUP_RUNNING,
      .value_name = "CMD",
      .help = "run CMD for each job that failed",
  },
  {
      .names = { "weight" },
      .argument = APOOL_OPTION_REQUIRED,
      .apply = apool_option_set_weight,
      .group = APOOL_OPTION_GROUP_RUNNING,
      .value_name = "TEMPLATE",
      .help = "as how many jobs each one counts",
  },
  {
      .names = { "workers" },
      .argument = APOOL_OPTION_REQUIRED,
      .apply = apool_option_set_workers,
      .group = APOOL_OPTION_GROUP_WORKERS,
      .value_name = "N",
      .help = "have up to N worker processes",
  },
  {
      .names = { "jobs-per-worker" },
      .argument = APOOL_OPTION_REQUIRED,
      .apply = apool_option_set_jobs_per_worker,
      .group = APOOL_OPTION_GROUP_WORKERS,
      .value_name = "N",
      .help = "run up to N jobs at once in each worker",
  },
  {
      .names = { "max-tasks-per-worker" },
      .argument = APOOL_OPTION_REQUIRED,
      .apply = apool_option_set_max_tasks,
      .group = APOOL_OPTION_GROUP_WORKERS,
      .value_name = "N",
      .help = "replace a worker that has had N jobs",
  },
  {
      .names = { "worker-init" },
      .argument = APOOL_OPTION_REQUIRED,
      .apply = apool_option_set_worker_init,
      .group = APOOL_OPTION_GROUP_WORKERS,
      .value_name = "CMD",
      .help = "run CMD in each worker before its jobs",
  },
  {
      .names = { "worker-exit" },
      .argument = APOOL_OPTION_REQUIRED,
      .apply = apool_option_set_worker_exit,
      .group = APOOL_OPTION_GROUP_WORKERS,
      .value_name = "CMD",
      .help = "run CMD in each worker that ends in order",
  },
  {
      .names = { "worker-init-timeout" },
      .argument = APOOL_OPTION_REQUIRED,
      .apply = apool_option_set_worker_init_timeout,
      .group = APOOL_OPTION_GROUP_WORKERS,
      .value_name = "SECS",
      .help = "how long these two may run (60; 0: no limit)",
  },
  {
      .names = { "worker-timeout" },
      .argument = APOOL_OPTION_REQUIRED,
      .apply = apool_option_set_worker_timeout,
      .group = APOOL_OPTION_GROUP_WORKERS,
      .value_name = "SECS",
      .help = "how long a worker may not answer (30)",
  },
  {
      .names = { "crash-limit" },
      .argument = APOOL_OPTION_REQUIRED,
      .apply = apool_option_set_crash_limit,
      .group = APOOL_OPTION_GROUP_WORKERS,
      .value_name = "N",
      .help = "give up a job when N workers died with it (3)",
  },
  {
      .names = { "prefetch" },
      .argument = APOOL_OPTION_REQUIRED,
      .apply = apool_option_set_prefetch,
      .group = APOOL_OPTION_GROUP_WORKERS,
      .value_name = "N",
      .help = "let N jobs wait at each worker",
  },
  {
      .names = { "scheduler" },
      .argument = APOOL_OPTION_REQUIRED,
      .apply = apool_option_set_scheduler,
      .group = APOOL_OPTION_GROUP_WORKERS,
      .value_name = "NAME",
      .help = "least-loaded, round-robin or affinity=TEMPLATE",
  },
  {
      .names = { "debug", "D" },
      .apply = apool_option_set_debug,
      .group = APOOL_OPTION_GROUP_WORKERS,
      .help = "tell what happens to workers",
  },
  {
      .names = { "null", "0" },
      .apply = apool_option_set_null,
      .group = APOOL_OPTION_GROUP_INPUT,
      .help = "inputs end in a NUL byte, not in a newline",
  },
  {
      .names = { "keep-order", "k" },
      .apply = apool_option_set_input_order,
      .group = APOOL_OPTION_GROUP_OUTPUT,
      .help = "print outputs in input order (the default)",
  },
  {
      .names = { "unordered", "no-keep-order" },
      .apply = apool_option_set_unordered,
      .group = APOOL_OPTION_GROUP_OUTPUT,
      .help = "print each output when its job has finished",
  },
  {
      .names = { "tmpdir", "tempdir" },
      .argument = APOOL_OPTION_REQUIRED,
      .apply = apool_option_set_tmpdir,
      .group = APOOL_OPTION_GROUP_OUTPUT,
      .value_name = "DIR",
      .help = "keep outputs that wait for their turn in DIR",
  },
  {
      .names = { "help", "h" },
      .apply = apool_option_set_help,
      .group = APOOL_OPTION_GROUP_ABOUT,
      .help = "show this help",
  },
  {
      .names = { "version", "V" },
      .apply = apool_option_set_version,
      .group = APOOL_OPTION_GROUP_ABOUT,
      .help = "show the version",
  },

  ACCEPTED ("group"),
  ACCEPTED ("gnu"),
  ACCEPTED ("plain"),
  ACCEPTED ("silent"),
  ACCEPTED ("will-cite", "no-notice", "nn"),
  ACCEPTED ("citation"),
  ACCEPTED ("bibtex"),

  REFUSED ("\":::\" before the inputs", NONE, "tollef"),
  REFUSED ("the completions that are installed with apool", REQUIRED, "shell-completion"),
  REFUSED ("export, since jobs have apool's environment", NONE, "session"),
  REFUSED ("export, since jobs have apool's environment", NONE, "record-env"),
  REFUSED ("the installed program, which scripts can call", NONE, "embed"),
  REFUSED ("the shell's own read or mapfile", REQUIRED, "_parset"),

  /* Input. */
  NOT_BUILT (REQUIRED, "arg-file", "a"),
  NOT_BUILT (REQUIRED, "arg-file-sep"),
  NOT_BUILT (REQUIRED, "arg-sep"),
  NOT_BUILT (REQUIRED, "colsep", "C"),
  NOT_BUILT (NONE, "csv"),
  NOT_BUILT (REQUIRED, "delimiter", "d"),
  NOT_BUILT (REQUIRED, "E"),
  NOT_BUILT (OPTIONAL, "eof", "e"),
  NOT_BUILT (REQUIRED, "filter"),
  NOT_BUILT (REQUIRED, "header"),
  NOT_BUILT (NONE, "link", "xapply"),
  NOT_BUILT (NONE, "no-run-if-empty", "r"),
  NOT_BUILT (NONE, "shuf"),
  NOT_BUILT (NONE, "skip-first-line"),
  NOT_BUILT (REQUIRED, "total-jobs", "total"),
  NOT_BUILT (REQUIRED, "trim"),

  /* Several inputs per job. */
  NOT_BUILT (NONE, "exit", "x"),
  NOT_BUILT (REQUIRED, "L"),
  NOT_BUILT (NONE, "m"),
  NOT_BUILT (REQUIRED, "max-args", "n"),
  NOT_BUILT (REQUIRED, "max-chars", "s"),
  NOT_BUILT (NONE, "max-line-length-allowed"),
  NOT_BUILT (OPTIONAL, "max-lines", "l"),
  NOT_BUILT (REQUIRED, "max-replace-args", "N"),
  NOT_BUILT (NONE, "show-limits"),
  NOT_BUILT (NONE, "X"),
  NOT_BUILT (NONE, "xargs"),

  /* Replacement strings and the command. */
  NOT_BUILT (REQUIRED, "basenameextensionreplace", "bner"),
  NOT_BUILT (REQUIRED, "basenamereplace", "bnr"),
  NOT_BUILT (REQUIRED, "dirnamereplace", "dnr"),
  NOT_BUILT (NONE, "dry-run", "dr"),
  NOT_BUILT (REQUIRED, "extensionreplace", "er"),
  NOT_BUILT (REQUIRED, "I"),
  NOT_BUILT (NONE, "interactive", "p"),
  NOT_BUILT (REQUIRED, "parens"),
  NOT_BUILT (NONE, "plus"),
  NOT_BUILT (REQUIRED, "process-slot-var"),
  NOT_BUILT (NONE, "quote", "q"),
  NOT_BUILT (OPTIONAL, "replace", "i"),
  NOT_BUILT (REQUIRED, "rpl"),
  NOT_BUILT (REQUIRED, "seqreplace"),
  NOT_BUILT (NONE, "shebang", "hashbang"),
  NOT_BUILT (OPTIONAL, "shebang-wrap"),
  NOT_BUILT (NONE, "shell-quote"),
  NOT_BUILT (REQUIRED, "slotreplace"),
  NOT_BUILT (REQUIRED, "template", "tmpl"),

  /* Blocks of standard input. */
  NOT_BUILT (REQUIRED, "bin"),
  NOT_BUILT (REQUIRED, "block", "block-size"),
  NOT_BUILT (REQUIRED, "block-timeout", "bt"),
  NOT_BUILT (NONE, "cat"),
  NOT_BUILT (NONE, "fifo"),
  NOT_BUILT (REQUIRED, "group-by"),
  NOT_BUILT (NONE, "pipe", "spreadstdin"),
  NOT_BUILT (NONE, "pipe-part"),
  NOT_BUILT (REQUIRED, "recend"),
  NOT_BUILT (REQUIRED, "recstart"),
  NOT_BUILT (NONE, "regexp", "regex"),
  NOT_BUILT (NONE, "remove-rec-sep", "rrs"),
  NOT_BUILT (NONE, "round-robin", "round"),
  NOT_BUILT (REQUIRED, "shard"),
  NOT_BUILT (NONE, "tee"),

  /* Output. */
  NOT_BUILT (NONE, "bar"),
  NOT_BUILT (NONE, "color", "colour"),
  NOT_BUILT (NONE, "color-failed", "colour-failed", "color-fail", "colour-fail", "cf"),
  NOT_BUILT (NONE, "compress"),
  NOT_BUILT (REQUIRED, "compress-program", "use-compress-program"),
  NOT_BUILT (NONE, "ctag"),
  NOT_BUILT (REQUIRED, "ctagstring"),
  NOT_BUILT (REQUIRED, "decompress-program", "use-decompress-program"),
  NOT_BUILT (NONE, "eta"),
  NOT_BUILT (NONE, "latest-line", "ll"),
  NOT_BUILT (NONE, "line-buffer", "line-buffered", "lb"),
  NOT_BUILT (NONE, "output-as-files", "files"),
  NOT_BUILT (NONE, "progress"),
  NOT_BUILT (REQUIRED, "results", "result", "res"),
  NOT_BUILT (NONE, "tag"),
  NOT_BUILT (REQUIRED, "tagstring"),
  NOT_BUILT (NONE, "tmux"),
  NOT_BUILT (NONE, "tmuxpane"),
  NOT_BUILT (NONE, "ungroup", "u"),
  NOT_BUILT (NONE, "v"),
  NOT_BUILT (NONE, "verbose", "t"),

  /* Control of jobs. */
  NOT_BUILT (REQUIRED, "delay"),
  NOT_BUILT (REQUIRED, "halt-on-error", "halt"),
  NOT_BUILT (REQUIRED, "limit"),
  NOT_BUILT (REQUIRED, "load"),
  NOT_BUILT (REQUIRED, "memfree"),
  NOT_BUILT (REQUIRED, "memsuspend"),
  NOT_BUILT (REQUIRED, "nice"),
  NOT_BUILT (NONE, "noswap"),
  NOT_BUILT (NONE, "open-tty", "o"),
  NOT_BUILT (REQUIRED, "term-seq"),
  NOT_BUILT (REQUIRED, "timeout"),
  NOT_BUILT (NONE, "tty"),
  NOT_BUILT (NONE, "use-cores-instead-of-threads"),
  NOT_BUILT (NONE, "use-cpus-instead-of-cores"),
  NOT_BUILT (NONE, "use-sockets-instead-of-threads"),

  /* Records of a run. */
  NOT_BUILT (REQUIRED, "joblog", "jl"),
  NOT_BUILT (NONE, "resume"),
  NOT_BUILT (NONE, "resume-failed"),
  NOT_BUILT (NONE, "retry-failed"),
  NOT_BUILT (REQUIRED, "sql"),
  NOT_BUILT (REQUIRED, "sql-and-worker"),
  NOT_BUILT (REQUIRED, "sql-master"),
  NOT_BUILT (REQUIRED, "sql-worker"),

  /* Other hosts. */
  NOT_BUILT (REQUIRED, "basefile", "bf"),
  NOT_BUILT (NONE, "cleanup"),
  NOT_BUILT (NONE, "controlmaster", "M"),
  NOT_BUILT (REQUIRED, "env"),
  NOT_BUILT (NONE, "filter-hosts"),
  NOT_BUILT (NONE, "hostgroups", "hgrp"),
  NOT_BUILT (NONE, "nonall"),
  NOT_BUILT (NONE, "onall"),
  NOT_BUILT (REQUIRED, "return"),
  NOT_BUILT (REQUIRED, "rsync-opts"),
  NOT_BUILT (REQUIRED, "ssh"),
  NOT_BUILT (REQUIRED, "ssh-delay"),
  NOT_BUILT (REQUIRED, "sshlogin", "S"),
  NOT_BUILT (REQUIRED, "sshloginfile", "slf"),
  NOT_BUILT (NONE, "transfer"),
  NOT_BUILT (REQUIRED, "transferfile", "tf"),
  NOT_BUILT (REQUIRED, "trc"),
  NOT_BUILT (REQUIRED, "workdir", "wd"),

  /* Semaphores. */
  NOT_BUILT (NONE, "bg"),
  NOT_BUILT (NONE, "fg"),
  NOT_BUILT (NONE, "semaphore"),
  NOT_BUILT (REQUIRED, "semaphore-name", "id"),
  NOT_BUILT (REQUIRED, "semaphore-timeout", "st"),
  NOT_BUILT (NONE, "wait"),

  /* About the machine and apool itself. */
  NOT_BUILT (REQUIRED, "minversion"),
  NOT_BUILT (NONE, "number-of-cores"),
  NOT_BUILT (NONE, "number-of-cpus"),
  NOT_BUILT (NONE, "number-of-sockets"),
  NOT_BUILT (NONE, "number-of-threads"),
  NOT_BUILT (REQUIRED, "profile", "J"),

  /* The pool: apool's own. */
  NOT_BUILT (REQUIRED, "drain-timeout"),
  NOT_BUILT (NONE, "longest-first"),
  NOT_BUILT (NONE, "merge"),
  NOT_BUILT (REQUIRED, "partition"),
  NOT_BUILT (REQUIRED, "tmp-limit"),
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
