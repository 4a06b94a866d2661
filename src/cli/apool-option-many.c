/* SPDX-License-Identifier: MIT */
/* What `-j` says: a number of jobs, or a file where one stands. As in GNU parallel a text that can
 * be read as a number is one, also where there is a file of that name. */

#include "cli/apool-option-many.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-visible.h"
#include "cli/apool-option-value.h"

/* A file that has more has no number in it: bytes. */
#define MAX_FILE_BYTES 4096
/* How much of it is shown that is none: columns. */
#define MAX_SHOWN 40

#define FORMS                                                                                      \
  "use N, N%%, +N, -N, or 0 for as many as possible (N up to " G_STRINGIFY (                       \
      APOOL_OPTIONS_MAX_JOBS) ")"

/* Reads a whole number that fills @text, up to the largest number of jobs. */
static gboolean
apool_option_parse_count (const char *text, guint64 *count)
{
  return g_ascii_string_to_unsigned (text, 10, 0, APOOL_OPTIONS_MAX_JOBS, count, NULL);
}

/* Reads a percentage: digits, perhaps a point among them, and the sign. */
static gboolean
apool_option_parse_percent (const char *text, double *percent)
{
  gsize n_digits = strspn (text, "0123456789.");
  char *end = NULL;

  if (n_digits == 0 || strcmp (text + n_digits, "%") != 0)
    return FALSE;
  *percent = g_ascii_strtod (text, &end);
  return end == text + n_digits;
}

/* Part of a core is one more job. */
static guint
apool_option_round_up (double n_jobs)
{
  double n = MIN (n_jobs, APOOL_OPTIONS_MAX_JOBS);
  guint whole = (guint) n;

  return n > whole ? whole + 1 : whole;
}

/**
 * apool_option_parse_jobs:
 * @text: `N`, `+N`, `-N` or `N%`, the last three relative to @n_usable; 0 means as many as possible
 * @n_usable: how many cores may be used
 * @n_jobs: (out): how many jobs may run at once; 0 where @text leaves none
 *
 * Returns: whether @text is a number of jobs
 */
gboolean
apool_option_parse_jobs (const char *text, guint n_usable, guint *n_jobs)
{
  gboolean is_relative = text[0] == '+' || text[0] == '-';
  guint64 count = 0;
  double percent = 0;

  if (apool_option_parse_percent (text, &percent))
    {
      *n_jobs = apool_option_round_up (percent * n_usable / 100);
      return TRUE;
    }
  if (!apool_option_parse_count (is_relative ? text + 1 : text, &count))
    return FALSE;

  if (text[0] == '+')
    count = MIN (n_usable + count, APOOL_OPTIONS_MAX_JOBS);
  else if (text[0] == '-')
    count = n_usable > count ? n_usable - count : 0;
  else if (count == 0)
    count = APOOL_OPTIONS_JOBS_UNLIMITED;
  *n_jobs = (guint) count;
  return TRUE;
}

/* From what it counts is known when all options have been read; whether it can be is known now. */
gboolean
apool_option_set_jobs (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  guint n_jobs;
  struct stat info;

  options->jobs = value;
  options->jobs_file = NULL;
  if (apool_option_parse_jobs (value, 1, &n_jobs))
    return TRUE;
  if (value[0] && stat (value, &info) == 0)
    {
      options->jobs_file = value;
      return TRUE;
    }
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "%s %s: not a number of jobs, nor a file that has one: " FORMS, name,
               apool_option_show (value));
  return FALSE;
}

/* ---- a file ---- */

static gboolean
apool_option_fail_file (const char *path, int errnum, GError **error)
{
  apool_error_set_errno (error, errnum, "--jobs: %s", path);
  return FALSE;
}

/* Reads @path up to @size bytes, more than which nobody asks for. */
static gboolean
apool_option_read_start (const char *path, char *buffer, gsize size, gsize *length, GError **error)
{
  g_auto (ApoolFd) fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat info;
  gssize n;

  if (fd < 0 || fstat (fd, &info) < 0)
    return apool_option_fail_file (path, errno, error);
  if (!S_ISREG (info.st_mode))
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "--jobs: %s: not a regular file", path);
      return FALSE;
    }
  for (*length = 0; *length < size; *length += (gsize) n)
    {
      n = read (fd, buffer + *length, size - *length);
      if (n < 0 && errno == EINTR)
        n = 0;
      else if (n < 0)
        return apool_option_fail_file (path, errno, error);
      else if (n == 0)
        return TRUE;
    }
  return TRUE;
}

/* Returns: (transfer full): the start of what stands in a file, fit to be shown */
static char *
apool_option_dup_shown (const char *bytes, gsize length)
{
  GString *text = g_string_new (NULL);
  ApoolVisible visible;

  apool_visible_begin (&visible, text, MAX_SHOWN);
  apool_visible_add (&visible, bytes, length);
  apool_visible_end (&visible);
  return g_string_free (text, FALSE);
}

static gboolean
apool_option_fail_content (const char *path, const char *bytes, gsize length, GError **error)
{
  g_autofree char *shown = NULL;

  while (length > 0 && g_ascii_isspace (bytes[length - 1]))
    length--;
  shown = apool_option_dup_shown (bytes, length);
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "--jobs: %s: '%s': not a number of jobs: " FORMS, path, shown);
  return FALSE;
}

static gboolean
apool_option_fail_none (const char *text, const ApoolUsable *usable, GError **error)
{
  g_autofree char *why = apool_usable_dup_text (usable);

  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "--jobs %s: leaves no job: %s", text, why);
  return FALSE;
}

/**
 * apool_option_read_jobs_file:
 * @path: a file that has what `-j` takes, with blanks and newlines around it or without
 * @usable: what that counts from
 * @text: (out) (transfer full) (optional): what stands there
 * @n_jobs: (out): how many jobs that is, at least 1
 * @error: (out) (optional): a #GIOErrorEnum where it cannot be read, %APOOL_ERROR_USAGE where it
 *   has no number of jobs, %APOOL_ERROR_INPUT where it is empty: somebody may be about to write it
 *
 * Returns: whether it was read and has one
 */
gboolean
apool_option_read_jobs_file (
    const char *path, const ApoolUsable *usable, char **text, guint *n_jobs, GError **error)
{
  char buffer[MAX_FILE_BYTES + 1];
  gsize length;
  g_autofree char *word = NULL;
  g_autofree char *whole = g_strconcat (path, ": ", NULL);

  if (!apool_option_read_start (path, buffer, MAX_FILE_BYTES, &length, error))
    return FALSE;
  buffer[length] = '\0';
  word = g_strstrip (g_strdup (buffer));
  if (!word[0] && strlen (buffer) == length)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT, "--jobs: %s: the file is empty", path);
      return FALSE;
    }
  if (length == MAX_FILE_BYTES || strlen (buffer) < length ||
      !apool_option_parse_jobs (word, usable->n, n_jobs))
    return apool_option_fail_content (path, buffer, length, error);
  if (*n_jobs == 0)
    {
      g_autofree char *what = g_strconcat (whole, word, NULL);

      return apool_option_fail_none (what, usable, error);
    }
  if (text)
    *text = g_steal_pointer (&word);
  return TRUE;
}

/* ---- the end of the command line ---- */

/**
 * apool_option_count_jobs:
 * @options: what all options have been written to
 * @error: (out) (optional): %APOOL_ERROR_USAGE where that is none, or as
 *   apool_option_read_jobs_file()
 *
 * Finds how many jobs `-j` says, from what the machine has of the unit that was asked for.
 *
 * Returns: whether it says a number of jobs, or nothing
 */
gboolean
apool_option_count_jobs (ApoolOptions *options, GError **error)
{
  apool_usable_find ("/", options->unit, &options->usable);
  if (!options->jobs)
    return TRUE;
  if (options->jobs_file)
    return apool_option_read_jobs_file (options->jobs_file, &options->usable, &options->jobs_text,
                                        &options->sizes.jobs, error);
  (void) apool_option_parse_jobs (options->jobs, options->usable.n,
                                  &options->sizes.jobs); /* it has been checked */
  if (options->sizes.jobs == 0)
    return apool_option_fail_none (options->jobs, &options->usable, error);
  options->takes_any_jobs = options->jobs[strspn (options->jobs, "0")] == '\0';
  return TRUE;
}
