/* SPDX-License-Identifier: MIT */
/* One job as a value. It is made from a template here and from the wire in a worker; both give the
 * command as one block of bytes, each word followed by a NUL, because it travels so without being
 * taken apart. A peer's bytes are not trusted: the constructor checks everything that the other
 * functions rely on. */

#include "job/apool-task.h"

#include <string.h>

#include "base/apool-error.h"
#include "base/apool-quote.h"

/* A name is for messages: of a command longer than this many bytes only the beginning is shown. */
#define NAME_BYTES 200

struct _ApoolTask
{
  gatomicrefcount refs;
  guint64 seq;
  guint64 line;
  ApoolTaskKind kind;
  gsize n_words;
  GBytes *text;
  ApoolHoles *holes;      /* nullable */
  ApoolTaskTraits traits; /* all that it points to is owned */
};

/* A word of a task, and the holes in it. */
typedef struct
{
  const char *text; /* the whole block, which offsets count from */
  guint32 start;    /* offset of the word's first byte */
  guint32 end;      /* offset of its NUL */
  gsize first_hole; /* the word's holes: their index, and how many there are */
  gsize n_holes;
} ApoolTaskWord;

G_DEFINE_BOXED_TYPE (ApoolTask, apool_task, apool_task_ref, apool_task_unref)

static gboolean
apool_task_fail (GError **error, guint64 seq, const char *why)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL, "job %" G_GUINT64_FORMAT ": %s", seq, why);
  return FALSE;
}

static gsize
apool_task_count_words (const char *text, gsize length)
{
  gsize n = 0;

  for (const char *at = text, *end = text + length; at < end; n++)
    at = (const char *) memchr (at, '\0', (gsize) (end - at)) + 1;
  return n;
}

static gboolean
apool_task_check_text (ApoolTask *self, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (self->text, &length);

  if (length == 0 || text[length - 1] != '\0')
    return apool_task_fail (error, self->seq, "the command does not end in a NUL");
  if (length > G_MAXUINT32)
    return apool_task_fail (error, self->seq, "the command is too long");
  self->n_words = apool_task_count_words (text, length);
  if (self->kind == APOOL_TASK_SHELL && self->n_words != 1)
    return apool_task_fail (error, self->seq, "the command line holds a NUL");
  return TRUE;
}

static gboolean
apool_task_check_holes (ApoolTask *self, GError **error)
{
  const char *why;

  return apool_holes_check (self->holes, g_bytes_get_size (self->text), &why) ||
         apool_task_fail (error, self->seq, why);
}

/**
 * apool_task_new:
 * @seq: its number, counted from 1
 * @line: the number of its input, counted from 1
 * @kind: how the command is to be understood
 * @text: (transfer none): the words of the command, each followed by a NUL; one word for
 *   %APOOL_TASK_SHELL
 * @holes: (transfer none) (nullable): where in @text what depends on the slot is inserted. Not
 *   changed any more by anybody
 * @error: (out) (optional): %APOOL_ERROR_PROTOCOL where @kind, @text or @holes are not as said
 *
 * Returns: (transfer full) (nullable): the task
 */
ApoolTask *
apool_task_new (
    guint64 seq, guint64 line, ApoolTaskKind kind, GBytes *text, ApoolHoles *holes, GError **error)
{
  g_autoptr (ApoolTask) self = g_new0 (ApoolTask, 1);

  g_atomic_ref_count_init (&self->refs);
  self->seq = seq;
  self->line = line;
  self->kind = kind;
  self->traits = (ApoolTaskTraits){ .attempt = 1, .weight = 1 };
  self->text = g_bytes_ref (text);
  self->holes = apool_holes_get_n (holes) > 0 ? apool_holes_ref (holes) : NULL;
  if (kind != APOOL_TASK_SHELL && kind != APOOL_TASK_WORDS && kind != APOOL_TASK_PROGRAM)
    {
      apool_task_fail (error, seq, "unknown kind of command");
      return NULL;
    }
  if (!apool_task_check_text (self, error) || !apool_task_check_holes (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * apool_task_new_variant:
 * @task: a task
 * @traits: what to have instead of its own, copied
 *
 * Returns: (transfer full): the same job and command, with other traits
 */
ApoolTask *
apool_task_new_variant (const ApoolTask *task, const ApoolTaskTraits *traits)
{
  ApoolTask *self = g_memdup2 (task, sizeof *task);

  g_atomic_ref_count_init (&self->refs);
  self->text = g_bytes_ref (task->text);
  self->holes = task->holes ? apool_holes_ref (task->holes) : NULL;
  self->traits = *traits;
  self->traits.variables = (const char *const *) g_strdupv ((char **) traits->variables);
  self->traits.label = traits->label ? apool_label_ref (traits->label) : NULL;
  self->traits.results = g_strdup (traits->results);
  self->traits.values = traits->values ? apool_values_ref (traits->values) : NULL;
  self->traits.identity = traits->identity ? apool_identity_ref (traits->identity) : NULL;
  self->traits.recorded = traits->recorded ? g_object_ref (traits->recorded) : NULL;
  self->traits.directory = g_strdup (traits->directory);
  return self;
}

/**
 * apool_task_ref:
 * @task: a task
 *
 * Returns: (transfer full): the same
 */
ApoolTask *
apool_task_ref (ApoolTask *task)
{
  g_atomic_ref_count_inc (&task->refs);
  return task;
}

/**
 * apool_task_unref:
 * @task: (transfer full): a task
 */
void
apool_task_unref (ApoolTask *task)
{
  if (!g_atomic_ref_count_dec (&task->refs))
    return;
  g_bytes_unref (task->text);
  g_clear_pointer (&task->holes, apool_holes_unref);
  g_strfreev ((char **) task->traits.variables);
  g_clear_pointer (&task->traits.label, apool_label_unref);
  g_free ((char *) task->traits.results);
  g_clear_pointer (&task->traits.values, apool_values_unref);
  g_clear_pointer (&task->traits.identity, apool_identity_unref);
  g_clear_object (&task->traits.recorded);
  g_free ((char *) task->traits.directory);
  g_free (task);
}

/**
 * apool_task_get_seq:
 * @task: a task
 *
 * Returns: its number, counted from 1
 */
guint64
apool_task_get_seq (const ApoolTask *task)
{
  return task->seq;
}

/**
 * apool_task_get_job:
 * @task: a task
 *
 * Returns: the number of the job that it is, or that it is about
 */
guint64
apool_task_get_job (const ApoolTask *task)
{
  return task->seq & ~APOOL_TASK_HOOK_BIT;
}

/**
 * apool_task_is_hook:
 * @task: a task
 *
 * Returns: whether it is not a job but a command of the user's about one
 */
gboolean
apool_task_is_hook (const ApoolTask *task)
{
  return (task->seq & APOOL_TASK_HOOK_BIT) != 0;
}

/**
 * apool_task_get_traits:
 * @task: a task
 *
 * Returns: (transfer none): what it has beside its number and its command
 */
const ApoolTaskTraits *
apool_task_get_traits (const ApoolTask *task)
{
  return &task->traits;
}

/**
 * apool_task_get_line:
 * @task: a task
 *
 * Returns: the number of its input, counted from 1
 */
guint64
apool_task_get_line (const ApoolTask *task)
{
  return task->line;
}

/**
 * apool_task_get_kind:
 * @task: a task
 *
 * Returns: how its command is to be understood
 */
ApoolTaskKind
apool_task_get_kind (const ApoolTask *task)
{
  return task->kind;
}

/**
 * apool_task_get_text:
 * @task: a task
 *
 * Returns: (transfer none): its words, each followed by a NUL, without the slot
 */
GBytes *
apool_task_get_text (const ApoolTask *task)
{
  return task->text;
}

/**
 * apool_task_get_holes:
 * @task: a task
 *
 * Returns: (transfer none) (nullable): where in the text what depends on the slot belongs; %NULL
 *   where nothing does
 */
ApoolHoles *
apool_task_get_holes (const ApoolTask *task)
{
  return task->holes;
}

/* Moves @word, zero at first, on to the task's next one. */
static void
apool_task_next_word (const ApoolTask *task, ApoolTaskWord *word)
{
  gsize n_all = apool_holes_get_n (task->holes);

  word->start = word->text ? word->end + 1 : 0;
  word->text = g_bytes_get_data (task->text, NULL);
  word->end = word->start + (guint32) strlen (word->text + word->start);
  word->first_hole += word->n_holes;
  word->n_holes = 0;
  while (word->first_hole + word->n_holes < n_all &&
         apool_holes_get_offset (task->holes, word->first_hole + word->n_holes) <= word->end)
    word->n_holes++;
}

/* Returns: (transfer full): the word with what @slot makes of its holes */
static char *
apool_task_fill_word (const ApoolTask *task,
                      const ApoolTaskWord *word,
                      guint slot,
                      ApoolQuoteStyle quote)
{
  guint32 from = word->start;
  GString *filled;

  if (word->n_holes == 0)
    return g_strndup (word->text + from, word->end - from);
  filled = g_string_sized_new (word->end - word->start + word->n_holes * 8);
  for (gsize i = word->first_hole; i < word->first_hole + word->n_holes; i++)
    {
      guint32 offset = apool_holes_get_offset (task->holes, i);

      apool_quote_append_code (filled, quote, word->text + from, offset - from);
      apool_holes_append (task->holes, i, slot, quote, filled);
      from = offset;
    }
  apool_quote_append_code (filled, quote, word->text + from, word->end - from);
  return g_string_free (filled, FALSE);
}

/**
 * apool_task_dup_words:
 * @task: a task
 * @slot: the slot it runs in
 * @quote: how what the slot becomes is quoted where a shell reads it
 *
 * Returns: (transfer full) (array zero-terminated=1): its command; freed by g_strfreev()
 */
char **
apool_task_dup_words (const ApoolTask *task, guint slot, ApoolQuoteStyle quote)
{
  char **words = g_new (char *, task->n_words + 1);
  ApoolTaskWord word = { 0 };

  if (task->kind != APOOL_TASK_SHELL)
    quote = APOOL_QUOTE_NONE;
  for (gsize i = 0; i < task->n_words; i++)
    {
      apool_task_next_word (task, &word);
      words[i] = apool_task_fill_word (task, &word, slot, quote);
    }
  words[task->n_words] = NULL;
  return words;
}

/* Appends bytes @from to @end of the text as they are to be shown, no more than fit. */
static void
apool_task_show_piece (const ApoolTask *task,
                       const ApoolTaskWord *word,
                       guint32 from,
                       guint32 end,
                       gsize limit,
                       GString *shown)
{
  gsize length = MIN (end - from, limit + 1);

  if (task->kind == APOOL_TASK_SHELL)
    g_string_append_len (shown, word->text + from, (gssize) length);
  else
    /* For people to read, whatever the shell is. */
    apool_quote_append (shown, APOOL_QUOTE_POSIX, word->text + from, length);
}

static void
apool_task_show_word (const ApoolTask *task, const ApoolTaskWord *word, gsize limit, GString *shown)
{
  guint32 from = word->start;

  for (gsize i = 0; i < word->n_holes && shown->len <= limit; i++)
    {
      guint32 offset = apool_holes_get_offset (task->holes, word->first_hole + i);

      if (offset > from)
        apool_task_show_piece (task, word, from, offset, limit, shown);
      apool_holes_append_name (task->holes, word->first_hole + i, shown);
      from = offset;
    }
  /* A word of nothing but holes is not followed by an empty one. */
  if (from < word->end || word->n_holes == 0)
    apool_task_show_piece (task, word, from, word->end, limit, shown);
}

/* Returns the words as a person would type them; where they are longer than @limit, something that
 * is longer as well. */
static GString *
apool_task_show (const ApoolTask *task, gsize limit)
{
  GString *shown = g_string_new (NULL);
  ApoolTaskWord word = { 0 };

  for (gsize i = 0; i < task->n_words && shown->len <= limit; i++)
    {
      apool_task_next_word (task, &word);
      if (i > 0)
        g_string_append_c (shown, ' ');
      apool_task_show_word (task, &word, limit, shown);
    }
  return shown;
}

/**
 * apool_task_dup_command:
 * @task: a task
 * @limit: how many bytes of it are wanted
 *
 * Returns: (transfer full): the command as it would be typed, a replacement string for what
 *   depends on the slot, the words quoted where they need it; cut after @limit bytes
 */
char *
apool_task_dup_command (const ApoolTask *task, gsize limit)
{
  GString *shown = apool_task_show (task, limit);

  if (shown->len > limit)
    g_string_truncate (shown, limit);
  return g_string_free (shown, FALSE);
}

static void
apool_task_cut_name (GString *name)
{
  gsize length = NAME_BYTES;

  if (name->len <= NAME_BYTES)
    return;
  /* Not in the middle of a UTF-8 character; a run of continuation bytes longer than that of any
   * character is no UTF-8, and is cut anywhere. */
  while (length > NAME_BYTES - 3 && (name->str[length] & 0xc0) == 0x80)
    length--;
  g_string_truncate (name, length);
  g_string_append (name, "…");
}

/**
 * apool_task_dup_name:
 * @task: a task
 *
 * Makes the command readable, as a person would type it: words quoted, `{%}` for the slot, a
 * question mark for each control character, a long one cut after some 200 bytes. Other bytes stay
 * what they are; it need not be UTF-8.
 *
 * Returns: (transfer full): the command, for messages only
 */
char *
apool_task_dup_name (const ApoolTask *task)
{
  GString *name = apool_task_show (task, NAME_BYTES);

  apool_task_cut_name (name);
  for (gsize i = 0; i < name->len; i++)
    if (g_ascii_iscntrl (name->str[i]))
      name->str[i] = '?';
  return g_string_free (name, FALSE);
}
