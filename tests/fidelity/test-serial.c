/* SPDX-License-Identifier: MIT */
/*
 * Jobs that write from nothing to 8 MiB to both streams, by turns, in pieces, and take their time
 * or do not: what arrives is what a run of one job after the other would have written, byte for
 * byte, however many run at once. Where they need not be in order, each output is in one piece.
 */

#include <string.h>

#include "e2e.h"
#include "noise.h"

enum
{
  OUT = 1,
  ERR = 2,
};

typedef struct
{
  const char *options;
  const char *how; /* a command of the shell that has `jobs` write to `out`, and maybe `err` */
  unsigned seed;
  gboolean begins_lines; /* a line begins where the one before it has no end */
} Run;

static guint
get_n_jobs (void)
{
  return e2e_is_sanitized () ? 20 : 40;
}

static void
run_jobs (const Run *what, const char *dir)
{
  const guint n_jobs = get_n_jobs ();
  g_autofree char *script = g_strdup_printf (
      "apool=$1 testprog=$2; jobs () { seq %u | \"$apool\" %s \"$testprog\" noise %u {}; "
      "echo $? >status; }; cd %s && %s && cat status",
      n_jobs, what->options, what->seed, dir, what->how);
  g_autofree char *failures = g_strdup_printf ("%u\n", n_jobs / 3);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, failures);
  g_assert_cmpstr (run->err, ==, "");
}

static GMappedFile *
map_output (const char *dir, const char *name)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autoptr (GError) error = NULL;
  GMappedFile *file = g_mapped_file_new (path, FALSE, &error);

  g_assert_no_error (error);
  return file;
}

/* Returns: the offset behind the newline that comes before @length more bytes, if there has to be
 * one
 */
static gsize
check_begin (GMappedFile *file, gsize offset, const Run *what, gsize length)
{
  const char *contents = g_mapped_file_get_contents (file);

  if (!what->begins_lines || offset == 0 || length == 0 || contents[offset - 1] == '\n')
    return offset;
  g_assert_cmpuint (offset, <, g_mapped_file_get_length (file));
  g_assert_cmpint (contents[offset], ==, '\n');
  return offset + 1;
}

/* What is there at @offset is the output of one job to one stream, whole.
 * Returns: the offset behind it */
static gsize
check_block (GMappedFile *file, gsize offset, const Run *what, guint job, int stream)
{
  static char expected[NOISE_MAX_BYTES];
  const gsize length = noise_get_length (what->seed, job, stream);

  offset = check_begin (file, offset, what, length);
  g_assert_cmpuint (length, <=, sizeof expected);
  g_assert_cmpuint (length, <=, g_mapped_file_get_length (file) - offset);
  noise_fill (expected, length, job, stream);
  if (length > 0 && memcmp (g_mapped_file_get_contents (file) + offset, expected, length) != 0)
    g_error ("another output than that of job %u to %s", job, stream == OUT ? "stdout" : "stderr");
  return offset + length;
}

static void
check_serial (GMappedFile *file, const Run *what, int streams)
{
  gsize offset = 0;

  for (guint job = 1; job <= get_n_jobs (); job++)
    {
      if (streams & OUT)
        offset = check_block (file, offset, what, job, OUT);
      if (streams & ERR)
        offset = check_block (file, offset, what, job, ERR);
    }
  g_assert_cmpuint (offset, ==, g_mapped_file_get_length (file));
}

/* Whose bytes begin at @offset. */
static guint
identify_job (GMappedFile *file, gsize offset)
{
  char number[9] = { 0 };
  guint job;

  g_assert_cmpuint (NOISE_MIN_BYTES, <=, g_mapped_file_get_length (file) - offset);
  memcpy (number, g_mapped_file_get_contents (file) + offset, sizeof number - 1);
  job = (guint) g_ascii_strtoull (number, NULL, 10);
  g_assert_cmpuint (job, >=, 1);
  g_assert_cmpuint (job, <=, get_n_jobs ());
  return job;
}

/* Where both streams go to one place, a job's standard error follows its standard output. */
static void
check_pieces (GMappedFile *file, const Run *what, int streams)
{
  g_autofree gboolean *seen = g_new0 (gboolean, get_n_jobs () + 1);
  gsize offset = 0;

  while (offset < g_mapped_file_get_length (file))
    {
      guint job = identify_job (file, offset);

      g_assert_false (seen[job]);
      seen[job] = TRUE;
      if (streams & OUT)
        offset = check_block (file, offset, what, job, OUT);
      if (streams & ERR)
        offset = check_block (file, offset, what, job, ERR);
    }
  for (guint job = 1; job <= get_n_jobs (); job++)
    if (!seen[job])
      for (int stream = OUT; stream <= ERR; stream++)
        g_assert_true (!(streams & stream) || noise_get_length (what->seed, job, stream) == 0);
}

/* What is there at @offset is the next line of a job, of which @done bytes have come; the last one
 * may lack its end, and is given one where another job's line follows.
 * Returns: the offset behind it */
static gsize
check_line (GMappedFile *file, gsize offset, guint job, int stream, gsize *done, gsize length)
{
  const char *contents = g_mapped_file_get_contents (file);
  char line[NOISE_LINE_BYTES];
  gsize rest = MIN (sizeof line, length - *done);

  g_assert_cmpuint (*done, <, length);
  g_assert_cmpuint (rest, <=, g_mapped_file_get_length (file) - offset);
  noise_make_line (line, job, stream, *done / sizeof line);
  g_assert_true (memcmp (contents + offset, line, rest) == 0);
  *done += rest;
  offset += rest;
  if (rest < sizeof line && offset < g_mapped_file_get_length (file))
    g_assert_cmpint (contents[offset++], ==, '\n');
  return offset;
}

/* Lines of all jobs in any order, those of each job in theirs. */
static void
check_lines (GMappedFile *file, const Run *what, int stream)
{
  g_autofree gsize *done = g_new0 (gsize, get_n_jobs () + 1);
  gsize offset = 0;

  while (offset < g_mapped_file_get_length (file))
    {
      guint job = identify_job (file, offset);

      offset = check_line (file, offset, job, stream, &done[job],
                           noise_get_length (what->seed, job, stream));
    }
  for (guint job = 1; job <= get_n_jobs (); job++)
    g_assert_cmpuint (done[job], ==, noise_get_length (what->seed, job, stream));
}

/* Both streams of each job are one: what it wrote is there in the order in which it wrote it. */
static void
check_merged (GMappedFile *file, const Run *what, int streams)
{
  static char bytes[2][NOISE_MAX_BYTES];
  const char *contents = g_mapped_file_get_contents (file);
  gsize offset = 0;

  for (guint job = 1; job <= get_n_jobs (); job++)
    {
      size_t left[] = { noise_get_length (what->seed, job, OUT),
                        noise_get_length (what->seed, job, ERR) };
      const char *next[] = { bytes[0], bytes[1] };
      NoiseDice dice;

      g_assert_cmpuint (left[0] + left[1], <=, g_mapped_file_get_length (file) - offset);
      noise_fill (bytes[0], left[0], job, OUT);
      noise_fill (bytes[1], left[1], job, ERR);
      noise_dice_init (&dice, what->seed, job, 0);
      while (left[0] + left[1] > 0)
        {
          size_t length;
          int i = noise_choose_piece (&dice, left, &length) - 1;

          g_assert_true (memcmp (contents + offset, next[i], length) == 0);
          offset += length;
          next[i] += length;
          left[i] -= length;
        }
    }
  g_assert_cmpuint (offset, ==, g_mapped_file_get_length (file));
}

typedef void (*CheckFunc) (GMappedFile *file, const Run *what, int streams);

static void
check_apart (const Run *what, CheckFunc check)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (GMappedFile) out = NULL;
  g_autoptr (GMappedFile) err = NULL;

  run_jobs (what, dir);
  out = map_output (dir, "out");
  err = map_output (dir, "err");
  check (out, what, OUT);
  check (err, what, ERR);
}

static void
check_together (const Run *what, CheckFunc check)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (GMappedFile) out = NULL;

  run_jobs (what, dir);
  out = map_output (dir, "out");
  check (out, what, OUT | ERR);
}

static void
test_serial_apart (gconstpointer data)
{
  check_apart (data, check_serial);
}

static void
test_serial_together (gconstpointer data)
{
  check_together (data, check_serial);
}

static void
test_pieces_apart (gconstpointer data)
{
  check_apart (data, check_pieces);
}

static void
test_pieces_together (gconstpointer data)
{
  check_together (data, check_pieces);
}

static void
test_merged (gconstpointer data)
{
  check_together (data, check_merged);
}

static void
test_lines (gconstpointer data)
{
  check_apart (data, check_lines);
}

#define FILES "jobs >out 2>err"
#define PIPES "{ jobs 2>&1 >&3 3>&- | cat >err; } 3>&1 | cat >out"
#define ONE_FILE "jobs >out 2>&1"
#define ONE_PIPE "jobs 2>&1 | cat >out"

static const struct
{
  const char *path;
  void (*test) (gconstpointer data);
  Run run;
} serial_tests[] = {
  { "/serial/files/1", test_serial_apart, { "-j1", FILES, 1 } },
  { "/serial/files/2", test_serial_apart, { "-j2", FILES, 2 } },
  { "/serial/files/16", test_serial_apart, { "-k -j16", FILES, 3 } },
  { "/serial/pipes/3", test_serial_apart, { "-j3", PIPES, 4 } },
  { "/serial/pipes/16", test_serial_apart, { "-j16", PIPES, 5 } },
  { "/serial/one-file/1", test_serial_together, { "-j1", ONE_FILE, 6 } },
  { "/serial/one-file/9", test_serial_together, { "-j9", ONE_FILE, 7 } },
  { "/serial/one-pipe/16", test_serial_together, { "-j16", ONE_PIPE, 8 } },
  { "/serial/one-worker", test_serial_apart, { "-j16 --workers 1", PIPES, 9 } },
  { "/serial/few-descriptors", test_serial_apart, { "-j16", "ulimit -n 40 && " FILES, 20 } },
  { "/serial/few-descriptors/lines", test_lines, { "--lb -j16", "ulimit -n 40 && " FILES, 21 } },
  { "/serial/recycled", test_serial_apart, { "-j8 --max-tasks-per-worker 5", FILES, 10 } },
  { "/serial/line-buffer/files", test_lines, { "--lb -j16", FILES, 18 } },
  { "/serial/line-buffer/pipes", test_lines, { "--lb -j5", PIPES, 19 } },
  { "/serial/line-buffer/keep-order", test_serial_apart, { "-k --lb -j4", PIPES, 15, TRUE } },
  { "/serial/merge", test_merged, { "--merge -j5", "jobs >out", 16 } },
  { "/serial/merge/one-pipe", test_merged, { "--merge -j16", ONE_PIPE, 17 } },
  { "/serial/unordered/files", test_pieces_apart, { "--unordered -j16", FILES, 11 } },
  { "/serial/unordered/pipes", test_pieces_apart, { "--unordered -j4", PIPES, 12 } },
  { "/serial/unordered/one-file", test_pieces_together, { "--unordered -j16", ONE_FILE, 13 } },
  { "/serial/unordered/one-pipe", test_pieces_together, { "--unordered -j3", ONE_PIPE, 14 } },
};

static void
add_tests (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (serial_tests); i++)
    g_test_add_data_func (serial_tests[i].path, &serial_tests[i].run, serial_tests[i].test);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
