/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolProfile:
 * @name: where it comes from: a file, or a variable of the environment
 * @words: (element-type utf8): its words; a %NULL stands behind the last one
 * @lines: (element-type guint): of each word, in which line it begins, from 1
 *
 * Options that stand somewhere else than on the command line.
 */
typedef struct
{
  char *name;
  GPtrArray *words;
  GArray *lines;
} ApoolProfile;

/**
 * ApoolProfilePlaces:
 * @directories: (array zero-terminated=1): where profiles are, the one that counts most last
 * @files: (array zero-terminated=1): what is read where no profile was named, in order
 * @variable: the variable that is read behind them
 *
 * Where options are looked for.
 */
typedef struct
{
  char **directories;
  char **files;
  const char *variable;
} ApoolProfilePlaces;

void apool_profile_places_init (ApoolProfilePlaces *self, gboolean is_parallel);
void apool_profile_places_clear (ApoolProfilePlaces *self);
GPtrArray *apool_profile_places_load (const ApoolProfilePlaces *self,
                                      const char *const *names,
                                      gsize n_names,
                                      GError **error);

ApoolProfile *apool_profile_new (const char *name, const char *text, gsize length, GError **error);
void apool_profile_free (ApoolProfile *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ApoolProfilePlaces, apool_profile_places_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolProfile, apool_profile_free)

G_END_DECLS
