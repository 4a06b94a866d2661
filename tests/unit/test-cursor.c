/* SPDX-License-Identifier: MIT */
/* Drafts and cursors, the two ends of a body that is written and read without a GVariant: it is one
 * all the same. */

#include <string.h>

#include "wire/apool-cursor.h"
#include "wire/apool-draft.h"

#define ROUNDS 4000

/* Formats as messages have them, and some that are worse to lay out. */
static const char *const test_cursor_formats[] = {
  "(t)",   "(u)",     "(y)",    "(tu)",  "(ti)",   "(ut)",   "(ty)",    "(yt)",
  "(yuy)", "(tuay)",  "(ay)",   "(au)",  "(at)",   "(tyay)", "(xxtay)", "(uat)",
  "(yau)", "(yuxyi)", "(uuay)", "(yax)", "(tyau)", "(yyuay)"
};

/* Returns: (transfer full): bytes of no more than a few words, most of them zeros */
static guint8 *
test_cursor_make_bytes (gsize *length)
{
  guint8 *bytes;

  *length = (gsize) g_test_rand_int_range (0, 41);
  bytes = g_malloc0 (*length + 1);
  bytes = g_realloc (bytes, MAX (*length, 1));
  for (int n = g_test_rand_int_range (0, 6); n > 0 && *length > 0; n--)
    bytes[g_test_rand_int_range (0, (gint32) *length)] = (guint8) g_test_rand_int ();
  return bytes;
}

static gboolean
test_cursor_is_normal (const char *format, const guint8 *bytes, gsize length)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (
      g_variant_new_from_data (G_VARIANT_TYPE (format), bytes, length, FALSE, NULL, NULL));

  return g_variant_is_normal_form (variant);
}

/* Whatever bytes come, the check finds what GVariant finds. */
static void
test_cursor_check (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (test_cursor_formats); i++)
    {
      const char *format = test_cursor_formats[i];
      guint n_fine = 0;

      for (int round = 0; round < ROUNDS; round++)
        {
          gsize length;
          g_autofree guint8 *bytes = test_cursor_make_bytes (&length);
          ApoolFrame frame = { .body = bytes, .length = length };
          gboolean fine = apool_cursor_check (&frame, format);

          if (fine != test_cursor_is_normal (format, bytes, length))
            g_error ("%s of %" G_GSIZE_FORMAT " bytes: %d", format, length, fine);
          n_fine += fine ? 1 : 0;
        }
      g_assert_cmpuint (n_fine, >, 0);
      g_assert_true (n_fine < ROUNDS || g_str_equal (format, "(ay)"));
    }
}

/* Returns: (transfer full): the frame of @draft, @body a GVariant of it */
static GByteArray *
test_cursor_send (ApoolDraft *draft, const char *format, ApoolFrame *frame, GVariant **body)
{
  GByteArray *bytes = g_byte_array_new ();

  apool_draft_append (draft, 3, bytes);
  g_assert_cmpint (apool_frame_parse (bytes->data, bytes->len, frame, NULL), ==, bytes->len);
  g_assert_cmpuint (frame->type, ==, draft->type);
  g_assert_cmpuint (frame->n_fds, ==, 3);
  g_assert_cmpuint (frame->length, ==, apool_draft_get_length (draft));
  g_assert_true (apool_cursor_check (frame, format));
  *body = g_variant_ref_sink (g_variant_new_from_data (G_VARIANT_TYPE (format), frame->body,
                                                       frame->length, FALSE, NULL, NULL));
  g_assert_true (g_variant_is_normal_form (*body));
  return bytes;
}

/* Numbers alone: each at its place, and zeros up to the end of the last. */
static void
test_cursor_numbers (void)
{
  ApoolDraft draft;
  ApoolFrame frame;
  ApoolCursor cursor;
  g_autoptr (GByteArray) bytes = NULL;
  g_autoptr (GVariant) body = NULL;
  guint32 first;
  guint64 second;
  guint32 third;

  memset (&draft, 0xff, sizeof draft);
  apool_draft_init (&draft, 7);
  apool_draft_add_uint32 (&draft, 1u << 31);
  apool_draft_add_uint64 (&draft, G_MAXUINT64 - 1);
  apool_draft_add_uint32 (&draft, 5);
  bytes = test_cursor_send (&draft, "(utu)", &frame, &body);
  g_assert_cmpuint (frame.length, ==, 24);
  g_variant_get (body, "(utu)", &first, &second, &third);
  g_assert_cmpuint (first, ==, 1u << 31);
  g_assert_cmpuint (second, ==, G_MAXUINT64 - 1);
  g_assert_cmpuint (third, ==, 5);
  apool_cursor_init (&cursor, &frame);
  g_assert_cmpuint (apool_cursor_take_uint32 (&cursor), ==, first);
  g_assert_cmpuint (apool_cursor_take_uint64 (&cursor), ==, second);
  g_assert_cmpuint (apool_cursor_take_uint32 (&cursor), ==, third);
}

/* Bytes behind a number, in pieces of which some are empty; nothing stands between them. */
static void
test_cursor_pieces (void)
{
  ApoolDraft draft;
  ApoolFrame frame;
  ApoolCursor cursor;
  g_autoptr (GByteArray) bytes = NULL;
  g_autoptr (GVariant) body = NULL;
  g_autoptr (GVariant) array = NULL;
  const char *got;
  gsize length;

  apool_draft_init (&draft, 8);
  apool_draft_add_uint64 (&draft, 1);
  apool_draft_add_uint32 (&draft, 2);
  apool_draft_add_bytes (&draft, "ab", 2);
  apool_draft_add_bytes (&draft, NULL, 0);
  apool_draft_add_bytes (&draft, "\0cd", 3);
  bytes = test_cursor_send (&draft, "(tuay)", &frame, &body);
  array = g_variant_get_child_value (body, 2);
  got = g_variant_get_fixed_array (array, &length, 1);
  g_assert_cmpmem (got, length, "ab\0cd", 5);
  apool_cursor_init (&cursor, &frame);
  (void) apool_cursor_take_uint64 (&cursor);
  (void) apool_cursor_take_uint32 (&cursor);
  g_assert_false (apool_cursor_take_bytes (&cursor, 6, &got));
  g_assert_false (apool_cursor_take_bytes (&cursor, G_MAXSIZE, &got));
  g_assert_true (apool_cursor_take_bytes (&cursor, 2, &got));
  g_assert_cmpmem (got, 2, "ab", 2);
  g_assert_false (apool_cursor_take_bytes (&cursor, 4, &got));
  g_assert_cmpuint (apool_cursor_take_rest (&cursor, &got), ==, 3);
  g_assert_cmpmem (got, 3, "\0cd", 3);
  g_assert_cmpuint (apool_cursor_take_rest (&cursor, &got), ==, 0);
}

/* What has been made as a GVariant goes as it is. */
static void
test_cursor_variant (void)
{
  g_auto (ApoolDraft) draft;
  ApoolFrame frame;
  g_autoptr (GByteArray) bytes = NULL;
  g_autoptr (GVariant) body = NULL;
  g_autoptr (GVariant) sent = g_variant_ref_sink (g_variant_new ("(tuay)", (guint64) 1, 2u, NULL));

  apool_draft_init (&draft, 9);
  apool_draft_add_variant (&draft, sent);
  bytes = test_cursor_send (&draft, "(tuay)", &frame, &body);
  g_assert_true (g_variant_equal (body, sent));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cursor/check", test_cursor_check);
  g_test_add_func ("/cursor/numbers", test_cursor_numbers);
  g_test_add_func ("/cursor/pieces", test_cursor_pieces);
  g_test_add_func ("/cursor/variant", test_cursor_variant);
  return g_test_run ();
}
