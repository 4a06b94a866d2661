/* SPDX-License-Identifier: MIT */
/* Shows what is run. What a job writes begins with its command line where that is asked for: it is
 * given to the output as if the job had written it, and so it has its place, its label, and is kept
 * with the rest. */

#include "sinks/apool-teller.h"

#include "job/apool-command-line.h"

struct _ApoolTeller
{
  GObject parent_instance;

  ApoolOutput *output;
  ApoolQuoteStyle quote;
  gboolean is_message;
  gboolean is_output;
};

static void apool_teller_iface_init (ApoolObserverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolTeller,
                               apool_teller,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER, apool_teller_iface_init))

static void
apool_teller_task_started (ApoolObserver *observer, ApoolTask *task, const ApoolPlace *place)
{
  ApoolTeller *self = APOOL_TELLER (observer);
  g_auto (GStrv) words = apool_task_dup_words (task, place->slot, self->quote);
  g_autoptr (GString) line = apool_command_line_new (task, self->quote, words);

  g_string_append_c (line, '\n');
  if (self->is_message)
    apool_output_say_bytes (self->output, line->str, line->len);
  if (self->is_output)
    apool_observer_task_output (APOOL_OBSERVER (self->output), task, APOOL_STREAM_STDOUT, line->str,
                                line->len);
}

static void
apool_teller_iface_init (ApoolObserverInterface *iface)
{
  iface->task_started = apool_teller_task_started;
}

static void
apool_teller_finalize (GObject *object)
{
  g_clear_object (&APOOL_TELLER (object)->output);
  G_OBJECT_CLASS (apool_teller_parent_class)->finalize (object);
}

static void
apool_teller_class_init (ApoolTellerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_teller_finalize;
}

static void
apool_teller_init (ApoolTeller *self)
{
}

/**
 * apool_teller_new:
 * @output: (transfer none): what prints. Where both observe a pool, the output comes first
 * @quote: how values are quoted for the shell of the jobs
 * @is_message: whether the line is said, on standard error, at once
 * @is_output: whether it is the first of what the job writes to its standard output
 *
 * Returns: (transfer full): the observer
 */
ApoolTeller *
apool_teller_new (ApoolOutput *output,
                  ApoolQuoteStyle quote,
                  gboolean is_message,
                  gboolean is_output)
{
  ApoolTeller *self = g_object_new (APOOL_TYPE_TELLER, NULL);

  self->output = g_object_ref (output);
  self->quote = quote;
  self->is_message = is_message;
  self->is_output = is_output;
  return self;
}
