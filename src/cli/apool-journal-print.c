/* SPDX-License-Identifier: MIT */
/* Prints what a job wrote, from the store of a journal: stdout to stdout, stderr to stderr.
 *
 * Of a job that runs the pieces are known that it writes to, but not how far it has come in the
 * last one: what it has not written yet is zeros. Zeros at the end are therefore left out, be they
 * its own: what is printed is always the beginning of what it wrote. */

#include "cli/apool-journal-print.h"

#include <errno.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-io.h"
#include "record/apool-journal-sum.h"

#define BUFFER_BYTES (64u * 1024)

typedef struct
{
  int store;
  const char *directory;
  ApoolJournalSum sums[APOOL_N_STREAMS]; /* of what was printed */
  char buffer[BUFFER_BYTES];
} ApoolJournalPrint;

/* Returns: how many bytes are there at that place, at most as many as fit; -1 with @error */
static gssize
apool_journal_print_read (ApoolJournalPrint *self, guint64 offset, guint64 length, GError **error)
{
  gssize n;

  do
    n = pread (self->store, self->buffer, (gsize) MIN (length, sizeof self->buffer),
               (off_t) offset);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    apool_error_set_errno (error, errno, "--journal: %s/output", self->directory);
  return n;
}

static const int apool_journal_print_fds[APOOL_N_STREAMS] = { STDOUT_FILENO, STDERR_FILENO };
static const char *const apool_journal_print_names[APOOL_N_STREAMS] = { "standard output",
                                                                        "standard error" };

static gboolean
apool_journal_print_extent (ApoolJournalPrint *self,
                            const ApoolJournalExtent *extent,
                            ApoolStream stream,
                            GError **error)
{
  for (guint64 done = 0; done < extent->length;)
    {
      gssize n =
          apool_journal_print_read (self, extent->offset + done, extent->length - done, error);

      if (n < 0)
        return FALSE;
      if (n == 0)
        {
          g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT,
                       "--journal: %s/output: ends before what the job wrote", self->directory);
          return FALSE;
        }
      if (!apool_io_write_all (apool_journal_print_fds[stream], self->buffer, (gsize) n, error))
        {
          g_prefix_error (error, "%s: ", apool_journal_print_names[stream]);
          return FALSE;
        }
      apool_journal_sum_add (&self->sums[stream], self->buffer, (gsize) n);
      done += (guint64) n;
    }
  return TRUE;
}

static gboolean
apool_journal_print_pieces (ApoolJournalPrint *self,
                            const ApoolJournalPieces *pieces,
                            ApoolStream stream,
                            GError **error)
{
  for (gsize i = 0; i < pieces->n; i++)
    if (!apool_journal_print_extent (self, &pieces->extents[i], stream, error))
      return FALSE;
  return TRUE;
}

/* Where the data of a piece may end at most: at the end of the file, or where the file has a hole;
 * a file system that does not know holes says that there is none. */
static guint64
apool_journal_print_find_limit (ApoolJournalPrint *self, const ApoolJournalExtent *extent)
{
  off_t end = lseek (self->store, 0, SEEK_END);
  off_t hole =
      (off_t) extent->offset < end ? lseek (self->store, (off_t) extent->offset, SEEK_HOLE) : end;
  guint64 limit = (guint64) MAX (end, 0);

  if (hole >= 0)
    limit = MIN (limit, (guint64) hole);
  limit = MIN (limit, extent->offset + extent->length);
  return MAX (limit, extent->offset);
}

/* Shortens a piece to what has been written of it.
 * Returns: whether it could be read */
static gboolean
apool_journal_print_trim (ApoolJournalPrint *self, ApoolJournalExtent *extent, GError **error)
{
  guint64 end = apool_journal_print_find_limit (self, extent);

  while (end > extent->offset)
    {
      guint64 from = end - MIN (end - extent->offset, sizeof self->buffer);
      gssize n = apool_journal_print_read (self, from, end - from, error);

      if (n < 0)
        return FALSE;
      while (n > 0 && self->buffer[n - 1] == '\0')
        n--;
      end = from + (guint64) n;
      if (n > 0)
        break;
    }
  extent->length = end - extent->offset;
  return TRUE;
}

/* All pieces but the last one are full. */
static gboolean
apool_journal_print_part (ApoolJournalPrint *self,
                          const ApoolJournalPieces *pieces,
                          ApoolStream stream,
                          GError **error)
{
  ApoolJournalPieces full = *pieces;
  ApoolJournalExtent last;

  if (pieces->n == 0)
    return TRUE;
  full.n--;
  last = pieces->extents[full.n];
  return apool_journal_print_pieces (self, &full, stream, error) &&
         apool_journal_print_trim (self, &last, error) &&
         apool_journal_print_extent (self, &last, stream, error);
}

/* Whether that was all that the job wrote, and nothing else. */
static gboolean
apool_journal_print_check (ApoolJournalPrint *self, const ApoolJournalEvent *end, GError **error)
{
  if (!end->is_recorded)
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT,
                 "job %" G_GUINT64_FORMAT ": not all that it wrote is recorded", end->seq);
  else if (apool_journal_sum_get (self->sums, APOOL_N_STREAMS) != end->sum)
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT,
                 "--journal: %s/output: is not what job %" G_GUINT64_FORMAT " wrote",
                 self->directory, end->seq);
  else
    return TRUE;
  return FALSE;
}

static gboolean
apool_journal_print_streams (ApoolJournalPrint *self, const ApoolJournalJob *job, GError **error)
{
  g_auto (ApoolJournalEvent) end = { 0 };
  gboolean has_ended = apool_journal_job_get_end (job, &end);
  gboolean is_done = TRUE;

  for (int i = 0; is_done && i < APOOL_N_STREAMS; i++)
    {
      ApoolJournalPieces part = apool_journal_job_get_pieces (job, i);

      is_done = has_ended ? apool_journal_print_pieces (self, &end.pieces[i], i, error)
                          : apool_journal_print_part (self, &part, i, error);
    }
  return is_done && (!has_ended || apool_journal_print_check (self, &end, error));
}

/**
 * apool_journal_print:
 * @look: a journal
 * @job: a job that is known
 * @error: (out) (optional): a #GIOErrorEnum, or %APOOL_ERROR_INPUT where the store has lost it
 *
 * Prints what the job wrote; if it has not ended, what it has written so far.
 *
 * Returns: whether all of it was printed
 */
gboolean
apool_journal_print (const ApoolJournalLook *look, const ApoolJournalJob *job, GError **error)
{
  g_auto (ApoolFd) store = apool_journal_look_open_store (look, error);
  g_autofree ApoolJournalPrint *self = g_new0 (ApoolJournalPrint, 1);

  if (store < 0)
    return FALSE;
  self->store = store;
  self->directory = apool_journal_look_get_directory (look);
  return apool_journal_print_streams (self, job, error);
}
