/* SPDX-License-Identifier: MIT */
/* Frames as bytes: there and back, cut anywhere, malformed, behind chatter, at random. */

#include <string.h>

#include "base/apool-error.h"
#include "wire/apool-frame.h"

#define HEADER_BYTES 8u

/* A frame whose body of @length bytes is not all the same and holds NULs and newlines. */
static void
test_frame_append (GByteArray *stream, gsize length, guint8 type, guint8 n_fds)
{
  g_autofree guint8 *body = g_malloc (length + 1);
  ApoolFrame frame = { .type = type, .n_fds = n_fds, .body = body, .length = length };

  for (gsize i = 0; i < length; i++)
    body[i] = (guint8) (i * 7 + length);
  apool_frame_append (stream, &frame);
}

static void
test_frame_check (const ApoolFrame *frame, gsize length, guint8 type, guint8 n_fds)
{
  g_assert_cmpuint (frame->type, ==, type);
  g_assert_cmpuint (frame->n_fds, ==, n_fds);
  g_assert_cmpuint (frame->length, ==, length);
  for (gsize i = 0; i < length; i++)
    if (frame->body[i] != (guint8) (i * 7 + length))
      g_error ("byte %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " is another one", i, length);
}

static gsize
test_frame_parse (const guint8 *data, gsize length, ApoolFrame *frame)
{
  g_autoptr (GError) error = NULL;
  gssize taken = apool_frame_parse (data, length, frame, &error);

  g_assert_no_error (error);
  g_assert_cmpint (taken, >=, 0);
  return (gsize) taken;
}

static void
test_frame_check_refused (const guint8 *data, gsize length)
{
  g_autoptr (GError) error = NULL;
  ApoolFrame frame;

  g_assert_cmpint (apool_frame_parse (data, length, &frame, &error), ==, -1);
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
}

/* All of them one behind the other, as they travel. */
static void
test_frame_sizes (void)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  gsize at = 0;

  for (guint i = 0; i <= 100; i++)
    test_frame_append (stream, i, (guint8) (i + 100), (guint8) (i % (APOOL_FRAME_MAX_FDS + 1)));
  for (guint i = 0; i <= 100; i++)
    {
      ApoolFrame frame;
      gsize taken = test_frame_parse (stream->data + at, stream->len - at, &frame);

      g_assert_cmpuint (taken, >, HEADER_BYTES + i);
      test_frame_check (&frame, i, (guint8) (i + 100), (guint8) (i % (APOOL_FRAME_MAX_FDS + 1)));
      g_assert_true (frame.body == stream->data + at + HEADER_BYTES);
      at += taken;
    }
  g_assert_cmpuint (at, ==, stream->len);
}

static void
test_frame_cap (void)
{
  for (gsize length = APOOL_FRAME_MAX_BODY - 9; length <= APOOL_FRAME_MAX_BODY; length++)
    {
      g_autoptr (GByteArray) stream = g_byte_array_new ();
      ApoolFrame frame;

      test_frame_append (stream, length, 1, 0);
      g_assert_cmpuint (test_frame_parse (stream->data, stream->len, &frame), ==, stream->len);
      g_assert_cmpuint (frame.length, ==, length);
      g_assert_cmpuint (frame.body[length - 1], ==, (guint8) ((length - 1) * 7 + length));
      g_assert_cmpuint (test_frame_parse (stream->data, stream->len - 1, &frame), ==, 0);
    }
}

/* A sender's mistake is told before anything is sent. */
static void
test_frame_over_cap (void)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  ApoolFrame frame = { .type = 1, .length = APOOL_FRAME_MAX_BODY + 1 };

  g_test_expect_message ("apool", G_LOG_LEVEL_CRITICAL, "*MAX_BODY*");
  apool_frame_append (stream, &frame);
  g_test_assert_expected_messages ();
  frame = (ApoolFrame){ .type = 1, .n_fds = APOOL_FRAME_MAX_FDS + 1 };
  g_test_expect_message ("apool", G_LOG_LEVEL_CRITICAL, "*MAX_FDS*");
  apool_frame_append (stream, &frame);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (stream->len, ==, 0);
}

/* Appending keeps what is there, and the newline is the last byte of every frame. */
static void
test_frame_layout (void)
{
  static const guint8 EXPECTED[] = {
    'x', 3, 0, 0, 0, 9, 2, 0, 0, 'a', '\n', 'b', 0, 0, 0, 0, '\n',
  };
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  ApoolFrame frame = { .type = 9, .n_fds = 2, .body = (const guint8 *) "a\nb", .length = 3 };

  g_byte_array_append (stream, (const guint8 *) "x", 1);
  apool_frame_append (stream, &frame);
  g_assert_cmpmem (stream->data, stream->len, EXPECTED, sizeof EXPECTED);
  for (gsize length = 0; length < 40; length++)
    {
      g_byte_array_set_size (stream, 0);
      test_frame_append (stream, length, 1, 0);
      g_assert_cmpuint (stream->len % 8, ==, 0);
      g_assert_cmpuint (stream->len - HEADER_BYTES - length, <=, 8);
      g_assert_cmpuint (stream->data[stream->len - 1], ==, '\n');
    }
}

/* The part is copied to a block of its own size, so that a look behind it is found out. */
static void
test_frame_truncated (void)
{
  for (gsize length = 0; length <= 33; length++)
    {
      g_autoptr (GByteArray) stream = g_byte_array_new ();
      ApoolFrame frame;

      test_frame_append (stream, length, 200, 1);
      for (gsize part = 0; part < stream->len; part++)
        {
          g_autofree guint8 *copy = g_memdup2 (stream->data, part);

          g_assert_cmpuint (test_frame_parse (copy, part, &frame), ==, 0);
        }
    }
}

static void
test_frame_check_spoilt (gsize offset, guint8 value)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();

  test_frame_append (stream, 20, 1, 0);
  g_assert_cmpuint (offset, <, stream->len);
  stream->data[offset] = value;
  test_frame_check_refused (stream->data, stream->len);
}

static void
test_frame_malformed (void)
{
  static const guint8 TOO_LONG[] = { 1, 0, 0, 1, 1, 0, 0, 0 };
  static const guint8 LONGEST[] = { 0, 0, 0, 1, 1, 0, 0, 0 };
  ApoolFrame frame;

  test_frame_check_spoilt (3, 2);
  test_frame_check_spoilt (3, 0x80);
  test_frame_check_spoilt (3, 0xff);
  test_frame_check_spoilt (5, APOOL_FRAME_MAX_FDS + 1);
  test_frame_check_spoilt (5, 0xff);
  test_frame_check_spoilt (6, 1);
  test_frame_check_spoilt (7, 0x80);
  test_frame_check_spoilt (31, 0);
  test_frame_check_spoilt (31, '\r');
  /* Refused as soon as the header is there, and not one byte earlier. */
  test_frame_check_refused (TOO_LONG, sizeof TOO_LONG);
  g_assert_cmpuint (test_frame_parse (TOO_LONG, sizeof TOO_LONG - 1, &frame), ==, 0);
  g_assert_cmpuint (test_frame_parse (LONGEST, sizeof LONGEST, &frame), ==, 0);
}

/* Any type is a frame: only messages know which there are. */
static void
test_frame_types (void)
{
  for (guint type = 0; type <= G_MAXUINT8; type++)
    {
      g_autoptr (GByteArray) stream = g_byte_array_new ();
      ApoolFrame frame;

      test_frame_append (stream, 5, (guint8) type, 0);
      g_assert_cmpuint (test_frame_parse (stream->data, stream->len, &frame), ==, stream->len);
      test_frame_check (&frame, 5, (guint8) type, 0);
    }
}

static void
test_frame_magic (void)
{
  static const char CHATTER[] = "Last login: never\r\n\nhave\0\xffmail\napool-wire 1 begin\n";
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  gsize length;
  const char *magic = apool_frame_get_magic (&length);
  gsize whole = sizeof CHATTER + length;

  g_assert_cmpuint (length, >, 8);
  g_assert_cmpint (magic[0], ==, '\n');
  g_assert_cmpint (magic[length - 1], ==, '\n');
  g_byte_array_append (stream, (const guint8 *) CHATTER, sizeof CHATTER);
  g_byte_array_append (stream, (const guint8 *) magic, (guint) length);
  g_byte_array_append (stream, (const guint8 *) magic, (guint) length);
  for (gsize part = 0; part < whole; part++)
    {
      g_autofree guint8 *copy = g_memdup2 (stream->data, part);

      g_assert_cmpint (apool_frame_find_magic (copy, part), ==, -1);
    }
  /* The first one counts, whatever follows. */
  g_assert_cmpint (apool_frame_find_magic (stream->data, whole), ==, whole);
  g_assert_cmpint (apool_frame_find_magic (stream->data, stream->len), ==, whole);
  g_assert_cmpint (apool_frame_find_magic (stream->data + sizeof CHATTER, length), ==, length);
}

/* A beginning of the magic line in front of it must not hide it. One that lacks the last newline
 * alone is not among them: it takes the first byte of the next one. */
static void
test_frame_magic_after_itself (void)
{
  gsize length;
  const char *magic = apool_frame_get_magic (&length);

  for (gsize part = 0; part + 1 < length; part++)
    {
      g_autoptr (GByteArray) stream = g_byte_array_new ();

      g_byte_array_append (stream, (const guint8 *) magic, (guint) part);
      g_byte_array_append (stream, (const guint8 *) magic, (guint) length);
      g_assert_cmpint (apool_frame_find_magic (stream->data, stream->len), ==, part + length);
    }
}

/* In a received stream every body stands where the one before it ended, 8-byte aligned. */
static void
test_frame_alignment (void)
{
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  gsize at = 0;

  for (gsize length = 0; length < 64; length++)
    test_frame_append (stream, length, 1, 0);
  g_assert_cmpuint ((guintptr) stream->data % 8, ==, 0);
  while (at < stream->len)
    {
      ApoolFrame frame;
      gsize taken = test_frame_parse (stream->data + at, stream->len - at, &frame);

      g_assert_cmpuint (taken, >, 0);
      g_assert_cmpuint ((guintptr) frame.body % 8, ==, 0);
      at += taken;
    }
}

/* Bytes that often look like a header, so that the parser gets behind it. */
static void
test_frame_fill_random (guint8 *data, gsize length)
{
  for (gsize i = 0; i < length; i++)
    data[i] = g_test_rand_bit () ? 0 : (guint8) g_test_rand_int ();
  if (length >= HEADER_BYTES && g_test_rand_bit ())
    {
      memset (data, 0, HEADER_BYTES);
      data[0] = (guint8) g_test_rand_int_range (0, 80);
      data[4] = (guint8) g_test_rand_int ();
    }
  if (length > 0 && g_test_rand_bit ())
    data[length - 1] = '\n';
}

static void
test_frame_random (void)
{
  guint n_parsed = 0;

  for (int round = 0; round < 50000; round++)
    {
      gsize length = (gsize) g_test_rand_int_range (0, 80);
      g_autofree guint8 *data = g_malloc (MAX (length, 1));
      ApoolFrame frame;
      gssize taken;

      test_frame_fill_random (data, length);
      g_assert_cmpint (apool_frame_find_magic (data, length), ==, -1);
      taken = apool_frame_parse (data, length, &frame, NULL);
      g_assert_cmpint (taken, >=, -1);
      g_assert_cmpint (taken, <=, length);
      if (taken <= 0)
        continue;
      n_parsed++;
      g_assert_true (frame.body == data + HEADER_BYTES);
      g_assert_cmpuint (frame.length + HEADER_BYTES, <, taken);
      g_assert_cmpuint (frame.n_fds, <=, APOOL_FRAME_MAX_FDS);
    }
  g_assert_cmpuint (n_parsed, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frame/sizes", test_frame_sizes);
  g_test_add_func ("/frame/cap", test_frame_cap);
  g_test_add_func ("/frame/over-cap", test_frame_over_cap);
  g_test_add_func ("/frame/layout", test_frame_layout);
  g_test_add_func ("/frame/truncated", test_frame_truncated);
  g_test_add_func ("/frame/malformed", test_frame_malformed);
  g_test_add_func ("/frame/types", test_frame_types);
  g_test_add_func ("/frame/magic", test_frame_magic);
  g_test_add_func ("/frame/magic-after-itself", test_frame_magic_after_itself);
  g_test_add_func ("/frame/alignment", test_frame_alignment);
  g_test_add_func ("/frame/random", test_frame_random);
  return g_test_run ();
}
