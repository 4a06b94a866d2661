/* SPDX-License-Identifier: MIT */
/* Pressure stall information: the share of time in which some task waited for a CPU, for memory or
 * for a disk, in our own cgroup where the kernel tells of that, else in the whole machine.
 *
 * The kernel can wake whoever waits for the pressure to rise, but not who waits for it to fall, so
 * it is looked at again from time to time. It computes the number every two seconds. */

#include "gates/apool-pressure.h"

#include <string.h>

#include "base/apool-cgroup.h"
#include "base/apool-error.h"
#include "gates/apool-facts.h"

#define AGAIN_USEC G_USEC_PER_SEC

static const char *const apool_pressure_names[] = { "cpu", "memory", "io" };

#define N_RESOURCES G_N_ELEMENTS (apool_pressure_names)

struct _ApoolPressure
{
  char *root;
  double limits[N_RESOURCES]; /* percent; below 0 where there is none */
  char *paths[N_RESOURCES];   /* (nullable) */
};

static void
apool_pressure_free (gpointer rule)
{
  ApoolPressure *self = rule;

  for (gsize i = 0; i < N_RESOURCES; i++)
    g_free (self->paths[i]);
  g_free (self->root);
  g_free (self);
}

/* ---- what is asked for ---- */

static gboolean
apool_pressure_fail (const char *text, const char *at, const char *why, GError **error)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "column %d: %s: use cpu=N, memory=N or io=N, of 0 to 100 percent, with commas "
               "between them",
               (int) (at - text) + 1, why);
  return FALSE;
}

/* Reads one part at *@at of @text, and goes on behind it. */
static gboolean
apool_pressure_parse_part (ApoolPressure *self, const char *text, const char **at, GError **error)
{
  const char *name = *at;
  gsize n_name = strcspn (name, "=,");
  const char *value = name + n_name + (name[n_name] == '=');
  gsize n_digits = strspn (value, "0123456789.");
  g_autofree char *number = g_strndup (value, n_digits);
  char *end = NULL;
  double percent = g_ascii_strtod (number, &end);
  gsize which = 0;

  while (which < N_RESOURCES && (strlen (apool_pressure_names[which]) != n_name ||
                                 strncmp (apool_pressure_names[which], name, n_name) != 0))
    which++;
  if (which == N_RESOURCES || name[n_name] != '=')
    return apool_pressure_fail (text, name, "no resource of this name and its limit", error);
  if (self->limits[which] >= 0)
    return apool_pressure_fail (text, name, "it has a limit already", error);
  *at = value + n_digits + (value[n_digits] == '%');
  if (n_digits == 0 || *end || percent > 100 || !strchr (",", **at))
    return apool_pressure_fail (text, value, "not a number of percent", error);
  self->limits[which] = percent;
  return TRUE;
}

static gboolean
apool_pressure_parse (ApoolPressure *self, const char *text, GError **error)
{
  const char *at = text;

  for (;;)
    {
      if (!apool_pressure_parse_part (self, text, &at, error))
        return FALSE;
      if (*at == '\0')
        return TRUE;
      at++;
    }
}

/* ---- what there is ---- */

/* Reads the average of the last ten seconds. */
static gboolean
apool_pressure_read (const char *path, double *percent, char **failure)
{
  static const char label[] = "some avg10=";
  g_autofree char *text = apool_facts_read ("", path, failure);
  char *end = NULL;

  if (!text)
    return FALSE;
  if (g_str_has_prefix (text, label))
    *percent = g_ascii_strtod (text + strlen (label), &end);
  if (end && end > text + strlen (label))
    return TRUE;
  *failure = g_strconcat (path, ": no pressure in it", NULL);
  return FALSE;
}

/* Whether @path, (transfer full), can be read; then it is kept. */
static gboolean
apool_pressure_try (ApoolPressure *self, gsize which, char *path, char **failure)
{
  g_autofree char *tried = path;
  double percent;

  g_clear_pointer (failure, g_free);
  if (!apool_pressure_read (tried, &percent, failure))
    return FALSE;
  self->paths[which] = g_steal_pointer (&tried);
  return TRUE;
}

static gboolean
apool_pressure_find (ApoolPressure *self, gsize which, GError **error)
{
  const char *name = apool_pressure_names[which];
  g_autofree char *file = g_strconcat (name, ".pressure", NULL);
  g_autofree char *group = apool_cgroup_dup_folder (self->root, NULL, NULL);
  g_autofree char *failure = NULL;

  if (group && apool_pressure_try (self, which, g_build_filename (group, file, NULL), &failure))
    return TRUE;
  if (apool_pressure_try (self, which, g_build_filename (self->root, "proc/pressure", name, NULL),
                          &failure))
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "%s: the kernel does not tell of the pressure: %s", name, failure);
  return FALSE;
}

/**
 * apool_pressure_new:
 * @root: where the folders /proc and /sys are; "/" but in tests
 * @text: `cpu=N`, `memory=N` or `io=N`, or several with commas between them: percent
 * @error: (out) (optional): %APOOL_ERROR_USAGE: the column, counted from 1, and why; or that the
 *   kernel does not tell
 *
 * Returns: (transfer full) (nullable): the rule
 */
ApoolPressure *
apool_pressure_new (const char *root, const char *text, GError **error)
{
  ApoolPressure *self = g_new0 (ApoolPressure, 1);
  gboolean is_good;

  self->root = g_strdup (root);
  for (gsize i = 0; i < N_RESOURCES; i++)
    self->limits[i] = -1;
  is_good = apool_pressure_parse (self, text, error);
  for (gsize i = 0; is_good && i < N_RESOURCES; i++)
    is_good = self->limits[i] < 0 || apool_pressure_find (self, i, error);
  if (is_good)
    return self;
  apool_pressure_free (self);
  return NULL;
}

static void
apool_pressure_ask (gpointer rule, gint64 now, ApoolRuleAnswer *answer)
{
  ApoolPressure *self = rule;

  answer->is_open = TRUE;
  for (gsize i = 0; i < N_RESOURCES && answer->is_open && !answer->failure; i++)
    {
      double percent = 0;

      if (!self->paths[i] || !apool_pressure_read (self->paths[i], &percent, &answer->failure))
        continue;
      answer->is_open = percent <= self->limits[i];
      if (!answer->is_open && answer->why)
        g_string_append_printf (answer->why, "%s pressure %g%% > %g%% (%s)",
                                apool_pressure_names[i], percent, self->limits[i], self->paths[i]);
    }
  answer->again_usec = AGAIN_USEC;
}

/**
 * apool_pressure_get_kind:
 *
 * Returns: (transfer none): how to ask an #ApoolPressure
 */
const ApoolRuleKind *
apool_pressure_get_kind (void)
{
  static const ApoolRuleKind kind = {
    .ask = apool_pressure_ask,
    .free = apool_pressure_free,
  };

  return &kind;
}
