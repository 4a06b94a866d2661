/* SPDX-License-Identifier: MIT */
/* What a journal is of: the template, what shapes jobs of inputs, the directory and the shell. A
 * journal of something else is refused, and whoever is refused wants to know why. */

#include "record/apool-journal-identity.h"

#include <stdlib.h>
#include <string.h>

#include "base/apool-quote.h"

/* So much of what differs is shown: bytes. */
#define SHOWN_BYTES 200

static gboolean
apool_journal_identity_is_equal (const ApoolValue *a, const ApoolValue *b)
{
  return a->length == b->length && (a->length == 0 || memcmp (a->data, b->data, a->length) == 0);
}

static gboolean
apool_journal_identity_has_words (const ApoolJournalWords *a, const ApoolJournalWords *b)
{
  if (a->n != b->n)
    return FALSE;
  for (gsize i = 0; i < a->n; i++)
    if (!apool_journal_identity_is_equal (&a->values[i], &b->values[i]))
      return FALSE;
  return TRUE;
}

/* Cuts and cleans what @text has from byte @from on. */
static void
apool_journal_identity_show (GString *text, gsize from)
{
  if (text->len - from > SHOWN_BYTES)
    {
      g_string_truncate (text, from + SHOWN_BYTES);
      g_string_append (text, "...");
    }
  for (char *at = text->str + from; *at; at++)
    if (g_ascii_iscntrl (*at))
      *at = '?';
}

static void
apool_journal_identity_append_words (GString *text, const ApoolJournalWords *words)
{
  gsize from = text->len;

  for (gsize i = 0; i < words->n && text->len - from <= SHOWN_BYTES; i++)
    {
      if (i > 0)
        g_string_append_c (text, ' ');
      apool_quote_append (text, APOOL_QUOTE_POSIX, words->values[i].data, words->values[i].length);
    }
  if (words->n == 0)
    g_string_append (text, "none");
  apool_journal_identity_show (text, from);
}

static void
apool_journal_identity_append_value (GString *text, const ApoolValue *value)
{
  gsize from = text->len;

  if (value)
    g_string_append_len (text, value->data, (gssize) MIN (value->length, SHOWN_BYTES + 1));
  else
    g_string_append (text, "none");
  apool_journal_identity_show (text, from);
}

/* Returns: (transfer full): where @recorded and @wanted are not equal, how */
static char *
apool_journal_identity_compare (const char *what,
                                const ApoolValue *recorded,
                                const ApoolValue *wanted)
{
  GString *text;

  if (recorded && wanted && apool_journal_identity_is_equal (recorded, wanted))
    return NULL;
  text = g_string_new (what);
  g_string_append (text, ": ");
  apool_journal_identity_append_value (text, recorded);
  g_string_append (text, ": not ");
  apool_journal_identity_append_value (text, wanted);
  return g_string_free (text, FALSE);
}

static char *
apool_journal_identity_compare_words (const ApoolJournalWords *recorded,
                                      const ApoolJournalWords *wanted)
{
  GString *text;

  if (apool_journal_identity_has_words (recorded, wanted))
    return NULL;
  text = g_string_new ("template: ");
  apool_journal_identity_append_words (text, recorded);
  g_string_append (text, ": not ");
  apool_journal_identity_append_words (text, wanted);
  return g_string_free (text, FALSE);
}

static const ApoolValue *
apool_journal_identity_find_option (const ApoolJournalOptions *options, const ApoolValue *name)
{
  for (gsize i = 0; i < options->n; i++)
    if (apool_journal_identity_is_equal (&options->pairs[i].name, name))
      return &options->pairs[i].value;
  return NULL;
}

static char *
apool_journal_identity_compare_option (const ApoolJournalOptions *recorded,
                                       const ApoolJournalOptions *wanted,
                                       const ApoolValue *name)
{
  g_autofree char *what = g_strndup (name->data, name->length);

  return apool_journal_identity_compare (what, apool_journal_identity_find_option (recorded, name),
                                         apool_journal_identity_find_option (wanted, name));
}

/* Returns: (transfer full) (nullable): the first one that only one of them has, or that differs */
static char *
apool_journal_identity_compare_options (const ApoolJournalOptions *recorded,
                                        const ApoolJournalOptions *wanted)
{
  char *difference = NULL;

  for (gsize i = 0; i < recorded->n && !difference; i++)
    difference = apool_journal_identity_compare_option (recorded, wanted, &recorded->pairs[i].name);
  for (gsize i = 0; i < wanted->n && !difference; i++)
    difference = apool_journal_identity_compare_option (recorded, wanted, &wanted->pairs[i].name);
  return difference;
}

/* Whether both paths lead to one program, by one name: bash is another shell where it is called
 * sh. Where directories are merged, one path is found by whom a shell has started and another one
 * by whom cron has. */
static gboolean
apool_journal_identity_is_same_shell (const ApoolValue *a, const ApoolValue *b)
{
  g_autofree char *a_path = g_strndup (a->length > 0 ? a->data : "", a->length);
  g_autofree char *b_path = g_strndup (b->length > 0 ? b->data : "", b->length);
  g_autofree char *a_name = g_path_get_basename (a_path);
  g_autofree char *b_name = g_path_get_basename (b_path);
  char *a_real = realpath (a_path, NULL);
  char *b_real = realpath (b_path, NULL);
  gboolean is_same = strcmp (a_name, b_name) == 0 && a_real && g_strcmp0 (a_real, b_real) == 0;

  free (a_real);
  free (b_real);
  return is_same || apool_journal_identity_is_equal (a, b);
}

/**
 * apool_journal_identity_dup_difference:
 * @recorded: what a journal says that it is of
 * @wanted: what a run is of
 *
 * Returns: (transfer full) (nullable): how they differ, for people; %NULL where they do not
 */
char *
apool_journal_identity_dup_difference (const ApoolJournalEvent *recorded,
                                       const ApoolJournalEvent *wanted)
{
  char *difference = apool_journal_identity_compare_words (&recorded->words, &wanted->words);

  if (!difference)
    difference = apool_journal_identity_compare_options (&recorded->options, &wanted->options);
  if (!difference)
    difference =
        apool_journal_identity_compare ("directory", &recorded->directory, &wanted->directory);
  if (!difference && !apool_journal_identity_is_same_shell (&recorded->shell, &wanted->shell))
    difference = apool_journal_identity_compare ("shell", &recorded->shell, &wanted->shell);
  return difference;
}

/**
 * apool_journal_identity_dup_context:
 * @identity: what a run is of
 *
 * Returns: (transfer full): a word for it, the same in every run of the same: of
 *   apool_identity_new()
 */
char *
apool_journal_identity_dup_context (const ApoolJournalEvent *identity)
{
  ApoolJournalEvent plain = *identity;
  g_autoptr (GString) line = g_string_new (NULL);

  /* What wrote the journal is no part of what it is of. */
  plain.apool = (ApoolValue){ NULL, 0 };
  apool_journal_event_append (&plain, line);
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, line->str, (gssize) line->len);
}
