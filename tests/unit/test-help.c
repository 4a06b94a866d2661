/* SPDX-License-Identifier: MIT */
/* What apool says about itself: that it fits, that nothing is forgotten, and that what is misspelt
 * leads somewhere. */

#include <glib.h>
#include <string.h>

#include "base/apool-error.h"
#include "cli/apool-features.h"
#include "cli/apool-help-group.h"
#include "cli/apool-help-topic.h"
#include "cli/apool-help.h"

#define MAX_COLUMNS 80
#define N_MOST_USED 10

/* Two screens of a terminal as small as they come. */
#define MAX_LINES 48

#define assert_contains(text, part)                                                                \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if (strstr ((text), (part)) == NULL)                                                           \
      g_error ("%s: no \"%s\" in \"%s\"", G_STRLOC, (part), (text));                               \
  }                                                                                                \
  G_STMT_END

/* Returns: (transfer full): its lines; there is a line end behind the last one, and none is empty
 * at the beginning or too long */
static char **
split (const char *text)
{
  char **lines = g_strsplit (text, "\n", -1);
  guint n_lines = g_strv_length (lines);

  g_assert_cmpuint (n_lines, >, 1);
  g_assert_cmpstr (lines[n_lines - 1], ==, "");
  g_assert_cmpstr (lines[0], !=, "");
  for (guint i = 0; i < n_lines; i++)
    {
      if (strlen (lines[i]) > MAX_COLUMNS)
        g_error ("more than %d columns: \"%s\"", MAX_COLUMNS, lines[i]);
      g_assert_false (g_str_has_suffix (lines[i], " "));
    }
  return lines;
}

static char *
dup_topic (const char *topic)
{
  g_autoptr (GError) error = NULL;
  char *text = apool_help_topic_dup_text (topic, &error);

  g_assert_no_error (error);
  g_strfreev (split (text));
  return text;
}

static void
test_brief (void)
{
  g_auto (GStrv) lines = split (apool_help_brief ());

  g_assert_cmpuint (g_strv_length (lines), ==, 4);
}

/* Usage, the options that are used most, the topics, examples: in one look. */
static void
test_overview (void)
{
  g_autofree char *text = apool_help_dup_text ();
  g_auto (GStrv) lines = split (text);
  guint n_options = 0;

  g_assert_cmpuint (g_strv_length (lines), <=, MAX_LINES);
  g_assert_true (g_str_has_prefix (text, "Usage: apool "));
  for (char **line = lines; *line; line++)
    if (g_str_has_prefix (*line, "  -"))
      n_options++;
  g_assert_cmpuint (n_options, ==, N_MOST_USED);
  assert_contains (text, "\nMost used:\n  -j, --jobs N ");
  assert_contains (text, "\nExamples:\n  ");
  assert_contains (text, "man apool-tutorial");
  for (ApoolOptionGroup group = 0; group < APOOL_OPTION_N_GROUPS; group++)
    {
      g_autofree char *line = g_strdup_printf ("\n  %s ", apool_help_group_get (group)->name);

      assert_contains (text, line);
    }
}

static void
test_all (void)
{
  g_autofree char *all = dup_topic ("all");
  g_autofree char *text = apool_help_dup_all ();

  g_assert_cmpstr (all, ==, text);
  assert_contains (all, "\n  -j, -P, --jobs, --max-procs N\n");
  assert_contains (all, "\n  -0, --null                 inputs end");
  g_assert_null (strstr (all, "--tmux"));
  g_assert_null (strstr (all, "--will-cite"));
  for (ApoolOptionGroup group = 0; group < APOOL_OPTION_N_GROUPS; group++)
    {
      const ApoolHelpGroup *about = apool_help_group_get (group);
      g_autofree char *lines = dup_topic (about->name);

      g_assert_true (g_str_has_prefix (lines, about->heading));
      assert_contains (all, lines);
    }
}

/* Every name of the table is a topic, with and without its dashes, but for those that groups have
 * too; and each says which option it is, and something of it. */
static void
test_options (void)
{
  gsize n_options;
  const ApoolOption *options = apool_option_table_get (&n_options);

  for (gsize i = 0; i < n_options; i++)
    for (const char *const *name = options[i].names; *name; name++)
      {
        g_autofree char *dashed =
            g_strconcat (apool_option_name_is_short (*name) ? "-" : "--", *name, NULL);
        g_autofree char *text = dup_topic (dashed);
        g_autofree char *same = NULL;

        g_assert_true (g_str_has_prefix (text, "  -"));
        assert_contains (text, dashed);
        assert_contains (text, "\n      ");
        if (options[i].state == APOOL_OPTION_BUILT)
          assert_contains (text, options[i].help);
        if (g_str_equal (*name, "workers"))
          continue;
        same = dup_topic (*name);
        g_assert_cmpstr (same, ==, text);
      }
}

static void
test_states (void)
{
  g_autofree char *built = dup_topic ("timeout");
  g_autofree char *refused = dup_topic ("tollef");
  g_autofree char *accepted = dup_topic ("--gnu");

  g_assert_cmpstr (built, ==,
                   "  --timeout TIME\n"
                   "      end jobs that run longer (10, 5m, 200%)\n"
                   "\n"
                   "More of its kind: apool --help=running. All about it: man apool.\n");
  g_assert_cmpstr (refused, ==,
                   "  --tollef\n"
                   "      GNU parallel's option, not in apool.\n"
                   "      Use \":::\" before the inputs.\n");
  g_assert_cmpstr (accepted, ==,
                   "  --gnu\n"
                   "      GNU parallel's option, accepted: it changes nothing here.\n");
}

static void
assert_same (const char *topic, const char *expected)
{
  g_autofree char *text = dup_topic (topic);
  g_autofree char *other = dup_topic (expected);

  g_assert_cmpstr (text, ==, other);
}

/* Topics are found in whatever way they are typed. */
static void
test_ways (void)
{
  assert_same ("OUTPUT", "output");
  assert_same ("out", "output");
  assert_same ("rep", "replacement");
  assert_same ("{.}", "replacement");
  assert_same ("<>", "replacement");
  assert_same ("Timeout", "--timeout");
  assert_same ("j", "--jobs");
  assert_same ("P", "--jobs");
  assert_same ("timeo", "--timeout");
  assert_same ("--dryrun", "--dry-run");
  /* A group and an option: the first is where both are. */
  assert_same ("worker", "workers");
}

static void
assert_refused (const char *topic, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (apool_help_topic_dup_text (topic, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_refused (void)
{
  assert_refused ("outptu", "--help=outptu: no topic: did you mean output?");
  assert_refused ("Recrods", "--help=recrods: no topic: did you mean records?");
  assert_refused ("timeuot", "--help=timeuot: unknown option: did you mean --timeout?");
  assert_refused ("--timeuot", "--help=--timeuot: unknown option: did you mean --timeout?");
  assert_refused ("nothing-like-it", "--help=nothing-like-it: unknown option: see --help");
  assert_refused ("alt", "--help=alt: no topic: did you mean --halt?");
  assert_refused ("-", "--help=-: unknown option: see --help");
  assert_refused ("\xff", "--help=-\xff: unknown option: see --help");
}

static void
test_version (void)
{
  g_autofree char *text = apool_help_dup_version ();
  g_auto (GStrv) lines = split (text);

  g_assert_cmpuint (g_strv_length (lines), <=, 6);
  g_assert_cmpstr (lines[0], ==, "apool " APOOL_VERSION);
  g_assert_true (g_str_has_prefix (lines[1], "GLib "));
  assert_contains (text, "\nFeatures: ");
}

/* What is built, what is not, and what is not found. */
static void
test_features (void)
{
  const ApoolFeature features[] = {
    { "this", { "libno-such-library.so.0", "libc.so.6" } },
    { "that" },
    { "other", { "libno-such-library.so.0" } },
  };
  g_autofree char *text = apool_features_dup_text (features, G_N_ELEMENTS (features));
  g_autofree char *none = apool_features_dup_text (features, 0);
  gsize n_features;

  g_assert_cmpstr (text, ==, "+this -that +other(no libno-such-library.so.0 here)");
  g_assert_cmpstr (none, ==, "");
  (void) apool_features_get (&n_features);
  g_assert_cmpuint (n_features, >=, 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/help/brief", test_brief);
  g_test_add_func ("/help/overview", test_overview);
  g_test_add_func ("/help/all", test_all);
  g_test_add_func ("/help/options", test_options);
  g_test_add_func ("/help/states", test_states);
  g_test_add_func ("/help/ways", test_ways);
  g_test_add_func ("/help/refused", test_refused);
  g_test_add_func ("/help/version", test_version);
  g_test_add_func ("/help/features", test_features);
  return g_test_run ();
}
