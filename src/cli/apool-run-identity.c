/* SPDX-License-Identifier: MIT */
/* What a run is of: its template, what makes jobs of inputs, the directory and the shell.
 *
 * An option counts where the same input would become another job, or where what is kept of a job is
 * something else. What only chooses among the inputs or orders them does not: --shuf, --filter,
 * --head and the like are as good as another input, and each job is looked up by what it is.
 * Neither does what is about the time at which jobs run, where they run, how long they may, or what
 * becomes of what they write. */

#include "cli/apool-run-identity.h"

#include <errno.h>
#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-error.h"

struct _ApoolRunIdentity
{
  GPtrArray *words; /* owned: the numbers and names that were made here */
  GArray *values;   /* ApoolValue: the template */
  GArray *options;  /* ApoolJournalOption */
  char *directory;  /* where apool is */
  char *shell;      /* that of the jobs, in a directory without symbolic links */
  ApoolJournalEvent event;
};

static ApoolValue
apool_run_identity_wrap (const char *text)
{
  return (ApoolValue){ text, strlen (text) };
}

/* ---- options ---- */

static void
apool_run_identity_add_bytes (ApoolRunIdentity *self,
                              const char *name,
                              const void *data,
                              gsize length)
{
  ApoolJournalOption option = { apool_run_identity_wrap (name), { data, length } };

  g_array_append_val (self->options, option);
}

/* @text: (nullable): where it was not said, nothing is added */
static void
apool_run_identity_add_text (ApoolRunIdentity *self, const char *name, const char *text)
{
  if (text)
    apool_run_identity_add_bytes (self, name, text, strlen (text));
}

static void
apool_run_identity_add_flag (ApoolRunIdentity *self, const char *name, gboolean is_set)
{
  if (is_set)
    apool_run_identity_add_text (self, name, "yes");
}

static void
apool_run_identity_add_number (ApoolRunIdentity *self,
                               const char *name,
                               gint64 number,
                               gint64 unless)
{
  char *text;

  if (number == unless)
    return;
  text = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  g_ptr_array_add (self->words, text);
  apool_run_identity_add_text (self, name, text);
}

/* Each name may be there once: what there may be several of is numbered. */
static void
apool_run_identity_add_list (ApoolRunIdentity *self, const char *name, const GPtrArray *texts)
{
  for (guint i = 0; i < texts->len; i++)
    {
      char *numbered = texts->len > 1 ? g_strdup_printf ("%s %u", name, i + 1) : g_strdup (name);

      g_ptr_array_add (self->words, numbered);
      apool_run_identity_add_text (self, numbered, g_ptr_array_index (texts, i));
    }
}

/* How records become values. */
static void
apool_run_identity_add_records (ApoolRunIdentity *self, const ApoolInputOptions *input)
{
  gsize length = 0;
  const void *delimiter = input->delimiter ? g_bytes_get_data (input->delimiter, &length) : NULL;

  if (input->delimiter)
    apool_run_identity_add_bytes (self, "delimiter", delimiter ? delimiter : "", length);
  apool_run_identity_add_flag (self, "link", input->links);
  apool_run_identity_add_number (self, "trim", input->trim, APOOL_OPTIONS_NOT_SAID);
  apool_run_identity_add_text (self, "colsep", input->colsep);
  apool_run_identity_add_flag (self, "csv", input->is_csv);
  apool_run_identity_add_flag (self, "jsonl", input->is_jsonl);
  apool_run_identity_add_text (self, "header", input->header);
  apool_run_identity_add_list (self, "match", input->patterns);
}

/* How many of them become a job. */
static void
apool_run_identity_add_batches (ApoolRunIdentity *self, const ApoolInputOptions *input)
{
  apool_run_identity_add_number (self, "max-lines", (gint64) input->max_lines, 0);
  apool_run_identity_add_number (self, "max-args", input->max_args, APOOL_OPTIONS_NOT_SAID);
  apool_run_identity_add_flag (self, "as-many-as-fit", input->fills);
  apool_run_identity_add_flag (self, "spread", input->spreads);
  apool_run_identity_add_flag (self, "context-replace", input->repeats_context);
  apool_run_identity_add_number (self, "max-chars", (gint64) input->max_chars, 0);
}

/* How commands are written. */
static void
apool_run_identity_add_commands (ApoolRunIdentity *self, const ApoolTextOptions *text)
{
  static const char *const NAMES[] = {
    [APOOL_SYNTAX_VALUE] = "I",
    [APOOL_SYNTAX_NO_EXTENSION] = "extensionreplace",
    [APOOL_SYNTAX_BASENAME] = "basenamereplace",
    [APOOL_SYNTAX_DIRNAME] = "dirnamereplace",
    [APOOL_SYNTAX_BASENAME_NO_EXTENSION] = "basenameextensionreplace",
    [APOOL_SYNTAX_SEQ] = "seqreplace",
    [APOOL_SYNTAX_SLOT] = "slotreplace",
  };

  G_STATIC_ASSERT (G_N_ELEMENTS (NAMES) == APOOL_SYNTAX_N_STRINGS);

  for (int i = 0; i < APOOL_SYNTAX_N_STRINGS; i++)
    apool_run_identity_add_text (self, NAMES[i], text->names[i]);
  apool_run_identity_add_text (self, "parens", text->parens);
  apool_run_identity_add_flag (self, "plus", text->plus);
  apool_run_identity_add_list (self, "rpl", text->definitions);
  apool_run_identity_add_flag (self, "literal-angle", !text->angle_is_input || text->names_value);
  apool_run_identity_add_flag (self, "always-shell", text->shell == APOOL_TEMPLATE_SHELL_ALWAYS);
  apool_run_identity_add_flag (self, "no-shell", text->shell == APOOL_TEMPLATE_SHELL_NEVER);
  apool_run_identity_add_flag (self, "quote", text->quotes_words);
  apool_run_identity_add_number (self, "shell-quote", text->n_shell_quotes, 0);
  apool_run_identity_add_list (self, "tmpl", text->files);
}

static void
apool_run_identity_add_options (ApoolRunIdentity *self, const ApoolOptions *options)
{
  apool_run_identity_add_records (self, &options->input);
  apool_run_identity_add_batches (self, &options->input);
  apool_run_identity_add_commands (self, &options->text);
  apool_run_identity_add_text (self, "wd", options->owns_directory ? "..." : options->directory);
  apool_run_identity_add_flag (self, "merge", options->output.is_merged);
}

/* ---- all of it ---- */

/* Where directories are merged, a shell has several paths: a log is to know one. Its name stays,
 * which some shells heed.
 *
 * Returns: (transfer full): the path of @shell */
static char *
apool_run_identity_dup_shell (const char *shell)
{
  g_autofree char *above = g_path_get_dirname (shell);
  g_autofree char *name = g_path_get_basename (shell);
  char *real = g_path_is_absolute (shell) ? realpath (above, NULL) : NULL;
  char *path = real ? g_build_filename (real, name, NULL) : g_strdup (shell);

  free (real);
  return path;
}

/**
 * apool_run_identity_new:
 * @options: (transfer none): what was asked for; outlives the identity
 * @shell: that of the jobs
 * @error: (out) (optional): a #GIOErrorEnum where it cannot be known in which directory we are
 *
 * Returns: (transfer full) (nullable): what the run is of
 */
ApoolRunIdentity *
apool_run_identity_new (const ApoolOptions *options, const char *shell, GError **error)
{
  g_autoptr (ApoolRunIdentity) self = g_new0 (ApoolRunIdentity, 1);

  self->words = g_ptr_array_new_with_free_func (g_free);
  self->values = g_array_new (FALSE, FALSE, sizeof (ApoolValue));
  self->options = g_array_new (FALSE, FALSE, sizeof (ApoolJournalOption));
  self->directory = getcwd (NULL, 0);
  if (!self->directory)
    {
      apool_error_set_errno (error, errno, "current directory");
      return NULL;
    }
  for (const char *const *word = options->command; *word; word++)
    {
      ApoolValue value = apool_run_identity_wrap (*word);

      g_array_append_val (self->values, value);
    }
  apool_run_identity_add_options (self, options);
  apool_journal_event_init (&self->event, APOOL_JOURNAL_EVENT_JOURNAL);
  self->event.version = APOOL_JOURNAL_VERSION;
  self->event.words =
      (ApoolJournalWords){ (ApoolValue *) (void *) self->values->data, self->values->len };
  self->event.options = (ApoolJournalOptions){ (ApoolJournalOption *) (void *) self->options->data,
                                               self->options->len };
  self->event.directory = apool_run_identity_wrap (self->directory);
  self->shell = apool_run_identity_dup_shell (shell);
  self->event.shell = apool_run_identity_wrap (self->shell);
  self->event.apool = apool_run_identity_wrap (APOOL_VERSION);
  return g_steal_pointer (&self);
}

/**
 * apool_run_identity_free:
 * @self: (transfer full): an identity
 */
void
apool_run_identity_free (ApoolRunIdentity *self)
{
  g_free (self->shell);
  free (self->directory); /* of getcwd() */
  g_array_unref (self->options);
  g_array_unref (self->values);
  g_ptr_array_unref (self->words);
  g_free (self);
}

/**
 * apool_run_identity_get_event:
 * @self: an identity
 *
 * Returns: (transfer none): the same as the first event of a journal has it
 */
const ApoolJournalEvent *
apool_run_identity_get_event (const ApoolRunIdentity *self)
{
  return &self->event;
}
