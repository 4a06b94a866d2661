/* SPDX-License-Identifier: MIT */
/* One run: builds inputs, factory, pool and sinks from the options, and sees the run through to its
 * end. The only place that names concrete classes. */

#include "cli/apool-run.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-io.h"
#include "base/apool-process.h"
#include "base/apool-shell.h"
#include "base/apool-termseq.h"
#include "base/apool-tree.h"
#include "cli/apool-exit.h"
#include "cli/apool-gate-plan.h"
#include "cli/apool-hint.h"
#include "cli/apool-inputs.h"
#include "cli/apool-make.h"
#include "cli/apool-many.h"
#include "cli/apool-output-plan.h"
#include "cli/apool-records.h"
#include "cli/apool-results.h"
#include "cli/apool-resume-plan.h"
#include "cli/apool-run-summary.h"
#include "cli/apool-scene.h"
#include "cli/apool-signals.h"
#include "cli/apool-status.h"
#include "cli/apool-time-limits.h"
#include "cli/apool-tui.h"
#include "cli/apool-view.h"
#include "factory/apool-local-factory.h"
#include "pool/apool-halt.h"
#include "pool/apool-pool.h"
#include "sinks/apool-debug.h"
#include "sinks/apool-notices.h"
#include "sinks/apool-output.h"
#include "sinks/apool-readers.h"
#include "worker/apool-warm-shell.h"

/* How long a worker that cannot be kept is waited for at first: milliseconds. */
#define RETRY_MSEC 100u

typedef struct _ApoolRun ApoolRun;

struct _ApoolRun
{
  const ApoolOptions *options;
  char *shell; /* of the jobs */
  GMainLoop *loop;
  ApoolMake *make;
  ApoolGates *gates; /* outlive the pool */
  ApoolInputs *inputs;
  char *parent; /* (nullable): what directories of jobs' own are in; removed with what is left there
                 */
  ApoolRecords *records; /* (nullable): outlive the output and the pool */
  ApoolMany *many;
  ApoolOutputPlan plan;
  ApoolWorkerFactory *factory;
  ApoolPool *pool;
  ApoolResultTable *table; /* (nullable) */
  ApoolCodec *codec;       /* (nullable): outlives the output */
  ApoolOutput *output;
  ApoolReaders *readers; /* (nullable): only where jobs write themselves */
  ApoolNotices *notices;
  ApoolDebug *debug;        /* (nullable) */
  ApoolRunSummary *summary; /* (nullable) */
  ApoolExit *exit;
  ApoolScene *scene;            /* (nullable): before it is opened */
  ApoolHalt *halt;              /* (nullable) */
  ApoolTimeLimits *time_limits; /* (nullable) */
  ApoolStatus *status;
  ApoolTui *tui;         /* (nullable): outlives the output */
  ApoolSignals *signals; /* (nullable): while it runs */
  int signum;            /* once it is over: of what it dies; 0 where it does not */
  gboolean is_abandoned; /* the same: nobody waits for what would be said */
  gboolean is_cut_off;   /* by a signal, in the middle of an output: nothing is printed any more */
  gboolean pool_is_done;
  gboolean is_in_trouble;
  GString *notes;      /* what is to be said before anything runs */
  GString *last_words; /* what is to be said when the run is over */
};

/* Not said at once: the write may block, and the loop must not. */
static void
apool_run_complain (ApoolRun *self, const char *what)
{
  g_string_append_printf (self->last_words, "apool: %s\n", what);
  self->is_in_trouble = TRUE;
}

/* ---- what the parts ask of each other ---- */

static void
apool_run_stream_task_cb (guint64 seq, gpointer data)
{
  apool_pool_stream_task (((ApoolRun *) data)->pool, seq);
}

static void
apool_run_congested_cb (gboolean congested, guint64 except, gpointer data)
{
  apool_pool_set_congested (((ApoolRun *) data)->pool, congested, except);
}

/* Nobody reads on: the run ends as any program in a pipeline would, and quietly. */
static void
apool_run_lose_reader_cb (gpointer data)
{
  ApoolRun *self = data;

  apool_signals_note (self->signals, SIGPIPE);
  apool_pool_terminate (self->pool, TRUE);
}

static void
apool_run_output_failed_cb (const GError *error, gpointer data)
{
  ApoolRun *self = data;

  apool_records_forsake (self->records);
  if (g_error_matches (error, APOOL_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
    {
      apool_run_lose_reader_cb (self);
      return;
    }
  /* A signal's doing, not trouble: the run dies of it. */
  self->is_cut_off = g_error_matches (error, APOOL_IO_ERROR, G_IO_ERROR_CANCELLED);
  if (self->is_cut_off)
    g_string_append_printf (self->last_words, "apool: %s\n", error->message);
  else
    apool_run_complain (self, error->message);
  apool_pool_terminate (self->pool, TRUE);
}

static void
apool_run_output_done_cb (gpointer data)
{
  g_main_loop_quit (((ApoolRun *) data)->loop);
}

static const ApoolOutputFuncs apool_run_output_funcs = {
  .stream_task = apool_run_stream_task_cb,
  .congested = apool_run_congested_cb,
  .failed = apool_run_output_failed_cb,
  .done = apool_run_output_done_cb,
};

/* What was not printed since a signal came. */
static void
apool_run_tell_dropped (ApoolRun *self)
{
  guint64 n_dropped = apool_output_abandon (self->output);

  if (n_dropped > 0)
    g_string_append_printf (self->last_words,
                            "apool: ended: outputs dropped: %" G_GUINT64_FORMAT "\n", n_dropped);
}

/* Leaves at once: no process is left, and nobody waits for what would be printed. */
static void
apool_run_abandon (ApoolRun *self)
{
  apool_run_tell_dropped (self);
  g_main_loop_quit (self->loop);
}

/* The signal that has cut the output off waits for us, if it has not been seen to yet. */
static void
apool_run_finish_cut_off (ApoolRun *self)
{
  apool_signals_wait (self->signals, g_main_loop_get_context (self->loop));
  if (!apool_signals_is_abandoned (self->signals))
    apool_run_tell_dropped (self);
}

/* What has succeeded in the end, and might not have. */
static void
apool_run_tell_flaky (ApoolRun *self)
{
  guint64 n_flaky = apool_notices_get_n_flaky (self->notices);

  if (n_flaky > 0 && !self->options->summary.is_quiet)
    g_string_append_printf (self->last_words,
                            "apool: flaky: %" G_GUINT64_FORMAT " %s succeeded after a failure\n",
                            n_flaky, n_flaky == 1 ? "job" : "jobs");
}

/* What was left out without a word for each. */
static void
apool_run_tell_bad (ApoolRun *self)
{
  guint64 n_bad = apool_inputs_get_n_bad (self->inputs);

  if (n_bad > 0 && !self->options->summary.is_quiet)
    g_string_append_printf (self->last_words, "apool: bad inputs: %" G_GUINT64_FORMAT " skipped\n",
                            n_bad);
}

static void
apool_run_pool_done_cb (const GError *error, gpointer data)
{
  ApoolRun *self = data;

  self->pool_is_done = TRUE;
  if (error)
    apool_run_complain (self, error->message);
  apool_run_tell_bad (self);
  if (apool_signals_is_abandoned (self->signals))
    apool_run_abandon (self);
  else
    apool_output_finish (self->output);
}

/* ---- signals ---- */

static void
apool_run_show_cb (gpointer data)
{
  apool_status_show_jobs (((ApoolRun *) data)->status);
}

static void
apool_run_toggle_cb (gpointer data)
{
  ApoolRun *self = data;

  if (!self->pool_is_done)
    apool_status_toggle_progress (self->status);
}

static gboolean
apool_run_abandon_cb (gpointer data)
{
  ApoolRun *self = data;

  if (self->pool_is_done)
    apool_run_abandon (self);
  return self->pool_is_done;
}

static const ApoolSignalsFuncs apool_run_signals_funcs = {
  .show = apool_run_show_cb,
  .toggle = apool_run_toggle_cb,
  .abandon = apool_run_abandon_cb,
};

/* ---- setting up ---- */

static gboolean
apool_run_check_tmpdir (ApoolRun *self, const char **directory, GError **error)
{
  const ApoolOutputOptions *options = &self->options->output;
  const char *option = options->tmpdir ? "--tmpdir" : "--files";
  struct stat info;
  int errnum = 0;

  *directory = options->tmpdir ? options->tmpdir : g_get_tmp_dir ();
  /* Where it was not asked for it may never be needed: then its lack is no fault. */
  if (!options->tmpdir && !options->prints_names)
    return TRUE;
  if (stat (*directory, &info) == 0 && !S_ISDIR (info.st_mode))
    errnum = ENOTDIR;
  else if (access (*directory, W_OK | X_OK) < 0)
    errnum = errno;
  if (errnum)
    apool_error_set_errno (error, errnum, "%s: '%s'", option, *directory);
  return errnum == 0;
}

static gboolean
apool_run_open_inputs (ApoolRun *self, GError **error)
{
  g_autoptr (ApoolRetry) retry = NULL;
  const char *directory;

  if (!apool_run_check_tmpdir (self, &directory, error) ||
      !apool_resume_plan_read_failed (self->options, &retry, self->notes, error))
    return FALSE;
  self->inputs =
      apool_inputs_new (self->options, apool_many_get_sizes (self->many)->jobs, directory,
                        apool_shell_get_quote_style (self->shell), retry, error);
  return self->inputs != NULL;
}

static gboolean
apool_run_open_records (ApoolRun *self, GError **error)
{
  self->records = apool_records_new (self->options, self->inputs, self->shell, self->notes, error);
  return self->records != NULL;
}

/* Makes the place for directories of jobs' own. */
static gboolean
apool_run_open_parent (ApoolRun *self, GError **error)
{
  const char *directory;
  g_autofree char *path = NULL;
  g_autofree char *template = NULL;

  if (!self->options->owns_directory || self->options->text.is_dry_run)
    return TRUE;
  if (!apool_run_check_tmpdir (self, &directory, error))
    return FALSE;
  path = g_canonicalize_filename (directory, NULL);
  template = g_build_filename (path, "apool-XXXXXX", NULL);
  if (!mkdtemp (template))
    {
      apool_error_set_errno (error, errno, "--wd ...: %s", path);
      return FALSE;
    }
  self->parent = g_steal_pointer (&template);
  apool_tasks_set_parent (apool_inputs_get_tasks (self->inputs), self->parent);
  return TRUE;
}

/* No job is left: what stands there is what none of them could remove, or nothing. It is said where
 * it stays, but the run did what it was to do. */
static void
apool_run_remove_parent (ApoolRun *self)
{
  g_autoptr (GError) error = NULL;

  if (self->parent && !apool_tree_remove (self->parent, &error) && !self->options->summary.is_quiet)
    g_string_append_printf (self->last_words, "apool: --wd: %s\n", error->message);
}

/* Says now what would come to light when there is something to lose. */
static gboolean
apool_run_open_codec (ApoolRun *self, GError **error)
{
  const ApoolOutputOptions *options = &self->options->output;

  if (self->plan.is_direct || (!options->is_compressed && !options->compress))
    return TRUE;
  self->codec = apool_codec_new (self->shell, options->compress, options->decompress);
  return apool_codec_check (self->codec, options->results || options->prints_names, error);
}

/* Where commands are printed instead of being run, nothing is kept: what a table in a file has
 * stays as it is. */
static gboolean
apool_run_open_table (ApoolRun *self, GMainContext *context, GError **error)
{
  const ApoolOptions *options = self->options;
  ApoolResultsConfig config = {
    .fields = apool_inputs_get_fields (self->inputs),
    .n_values = apool_input_options_get_n_values (&options->input),
    .appends = options->record.resume != APOOL_RESUME_NONE,
    .takes_names = apool_inputs_get_retry (self->inputs) != NULL,
    .context = context,
  };

  if (options->text.is_dry_run && options->output.table_path)
    return TRUE;
  return apool_results_open (&options->output, &config, &self->table, error);
}

static gboolean
apool_run_open_output (ApoolRun *self, GMainContext *context, GError **error)
{
  ApoolOutputConfig *config = &self->plan.config;

  if (!apool_output_plan_find (&self->plan, self->options, error) ||
      !apool_run_check_tmpdir (self, &config->spool_directory, error) ||
      !apool_run_open_codec (self, error) || !apool_run_open_table (self, context, error))
    return FALSE;
  config->codec = self->codec;
  config->stdout_fd = STDOUT_FILENO;
  config->stderr_fd = STDERR_FILENO;
  config->table = self->table;
  config->keepers = apool_records_get_keepers (self->records);
  self->summary = apool_run_summary_new (self->options, config->keepers);
  apool_tui_fill_config (self->tui, config);
  self->output = apool_output_new (context, config, &apool_run_output_funcs, self, error);
  return self->output != NULL;
}

/* The first job gets our standard input, where nothing else reads it and nobody types it. */
static void
apool_run_give_stdin (ApoolRun *self)
{
  int fd;

  if (apool_inputs_read_stdin (self->inputs) || isatty (STDIN_FILENO) ||
      (fcntl (STDIN_FILENO, F_GETFL) & O_ACCMODE) == O_WRONLY)
    return;
  fd = fcntl (STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
  if (fd >= 0) /* else descriptors are short, and the job reads nothing */
    apool_pool_set_first_stdin (self->pool, fd);
}

static void
apool_run_open_debug (ApoolRun *self)
{
  self->debug = apool_debug_new (self->output);
  apool_pool_add_observer (self->pool, APOOL_OBSERVER (self->debug));
}

static pid_t
apool_run_get_helper_cb (gpointer data)
{
  return apool_inputs_get_helper_pid (((ApoolRun *) data)->inputs);
}

static const char *
apool_run_get_termseq (const ApoolRun *self)
{
  if (self->options->patience.termseq)
    return self->options->patience.termseq;
  return self->options->is_parallel ? APOOL_TERMSEQ_PARALLEL : APOOL_TERMSEQ_DEFAULT;
}

static void
apool_run_open_factory (ApoolRun *self, GMainContext *context, const char *worker_argument)
{
  static const int output_fds[APOOL_N_STREAMS] = { STDOUT_FILENO, STDERR_FILENO };
  const ApoolOptions *options = self->options;
  gboolean is_dry_run = options->text.is_dry_run;
  ApoolLocalFactoryConfig config = {
    .program = "/proc/self/exe",
    .argument = worker_argument,
    .shell = self->shell,
    .drain_msec = options->output.drain_msec,
    .merges = options->output.is_merged,
    .streams = self->plan.streams,
    .output_fds = self->plan.is_direct ? output_fds : NULL,
    .max_passed = apool_many_get_max_passed (self->many),
    .init = is_dry_run ? NULL : options->worker_init,
    .exit = is_dry_run ? NULL : options->worker_exit,
    .hook_timeout_msec = options->worker_init_timeout_msec,
    .is_warm = options->is_warm,
    .leaks = options->leaks,
    .worker_timeout_msec = options->worker_timeout_msec,
    .get_helper = apool_run_get_helper_cb,
    .helper_data = self,
    .slot_variable = options->text.slot_variable,
    .open_files = apool_many_get_open_files (self->many),
    .termseq = apool_run_get_termseq (self),
    .surroundings = apool_scene_get_surroundings (self->scene),
  };

  self->factory = APOOL_WORKER_FACTORY (apool_local_factory_new (context, &config));
}

static void
apool_run_open_pool (ApoolRun *self, GMainContext *context)
{
  const ApoolOptions *options = self->options;
  ApoolPoolLimits limits = {
    .max_tasks = options->max_tasks,
    .retries = options->retries,
    .retry = options->patience.retry,
    .crash_limit = options->crash_limit,
    .delay_msec = RETRY_MSEC,
    .is_weighted = options->weight != NULL,
    .workers_prepare = options->worker_init && !options->text.is_dry_run,
  };

  apool_many_fill_limits (self->many, &limits);
  self->pool = apool_pool_new (context, self->factory, apool_inputs_get_tasks (self->inputs),
                               &limits, options->scheduler, apool_run_pool_done_cb, self);
  if (apool_gates_get_n_gates (self->gates) > 0)
    apool_pool_set_gates (self->pool, self->gates);
  if (options->on_error && !options->text.is_dry_run)
    apool_pool_set_on_error (self->pool, options->on_error);
  apool_run_give_stdin (self);
}

/* The job that decides is with the output already: it comes whatever is ended now. */
static void
apool_run_halt_cb (const ApoolHaltVerdict *verdict, gpointer data)
{
  ApoolRun *self = data;
  const ApoolHaltRule *rule = apool_halt_get_rule (self->halt);
  g_autofree char *line = apool_view_dup_halt (rule, verdict);

  if (!self->options->summary.is_quiet)
    apool_output_say (self->output, line);
  if (rule->when == APOOL_HALT_NOW)
    apool_output_end_live (self->output);
}

static void
apool_run_open_halt (ApoolRun *self)
{
  const ApoolOptions *options = self->options;

  if (options->halt.when == APOOL_HALT_NEVER || options->text.is_dry_run)
    return;
  self->halt = apool_halt_new (self->pool, apool_inputs_get_tasks (self->inputs), &options->halt,
                               apool_run_halt_cb, self);
  apool_exit_set_halt (self->exit, self->halt);
  apool_pool_add_observer (self->pool, APOOL_OBSERVER (self->halt));
}

/* Jobs that write themselves find out that nobody reads, and we from them. */
static void
apool_run_open_readers (ApoolRun *self, GMainContext *context)
{
  self->readers =
      apool_readers_new (context, STDOUT_FILENO, STDERR_FILENO, apool_run_lose_reader_cb, self);
  apool_pool_add_observer (self->pool, APOOL_OBSERVER (self->readers));
}

static void
apool_run_out_of_time_cb (gpointer data)
{
  ((ApoolRun *) data)->is_in_trouble = TRUE;
}

static void
apool_run_add_observers (ApoolRun *self, GMainContext *context)
{
  self->exit = apool_exit_new ();
  self->notices = apool_notices_new (self->output, apool_inputs_get_input_name (self->inputs),
                                     self->options->summary.is_quiet);
  apool_pool_add_observer (self->pool, APOOL_OBSERVER (self->output));
  apool_records_attach (self->records, self->pool, self->output);
  apool_scene_attach (self->scene, self->pool, self->output,
                      apool_many_get_sizes (self->many)->jobs);
  apool_pool_add_observer (self->pool, APOOL_OBSERVER (self->notices));
  if (self->summary)
    apool_run_summary_attach (self->summary, self->pool);
  apool_pool_add_observer (self->pool, APOOL_OBSERVER (self->exit));
  apool_run_open_halt (self);
  self->time_limits = apool_time_limits_new (context, &self->options->patience.limits, self->pool,
                                             self->output, apool_run_out_of_time_cb, self);
  self->status = apool_status_new (context, self->options, self->pool,
                                   apool_inputs_get_tasks (self->inputs), self->output);
  if (apool_status_wants_estimate (self->status))
    apool_status_set_estimate (self->status, apool_records_create_estimate (self->records));
  apool_status_begin (self->status, self->tui, self->many);
  if (self->plan.is_direct)
    apool_run_open_readers (self, context);
  apool_many_open (self->many, context, self->pool, self->output);
  if (self->options->debug)
    apool_run_open_debug (self);
}

static void
apool_run_say_cb (const char *line, gpointer data)
{
  ApoolRun *self = data;

  if (!self->options->summary.is_quiet)
    apool_output_say (self->output, line);
}

/* What a job has to wait for beside a free slot. */
static gboolean
apool_run_open_gates (ApoolRun *self, GMainContext *context, GError **error)
{
  const ApoolOptions *options = self->options;
  const ApoolGatePlaces places = {
    .context = context,
    .root = "/",
    .shell = self->shell,
    .n_cpus = apool_about_count (options->unit),
  };

  self->gates = apool_gates_new ();
  apool_gates_set_say (self->gates, options->debug, apool_run_say_cb, self);
  if (!options->text.is_dry_run &&
      !apool_gate_plan_add (&options->gates, &places, self->gates, error))
    return FALSE;
  apool_make_add_gate (self->make, context, self->gates);
  if (apool_gates_get_n_gates (self->gates) > 0)
    apool_many_let_nobody_wait (self->many);
  return TRUE;
}

/* What is to be said before anything runs. */
static void
apool_run_say_notes (ApoolRun *self)
{
  g_autofree char *notes = apool_make_dup_notes (self->make, apool_many_get_sizes (self->many));

  if (self->options->summary.is_quiet)
    return;
  if (notes[0])
    apool_output_say (self->output, notes);
  if (self->notes->len > 0)
    apool_output_say_bytes (self->output, self->notes->str, self->notes->len);
}

static void
apool_run_interrupted_cb (gpointer data)
{
  apool_signals_interrupt (((ApoolRun *) data)->signals);
}

static void
apool_run_stopped_cb (gpointer data)
{
  apool_signals_stop (((ApoolRun *) data)->signals);
}

static const ApoolSceneFuncs apool_run_scene_funcs = {
  .interrupted = apool_run_interrupted_cb,
  .stopped = apool_run_stopped_cb,
};

/* What the user types is for one of them: the manager would be stopped when it reads, or take an
 * answer for an input. */
static gboolean
apool_run_check_terminal (ApoolRun *self, GError **error)
{
  const ApoolPlaceOptions *place = &self->options->place;
  gboolean shows_tui = self->options->shows_tui;
  const char *option = place->is_interactive ? "--interactive"
                       : shows_tui           ? "--tui"
                       : place->is_tty       ? "--tty"
                                             : "--open-tty";

  if ((!place->is_interactive && !place->has_terminal && !shows_tui) ||
      !apool_inputs_read_stdin (self->inputs) || !isatty (STDIN_FILENO))
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "%s: the inputs come from the terminal, too: use ::: or -a FILE for them", option);
  return FALSE;
}

static gboolean
apool_run_open_scene (ApoolRun *self, GMainContext *context, GError **error)
{
  if (!apool_run_check_terminal (self, error))
    return FALSE;
  self->scene = apool_scene_new (context, self->options, apool_shell_get_quote_style (self->shell),
                                 self->plan.is_direct, error);
  if (self->scene)
    apool_scene_set_funcs (self->scene, &apool_run_scene_funcs, self);
  return self->scene != NULL;
}

static gboolean
apool_run_open (ApoolRun *self, const char *worker_argument, GError **error)
{
  GMainContext *context = g_main_context_default ();

  self->make = apool_make_new (self->options);
  self->many = apool_many_new (self->options, self->make, error);
  if (!self->many || (self->options->is_warm && !apool_warm_shell_check (self->shell, error)) ||
      !apool_make_serve (self->make, apool_many_get_sizes (self->many), error) ||
      !apool_run_open_inputs (self, error) || !apool_run_open_records (self, error) ||
      !apool_tui_new (context, self->options, &self->tui, error) ||
      !apool_run_open_output (self, context, error) ||
      !apool_run_open_gates (self, context, error) ||
      !apool_run_open_scene (self, context, error) || !apool_run_open_parent (self, error) ||
      !apool_records_begin (self->records, error))
    return FALSE;
  self->loop = g_main_loop_new (context, FALSE);
  apool_run_open_factory (self, context, worker_argument);
  apool_run_open_pool (self, context);
  apool_run_add_observers (self, context);
  apool_run_say_notes (self);
  apool_hint_attach (self->options, self->inputs, self->shell, self->pool, self->output);
  return TRUE;
}

/* All jobs that are over have their rows; those that are not get none. */
static void
apool_run_finish_table (ApoolRun *self)
{
  g_autoptr (GError) error = NULL;

  if (self->table && !apool_result_table_finish (self->table, &error))
    apool_run_complain (self, error->message);
}

/* What is said last of all: how the run went. Who has sent two signals does not wait for it. */
static void
apool_run_summarize (ApoolRun *self)
{
  const ApoolRunEnd end = {
    .signum = self->signum,
    .is_halted = self->halt && apool_halt_get_verdict (self->halt),
    .is_in_trouble = self->is_in_trouble,
    .reads_stdin = apool_inputs_read_stdin (self->inputs),
  };

  if (self->is_abandoned ||
      !(self->summary && apool_run_summary_append (self->summary, &end, self->last_words)))
    apool_run_tell_flaky (self);
  if (self->last_words->len > 0 && apool_output_is_within_line (self->output))
    g_string_prepend_c (self->last_words, '\n');
}

/* The output is done with, and signals are what they were before: where nobody reads, the next one
 * ends us. Who has sent two has waited enough, and is told only where there is room. */
static void
apool_run_say_last_words (ApoolRun *self)
{
  struct pollfd room = { .fd = STDERR_FILENO, .events = POLLOUT };

  if (self->last_words->len == 0)
    return;
  if (!self->is_abandoned || poll (&room, 1, 0) > 0)
    apool_io_say (STDERR_FILENO, self->last_words->str);
}

/* Who knows the pool goes before it, and what the pool uses to its end goes after it. */
static void
apool_run_clear (ApoolRun *self)
{
  g_string_free (self->last_words, TRUE);
  g_string_free (self->notes, TRUE);
  g_free (self->parent);
  g_free (self->shell);
  g_clear_pointer (&self->time_limits, apool_time_limits_free);
  g_clear_object (&self->halt);
  g_clear_pointer (&self->status, apool_status_free);
  g_clear_pointer (&self->many, apool_many_free);
  g_clear_object (&self->pool);
  g_clear_pointer (&self->gates, apool_gates_free);
  g_clear_pointer (&self->make, apool_make_free);
  g_clear_object (&self->scene);
  g_clear_object (&self->factory);
  g_clear_object (&self->output);
  g_clear_object (&self->readers);
  g_clear_pointer (&self->summary, apool_run_summary_free);
  g_clear_pointer (&self->records, apool_records_free);
  g_clear_object (&self->table);
  g_clear_pointer (&self->codec, apool_codec_free);
  g_clear_object (&self->notices);
  g_clear_object (&self->debug);
  g_clear_object (&self->exit);
  g_clear_pointer (&self->inputs, apool_inputs_free);
  g_clear_pointer (&self->tui, apool_tui_free);
  g_clear_pointer (&self->loop, g_main_loop_unref);
}

/* Returns: the exit status, as it stands */
static int
apool_run_get_status (const ApoolRun *self)
{
  if (self->is_in_trouble)
    return APOOL_EXIT_TROUBLE;
  return self->signum ? 128 + self->signum : apool_exit_get_status (self->exit);
}

/* Runs it all. Returns an exit status. */
static int
apool_run_go (ApoolRun *self)
{
  self->signals = apool_signals_new (self->pool, self->output, &apool_run_signals_funcs, self);
  apool_pool_start (self->pool);
  g_main_loop_run (self->loop);
  if (self->is_cut_off)
    apool_run_finish_cut_off (self);
  apool_run_finish_table (self);
  self->signum = apool_signals_get_signum (self->signals);
  self->is_abandoned = apool_signals_is_abandoned (self->signals);
  self->is_in_trouble |=
      !apool_records_finish (self->records, apool_run_get_status (self), self->last_words);
  g_clear_pointer (&self->signals, apool_signals_free);
  apool_run_summarize (self);
  return apool_run_get_status (self);
}

/**
 * apool_run:
 * @options: what to do
 * @worker_argument: what makes this program a worker
 *
 * Does what the command line asks for. Where a signal ends the run, the process dies of it.
 *
 * Returns: an exit status
 */
int
apool_run (const ApoolOptions *options, const char *worker_argument)
{
  ApoolRun self = { .options = options,
                    .shell = apool_shell_find (),
                    .notes = g_string_new (NULL),
                    .last_words = g_string_new (NULL) };
  g_autoptr (GError) error = NULL;
  int status = APOOL_EXIT_TROUBLE;

  apool_process_adopt_orphans ();
  apool_signals_prepare ();
  if (apool_run_open (&self, worker_argument, &error))
    status = apool_run_go (&self);
  else
    apool_run_complain (&self, error->message);
  apool_run_remove_parent (&self);
  apool_run_say_last_words (&self);
  apool_run_clear (&self);
  if (self.signum && !self.is_in_trouble)
    apool_exit_die_of (self.signum);
  return status;
}
