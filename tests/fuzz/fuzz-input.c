/* SPDX-License-Identifier: MIT */
/* Fields, and whole message bodies, out of a fuzzer's bytes. A body follows the format that the
 * program itself has for its type, so that it is read and not refused for its form: what is in it
 * is the fuzzer's. */

#include "fuzz-input.h"

#include <signal.h>
#include <string.h>

#include "job/apool-task.h"
#include "wire-body.h"

/* Numbers at or above this byte stand for unusual ones. */
#define FIRST_SPECIAL 240u
/* Bits of the byte before some text: filled up to a large size, ended by a NUL. */
#define TEXT_IS_LARGE 0x80u
#define TEXT_HAS_END 0x40u
#define LARGE_BYTES (48u * 1024)

/**
 * fuzz_prepare:
 *
 * What every input of every target needs: a warning is a fault, and a peer that is gone kills
 * nobody.
 */
void
fuzz_prepare (void)
{
  g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING);
  (void) signal (SIGPIPE, SIG_IGN);
}

/**
 * fuzz_input_take_byte:
 * @self: an input
 *
 * Returns: its next byte
 */
guint8
fuzz_input_take_byte (FuzzInput *self)
{
  if (self->length == 0)
    return 0;
  self->length--;
  return *self->data++;
}

/**
 * fuzz_input_take_bytes:
 * @self: an input
 * @wanted: how many bytes
 * @length: (out): how many there are, at most @wanted
 *
 * Returns: (nullable) (array length=length): its next bytes, %NULL for none
 */
const guint8 *
fuzz_input_take_bytes (FuzzInput *self, gsize wanted, gsize *length)
{
  const guint8 *bytes = self->data;

  *length = MIN (wanted, self->length);
  if (*length == 0)
    return NULL;
  self->data += *length;
  self->length -= *length;
  return bytes;
}

/**
 * fuzz_input_take_number:
 * @self: an input
 *
 * Returns: most often a small number, now and then one at the edge of something
 */
guint64
fuzz_input_take_number (FuzzInput *self)
{
  static const guint64 SPECIALS[] = {
    G_MAXUINT8,
    G_MAXUINT16,
    4096,
    4097,
    APOOL_MESSAGE_WINDOW,
    APOOL_FRAME_MAX_BODY,
    G_MAXINT32,
    (guint64) G_MAXINT32 + 1,
    G_MAXUINT32,
    (guint64) G_MAXUINT32 + 1,
    (guint64) G_MAXUINT32 + 2,
    G_MAXINT64,
    APOOL_TASK_HOOK_BIT,
    APOOL_TASK_HOOK_BIT | 1,
    G_MAXUINT64 - 1,
    G_MAXUINT64,
  };
  guint8 byte = fuzz_input_take_byte (self);

  G_STATIC_ASSERT (G_N_ELEMENTS (SPECIALS) == 256 - FIRST_SPECIAL);
  return byte < FIRST_SPECIAL ? byte % 16 : SPECIALS[byte - FIRST_SPECIAL];
}

static GVariant *
fuzz_input_take_text (FuzzInput *self)
{
  guint8 shape = fuzz_input_take_byte (self);
  gsize length;
  const guint8 *bytes = fuzz_input_take_bytes (self, shape & 0x3f, &length);
  g_autoptr (GByteArray) text = g_byte_array_new ();

  g_byte_array_append (text, bytes, (guint) length);
  if (shape & TEXT_IS_LARGE)
    {
      g_byte_array_set_size (text, LARGE_BYTES);
      memset (text->data + length, 'x', LARGE_BYTES - length);
    }
  if (shape & TEXT_HAS_END)
    g_byte_array_append (text, (const guint8 *) "", 1);
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, text->data, text->len, 1);
}

static GVariant *fuzz_input_take_value (FuzzInput *self, const GVariantType *type);

static GVariant *
fuzz_input_take_array (FuzzInput *self, const GVariantType *type)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, type);
  for (guint n = fuzz_input_take_byte (self) % 8; n > 0; n--)
    g_variant_builder_add_value (&builder,
                                 fuzz_input_take_value (self, g_variant_type_element (type)));
  return g_variant_builder_end (&builder);
}

static GVariant *
fuzz_input_take_tuple (FuzzInput *self, const GVariantType *type)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, type);
  for (const GVariantType *item = g_variant_type_first (type); item;
       item = g_variant_type_next (item))
    g_variant_builder_add_value (&builder, fuzz_input_take_value (self, item));
  return g_variant_builder_end (&builder);
}

static GVariant *
fuzz_input_take_maybe (FuzzInput *self, const GVariantType *type)
{
  const GVariantType *inner = g_variant_type_element (type);
  gboolean is_something = fuzz_input_take_byte (self) % 2 != 0;

  return g_variant_new_maybe (inner, is_something ? fuzz_input_take_value (self, inner) : NULL);
}

static GVariant *
fuzz_input_take_value (FuzzInput *self, const GVariantType *type)
{
  if (g_variant_type_equal (type, G_VARIANT_TYPE_BYTESTRING))
    return fuzz_input_take_text (self);
  if (g_variant_type_is_maybe (type))
    return fuzz_input_take_maybe (self, type);
  if (g_variant_type_is_array (type))
    return fuzz_input_take_array (self, type);
  if (g_variant_type_is_tuple (type))
    return fuzz_input_take_tuple (self, type);
  if (g_variant_type_equal (type, G_VARIANT_TYPE_UINT64))
    return g_variant_new_uint64 (fuzz_input_take_number (self));
  if (g_variant_type_equal (type, G_VARIANT_TYPE_INT64))
    return g_variant_new_int64 ((gint64) fuzz_input_take_number (self));
  if (g_variant_type_equal (type, G_VARIANT_TYPE_UINT32))
    return g_variant_new_uint32 ((guint32) fuzz_input_take_number (self));
  if (g_variant_type_equal (type, G_VARIANT_TYPE_INT32))
    return g_variant_new_int32 ((gint32) fuzz_input_take_number (self));
  if (g_variant_type_equal (type, G_VARIANT_TYPE_BOOLEAN))
    return g_variant_new_boolean (fuzz_input_take_byte (self) % 2 != 0);
  if (g_variant_type_equal (type, G_VARIANT_TYPE_BYTE))
    return g_variant_new_byte (fuzz_input_take_byte (self));
  /* A format with a new kind of field: add it above. */
  g_assert_not_reached ();
}

/* Of these the lengths that they tell are not left to chance, or else hardly one would be read:
 * what they are made of comes in formats of its own. */
#define TASK_FIELDS "(tt" APOOL_HOLES_FORMAT "uayuaayuay)"
#define FINISHED_FIELDS "(tui(xxxxx)uayayay)"

static GVariant *
fuzz_input_take_task (FuzzInput *self)
{
  g_autoptr (GVariant) fields =
      g_variant_ref_sink (fuzz_input_take_value (self, G_VARIANT_TYPE (TASK_FIELDS)));
  g_autoptr (GVariant) holes = NULL;
  g_autoptr (GVariant) text = NULL;
  g_autoptr (GVariant) variables = NULL;
  g_autoptr (GVariant) directory = NULL;
  WireTask task = { 0 };

  g_variant_get (fields, "(tt@" APOOL_HOLES_FORMAT "u@ayu@aayu@ay)", &task.seq, &task.line, &holes,
                 &task.kind, &text, &task.attempt, &variables, &task.flags, &directory);
  task.holes = holes;
  task.variables = variables;
  task.text = g_variant_get_fixed_array (text, &task.text_length, 1);
  task.directory = g_variant_get_fixed_array (directory, &task.directory_length, 1);
  return wire_body_make_task (&task);
}

static GVariant *
fuzz_input_take_finished (FuzzInput *self)
{
  g_autoptr (GVariant) fields =
      g_variant_ref_sink (fuzz_input_take_value (self, G_VARIANT_TYPE (FINISHED_FIELDS)));
  g_autoptr (GVariant) message = NULL;
  g_autoptr (GVariant) out = NULL;
  g_autoptr (GVariant) err = NULL;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint64 seq;
  guint32 kind;
  guint32 flags;
  gint32 code;
  gint64 usage[5];

  g_variant_get (fields, "(tui(xxxxx)u@ay@ay@ay)", &seq, &kind, &code, &usage[0], &usage[1],
                 &usage[2], &usage[3], &usage[4], &flags, &message, &out, &err);
  wire_body_add (bytes, message);
  wire_body_add (bytes, out);
  wire_body_add (bytes, err);
  return g_variant_new (
      "(txxxxxuiuuu@ay)", seq, usage[0], usage[1], usage[2], usage[3], usage[4], kind, code, flags,
      (guint32) g_variant_get_size (message), (guint32) g_variant_get_size (out),
      g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, bytes->data, bytes->len, 1));
}

/**
 * fuzz_input_take_body:
 * @self: an input
 * @type: an #ApoolMessageType
 *
 * Returns: (transfer floating): a body of that type's format
 */
GVariant *
fuzz_input_take_body (FuzzInput *self, guint type)
{
  if (type == APOOL_MESSAGE_TASK)
    return fuzz_input_take_task (self);
  if (type == APOOL_MESSAGE_FINISHED)
    return fuzz_input_take_finished (self);
  return fuzz_input_take_value (self, apool_message_get_format (type));
}
