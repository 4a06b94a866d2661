/* SPDX-License-Identifier: MIT */
/* What a job is, whatever its number.
 *
 * The pattern is what an old log of commands can be compared with. The key is of all that decides
 * what the job does: the context of the run, the pattern and the values. It is a cryptographic
 * hash, since a job that is taken for another one would not be run, and inputs may come from
 * anybody. */

#include "job/apool-identity.h"

#include <string.h>

struct _ApoolIdentity
{
  gatomicrefcount refs;
  guint8 key[APOOL_IDENTITY_KEY_BYTES];
  ApoolIdentityBatch batch;
  guint64 occurrence;
  guint64 past_seq; /* 0 where it does not matter */
  gsize length;
  char pattern[]; /* @length bytes, and a NUL */
};

/* Each part goes in with its length, so that no two lists of parts are the same bytes. */
static void
apool_identity_digest (GChecksum *checksum, const char *data, gsize length)
{
  guint64 size = GUINT64_TO_LE ((guint64) length);

  g_checksum_update (checksum, (const guchar *) &size, sizeof size);
  g_checksum_update (checksum, (const guchar *) data, (gssize) length);
}

/* What the parts that vary have become in this run is no part of a key. */
static void
apool_identity_digest_pattern (GChecksum *checksum, const GString *pattern)
{
  g_autoptr (GString) plain = g_string_sized_new (pattern->len);
  gsize n = 0;

  for (gsize i = 0; i < pattern->len; i += n)
    {
      for (n = 0; i + n < pattern->len && pattern->str[i + n] == APOOL_IDENTITY_VARYING; n++)
        continue;
      if (n > 0)
        g_string_append_c (plain, APOOL_IDENTITY_VARYING);
      if (n == APOOL_IDENTITY_PART_NUMBER || n == APOOL_IDENTITY_PART_TOUCHING)
        g_string_append_c (plain, APOOL_IDENTITY_VARYING);
      if (n == 0)
        {
          n = strlen (pattern->str + i);
          g_string_append_len (plain, pattern->str + i, (gssize) n);
        }
    }
  apool_identity_digest (checksum, plain->str, plain->len);
}

/**
 * apool_identity_new:
 * @context: what is the same for all jobs of a run: template, directory and the like
 * @pattern: the command as it would be typed, with an #ApoolIdentityPart for each part that differs
 *   from run to run
 * @values: (array length=n_values): what the job was made of, all of them read
 * @n_values: how many
 * @batch: (nullable): of which records, where a job may be of several
 *
 * Returns: (transfer full): the identity; its occurrence is not known yet
 */
ApoolIdentity *
apool_identity_new (const char *context,
                    const GString *pattern,
                    const ApoolValue *values,
                    gsize n_values,
                    const ApoolIdentityBatch *batch)
{
  ApoolIdentity *self = g_malloc0 (sizeof *self + pattern->len + 1);
  GChecksum *checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize n_bytes = sizeof digest;

  g_atomic_ref_count_init (&self->refs);
  self->length = pattern->len;
  memcpy (self->pattern, pattern->str, pattern->len);
  if (batch)
    self->batch = *batch;
  apool_identity_digest (checksum, context, strlen (context));
  apool_identity_digest_pattern (checksum, pattern);
  for (gsize i = 0; i < n_values; i++)
    apool_identity_digest (checksum, values[i].data, values[i].length);
  g_checksum_get_digest (checksum, digest, &n_bytes);
  memcpy (self->key, digest, sizeof self->key);
  g_checksum_free (checksum);
  return self;
}

/**
 * apool_identity_ref:
 * @self: an identity
 *
 * Returns: (transfer full): the same
 */
ApoolIdentity *
apool_identity_ref (ApoolIdentity *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * apool_identity_unref:
 * @self: (transfer full): an identity
 */
void
apool_identity_unref (ApoolIdentity *self)
{
  if (g_atomic_ref_count_dec (&self->refs))
    g_free (self);
}

/**
 * apool_identity_get_pattern:
 * @self: an identity
 * @length: (out): how many bytes
 *
 * Returns: (transfer none) (array length=length): the command, with an #ApoolIdentityPart for each
 *   part that differs from run to run
 */
const char *
apool_identity_get_pattern (const ApoolIdentity *self, gsize *length)
{
  *length = self->length;
  return self->pattern;
}

/**
 * apool_identity_get_key:
 * @self: an identity
 *
 * Returns: (transfer none): %APOOL_IDENTITY_KEY_BYTES that only jobs which do the same have
 */
const guint8 *
apool_identity_get_key (const ApoolIdentity *self)
{
  return self->key;
}

/**
 * apool_identity_get_batch:
 * @self: an identity
 *
 * Returns: (transfer none) (nullable): of which records the job is; %NULL where it is of one
 */
const ApoolIdentityBatch *
apool_identity_get_batch (const ApoolIdentity *self)
{
  return self->batch.n_records > 0 ? &self->batch : NULL;
}

/**
 * apool_identity_set_key:
 * @self: an identity that no task has yet
 * @key: %APOOL_IDENTITY_KEY_BYTES of a job that is known from elsewhere, which this one is
 */
void
apool_identity_set_key (ApoolIdentity *self, const guint8 *key)
{
  memcpy (self->key, key, sizeof self->key);
}

/**
 * apool_identity_set_occurrence:
 * @self: an identity that no task has yet
 * @occurrence: as which one of those with its key it comes in the input, counted from 1
 */
void
apool_identity_set_occurrence (ApoolIdentity *self, guint64 occurrence)
{
  self->occurrence = occurrence;
}

/**
 * apool_identity_get_occurrence:
 * @self: an identity
 *
 * Returns: as which one of those with its key it comes in the input, counted from 1; 0 where that
 *   is not known yet
 */
guint64
apool_identity_get_occurrence (const ApoolIdentity *self)
{
  return self->occurrence;
}

/**
 * apool_identity_set_past_seq:
 * @self: an identity that no task has yet
 * @seq: the number by which a log knows the job, where it can have another one in this run
 */
void
apool_identity_set_past_seq (ApoolIdentity *self, guint64 seq)
{
  self->past_seq = seq;
}

/**
 * apool_identity_get_past_seq:
 * @self: an identity
 *
 * Returns: the number by which a log knows the job; 0 for that of this run
 */
guint64
apool_identity_get_past_seq (const ApoolIdentity *self)
{
  return self->past_seq;
}

/**
 * apool_identity_append_key:
 * @key: %APOOL_IDENTITY_KEY_BYTES
 * @to: gets %APOOL_IDENTITY_KEY_TEXT_BYTES hexadecimal digits
 */
void
apool_identity_append_key (const guint8 *key, GString *to)
{
  static const char DIGITS[] = "0123456789abcdef";

  for (gsize i = 0; i < APOOL_IDENTITY_KEY_BYTES; i++)
    {
      g_string_append_c (to, DIGITS[key[i] >> 4]);
      g_string_append_c (to, DIGITS[key[i] & 0xf]);
    }
}

/**
 * apool_identity_read_key:
 * @text: (array length=length): what apool_identity_append_key() has written, or anything else
 * @length: how many bytes
 * @key: (out caller-allocates): %APOOL_IDENTITY_KEY_BYTES
 *
 * Returns: whether it is a key
 */
gboolean
apool_identity_read_key (const char *text, gsize length, guint8 *key)
{
  if (length != APOOL_IDENTITY_KEY_TEXT_BYTES)
    return FALSE;
  for (gsize i = 0; i < APOOL_IDENTITY_KEY_BYTES; i++)
    {
      int high = g_ascii_xdigit_value (text[2 * i]);
      int low = g_ascii_xdigit_value (text[2 * i + 1]);

      if (high < 0 || low < 0)
        return FALSE;
      key[i] = (guint8) (high << 4 | low);
    }
  return TRUE;
}
