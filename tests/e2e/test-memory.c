/* SPDX-License-Identifier: MIT */
/* Memory that is really short: a program of the test's own fills so much of it that jobs have to
 * wait, or to stop, and then gives it back.
 *
 * Other programs come and go meanwhile, and machines may take their time until what was given back
 * counts as free. So the limit is far below what is free, where that is much, and as much is filled
 * as it takes to be well below that, looking at what is free. */

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-cgroup.h"
#include "e2e.h"
#include "gates/apool-memory.h"

#define MIB (1024 * 1024)
#define MIN_FREE_BYTES ((guint64) 1024 * MIB)
/* How much has to be filled to meet the limit. */
#define MIN_RESERVE_BYTES ((guint64) 200 * MIB)
#define MAX_RESERVE_BYTES ((guint64) 1024 * MIB)
/* How much more is filled. */
#define MARGIN_BYTES ((guint64) 150 * MIB)
#define STEP_BYTES ((guint64) 50 * MIB)
#define STOP_MSEC 20000

typedef struct
{
  GSubprocess *process;
  guint64 limit;   /* there is more free without it, and less with it */
  guint64 n_bytes; /* that it has filled */
  guint64 max_bytes;
} Hog;

/* Returns the number in a file of a cgroup; G_MAXUINT64 where there is none. */
static guint64
read_number (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;
  guint64 number;

  if (!g_file_get_contents (path, &text, NULL, NULL) ||
      !g_ascii_string_to_unsigned (g_strchomp (text), 10, 0, G_MAXUINT64, &number, NULL))
    return G_MAXUINT64;
  return number;
}

static guint64
get_room (const char *folder, const char *limit_name, const char *usage_name)
{
  guint64 limit = read_number (folder, limit_name);
  guint64 usage = read_number (folder, usage_name);

  if (limit == G_MAXUINT64 || usage == G_MAXUINT64)
    return G_MAXUINT64;
  return limit > usage ? limit - usage : 0;
}

/* Returns what is free as apool counts it. */
static guint64
read_free_bytes (void)
{
  g_autofree char *failure = NULL;
  guint64 bytes;

  g_assert_true (apool_memory_read_free ("/", &bytes, &failure));
  return bytes;
}

/* Returns how much may be filled before the kernel ends somebody for it: what is free, and no more
 * than any of our cgroups leaves us. */
static guint64
get_free_bytes (void)
{
  g_autofree char *mount = NULL;
  g_autofree char *folder = apool_cgroup_dup_folder ("/", "memory", &mount);
  guint64 bytes = read_free_bytes ();

  while (folder && g_str_has_prefix (folder, mount))
    {
      char *parent = g_path_get_dirname (folder);

      bytes = MIN (bytes, get_room (folder, "memory.max", "memory.current"));
      bytes = MIN (bytes, get_room (folder, "memory.limit_in_bytes", "memory.usage_in_bytes"));
      g_free (folder);
      folder = parent;
    }
  return bytes;
}

static void
hog_clear (Hog *self)
{
  if (self->process)
    g_subprocess_force_exit (self->process);
  g_clear_object (&self->process);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Hog, hog_clear)

/* Starts a program that fills no memory yet. Returns whether there is enough for this test. */
static gboolean
hog_start (Hog *self)
{
  g_autofree char *step = g_strdup_printf ("%" G_GUINT64_FORMAT, STEP_BYTES);
  g_autoptr (GError) error = NULL;
  guint64 n_free = get_free_bytes ();

  if (n_free < MIN_FREE_BYTES)
    {
      g_test_skip ("less than 1 GiB of memory is free");
      return FALSE;
    }
  self->limit = read_free_bytes () - CLAMP (n_free / 4, MIN_RESERVE_BYTES, MAX_RESERVE_BYTES);
  self->max_bytes = n_free / 4 * 3;
  self->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                    &error, e2e_testprog (), "hog", step, NULL);
  g_assert_no_error (error);
  return TRUE;
}

/* Returns when there is less free than the limit. */
static void
hog_fill (Hog *self)
{
  GOutputStream *in = g_subprocess_get_stdin_pipe (self->process);
  GInputStream *out = g_subprocess_get_stdout_pipe (self->process);
  char answer;

  while (read_free_bytes () > self->limit - MARGIN_BYTES)
    {
      self->n_bytes += STEP_BYTES;
      g_assert_cmpuint (self->n_bytes, <=, self->max_bytes);
      g_assert_cmpint (g_output_stream_write (in, "+", 1, NULL, NULL), ==, 1);
      g_assert_cmpint (g_input_stream_read (out, &answer, 1, NULL, NULL), ==, 1);
    }
}

/* Returns when the memory is back. */
static void
hog_end (Hog *self)
{
  g_assert_true (g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL));
  g_assert_true (g_subprocess_wait_check (self->process, NULL, NULL));
}

/* The next job waits while there is too little, and is started when there is enough again. */
static void
test_memfree (E2eStage *stage, gconstpointer data)
{
  g_auto (Hog) hog = { 0 };
  g_autofree char *limit = NULL;
  g_autofree char *line = NULL;
  g_autofree char *said = NULL;
  g_autoptr (E2eRun) run = NULL;

  if (!hog_start (&hog))
    return;
  limit = g_strdup_printf ("%" G_GUINT64_FORMAT, hog.limit);
  run = e2e_start_said (stage->errors, "--debug", "-j2", "--memfree", limit, "echo ran", NULL);
  e2e_write (run, "1\n");
  line = e2e_read_line (run);
  g_assert_cmpstr (line, ==, "ran 1");
  hog_fill (&hog);
  e2e_write (run, "2\n");
  said = e2e_fifo_read_until (stage->errors, "gate --memfree: waits: ");
  g_assert_false (e2e_is_readable (run));
  hog_end (&hog);
  g_free (said);
  said = e2e_fifo_read_until (stage->errors, "gate --memfree: goes on");
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "ran 2\n");
}

static char
get_state (GPid pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) pid);
  g_autofree char *text = NULL;
  const char *after_name;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  after_name = strrchr (text, ')');
  g_assert_nonnull (after_name);
  return after_name[2];
}

/* Of all that happens to a job only its stop sends nobody a byte. Sees to it that memory stays
 * short. */
static void
wait_stopped (GPid pid, Hog *hog)
{
  gint64 deadline = g_get_monotonic_time () + (gint64) STOP_MSEC * 1000;

  while (get_state (pid) != 'T')
    {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      hog_fill (hog);
    }
}

/* The younger one of two jobs is stopped, and goes on; the older one is let alone. */
static void
test_memsuspend (E2eStage *stage, gconstpointer data)
{
  g_auto (Hog) hog = { 0 };
  g_autofree char *limit = NULL;
  g_autofree char *command = NULL;
  g_autoptr (E2eRun) run = NULL;
  GPid older;
  GPid younger;

  if (!hog_start (&hog))
    return;
  limit = g_strdup_printf ("%" G_GUINT64_FORMAT, hog.limit);
  command = e2e_stage_make_hold (stage, "true", "$$ {}");
  run = e2e_start ("-j2", "--memsuspend", limit, command, NULL);
  e2e_write (run, "1\n");
  older = e2e_fifo_read_report (stage->reports, "1");
  e2e_write (run, "2\n");
  younger = e2e_fifo_read_report (stage->reports, "2");
  hog_fill (&hog);
  wait_stopped (younger, &hog);
  g_assert_cmpint (get_state (older), !=, 'T');
  hog_end (&hog);
  /* It could not read that while it is stopped, and nobody but apool has it go on. */
  e2e_fifo_close (stage->gate);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
}

static void
add_tests (void)
{
  e2e_stage_add_test ("/memory/free", test_memfree);
  e2e_stage_add_test ("/memory/suspend", test_memsuspend);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
