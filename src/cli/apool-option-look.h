/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-option-table.h"
#include "cli/apool-options.h"

G_BEGIN_DECLS

/* What each option that looks at a journal does, in the form of #ApoolOptionFunc. */
#define APOOL_OPTION_LOOK_HANDLER(what)                                                            \
  gboolean apool_option_set_##what (ApoolOptions *options, const char *name, const char *value,    \
                                    GError **error)

APOOL_OPTION_LOOK_HANDLER (status);
APOOL_OPTION_LOOK_HANDLER (log);

#undef APOOL_OPTION_LOOK_HANDLER

void apool_option_note_look (ApoolOptions *options, const ApoolOption *option);
gboolean apool_option_finish_look (const ApoolOptions *options, GError **error);

G_END_DECLS
