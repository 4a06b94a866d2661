/* SPDX-License-Identifier: MIT */
#pragma once

#include "record/apool-journal-event.h"

G_BEGIN_DECLS

/* What ends the name of a member whose strings are base64. */
#define APOOL_JOURNAL_BASE64 "_base64"

/**
 * ApoolJournalMemberKind:
 * @APOOL_JOURNAL_MEMBER_NUMBER: a guint64
 * @APOOL_JOURNAL_MEMBER_SMALL: a guint32
 * @APOOL_JOURNAL_MEMBER_BYTES: a gint64 that is not negative
 * @APOOL_JOURNAL_MEMBER_TIME: the same, microseconds, written as seconds
 * @APOOL_JOURNAL_MEMBER_FLAG: a gboolean
 * @APOOL_JOURNAL_MEMBER_TEXT: an ApoolValue
 * @APOOL_JOURNAL_MEMBER_WORDS: an ApoolJournalWords
 * @APOOL_JOURNAL_MEMBER_OPTIONS: an ApoolJournalOptions
 * @APOOL_JOURNAL_MEMBER_KEY: the bytes of a key, hexadecimal
 * @APOOL_JOURNAL_MEMBER_HASH: a guint64, hexadecimal
 * @APOOL_JOURNAL_MEMBER_BATCH: an ApoolIdentityBatch, as an object
 * @APOOL_JOURNAL_MEMBER_PIECES: an ApoolJournalPieces
 *
 * What a member is in the struct, and how it is written.
 */
typedef enum
{
  APOOL_JOURNAL_MEMBER_NUMBER,
  APOOL_JOURNAL_MEMBER_SMALL,
  APOOL_JOURNAL_MEMBER_BYTES,
  APOOL_JOURNAL_MEMBER_TIME,
  APOOL_JOURNAL_MEMBER_FLAG,
  APOOL_JOURNAL_MEMBER_TEXT,
  APOOL_JOURNAL_MEMBER_WORDS,
  APOOL_JOURNAL_MEMBER_OPTIONS,
  APOOL_JOURNAL_MEMBER_KEY,
  APOOL_JOURNAL_MEMBER_HASH,
  APOOL_JOURNAL_MEMBER_BATCH,
  APOOL_JOURNAL_MEMBER_PIECES,
} ApoolJournalMemberKind;

/**
 * ApoolJournalMember:
 * @name: what it is called
 * @length: bytes of @name
 * @kind: what it is
 * @is_required: whether an event must have it; of the others those that are nothing are left out
 * @offset: where in the event it is
 *
 * One member of an event. What became of a job is in several: those are not here.
 */
typedef struct
{
  const char *name;
  gsize length;
  ApoolJournalMemberKind kind;
  gboolean is_required;
  gsize offset;
} ApoolJournalMember;

/**
 * ApoolJournalShape:
 * @name: what the type is called
 * @length: bytes of @name
 * @members: (array length=n_members): in the order in which they are written
 * @n_members: how many
 * @has_outcome: whether it says what became of a job
 */
typedef struct
{
  const char *name;
  gsize length;
  const ApoolJournalMember *members;
  gsize n_members;
  gboolean has_outcome;
} ApoolJournalShape;

const ApoolJournalShape *apool_journal_shape_get (ApoolJournalEventType type);

G_END_DECLS
