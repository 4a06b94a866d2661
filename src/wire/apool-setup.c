/* SPDX-License-Identifier: MIT */
/* SETUP: all that a worker needs to know before its first task: numbers, the slots last, and texts,
 * each with the NUL behind it. Every worker waits for it, and to make a GVariant of each part and
 * take it apart again would be a good part of its start. */

#include <string.h>

#include "wire/apool-message-private.h"

/* Bits of SETUP's flags. */
#define FLAG_STREAMS 1u
#define FLAG_MERGES 2u
#define FLAG_DIRECT 4u
#define FLAG_WARM 8u

/* How many numbers there are before those of the surroundings. */
#define HEAD_WORDS 9u

static guint32
apool_message_get_setup_flags (const ApoolSetup *setup)
{
  return (setup->streams ? FLAG_STREAMS : 0) | (setup->merges ? FLAG_MERGES : 0) |
         (setup->is_direct ? FLAG_DIRECT : 0) | (setup->is_warm ? FLAG_WARM : 0);
}

/* Its texts, in their order; not given is empty. */
static void
apool_message_add_texts (const ApoolSetup *setup, GByteArray *texts)
{
  const char *const all[] = { setup->shell, setup->run,           setup->init,
                              setup->exit,  setup->slot_variable, setup->termseq };

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++)
    {
      const char *text = all[i] ? all[i] : "";

      g_byte_array_append (texts, (const guint8 *) text, (guint) strlen (text) + 1);
    }
}

/**
 * apool_message_new_setup:
 * @setup: what to say
 *
 * Returns: (transfer floating): the body of a SETUP
 */
GVariant *
apool_message_new_setup (const ApoolSetup *setup)
{
  const guint32 head[HEAD_WORDS] = {
    setup->manager_pid,
    setup->drain_msec,
    setup->ignored_signals,
    setup->max_passed,
    setup->number,
    setup->hook_timeout_msec,
    apool_message_get_setup_flags (setup),
    (guint32) setup->leaks,
    setup->open_files,
  };
  g_autoptr (GArray) words = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GByteArray) texts = g_byte_array_new ();
  GVariant *parts[2];

  g_array_append_vals (words, head, HEAD_WORDS);
  apool_surroundings_add_words (&setup->surroundings, words);
  g_array_append_vals (words, setup->slots, (guint) setup->n_slots);
  apool_message_add_texts (setup, texts);
  parts[0] =
      g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, words->data, words->len, sizeof (guint32));
  parts[1] = apool_message_new_bytes (texts->data, texts->len);
  return g_variant_new_tuple (parts, G_N_ELEMENTS (parts));
}

/* Reads what tells of anything but slots, of which nothing is believed before. */
static gboolean
apool_message_take_setup_words (ApoolSetup *setup,
                                const guint32 *words,
                                gsize n_words,
                                const char **why)
{
  guint32 flags;

  *why = "too few numbers";
  if (n_words < HEAD_WORDS)
    return FALSE;
  setup->manager_pid = words[0];
  setup->drain_msec = words[1];
  setup->ignored_signals = words[2];
  setup->max_passed = words[3];
  setup->number = words[4];
  setup->hook_timeout_msec = words[5];
  flags = words[6];
  setup->streams = (flags & FLAG_STREAMS) != 0;
  setup->merges = (flags & FLAG_MERGES) != 0;
  setup->is_direct = (flags & FLAG_DIRECT) != 0;
  setup->is_warm = (flags & FLAG_WARM) != 0;
  /* A policy that we do not know is none that ends anybody. */
  setup->leaks = words[7] < APOOL_N_LEAK_POLICIES ? (ApoolLeakPolicy) words[7] : APOOL_LEAKS_REPORT;
  setup->open_files = words[8];
  words += HEAD_WORDS;
  n_words -= HEAD_WORDS;
  if (!apool_surroundings_take_words (&setup->surroundings, &words, &n_words, why))
    return FALSE;
  setup->slots = words;
  setup->n_slots = n_words;
  return TRUE;
}

/* Returns the text at @at, "" where none ends before @end. */
static const char *
apool_message_take_text (const char **at, const char *end)
{
  const char *text = *at;
  const char *nul = text < end ? memchr (text, '\0', (gsize) (end - text)) : NULL;

  if (!nul)
    return "";
  *at = nul + 1;
  return text;
}

/**
 * apool_message_get_setup:
 * @body: of a SETUP
 * @setup: (out): what it says, valid as long as @body; no string is %NULL, and where it is direct
 *   the descriptors are still with the message; where it makes no sense it has no slots
 * @error: (out) (optional): %APOOL_ERROR_PROTOCOL
 *
 * Returns: whether it makes sense
 */
gboolean
apool_message_get_setup (GVariant *body, ApoolSetup *setup, GError **error)
{
  g_autoptr (GVariant) numbers = g_variant_get_child_value (body, 0);
  gsize n_words;
  const guint32 *words = g_variant_get_fixed_array (numbers, &n_words, sizeof *words);
  gsize length;
  const char *at = apool_message_get_bytes (body, 1, &length);
  const char *end = at ? at + length : NULL; /* there may be nothing at all */
  const char *why;

  *setup = (ApoolSetup){ 0 };
  setup->shell = apool_message_take_text (&at, end);
  setup->run = apool_message_take_text (&at, end);
  setup->init = apool_message_take_text (&at, end);
  setup->exit = apool_message_take_text (&at, end);
  setup->slot_variable = apool_message_take_text (&at, end);
  setup->termseq = apool_message_take_text (&at, end);
  return apool_message_take_setup_words (setup, words, n_words, &why) ||
         apool_message_fail (error, why);
}
