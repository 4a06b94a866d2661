/* SPDX-License-Identifier: MIT */
/* The replacement strings, with an example of each: what `--help=replacement` shows. */

#include "cli/apool-help-replacement.h"

/* What the examples are of. */
#define APOOL_HELP_REPLACEMENT_INPUT "logs/day.1.gz"

#define APOOL_HELP_STRING_WIDTH 17
#define APOOL_HELP_RESULT_WIDTH 15

/*
 * @string: the replacement string, as it is typed
 * @result: (nullable): what becomes of it for %APOOL_HELP_REPLACEMENT_INPUT
 * @what: what it stands for
 * @is_more: whether it needs `--plus`
 */
typedef struct
{
  const char *string;
  const char *result;
  const char *what;
  gboolean is_more;
} ApoolHelpReplacement;

static const ApoolHelpReplacement apool_help_replacements[] = {
  { "{}", "logs/day.1.gz", "the input" },
  { "<>", NULL, "the same, in quotes, where {} is not used" },
  { "{.}", "logs/day.1", "without its extension" },
  { "{/}", "day.1.gz", "without its directory" },
  { "{//}", "logs", "its directory" },
  { "{/.}", "day.1", "without directory and extension" },
  { "{2} {2.} {2/}", NULL, "the same of input 2 of several, or column 2" },
  { "{-1}", "logs/day.1.gz", "the last of several" },
  { "{name}", NULL, "a column or field (--header :, --jsonl)" },
  { "{#}", "1", "the number of the job" },
  { "{%}", "1", "its slot: never two jobs in one at once" },
  { "{seq-1}", "0", "the number, counted from 0 (also {slot-1})" },
  { "{#:%04d}", "0001", "the number, in a format of printf" },
  { "{:%15s}", "  logs/day.1.gz", "the input, in a format of printf" },
  { "{= s/gz$/xz/ =}", "logs/day.1.xz", "what Perl makes of the input" },
  { "{..}", "logs/day", "without two extensions", TRUE },
  { "{/..}", "day", "without these and its directory", TRUE },
  { "{+/}", "logs", "what stands before the last /", TRUE },
  { "{+.}", "gz", "its extension", TRUE },
  { "{+..}", "1.gz", "its two extensions", TRUE },
  { "{:-none}", "logs/day.1.gz", "none where it is empty", TRUE },
  { "{:5}", "day.1.gz", "from byte 5 on, counted from 0", TRUE },
  { "{:5:3}", "day", "three bytes from there", TRUE },
  { "{#logs/}", "day.1.gz", "without a beginning that matches", TRUE },
  { "{%.gz}", "logs/day.1", "without an end that matches", TRUE },
  { "{/day/night}", "logs/night.1.gz", "the first match replaced; {//...}: all", TRUE },
  { "{^^[a-z]}", "LOGS/DAY.1.GZ", "matches in capitals; {,,...}: in small", TRUE },
  { "{##}", "1", "how many jobs there are", TRUE },
};

static void
apool_help_append_replacement (GString *text, const ApoolHelpReplacement *replacement)
{
  g_string_append_printf (text, "  %-*s%-*s  %s\n", APOOL_HELP_STRING_WIDTH, replacement->string,
                          APOOL_HELP_RESULT_WIDTH, replacement->result ? replacement->result : "",
                          replacement->what);
}

/**
 * apool_help_append_replacements:
 * @text: where they go
 *
 * Appends all that there are.
 */
void
apool_help_append_replacements (GString *text)
{
  gboolean is_more = FALSE;

  g_string_append (text, "Replacement strings, and what becomes of them for the input "
                         "\"" APOOL_HELP_REPLACEMENT_INPUT "\":\n");
  for (gsize i = 0; i < G_N_ELEMENTS (apool_help_replacements); i++)
    {
      const ApoolHelpReplacement *replacement = &apool_help_replacements[i];

      if (replacement->is_more && !is_more)
        g_string_append (text, "\nWith --plus also:\n");
      is_more = replacement->is_more;
      apool_help_append_replacement (text, replacement);
    }
  g_string_append (text,
                   "\n"
                   "Where COMMAND has none of them, the input is appended. What stands for an "
                   "input\n"
                   "is quoted for the shell: write {}, not \"{}\", within COMMAND.\n");
}
