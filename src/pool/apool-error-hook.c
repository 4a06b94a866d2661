/* SPDX-License-Identifier: MIT */
/* What is run for each job that failed.
 *
 * It is a task like any other, for the shell, under the number of the job with a mark. The facts of
 * the job are variables of its environment, which bytes can be that no template could quote. */

#include "pool/apool-error-hook.h"

#include <string.h>

#include "base/apool-locale.h"

/* The kernel takes 128 KiB for one variable (execve(2)); a command that is longer than this is cut:
 * bytes. */
#define COMMAND_BYTES (96u * 1024)

/* What one of the tasks has written. */
typedef struct
{
  guint64 seq;
  GByteArray *bytes;
  guint64 n_dropped;
} ApoolErrorOutput;

struct _ApoolErrorHook
{
  GBytes *text;        /* the command line with its NUL */
  GHashTable *outputs; /* seq of the output → ApoolErrorOutput, owned: of tasks that wrote something
                        * and are not over */
};

static void
apool_error_output_free (gpointer data)
{
  ApoolErrorOutput *output = data;

  g_clear_pointer (&output->bytes, g_byte_array_unref);
  g_free (output);
}

/**
 * apool_error_hook_new:
 * @command: a command line for the shell
 *
 * Returns: (transfer full): the hook
 */
ApoolErrorHook *
apool_error_hook_new (const char *command)
{
  ApoolErrorHook *self = g_new0 (ApoolErrorHook, 1);

  self->text = g_bytes_new (command, strlen (command) + 1);
  self->outputs =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, apool_error_output_free);
  return self;
}

/**
 * apool_error_hook_free:
 * @self: (transfer full): a hook
 */
void
apool_error_hook_free (ApoolErrorHook *self)
{
  g_bytes_unref (self->text);
  g_hash_table_unref (self->outputs);
  g_free (self);
}

static void apool_error_hook_set (GPtrArray *variables, const char *name, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

static void
apool_error_hook_set (GPtrArray *variables, const char *name, const char *format, ...)
{
  g_autofree char *value = NULL;
  va_list arguments;

  va_start (arguments, format);
  value = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_ptr_array_add (variables, g_strconcat (name, "=", value, NULL));
}

static void
apool_error_hook_set_seconds (GPtrArray *variables, const char *name, gint64 usec)
{
  apool_error_hook_set (variables, name, "%" G_GINT64_FORMAT ".%06d", usec / G_USEC_PER_SEC,
                        (int) (usec % G_USEC_PER_SEC));
}

/* A number, or nothing where it does not apply. */
static void
apool_error_hook_set_code (GPtrArray *variables, const char *name, gboolean applies, int code)
{
  if (applies)
    apool_error_hook_set (variables, name, "%d", code);
  else
    apool_error_hook_set (variables, name, "%s", "");
}

static void
apool_error_hook_set_outcome (GPtrArray *variables, const ApoolOutcome *outcome)
{
  static const char *const NAMES[] = {
    [APOOL_OUTCOME_EXITED] = "exited",           [APOOL_OUTCOME_SIGNALLED] = "signalled",
    [APOOL_OUTCOME_NOT_STARTED] = "not-started", [APOOL_OUTCOME_LOST] = "lost",
    [APOOL_OUTCOME_SKIPPED] = "skipped",         [APOOL_OUTCOME_TIMED_OUT] = "timed-out",
  };
  ApoolOutcomeKind kind = apool_outcome_get_kind (outcome);
  int code = apool_outcome_get_code (outcome);
  const char *message = apool_outcome_get_message (outcome);

  if (!message && kind == APOOL_OUTCOME_NOT_STARTED && code)
    message = apool_locale_describe_errno (code);
  apool_error_hook_set (variables, "APOOL_OUTCOME", "%s", NAMES[kind]);
  apool_error_hook_set (variables, "APOOL_REASON", "%s", message ? message : "");
  apool_error_hook_set_code (variables, "APOOL_EXIT", kind == APOOL_OUTCOME_EXITED, code);
  apool_error_hook_set_code (
      variables, "APOOL_SIGNAL",
      kind == APOOL_OUTCOME_SIGNALLED || (kind == APOOL_OUTCOME_TIMED_OUT && code > 0), code);
}

/**
 * apool_error_hook_make_task:
 * @self: a hook
 * @failed: a job's last attempt
 * @outcome: what became of it
 * @worker: the number of the worker that ran it, 0 for none
 *
 * Returns: (transfer full): the task that runs the hook for that job
 */
ApoolTask *
apool_error_hook_make_task (ApoolErrorHook *self,
                            const ApoolTask *failed,
                            const ApoolOutcome *outcome,
                            guint worker)
{
  const ApoolUsage *usage = apool_outcome_get_usage (outcome);
  g_autoptr (GPtrArray) variables = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *command = apool_task_dup_command (failed, COMMAND_BYTES);
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTask) task =
      apool_task_new (apool_task_get_seq (failed) | APOOL_TASK_HOOK_BIT,
                      apool_task_get_line (failed), APOOL_TASK_SHELL, self->text, NULL, &error);
  ApoolTaskTraits traits = { .attempt = apool_task_get_traits (failed)->attempt, .weight = 1 };

  g_assert_no_error (error); /* a command line from an argument vector holds no NUL */
  apool_error_hook_set (variables, "APOOL_LINE", "%" G_GUINT64_FORMAT,
                        apool_task_get_line (failed));
  apool_error_hook_set (variables, "APOOL_COMMAND", "%s", command);
  apool_error_hook_set (variables, "APOOL_WORKER", "%u", worker);
  apool_error_hook_set_seconds (variables, "APOOL_START", usage->start_usec);
  apool_error_hook_set_seconds (variables, "APOOL_RUNTIME", usage->run_usec);
  apool_error_hook_set_outcome (variables, outcome);
  g_ptr_array_add (variables, NULL);
  traits.variables = (const char *const *) variables->pdata;
  return apool_task_new_variant (task, &traits);
}

/**
 * apool_error_hook_take_output:
 * @self: a hook
 * @task: one of its tasks
 * @bytes: what it wrote, to either stream
 * @length: how many bytes
 */
void
apool_error_hook_take_output (ApoolErrorHook *self,
                              const ApoolTask *task,
                              const char *bytes,
                              gsize length)
{
  guint64 seq = apool_task_get_seq (task);
  ApoolErrorOutput *output = g_hash_table_lookup (self->outputs, &seq);
  gsize n_kept;

  if (!output)
    {
      output = g_new0 (ApoolErrorOutput, 1);
      output->seq = seq;
      output->bytes = g_byte_array_new ();
      g_hash_table_insert (self->outputs, &output->seq, output);
    }
  n_kept = MIN (length, APOOL_HOOK_OUTPUT_BYTES - output->bytes->len);
  g_byte_array_append (output->bytes, (const guint8 *) bytes, (guint) n_kept);
  output->n_dropped += length - n_kept;
}

/**
 * apool_error_hook_finish:
 * @self: a hook
 * @task: one of its tasks, which is over
 * @outcome: what became of it
 * @report: (out): to be told
 *
 * Returns: (transfer full) (nullable): what the report's output is a part of
 */
GByteArray *
apool_error_hook_finish (ApoolErrorHook *self,
                         const ApoolTask *task,
                         ApoolOutcome *outcome,
                         ApoolHookReport *report)
{
  guint64 seq = apool_task_get_seq (task);
  ApoolErrorOutput *output = g_hash_table_lookup (self->outputs, &seq);
  GByteArray *bytes = output ? g_steal_pointer (&output->bytes) : NULL;

  *report = (ApoolHookReport){
    .hook = APOOL_HOOK_ERROR,
    .outcome = outcome,
    .output = bytes ? (const char *) bytes->data : "",
    .length = bytes ? bytes->len : 0,
    .n_dropped = output ? output->n_dropped : 0,
  };
  g_hash_table_remove (self->outputs, &seq);
  return bytes;
}
