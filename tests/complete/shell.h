/* SPDX-License-Identifier: MIT */
/*
 * A real shell with the completions that were built, and with all that a test completes: files,
 * commands, profiles, variables. It is asked what it would offer for a line.
 */
#pragma once

#include "e2e-pty.h"
#include "e2e.h"

G_BEGIN_DECLS

/**
 * ShellKind:
 * @name: of the shell
 * @needs: (nullable): a file that is there where completion can be tested
 * @script: how bash starts it; `$D` is the folder of the test, `$C` where the completions are
 * @settings: what it reads when it starts; in `$D/settings`
 * @list_keys: what is typed behind a line to have all that is offered reported
 * @end_keys: what is typed to end it. A line editor gives the terminal back for a moment when it
 *   reports, and what ends the input then is gone before it is read; a line stays
 *
 * It shows `[ready]` when it is, and what is reported between `<<` and `>>`.
 */
typedef struct
{
  const char *name;
  const char *needs;
  const char *script;
  const char *settings;
  const char *list_keys;
  const char *end_keys;
} ShellKind;

/**
 * Shell:
 * @kind: which one
 * @dir: the folder of the test
 * @pty: where it runs
 */
typedef struct
{
  const ShellKind *kind;
  E2eDir dir;
  E2ePty *pty;
} Shell;

extern const ShellKind SHELL_BASH;
extern const ShellKind SHELL_ZSH;
extern const ShellKind SHELL_FISH;

Shell *shell_start (const ShellKind *kind);
char *shell_ask (Shell *self, const char *line, const char *keys);
GHashTable *shell_list (Shell *self, const char *line);
void shell_free (Shell *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Shell, shell_free)

G_END_DECLS
