/* SPDX-License-Identifier: MIT */
/* What apool knows about shells: which one the user means, and when a command means the same with
 * and without one.
 *
 * The second question is asked to save the shell's start. A wrong yes would change what a job
 * does, a wrong no costs a millisecond: everything here says no when in doubt. */

#include "base/apool-shell.h"

#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/apool-process.h"

/* Longer chains of ancestors do not occur; it only keeps a chain whose process ids are reused
 * while it is walked from going on for ever. */
#define MAX_ANCESTORS 128

/* Sorted by byte, as the searches below need it. */
static const char *const KNOWN_SHELLS[] = {
  "ash",    "bash", "bsd-csh", "csh",       "dash", "fish",  "ksh", "ksh2020",  "ksh93",
  "lksh",   "mksh", "oksh",    "pdksh",     "posh", "rbash", "rc",  "rc.byron", "rksh",
  "rksh93", "rzsh", "sh",      "static-sh", "tcsh", "yash",  "zsh",
};

/* Keywords and builtins of bash, dash, ksh93 and mksh; ksh93's and mksh's predefined aliases too,
 * since they act as builtins do. Left out: mksh's cat, realpath and sleep, which do what the
 * programs do. */
static const char *const RUN_BY_SHELL[] = {
  "!",        ".",       ":",       "[",       "[[",        "]]",      "alarm",     "alias",
  "autoload", "bg",      "bgr",     "bind",    "break",     "builtin", "caller",    "case",
  "cd",       "chdir",   "command", "compgen", "complete",  "compopt", "compound",  "continue",
  "coproc",   "declare", "dirs",    "disown",  "do",        "done",    "echo",      "elif",
  "else",     "enable",  "enum",    "esac",    "eval",      "exec",    "exit",      "export",
  "false",    "fc",      "fg",      "fi",      "float",     "for",     "function",  "functions",
  "getconf",  "getopts", "global",  "hash",    "help",      "hist",    "history",   "if",
  "in",       "integer", "jobs",    "kill",    "let",       "let]",    "local",     "login",
  "logout",   "mapfile", "mknod",   "nameref", "namespace", "newgrp",  "nohup",     "popd",
  "print",    "printf",  "pushd",   "pwd",     "r",         "read",    "readarray", "readonly",
  "redirect", "rename",  "return",  "select",  "set",       "shift",   "shopt",     "source",
  "stop",     "suspend", "test",    "then",    "time",      "times",   "trap",      "true",
  "type",     "typeset", "ulimit",  "umask",   "unalias",   "unset",   "until",     "vmstate",
  "wait",     "whence",  "while",   "{",       "}",
};

static int
apool_shell_compare (const void *name, const void *element)
{
  return strcmp (name, *(const char *const *) element);
}

static gboolean
apool_shell_is_listed (const char *name, const char *const *list, gsize n)
{
  return bsearch (name, list, n, sizeof *list, apool_shell_compare) != NULL;
}

static gboolean
apool_shell_is_executable (const char *path)
{
  return g_file_test (path, G_FILE_TEST_IS_REGULAR) && access (path, X_OK) == 0;
}

/* Returns: (nullable): the shell that process @pid runs */
static char *
apool_shell_get_program (pid_t pid)
{
  static const char DELETED[] = " (deleted)";
  g_autofree char *link = g_strdup_printf ("/proc/%d/exe", (int) pid);
  g_autofree char *path = g_file_read_link (link, NULL);
  g_autofree char *name = NULL;

  if (!path)
    return NULL;
  /* The shell's package was upgraded while it ran: its successor stands in the same place. */
  if (g_str_has_suffix (path, DELETED))
    path[strlen (path) - strlen (DELETED)] = '\0';
  name = g_path_get_basename (path);
  if (!apool_shell_is_listed (name, KNOWN_SHELLS, G_N_ELEMENTS (KNOWN_SHELLS)) ||
      !apool_shell_is_executable (path))
    return NULL;
  return g_steal_pointer (&path);
}

/* Returns: (nullable): the nearest ancestor of this process that is a shell */
static char *
apool_shell_find_ancestor (void)
{
  pid_t pid = getppid ();

  for (int i = 0; i < MAX_ANCESTORS && pid > 0; i++)
    {
      char *shell = apool_shell_get_program (pid);
      pid_t group;

      if (shell)
        return shell;
      if (!apool_process_get_family (pid, &pid, &group))
        break;
    }
  return NULL;
}

/* A shell the user named is taken at its word: where there is none, its jobs will say so. */
static char *
apool_shell_find_named (const char *variable)
{
  const char *value = g_getenv (variable);
  char *path;

  if (!value || !*value)
    return NULL;
  path = strchr (value, '/') ? NULL : g_find_program_in_path (value);
  return path ? path : g_strdup (value);
}

/**
 * apool_shell_find:
 *
 * Finds the shell that the user means: `$APOOL_SHELL`, `$PARALLEL_SHELL`, the shell that started
 * this process (at whatever distance), `$SHELL`, `/bin/sh`, the first there is.
 *
 * Returns: (transfer full): its file name
 */
char *
apool_shell_find (void)
{
  const char *login_shell = g_getenv ("SHELL");
  char *shell = apool_shell_find_named ("APOOL_SHELL");

  if (!shell)
    shell = apool_shell_find_named ("PARALLEL_SHELL");
  if (!shell)
    shell = apool_shell_find_ancestor ();
  if (!shell && login_shell && apool_shell_is_executable (login_shell))
    shell = g_strdup (login_shell);
  return shell ? shell : g_strdup ("/bin/sh");
}

/* Whether @name is that of a shell whose quotes are not those of POSIX, and what they are. */
static gboolean
apool_shell_get_own_style (const char *name, ApoolQuoteStyle *style)
{
  /* tcsh, bsd-csh */
  if (strstr (name, "csh"))
    *style = APOOL_QUOTE_CSH;
  else if (strcmp (name, "rc") == 0 || strcmp (name, "rc.byron") == 0 || strcmp (name, "es") == 0)
    *style = APOOL_QUOTE_RC;
  else if (g_str_has_prefix (name, "fish"))
    *style = APOOL_QUOTE_FISH;
  else
    return FALSE;
  return TRUE;
}

/**
 * apool_shell_get_quote_style:
 * @shell: its file name
 *
 * Tells how values are quoted for a shell. The name of the file that @shell is a link to says what
 * it is, where that is one that we know, otherwise its own; one that nobody knows is taken for a
 * POSIX shell.
 *
 * Returns: the style
 */
ApoolQuoteStyle
apool_shell_get_quote_style (const char *shell)
{
  ApoolQuoteStyle style = APOOL_QUOTE_POSIX;
  g_autofree char *real = realpath (shell, NULL); /* from malloc(), GLib's allocator too */
  g_autofree char *real_name = real ? g_path_get_basename (real) : NULL;
  g_autofree char *name = g_path_get_basename (shell);

  if (real_name && (apool_shell_get_own_style (real_name, &style) ||
                    apool_shell_is_listed (real_name, KNOWN_SHELLS, G_N_ELEMENTS (KNOWN_SHELLS))))
    return style;
  (void) apool_shell_get_own_style (name, &style);
  return style;
}

/* Whether @entry, "NAME=value", is of the variable whose name is @name followed by @rest. */
static gboolean
apool_shell_entry_has_name (const char *entry, const char *name, const char *rest)
{
  gsize length = strlen (name);

  return strncmp (entry, name, length) == 0 && g_str_has_prefix (entry + length, rest) &&
         entry[length + strlen (rest)] == '=';
}

static gboolean
apool_shell_has_variable (const char *const *environment, const char *name)
{
  for (; *environment; environment++)
    if (apool_shell_entry_has_name (*environment, name, ""))
      return TRUE;
  return FALSE;
}

/**
 * apool_shell_is_plain:
 * @shell: its file name
 * @environment: (array zero-terminated=1): "NAME=value" strings that it would start with
 *
 * Returns: whether we know how the shell reads plain words: it is sh, dash, bash or ksh, and
 *   nothing in @environment makes it read a file or set options first
 */
gboolean
apool_shell_is_plain (const char *shell, const char *const *environment)
{
  g_autofree char *name = g_path_get_basename (shell);

  if (strcmp (name, "sh") != 0 && strcmp (name, "dash") != 0 && strcmp (name, "bash") != 0 &&
      strcmp (name, "ksh") != 0)
    return FALSE;
  return !apool_shell_has_variable (environment, "BASH_ENV") &&
         !apool_shell_has_variable (environment, "ENV") &&
         !apool_shell_has_variable (environment, "SHELLOPTS") &&
         !apool_shell_has_variable (environment, "BASHOPTS");
}

/**
 * apool_shell_text_is_plain:
 * @text: (array length=length): bytes of one word of a command
 * @length: how many
 * @leading_word: whether the word is the command's first
 *
 * Returns: whether a shell reads @text as nothing but itself, whatever stands quoted around it
 */
gboolean
apool_shell_text_is_plain (const char *text, gsize length, gboolean leading_word)
{
  for (gsize i = 0; i < length; i++)
    {
      if (g_ascii_isalnum (text[i]) || (text[i] != '\0' && strchr ("_./:,+@-", text[i])))
        continue;
      /* In the first word = would assign a variable, and % would name a job. */
      if (leading_word || (text[i] != '=' && text[i] != '%'))
        return FALSE;
    }
  return TRUE;
}

/* echo, true and false are programs too, which differ from the builtins only in options and
 * escapes. */
static gboolean
apool_shell_has_twin (const char *const *words)
{
  gboolean is_echo = strcmp (words[0], "echo") == 0;

  if (!is_echo && strcmp (words[0], "true") != 0 && strcmp (words[0], "false") != 0)
    return FALSE;
  if (is_echo && words[1] && words[1][0] == '-')
    return FALSE;
  for (const char *const *word = words + 1; *word; word++)
    {
      if (is_echo ? strchr (*word, '\\') != NULL
                  : strcmp (*word, "--help") == 0 || strcmp (*word, "--version") == 0)
        return FALSE;
    }
  return TRUE;
}

/* bash exports a function f as BASH_FUNC_f%%, some older ones as BASH_FUNC_f(). */
static gboolean
apool_shell_is_function (const char *name, const char *const *environment)
{
  static const char PREFIX[] = "BASH_FUNC_";
  gsize length = strlen (PREFIX);

  for (; *environment; environment++)
    {
      if (strncmp (*environment, PREFIX, length) != 0)
        continue;
      if (apool_shell_entry_has_name (*environment + length, name, "%%") ||
          apool_shell_entry_has_name (*environment + length, name, "()"))
        return TRUE;
    }
  return FALSE;
}

/**
 * apool_shell_runs_itself:
 * @words: (array zero-terminated=1): a rendered command, at least one word
 * @environment: (array zero-terminated=1): "NAME=value" strings that it would start with
 *
 * Returns: whether a shell would run the command without starting a program: its first word is a
 *   keyword, an exported function, or a builtin that may differ from the program of that name
 */
gboolean
apool_shell_runs_itself (const char *const *words, const char *const *environment)
{
  /* A function with a slash in its name cannot be exported. */
  if (strchr (words[0], '/'))
    return FALSE;
  if (apool_shell_is_function (words[0], environment))
    return TRUE;
  return apool_shell_is_listed (words[0], RUN_BY_SHELL, G_N_ELEMENTS (RUN_BY_SHELL)) &&
         !apool_shell_has_twin (words);
}

/**
 * apool_shell_names_program:
 * @name: the first word of a command, as the user wrote it
 * @environment: (array zero-terminated=1): "NAME=value" strings that a shell would start with
 *
 * Returns: whether a shell would look for a program of that name: it is no keyword, builtin or
 *   exported function
 */
gboolean
apool_shell_names_program (const char *name, const char *const *environment)
{
  return strchr (name, '/') ||
         (!apool_shell_is_function (name, environment) &&
          !apool_shell_is_listed (name, RUN_BY_SHELL, G_N_ELEMENTS (RUN_BY_SHELL)));
}
