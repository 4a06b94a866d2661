/* SPDX-License-Identifier: MIT */
/* What a warm shell is told of a job.
 *
 * A shell that is executed finds the job's variables in its environment and itself in the job's
 * directory. One that runs already has to be told by commands. What they could not do without a
 * trace, or would do otherwise, makes the job one for a shell of its own. */

#include "worker/apool-warm-call.h"

#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "base/apool-quote.h"
#include "base/apool-shell.h"
#include "worker/apool-warm-protocol.h"

/* What names of variables are made of. */
#define NAME_BYTES "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

/* So many bytes of a program are looked at: the kernel reads no more of the line of a script. */
#define HEAD_BYTES 256

/* Variables that a shell does something about at its start, or that cannot be set. */
static const char *const apool_warm_call_special[] = {
  "COLUMNS",   "DIRSTACK",
  "ENV",       "EUID",
  "FUNCNAME",  "GROUPS",
  "HOSTTYPE",  "IFS",
  "LINENO",    "LINES",
  "OLDPWD",    "OPTARG",
  "OPTERR",    "OPTIND",
  "OSTYPE",    "PIPESTATUS",
  "PPID",      "PS1",
  "PS2",       "PS4",
  "PWD",       "POSIXLY_CORRECT",
  "RANDOM",    "SECONDS",
  "SHELLOPTS", "SHLVL",
  "SRANDOM",   "UID",
  "_",         "TMOUT",
  "MACHTYPE",
};

static gboolean
apool_warm_call_is_special (const char *name, gsize length)
{
  if (strncmp (name, "BASH", 4) == 0 || strncmp (name, "EPOCH", 5) == 0)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (apool_warm_call_special); i++)
    if (strlen (apool_warm_call_special[i]) == length &&
        strncmp (apool_warm_call_special[i], name, length) == 0)
      return TRUE;
  return FALSE;
}

/* Returns the length of the name of @variable, or 0 where a shell cannot be told of it. */
static gsize
apool_warm_call_get_name (const char *variable)
{
  gsize length = 0;

  while (g_ascii_isalnum (variable[length]) || variable[length] == '_')
    length++;
  if (length == 0 || variable[length] != '=' || g_ascii_isdigit (variable[0]) ||
      apool_warm_call_is_special (variable, length))
    return 0;
  return length;
}

static void
apool_warm_call_quote (GString *call, const char *value)
{
  apool_quote_append (call, APOOL_QUOTE_POSIX, value, strlen (value));
}

/* Appends commands that export its variables. PWD is the directory, and comes with that. */
static gboolean
apool_warm_call_add_variables (GString *call, const ApoolWarmJob *job)
{
  g_string_append (call, "export");
  for (gsize i = 0; i < job->n_variables; i++)
    {
      const char *variable = job->variables[i];
      gsize length;

      if (job->directory && g_str_has_prefix (variable, "PWD="))
        continue;
      length = apool_warm_call_get_name (variable);
      if (length == 0)
        return FALSE;
      g_string_append_c (call, ' ');
      g_string_append_len (call, variable, (gssize) length + 1);
      apool_warm_call_quote (call, variable + length + 1);
    }
  return TRUE;
}

/* Appends commands that enter its directory, and leave no trace of the one before. */
static void
apool_warm_call_add_directory (GString *call, const ApoolWarmJob *job)
{
  const char *before = g_getenv ("OLDPWD");

  g_string_append (call, "; cd -- ");
  apool_warm_call_quote (call, job->directory);
  g_string_append (call, " >/dev/null || exit 126; ");
  if (before)
    {
      g_string_append (call, "OLDPWD=");
      apool_warm_call_quote (call, before);
    }
  else
    g_string_append (call, "unset OLDPWD");
}

/* Returns: (transfer none): the value of APOOL_JOB */
static const char *
apool_warm_call_find_mark (const ApoolWarmJob *job)
{
  for (gsize i = 0; i < job->n_variables; i++)
    if (g_str_has_prefix (job->variables[i], APOOL_WARM_MARK_NAME))
      return job->variables[i] + strlen (APOOL_WARM_MARK_NAME);
  return "";
}

/* Ends the part of @call that begins at @start. Returns its length. */
static guint32
apool_warm_call_end_part (GString *call, gsize start)
{
  gsize length = call->len - start;

  g_string_append_c (call, '\0');
  return (guint32) MIN (length, G_MAXUINT32);
}

static gboolean
apool_warm_call_fits (const ApoolWarmCall *header)
{
  return header->mark_length <= APOOL_WARM_MAX_MARK &&
         header->prepare_length <= APOOL_WARM_MAX_PREPARE &&
         header->text_length <= APOOL_WARM_MAX_TEXT;
}

/* ---- the command line ---- */

/* Returns: (transfer full) (nullable): the first word of @line, where that is itself in any
 * shell; @rest is what follows it */
static char *
apool_warm_call_dup_name (const char *line, const char **rest)
{
  static const char PLAIN[] = NAME_BYTES "./+-";
  gsize length;

  line += strspn (line, " \t");
  length = strspn (line, PLAIN);
  *rest = line + length;
  if (length == 0 || line[0] == '-' || line[0] == '+' || !strchr (" \t", **rest))
    return NULL;
  return g_strndup (line, length);
}

/* Whether what a dollar begins is a value as it is. Between braces there may be words in which
 * quotes are read by rules of their own, and others that are run. */
static gboolean
apool_warm_call_is_plain_value (const char *at)
{
  if (at[1] == '{')
    {
      gsize length = strspn (at + 2, NAME_BYTES);

      return length > 0 && at[2 + length] == '}';
    }
  return at[1] == '\0' || !strchr ("('\"[", at[1]);
}

/* Whether a byte that is not quoted, or only by double quotes, does nothing but be part of a word.
 */
static gboolean
apool_warm_call_is_harmless (const char *at, gboolean in_quotes)
{
  if (*at == '`' || (*at == '$' && !apool_warm_call_is_plain_value (at)))
    return FALSE;
  if (in_quotes)
    return TRUE;
  return !strchr (";&|()<>\n#", *at);
}

/* Whether @text is the words of one command and nothing else. Where that is in doubt it is not. */
static gboolean
apool_warm_call_is_words (const char *text)
{
  char quote = '\0';

  for (; *text; text++)
    {
      if (quote == '\'')
        quote = *text == '\'' ? '\0' : quote;
      else if (*text == '\\' && text[1] != '\0')
        text++;
      else if (*text == '"')
        quote = quote == '"' ? '\0' : '"';
      else if (*text == '\'' && quote == '\0')
        quote = '\'';
      else if (!apool_warm_call_is_harmless (text, quote == '"'))
        return FALSE;
    }
  return quote == '\0';
}

/* Whether what is found by a name alone has an absolute one. */
static gboolean
apool_warm_call_is_path_absolute (void)
{
  for (const char *path = g_getenv ("PATH"); path && *path == '/'; path++)
    {
      path = strchr (path, ':');
      if (!path)
        return TRUE;
    }
  return FALSE;
}

/* Whether the file is executable, as far as its name tells. */
static gboolean
apool_warm_call_may_be_executed (const char *path)
{
  return g_file_test (path, G_FILE_TEST_IS_REGULAR) &&
         g_file_test (path, G_FILE_TEST_IS_EXECUTABLE);
}

/* Whether the line of a script names a program that there is. */
static gboolean
apool_warm_call_has_interpreter (const char *line)
{
  g_autofree char *path = NULL;

  line += strspn (line, " \t");
  path = g_strndup (line, strcspn (line, " \t\n"));
  return g_path_is_absolute (path) && apool_warm_call_may_be_executed (path);
}

/* Whether the kernel knows what to do with it: what it refuses a shell runs as a script, or says
 * why, and after "exec" it says something else as well. */
static gboolean
apool_warm_call_has_format (const char *path)
{
  char head[HEAD_BYTES + 1];
  g_auto (ApoolFd) fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  gssize length = fd < 0 ? -1 : read (fd, head, HEAD_BYTES);

  if (length < 4)
    return FALSE;
  head[length] = '\0';
  return memcmp (head, ELFMAG, SELFMAG) == 0 ||
         (memcmp (head, "#!", 2) == 0 && apool_warm_call_has_interpreter (head + 2));
}

/* Returns: (transfer full) (nullable): the file that is executed for @name, where "exec" does as
 * the shell does without: a script is told another name by it where that is not absolute, and what
 * cannot be executed is said twice */
static char *
apool_warm_call_find_program (const char *name)
{
  g_autofree char *path = NULL;

  if (g_path_is_absolute (name))
    path = g_strdup (name);
  else if (!strchr (name, '/') && apool_warm_call_is_path_absolute ())
    path = g_find_program_in_path (name);
  if (!path || !apool_warm_call_may_be_executed (path) || !apool_warm_call_has_format (path))
    return NULL;
  return g_steal_pointer (&path);
}

/* Whether it says itself where programs are. */
static gboolean
apool_warm_call_sets_path (const ApoolWarmJob *job)
{
  for (gsize i = 0; i < job->n_variables; i++)
    if (g_str_has_prefix (job->variables[i], "PATH="))
      return TRUE;
  return FALSE;
}

/* A bash that is executed for a job has the program take its place, rather than waits for it, where
 * that is all there is to do: then signals reach that alone, and what it dies of is what the job
 * dies of. One that reads a file never does so by itself, and does not tell the program its file
 * name when it is told to. */
static void
apool_warm_call_add_exec (GString *call, const ApoolWarmJob *job)
{
  const char *rest;
  g_autofree char *name = apool_warm_call_dup_name (job->line, &rest);
  g_autofree char *path = NULL;

  if (!name || !apool_warm_call_is_words (rest) ||
      !apool_shell_names_program (name, (const char *const *) environ) ||
      apool_warm_call_sets_path (job))
    return;
  path = apool_warm_call_find_program (name);
  if (!path)
    return;
  g_string_append (call, "_=");
  apool_warm_call_quote (call, path);
  g_string_append (call, " exec ");
}

/**
 * apool_warm_call_make:
 * @call: (out): what to send
 * @job: what is to be run
 * @is_bash: whether by bash, else by dash
 *
 * Returns: whether a warm shell can run it
 */
gboolean
apool_warm_call_make (GString *call, const ApoolWarmJob *job, gboolean is_bash)
{
  ApoolWarmCall header = { 0 };
  gsize start = sizeof header;

  g_string_set_size (call, 0);
  g_string_append_len (call, (const char *) &header, sizeof header);
  g_string_append (call, apool_warm_call_find_mark (job));
  header.mark_length = apool_warm_call_end_part (call, start);
  start = call->len;
  if (!apool_warm_call_add_variables (call, job))
    return FALSE;
  /* Jobs are forks of one shell: else they would all draw the same numbers. */
  if (is_bash)
    g_string_append_printf (call, "; RANDOM=%u SECONDS=0", g_random_int () & 0x7fffffffu);
  if (job->directory)
    apool_warm_call_add_directory (call, job);
  header.prepare_length = apool_warm_call_end_part (call, start);
  start = call->len;
  if (is_bash)
    apool_warm_call_add_exec (call, job);
  g_string_append (call, job->line);
  header.text_length = apool_warm_call_end_part (call, start);
  memcpy (call->str, &header, sizeof header);
  return apool_warm_call_fits (&header);
}
