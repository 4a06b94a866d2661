/* SPDX-License-Identifier: MIT */
/* Runs with a journal whose jobs leave marks, for the programs that count which were run. */
#pragma once

#include <string.h>

#include "e2e.h"

/* How long the processes of a run that was killed may take to be gone: on a busy machine. That it
 * is less is tested elsewhere. */
#define GONE_MSEC 10000

typedef struct
{
  E2eDir dir;
  char *journal;
  char *marks;  /* a file to which each job adds a line */
  char *script; /* "echo {} >> marks": the beginning of commands */
} Fixture;

static inline void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = e2e_dir_new ();
  fixture->journal = g_build_filename (fixture->dir, "journal", NULL);
  fixture->marks = g_build_filename (fixture->dir, "marks", NULL);
  fixture->script = g_strdup_printf ("echo {} >> %s; ", fixture->marks);
}

static inline void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  g_free (fixture->script);
  g_free (fixture->marks);
  g_free (fixture->journal);
  e2e_dir_free (fixture->dir);
}

/* Returns: (transfer full): the file, empty where there is none */
static inline char *
read_file (const char *dir, const char *name, gsize *length)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  char *text = NULL;

  return g_file_get_contents (path, &text, length, NULL) ? text : g_strdup ("");
}

static inline void
write_file (const char *dir, const char *name, const char *text, gsize length)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);

  g_assert_true (g_file_set_contents (path, text, (gssize) length, NULL));
}

/* How many jobs were run, all runs together. */
static inline void
assert_n_run (Fixture *fixture, guint n)
{
  g_autofree char *marks = read_file (fixture->dir, "marks", NULL);

  g_assert_cmpuint (e2e_count (marks, "\n"), ==, n);
}

/* Runs @script for the lines of @input, with a journal. */
static inline E2eRun *
run_with (Fixture *fixture, const char *option, const char *script, const char *input)
{
  g_autofree char *command = g_strconcat (fixture->script, script, NULL);

  return e2e_run (input, "--journal", fixture->journal, option, command, NULL);
}
