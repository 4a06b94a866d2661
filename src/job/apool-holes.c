/* SPDX-License-Identifier: MIT */
/* The places in a command for what only the worker knows. Nearly all are plain `{%}`: of these
 * there is nothing but the offset, here and on the wire. What the others become stands beside, by
 * the number of the hole. A peer's holes are checked before they are believed. */

#include "job/apool-holes.h"

#include <string.h>

#include "base/apool-error.h"
#include "job/apool-printf.h"

/* A hole that is more than the slot's number. */
typedef struct
{
  guint32 hole;  /* which one */
  gint64 delta;  /* what is added to the slot */
  char *format;  /* (nullable), owned: of printf(), checked */
  GString *text; /* (nullable), owned: all choices, one after the other; none for a number */
  GArray *ends;  /* (nullable), owned: of guint32, where each choice ends in the text */
} ApoolHolesSpecial;

struct _ApoolHoles
{
  gatomicrefcount refs;
  GArray *offsets;  /* of guint32, ascending */
  GArray *specials; /* (nullable); of ApoolHolesSpecial, by their hole */
};

static void
apool_holes_clear_special (gpointer data)
{
  ApoolHolesSpecial *special = data;

  g_free (special->format);
  if (special->text)
    g_string_free (special->text, TRUE);
  g_clear_pointer (&special->ends, g_array_unref);
}

/**
 * apool_holes_new:
 *
 * Returns: (transfer full): no holes yet
 */
ApoolHoles *
apool_holes_new (void)
{
  ApoolHoles *self = g_new0 (ApoolHoles, 1);

  g_atomic_ref_count_init (&self->refs);
  self->offsets = g_array_new (FALSE, FALSE, sizeof (guint32));
  return self;
}

/**
 * apool_holes_ref:
 * @self: holes
 *
 * Returns: (transfer full): the same
 */
ApoolHoles *
apool_holes_ref (ApoolHoles *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * apool_holes_unref:
 * @self: (transfer full): holes
 */
void
apool_holes_unref (ApoolHoles *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_array_unref (self->offsets);
  g_clear_pointer (&self->specials, g_array_unref);
  g_free (self);
}

/* ---- formats ---- */

/**
 * apool_holes_is_format:
 * @format: any text
 *
 * Returns: whether it is one conversion of printf(), as apool_printf_parse() reads it, and nothing
 *   else
 */
gboolean
apool_holes_is_format (const char *format)
{
  ApoolPrintf parsed;

  return format[0] == '%' && apool_printf_parse (format, strlen (format), &parsed, NULL);
}

static void
apool_holes_append_formatted (GString *to, const char *format, gint64 number)
{
  ApoolPrintf parsed;
  char digits[32];
  int length = g_snprintf (digits, sizeof digits, "%" G_GINT64_FORMAT, number);
  gboolean is_done = apool_printf_parse (format, strlen (format), &parsed, NULL) &&
                     apool_printf_append (&parsed, digits, (gsize) length, to, NULL);

  /* The format has been checked, and any has room for a number of this kind. */
  g_warn_if_fail (is_done);
}

/* ---- filling in ---- */

/* Adds a hole, and gives what it becomes if that is not just the slot's number; takes all of
 * @special. */
static void
apool_holes_add (ApoolHoles *self, guint32 offset, ApoolHolesSpecial *special)
{
  if (special)
    {
      if (!self->specials)
        {
          self->specials = g_array_new (FALSE, FALSE, sizeof *special);
          g_array_set_clear_func (self->specials, apool_holes_clear_special);
        }
      special->hole = self->offsets->len;
      g_array_append_vals (self->specials, special, 1);
    }
  g_array_append_val (self->offsets, offset);
}

/**
 * apool_holes_add_number:
 * @self: holes
 * @offset: before which byte of the text the number belongs; not less than that of the hole before
 * @delta: what is added to the slot's number
 * @format: (nullable): as apool_holes_is_format(); plain decimal where it is %NULL
 */
void
apool_holes_add_number (ApoolHoles *self, guint32 offset, gint64 delta, const char *format)
{
  ApoolHolesSpecial special = { .delta = delta };

  g_return_if_fail (!format || apool_holes_is_format (format));
  if (delta == 0 && !format)
    {
      apool_holes_add (self, offset, NULL);
      return;
    }
  special.format = g_strdup (format);
  apool_holes_add (self, offset, &special);
}

/**
 * apool_holes_add_choice:
 * @self: holes
 * @offset: before which byte of the text one of @choices belongs; not less than that of the hole
 *   before
 * @choices: (array length=n_choices): copied: what it becomes, by slot from 1, the last one for the
 *   slots beyond them; quoted already where a shell reads it
 * @n_choices: how many, at least one
 */
void
apool_holes_add_choice (ApoolHoles *self,
                        guint32 offset,
                        const ApoolValue *choices,
                        gsize n_choices)
{
  ApoolHolesSpecial special = { 0 };
  gsize length = 0;

  g_return_if_fail (n_choices > 0);
  for (gsize i = 0; i < n_choices; i++)
    length += choices[i].length;
  special.text = g_string_sized_new (length);
  special.ends = g_array_sized_new (FALSE, FALSE, sizeof (guint32), (guint) n_choices);
  for (gsize i = 0; i < n_choices; i++)
    {
      guint32 end;

      if (choices[i].length > 0)
        g_string_append_len (special.text, choices[i].data, (gssize) choices[i].length);
      end = (guint32) special.text->len;
      g_array_append_val (special.ends, end);
    }
  apool_holes_add (self, offset, &special);
}

/**
 * apool_holes_get_n:
 * @self: (nullable): holes
 *
 * Returns: how many there are
 */
gsize
apool_holes_get_n (const ApoolHoles *self)
{
  return self ? self->offsets->len : 0;
}

/**
 * apool_holes_get_offset:
 * @self: holes
 * @hole: which one, from 0
 *
 * Returns: before which byte of the text it is
 */
guint32
apool_holes_get_offset (const ApoolHoles *self, gsize hole)
{
  return g_array_index (self->offsets, guint32, hole);
}

/**
 * apool_holes_check:
 * @self: (nullable): holes
 * @length: of the text that they are in, with the NUL after its last word
 * @why: (out) (transfer none): what is wrong
 *
 * Returns: whether all are in the text, in order, and hold nothing that would end a word
 */
gboolean
apool_holes_check (const ApoolHoles *self, gsize length, const char **why)
{
  guint32 lowest = 0;

  for (gsize i = 0; i < apool_holes_get_n (self); i++)
    {
      guint32 offset = apool_holes_get_offset (self, i);

      *why = "a place for the slot is not in the command";
      if (offset < lowest || offset >= length)
        return FALSE;
      lowest = offset;
    }
  for (guint i = 0; self && self->specials && i < self->specials->len; i++)
    {
      const ApoolHolesSpecial *special = &g_array_index (self->specials, ApoolHolesSpecial, i);

      *why = "a NUL byte cannot be part of an argument";
      if (special->text && memchr (special->text->str, '\0', special->text->len))
        return FALSE;
    }
  return TRUE;
}

/* Returns: (nullable): what @hole is more than the slot's number */
static const ApoolHolesSpecial *
apool_holes_find_special (const ApoolHoles *self, gsize hole)
{
  guint first = 0;
  guint end = self->specials ? self->specials->len : 0;

  while (first < end)
    {
      guint middle = first + (end - first) / 2;
      const ApoolHolesSpecial *special = &g_array_index (self->specials, ApoolHolesSpecial, middle);

      if (special->hole == hole)
        return special;
      if (special->hole < hole)
        first = middle + 1;
      else
        end = middle;
    }
  return NULL;
}

static ApoolValue
apool_holes_get_choice (const ApoolHolesSpecial *special, gsize index)
{
  gsize start = index > 0 ? g_array_index (special->ends, guint32, index - 1) : 0;
  gsize end = g_array_index (special->ends, guint32, index);

  return (ApoolValue){ special->text->str + start, end - start };
}

static void
apool_holes_append_number (const ApoolHolesSpecial *special,
                           guint slot,
                           ApoolQuoteStyle quote,
                           GString *to)
{
  /* The difference may be anything that a command line can say: let it go round. */
  gint64 number = (gint64) ((guint64) special->delta + slot);
  g_autoptr (GString) text = NULL;

  if (!special->format)
    {
      g_string_append_printf (to, "%" G_GINT64_FORMAT, number);
      return;
    }
  if (quote == APOOL_QUOTE_NONE)
    {
      apool_holes_append_formatted (to, special->format, number);
      return;
    }
  text = g_string_new (NULL);
  apool_holes_append_formatted (text, special->format, number);
  apool_quote_append (to, quote, text->str, text->len);
}

/**
 * apool_holes_append:
 * @self: holes
 * @hole: which one, from 0
 * @slot: the slot, counted from 1
 * @quote: for which shell numbers are quoted that need it; choices are as they are
 * @to: gets what the hole becomes
 */
void
apool_holes_append (
    const ApoolHoles *self, gsize hole, guint slot, ApoolQuoteStyle quote, GString *to)
{
  const ApoolHolesSpecial *special = apool_holes_find_special (self, hole);
  ApoolValue choice;

  if (!special)
    {
      g_string_append_printf (to, "%u", slot);
      return;
    }
  if (!special->ends)
    {
      apool_holes_append_number (special, slot, quote, to);
      return;
    }
  choice = apool_holes_get_choice (special, MIN (MAX (slot, 1), special->ends->len) - 1);
  apool_quote_append_code (to, quote, choice.data, choice.length);
}

/**
 * apool_holes_append_name:
 * @self: holes
 * @hole: which one, from 0
 * @to: gets the replacement string that stands for it
 */
void
apool_holes_append_name (const ApoolHoles *self, gsize hole, GString *to)
{
  const ApoolHolesSpecial *special = apool_holes_find_special (self, hole);

  if (special && special->ends)
    {
      g_string_append (to, "{= =}");
      return;
    }
  if (special && special->delta != 0)
    g_string_append_printf (to, "{slot%+" G_GINT64_FORMAT, special->delta);
  else
    g_string_append (to, "{%");
  if (special && special->format)
    g_string_append_printf (to, ":%s", special->format);
  g_string_append_c (to, '}');
}

/* ---- the wire ---- */

static GVariant *
apool_holes_new_bytes (const char *data, gsize length)
{
  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, data, length, 1);
}

static GVariant *
apool_holes_special_to_variant (const ApoolHolesSpecial *special)
{
  const char *format = special->format ? special->format : "";
  GVariantBuilder choices;

  g_variant_builder_init (&choices, G_VARIANT_TYPE ("aay"));
  for (gsize i = 0; special->ends && i < special->ends->len; i++)
    {
      ApoolValue choice = apool_holes_get_choice (special, i);

      g_variant_builder_add_value (&choices, apool_holes_new_bytes (choice.data, choice.length));
    }
  return g_variant_new ("(ux@ayaay)", special->hole, special->delta,
                        apool_holes_new_bytes (format, strlen (format)), &choices);
}

/**
 * apool_holes_to_variant:
 * @self: (nullable): holes
 *
 * Returns: (transfer floating): them in %APOOL_HOLES_FORMAT
 */
GVariant *
apool_holes_to_variant (const ApoolHoles *self)
{
  GVariantBuilder specials;

  if (apool_holes_get_n (self) == 0)
    return g_variant_new_maybe (g_variant_type_element (G_VARIANT_TYPE (APOOL_HOLES_FORMAT)), NULL);
  g_variant_builder_init (&specials, G_VARIANT_TYPE ("a(uxayaay)"));
  for (guint i = 0; self->specials && i < self->specials->len; i++)
    g_variant_builder_add_value (&specials, apool_holes_special_to_variant (&g_array_index (
                                                self->specials, ApoolHolesSpecial, i)));
  return g_variant_new_maybe (
      NULL, g_variant_new ("(@aua(uxayaay))",
                           g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, self->offsets->data,
                                                      self->offsets->len, sizeof (guint32)),
                           &specials));
}

static gboolean
apool_holes_fail (GError **error, const char *what)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL, "malformed message: %s", what);
  return FALSE;
}

static void
apool_holes_add_received_choices (ApoolHoles *self, guint32 offset, GVariant *array)
{
  gsize n = g_variant_n_children (array);
  g_autofree ApoolValue *choices = g_new (ApoolValue, n);

  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (array, i);

      /* A view into the message, which outlives the child. */
      choices[i].data = g_variant_get_fixed_array (child, &choices[i].length, 1);
    }
  apool_holes_add_choice (self, offset, choices, n);
}

/* Adds the hole at @offset, of which a peer says @item. */
static gboolean
apool_holes_add_received (ApoolHoles *self, guint32 offset, GVariant *item, GError **error)
{
  g_autoptr (GVariant) format_bytes = g_variant_get_child_value (item, 2);
  g_autoptr (GVariant) choices = g_variant_get_child_value (item, 3);
  gsize length;
  const char *data = g_variant_get_fixed_array (format_bytes, &length, 1);
  g_autofree char *format = g_strndup (data ? data : "", length);
  gint64 delta;

  g_variant_get_child (item, 1, "x", &delta);
  if (strlen (format) != length || (length > 0 && !apool_holes_is_format (format)))
    return apool_holes_fail (error, "bad format of a slot");
  if (g_variant_n_children (choices) == 0)
    {
      if (delta == 0 && length == 0)
        return apool_holes_fail (error, "a slot that is plain and is not");
      apool_holes_add_number (self, offset, delta, length > 0 ? format : NULL);
      return TRUE;
    }
  if (delta != 0 || length > 0)
    return apool_holes_fail (error, "a slot that is a number and a choice");
  apool_holes_add_received_choices (self, offset, choices);
  return TRUE;
}

/* Adds the holes of a peer; @items says what some of them are. */
static gboolean
apool_holes_add_all_received (
    ApoolHoles *self, const guint32 *offsets, gsize n_offsets, GVariant *items, GError **error)
{
  gsize n_items = g_variant_n_children (items);

  for (gsize i = 0; i < n_items; i++)
    {
      g_autoptr (GVariant) item = g_variant_get_child_value (items, i);
      guint32 hole;

      g_variant_get_child (item, 0, "u", &hole);
      if (hole < self->offsets->len || hole >= n_offsets)
        return apool_holes_fail (error, "a slot for no place");
      g_array_append_vals (self->offsets, offsets + self->offsets->len, hole - self->offsets->len);
      if (!apool_holes_add_received (self, offsets[hole], item, error))
        return FALSE;
    }
  g_array_append_vals (self->offsets, offsets + self->offsets->len,
                       (guint) n_offsets - self->offsets->len);
  return TRUE;
}

/**
 * apool_holes_new_from_variant:
 * @variant: from a peer, in %APOOL_HOLES_FORMAT
 * @holes: (out) (transfer full) (nullable): the holes, %NULL for none. Whether they fit a text is
 *   seen by apool_holes_check()
 * @error: (out) (optional): %APOOL_ERROR_PROTOCOL
 *
 * Returns: whether they make sense
 */
gboolean
apool_holes_new_from_variant (GVariant *variant, ApoolHoles **holes, GError **error)
{
  g_autoptr (GVariant) inner = g_variant_get_maybe (variant);
  g_autoptr (GVariant) places = NULL;
  g_autoptr (GVariant) items = NULL;
  g_autoptr (ApoolHoles) self = NULL;
  const guint32 *offsets;
  gsize n;

  *holes = NULL;
  if (!inner)
    return TRUE;
  places = g_variant_get_child_value (inner, 0);
  items = g_variant_get_child_value (inner, 1);
  offsets = g_variant_get_fixed_array (places, &n, sizeof *offsets);
  if (n == 0)
    return apool_holes_fail (error, "places for a slot, but none");
  self = apool_holes_new ();
  if (!apool_holes_add_all_received (self, offsets, n, items, error))
    return FALSE;
  *holes = g_steal_pointer (&self);
  return TRUE;
}
