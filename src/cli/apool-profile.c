/* SPDX-License-Identifier: MIT */
/*
 * Options from elsewhere than the command line: files, named or not, and a variable of the
 * environment. They hold words as a shell reads them: blanks and newlines between words, quotes
 * and backslashes, and lines that begin with `#`, which are left out. Nothing else of a shell is
 * in them: no variables, no wildcards.
 */

#include "cli/apool-profile.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-locale.h"

/**
 * ApoolProfileReader:
 * @profile: what is filled in
 * @at: the next byte
 * @end: behind the last one
 * @line: the line of @at
 * @word: (nullable): the word that is being read
 * @word_line: where it began
 *
 * Where the words of a text are being read.
 */
typedef struct
{
  ApoolProfile *profile;
  const char *at;
  const char *end;
  guint line;
  GString *word;
  guint word_line;
} ApoolProfileReader;

static gboolean
apool_profile_reader_refuse (const ApoolProfileReader *self,
                             guint line,
                             const char *why,
                             GError **error)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s: line %u: %s", self->profile->name, line,
               why);
  return FALSE;
}

static char
apool_profile_reader_take (ApoolProfileReader *self)
{
  char byte = *self->at++;

  if (byte == '\n')
    self->line++;
  return byte;
}

static void
apool_profile_reader_open_word (ApoolProfileReader *self)
{
  if (self->word)
    return;
  self->word = g_string_new (NULL);
  self->word_line = self->line;
}

static void
apool_profile_reader_close_word (ApoolProfileReader *self)
{
  if (!self->word)
    return;
  g_ptr_array_add (self->profile->words, g_string_free (g_steal_pointer (&self->word), FALSE));
  g_array_append_val (self->profile->lines, self->word_line);
}

/* Whether a backslash before @byte within double quotes is for it, as a shell has it. */
static gboolean
apool_profile_is_escaped_in_quotes (char byte)
{
  return byte == '"' || byte == '\\' || byte == '$' || byte == '`';
}

/* Reads what stands between quotes; the first one has been taken. */
static gboolean
apool_profile_reader_read_quoted (ApoolProfileReader *self, char quote, GError **error)
{
  guint line = self->line;

  while (self->at < self->end)
    {
      char byte = apool_profile_reader_take (self);

      if (byte == quote)
        return TRUE;
      if (quote == '"' && byte == '\\' && self->at < self->end &&
          apool_profile_is_escaped_in_quotes (*self->at))
        byte = apool_profile_reader_take (self);
      g_string_append_c (self->word, byte);
    }
  return apool_profile_reader_refuse (
      self, line, quote == '"' ? "no \" ends the quotes" : "no ' ends the quotes", error);
}

/* Leaves out the rest of a line that begins with `#`. */
static void
apool_profile_reader_skip_comment (ApoolProfileReader *self)
{
  while (self->at < self->end && *self->at != '\n')
    self->at++;
}

/* Whether nothing but blanks stands before the next byte in its line. */
static gboolean
apool_profile_reader_is_at_line_start (const ApoolProfileReader *self, const char *text)
{
  for (const char *before = self->at; before > text && before[-1] != '\n'; before--)
    if (!g_ascii_isspace (before[-1]))
      return FALSE;
  return TRUE;
}

/* Reads the next byte, or what it begins, into the word that it is part of. */
static gboolean
apool_profile_reader_read_part (ApoolProfileReader *self, GError **error)
{
  guint line = self->line;
  char byte;

  if (g_ascii_isspace (*self->at))
    {
      apool_profile_reader_close_word (self);
      (void) apool_profile_reader_take (self);
      return TRUE;
    }
  apool_profile_reader_open_word (self);
  byte = apool_profile_reader_take (self);
  if (byte == '\'' || byte == '"')
    return apool_profile_reader_read_quoted (self, byte, error);
  if (byte == '\\')
    {
      if (self->at == self->end || *self->at == '\n')
        return apool_profile_reader_refuse (self, line, "nothing after the backslash", error);
      byte = apool_profile_reader_take (self);
    }
  g_string_append_c (self->word, byte);
  return TRUE;
}

/* Words are strings. */
static gboolean
apool_profile_reader_check_bytes (const ApoolProfileReader *self, GError **error)
{
  const char *nul = memchr (self->at, '\0', (gsize) (self->end - self->at));
  guint line = self->line;

  if (!nul)
    return TRUE;
  for (const char *at = self->at; at < nul; at++)
    line += *at == '\n';
  return apool_profile_reader_refuse (self, line, "a NUL byte", error);
}

static gboolean
apool_profile_reader_read (ApoolProfileReader *self, GError **error)
{
  const char *text = self->at;

  if (!apool_profile_reader_check_bytes (self, error))
    return FALSE;
  while (self->at < self->end)
    {
      if (*self->at == '#' && !self->word && apool_profile_reader_is_at_line_start (self, text))
        apool_profile_reader_skip_comment (self);
      else if (!apool_profile_reader_read_part (self, error))
        return FALSE;
    }
  apool_profile_reader_close_word (self);
  return TRUE;
}

/**
 * apool_profile_new:
 * @name: where @text comes from
 * @text: (array length=length): what stands there
 * @length: how long it is, bytes
 * @error: (out) (optional): %APOOL_ERROR_USAGE, with @name and the line
 *
 * Returns: (transfer full) (nullable): its words
 */
ApoolProfile *
apool_profile_new (const char *name, const char *text, gsize length, GError **error)
{
  g_autoptr (ApoolProfile) self = g_new0 (ApoolProfile, 1);
  ApoolProfileReader reader = { .profile = self, .at = text, .end = text + length, .line = 1 };
  gboolean is_read;

  self->name = g_strdup (name);
  self->words = g_ptr_array_new_with_free_func (g_free);
  self->lines = g_array_new (FALSE, FALSE, sizeof (guint));
  is_read = apool_profile_reader_read (&reader, error);
  if (reader.word)
    g_string_free (reader.word, TRUE);
  if (!is_read)
    return NULL;
  g_ptr_array_add (self->words, NULL);
  return g_steal_pointer (&self);
}

/**
 * apool_profile_free:
 * @self: (transfer full) (nullable): the profile, with its words
 */
void
apool_profile_free (ApoolProfile *self)
{
  if (!self)
    return;
  g_free (self->name);
  g_clear_pointer (&self->words, g_ptr_array_unref);
  g_clear_pointer (&self->lines, g_array_unref);
  g_free (self);
}

/* ---- where they are ---- */

static void
apool_profile_add_path (GStrvBuilder *paths, const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);

  g_strv_builder_add (paths, path);
}

/* apool's: those of the system, the first one of which counts most, then the user's. */
static void
apool_profile_add_own_directories (GStrvBuilder *directories)
{
  const char *const *system = g_get_system_config_dirs ();

  for (gsize i = g_strv_length ((char **) system); i > 0; i--)
    apool_profile_add_path (directories, system[i - 1], "apool");
  apool_profile_add_path (directories, g_get_user_config_dir (), "apool");
}

/* GNU parallel's, in its order. */
static void
apool_profile_add_parallel_directories (GStrvBuilder *directories)
{
  const char *const *system = g_get_system_config_dirs ();

  if (g_getenv ("PARALLEL_HOME"))
    g_strv_builder_add (directories, g_getenv ("PARALLEL_HOME"));
  apool_profile_add_path (directories, g_get_user_config_dir (), "parallel");
  for (; *system; system++)
    apool_profile_add_path (directories, *system, "parallel");
  apool_profile_add_path (directories, g_get_home_dir (), ".parallel");
}

/**
 * apool_profile_places_init:
 * @self: (out caller-allocates): where options are
 * @is_parallel: whether this program was called as `parallel`: then they are where those of GNU
 *   parallel are
 */
void
apool_profile_places_init (ApoolProfilePlaces *self, gboolean is_parallel)
{
  g_autoptr (GStrvBuilder) directories = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) files = g_strv_builder_new ();

  if (is_parallel)
    apool_profile_add_parallel_directories (directories);
  else
    apool_profile_add_own_directories (directories);
  self->directories = g_strv_builder_end (directories);
  self->variable = is_parallel ? "PARALLEL" : "APOOL";

  if (is_parallel)
    g_strv_builder_add (files, "/etc/parallel/config");
  for (char **directory = self->directories; *directory; directory++)
    apool_profile_add_path (files, *directory, "config");
  if (is_parallel)
    apool_profile_add_path (files, g_get_home_dir (), ".parallelrc");
  self->files = g_strv_builder_end (files);
}

/**
 * apool_profile_places_clear:
 * @self: what is not used any more
 */
void
apool_profile_places_clear (ApoolProfilePlaces *self)
{
  g_clear_pointer (&self->directories, g_strfreev);
  g_clear_pointer (&self->files, g_strfreev);
}

/* Whether a file is as good as none: it is not there, or not for us. Asked first, since there is
 * none mostly, and making up an error that nobody reads takes longer. */
static gboolean
apool_profile_is_absent (const char *path)
{
  return access (path, R_OK) < 0 && (errno == ENOENT || errno == ENOTDIR || errno == EACCES);
}

/* Reads @path and adds it to @profiles; @is_there becomes whether there is such a file. */
static gboolean
apool_profile_read_file (GPtrArray *profiles, const char *path, gboolean *is_there, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autofree char *text = NULL;
  ApoolProfile *profile;
  gsize length;

  *is_there = !apool_profile_is_absent (path);
  if (!*is_there)
    return TRUE;
  apool_locale_set (); /* GLib's message has the reason in the user's language */
  if (!g_file_get_contents (path, &text, &length, &why))
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s", why->message);
      return FALSE;
    }
  profile = apool_profile_new (path, text, length, error);
  if (profile)
    g_ptr_array_add (profiles, profile);
  return profile != NULL;
}

static gboolean
apool_profile_is_path (const char *name)
{
  return name[0] == '/' || g_str_has_prefix (name, "./") || g_str_has_prefix (name, "../");
}

/* Reads the profile that the user calls @name, from wherever it is. */
static gboolean
apool_profile_places_read_named (const ApoolProfilePlaces *self,
                                 GPtrArray *profiles,
                                 const char *name,
                                 GError **error)
{
  const char *const here[] = { "", NULL };
  const char *const *directories =
      apool_profile_is_path (name) ? here : (const char *const *) self->directories;
  gboolean is_found = FALSE;
  g_autofree char *list = NULL;

  for (gsize i = 0; directories[i]; i++)
    {
      g_autofree char *path =
          directories[i][0] ? g_build_filename (directories[i], name, NULL) : g_strdup (name);
      gboolean is_there;

      if (!apool_profile_read_file (profiles, path, &is_there, error))
        return FALSE;
      is_found = is_found || is_there;
    }
  if (is_found)
    return TRUE;
  list = g_strjoinv (", ", self->directories);
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "--profile %s: no such file that can be read%s%s", name,
               directories == here ? "" : ": looked in ", directories == here ? "" : list);
  return FALSE;
}

/**
 * apool_profile_places_load:
 * @self: where options are
 * @names: (array length=n_names): the profiles that were asked for: names of files there, or paths
 * @n_names: how many; where there are none those are read that need not be asked for
 * @error: (out) (optional): %APOOL_ERROR_USAGE: one that was asked for is not there, or a text is
 *   malformed
 *
 * Returns: (transfer full) (element-type ApoolProfile) (nullable): all there is, in the order in
 *   which it counts, the last one most
 */
GPtrArray *
apool_profile_places_load (const ApoolProfilePlaces *self,
                           const char *const *names,
                           gsize n_names,
                           GError **error)
{
  g_autoptr (GPtrArray) profiles =
      g_ptr_array_new_with_free_func ((GDestroyNotify) apool_profile_free);
  const char *text = g_getenv (self->variable);
  ApoolProfile *profile;
  gboolean is_there;

  for (gsize i = 0; i < n_names; i++)
    if (!apool_profile_places_read_named (self, profiles, names[i], error))
      return NULL;
  for (char **file = self->files; n_names == 0 && *file; file++)
    if (!apool_profile_read_file (profiles, *file, &is_there, error))
      return NULL;
  if (!text)
    return g_steal_pointer (&profiles);
  profile = apool_profile_new (self->variable, text, strlen (text), error);
  if (!profile)
    return NULL;
  g_ptr_array_add (profiles, profile);
  return g_steal_pointer (&profiles);
}
