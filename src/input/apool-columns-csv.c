/* SPDX-License-Identifier: MIT */
/* Comma-separated values by libcsv, one record at a time.
 *
 * libcsv is told to take every byte but quote and separator as it is: it would take blanks off, and
 * end a record at a line end, which here is for the source of records to say. Its strict mode finds
 * quotes that are not where RFC 4180 has them. It is loaded when it is needed. */

#include "input/apool-columns-csv.h"

#include <csv.h>
#include <string.h>

#include "base/apool-error.h"
#include "base/apool-library.h"

/* By so much libcsv's buffer grows; its own choice is 128 bytes. */
#define BLOCK_BYTES 4096

/* What is used of it. */
#define APOOL_CSV_FUNCTIONS(FUNCTION)                                                              \
  FUNCTION (init)                                                                                  \
  FUNCTION (set_delim)                                                                             \
  FUNCTION (set_space_func)                                                                        \
  FUNCTION (set_term_func)                                                                         \
  FUNCTION (set_blk_size)                                                                          \
  FUNCTION (set_realloc_func)                                                                      \
  FUNCTION (set_free_func)                                                                         \
  FUNCTION (free)                                                                                  \
  FUNCTION (parse)                                                                                 \
  FUNCTION (fini)

#define APOOL_CSV_MEMBER(name) __typeof__ (csv_##name) *name;
#define APOOL_CSV_SYMBOL(name) { "csv_" #name, G_STRUCT_OFFSET (ApoolCsv, name) },

/* The functions of libcsv, by their names without `csv_`. */
typedef struct
{
  APOOL_CSV_FUNCTIONS (APOOL_CSV_MEMBER)
} ApoolCsv;

struct _ApoolColumnsCsv
{
  ApoolCsv csv;
  struct csv_parser parser;
  unsigned char separator;
};

static gboolean
apool_columns_csv_load (ApoolCsv *csv, GError **error)
{
  static const char *const names[] = { "libcsv.so.3", NULL };
  static const ApoolLibrarySymbol symbols[] = { APOOL_CSV_FUNCTIONS (APOOL_CSV_SYMBOL) };

  if (apool_library_load (names, symbols, G_N_ELEMENTS (symbols), csv, error))
    return TRUE;
  g_prefix_error (error, "--csv: ");
  return FALSE;
}

static int
apool_columns_csv_is_nothing (unsigned char byte)
{
  return 0;
}

static gboolean
apool_columns_csv_init (ApoolColumnsCsv *self)
{
  if (self->csv.init (&self->parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
    return FALSE;
  self->csv.set_delim (&self->parser, self->separator);
  self->csv.set_space_func (&self->parser, apool_columns_csv_is_nothing);
  self->csv.set_term_func (&self->parser, apool_columns_csv_is_nothing);
  self->csv.set_blk_size (&self->parser, BLOCK_BYTES);
  self->csv.set_realloc_func (&self->parser, g_realloc);
  self->csv.set_free_func (&self->parser, g_free);
  return TRUE;
}

/**
 * apool_columns_csv_new:
 * @separator: (nullable): the byte between columns, `\t` being a tab; a comma where it is not said
 * @error: (out) (optional): %APOOL_ERROR_USAGE: it is not one byte, or one that cannot be it, or
 *   libcsv is not there
 *
 * Returns: (transfer full) (nullable): what splits by it
 */
ApoolColumnsCsv *
apool_columns_csv_new (const char *separator, GError **error)
{
  g_autoptr (ApoolColumnsCsv) self = NULL;

  if (!separator)
    separator = ",";
  else if (strcmp (separator, "\\t") == 0)
    separator = "\t";
  if (strlen (separator) != 1 || strchr ("\"\r\n", separator[0]))
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                   "--colsep: '%s': with --csv it is one byte, no quote and no line end",
                   separator);
      return NULL;
    }
  self = g_new0 (ApoolColumnsCsv, 1);
  self->separator = (unsigned char) separator[0];
  if (!apool_columns_csv_load (&self->csv, error))
    {
      g_free (g_steal_pointer (&self)); /* what it has is not libcsv's yet */
      return NULL;
    }
  if (apool_columns_csv_init (self))
    return g_steal_pointer (&self);
  g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_USAGE, "--csv: libcsv does not start");
  return NULL;
}

/**
 * apool_columns_csv_free:
 * @self: (transfer full): what splits
 */
void
apool_columns_csv_free (ApoolColumnsCsv *self)
{
  self->csv.free (&self->parser);
  g_free (self);
}

static void
apool_columns_csv_field_cb (void *data, size_t length, void *columns)
{
  apool_columns_add_copy (columns, data, length);
}

/* libcsv stays where it found a fault: it is started afresh. */
static gboolean
apool_columns_csv_fail (ApoolColumnsCsv *self, GString *fault, gsize offset, gsize length)
{
  if (offset < length)
    g_string_printf (fault, "bad CSV: byte %zu: a quote that does not open or close a column",
                     offset + 1);
  else
    g_string_assign (fault, "bad CSV: a quote that is not closed");
  self->csv.free (&self->parser);
  if (!apool_columns_csv_init (self))
    g_error ("libcsv does not start");
  return FALSE;
}

/**
 * apool_columns_csv_split:
 * @self: what splits
 * @value: one record; a CR at its end is not part of it
 * @columns: where its columns are added
 * @fault: set to why it is malformed
 *
 * Returns: whether it could be taken apart
 */
gboolean
apool_columns_csv_split (ApoolColumnsCsv *self,
                         const ApoolValue *value,
                         ApoolColumns *columns,
                         GString *fault)
{
  gsize length = value->length;
  gsize n_parsed;

  if (length > 0 && value->data[length - 1] == '\r')
    length--;
  if (length == 0)
    {
      apool_columns_add (columns, "", 0);
      return TRUE;
    }
  n_parsed = self->csv.parse (&self->parser, value->data, length, apool_columns_csv_field_cb, NULL,
                              columns);
  if (n_parsed < length)
    return apool_columns_csv_fail (self, fault, n_parsed, length);
  if (self->csv.fini (&self->parser, apool_columns_csv_field_cb, NULL, columns) != 0)
    return apool_columns_csv_fail (self, fault, length, length);
  return TRUE;
}
