/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How deep arrays and objects may stand in each other. */
#define APOOL_JSON_MAX_DEPTH 512

/**
 * ApoolJsonText:
 * @at: where it begins
 * @end: where it ends
 *
 * One value as it stands in a text that was checked, without the white space around it.
 */
typedef struct
{
  const char *at;
  const char *end;
} ApoolJsonText;

/**
 * ApoolJsonFault:
 * @offset: at which byte of the text, counted from 0
 * @why: what is wrong there
 *
 * Why a text is no JSON.
 */
typedef struct
{
  gsize offset;
  const char *why;
} ApoolJsonFault;

/**
 * ApoolJsonWalk:
 * @at: where the next element or member is looked for
 *
 * A way through an array or an object, from its first element or member to its last one.
 */
typedef struct
{
  const char *at;
} ApoolJsonWalk;

gboolean
apool_json_check (const char *data, gsize length, ApoolJsonText *root, ApoolJsonFault *fault);

void apool_json_walk_init (ApoolJsonWalk *walk, const ApoolJsonText *container);
gboolean apool_json_walk_next (ApoolJsonWalk *walk, ApoolJsonText *key, ApoolJsonText *value);

gboolean apool_json_decode (const ApoolJsonText *string, char *to, gsize *length);
gboolean apool_json_is_key (const ApoolJsonText *key, const char *name, gsize length);

G_END_DECLS
