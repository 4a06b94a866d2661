/* SPDX-License-Identifier: MIT */
#include <locale.h>
#include <signal.h>
#include <string.h>

#include "base/apool-error.h"
#include "sinks/apool-canvas.h"

#define ENTER "\033[?1049h"
#define LEAVE "\033[?1049l"

static char *
dup_text (GByteArray *bytes)
{
  char *text = g_strndup ((const char *) bytes->data, bytes->len);

  g_byte_array_set_size (bytes, 0);
  return text;
}

static void
test_draw (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (ApoolCanvas) canvas = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *last = NULL;

  canvas = apool_canvas_new (&error);
  g_assert_no_error (error);
  apool_canvas_leave (canvas, bytes);
  g_assert_cmpuint (bytes->len, ==, 0);
  apool_canvas_set_size (canvas, 50, 100);
  apool_canvas_put (canvas, 0, APOOL_CANVAS_BOLD, "head");
  apool_canvas_put (canvas, 49, APOOL_CANVAS_PLAIN, "foot");
  apool_canvas_draw (canvas, bytes);
  first = dup_text (bytes);
  g_assert_true (g_str_has_prefix (first, ENTER));
  g_assert_nonnull (strstr (first, "\033[1;50r")); /* all of it scrolls, not the size at first */
  g_assert_nonnull (strstr (first, "head"));
  g_assert_nonnull (strstr (first, "foot"));
  apool_canvas_clear (canvas);
  apool_canvas_put (canvas, 0, APOOL_CANVAS_BOLD, "head");
  apool_canvas_put (canvas, 49, APOOL_CANVAS_PLAIN, "fool");
  apool_canvas_draw (canvas, bytes);
  second = dup_text (bytes);
  g_assert_null (strstr (second, "head")); /* only what is new */
  g_assert_nonnull (strstr (second, "l"));
  apool_canvas_leave (canvas, bytes);
  last = dup_text (bytes);
  g_assert_nonnull (strstr (last, LEAVE));
}

/* What is shown again is drawn anew, in another size too. */
static void
test_again (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (ApoolCanvas) canvas = NULL;
  g_autofree char *again = NULL;

  canvas = apool_canvas_new (&error);
  g_assert_no_error (error);
  apool_canvas_set_size (canvas, 1, 1);
  apool_canvas_put (canvas, 0, APOOL_CANVAS_REVERSE, "too long");
  apool_canvas_put (canvas, 7, APOOL_CANVAS_REVERSE, "outside");
  apool_canvas_draw (canvas, bytes);
  apool_canvas_leave (canvas, bytes);
  apool_canvas_set_size (canvas, 30, 60);
  apool_canvas_clear (canvas);
  apool_canvas_put (canvas, 29, APOOL_CANVAS_DIM, "last row");
  (void) g_byte_array_set_size (bytes, 0);
  apool_canvas_draw (canvas, bytes);
  again = dup_text (bytes);
  g_assert_nonnull (strstr (again, ENTER));
  g_assert_nonnull (strstr (again, "\033[1;30r"));
  g_assert_nonnull (strstr (again, "last row"));
  apool_canvas_leave (canvas, bytes);
}

/* Characters that the terminal does not have are not sent to it. */
static void
test_locale (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (ApoolCanvas) canvas = NULL;
  g_autofree char *text = NULL;

  (void) setlocale (LC_CTYPE, "C");
  canvas = apool_canvas_new (&error);
  g_assert_no_error (error);
  apool_canvas_set_size (canvas, 2, 20);
  apool_canvas_put (canvas, 0, APOOL_CANVAS_PLAIN, "caf\303\251");
  apool_canvas_draw (canvas, bytes);
  text = dup_text (bytes);
  g_assert_nonnull (strstr (text, "caf?"));
  apool_canvas_leave (canvas, bytes);
}

static void
test_signals (void)
{
  static const int signums[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (ApoolCanvas) canvas = NULL;

  g_test_summary ("The library takes no signals");
  canvas = apool_canvas_new (&error);
  g_assert_no_error (error);
  apool_canvas_set_size (canvas, 2, 20);
  apool_canvas_draw (canvas, bytes);
  for (gsize i = 0; i < G_N_ELEMENTS (signums); i++)
    {
      struct sigaction action;

      g_assert_cmpint (sigaction (signums[i], NULL, &action), ==, 0);
      g_assert_true (action.sa_handler == SIG_DFL);
    }
  apool_canvas_leave (canvas, bytes);
}

static void
check_refused (const char *term)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_setenv ("TERM", term, TRUE));
  g_assert_null (apool_canvas_new (&error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
  g_assert_nonnull (strstr (error->message, term));
  g_assert_true (g_setenv ("TERM", "xterm", TRUE));
}

static void
test_refused (void)
{
  check_refused ("dumb");
  check_refused ("no-such-terminal");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_true (g_setenv ("TERM", "xterm", TRUE));
  g_test_add_func ("/canvas/draw", test_draw);
  g_test_add_func ("/canvas/again", test_again);
  g_test_add_func ("/canvas/locale", test_locale);
  g_test_add_func ("/canvas/signals", test_signals);
  g_test_add_func ("/canvas/refused", test_refused);
  return g_test_run ();
}
