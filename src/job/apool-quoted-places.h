/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolQuotedPlaces:
 * @n_quoted: how many replacement strings for inputs stand in quotes of the command's own
 * @n_others: how many do not
 * @n_marks: how many single quotes the command itself has
 * @n_inner_marks: how many of them stand in double quotes
 *
 * Where in a command for a POSIX shell values stand that are quoted twice: by apool and by whoever
 * wrote the command.
 */
typedef struct
{
  guint n_quoted;
  guint n_others;
  guint n_marks;
  guint n_inner_marks;
} ApoolQuotedPlaces;

void apool_quoted_places_find (ApoolQuotedPlaces *self, const GArray *pieces);
gboolean apool_quoted_places_are_filled (const ApoolQuotedPlaces *self, const char *line);

G_END_DECLS
