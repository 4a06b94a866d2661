/* SPDX-License-Identifier: MIT */
/* The places of jobs' results.
 *
 * A text with replacement strings is itself the place of each job. One without is the root of a
 * tree, in which the place of a job is found by what its values are called and what they are. A
 * value is one directory there whatever bytes it is made of: those that a name cannot have are
 * escaped as GNU parallel does it. It has no escape for a value that is empty, `.` or `..`, and
 * cuts one that is too long, so that two jobs could meet in one place, or leave the tree; here such
 * values have names of their own.
 *
 * That files can be made is seen before a job is started, so that it is the job that fails where
 * they cannot. They are not emptied by then: another job that has the same place may be running. */

#include "input/apool-result-places.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-hash.h"
#include "job/apool-result-path.h"

/* What a name that is too long ends in: the mark, and a hash in hexadecimal digits. */
#define HASH_FORMAT "\\#%016" G_GINT64_MODIFIER "x"
#define HASH_BYTES 18

typedef struct
{
  gsize column; /* counted from 0 */
  char *name;   /* as a directory is called, owned */
  double number;
} ApoolResultColumn;

struct _ApoolResultPlaces
{
  ApoolTemplate *directory;
  gboolean is_tree;
  ApoolFields *fields;
  GArray *columns; /* of ApoolResultColumn: of the rows so far, in the order of the path */
  GString *path;   /* the place that was made last */
};

static void
apool_result_column_clear (gpointer data)
{
  g_free (((ApoolResultColumn *) data)->name);
}

/**
 * apool_result_places_new:
 * @directory: (transfer full): what becomes the place of each job, or, without replacement strings,
 *   the directory that all of them are in
 * @fields: (transfer none): the names of values
 *
 * Returns: (transfer full): places
 */
ApoolResultPlaces *
apool_result_places_new (ApoolTemplate *directory, ApoolFields *fields)
{
  ApoolResultPlaces *self = g_new0 (ApoolResultPlaces, 1);

  self->directory = directory;
  self->is_tree = !apool_template_has_replacements (directory);
  self->fields = apool_fields_ref (fields);
  self->columns = g_array_new (FALSE, FALSE, sizeof (ApoolResultColumn));
  g_array_set_clear_func (self->columns, apool_result_column_clear);
  self->path = g_string_new (NULL);
  return self;
}

/**
 * apool_result_places_free:
 * @self: (transfer full): places
 */
void
apool_result_places_free (ApoolResultPlaces *self)
{
  apool_template_free (self->directory);
  apool_fields_unref (self->fields);
  g_array_unref (self->columns);
  g_string_free (self->path, TRUE);
  g_free (self);
}

/* ---- names of directories ---- */

static void
apool_result_places_append_escaped (GString *path, const char *bytes, gsize length)
{
  for (const char *at = bytes, *end = bytes + length; at < end; at++)
    {
      if (*at == '\\')
        g_string_append (path, "\\\\");
      else if (*at == '\t')
        g_string_append (path, "\\t");
      else if (*at == '\0')
        g_string_append (path, "\\0");
      else if (*at == '/')
        g_string_append (path, "\\_");
      else
        g_string_append_c (path, *at);
    }
}

/* Cuts the name that begins at @start, so that there is room for a hash; not within an escape. */
static void
apool_result_places_cut (GString *path, gsize start)
{
  gsize end = start + NAME_MAX - HASH_BYTES;
  gsize n_backslashes = 0;

  while (end - n_backslashes > start && path->str[end - n_backslashes - 1] == '\\')
    n_backslashes++;
  g_string_truncate (path, end - n_backslashes % 2);
}

/* Appends the name of a directory, which no other bytes have. */
static void
apool_result_places_append_name (GString *path, const char *bytes, gsize length)
{
  gsize start = path->len;

  if (length == 0)
    g_string_append (path, "\\e");
  else if (bytes[0] == '.' && (length == 1 || (length == 2 && bytes[1] == '.')))
    g_string_append_c (path, '\\');
  apool_result_places_append_escaped (path, bytes, length);
  if (path->len - start <= NAME_MAX)
    return;
  apool_result_places_cut (path, start);
  g_string_append_printf (path, HASH_FORMAT, apool_hash_bytes (bytes, length));
}

/* ---- what values are called ---- */

/* As Perl would read a number at the beginning of a name; 0 where there is none. */
static double
apool_result_places_get_number (const char *name)
{
  g_autofree char *digits = g_strndup (name, strspn (name, " \t0123456789+-.eE"));

  return g_ascii_strtod (digits, NULL);
}

/* GNU parallel's order: by number, then by name. */
static int
apool_result_column_compare (gconstpointer a, gconstpointer b)
{
  const ApoolResultColumn *one = a;
  const ApoolResultColumn *other = b;
  int order = (one->number > other->number) - (one->number < other->number);

  if (order == 0)
    order = strcmp (one->name, other->name);
  return order ? order : (one->column > other->column) - (one->column < other->column);
}

static void
apool_result_places_add_column (ApoolResultPlaces *self, gsize index)
{
  ApoolResultColumn column = { .column = index };
  g_autoptr (GString) escaped = g_string_new (NULL);
  gsize length;
  const char *name = apool_fields_get_column_name (self->fields, index + 1, &length);

  if (name)
    apool_result_places_append_name (escaped, name, length);
  else
    g_string_printf (escaped, "%" G_GSIZE_FORMAT, index + 1);
  column.number = apool_result_places_get_number (escaped->str);
  column.name = g_strdup (escaped->str);
  g_array_append_val (self->columns, column);
}

static void
apool_result_places_find_columns (ApoolResultPlaces *self, gsize n_columns)
{
  if (self->columns->len == n_columns)
    return;
  g_array_set_size (self->columns, 0);
  for (gsize i = 0; i < n_columns; i++)
    apool_result_places_add_column (self, i);
  g_array_sort (self->columns, apool_result_column_compare);
}

/* ---- places ---- */

static gboolean
apool_result_places_append_value (ApoolResultPlaces *self,
                                  const ApoolResultColumn *column,
                                  const ApoolValue *value,
                                  GError **error)
{
  g_autofree char *why = apool_value_dup_unread_fault (value, 1);

  if (why)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT, "--results: %s", why);
      return FALSE;
    }
  g_string_append (self->path, column->name);
  g_string_append_c (self->path, '/');
  apool_result_places_append_name (self->path, value->data, value->length);
  g_string_append_c (self->path, '/');
  return TRUE;
}

/* Of a job of several records: those of the first one, then those of the next. */
static gboolean
apool_result_places_append_values (ApoolResultPlaces *self, const ApoolRow *row, GError **error)
{
  gsize n_records = MAX (row->n_records, 1);
  gsize n_columns = (row->n_values + n_records - 1) / n_records;

  apool_result_places_find_columns (self, n_columns);
  if (!g_str_has_suffix (self->path->str, "/"))
    g_string_append_c (self->path, '/');
  for (gsize first = 0; first < row->n_values; first += n_columns)
    for (gsize i = 0; i < n_columns; i++)
      {
        const ApoolResultColumn *column = &g_array_index (self->columns, ApoolResultColumn, i);

        if (first + column->column < row->n_values &&
            !apool_result_places_append_value (self, column, &row->values[first + column->column],
                                               error))
          return FALSE;
      }
  return TRUE;
}

static gboolean
apool_result_places_make_directory (const GString *path, GError **error)
{
  const char *slash = strrchr (path->str, '/');
  g_autofree char *directory = NULL;

  if (!slash)
    return TRUE;
  directory = g_strndup (path->str, (gsize) (slash - path->str) + 1);
  if (g_mkdir_with_parents (directory, 0777) == 0)
    return TRUE;
  apool_error_set_errno (error, errno, "--results: '%s'", directory);
  return FALSE;
}

/* The empty number first, which says that the job is not done: where we are killed after that, what
 * is there of the rest is not taken for its results. */
static gboolean
apool_result_places_make_files (const GString *path, GError **error)
{
  for (int part = APOOL_RESULT_N_PARTS - 1; part >= 0; part--)
    {
      g_autofree char *name = apool_result_path_dup (path->str, (ApoolResultPart) part);
      int fd = apool_result_path_open (name, 0, error);

      if (fd < 0)
        return FALSE;
      (void) close (fd); /* nothing was written */
    }
  return TRUE;
}

/* Finds the place of a job. */
static gboolean
apool_result_places_find (ApoolResultPlaces *self, const ApoolRow *row, guint64 seq, GError **error)
{
  if (!apool_template_render_text (self->directory, row, seq, self->path, error))
    {
      g_prefix_error (error, "--results: ");
      return FALSE;
    }
  if (self->is_tree && !apool_result_places_append_values (self, row, error))
    return FALSE;
  if (strlen (self->path->str) != self->path->len)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_INPUT,
                           "--results: a NUL byte cannot be part of a file's name");
      return FALSE;
    }
  return TRUE;
}

/**
 * apool_result_places_are_made:
 * @self: places
 * @row: the input of a job
 * @seq: its number, counted from 1
 * @are_made: (out): whether its results are there: the number is written last, when it has ended
 * @error: (out) (optional): as of apool_result_places_make()
 *
 * Finds out what earlier runs have left. Makes nothing.
 *
 * Returns: whether that is known
 */
gboolean
apool_result_places_are_made (
    ApoolResultPlaces *self, const ApoolRow *row, guint64 seq, gboolean *are_made, GError **error)
{
  g_autofree char *out = NULL;
  g_autofree char *number = NULL;
  struct stat info;

  if (!apool_result_places_find (self, row, seq, error))
    return FALSE;
  out = apool_result_path_dup (self->path->str, APOOL_RESULT_STDOUT);
  number = apool_result_path_dup (self->path->str, APOOL_RESULT_SEQ);
  *are_made = stat (out, &info) == 0 && (stat (number, &info) < 0 || info.st_size > 0);
  return TRUE;
}

/**
 * apool_result_places_make:
 * @self: places
 * @row: the input of a job
 * @seq: its number, counted from 1
 * @error: (out) (optional): %APOOL_ERROR_INPUT, or a #GIOErrorEnum, naming the option and the file
 *
 * Makes the place of a job, and its files where there are none.
 *
 * Returns: (transfer none) (nullable): the place, for apool_result_path_dup(); valid until the next
 *   call
 */
const char *
apool_result_places_make (ApoolResultPlaces *self, const ApoolRow *row, guint64 seq, GError **error)
{
  if (!apool_result_places_find (self, row, seq, error) ||
      !apool_result_places_make_directory (self->path, error) ||
      !apool_result_places_make_files (self->path, error))
    return NULL;
  return self->path->str;
}
