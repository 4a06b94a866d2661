/* SPDX-License-Identifier: MIT */
/* Signals as people write them: by name, with or without SIG, or by number. */

#include "base/apool-signal.h"

#include <signal.h>
#include <string.h>

/* Each of the names that signal(7) has; of two for one number the first is that which is told. */
static const struct
{
  const char *name;
  int signum;
} apool_signal_names[] = {
  { "HUP", SIGHUP },       { "INT", SIGINT },     { "QUIT", SIGQUIT }, { "ILL", SIGILL },
  { "TRAP", SIGTRAP },     { "ABRT", SIGABRT },   { "IOT", SIGIOT },   { "BUS", SIGBUS },
  { "FPE", SIGFPE },       { "KILL", SIGKILL },   { "USR1", SIGUSR1 }, { "SEGV", SIGSEGV },
  { "USR2", SIGUSR2 },     { "PIPE", SIGPIPE },   { "ALRM", SIGALRM }, { "TERM", SIGTERM },
  { "STKFLT", SIGSTKFLT }, { "CHLD", SIGCHLD },   { "CLD", SIGCHLD },  { "CONT", SIGCONT },
  { "STOP", SIGSTOP },     { "TSTP", SIGTSTP },   { "TTIN", SIGTTIN }, { "TTOU", SIGTTOU },
  { "URG", SIGURG },       { "XCPU", SIGXCPU },   { "XFSZ", SIGXFSZ }, { "VTALRM", SIGVTALRM },
  { "PROF", SIGPROF },     { "WINCH", SIGWINCH }, { "IO", SIGIO },     { "POLL", SIGPOLL },
  { "PWR", SIGPWR },       { "SYS", SIGSYS },
};

/* Digits alone: 1 up to the last signal that there is. */
static gboolean
apool_signal_parse_number (const char *text, int *signum)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, 1, (guint64) SIGRTMAX, &number, NULL))
    return FALSE;
  *signum = (int) number;
  return TRUE;
}

/**
 * apool_signal_parse:
 * @text: a signal's name, in small or capital letters, with or without `SIG`, or its number
 * @length: how many bytes of @text count
 * @signum: (out): the signal
 *
 * Returns: whether there is such a signal
 */
gboolean
apool_signal_parse (const char *text, gsize length, int *signum)
{
  g_autofree char *word = g_strndup (text, length);
  const char *name = g_ascii_strncasecmp (word, "SIG", 3) == 0 ? word + 3 : word;

  for (gsize i = 0; i < G_N_ELEMENTS (apool_signal_names); i++)
    if (g_ascii_strcasecmp (apool_signal_names[i].name, name) == 0)
      {
        *signum = apool_signal_names[i].signum;
        return TRUE;
      }
  return apool_signal_parse_number (word, signum);
}

/**
 * apool_signal_dup_name:
 * @signum: a signal
 *
 * Returns: (transfer full): its name with `SIG`, or its number where it has none
 */
char *
apool_signal_dup_name (int signum)
{
  for (gsize i = 0; i < G_N_ELEMENTS (apool_signal_names); i++)
    if (apool_signal_names[i].signum == signum)
      return g_strconcat ("SIG", apool_signal_names[i].name, NULL);
  return g_strdup_printf ("%d", signum);
}
