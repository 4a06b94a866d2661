/* SPDX-License-Identifier: MIT */
/*
 * bash and zsh are in a terminal and have keys: one puts all that is offered into the line, one
 * reports the line and takes it away. So their own ways with words are in it. fish is asked by its
 * `complete -C`.
 */

#include "shell.h"

#include <string.h>

/* ESC * is bash's own: insert-completions. COLUMNS is for lists. */
const ShellKind SHELL_BASH = {
  .name = "bash",
  .needs = "/usr/share/bash-completion/bash_completion",
  .script = "export INPUTRC=/dev/null BASH_COMPLETION_USER_DIR=${C%/*}\n"
            "stty cols 200 rows 500\n"
            "cd \"$D/work\" && exec bash --rcfile \"$D/settings\" -i",
  .settings = "PS1='[ready]'\n"
              "bind 'set enable-bracketed-paste off'\n"
              "bind 'set completion-query-items 0'\n"
              "bind 'set page-completions off'\n"
              ". /usr/share/bash-completion/bash_completion\n"
              "report () { printf '\\n<<%s>>\\n' \"$READLINE_LINE\"; READLINE_LINE=; }\n"
              "bind -x '\"\\C-t\": report'\n"
              "complete -W '--loud hello goodbye' greet\n",
  .list_keys = "\033*\024",
  .end_keys = "exit\n",
};

const ShellKind SHELL_ZSH = {
  .name = "zsh",
  .script = "mkdir \"$D/zsh\" && mv \"$D/settings\" \"$D/zsh/.zshrc\"\n"
            "export ZDOTDIR=$D/zsh TERM=xterm\n"
            "stty cols 200 rows 500\n"
            "cd \"$D/work\" && exec zsh -d -i",
  .settings = "unsetopt prompt_cr prompt_sp list_beep\n"
              "PS1= LISTMAX=1000\n"
              "fpath=( $C $fpath )\n"
              "autoload -Uz compinit && compinit -u -d $ZDOTDIR/dump\n"
              "bindkey -e\n"
              "zle -C all complete-word _generic\n"
              "zstyle ':completion:all:*' completer _all_matches _complete\n"
              "zstyle ':completion:all:*' insert yes\n"
              "report () { zle -I; print -r -- \"<<$BUFFER>>\"; BUFFER= }\n"
              "zle -N report\n"
              "bindkey '^X*' all '^T' report\n"
              "_greet () { compadd -- --loud hello goodbye }\n"
              "compdef _greet greet\n"
              "ready () { print '[ready]' }\n"
              "zle -N zle-line-init ready\n",
  .list_keys = "\030*\024",
  .end_keys = "exit\n",
};

const ShellKind SHELL_FISH = {
  .name = "fish",
  .script = "stty -echo; export HOME=$D/home XDG_DATA_HOME=$D/data\n"
            "mkdir -p \"$XDG_CONFIG_HOME/fish\" \"$XDG_DATA_HOME/fish\"\n"
            "cd \"$D/work\" && cat | fish --no-config \"$D/settings\"",
  .settings = "set fish_complete_path $C $__fish_data_dir/completions\n"
              "complete -c greet -l loud\n"
              "complete -c greet -f -a 'hello goodbye'\n"
              "echo '[ready]'\n"
              "while read -l line\n"
              "    echo '<<'\n"
              "    complete -C $line\n"
              "    echo '>>'\n"
              "end\n",
  .list_keys = "\n",
  .end_keys = "\004",
};

static void
shell_write (const char *dir, const char *name, const char *text, int mode)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, mode, &error);
  g_assert_no_error (error);
}

static void
shell_make_files (const Shell *self)
{
  static const char *const names[] = {
    "config/apool/nightly", "config/apool/weekly", "etc/apool/site",   "home/none",
    "work/notes",           "work/north/x",        "work/results.csv", "work/reports/x",
    "work/remarks.txt",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    shell_write (self->dir, names[i], "", 0600);
  shell_write (self->dir, "bin/apool", "#!/bin/sh\n", 0700);
  shell_write (self->dir, "bin/greet", "#!/bin/sh\n", 0700);
  shell_write (self->dir, "settings", self->kind->settings, 0600);
}

/**
 * shell_start:
 * @kind: which one
 *
 * Returns: (transfer full) (nullable): it; %NULL where it is not here, and the test is to be
 * skipped
 */
Shell *
shell_start (const ShellKind *kind)
{
  g_autofree char *program = g_find_program_in_path (kind->name);
  g_autofree char *script = NULL;
  g_autofree char *dir = NULL;
  g_autofree char *completions = g_shell_quote (g_getenv ("APOOL_COMPLETIONS"));
  Shell *self;

  if (!program || (kind->needs && !g_file_test (kind->needs, G_FILE_TEST_EXISTS)))
    {
      g_test_skip_printf ("%s is not installed", program ? kind->needs : kind->name);
      return NULL;
    }
  self = g_new0 (Shell, 1);
  self->kind = kind;
  self->dir = e2e_dir_new ();
  shell_make_files (self);
  dir = g_shell_quote (self->dir);
  script = g_strdup_printf ("export C=%s D=%s\n"
                            "export HOME=$D/home XDG_CONFIG_HOME=$D/config XDG_CONFIG_DIRS=$D/etc\n"
                            "export PATH=$D/bin:$PATH GREETING=hello LC_ALL=C.UTF-8\n"
                            "%s",
                            completions, dir, kind->script);
  self->pty = e2e_pty_start (script);
  e2e_pty_wait (self->pty, "[ready]");
  return self;
}

/**
 * shell_ask:
 * @self: a shell
 * @line: what is typed
 * @keys: what is typed behind it; the last one reports
 *
 * Returns: (transfer full): what is reported
 */
char *
shell_ask (Shell *self, const char *line, const char *keys)
{
  gsize start;

  e2e_pty_type (self->pty, line);
  e2e_pty_type (self->pty, keys);
  e2e_pty_wait (self->pty, "<<");
  start = self->pty->seen;
  e2e_pty_wait (self->pty, ">>");
  return g_strndup (self->pty->screen->str + start, self->pty->seen - start - strlen (">>"));
}

/* What is offered, out of the line with all of it, or out of lines with a description each. */
static char **
shell_split (const Shell *self, const char *report)
{
  g_auto (GStrv) lines = NULL;

  /* Behind one word of a list, zsh puts the comma before the next one. */
  if (self->kind != &SHELL_FISH)
    return g_regex_split_simple (",?( +|$)", report, 0, 0);
  lines = g_strsplit (report, "\n", -1);
  for (char **line = lines; *line; line++)
    (*line)[strcspn (*line, "\t")] = '\0';
  return g_steal_pointer (&lines);
}

/* @word without the option that it is the value of, and without what leads to a value. */
static char *
shell_dup_offered (const char *word)
{
  const char *value = g_str_has_prefix (word, "--") ? strchr (word, '=') : NULL;

  if (!value)
    return g_strdup (word);
  return value[1] ? g_strdup (value + 1) : g_strndup (word, (gsize) (value - word));
}

/**
 * shell_list:
 * @self: a shell
 * @line: what is typed
 *
 * Returns: (transfer full) (element-type utf8): all that it offers for the last word, and perhaps
 *   the words before that; values without the option in the same word
 */
GHashTable *
shell_list (Shell *self, const char *line)
{
  GHashTable *offered = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *report = shell_ask (self, line, self->kind->list_keys);
  g_auto (GStrv) words = shell_split (self, report);

  for (char **word = words; *word; word++)
    if (**word)
      g_hash_table_add (offered, shell_dup_offered (*word));
  return offered;
}

/**
 * shell_free:
 * @self: (transfer full): a shell
 *
 * Ends it, and waits for that: none of it uses the folder any more.
 */
void
shell_free (Shell *self)
{
  e2e_pty_type (self->pty, self->kind->end_keys);
  e2e_pty_finish (self->pty);
  e2e_pty_free (self->pty);
  e2e_dir_free (self->dir);
  g_free (self);
}
