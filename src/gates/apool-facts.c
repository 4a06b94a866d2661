/* SPDX-License-Identifier: MIT */
/* What the kernel tells in files of text. */

#include "gates/apool-facts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "base/apool-locale.h"

/* More than any of these files has. */
#define MAX_BYTES (4u << 20)

/**
 * apool_facts_fail:
 * @root: where the folders /proc and /sys are; "/" but in tests
 * @path: a file, from there
 * @why: what is wrong with it
 *
 * Returns: (transfer full): the two together
 */
char *
apool_facts_fail (const char *root, const char *path, const char *why)
{
  g_autofree char *file = g_build_filename (root, path, NULL);

  return g_strconcat (file, ": ", why, NULL);
}

/* Reads all that is in @fd, and not more than any such file should have. */
static gboolean
apool_facts_read_all (int fd, GString *text)
{
  for (;;)
    {
      char bytes[4096];
      gssize n = read (fd, bytes, sizeof bytes);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return n == 0;
      g_string_append_len (text, bytes, n);
      if (text->len > MAX_BYTES)
        {
          errno = EFBIG;
          return FALSE;
        }
    }
}

/**
 * apool_facts_read:
 * @root: where the folders /proc and /sys are; "/" but in tests
 * @path: a file, from there
 * @failure: (out): why it cannot be read
 *
 * Returns: (transfer full) (nullable): what is in it
 */
char *
apool_facts_read (const char *root, const char *path, char **failure)
{
  g_autofree char *file = g_build_filename (root, path, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  /* A FIFO in its place must not hold us. */
  int fd = open (file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  gboolean is_read = fd >= 0 && apool_facts_read_all (fd, text);

  if (!is_read)
    *failure = apool_facts_fail (root, path, apool_locale_describe_errno (errno));
  apool_fd_clear (&fd);
  return is_read ? g_strdup (text->str) : NULL;
}

/**
 * apool_facts_find:
 * @text: lines of a name and a number
 * @name: a name, with all that stands between it and the blanks before the number
 * @value: (out): the number
 *
 * Returns: whether there is such a line
 */
gboolean
apool_facts_find (const char *text, const char *name, guint64 *value)
{
  gsize length = strlen (name);

  for (const char *line = text; line; line = strchr (line, '\n'))
    {
      char *end = NULL;

      line += *line == '\n';
      if (strncmp (line, name, length) != 0 || (line[length] != ' ' && line[length] != '\t'))
        continue;
      line += length + strspn (line + length, " \t");
      *value = g_ascii_strtoull (line, &end, 10);
      return g_ascii_isdigit (*line) && end > line;
    }
  return FALSE;
}
