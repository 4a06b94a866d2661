/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-option-table.h"

G_BEGIN_DECLS

/**
 * ApoolHelpGroup:
 * @name: what `--help=NAME` knows it by
 * @heading: what stands above its options
 * @what: what they are about, in one short line
 *
 * A group of options.
 */
typedef struct
{
  const char *name;
  const char *heading;
  const char *what;
} ApoolHelpGroup;

const ApoolHelpGroup *apool_help_group_get (ApoolOptionGroup group);
void apool_help_append_names (GString *text, const ApoolOption *option);
void apool_help_append_short (GString *text, const ApoolOption *option);
void apool_help_append_group (GString *text, ApoolOptionGroup group);

G_END_DECLS
