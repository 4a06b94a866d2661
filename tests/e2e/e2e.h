/* SPDX-License-Identifier: MIT */
/*
 * Drives the built apool from outside, for end-to-end tests.
 *
 * A test starts apool, talks to its jobs through FIFOs, signals it, and looks at what it wrote, how
 * it ended and which processes are left. Nothing here sleeps: every wait is for a byte, an end of
 * file or the end of a process, and has a deadline after which the test program aborts with a word
 * about what did not come.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What is in its full size takes its time. */
#define E2E_DEADLINE_MSEC (e2e_is_large () ? 1000000 : 30000)

/**
 * E2eRun:
 * @pid: of the manager, or of the shell of e2e_shell()
 * @mark: what APOOL_E2E_MARK is in the environment of all that descends from it
 * @out: what it wrote to standard output, with a NUL behind it; after the end
 * @out_length: bytes in @out
 * @err: what it wrote to standard error, with a NUL behind it; after the end
 * @status: its exit status, or -1; after the end
 * @signal: what it died of, or 0; after the end
 *
 * One run of apool.
 */
typedef struct
{
  GPid pid;
  char *mark;
  char *out;
  gsize out_length;
  char *err;
  int status;
  int signal;

  /*< private >*/
  GSubprocess *process;
  GByteArray *read;
  int err_fd;
} E2eRun;

/**
 * E2eDir:
 *
 * A folder of the test's own, removed with what is in it: `g_auto (E2eDir) dir = e2e_dir_new ();`
 */
typedef char *E2eDir;

/**
 * E2eFifo:
 * @path: its name
 * @fd: open for reading and writing, so that neither end waits for the other; -1 once closed
 * @pending: bytes read beyond the last line
 *
 * A FIFO: jobs wait for its end, or write lines to it.
 */
typedef struct
{
  char *path;
  int fd;
  GString *pending;
} E2eFifo;

/**
 * E2eStage:
 * @dir: where the others are
 * @reports: where jobs write that they run
 * @errors: for e2e_start_said()
 * @gate: where jobs wait
 *
 * What a test works with that has to know when jobs run; it gets a new one.
 */
typedef struct
{
  E2eDir dir;
  E2eFifo *reports;
  E2eFifo *errors;
  E2eFifo *gate;
} E2eStage;

int e2e_main (int argc, char **argv, void (*add_tests) (void));
const char *e2e_apool (void);
const char *e2e_testprog (void);
gboolean e2e_is_sanitized (void);
gboolean e2e_is_large (void);
void e2e_forgo_leaks (void);

E2eRun *e2e_run (const char *input, ...) G_GNUC_NULL_TERMINATED;
E2eRun *e2e_run_bytes (GBytes *input, const char *const *args);
E2eRun *e2e_shell (const char *input, const char *script);
E2eRun *e2e_start (const char *first, ...) G_GNUC_NULL_TERMINATED;
E2eRun *e2e_start_shell (const char *script);
E2eRun *e2e_start_said (E2eFifo *errors, const char *first, ...) G_GNUC_NULL_TERMINATED;
void e2e_run_free (E2eRun *run);

void e2e_write (E2eRun *run, const char *text);
void e2e_close_input (E2eRun *run);
void e2e_close_output (E2eRun *run);
gsize e2e_read (E2eRun *run, char *buffer, gsize length);
char *e2e_read_line (E2eRun *run);
gboolean e2e_is_readable (E2eRun *run);
void e2e_kill (E2eRun *run, int signal_number);
void e2e_finish (E2eRun *run);

char **e2e_find_marked (E2eRun *run);
GArray *e2e_find_workers (E2eRun *run);
GPid e2e_get_worker_of (E2eRun *run, GPid job);
void e2e_wait_process (GPid pid);
void e2e_wait_gone (E2eRun *run, int msec);
gint64 e2e_get_memory (E2eRun *run);
gint64 e2e_get_cpu_msec (GPid pid);

char **e2e_read_view (E2eRun *run, E2eFifo *errors, const char *wanted);
int e2e_take_socket (GPid worker);

E2eDir e2e_dir_new (void);
void e2e_dir_free (E2eDir dir);
gboolean e2e_dir_is_empty (const char *dir);
void e2e_dir_write (const char *dir, const char *name, const char *text);
char *e2e_dir_read (const char *dir, const char *name);
void e2e_dir_check (const char *dir, const char *name, const char *expected);
E2eFifo *e2e_fifo_new (const char *dir, const char *name);
char *e2e_fifo_read_line (E2eFifo *fifo);
GPid e2e_fifo_read_report (E2eFifo *fifo, const char *text);
char *e2e_fifo_read_until (E2eFifo *fifo, const char *part);
void e2e_fifo_write (E2eFifo *fifo, const char *text);
void e2e_fifo_close (E2eFifo *fifo);
void e2e_fifo_free (E2eFifo *fifo);

void e2e_stage_add_test (const char *path, void (*test) (E2eStage *stage, gconstpointer data));
void e2e_stage_add_data_test (const char *path,
                              gconstpointer data,
                              void (*test) (E2eStage *stage, gconstpointer data));
char *e2e_stage_make_hold (E2eStage *stage, const char *condition, const char *report);
char *e2e_stage_count_reports (E2eStage *stage, guint n);

guint e2e_count (const char *text, const char *part);

#define e2e_assert_ended(run, expected_status)                                                     \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_assert_cmpint ((run)->signal, ==, 0);                                                        \
    g_assert_cmpint ((run)->status, ==, (expected_status));                                        \
  }                                                                                                \
  G_STMT_END

#define e2e_assert_count(text, part, n)                                                            \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if (e2e_count ((text), (part)) != (guint) (n))                                                 \
      g_error ("%s: not %u of \"%s\" in \"%s\"", G_STRLOC, (guint) (n), (part), (text));           \
  }                                                                                                \
  G_STMT_END

#define e2e_assert_contains(text, part)                                                            \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if (strstr ((text), (part)) == NULL)                                                           \
      g_error ("%s: no \"%s\" in \"%s\"", G_STRLOC, (part), (text));                               \
  }                                                                                                \
  G_STMT_END

G_DEFINE_AUTOPTR_CLEANUP_FUNC (E2eRun, e2e_run_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (E2eFifo, e2e_fifo_free)
G_DEFINE_AUTO_CLEANUP_FREE_FUNC (E2eDir, e2e_dir_free, NULL)

G_END_DECLS
