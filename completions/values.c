/* SPDX-License-Identifier: MIT */
/*
 * Which words, files or names the values of options are, for all shells. The option table has the
 * rest: what is new there is completed without any change here, its value too where that is called
 * FILE, DIR or CMD.
 */

#include "values.h"

#include <string.h>

#define SIGNALS "TERM KILL INT HUP QUIT USR1 USR2 ALRM STOP CONT "

static const CompletionValue completion_values[] = {
  { "jobs", COMPLETION_FILES },
  { "retry-on", COMPLETION_LIST,
    "timeout lost SIGKILL SIGTERM SIGINT SIGHUP SIGSEGV SIGABRT SIGBUS SIGPIPE SIGXCPU" },
  { "termseq", COMPLETION_LIST, SIGNALS },
  { "halt", COMPLETION_WORDS,
    "now,fail=1 soon,fail=1 now,success=1 soon,success=1 now,done=1 soon,done=1 now,fail=10% "
    "soon,fail=10% never" },
  { "leaks", COMPLETION_WORDS, "report kill fail ignore" },
  { "rlimit", COMPLETION_LIST,
    "nofile= as= cpu= core= fsize= data= stack= rss= nproc= memlock= locks= sigpending= msgqueue= "
    "nice= rtprio= rttime=",
    .is_repeated = TRUE },
  { "env", COMPLETION_VARIABLE_LIST, .is_repeated = TRUE },
  { "process-slot-var", COMPLETION_VARIABLES },
  { "jobserver", COMPLETION_WORDS, "pipe fifo" },
  { "delay", COMPLETION_WORDS, "auto" },
  { "pressure", COMPLETION_LIST, "cpu= memory= io=" },
  { "scheduler", COMPLETION_WORDS, "least-loaded round-robin affinity=" },
  { "arg-file", COMPLETION_FILES, .is_repeated = TRUE },
  { "filter", COMPLETION_NOTHING, .is_repeated = TRUE },
  { "header", COMPLETION_WORDS, ":" },
  { "match", COMPLETION_NOTHING, .is_repeated = TRUE },
  { "trim", COMPLETION_WORDS, "n l r lr rl" },
  { "bad-input", COMPLETION_WORDS, "fail skip" },
  { "rpl", COMPLETION_NOTHING, .is_repeated = TRUE },
  { "shell-quote", COMPLETION_NOTHING, .is_repeated = TRUE },
  { "template", COMPLETION_FILES, .is_repeated = TRUE },
  { "show", COMPLETION_WORDS, "all failed none" },
  { "results", COMPLETION_TABLES },
  { "joblog", COMPLETION_LOGS },
  { "journal-rerun", COMPLETION_WORDS, "none failed all" },
  { "resume", COMPLETION_WORDS, "job seq" },
  { "summary", COMPLETION_WORDS, "always failed never" },
  { "profile", COMPLETION_PROFILES, .is_repeated = TRUE },
  { "help", COMPLETION_WORDS,
    "running starting workers input columns batch text output records about replacement all" },
  { "sshlogin", COMPLETION_HOSTS, .is_repeated = TRUE },
};

/**
 * completion_values_get:
 * @n_values: (out): how many there are
 *
 * Returns: (transfer none) (array length=n_values): what is known of options beside the table
 */
const CompletionValue *
completion_values_get (gsize *n_values)
{
  *n_values = G_N_ELEMENTS (completion_values);
  return completion_values;
}

/* What an option's value is by what the help calls it. */
static CompletionKind
completion_kind_of_name (const char *value_name)
{
  if (g_strcmp0 (value_name, "FILE") == 0)
    return COMPLETION_FILES;
  if (g_strcmp0 (value_name, "DIR") == 0)
    return COMPLETION_DIRECTORIES;
  if (g_strcmp0 (value_name, "CMD") == 0)
    return COMPLETION_COMMANDS;
  return COMPLETION_NOTHING;
}

/**
 * completion_value_of:
 * @option: a row of the option table
 *
 * Returns: what to offer as its value
 */
CompletionValue
completion_value_of (const ApoolOption *option)
{
  for (gsize i = 0; i < G_N_ELEMENTS (completion_values); i++)
    if (g_strv_contains (option->names, completion_values[i].option))
      return completion_values[i];
  return (CompletionValue){
    .option = option->names[0],
    .kind = completion_kind_of_name (option->value_name),
  };
}
