/* SPDX-License-Identifier: MIT */
/* Files written for each job. They are there when the job is handed to a worker, which may be a
 * while before it is started: names that are the same for several jobs make these overwrite each
 * other's files. A file that is there already is written over, and keeps its permissions. Nobody
 * removes them. */

#include "input/apool-task-files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-io.h"

struct _ApoolTaskFiles
{
  GPtrArray *names;    /* ApoolTemplate, owned */
  GPtrArray *texts;    /* ApoolTemplate, owned, one for each name */
  GString *name_bytes; /* used within a call */
  GString *text_bytes; /* used within a call */
};

static gboolean
apool_task_files_refuse (GError **error, const char *definition, const char *why)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "--tmpl: '%s': %s", definition, why);
  return FALSE;
}

/* Returns: (transfer full) (nullable): all that the file holds; it may be a pipe */
static GString *
apool_task_files_load (const char *path, GError **error)
{
  g_auto (ApoolFd) fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  GString *contents = g_string_new (NULL);
  char bytes[4096];
  gssize n;

  while (fd >= 0 && (n = read (fd, bytes, sizeof bytes)) != 0)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        break;
      g_string_append_len (contents, bytes, n);
    }
  if (fd >= 0 && n == 0)
    return contents;
  apool_error_set_errno (error, errno, "'%s'", path);
  g_string_free (contents, TRUE);
  return NULL;
}

/**
 * apool_task_files_read:
 * @definition: FILE=NAME, as `--tmpl` is given it
 * @name: (out) (transfer full): the template of the names of what is written
 * @text: (out) (transfer full): what FILE holds, the template of what is in it
 * @error: (out) (optional): %APOOL_ERROR_USAGE: it is not of this form, or FILE holds a NUL; or a
 *   #GIOErrorEnum: FILE cannot be read
 *
 * Returns: whether it could be read
 */
gboolean
apool_task_files_read (const char *definition, char **name, char **text, GError **error)
{
  const char *sign = strchr (definition, '=');
  g_autofree char *path = NULL;
  g_autoptr (GString) contents = NULL;

  *name = NULL;
  *text = NULL;
  if (!sign || sign == definition || sign[1] == '\0')
    return apool_task_files_refuse (error, definition, "not of the form FILE=NAME");
  path = g_strndup (definition, (gsize) (sign - definition));
  contents = apool_task_files_load (path, error);
  if (!contents)
    {
      g_prefix_error (error, "--tmpl: ");
      return FALSE;
    }
  if (strlen (contents->str) != contents->len)
    return apool_task_files_refuse (error, path, "the file holds a NUL byte");
  *name = g_strdup (sign + 1);
  *text = g_strndup (contents->str, contents->len);
  return TRUE;
}

/**
 * apool_task_files_new:
 *
 * Returns: (transfer full): no files
 */
ApoolTaskFiles *
apool_task_files_new (void)
{
  ApoolTaskFiles *self = g_new0 (ApoolTaskFiles, 1);

  self->names = g_ptr_array_new_with_free_func ((GDestroyNotify) apool_template_free);
  self->texts = g_ptr_array_new_with_free_func ((GDestroyNotify) apool_template_free);
  self->name_bytes = g_string_new (NULL);
  self->text_bytes = g_string_new (NULL);
  return self;
}

/**
 * apool_task_files_free:
 * @self: (transfer full): files
 */
void
apool_task_files_free (ApoolTaskFiles *self)
{
  g_ptr_array_unref (self->names);
  g_ptr_array_unref (self->texts);
  g_string_free (self->name_bytes, TRUE);
  g_string_free (self->text_bytes, TRUE);
  g_free (self);
}

/**
 * apool_task_files_add:
 * @self: files
 * @name: (transfer full): what becomes the name of the file of each job
 * @text: (transfer full): what becomes what is in it
 */
void
apool_task_files_add (ApoolTaskFiles *self, ApoolTemplate *name, ApoolTemplate *text)
{
  g_ptr_array_add (self->names, name);
  g_ptr_array_add (self->texts, text);
}

/* Without O_NONBLOCK a FIFO that nobody reads would hold everything up. */
static gboolean
apool_task_files_write_file (const char *path, const GString *text, GError **error)
{
  g_auto (ApoolFd) fd =
      open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666);

  if (fd < 0)
    {
      apool_error_set_errno (error, errno, "cannot be written");
      return FALSE;
    }
  if (!apool_io_write_all (fd, text->str, text->len, error))
    return FALSE;
  /* Some file systems say only now that there is no room. Closed it is in any case. */
  if (close (apool_fd_steal (&fd)) < 0)
    {
      apool_error_set_errno (error, errno, "cannot be written");
      return FALSE;
    }
  return TRUE;
}

/* Writes one of the files. */
static gboolean
apool_task_files_write_one (
    ApoolTaskFiles *self, guint index, const ApoolRow *row, guint64 seq, GError **error)
{
  const ApoolTemplate *name = g_ptr_array_index (self->names, index);
  const ApoolTemplate *text = g_ptr_array_index (self->texts, index);

  if (!apool_template_render_text (name, row, seq, self->name_bytes, error) ||
      !apool_template_render_text (text, row, seq, self->text_bytes, error))
    return FALSE;
  if (strlen (self->name_bytes->str) != self->name_bytes->len)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_INPUT,
                           "a NUL byte cannot be part of a file's name");
      return FALSE;
    }
  if (apool_task_files_write_file (self->name_bytes->str, self->text_bytes, error))
    return TRUE;
  g_prefix_error (error, "'%s': ", self->name_bytes->str);
  return FALSE;
}

/**
 * apool_task_files_write:
 * @self: files
 * @row: the input of a job
 * @seq: its number, counted from 1
 * @error: (out) (optional): %APOOL_ERROR_INPUT, or a #GIOErrorEnum, naming the option and the file
 *
 * Writes the files of a job.
 *
 * Returns: whether all are written
 */
gboolean
apool_task_files_write (ApoolTaskFiles *self, const ApoolRow *row, guint64 seq, GError **error)
{
  for (guint i = 0; i < self->names->len; i++)
    if (!apool_task_files_write_one (self, i, row, seq, error))
      {
        g_prefix_error (error, "--tmpl: ");
        return FALSE;
      }
  return TRUE;
}
