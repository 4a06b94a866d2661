/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

/* What each option about how commands are written does, in the form of #ApoolOptionFunc. */
#define APOOL_OPTION_TEXT_HANDLER(what)                                                            \
  gboolean apool_option_set_##what (ApoolOptions *options, const char *name, const char *value,    \
                                    GError **error)

APOOL_OPTION_TEXT_HANDLER (value_name);
APOOL_OPTION_TEXT_HANDLER (replace);
APOOL_OPTION_TEXT_HANDLER (extension_name);
APOOL_OPTION_TEXT_HANDLER (basename_name);
APOOL_OPTION_TEXT_HANDLER (dirname_name);
APOOL_OPTION_TEXT_HANDLER (basename_extension_name);
APOOL_OPTION_TEXT_HANDLER (seq_name);
APOOL_OPTION_TEXT_HANDLER (slot_name);
APOOL_OPTION_TEXT_HANDLER (plus);
APOOL_OPTION_TEXT_HANDLER (rpl);
APOOL_OPTION_TEXT_HANDLER (parens);
APOOL_OPTION_TEXT_HANDLER (quote);
APOOL_OPTION_TEXT_HANDLER (shell_quote);
APOOL_OPTION_TEXT_HANDLER (dry_run);
APOOL_OPTION_TEXT_HANDLER (shell);
APOOL_OPTION_TEXT_HANDLER (no_shell);
APOOL_OPTION_TEXT_HANDLER (process_slot_var);
APOOL_OPTION_TEXT_HANDLER (template);

#undef APOOL_OPTION_TEXT_HANDLER

gboolean apool_option_check_names (const ApoolTextOptions *text, GError **error);

G_END_DECLS
