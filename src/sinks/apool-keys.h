/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolKey:
 *
 * A key that was typed: the byte of a character, or one of these. Ctrl-L is the one that has
 * programs draw all anew.
 */
typedef enum
{
  APOOL_KEY_NONE = 0,
  APOOL_KEY_RENEW = '\f',
  APOOL_KEY_TAB = '\t',
  APOOL_KEY_ENTER = '\r',
  APOOL_KEY_ESCAPE = '\033',
  APOOL_KEY_UP = 256,
  APOOL_KEY_DOWN,
  APOOL_KEY_LEFT,
  APOOL_KEY_RIGHT,
  APOOL_KEY_HOME,
  APOOL_KEY_END,
  APOOL_KEY_PAGE_UP,
  APOOL_KEY_PAGE_DOWN,
} ApoolKey;

gsize apool_keys_take (const char *bytes, gsize length, int *key);

G_END_DECLS
