/* SPDX-License-Identifier: MIT */
/* What the options about replacement strings, quoting and the shell do. */

#include "cli/apool-option-text.h"

#include <string.h>

#include "base/apool-error.h"
#include "cli/apool-option-value.h"

/* The options that give replacement strings other names, by what they name. */
static const char *const apool_option_renamers[APOOL_SYNTAX_N_STRINGS] = {
  "-I", "--er", "--bnr", "--dnr", "--bner", "--seqreplace", "--slotreplace",
};

static gboolean
apool_option_rename (ApoolOptions *options,
                     ApoolSyntaxString which,
                     const char *name,
                     const char *value,
                     GError **error)
{
  options->text.names[which] = value;
  return apool_option_check_not_empty (name, value, error);
}

gboolean
apool_option_set_value_name (ApoolOptions *options,
                             const char *name,
                             const char *value,
                             GError **error)
{
  options->text.names_value = TRUE;
  return apool_option_rename (options, APOOL_SYNTAX_VALUE, name, value, error);
}

/* Without a value, or an empty one, the name is the usual one. */
gboolean
apool_option_set_replace (ApoolOptions *options,
                          const char *name,
                          const char *value,
                          GError **error)
{
  options->text.names_value = TRUE;
  options->text.names[APOOL_SYNTAX_VALUE] = value && value[0] ? value : NULL;
  return TRUE;
}

gboolean
apool_option_set_extension_name (ApoolOptions *options,
                                 const char *name,
                                 const char *value,
                                 GError **error)
{
  return apool_option_rename (options, APOOL_SYNTAX_NO_EXTENSION, name, value, error);
}

gboolean
apool_option_set_basename_name (ApoolOptions *options,
                                const char *name,
                                const char *value,
                                GError **error)
{
  return apool_option_rename (options, APOOL_SYNTAX_BASENAME, name, value, error);
}

gboolean
apool_option_set_dirname_name (ApoolOptions *options,
                               const char *name,
                               const char *value,
                               GError **error)
{
  return apool_option_rename (options, APOOL_SYNTAX_DIRNAME, name, value, error);
}

gboolean
apool_option_set_basename_extension_name (ApoolOptions *options,
                                          const char *name,
                                          const char *value,
                                          GError **error)
{
  return apool_option_rename (options, APOOL_SYNTAX_BASENAME_NO_EXTENSION, name, value, error);
}

gboolean
apool_option_set_seq_name (ApoolOptions *options,
                           const char *name,
                           const char *value,
                           GError **error)
{
  return apool_option_rename (options, APOOL_SYNTAX_SEQ, name, value, error);
}

gboolean
apool_option_set_slot_name (ApoolOptions *options,
                            const char *name,
                            const char *value,
                            GError **error)
{
  return apool_option_rename (options, APOOL_SYNTAX_SLOT, name, value, error);
}

gboolean
apool_option_set_plus (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->text.plus = TRUE;
  return TRUE;
}

gboolean
apool_option_set_rpl (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  g_ptr_array_add (options->text.definitions, (gpointer) value);
  return apool_option_check_not_empty (name, value, error);
}

gboolean
apool_option_set_parens (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->text.parens = value;
  return apool_option_check_not_empty (name, value, error);
}

gboolean
apool_option_set_quote (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->text.quotes_words = TRUE;
  return TRUE;
}

gboolean
apool_option_set_shell_quote (ApoolOptions *options,
                              const char *name,
                              const char *value,
                              GError **error)
{
  options->text.n_shell_quotes++;
  return TRUE;
}

gboolean
apool_option_set_dry_run (ApoolOptions *options,
                          const char *name,
                          const char *value,
                          GError **error)
{
  options->text.is_dry_run = TRUE;
  return TRUE;
}

gboolean
apool_option_set_shell (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->text.shell = APOOL_TEMPLATE_SHELL_ALWAYS;
  return TRUE;
}

gboolean
apool_option_set_no_shell (ApoolOptions *options,
                           const char *name,
                           const char *value,
                           GError **error)
{
  options->text.shell = APOOL_TEMPLATE_SHELL_NEVER;
  return TRUE;
}

/* What every shell takes as the name of a variable. */
static gboolean
apool_option_is_variable (const char *text)
{
  if (!g_ascii_isalpha (*text) && *text != '_')
    return FALSE;
  while (g_ascii_isalnum (*text) || *text == '_')
    text++;
  return !*text;
}

gboolean
apool_option_set_process_slot_var (ApoolOptions *options,
                                   const char *name,
                                   const char *value,
                                   GError **error)
{
  options->text.slot_variable = value;
  if (strcmp (value, "APOOL_JOB") == 0)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                   "%s %s: by this variable apool knows the processes of a job: use another name",
                   name, value);
      return FALSE;
    }
  if (apool_option_is_variable (value))
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "%s %s: not the name of a variable: use letters, digits and _, no digit first", name,
               apool_option_show (value));
  return FALSE;
}

gboolean
apool_option_set_template (ApoolOptions *options,
                           const char *name,
                           const char *value,
                           GError **error)
{
  const char *equals = strchr (value, '=');

  g_ptr_array_add (options->text.files, (gpointer) value);
  if (equals && equals > value && equals[1])
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "%s %s: not a file and a name: use FILE=NAME, NAME with replacement strings", name,
               apool_option_show (value));
  return FALSE;
}

/**
 * apool_option_check_names:
 * @text: what all options have been written to
 * @error: (out) (optional): %APOOL_ERROR_USAGE: one name was given to two replacement strings
 *
 * Returns: whether all names differ
 */
gboolean
apool_option_check_names (const ApoolTextOptions *text, GError **error)
{
  for (guint i = 1; i < APOOL_SYNTAX_N_STRINGS; i++)
    for (guint j = 0; j < i; j++)
      if (text->names[i] && g_strcmp0 (text->names[i], text->names[j]) == 0)
        {
          g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                       "%s and %s: both are '%s': change one of them", apool_option_renamers[j],
                       apool_option_renamers[i], text->names[i]);
          return FALSE;
        }
  return TRUE;
}
