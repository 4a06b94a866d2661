/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into apool and what it starts: who opens the file "asked" gets the file "given", as
 * libraries do that show programs another root.
 */

#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/types.h>

typedef int (*RealOpen) (const char *, int, ...);

/* They stand before the C library's own, under the names on the right. */
int redirect_open (const char *path, int flags, ...) __asm__("open");
int redirect_open64 (const char *path, int flags, ...) __asm__("open64");

static int
redirect_call (const char *name, const char *path, int flags, mode_t mode)
{
  RealOpen real_open;

  *(void **) &real_open = dlsym (RTLD_NEXT, name);
  return real_open (strcmp (path, "asked") == 0 ? "given" : path, flags, mode);
}

int
redirect_open (const char *path, int flags, ...)
{
  va_list arguments;
  mode_t mode;

  va_start (arguments, flags);
  mode = (flags & O_CREAT) ? va_arg (arguments, mode_t) : 0;
  va_end (arguments);
  return redirect_call ("open", path, flags, mode);
}

int
redirect_open64 (const char *path, int flags, ...)
{
  va_list arguments;
  mode_t mode;

  va_start (arguments, flags);
  mode = (flags & O_CREAT) ? va_arg (arguments, mode_t) : 0;
  va_end (arguments);
  return redirect_call ("open64", path, flags, mode);
}
