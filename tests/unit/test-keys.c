/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "sinks/apool-keys.h"

/* Checks that @bytes, which came at once, are just these keys; the last one is -1. */
static void
check_keys (const char *bytes, gsize length, const int *keys)
{
  gsize n;

  for (gsize at = 0; at < length; at += n)
    {
      int key = -2;

      n = apool_keys_take (bytes + at, length - at, &key);
      g_assert_cmpuint (n, >, 0);
      g_assert_cmpuint (n, <=, length - at);
      g_assert_cmpint (key, ==, *keys++);
    }
  g_assert_cmpint (*keys, ==, -1);
}

#define CHECK(bytes, ...) check_keys ((bytes), sizeof (bytes) - 1, (const int[]){ __VA_ARGS__, -1 })

static void
test_characters (void)
{
  CHECK ("q+\t\r\n", 'q', '+', APOOL_KEY_TAB, APOOL_KEY_ENTER, APOOL_KEY_ENTER);
  CHECK ("\303\251", 0303, 0251);
}

static void
test_sequences (void)
{
  CHECK ("\033[A\033OB\033[C\033[D", APOOL_KEY_UP, APOOL_KEY_DOWN, APOOL_KEY_RIGHT, APOOL_KEY_LEFT);
  CHECK ("\033[5~\033[6~x", APOOL_KEY_PAGE_UP, APOOL_KEY_PAGE_DOWN, 'x');
  CHECK ("\033[H\033OF\033[1~\033[4~\033[7~\033[8~", APOOL_KEY_HOME, APOOL_KEY_END, APOOL_KEY_HOME,
         APOOL_KEY_END, APOOL_KEY_HOME, APOOL_KEY_END);
  CHECK ("\033[1;5A\033OM", APOOL_KEY_UP, APOOL_KEY_ENTER);
}

/* Keys that nobody knows are none, and what they send is not taken for others. */
static void
test_unknown (void)
{
  CHECK ("\033[15~q", APOOL_KEY_NONE, 'q');
  CHECK ("\033[99999999999999999999~q", APOOL_KEY_NONE, 'q');
  CHECK ("\033[<0;1;2Mq", APOOL_KEY_NONE, 'q'); /* of a mouse, which is not asked for */
  CHECK ("\033xq", APOOL_KEY_NONE, 'q');
}

/* An escape character alone is a key; half a sequence is none. */
static void
test_escape (void)
{
  CHECK ("\033", APOOL_KEY_ESCAPE);
  CHECK ("q\033", 'q', APOOL_KEY_ESCAPE);
  CHECK ("\033[", APOOL_KEY_NONE);
  CHECK ("\033[5", APOOL_KEY_NONE);
  CHECK ("\033[5\033", APOOL_KEY_NONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/keys/characters", test_characters);
  g_test_add_func ("/keys/sequences", test_sequences);
  g_test_add_func ("/keys/unknown", test_unknown);
  g_test_add_func ("/keys/escape", test_escape);
  return g_test_run ();
}
