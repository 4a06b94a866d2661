/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-values.h"

G_BEGIN_DECLS

/* Bytes of a key, and the characters that it is written with, without a NUL. */
#define APOOL_IDENTITY_KEY_BYTES 16
#define APOOL_IDENTITY_KEY_TEXT_BYTES (2 * APOOL_IDENTITY_KEY_BYTES)

/* What stands in a pattern for what differs from run to run: once for what may be anything, twice
 * for a number. A command never holds it. */
#define APOOL_IDENTITY_VARYING '\0'

/**
 * ApoolIdentityPart:
 * @APOOL_IDENTITY_PART_NONE: there is none
 * @APOOL_IDENTITY_PART_ANY: text that an expression makes
 * @APOOL_IDENTITY_PART_NUMBER: digits: the slot, or the number of jobs
 * @APOOL_IDENTITY_PART_WHOLE: digits that an expression makes
 * @APOOL_IDENTITY_PART_REAL: a number with a point or an exponent that one makes
 * @APOOL_IDENTITY_PART_TOUCHING: a number next to a value: nobody knows where it ends
 * @APOOL_IDENTITY_PART_TOUCHING_ANY: the same for what an expression makes
 *
 * A part of a command that differs from run to run: as many %APOOL_IDENTITY_VARYING.
 */
typedef enum
{
  APOOL_IDENTITY_PART_NONE,
  APOOL_IDENTITY_PART_ANY,
  APOOL_IDENTITY_PART_NUMBER,
  APOOL_IDENTITY_PART_WHOLE,
  APOOL_IDENTITY_PART_REAL,
  APOOL_IDENTITY_PART_TOUCHING,
  APOOL_IDENTITY_PART_TOUCHING_ANY,
} ApoolIdentityPart;

/**
 * ApoolIdentityBatch:
 * @n_records: how many records the job is of
 * @first: the hash of the first of them
 * @all: the hash of their hashes, in order
 * @place: how many records came before them
 * @before: the hash of the hashes of these, in order
 *
 * Of which records a job is made, and where they were in the input.
 */
typedef struct
{
  guint64 n_records;
  guint64 first;
  guint64 all;
  guint64 place;
  guint64 before;
} ApoolIdentityBatch;

/**
 * ApoolIdentity:
 *
 * What a job is, as far as that can be told again in another run: the same whatever number the job
 * has there. Reference-counted; its key, occurrence and past number alone are set later, before a
 * task has it.
 */
typedef struct _ApoolIdentity ApoolIdentity;

ApoolIdentity *apool_identity_new (const char *context,
                                   const GString *pattern,
                                   const ApoolValue *values,
                                   gsize n_values,
                                   const ApoolIdentityBatch *batch);
ApoolIdentity *apool_identity_ref (ApoolIdentity *self);
void apool_identity_unref (ApoolIdentity *self);

const char *apool_identity_get_pattern (const ApoolIdentity *self, gsize *length);
const guint8 *apool_identity_get_key (const ApoolIdentity *self);
const ApoolIdentityBatch *apool_identity_get_batch (const ApoolIdentity *self);
void apool_identity_set_key (ApoolIdentity *self, const guint8 *key);
void apool_identity_set_occurrence (ApoolIdentity *self, guint64 occurrence);
guint64 apool_identity_get_occurrence (const ApoolIdentity *self);
void apool_identity_set_past_seq (ApoolIdentity *self, guint64 seq);
guint64 apool_identity_get_past_seq (const ApoolIdentity *self);

void apool_identity_append_key (const guint8 *key, GString *to);
gboolean apool_identity_read_key (const char *text, gsize length, guint8 *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolIdentity, apool_identity_unref)

G_END_DECLS
