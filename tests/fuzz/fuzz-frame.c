/* SPDX-License-Identifier: MIT */
/* Bytes to frames. The first byte says in what pieces the others arrive: wherever they are cut, the
 * same frames must come out as of the whole, and go back into bytes that mean the same. */

#include <string.h>

#include "base/apool-error.h"
#include "fuzz-input.h"
#include "wire/apool-frame.h"

/* What a parser has found so far: of each frame its own bytes, written anew. */
typedef struct
{
  GByteArray *canonical;
  guint n_frames;
  gboolean failed;
} FuzzFrames;

static void
fuzz_frame_check (const guint8 *data, gsize length, const ApoolFrame *frame, gssize taken)
{
  g_assert_cmpint (taken, >, 0);
  g_assert_cmpuint (taken, <=, length);
  g_assert_cmpuint (taken % 8, ==, 0);
  g_assert_true (frame->body == data + 8);
  g_assert_cmpuint (frame->length, <=, APOOL_FRAME_MAX_BODY);
  g_assert_cmpuint (8 + frame->length, <, taken);
  g_assert_cmpuint (frame->n_fds, <=, APOOL_FRAME_MAX_FDS);
}

/* What is written of a frame reads as that frame. */
static void
fuzz_frame_write (FuzzFrames *self, const ApoolFrame *frame, gssize taken)
{
  gsize start = self->canonical->len;
  ApoolFrame again;

  apool_frame_append (self->canonical, frame);
  g_assert_cmpint (
      apool_frame_parse (self->canonical->data + start, self->canonical->len - start, &again, NULL),
      ==, taken);
  g_assert_cmpuint (again.type, ==, frame->type);
  g_assert_cmpuint (again.n_fds, ==, frame->n_fds);
  g_assert_cmpmem (again.body, again.length, frame->body, frame->length);
  self->n_frames++;
}

/* Takes what is there whole off the front of @bytes. */
static void
fuzz_frame_parse (FuzzFrames *self, GByteArray *bytes)
{
  ApoolFrame frame;
  gssize taken = 0;
  g_autoptr (GError) error = NULL;

  while (!self->failed && (taken = apool_frame_parse (bytes->data, bytes->len, &frame, &error)) > 0)
    {
      fuzz_frame_check (bytes->data, bytes->len, &frame, taken);
      fuzz_frame_write (self, &frame, taken);
      g_byte_array_remove_range (bytes, 0, (guint) taken);
    }
  g_assert_true ((taken < 0) == (error != NULL));
  if (error)
    g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
  self->failed = self->failed || taken < 0;
}

/* The magic line is found where it ends first, and not before it is there. */
static void
fuzz_frame_find_magic (const guint8 *data, gsize length)
{
  gsize magic_length;
  const char *magic = apool_frame_get_magic (&magic_length);
  gssize behind = apool_frame_find_magic (data, length);

  if (behind < 0)
    {
      g_assert_null (length > 0 ? memmem (data, length, magic, magic_length) : NULL);
      return;
    }
  g_assert_cmpint (behind, <=, length);
  g_assert_cmpint (behind, >=, magic_length);
  g_assert_cmpmem (data + behind - magic_length, magic_length, magic, magic_length);
  g_assert_cmpint (apool_frame_find_magic (data, (gsize) behind), ==, behind);
  g_assert_cmpint (apool_frame_find_magic (data, (gsize) behind - 1), ==, -1);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t length)
{
  FuzzInput input = { data, length };
  gsize piece_length = fuzz_input_take_byte (&input) + 1u;
  g_autoptr (GByteArray) at_once = g_byte_array_new ();
  g_autoptr (GByteArray) in_pieces = g_byte_array_new ();
  FuzzFrames whole = { .canonical = g_byte_array_new () };
  FuzzFrames cut = { .canonical = g_byte_array_new () };

  fuzz_prepare ();
  fuzz_frame_find_magic (input.data, input.length);
  g_byte_array_append (at_once, input.data, (guint) input.length);
  fuzz_frame_parse (&whole, at_once);
  while (input.length > 0)
    {
      gsize got;
      const guint8 *piece = fuzz_input_take_bytes (&input, piece_length, &got);

      g_byte_array_append (in_pieces, piece, (guint) got);
      fuzz_frame_parse (&cut, in_pieces);
    }
  g_assert_cmpuint (cut.n_frames, ==, whole.n_frames);
  g_assert_true (cut.failed == whole.failed);
  g_assert_cmpmem (cut.canonical->data, cut.canonical->len, whole.canonical->data,
                   whole.canonical->len);
  g_byte_array_unref (whole.canonical);
  g_byte_array_unref (cut.canonical);
  return 0;
}
