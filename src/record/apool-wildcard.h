/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolWildcard:
 * @text: (array length=length): what it was made of
 * @length: how many bytes
 * @begin: how many bytes stand before the first part that varies; all of them where none does
 * @end: how many bytes stand behind the last one
 * @is_clear: whether it can be told where each of them ends; else it is like no command
 *
 * A pattern of commands, as an identity has it, in which some parts may be any number, or anything.
 * A view into memory of somebody else.
 */
typedef struct
{
  const char *text;
  gsize length;
  gsize begin;
  gsize end;
  gboolean is_clear;
} ApoolWildcard;

void apool_wildcard_init (ApoolWildcard *self, const char *text, gsize length);
gboolean apool_wildcard_varies (const ApoolWildcard *self);
gboolean apool_wildcard_matches (const ApoolWildcard *self, const char *command, gsize length);

G_END_DECLS
