/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include "job/apool-holes.h"
#include "job/apool-identity.h"
#include "job/apool-label.h"
#include "job/apool-values.h"

G_BEGIN_DECLS

/**
 * ApoolTaskKind:
 * @APOOL_TASK_SHELL: the one word is a command line that only the shell may read
 * @APOOL_TASK_WORDS: the words mean to a shell exactly themselves: the worker may execute them
 *   directly, or quote and join them for the shell
 * @APOOL_TASK_PROGRAM: the words are executed directly and never given to a shell (`--no-shell`)
 */
typedef enum
{
  APOOL_TASK_SHELL,
  APOOL_TASK_WORDS,
  APOOL_TASK_PROGRAM,
} ApoolTaskKind;

/* Set in the number of a task that is no job: the rest of it is the number of the job that it is
 * about. */
#define APOOL_TASK_HOOK_BIT ((guint64) 1 << 63)

/**
 * ApoolTaskTraits:
 * @attempt: which attempt at the job this is, counted from 1
 * @n_crashes: how many workers were lost while they ran an earlier attempt
 * @n_evictions: how many earlier attempts were ended only to make room, which count for nothing
 * @weight: as how many jobs it counts against `-j`, at least 1
 * @key: tasks of one key are never run at the same time where the scheduler knows keys; 0 is none
 * @is_skipped: whether it only has a number: there is nothing to run for it
 * @n_skipped: of how many jobs it is, from its number on, where it is skipped; 0 counts as 1
 * @variables: (nullable) (array zero-terminated=1): "NAME=value" that only its environment has
 * @label: (nullable): what is printed around what it writes; does not travel
 * @directory: (nullable): where it runs, relative to where its worker is; made where it is missing
 * @owns_directory: whether it runs below that, in one that is made for it and removed after it
 * @is_printed: whether its command line is its output, and nothing is run (`--dry-run`)
 * @results: (nullable): where what it writes is kept, for apool_result_path_dup(); does not travel
 * @values: (nullable): what it was made of, where that is to be told of it; does not travel
 * @identity: (nullable): what it is, where that is to be known in other runs; does not travel
 * @recorded: (nullable): an #ApoolRecorded, where it was run before and counts as it was recorded;
 *   does not travel
 * @expected_usec: how long it took in an earlier run, microseconds; 0 where that is not known; does
 *   not travel
 *
 * What a task has beside its number and its command.
 */
typedef struct
{
  guint attempt;
  guint n_crashes;
  guint n_evictions;
  guint weight;
  guint64 key;
  gboolean is_skipped;
  guint n_skipped;
  const char *const *variables;
  ApoolLabel *label;
  const char *directory;
  gboolean owns_directory;
  gboolean is_printed;
  const char *results;
  ApoolValues *values;
  ApoolIdentity *identity;
  GObject *recorded;
  gint64 expected_usec;
} ApoolTaskTraits;

#define APOOL_TYPE_TASK (apool_task_get_type ())

/**
 * ApoolTask:
 *
 * One job as an immutable, reference-counted value: its number and its rendered command. The
 * slot is not known before a worker starts it, so the command keeps holes for it.
 */
typedef struct _ApoolTask ApoolTask;

GType apool_task_get_type (void);

ApoolTask *apool_task_new (
    guint64 seq, guint64 line, ApoolTaskKind kind, GBytes *text, ApoolHoles *holes, GError **error);
ApoolTask *apool_task_new_variant (const ApoolTask *task, const ApoolTaskTraits *traits);
ApoolTask *apool_task_ref (ApoolTask *task);
void apool_task_unref (ApoolTask *task);

guint64 apool_task_get_seq (const ApoolTask *task);
guint64 apool_task_get_job (const ApoolTask *task);
gboolean apool_task_is_hook (const ApoolTask *task);
guint64 apool_task_get_line (const ApoolTask *task);
ApoolTaskKind apool_task_get_kind (const ApoolTask *task);
GBytes *apool_task_get_text (const ApoolTask *task);
const ApoolTaskTraits *apool_task_get_traits (const ApoolTask *task);
ApoolHoles *apool_task_get_holes (const ApoolTask *task);
char **apool_task_dup_words (const ApoolTask *task, guint slot, ApoolQuoteStyle quote);
char *apool_task_dup_command (const ApoolTask *task, gsize limit);
char *apool_task_dup_name (const ApoolTask *task);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolTask, apool_task_unref)

G_END_DECLS
