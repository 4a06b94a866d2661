/* SPDX-License-Identifier: MIT */
/* Failed system calls as errors: GIO's, made without GIO. */

#include <errno.h>
#include <gio/gio.h>

#include "base/apool-error.h"

static void
test_error_domain (void)
{
  g_assert_cmpuint (APOOL_IO_ERROR, ==, G_IO_ERROR);
}

/* Those that somebody asks for; of the rest only the words count. */
static void
test_error_codes (void)
{
  static const int errnums[] = { EACCES, EPERM,  EEXIST,  EISDIR,     EMFILE, ENFILE,
                                 ENOENT, ENOSPC, ENOTDIR, EOPNOTSUPP, EPIPE };

  for (gsize i = 0; i < G_N_ELEMENTS (errnums); i++)
    g_assert_cmpint (apool_error_get_io_code (errnums[i]), ==,
                     (int) g_io_error_from_errno (errnums[i]));
  g_assert_cmpint (apool_error_get_io_code (EIO), ==, G_IO_ERROR_FAILED);
}

static void
test_error_errno (void)
{
  g_autoptr (GError) error = NULL;

  apool_error_set_errno (&error, ENOENT, "--option: '%s'", "file");
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==, "--option: 'file': No such file or directory");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error/domain", test_error_domain);
  g_test_add_func ("/error/codes", test_error_codes);
  g_test_add_func ("/error/errno", test_error_errno);
  return g_test_run ();
}
