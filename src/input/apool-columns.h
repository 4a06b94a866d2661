/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-value.h"

G_BEGIN_DECLS

/**
 * ApoolTrim:
 *
 * Where white space is taken off a column (`--trim`); both bits for `lr`.
 */
typedef enum
{
  APOOL_TRIM_NONE = 0,
  APOOL_TRIM_LEFT = 1 << 0,
  APOOL_TRIM_RIGHT = 1 << 1,
} ApoolTrim;

/**
 * ApoolColumns:
 *
 * The values that a row is made into, and the bytes of those that stand nowhere in the input. Its
 * memory is used again for the next row.
 */
typedef struct _ApoolColumns ApoolColumns;

ApoolColumns *apool_columns_new (void);
void apool_columns_free (ApoolColumns *self);

void apool_columns_clear (ApoolColumns *self);
void apool_columns_add (ApoolColumns *self, const char *data, gsize length);
void apool_columns_add_copy (ApoolColumns *self, const char *data, gsize length);
char *apool_columns_reserve (ApoolColumns *self, gsize n_bytes);
void apool_columns_add_reserved (ApoolColumns *self, gsize length);
void apool_columns_trim (ApoolColumns *self, ApoolTrim trim);
const ApoolValue *apool_columns_get (const ApoolColumns *self, gsize *n_values);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolColumns, apool_columns_free)

G_END_DECLS
