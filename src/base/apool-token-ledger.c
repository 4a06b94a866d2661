/* SPDX-License-Identifier: MIT */
/* What was borrowed of others, and a process that gives it back for us.
 *
 * A program that is killed gives nothing back, and those from whom it has borrowed have less for
 * good. So the account is in memory that a second process shares, the keeper. It waits for the end
 * of a pipe whose other end only we hold: when that comes, for whatever reason, it gives back what
 * is in the account. It is in a process group of its own and blocks every signal that can be
 * blocked, so that what ends us does not end it. Only who kills both, or kills us between a borrow
 * and its entry, has something lost. */

#include "base/apool-token-ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"

/* More than a pipe holds by itself: nobody has more to lend. Memory that is not used is not there.
 */
#define MAX_TOKENS (1024u * 1024)

/* Descriptors of the keeper. */
enum
{
  KEEPER_LIFE_FD,
  KEEPER_TOKENS_FD,
  N_KEEPER_FDS,
};

/* Shared with the keeper. */
typedef struct
{
  volatile guint n_tokens;
  volatile char tokens[MAX_TOKENS];
} ApoolTokenLedgerPages;

struct _ApoolTokenLedger
{
  ApoolTokenLedgerPages *pages;
  pid_t keeper; /* 0 where there is none */
  int life_fd;  /* its other end is the keeper's */
};

/**
 * apool_token_ledger_new:
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: (transfer full) (nullable): an empty account
 */
ApoolTokenLedger *
apool_token_ledger_new (GError **error)
{
  void *pages = mmap (NULL, sizeof (ApoolTokenLedgerPages), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ApoolTokenLedger *self;

  if (pages == MAP_FAILED)
    {
      apool_error_set_errno (error, errno, "cannot get memory to share");
      return NULL;
    }
  self = g_new0 (ApoolTokenLedger, 1);
  self->pages = pages;
  self->life_fd = -1;
  return self;
}

/**
 * apool_token_ledger_free:
 * @self: (transfer full): an account; the keeper gives back what is still in it
 */
void
apool_token_ledger_free (ApoolTokenLedger *self)
{
  apool_fd_clear (&self->life_fd);
  while (self->keeper > 0 && waitpid (self->keeper, NULL, 0) < 0 && errno == EINTR)
    continue;
  (void) munmap (self->pages, sizeof *self->pages); /* cannot fail: it is what mmap() gave */
  g_free (self);
}

/* ---- the keeper: nothing that takes a lock, since a thread may have held it at the fork ---- */

static void
apool_token_ledger_close_from (int first)
{
  long n = sysconf (_SC_OPEN_MAX);

#ifdef SYS_close_range
  if (syscall (SYS_close_range, (unsigned) first, ~0u, 0u) == 0)
    return;
#endif
  for (int fd = first; fd < n; fd++)
    (void) close (fd); /* most of them are not open */
}

static void
apool_token_ledger_give_back (ApoolTokenLedgerPages *pages)
{
  for (guint i = MIN (pages->n_tokens, MAX_TOKENS); i > 0; i--)
    {
      char token = pages->tokens[i - 1];

      /* Where nobody wants it, nobody misses it. */
      if (write (KEEPER_TOKENS_FD, &token, 1) < 0 && errno != EINTR)
        return;
    }
}

static void
apool_token_ledger_set_apart (int life_fd, int fd)
{
  static const char directory[] = "/";

  (void) prctl (PR_SET_NAME, "apool-keeper"); /* cannot fail: it is a string */
  /* Both are beyond what is overwritten now: the callers see to it. */
  if (dup2 (life_fd, KEEPER_LIFE_FD) < 0 || dup2 (fd, KEEPER_TOKENS_FD) < 0)
    _exit (1);
  apool_token_ledger_close_from (N_KEEPER_FDS);
  (void) !chdir (directory); /* else a file system may stay in use a little longer */
}

static void G_GNUC_NORETURN
apool_token_ledger_keep (ApoolTokenLedgerPages *pages, int life_fd, int fd, const char *path)
{
  char byte;
  ssize_t n;

  apool_token_ledger_set_apart (life_fd, fd);
  do
    n = read (KEEPER_LIFE_FD, &byte, 1);
  while (n < 0 && errno == EINTR);
  apool_token_ledger_give_back (pages);
  if (path)
    (void) unlink (path); /* it is gone already where all went well */
  _exit (0);
}

/* ---- this side ---- */

/* No signal may end it from the first moment on: they stay blocked, and by the time that this
 * returns it is in a group of its own. */
static pid_t
apool_token_ledger_fork (void)
{
  sigset_t all;
  sigset_t mask;
  pid_t pid;
  int errnum;

  sigfillset (&all);
  (void) sigprocmask (SIG_SETMASK, &all, &mask); /* cannot fail: SIG_SETMASK is valid */
  pid = fork ();
  if (pid == 0)
    return 0;
  errnum = errno;
  if (pid > 0)
    (void) setpgid (pid, pid); /* cannot fail: it is a child that executes nothing */
  (void) sigprocmask (SIG_SETMASK, &mask, NULL);
  errno = errnum;
  return pid;
}

/**
 * apool_token_ledger_guard:
 * @self: an account without a keeper
 * @fd: where everything is given back, above standard error
 * @path: (nullable): the absolute name of a file to be removed at the end
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Has a process of its own see to it that all is given back, whatever becomes of this one. Best
 * called early: it is a copy of this one.
 *
 * Returns: whether there is one now
 */
gboolean
apool_token_ledger_guard (ApoolTokenLedger *self, int fd, const char *path, GError **error)
{
  int fds[2];

  g_return_val_if_fail (!self->keeper && fd >= N_KEEPER_FDS, FALSE);
  if (pipe2 (fds, O_CLOEXEC) < 0)
    {
      apool_error_set_errno (error, errno, "cannot make a pipe");
      return FALSE;
    }
  self->life_fd = fds[1];
  self->keeper = apool_token_ledger_fork ();
  if (self->keeper == 0)
    {
      (void) close (fds[1]); /* or it would wait for itself */
      apool_token_ledger_keep (self->pages, fds[0], fd, path);
    }
  if (self->keeper < 0)
    apool_error_set_errno (error, errno, "cannot start a process");
  apool_fd_clear (&fds[0]);
  return self->keeper > 0;
}

/**
 * apool_token_ledger_add:
 * @self: an account
 * @token: what was borrowed
 *
 * Returns: whether there was room for it
 */
gboolean
apool_token_ledger_add (ApoolTokenLedger *self, char token)
{
  guint n = self->pages->n_tokens;

  if (n >= MAX_TOKENS)
    return FALSE;
  self->pages->tokens[n] = token;
  self->pages->n_tokens = n + 1;
  return TRUE;
}

/**
 * apool_token_ledger_remove:
 * @self: an account with something in it
 *
 * Returns: what was borrowed last, which is to be given back now
 */
char
apool_token_ledger_remove (ApoolTokenLedger *self)
{
  guint n = self->pages->n_tokens - 1;

  self->pages->n_tokens = n;
  return self->pages->tokens[n];
}

/**
 * apool_token_ledger_get_n_tokens:
 * @self: an account
 *
 * Returns: how much is in it
 */
guint
apool_token_ledger_get_n_tokens (const ApoolTokenLedger *self)
{
  return self->pages->n_tokens;
}
