/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "base/apool-quote.h"
#include "job/apool-task.h"

G_BEGIN_DECLS

/**
 * ApoolProgram:
 * @path: (nullable): what to execute; %NULL for a program that is nowhere in PATH
 * @argv: (transfer full): its arguments, NULL-terminated
 *
 * What to execute for a task: its own program, or a shell that reads its command line.
 */
typedef struct
{
  char *path;
  char **argv;
} ApoolProgram;

/**
 * ApoolProgramFinder:
 *
 * Decides which of the two it is, by the worker's shell and environment.
 */
typedef struct _ApoolProgramFinder ApoolProgramFinder;

ApoolProgramFinder *apool_program_finder_new (const char *shell);
void apool_program_finder_free (ApoolProgramFinder *self);
ApoolQuoteStyle apool_program_finder_get_quote_style (const ApoolProgramFinder *self);

gboolean apool_program_find_direct (ApoolProgramFinder *self,
                                    const ApoolTask *task,
                                    char **words,
                                    int directory_fd,
                                    ApoolProgram *program);
void apool_program_make_shell (ApoolProgramFinder *self,
                               const ApoolTask *task,
                               char **words,
                               ApoolProgram *program);
GString *
apool_program_make_line (const ApoolProgramFinder *self, const ApoolTask *task, char **words);
void apool_program_clear (ApoolProgram *program);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ApoolProgram, apool_program_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolProgramFinder, apool_program_finder_free)

G_END_DECLS
