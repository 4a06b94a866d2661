/* SPDX-License-Identifier: MIT */
/*
 * What the options of the pool do: check their values and write them to the struct. Of several the
 * last one counts.
 */

#include "cli/apool-option-pool.h"

#include <string.h>

#include "base/apool-error.h"
#include "cli/apool-option-value.h"

/* Reads a whole number of @what. 0 is one only where @zero says what it is used for. */
static gboolean
apool_option_read_count (const char *name,
                         const char *value,
                         const char *what,
                         const char *zero,
                         guint *count,
                         GError **error)
{
  guint64 number;

  if (g_ascii_string_to_unsigned (value, 10, zero != NULL ? 0 : 1, APOOL_OPTIONS_MAX_JOBS, &number,
                                  NULL))
    {
      *count = (guint) number;
      return TRUE;
    }
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s %s: not a number of %s: use 1 to %d%s%s",
               name, apool_option_show (value), what, APOOL_OPTIONS_MAX_JOBS,
               zero != NULL ? ", or 0 " : "", zero != NULL ? zero : "");
  return FALSE;
}

gboolean
apool_option_set_workers (ApoolOptions *options,
                          const char *name,
                          const char *value,
                          GError **error)
{
  return apool_option_read_count (name, value, "workers", NULL, &options->sizes.workers, error);
}

gboolean
apool_option_set_jobs_per_worker (ApoolOptions *options,
                                  const char *name,
                                  const char *value,
                                  GError **error)
{
  return apool_option_read_count (name, value, "jobs", NULL, &options->sizes.jobs_per_worker,
                                  error);
}

gboolean
apool_option_set_max_tasks (ApoolOptions *options,
                            const char *name,
                            const char *value,
                            GError **error)
{
  return apool_option_read_count (name, value, "jobs", "for no limit", &options->max_tasks, error);
}

gboolean
apool_option_set_prefetch (ApoolOptions *options,
                           const char *name,
                           const char *value,
                           GError **error)
{
  guint count;

  if (!apool_option_read_count (name, value, "jobs", "for none", &count, error))
    return FALSE;
  options->prefetch = (int) count;
  return TRUE;
}

gboolean
apool_option_set_crash_limit (ApoolOptions *options,
                              const char *name,
                              const char *value,
                              GError **error)
{
  return apool_option_read_count (name, value, "lost workers", "for no limit",
                                  &options->crash_limit, error);
}

gboolean
apool_option_set_retries (ApoolOptions *options,
                          const char *name,
                          const char *value,
                          GError **error)
{
  guint n_attempts;

  if (!apool_option_read_count (name, value, "attempts", "for no limit", &n_attempts, error))
    return FALSE;
  options->retries = n_attempts > 0 ? n_attempts - 1 : G_MAXUINT;
  return TRUE;
}

/* An empty command does nothing: it takes back an earlier one. */
static const char *
apool_option_get_command (const char *value)
{
  return value[0] != '\0' ? value : NULL;
}

gboolean
apool_option_set_worker_init (ApoolOptions *options,
                              const char *name,
                              const char *value,
                              GError **error)
{
  options->worker_init = apool_option_get_command (value);
  return TRUE;
}

gboolean
apool_option_set_worker_exit (ApoolOptions *options,
                              const char *name,
                              const char *value,
                              GError **error)
{
  options->worker_exit = apool_option_get_command (value);
  return TRUE;
}

gboolean
apool_option_set_on_error (ApoolOptions *options,
                           const char *name,
                           const char *value,
                           GError **error)
{
  options->on_error = apool_option_get_command (value);
  return TRUE;
}

gboolean
apool_option_set_worker_init_timeout (ApoolOptions *options,
                                      const char *name,
                                      const char *value,
                                      GError **error)
{
  return apool_option_read_seconds (name, value, "for no limit", &options->worker_init_timeout_msec,
                                    error);
}

gboolean
apool_option_set_worker_timeout (ApoolOptions *options,
                                 const char *name,
                                 const char *value,
                                 GError **error)
{
  return apool_option_read_seconds (name, value, NULL, &options->worker_timeout_msec, error);
}

static gboolean
apool_option_fail_scheduler (const char *name, const char *value, const char *why, GError **error)
{
  gsize n_kinds;
  const ApoolSchedulerKind *kinds = apool_scheduler_table_get (&n_kinds);
  g_autoptr (GString) list = g_string_new (NULL);

  for (gsize i = 0; i < n_kinds; i++)
    g_string_append_printf (list, "%s%s%s",
                            i == 0            ? ""
                            : i + 1 < n_kinds ? ", "
                                              : " or ",
                            kinds[i].name, kinds[i].needs_key ? "=TEMPLATE" : "");
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s %s: %suse %s", name,
               apool_option_show (value), why, list->str);
  return FALSE;
}

static gboolean
apool_option_fail_scheduler_name (const char *name,
                                  const char *value,
                                  const char *wanted,
                                  GError **error)
{
  gsize n_kinds;
  const ApoolSchedulerKind *kinds = apool_scheduler_table_get (&n_kinds);
  g_autofree const char **names = g_new0 (const char *, n_kinds + 1);
  g_autofree char *nearest = NULL;
  g_autofree char *why = NULL;

  for (gsize i = 0; i < n_kinds; i++)
    names[i] = kinds[i].name;
  nearest = apool_option_dup_nearest (wanted, names);
  why = g_strconcat ("no scheduler of this name: ", nearest, NULL);
  return apool_option_fail_scheduler (name, value, why, error);
}

gboolean
apool_option_set_scheduler (ApoolOptions *options,
                            const char *name,
                            const char *value,
                            GError **error)
{
  const char *equals = strchr (value, '=');
  g_autofree char *wanted = equals != NULL ? g_strndup (value, equals - value) : g_strdup (value);
  const ApoolSchedulerKind *kind = apool_scheduler_table_find (wanted);

  if (kind == NULL)
    return apool_option_fail_scheduler_name (name, value, wanted, error);
  if (kind->needs_key && equals == NULL)
    return apool_option_fail_scheduler (name, value, "needs a template: ", error);
  if (!kind->needs_key && equals != NULL)
    return apool_option_fail_scheduler (name, value, "takes no template: ", error);
  options->scheduler = kind;
  options->key = equals != NULL ? equals + 1 : NULL;
  return TRUE;
}

gboolean
apool_option_set_weight (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->weight = value;
  return TRUE;
}

gboolean
apool_option_set_debug (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->debug = TRUE;
  return TRUE;
}
