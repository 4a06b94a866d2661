/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "job/apool-row.h"
#include "job/apool-task.h"

G_BEGIN_DECLS

/**
 * ApoolTemplateShell:
 * @APOOL_TEMPLATE_SHELL_AUTO: direct execution where the template cannot be told apart from it
 * @APOOL_TEMPLATE_SHELL_ALWAYS: every job goes through the shell (`--shell`)
 * @APOOL_TEMPLATE_SHELL_NEVER: no job does (`--no-shell`)
 */
typedef enum
{
  APOOL_TEMPLATE_SHELL_AUTO,
  APOOL_TEMPLATE_SHELL_ALWAYS,
  APOOL_TEMPLATE_SHELL_NEVER,
} ApoolTemplateShell;

/**
 * ApoolTemplate:
 *
 * The command, or the text of an option, with its replacement strings: parsed once and rendered for
 * each task.
 */
typedef struct _ApoolTemplate ApoolTemplate;

ApoolTemplate *apool_template_new (const char *const *words,
                                   ApoolTemplateShell shell,
                                   gboolean angle_is_input,
                                   GError **error);
ApoolTemplate *apool_template_new_text (const char *text, gboolean angle_is_input, GError **error);
void apool_template_free (ApoolTemplate *self);

ApoolTask *
apool_template_render (ApoolTemplate *self, const ApoolRow *row, guint64 seq, GError **error);
gboolean apool_template_render_text (
    const ApoolTemplate *self, const ApoolRow *row, guint64 seq, GString *text, GError **error);
gboolean apool_template_get_angle_is_input (const ApoolTemplate *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolTemplate, apool_template_free)

G_END_DECLS
