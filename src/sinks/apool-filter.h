/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolFilter:
 * @option: what it was asked for with, for messages
 * @shell: what runs @command
 * @command: a command of the shell; %NULL where there is none
 *
 * A program that makes bytes of other bytes. Its strings are its owner's.
 */
typedef struct
{
  const char *option;
  const char *shell;
  const char *command;
} ApoolFilter;

gboolean apool_filter_run (const ApoolFilter *self,
                           const guint8 *input,
                           gsize length,
                           guint8 *output,
                           gsize room,
                           gsize *n_output,
                           GError **error);

G_END_DECLS
