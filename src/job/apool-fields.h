/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolFieldRef:
 * @column: the number of the value that is meant, counted from 1; 0 where it is a field
 * @field: the number of the field, counted from 0, where @column is 0
 */
typedef struct
{
  gsize column;
  gsize field;
} ApoolFieldRef;

/**
 * ApoolFields:
 *
 * What names in replacement strings mean in this run: columns of a header, members of JSON values,
 * groups of patterns. Filled by whoever sets up the input; asked by templates as they are parsed,
 * which is how the input learns which fields a row is to have.
 */
typedef struct _ApoolFields ApoolFields;

ApoolFields *apool_fields_new (void);
ApoolFields *apool_fields_ref (ApoolFields *self);
void apool_fields_unref (ApoolFields *self);

/* `--header`: names of values, from the first one on; an empty name is none, of two equal ones the
 * first counts. May be called again, for what follows the values that have names. */
void apool_fields_add_column (ApoolFields *self, const char *name, gsize length);
/* The number of a value counts from 1. */
const char *apool_fields_get_column_name (const ApoolFields *self, gsize column, gsize *length);
/* `--jsonl`: every `name`, `name.name`, `1.name` is a member, `{1}` stays a value. */
void apool_fields_set_paths (ApoolFields *self);
/* `--match`: `S.G` is group G of the pattern of source S, both from 1; @n_groups is by source. */
void apool_fields_set_groups (ApoolFields *self, const gsize *n_groups, gsize n_sources);

gsize apool_fields_match (ApoolFields *self, const char *at, const char *end, ApoolFieldRef *ref);
/* Where a match was not made use of after all: the text was no replacement string. */
void apool_fields_withdraw (ApoolFields *self, const ApoolFieldRef *ref);

const char *const *apool_fields_get_requested (ApoolFields *self, gsize *n_fields);
gboolean apool_fields_is_used (ApoolFields *self, gsize field);
gboolean apool_fields_get_group (ApoolFields *self, gsize field, gsize *source, gsize *group);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolFields, apool_fields_unref)

G_END_DECLS
