/* SPDX-License-Identifier: MIT */
/* TASK, the message that there is most of: numbers, then the words of the command, the directory,
 * and, where the task has any of that, its holes and variables, as a GVariant of their own. */

#include <limits.h>
#include <string.h>

#include "wire/apool-cursor.h"
#include "wire/apool-message-private.h"

#define FORMAT_RARE "(" APOOL_HOLES_FORMAT "aay)"

/* Bits of TASK's flags. */
#define FLAG_PRINTED 1u
#define FLAG_OWNS_DIRECTORY 2u

/* A TASK as it comes: views into the frame, nothing of it believed but how long it is. */
typedef struct
{
  guint64 seq;
  guint64 line;
  guint32 kind;
  guint32 flags;
  guint32 attempt;
  const char *text;
  gsize text_length;
  const char *directory;
  gsize directory_length;
  const char *rare;
  gsize rare_length;
} ApoolTaskParts;

/* What few tasks have. */
typedef struct
{
  ApoolHoles *holes;
  char **variables;
} ApoolTaskRare;

static void
apool_task_rare_clear (ApoolTaskRare *self)
{
  g_clear_pointer (&self->holes, apool_holes_unref);
  g_clear_pointer (&self->variables, g_strfreev);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ApoolTaskRare, apool_task_rare_clear)

/* ---- there ---- */

/* "NAME=value" entries, each without its NUL. */
static GVariant *
apool_message_new_variables (const char *const *variables)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aay"));
  for (; variables && *variables; variables++)
    g_variant_builder_add_value (&builder,
                                 apool_message_new_bytes (*variables, strlen (*variables)));
  return g_variant_builder_end (&builder);
}

static guint32
apool_message_get_task_flags (const ApoolTaskTraits *traits)
{
  return (traits->is_printed ? FLAG_PRINTED : 0) |
         (traits->owns_directory ? FLAG_OWNS_DIRECTORY : 0);
}

/* Returns: (transfer floating) */
static GVariant *
apool_message_new_rare (const ApoolTask *task)
{
  return g_variant_new ("(@" APOOL_HOLES_FORMAT "@aay)",
                        apool_holes_to_variant (apool_task_get_holes (task)),
                        apool_message_new_variables (apool_task_get_traits (task)->variables));
}

/**
 * apool_message_draft_task:
 * @draft: (out caller-allocates): a TASK, valid as long as @task, to be cleared
 * @task: a task
 */
void
apool_message_draft_task (ApoolDraft *draft, const ApoolTask *task)
{
  const ApoolTaskTraits *traits = apool_task_get_traits (task);
  const char *directory = traits->directory ? traits->directory : "";
  gsize directory_length = strlen (directory);
  gsize length;
  gconstpointer text = g_bytes_get_data (apool_task_get_text (task), &length);

  apool_draft_init (draft, APOOL_MESSAGE_TASK);
  apool_draft_add_uint64 (draft, apool_task_get_seq (task));
  apool_draft_add_uint64 (draft, apool_task_get_line (task));
  apool_draft_add_uint32 (draft, (guint32) apool_task_get_kind (task));
  apool_draft_add_uint32 (draft, apool_message_get_task_flags (traits));
  apool_draft_add_uint32 (draft, traits->attempt);
  apool_draft_add_uint32 (draft, (guint32) length);
  apool_draft_add_uint32 (draft, (guint32) directory_length);
  apool_draft_add_bytes (draft, text, length);
  apool_draft_add_bytes (draft, directory, directory_length);
  if (apool_task_get_holes (task) || traits->variables)
    apool_draft_add_variant (draft, apool_message_new_rare (task));
}

/* ---- and back ---- */

/* "NAME=value": anything else in an environment is none of a task's business. */
static gboolean
apool_message_is_variable (const char *entry)
{
  const char *sign = strchr (entry, '=');

  return sign && sign > entry;
}

/* Gives the entries of @array, %NULL for none, to @to, where they are variables and not too many:
 * one costs the peer a byte, and us thirty. */
static gboolean
apool_message_dup_variables (GVariant *array, char ***to, GError **error)
{
  gsize n = g_variant_n_children (array);
  g_auto (GStrv) variables = NULL;

  if (n > APOOL_MESSAGE_MAX_VARIABLES)
    return apool_message_fail (error, "too many variables");
  if (n == 0)
    return TRUE;
  variables = g_new0 (char *, n + 1);
  for (gsize i = 0; i < n; i++)
    {
      gsize length;
      const char *entry = apool_message_get_bytes (array, i, &length);

      variables[i] = g_strndup (entry ? entry : "", length);
      if (!apool_message_is_variable (variables[i]))
        return apool_message_fail (error, "a variable without a name");
    }
  *to = g_steal_pointer (&variables);
  return TRUE;
}

/* @directory: (out) (transfer full) (nullable): no longer than one can be, and without a NUL */
static gboolean
apool_message_dup_directory (const ApoolTaskParts *parts, char **directory, GError **error)
{
  if (parts->directory_length == 0)
    return TRUE;
  if (parts->directory_length >= PATH_MAX ||
      memchr (parts->directory, '\0', parts->directory_length))
    return apool_message_fail (error, "a directory that cannot be one");
  *directory = g_strndup (parts->directory, parts->directory_length);
  return TRUE;
}

/* Gives a task that was received the traits that travel with it; takes @task. */
static ApoolTask *
apool_message_add_traits (const ApoolTaskParts *parts,
                          const ApoolTaskRare *rare,
                          ApoolTask *task,
                          GError **error)
{
  g_autoptr (ApoolTask) plain = task;
  g_autofree char *directory = NULL;
  ApoolTaskTraits traits = { .attempt = parts->attempt, .weight = 1 };

  if (!apool_message_dup_directory (parts, &directory, error))
    return NULL;
  traits.variables = (const char *const *) rare->variables;
  traits.is_printed = (parts->flags & FLAG_PRINTED) != 0;
  traits.directory = directory;
  traits.owns_directory = directory && (parts->flags & FLAG_OWNS_DIRECTORY) != 0;
  if (traits.attempt == 1 && !rare->variables && !directory && parts->flags == 0)
    return g_steal_pointer (&plain);
  return apool_task_new_variant (plain, &traits);
}

static gboolean
apool_message_take_apart (const ApoolFrame *frame, ApoolTaskParts *parts)
{
  ApoolCursor cursor;

  apool_cursor_init (&cursor, frame);
  parts->seq = apool_cursor_take_uint64 (&cursor);
  parts->line = apool_cursor_take_uint64 (&cursor);
  parts->kind = apool_cursor_take_uint32 (&cursor);
  parts->flags = apool_cursor_take_uint32 (&cursor);
  parts->attempt = apool_cursor_take_uint32 (&cursor);
  parts->text_length = apool_cursor_take_uint32 (&cursor);
  parts->directory_length = apool_cursor_take_uint32 (&cursor);
  if (!apool_cursor_take_bytes (&cursor, parts->text_length, &parts->text) ||
      !apool_cursor_take_bytes (&cursor, parts->directory_length, &parts->directory))
    return FALSE;
  parts->rare_length = apool_cursor_take_rest (&cursor, &parts->rare);
  return TRUE;
}

static gboolean
apool_message_get_rare (const ApoolTaskParts *parts, ApoolTaskRare *rare, GError **error)
{
  g_autoptr (GVariant) both = NULL;
  g_autoptr (GVariant) holes = NULL;
  g_autoptr (GVariant) variables = NULL;

  if (parts->rare_length == 0)
    return TRUE;
  both = apool_message_parse (FORMAT_RARE, parts->rare, parts->rare_length, error);
  if (!both)
    return FALSE;
  holes = g_variant_get_child_value (both, 0);
  variables = g_variant_get_child_value (both, 1);
  return apool_holes_new_from_variant (holes, &rare->holes, error) &&
         apool_message_dup_variables (variables, &rare->variables, error);
}

/**
 * apool_message_get_task:
 * @frame: a TASK
 * @error: (out) (optional): %APOOL_ERROR_PROTOCOL
 *
 * Returns: (transfer full) (nullable): the task
 */
ApoolTask *
apool_message_get_task (const ApoolFrame *frame, GError **error)
{
  ApoolTaskParts parts;
  g_auto (ApoolTaskRare) rare = { NULL, NULL };
  g_autoptr (GBytes) text = NULL;
  ApoolTask *task;

  if (!apool_message_take_apart (frame, &parts))
    {
      apool_message_fail (error, "a task that is shorter than it says");
      return NULL;
    }
  if (parts.kind > APOOL_TASK_PROGRAM)
    {
      apool_message_fail (error, "unknown kind of task");
      return NULL;
    }
  /* Whoever is nobody's has that number, see apool-leftovers.h: it would be ended with the task. */
  if ((parts.seq & ~APOOL_TASK_HOOK_BIT) == 0)
    {
      apool_message_fail (error, "a task without a number");
      return NULL;
    }
  if (!apool_message_get_rare (&parts, &rare, error))
    return NULL;
  text = g_bytes_new (parts.text, parts.text_length);
  task =
      apool_task_new (parts.seq, parts.line, (ApoolTaskKind) parts.kind, text, rare.holes, error);
  return task ? apool_message_add_traits (&parts, &rare, task, error) : NULL;
}
