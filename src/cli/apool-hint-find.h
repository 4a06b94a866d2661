/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolHintCase:
 * @APOOL_HINT_NEVER: there is nothing to say
 * @APOOL_HINT_NOT_FOUND: a job has failed because there is no program of its name
 * @APOOL_HINT_FAILED: a job has failed
 * @APOOL_HINT_BROKEN: a job has failed, and not only by saying no
 * @APOOL_HINT_ENDED: a job has ended, in whatever way
 *
 * When something that may be wrong with a command has surely gone wrong.
 */
typedef enum
{
  APOOL_HINT_NEVER,
  APOOL_HINT_NOT_FOUND,
  APOOL_HINT_FAILED,
  APOOL_HINT_BROKEN,
  APOOL_HINT_ENDED,
} ApoolHintCase;

char *apool_hint_dup_inputs (const char *const *command, const char *separator);
char *apool_hint_dup_name (const char *const *command, const char *option);
char *apool_hint_dup_function_name (const char *const *command);
char *apool_hint_dup_function (const char *name, const char *const *environment);
char *apool_hint_dup_behind (const char *const *command,
                             const char *separator,
                             const char *const *inputs,
                             const char **word);
char *apool_hint_dup_unquoted (const char *const *command, ApoolHintCase *when);
gboolean apool_hint_is_for_one_shell (const char *const *command);
char *apool_hint_dup_quoted (const char *const *command);

G_END_DECLS
