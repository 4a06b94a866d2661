/* SPDX-License-Identifier: MIT */
/* What a shell leaves behind: exported variables and functions, directory, umask.
 *
 * They are what every program that the shell starts inherits, so the last one that it starts is
 * this program once more, which writes down what it got and does nothing else. It works for every
 * shell that reads the few words of apool_state_make_script(), and sees exactly what a job would.
 * It writes to a file in memory that the worker holds open, found by way of the worker's process:
 * no descriptor is in the shell's way, and nothing has a name that others could take.
 *
 * The shell runs the user's own words in between, so what is read back is checked. */

#include "worker/apool-state.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-io.h"
#include "base/apool-quote.h"

/* Magic number; directory; its device and inode; umask; variables, "NAME=value". */
#define FORMAT "(uayttuaay)"
#define MAGIC 0x53504131u
/* No environment is as large: the kernel gives a program a few MiB at most. */
#define MAX_BYTES (64u * 1024 * 1024)
/* What apool_state_main() returns where it failed. */
#define STATUS_FAILED 125

/**
 * apool_state_open:
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: (transfer full): a place for a state; -1 on error
 */
int
apool_state_open (GError **error)
{
  int fd = memfd_create ("apool-state", MFD_CLOEXEC);

  if (fd < 0)
    apool_error_set_errno (error, errno, "cannot keep a shell's state");
  return fd;
}

/* ---- in the shell ---- */

/* Appends a command that writes the state to @fd of this process, and returns the status of the one
 * before it: no variable is needed to keep that. Where the user's words have the shell show what it
 * runs, most shells show this to nobody: to turn that off would be seen in the state. */
static void
apool_state_append_writer (GString *script, int fd)
{
  int pid = (int) getpid ();

  g_string_append_printf (
      script, "{ /proc/%d/exe " APOOL_STATE_ARGUMENT " /proc/%d/fd/%d $?; } 2>/dev/null", pid, pid,
      fd);
}

/**
 * apool_state_make_script:
 * @fd: of apool_state_open(); stays open here as long as the script runs
 * @command: what the user wants the shell to do
 *
 * The state is written when the command is over, and when the shell exits: the one does not happen
 * where the command exits, the other not where it has a trap of its own.
 *
 * Returns: (transfer full): a command line that does it, ends as it would, and writes down the
 *   state that it leaves
 */
char *
apool_state_make_script (int fd, const char *command)
{
  GString *script = g_string_new ("trap '");

  apool_state_append_writer (script, fd);
  g_string_append (script, "' EXIT\neval ");
  apool_quote_append (script, APOOL_QUOTE_POSIX, command, strlen (command));
  g_string_append_c (script, '\n');
  apool_state_append_writer (script, fd);
  return g_string_free (script, FALSE);
}

/* ---- in the program that the shell starts ---- */

/* Returns: (transfer full): the directory, by the name that the shell knows it by; one that was
 * deleted has only that */
static char *
apool_state_dup_directory (void)
{
  const char *given = g_getenv ("PWD");
  g_autofree char *physical = getcwd (NULL, 0); /* from malloc(), which is GLib's allocator too */

  if (physical)
    return g_get_current_dir ();
  return g_strdup (given ? given : "");
}

/* Returns: (transfer floating): the state of this process */
static GVariant *
apool_state_new (GError **error)
{
  struct stat info;
  g_autofree char *directory = apool_state_dup_directory ();
  mode_t mask = umask (0);

  if (stat (".", &info) < 0)
    {
      apool_error_set_errno (error, errno, "the directory");
      return NULL;
    }
  return g_variant_new ("(u^ayttu^aay)", MAGIC, directory, (guint64) info.st_dev,
                        (guint64) info.st_ino, (guint32) mask, environ);
}

static gboolean
apool_state_write (const char *path, GError **error)
{
  g_auto (ApoolFd) fd = open (path, O_WRONLY | O_CLOEXEC);
  g_autoptr (GVariant) state = NULL;

  /* Only a file in memory has seals. By now the number may be that of another file, which this must
   * not touch: whoever starts this late gets its error. */
  if (fd < 0 || fcntl (fd, F_GET_SEALS) < 0 || ftruncate (fd, 0) < 0)
    {
      apool_error_set_errno (error, errno, "%s", path);
      return FALSE;
    }
  state = apool_state_new (error);
  if (!state)
    return FALSE;
  g_variant_ref_sink (state);
  return apool_io_write_all (fd, g_variant_get_data (state), g_variant_get_size (state), error);
}

/**
 * apool_state_main:
 * @path: the place that a worker has for the state
 * @status: an exit status, a number
 *
 * Is the program that writes the state down.
 *
 * Returns: @status, or another one than 0 where it failed
 */
int
apool_state_main (const char *path, const char *status)
{
  g_autoptr (GError) error = NULL;

  if (apool_state_write (path, &error))
    return (int) g_ascii_strtoull (status, NULL, 10) & 0xff;
  /* Its standard error is nobody's; a worker tells of both. */
  g_print ("apool: --worker-init: the shell's state cannot be kept: %s\n", error->message);
  return STATUS_FAILED;
}

/* ---- in the worker ---- */

static gboolean
apool_state_fail (GError **error)
{
  g_set_error_literal (
      error, APOOL_ERROR, APOOL_ERROR_SPAWN,
      "what its shell left behind cannot be read (a trap on EXIT of its own, exec, "
      "or a shell that is no POSIX shell)");
  return FALSE;
}

/* Returns: (transfer full) (nullable): what was written, in normal form */
static GVariant *
apool_state_read (int fd)
{
  struct stat info;
  g_autofree guint8 *data = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GVariant) state = NULL;
  gsize size;

  if (fstat (fd, &info) < 0 || info.st_size <= 0 || info.st_size > MAX_BYTES)
    return NULL;
  size = (gsize) info.st_size;
  data = g_malloc (size);
  /* From memory it comes whole, unless somebody has truncated it. */
  if (pread (fd, data, size, 0) != (gssize) size)
    return NULL;
  bytes = g_bytes_new_take (g_steal_pointer (&data), size);
  state = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (FORMAT), bytes, FALSE));
  return g_variant_is_normal_form (state) ? g_steal_pointer (&state) : NULL;
}

static gboolean
apool_state_enter (GVariant *state, GError **error)
{
  const char *directory;
  guint64 device;
  guint64 inode;
  struct stat info;

  g_variant_get_child (state, 1, "^&ay", &directory);
  g_variant_get_child (state, 2, "t", &device);
  g_variant_get_child (state, 3, "t", &inode);
  /* It may have been left, and may be without a name by now. */
  if (stat (".", &info) == 0 && info.st_dev == device && info.st_ino == inode)
    return TRUE;
  if (chdir (directory) == 0)
    return TRUE;
  apool_error_set_errno (error, errno, "its directory '%s' cannot be entered", directory);
  return FALSE;
}

/* What a shell sets for the programs that it starts is not what it was told. */
static gboolean
apool_state_is_of_shell (const char *variable)
{
  return g_str_has_prefix (variable, "_=") || g_str_has_prefix (variable, "SHLVL=");
}

static void
apool_state_append_variables (GPtrArray *to, char **variables, gboolean of_shell)
{
  for (; *variables; variables++)
    if (apool_state_is_of_shell (*variables) == of_shell)
      g_ptr_array_add (to, g_strdup (*variables));
}

static void
apool_state_set_environment (GVariant *state)
{
  g_autoptr (GVariant) array = g_variant_get_child_value (state, 5);
  g_autofree char **variables = (char **) g_variant_get_bytestring_array (array, NULL);
  GPtrArray *all = g_ptr_array_new ();

  apool_state_append_variables (all, variables, FALSE);
  apool_state_append_variables (all, environ, TRUE);
  g_ptr_array_add (all, NULL);
  environ = (char **) g_ptr_array_free (all, FALSE);
}

/**
 * apool_state_apply:
 * @fd: of apool_state_open(), after the shell has ended
 * @error: (out) (optional): %APOOL_ERROR_SPAWN where no state was written there, a #GIOErrorEnum
 *   where the directory cannot be entered
 *
 * Makes the state that the shell left this process's: environment, directory, umask. What pointed
 * into the environment before is valid still.
 *
 * Returns: whether it could be done; if not, nothing has changed
 */
gboolean
apool_state_apply (int fd, GError **error)
{
  g_autoptr (GVariant) state = apool_state_read (fd);
  guint32 magic;
  guint32 mask;

  if (!state)
    return apool_state_fail (error);
  g_variant_get_child (state, 0, "u", &magic);
  g_variant_get_child (state, 4, "u", &mask);
  if (magic != MAGIC || mask > 0777)
    return apool_state_fail (error);
  if (!apool_state_enter (state, error))
    return FALSE;
  (void) umask ((mode_t) mask); /* cannot fail */
  apool_state_set_environment (state);
  return TRUE;
}
