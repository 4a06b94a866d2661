/* SPDX-License-Identifier: MIT */
/*
 * A terminal of the test's own, and a shell that is alone in it: a session as a user has one.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * E2ePty:
 * @fd: the other side of the terminal
 * @pid: of the shell
 * @screen: all that was shown, without carriage returns
 * @seen: up to where e2e_pty_wait() has looked
 * @status: its exit status, or -1; after the end
 * @signal: what it died of, or 0; after the end
 */
typedef struct
{
  int fd;
  GPid pid;
  GString *screen;
  gsize seen;
  int status;
  int signal;
} E2ePty;

E2ePty *e2e_pty_start (const char *script);
E2ePty *e2e_pty_run (const char *script);
void e2e_pty_wait (E2ePty *pty, const char *text);
void e2e_pty_type (E2ePty *pty, const char *text);
void e2e_pty_finish (E2ePty *pty);
void e2e_pty_hang_up (E2ePty *pty);
void e2e_pty_free (E2ePty *pty);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (E2ePty, e2e_pty_free)

G_END_DECLS
