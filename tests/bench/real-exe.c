/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into apool under valgrind: has what executes /proc/self/exe execute APOOL_PROGRAM.
 *
 * Under valgrind the kernel's name for the program stands for valgrind itself, so that a worker,
 * which is apool executed again, would not be followed. Nothing else is different.
 */

#include <dlfcn.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int (*RealSpawn) (pid_t *,
                          const char *,
                          const posix_spawn_file_actions_t *,
                          const posix_spawnattr_t *,
                          char *const[],
                          char *const[]);
typedef int (*RealExecve) (const char *, char *const[], char *const[]);

extern char **environ;

/* Found beforehand: between vfork() and execve() nothing may be looked up. */
static const char *real_program;
static RealSpawn real_spawn;
static RealExecve real_execve;

__attribute__ ((constructor)) static void
real_init (void)
{
  real_program = getenv ("APOOL_PROGRAM");
  *(void **) &real_spawn = dlsym (RTLD_NEXT, "posix_spawn");
  *(void **) &real_execve = dlsym (RTLD_NEXT, "execve");
}

static const char *
real_find (const char *path)
{
  return real_program && strcmp (path, "/proc/self/exe") == 0 ? real_program : path;
}

int
posix_spawn (pid_t *restrict pid,
             const char *restrict path,
             const posix_spawn_file_actions_t *restrict actions,
             const posix_spawnattr_t *restrict attributes,
             char *const argv[restrict],
             char *const envp[restrict])
{
  return real_spawn (pid, real_find (path), actions, attributes, argv, envp);
}

int
execve (const char *path, char *const argv[], char *const envp[])
{
  return real_execve (real_find (path), argv, envp);
}

int
execv (const char *path, char *const argv[])
{
  return real_execve (real_find (path), argv, environ);
}
