/* SPDX-License-Identifier: MIT */
#pragma once

#include "record/apool-wildcard.h"

G_BEGIN_DECLS

/**
 * ApoolPastText:
 * @offset: where it begins in a block of many
 * @length: how many bytes
 *
 * A text among others.
 */
typedef struct
{
  guint64 offset;
  guint64 length;
} ApoolPastText;

/**
 * ApoolPastCommand:
 * @text: (array length=length): as it was typed
 * @length: how many bytes
 * @is_failed: whether those that are equal and are not come first
 * @is_taken: whether it was found before
 *
 * The command of a job of an earlier run: a view.
 */
typedef struct
{
  const char *text;
  gsize length;
  gboolean is_failed;
  gboolean is_taken;
} ApoolPastCommand;

/**
 * ApoolPastCommandFunc:
 * @i: the number of a job
 * @command: (out): its command
 * @data: (closure): that of apool_past_commands_new()
 *
 * Returns: whether it has one
 */
typedef gboolean (*ApoolPastCommandFunc) (guint32 i, ApoolPastCommand *command, gpointer data);

/**
 * ApoolPastCommands:
 *
 * Finds jobs by a pattern of their commands, among those that were not found before.
 */
typedef struct _ApoolPastCommands ApoolPastCommands;

ApoolPastCommands *
apool_past_commands_new (guint32 n_jobs, ApoolPastCommandFunc describe, gpointer data);
void apool_past_commands_free (ApoolPastCommands *self);

guint32 apool_past_commands_find (ApoolPastCommands *self, const ApoolWildcard *pattern);
guint32 apool_past_commands_peek (ApoolPastCommands *self, const ApoolWildcard *pattern);
guint64 apool_past_commands_count_gone (ApoolPastCommands *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolPastCommands, apool_past_commands_free)

G_END_DECLS
