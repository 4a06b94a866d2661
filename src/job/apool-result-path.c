/* SPDX-License-Identifier: MIT */
/* Where the results of a job are: what makes its place and what writes to it have to agree. */

#include "job/apool-result-path.h"

#include <errno.h>
#include <fcntl.h>

#include "base/apool-error.h"

/**
 * apool_result_path_dup:
 * @place: of a job: a directory with a slash behind it, or what its files' names begin with
 * @part: which file
 *
 * Returns: (transfer full): its path, as GNU parallel calls it
 */
char *
apool_result_path_dup (const char *place, ApoolResultPart part)
{
  static const char *const names[APOOL_RESULT_N_PARTS] = { "stdout", "stderr", "seq" };
  static const char *const suffixes[APOOL_RESULT_N_PARTS] = { "", ".err", ".seq" };

  return g_strconcat (place, (g_str_has_suffix (place, "/") ? names : suffixes)[part], NULL);
}

/**
 * apool_result_path_open:
 * @path: of a file
 * @flags: of open(2), beside those that every such file has
 * @error: (out) (optional): a #GIOErrorEnum, naming the option and the file
 *
 * Opens a file for writing; makes it where there is none.
 *
 * Returns: (transfer full): a descriptor, or -1
 */
int
apool_result_path_open (const char *path, int flags, GError **error)
{
  /* Without O_NONBLOCK a FIFO that nobody reads would hold everything up. */
  int fd = open (path, flags | O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666);

  if (fd < 0)
    apool_error_set_errno (error, errno, "--results: '%s'", path);
  return fd;
}
