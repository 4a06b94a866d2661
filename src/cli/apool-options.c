/* SPDX-License-Identifier: MIT */
/*
 * Reads the command line into one plain struct, in getopt_long's way as POSIX orders it: options,
 * then the command, then inputs. GOptionContext cannot do it: it knows neither `-j8` nor `-kj8`
 * nor values that only stand attached, and it refuses bytes that are no UTF-8.
 *
 * Values and words are taken as they are and stay in the caller's argument vector.
 */

#include "cli/apool-options.h"

#include <string.h>

#include "base/apool-error.h"
#include "cli/apool-option-again.h"
#include "cli/apool-option-handlers.h"
#include "cli/apool-option-journal.h"
#include "cli/apool-option-look.h"
#include "cli/apool-option-lookup.h"
#include "cli/apool-option-many.h"
#include "cli/apool-option-place.h"
#include "cli/apool-option-record.h"
#include "cli/apool-option-resume.h"
#include "cli/apool-option-summary.h"
#include "cli/apool-option-table.h"
#include "cli/apool-option-text.h"
#include "cli/apool-option-tui.h"

#define WORKER_INIT_TIMEOUT_MSEC (60u * 1000)
#define WORKER_TIMEOUT_MSEC (30u * 1000)
#define DRAIN_MSEC 100u

/* The same of what is written to a journal, before it is brought to the disk: milliseconds. */
#define JOURNAL_SYNC_MSEC 1000u
/* A job with which so many workers were lost is not given to another one. */
#define CRASH_LIMIT 3u

/**
 * ApoolOptionsParser:
 * @options: (unowned): what is filled in
 * @next: the first word that has not been looked at; the vector ends with %NULL
 * @option: the last option that has been looked at
 *
 * Where the parser stands in the argument vector.
 */
typedef struct
{
  ApoolOptions *options;
  char **next;
  char **option;
} ApoolOptionsParser;

/* Whether @word is @separator, alone or with the sign of a linked source behind it. */
static gboolean
apool_options_is_separator (const char *word, const char *separator)
{
  gsize length = strlen (separator);

  return strncmp (word, separator, length) == 0 &&
         (word[length] == '\0' || strcmp (word + length, "+") == 0);
}

/* Whether @word starts inputs, as only words between options, command and inputs do. */
static gboolean
apool_options_parser_is_input_word (const ApoolOptionsParser *self, const char *word)
{
  return apool_options_is_separator (word, self->options->input.arg_separator) ||
         apool_options_is_separator (word, self->options->input.file_separator);
}

static gboolean
apool_options_is_option (const char *word)
{
  return word != NULL && word[0] == '-' && word[1] != '\0';
}

/* The word after the option as its value, whatever it is: `-d :::`; %NULL where nothing follows. */
static const char *
apool_options_parser_take_value (ApoolOptionsParser *self)
{
  return *self->next != NULL ? *self->next++ : NULL;
}

/* Whether @option, typed as @name, may be used at all. */
static gboolean
apool_options_check_state (const ApoolOption *option, const char *name, GError **error)
{
  switch (option->state)
    {
    case APOOL_OPTION_BUILT:
    case APOOL_OPTION_ACCEPTED:
      return TRUE;
    case APOOL_OPTION_NOT_BUILT:
      if (option->help != NULL)
        g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                     "%s: GNU parallel's option, not in apool yet: use %s", name, option->help);
      else
        g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s: not built yet", name);
      return FALSE;
    case APOOL_OPTION_REFUSED:
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                   "%s: GNU parallel's option, not in apool: use %s", name, option->help);
      return FALSE;
    }
  g_assert_not_reached ();
}

/*
 * Carries out @option, typed as @name; @attached is the value in the same word, if any. Whether
 * the option may be used has been checked.
 */
static gboolean
apool_options_parser_apply (ApoolOptionsParser *self,
                            const ApoolOption *option,
                            const char *name,
                            const char *attached,
                            GError **error)
{
  const char *value = attached;

  if (option->argument == APOOL_OPTION_NONE && attached != NULL)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s: takes no value: '%s'", name,
                   attached);
      return FALSE;
    }
  if (option->argument == APOOL_OPTION_REQUIRED && attached == NULL)
    value = apool_options_parser_take_value (self);
  if (option->argument == APOOL_OPTION_REQUIRED && value == NULL)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s: needs a value", name);
      return FALSE;
    }
  apool_option_note_look (self->options, option);
  apool_option_again_note (self->options, option, value);
  return option->apply == NULL || option->apply (self->options, name, value, error);
}

/* `--name`, `--name=value`, or `--name` with its value in the next word. */
static gboolean
apool_options_parser_read_long (ApoolOptionsParser *self, const char *word, GError **error)
{
  const char *equals = strchr (word, '=');
  gsize length = equals != NULL ? (gsize) (equals - word) : strlen (word);
  g_autofree char *name = g_strndup (word, length);
  const ApoolOption *option = apool_option_find_long (name, error);

  if (option == NULL || !apool_options_check_state (option, name, error))
    return FALSE;
  return apool_options_parser_apply (self, option, name, equals != NULL ? equals + 1 : NULL, error);
}

/* `-k`, `-j8`, `-kj8`, or `-kj` with the last one's value in the next word. */
static gboolean
apool_options_parser_try_shorts (ApoolOptionsParser *self, const char *word, GError **error)
{
  for (const char *letter = word + 1; *letter != '\0'; letter++)
    {
      const char name[] = { '-', *letter, '\0' };
      const ApoolOption *option = apool_option_find_short (*letter, error);
      const char *attached = NULL;

      if (option == NULL || !apool_options_check_state (option, name, error))
        return FALSE;
      if (option->argument != APOOL_OPTION_NONE && letter[1] != '\0')
        attached = letter + 1;
      if (!apool_options_parser_apply (self, option, name, attached, error))
        return FALSE;
      if (attached != NULL)
        break;
    }
  return TRUE;
}

/* Short options; where they are wrong, perhaps a long one that lacks a dash: `-jobs`. Two of these
 * are typed by people who do not know any program's options yet, and are what they are meant to be.
 */
static gboolean
apool_options_parser_read_shorts (ApoolOptionsParser *self, const char *word, GError **error)
{
  g_autofree char *name = NULL;

  if (strcmp (word, "-help") == 0 || strcmp (word, "-version") == 0)
    return apool_options_parser_read_long (self, word, error);
  if (apool_options_parser_try_shorts (self, word, error))
    return TRUE;
  name = g_strndup (word + 1, strcspn (word + 1, "="));
  if (apool_option_is_long_name (name))
    g_prefix_error (error, "-%s: did you mean --%s? ", name, name);
  return FALSE;
}

/* Reads options up to the command, the inputs, the end, or an option that asks for a text. */
static gboolean
apool_options_parser_read_options (ApoolOptionsParser *self, GError **error)
{
  while (apool_options_is_option (*self->next))
    {
      const char *word = *self->next;
      gboolean is_long = word[1] == '-';

      self->option = self->next++;
      if (strcmp (word, "--") == 0)
        return TRUE;
      if (!(is_long ? apool_options_parser_read_long (self, word, error)
                    : apool_options_parser_read_shorts (self, word, error)))
        return FALSE;
      if (self->options->show != APOOL_SHOW_NOTHING)
        return TRUE;
    }
  return TRUE;
}

/* Takes the words up to the one that starts inputs as the command. */
static void
apool_options_parser_read_command (ApoolOptionsParser *self)
{
  gsize n_words = 0;
  const char **command;

  while (self->next[n_words] != NULL &&
         !apool_options_parser_is_input_word (self, self->next[n_words]))
    n_words++;
  command = g_new0 (const char *, n_words + 1);
  for (gsize i = 0; i < n_words; i++)
    command[i] = *self->next++;
  g_free ((gpointer) self->options->command);
  self->options->command = command;
}

/* Takes the words after one that starts inputs: values, or names of files. */
static void
apool_options_parser_read_place (ApoolOptionsParser *self)
{
  ApoolInputOptions *input = &self->options->input;
  const char *start = *self->next++;
  const char *const *words = (const char *const *) self->next;
  gboolean is_linked = g_str_has_suffix (start, "+");
  gsize n_words = 0;

  while (words[n_words] != NULL && !apool_options_parser_is_input_word (self, words[n_words]))
    n_words++;
  self->next += n_words;
  if (apool_options_is_separator (start, input->arg_separator))
    apool_input_options_add_args (input, words, n_words, is_linked);
  else
    for (gsize i = 0; i < n_words; i++)
      apool_input_options_add_file (input, words[i], is_linked);
}

/* Takes the words behind the command as the inputs. Where files were asked for and none was named,
 * there are no inputs: standard input was not meant. */
static void
apool_options_parser_read_places (ApoolOptionsParser *self)
{
  ApoolInputOptions *input = &self->options->input;
  gboolean has_places = *self->next != NULL;

  while (*self->next != NULL)
    apool_options_parser_read_place (self);
  if (has_places && input->places->len == 0)
    apool_input_options_add_args (input, NULL, 0, FALSE);
}

/* Puts what profiles have to say of the command before it. */
static void
apool_options_prepend_prefix (ApoolOptions *self)
{
  const char **command;
  gsize n_words;

  if (self->prefix->len == 0)
    return;
  n_words = g_strv_length ((char **) self->command);
  command = g_new0 (const char *, self->prefix->len + n_words + 1);
  memcpy (command, self->prefix->pdata, self->prefix->len * sizeof *command);
  memcpy (command + self->prefix->len, self->command, n_words * sizeof *command);
  g_free ((gpointer) self->command);
  self->command = command;
}

/* ---- profiles ---- */

static gboolean
apool_options_parser_read_profile_words (ApoolOptionsParser *self, GError **error)
{
  if (!apool_options_parser_read_options (self, error))
    return FALSE;
  if (self->options->profile_names->len > 0)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                           "--profile: only the command line can name profiles");
      return FALSE;
    }
  for (; self->options->show == APOOL_SHOW_NOTHING && *self->next != NULL; self->next++)
    {
      self->option = self->next;
      if (apool_options_parser_is_input_word (self, *self->next))
        {
          g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                       "'%s': only the command line can have inputs", *self->next);
          return FALSE;
        }
      g_ptr_array_add (self->options->prefix, *self->next);
    }
  return TRUE;
}

static gboolean
apool_options_read_profile (ApoolOptions *self, const ApoolProfile *profile, GError **error)
{
  char **words = (char **) profile->words->pdata;
  ApoolOptionsParser parser = { self, words, words };

  if (apool_options_parser_read_profile_words (&parser, error))
    return TRUE;
  g_prefix_error (error, "%s: line %u: ", profile->name,
                  g_array_index (profile->lines, guint, parser.option - words));
  return FALSE;
}

/* ---- all of it ---- */

static ApoolOptions *
apool_options_new (void)
{
  ApoolOptions *self = g_new0 (ApoolOptions, 1);
  gsize n_kinds;

  self->profile_names = g_ptr_array_new ();
  self->prefix = g_ptr_array_new ();
  self->said = g_array_new (FALSE, FALSE, sizeof (ApoolOptionSaid));
  self->prefetch = APOOL_OPTIONS_NOT_SAID;
  self->worker_init_timeout_msec = WORKER_INIT_TIMEOUT_MSEC;
  self->worker_timeout_msec = WORKER_TIMEOUT_MSEC;
  self->output.drain_msec = DRAIN_MSEC;
  self->scheduler = apool_scheduler_table_get (&n_kinds); /* the first one */
  self->crash_limit = CRASH_LIMIT;
  self->leaks = APOOL_LEAKS_REPORT;
  apool_input_options_init (&self->input);
  self->text.definitions = g_ptr_array_new ();
  self->text.angle_is_input = TRUE;
  self->text.shell = APOOL_TEMPLATE_SHELL_AUTO;
  self->text.files = g_ptr_array_new ();
  self->place.names = g_ptr_array_new_with_free_func (g_free);
  self->record.journal_sync_msec = JOURNAL_SYNC_MSEC;
  self->command = g_new0 (const char *, 1);
  return self;
}

/**
 * apool_options_is_parallel:
 * @argc: how many words @argv has, the program's name included
 * @argv: (array length=argc): the words as main() got them
 *
 * Returns: whether the program was called as `parallel`
 */
gboolean
apool_options_is_parallel (int argc, char **argv)
{
  const char *slash = argc > 0 ? strrchr (argv[0], '/') : NULL;

  return argc > 0 && strcmp (slash != NULL ? slash + 1 : argv[0], "parallel") == 0;
}

/* What the program's name asks for: as GNU parallel does it. */
static void
apool_options_take_name (ApoolOptions *self, int argc, char **argv)
{
  self->is_parallel = apool_options_is_parallel (argc, argv);
  self->output.is_unordered = self->is_parallel;
  self->text.angle_is_input = !self->is_parallel;
}

/* Reads profiles and the command line, but looks for nothing that follows from all of it. */
static gboolean
apool_options_read (ApoolOptions *self, int argc, char **argv, GError **error)
{
  /* A program can be started with no words at all, not even its name. */
  ApoolOptionsParser parser = { self, argc > 0 ? argv + 1 : argv, argv };

  apool_options_take_name (self, argc, argv);
  for (guint i = 0; self->profiles != NULL && i < self->profiles->len; i++)
    {
      if (!apool_options_read_profile (self, g_ptr_array_index (self->profiles, i), error))
        return FALSE;
      if (self->show != APOOL_SHOW_NOTHING)
        return TRUE;
    }
  self->record.view_other = NULL; /* what profiles say is not meant for this run */
  self->n_profile_said = self->said->len;
  if (!apool_options_parser_read_options (&parser, error))
    return FALSE;
  if (self->show != APOOL_SHOW_NOTHING)
    return TRUE;
  apool_options_parser_read_command (&parser);
  apool_options_parser_read_places (&parser);
  if (self->record.view == APOOL_JOURNAL_VIEW_NONE)
    apool_options_prepend_prefix (self);
  return TRUE;
}

static gboolean
apool_options_finish (ApoolOptions *self, GError **error)
{
  if (self->show != APOOL_SHOW_NOTHING)
    return TRUE;
  if (self->record.view != APOOL_JOURNAL_VIEW_NONE)
    return apool_option_finish_look (self, error);
  apool_option_finish_summary (self);
  return apool_option_count_jobs (self, error) && apool_option_finish_place (self, error) &&
         apool_input_options_finish (&self->input, error) &&
         apool_option_finish_journal (self, error) && apool_option_check_resume (self, error) &&
         apool_option_finish_record (self, error) && apool_option_finish_tui (self, error) &&
         apool_option_check_names (&self->text, error);
}

/**
 * apool_options_parse:
 * @argc: how many words @argv has, the program's name included
 * @argv: (array length=argc): the words as main() got them, with a %NULL after the last; they
 *   must outlive the result
 * @error: (out) (optional): %APOOL_ERROR_USAGE
 *
 * Understands a command line. Whatever profiles there are is not looked at.
 *
 * Returns: (transfer full) (nullable): what it says; %NULL where it is wrong
 */
ApoolOptions *
apool_options_parse (int argc, char **argv, GError **error)
{
  g_autoptr (ApoolOptions) self = apool_options_new ();

  g_return_val_if_fail (argv[argc] == NULL, NULL);

  if (!apool_options_read (self, argc, argv, error) || !apool_options_finish (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* Reads the profiles that the command line asks for, or those that are read anyway. */
static gboolean
apool_options_find_profiles (
    int argc, char **argv, const ApoolProfilePlaces *places, GPtrArray **profiles, GError **error)
{
  g_autoptr (ApoolOptions) asked = apool_options_new ();
  const GPtrArray *names = asked->profile_names;

  if (!apool_options_read (asked, argc, argv, error))
    return FALSE;
  if (asked->plain || asked->show != APOOL_SHOW_NOTHING)
    return TRUE;
  *profiles =
      apool_profile_places_load (places, (const char *const *) names->pdata, names->len, error);
  return *profiles != NULL;
}

/**
 * apool_options_parse_with_profiles:
 * @argc: how many words @argv has, the program's name included
 * @argv: (array length=argc): the words as main() got them, with a %NULL after the last; they
 *   must outlive the result
 * @places: where profiles are
 * @error: (out) (optional): %APOOL_ERROR_USAGE
 *
 * Understands a command line, and what profiles and the environment say before it.
 *
 * Returns: (transfer full) (nullable): what they say; %NULL where something is wrong
 */
ApoolOptions *
apool_options_parse_with_profiles (int argc,
                                   char **argv,
                                   const ApoolProfilePlaces *places,
                                   GError **error)
{
  g_autoptr (ApoolOptions) self = apool_options_new ();

  g_return_val_if_fail (argv[argc] == NULL, NULL);

  self->record.words = (const char *const *) argv;
  self->record.n_words = (gsize) argc;
  if (!apool_options_find_profiles (argc, argv, places, &self->profiles, error) ||
      !apool_options_read (self, argc, argv, error) || !apool_options_finish (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * apool_options_free:
 * @self: (transfer full) (nullable): the options
 */
void
apool_options_free (ApoolOptions *self)
{
  if (self == NULL)
    return;
  apool_input_options_clear (&self->input);
  g_clear_pointer (&self->profiles, g_ptr_array_unref);
  g_ptr_array_unref (self->profile_names);
  g_ptr_array_unref (self->prefix);
  g_array_unref (self->said);
  g_ptr_array_unref (self->text.definitions);
  g_ptr_array_unref (self->text.files);
  g_free (self->jobs_text);
  g_ptr_array_unref (self->place.names);
  g_free ((gpointer) self->command);
  g_free (self);
}

/**
 * apool_options_show_progress:
 * @options: a command line
 *
 * Returns: whether it is shown from the beginning how far the run is
 */
gboolean
apool_options_show_progress (const ApoolOptions *options)
{
  return options->shows_tui || apool_progress_options_are_set (&options->progress);
}
