/* SPDX-License-Identifier: MIT */
/* What libraries complain about: a mistake of ours, or something that cannot go on. Whoever runs
 * the program gets to see it in the form of all its messages. What becomes of the program then is
 * GLib's to decide, and G_DEBUG's. */

#include "base/apool-fault.h"

#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define FAULT_LEVELS (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING)

#define MAX_PARTS 5

static struct iovec
apool_fault_make_part (const char *text)
{
  return (struct iovec){ .iov_base = (gpointer) text, .iov_len = strlen (text) };
}

/* Returns: (nullable): the text of a field */
static const char *
apool_fault_find (const GLogField *fields, gsize n_fields, const char *key)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, key) == 0 && fields[i].length < 0)
      return fields[i].value;
  return NULL;
}

/* There may be no memory: nothing is allocated. */
static GLogWriterOutput
apool_fault_write_cb (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  const char *domain = apool_fault_find (fields, n_fields, "GLIB_DOMAIN");
  const char *message = apool_fault_find (fields, n_fields, "MESSAGE");
  struct iovec parts[MAX_PARTS];
  int n_parts = 0;

  if (!(level & FAULT_LEVELS))
    return g_log_writer_default (level, fields, n_fields, data);
  parts[n_parts++] = apool_fault_make_part ("apool: internal fault: ");
  if (domain)
    {
      parts[n_parts++] = apool_fault_make_part (domain);
      parts[n_parts++] = apool_fault_make_part (": ");
    }
  parts[n_parts++] = apool_fault_make_part (message ? message : "no reason given");
  parts[n_parts++] = apool_fault_make_part ("\n");
  /* Who cannot be told cannot be told that either. */
  return writev (STDERR_FILENO, parts, n_parts) < 0 ? G_LOG_WRITER_UNHANDLED : G_LOG_WRITER_HANDLED;
}

/**
 * apool_fault_catch:
 *
 * From now on, and for good, what GLib and others that use it complain about is told as other
 * messages are. To be called once.
 */
void
apool_fault_catch (void)
{
  g_log_set_writer_func (apool_fault_write_cb, NULL, NULL);
}
