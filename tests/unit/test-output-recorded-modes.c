/* SPDX-License-Identifier: MIT */
/* What was run before is printed just as if it were run now, in all the ways in which it can be. */

#include <glib/gstdio.h>

#include "recorded-fixture.h"
#include "sinks/apool-table-csv.h"
#include "sinks/apool-table-json.h"

#define N_JOBS 4
#define OUT_BYTES (LARGE + 77)
#define ERR_BYTES (LARGE / 2 + 5)

typedef enum
{
  TABLE_NONE,
  TABLE_PRINTED,
  TABLE_JSON_PRINTED,
  TABLE_IN_FILE,
} Table;

/* A way to print. */
typedef struct
{
  const char *name;
  ApoolOutputConfig config;
  Table table;
  gboolean is_tagged;
  gboolean is_shared; /* both streams go to one file */
  gboolean is_kept;   /* in files */
} Mode;

static const Mode modes[] = {
  { .name = "plain" },
  { .name = "shared", .is_shared = TRUE },
  { .name = "tags", .is_tagged = TRUE },
  { .name = "shared-tags", .is_tagged = TRUE, .is_shared = TRUE },
  { .name = "titles", .config = { .is_titled = TRUE }, .is_tagged = TRUE },
  { .name = "colours", .config = { .holds = TRUE, .colours_failed = TRUE }, .is_tagged = TRUE },
  { .name = "holding", .config = { .holds = TRUE }, .is_tagged = TRUE },
  { .name = "failed", .config = { .holds = TRUE, .show = APOOL_OUTPUT_SHOW_FAILED } },
  { .name = "failed-tags",
    .config = { .holds = TRUE, .show = APOOL_OUTPUT_SHOW_FAILED, .is_titled = TRUE },
    .is_tagged = TRUE },
  { .name = "none", .config = { .show = APOOL_OUTPUT_SHOW_NONE }, .is_tagged = TRUE },
  { .name = "unordered", .config = { .order = APOOL_OUTPUT_COMPLETION_ORDER } },
  { .name = "lines", .config = { .unit = APOOL_OUTPUT_LINES }, .is_tagged = TRUE },
  { .name = "mixed",
    .config = { .unit = APOOL_OUTPUT_LINES, .order = APOOL_OUTPUT_COMPLETION_ORDER } },
  { .name = "mixed-tags",
    .config = { .unit = APOOL_OUTPUT_LINES, .order = APOOL_OUTPUT_COMPLETION_ORDER },
    .is_tagged = TRUE },
  { .name = "mixed-shared",
    .config = { .unit = APOOL_OUTPUT_LINES, .order = APOOL_OUTPUT_COMPLETION_ORDER },
    .is_shared = TRUE },
  { .name = "latest", .config = { .unit = APOOL_OUTPUT_LATEST }, .is_tagged = TRUE },
  { .name = "latest-shared", .config = { .unit = APOOL_OUTPUT_LATEST }, .is_shared = TRUE },
  { .name = "table", .table = TABLE_PRINTED },
  { .name = "table-json", .table = TABLE_JSON_PRINTED },
  { .name = "table-in-file", .table = TABLE_IN_FILE },
  { .name = "table-beside",
    .config = { .unit = APOOL_OUTPUT_LINES },
    .table = TABLE_IN_FILE,
    .is_tagged = TRUE },
  { .name = "kept", .is_kept = TRUE, .is_tagged = TRUE },
  { .name = "kept-silent", .config = { .show = APOOL_OUTPUT_SHOW_NONE }, .is_kept = TRUE },
  { .name = "names", .config = { .prints_names = TRUE, .name_end = '\n' }, .is_kept = TRUE },
  { .name = "names-shared",
    .config = { .prints_names = TRUE, .name_end = '\n' },
    .is_kept = TRUE,
    .is_shared = TRUE },
};

/* What is to be seen in the end. */
typedef struct
{
  GString *text;
} Seen;

static void
see_fd (Seen *seen, const char *name, int fd)
{
  gsize size = (gsize) lseek (fd, 0, SEEK_END);
  g_autofree char *contents = g_malloc (size + 1);

  g_assert_cmpint (pread (fd, contents, size, 0), ==, (gssize) size);
  g_string_append_printf (seen->text, "[%s]", name);
  g_string_append_len (seen->text, contents, (gssize) size);
}

static void
see_file (Seen *seen, const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  g_auto (ApoolFd) fd = open (path, O_RDONLY | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  see_fd (seen, base, fd);
  g_assert_cmpint (g_unlink (path), ==, 0);
}

static ApoolResultTable *
open_table (Table table, const char *path)
{
  g_autoptr (GError) error = NULL;
  gpointer self = NULL;

  if (table == TABLE_PRINTED || table == TABLE_IN_FILE)
    self = apool_table_csv_new (
        &(ApoolTableCsvConfig){ .path = table == TABLE_IN_FILE ? path : NULL, .separator = ',' },
        &error);
  else if (table == TABLE_JSON_PRINTED)
    self = apool_table_json_new (NULL, FALSE, &error);
  g_assert_no_error (error);
  return self;
}

/* One job of @lines-long lines, as it was once, or as it is now. */
static void
settle_job (Fixture *fixture,
            guint64 seq,
            FakeRecorded *recorded,
            ApoolTaskTraits traits,
            gboolean is_recorded)
{
  ApoolOutcome *outcome = apool_recorded_get_outcome (APOOL_RECORDED (recorded));
  g_autoptr (ApoolTask) plain = make_task (seq);
  g_autoptr (ApoolTask) task = NULL;
  g_autofree char *bytes = g_malloc (64 * KIB);

  if (is_recorded)
    {
      recall_with (fixture, seq, recorded, traits);
      return;
    }
  traits.attempt = 1;
  task = apool_task_new_variant (plain, &traits);
  apool_observer_task_started (APOOL_OBSERVER (fixture->output), task, &(ApoolPlace){ 0, 0 });
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    {
      ApoolStream stream = (ApoolStream) i;
      guint64 length = apool_recorded_get_length (APOOL_RECORDED (recorded), stream);

      for (guint64 at = 0; at < length; at += 64 * KIB)
        {
          gsize n = (gsize) MIN (length - at, 64 * KIB);

          g_assert_true (
              apool_recorded_read (APOOL_RECORDED (recorded), stream, at, bytes, n, NULL));
          apool_observer_task_output (APOOL_OBSERVER (fixture->output), task, stream, bytes, n);
        }
    }
  apool_observer_task_finished (APOOL_OBSERVER (fixture->output), task, outcome);
}

static FakeRecorded *
make_recorded (guint64 seq, gboolean is_large)
{
  int status = seq == 2 ? 3 : 0;

  if (seq == 3)
    return fake_recorded_new (status, "", "");
  if (is_large)
    return fake_recorded_new_made_up (status, OUT_BYTES, seq == 4 ? 0 : ERR_BYTES, 61);
  if (seq == 4)
    return fake_recorded_new (status, "", "only error");
  return fake_recorded_new (status, seq == 2 ? "a\nb\rc" : "one\ntwo\n", "err\n");
}

static void
settle_jobs (Fixture *fixture,
             const Mode *mode,
             const char *directory,
             gboolean is_large,
             gboolean is_recorded)
{
  const ApoolLabelParts parts = { .tag = "tag\t",
                                  .tag_length = 4,
                                  .colour = "32",
                                  .title = mode->config.is_titled ? "title" : NULL,
                                  .title_length = 5 };
  g_autoptr (ApoolLabel) label = mode->is_tagged ? apool_label_new (&parts) : NULL;

  for (guint64 seq = 1; seq <= N_JOBS; seq++)
    {
      g_autoptr (FakeRecorded) recorded = make_recorded (seq, is_large);
      g_autofree char *place = g_strdup_printf ("%s/%d", directory, (int) seq);

      settle_job (fixture, seq, recorded,
                  (ApoolTaskTraits){ .label = label, .results = mode->is_kept ? place : NULL },
                  is_recorded);
    }
}

static void
see_kept (Seen *seen, const char *directory)
{
  for (guint64 seq = 1; seq <= N_JOBS; seq++)
    {
      static const char *const suffixes[] = { "", ".err", ".seq" };

      for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
        {
          g_autofree char *path = g_strdup_printf ("%s/%d%s", directory, (int) seq, suffixes[i]);

          see_file (seen, path);
        }
    }
}

static GString *
print_all (const Mode *mode, const char *directory, gboolean is_large, gboolean is_recorded)
{
  Seen seen = { g_string_new (NULL) };
  Fixture fixture = { 0 };
  ApoolOutputConfig config = mode->config;
  g_autofree char *path = g_build_filename (directory, "table", NULL);
  g_autoptr (ApoolResultTable) table = open_table (mode->table, path);

  set_up (&fixture, NULL);
  make_files (&fixture);
  if (mode->is_shared)
    {
      apool_fd_clear (&fixture.fds[1]);
      fixture.fds[1] = fcntl (fixture.fds[0], F_DUPFD_CLOEXEC, 3);
    }
  config.table = table;
  open_output_with (&fixture, config);
  settle_jobs (&fixture, mode, directory, is_large, is_recorded);
  finish (&fixture);
  g_assert_cmpuint (apool_output_get_n_waiting (fixture.output), ==, 0);
  see_fd (&seen, "stdout", fixture.fds[0]);
  see_fd (&seen, "stderr", fixture.fds[1]);
  if (mode->is_kept)
    see_kept (&seen, directory);
  if (table)
    g_assert_true (apool_result_table_finish (table, NULL));
  if (mode->table == TABLE_IN_FILE)
    see_file (&seen, path);
  tear_down (&fixture, NULL);
  return seen.text;
}

static void
test_mode (gconstpointer data, gboolean is_large)
{
  const Mode *mode = data;
  g_autofree char *directory = g_dir_make_tmp (NULL, NULL);
  g_autoptr (GString) now = print_all (mode, directory, is_large, FALSE);
  g_autoptr (GString) before = print_all (mode, directory, is_large, TRUE);

  if (!is_large)
    g_assert_cmpstr (before->str, ==, now->str);
  g_assert_cmpuint (before->len, ==, now->len);
  g_assert_true (memcmp (before->str, now->str, now->len) == 0);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

static void
test_small (gconstpointer data)
{
  test_mode (data, FALSE);
}

static void
test_large (gconstpointer data)
{
  test_mode (data, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      g_autofree char *small = g_strdup_printf ("/output-recorded/%s/small", modes[i].name);
      g_autofree char *large = g_strdup_printf ("/output-recorded/%s/large", modes[i].name);

      g_test_add_data_func (small, &modes[i], test_small);
      g_test_add_data_func (large, &modes[i], test_large);
    }
  return g_test_run ();
}
