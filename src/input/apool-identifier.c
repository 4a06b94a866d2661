/* SPDX-License-Identifier: MIT */
/* What the job of a row is: the command, as far as it does not differ from run to run, and the
 * values that it is made of. */

#include "input/apool-identifier.h"

#include "base/apool-error.h"

struct _ApoolIdentifier
{
  ApoolTemplate *command; /* not owned */
  char *context;
  GString *text; /* used within a call */
};

/**
 * apool_identifier_new:
 * @command: (transfer none): what is made of rows; outlives the identifier
 * @context: what the identities of all jobs begin with: of apool_identity_new()
 *
 * Returns: (transfer full): an identifier
 */
ApoolIdentifier *
apool_identifier_new (ApoolTemplate *command, const char *context)
{
  ApoolIdentifier *self = g_new (ApoolIdentifier, 1);

  self->command = command;
  self->context = g_strdup (context);
  self->text = g_string_new (NULL);
  return self;
}

/**
 * apool_identifier_free:
 * @self: (transfer full): an identifier
 */
void
apool_identifier_free (ApoolIdentifier *self)
{
  g_string_free (self->text, TRUE);
  g_free (self->context);
  g_free (self);
}

/**
 * apool_identifier_identify:
 * @self: an identifier
 * @row: a row that has no fault
 * @seq: the number of its job
 * @error: (out) (optional): %APOOL_ERROR_INPUT: a value could not be read; or that of
 *   apool_template_render_pattern()
 *
 * Returns: (transfer full) (nullable): what its job is, with the occurrence that the row has
 */
ApoolIdentity *
apool_identifier_identify (ApoolIdentifier *self, const ApoolRow *row, guint64 seq, GError **error)
{
  g_autofree char *why = apool_value_dup_unread_fault (row->values, row->n_values);
  ApoolIdentity *identity;

  if (why)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_INPUT, why);
      return NULL;
    }
  if (!apool_template_render_pattern (self->command, row, seq, self->text, error))
    return NULL;
  identity = apool_identity_new (self->context, self->text, row->values, row->n_values,
                                 row->batch.n_records > 0 ? &row->batch : NULL);
  apool_identity_set_occurrence (identity, row->occurrence);
  return identity;
}
