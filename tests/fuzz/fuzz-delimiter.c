/* SPDX-License-Identifier: MIT */
/* Delimiters, and records that are cut by them. Three bytes say which rules hold, how long the
 * delimiter's text is, and in what pieces the bytes of the input, which follow it, arrive: however
 * they do, the same records come out, and joined by the delimiter they are the input again. */

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "fuzz-input.h"
#include "input/apool-record-cutter.h"
#include "input/apool-source-args.h"
#include "input/apool-source-lines.h"

#define RULE_SKIPS_BLANK 0x01u
#define RULE_JOINS_CONTINUED 0x02u
#define RULE_JOINS_QUOTED 0x04u
#define RULE_HAS_END 0x08u

/* Records as they come out. */
typedef struct
{
  GPtrArray *records; /* of GBytes */
  GArray *lines;      /* of guint64 */
} FuzzRecords;

static void
fuzz_records_init (FuzzRecords *self)
{
  self->records = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->lines = g_array_new (FALSE, FALSE, sizeof (guint64));
}

static void
fuzz_records_clear (FuzzRecords *self)
{
  g_ptr_array_unref (self->records);
  g_array_unref (self->lines);
}

static void
fuzz_records_add (FuzzRecords *self, const ApoolRow *row)
{
  g_assert_cmpuint (row->n_values, ==, 1);
  g_assert_true (row->values[0].data != NULL || row->values[0].length == 0);
  g_ptr_array_add (self->records, g_bytes_new (row->values[0].data, row->values[0].length));
  g_array_append_val (self->lines, row->line);
}

static void
fuzz_records_cut (FuzzRecords *self,
                  const ApoolRecordFormat *format,
                  const guint8 *data,
                  gsize length,
                  gsize piece_length)
{
  g_autoptr (ApoolRecordCutter) cutter = apool_record_cutter_new (format);
  ApoolRow row;

  for (gsize at = 0; at < length && !apool_record_cutter_is_stopped (cutter); at += piece_length)
    {
      gsize n = MIN (piece_length, length - at);

      memcpy (apool_record_cutter_make_room (cutter, n), data + at, n);
      apool_record_cutter_fill (cutter, n);
      while (apool_record_cutter_take (cutter, &row))
        fuzz_records_add (self, &row);
    }
  while (apool_record_cutter_take_rest (cutter, &row))
    fuzz_records_add (self, &row);
}

static void
fuzz_records_read (FuzzRecords *self,
                   const ApoolRecordFormat *format,
                   const guint8 *data,
                   gsize length)
{
  g_auto (ApoolFd) fd = memfd_create ("apool-fuzz", MFD_CLOEXEC);
  g_autoptr (ApoolSource) source = NULL;
  g_autoptr (GError) error = NULL;
  ApoolSourceStatus status;
  ApoolRow row;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (length > 0 ? write (fd, data, length) : 0, ==, (gssize) length);
  g_assert_cmpint (lseek (fd, 0, SEEK_SET), ==, 0);
  source = apool_source_lines_new (fd, format, "input");
  while ((status = apool_source_next (source, &row, &error)) == APOOL_SOURCE_ROW)
    fuzz_records_add (self, &row);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, APOOL_SOURCE_END);
}

static void
fuzz_records_check_equal (const FuzzRecords *self, const FuzzRecords *other)
{
  g_assert_cmpuint (self->records->len, ==, other->records->len);
  for (guint i = 0; i < self->records->len; i++)
    {
      g_assert_true (g_bytes_equal (g_ptr_array_index (self->records, i),
                                    g_ptr_array_index (other->records, i)));
      g_assert_cmpuint (g_array_index (self->lines, guint64, i), ==,
                        g_array_index (other->lines, guint64, i));
    }
}

/* Records without further rules, joined by the delimiter, are the input, whether or not it ends in
 * one; none of them has a delimiter in it. */
static void
fuzz_records_check_joined (const FuzzRecords *self,
                           const ApoolRecordFormat *format,
                           const guint8 *data,
                           gsize length)
{
  g_autoptr (GByteArray) joined = g_byte_array_new ();

  for (guint i = 0; i < self->records->len; i++)
    {
      gsize record_length;
      const guint8 *record =
          g_bytes_get_data (g_ptr_array_index (self->records, i), &record_length);

      g_assert_cmpuint (g_array_index (self->lines, guint64, i), ==, i + 1u);
      g_assert_true (record_length == 0 ||
                     !memmem (record, record_length, format->delimiter, format->delimiter_length));
      g_byte_array_append (joined, record, (guint) record_length);
      g_byte_array_append (joined, (const guint8 *) format->delimiter,
                           (guint) format->delimiter_length);
    }
  if (joined->len > length)
    g_byte_array_set_size (joined, joined->len - (guint) format->delimiter_length);
  g_assert_cmpmem (joined->data, joined->len, data, length);
}

/* However rules choose and join records, their numbers ascend. */
static void
fuzz_records_check_lines (const FuzzRecords *self)
{
  for (guint i = 1; i < self->lines->len; i++)
    g_assert_cmpuint (g_array_index (self->lines, guint64, i - 1), <,
                      g_array_index (self->lines, guint64, i));
}

/* What was parsed is parsed to the same bytes once all of them are written as escapes. */
static void
fuzz_delimiter_write (GBytes *delimiter)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  const guint8 *bytes = g_bytes_get_data (delimiter, &length);

  g_assert_cmpuint (length, >, 0);
  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, i % 2 == 0 ? "\\x%02x" : "\\%03o", bytes[i]);
  again = apool_record_format_parse_delimiter (text->str, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (delimiter, again));
}

static GBytes *
fuzz_delimiter_parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  GBytes *delimiter = apool_record_format_parse_delimiter (text, &error);

  g_assert_true ((delimiter == NULL) == (error != NULL));
  if (error)
    g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
  else
    g_assert_cmpuint (g_bytes_get_size (delimiter), <=, strlen (text));
  return delimiter;
}

static void
fuzz_delimiter_cut (const ApoolRecordFormat *format, const FuzzInput *input, gsize piece_length)
{
  FuzzRecords whole;
  FuzzRecords cut;

  fuzz_records_init (&whole);
  fuzz_records_init (&cut);
  fuzz_records_read (&whole, format, input->data, input->length);
  fuzz_records_cut (&cut, format, input->data, input->length, piece_length);
  fuzz_records_check_equal (&whole, &cut);
  fuzz_records_check_lines (&whole);
  if (!format->skips_blank && !format->joins_continued && !format->joins_quoted &&
      !format->end_of_input)
    fuzz_records_check_joined (&whole, format, input->data, input->length);
  fuzz_records_clear (&whole);
  fuzz_records_clear (&cut);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t length)
{
  FuzzInput input = { data, length };
  guint8 rules = fuzz_input_take_byte (&input);
  gsize wanted = fuzz_input_take_byte (&input) % 16;
  gsize piece_length = fuzz_input_take_byte (&input) % 32 + 1u;
  gsize text_length;
  const guint8 *text_bytes = fuzz_input_take_bytes (&input, wanted, &text_length);
  g_autofree char *text = g_strndup ((const char *) text_bytes, text_length);
  g_autoptr (GBytes) delimiter = NULL;
  ApoolRecordFormat format = {
    .end_of_input = rules & RULE_HAS_END ? "_" : NULL,
    .skips_blank = (rules & RULE_SKIPS_BLANK) != 0,
    .joins_continued = (rules & RULE_JOINS_CONTINUED) != 0,
    .joins_quoted = (rules & RULE_JOINS_QUOTED) != 0,
  };

  fuzz_prepare ();
  delimiter = fuzz_delimiter_parse (text ? text : "");
  if (!delimiter)
    return 0;
  fuzz_delimiter_write (delimiter);
  format.delimiter = g_bytes_get_data (delimiter, &format.delimiter_length);
  fuzz_delimiter_cut (&format, &input, piece_length);
  return 0;
}
