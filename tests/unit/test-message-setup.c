/* SPDX-License-Identifier: MIT */
/* SETUP there and back, and the numbers of it that no worker must believe. */

#include <string.h>

#include "base/apool-error.h"
#include "message-fixture.h"

static void
test_message_check_surroundings (const ApoolSurroundings *got)
{
  g_assert_true (got->has_nice);
  g_assert_cmpint (got->nice, ==, -20);
  g_assert_cmpuint (got->n_limits, ==, 2);
  g_assert_cmpuint (got->limits[0].kind, ==, 15);
  g_assert_cmpuint (got->limits[1].soft, ==, 3);
  g_assert_cmpuint (got->limits[1].hard, ==, APOOL_LIMIT_UNLIMITED);
  g_assert_true (got->has_terminal);
  g_assert_cmpint (got->home, ==, 77);
  g_assert_false (got->tells_stdout);
  g_assert_true (got->tells_stderr);
}

static void
test_message_setup (void)
{
  static const guint32 SLOTS[] = { 1, 7, G_MAXUINT32 };
  ApoolSetup setup = {
    .slots = SLOTS,
    .n_slots = G_N_ELEMENTS (SLOTS),
    .shell = "/bin/\xfesh",
    .run = "r.1",
    .manager_pid = 12,
    .drain_msec = 34,
    .ignored_signals = 5,
    .max_passed = 7,
    .number = 8,
    .init = "cd \xff",
    .hook_timeout_msec = 9,
    .slot_variable = "SLOT\xff",
    .open_files = 1234,
    .streams = TRUE,
    .merges = TRUE,
    .is_direct = TRUE,
    .termseq = "INT,1,KILL",
    .leaks = APOOL_LEAKS_KILL,
    .surroundings = {
      .has_nice = TRUE,
      .nice = -20,
      .limits = { { 15, 0, 1 }, { 0, 3, APOOL_LIMIT_UNLIMITED } },
      .n_limits = 2,
      .has_terminal = TRUE,
      .home = 77,
      .tells_stderr = TRUE,
    },
  };
  ApoolSetup got;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_SETUP, apool_message_new_setup (&setup), &bytes);

  g_assert_true (apool_message_get_setup (body, &got, NULL));
  g_assert_cmpmem (got.slots, got.n_slots * sizeof *got.slots, SLOTS, sizeof SLOTS);
  g_assert_cmpstr (got.shell, ==, "/bin/\xfesh");
  g_assert_cmpstr (got.run, ==, "r.1");
  g_assert_cmpuint (got.manager_pid, ==, 12);
  g_assert_cmpuint (got.drain_msec, ==, 34);
  g_assert_cmpuint (got.ignored_signals, ==, 5);
  g_assert_cmpuint (got.max_passed, ==, 7);
  g_assert_cmpuint (got.number, ==, 8);
  g_assert_cmpstr (got.init, ==, "cd \xff");
  g_assert_cmpstr (got.exit, ==, "");
  g_assert_cmpuint (got.hook_timeout_msec, ==, 9);
  g_assert_cmpstr (got.slot_variable, ==, "SLOT\xff");
  g_assert_cmpuint (got.open_files, ==, 1234);
  g_assert_true (got.streams);
  g_assert_true (got.merges);
  g_assert_true (got.is_direct);
  g_assert_cmpstr (got.termseq, ==, "INT,1,KILL");
  g_assert_cmpint (got.leaks, ==, APOOL_LEAKS_KILL);
  test_message_check_surroundings (&got.surroundings);
}

/* Of a set-up that says @surroundings, and of nothing else wrong in it. */
static void
test_message_refuse_surroundings (const ApoolSurroundings *surroundings, const char *why)
{
  ApoolSetup setup = { .shell = "", .run = "", .surroundings = *surroundings };
  ApoolSetup got;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_SETUP, apool_message_new_setup (&setup), &bytes);

  g_assert_false (apool_message_get_setup (body, &got, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
  g_assert_nonnull (strstr (error->message, why));
}

static void
test_message_bad_surroundings (void)
{
  ApoolSurroundings surroundings = { .nice = 20 };

  test_message_refuse_surroundings (&surroundings, "niceness");
  surroundings.nice = -21;
  test_message_refuse_surroundings (&surroundings, "niceness");
  surroundings.nice = 0;
  surroundings.home = -1;
  test_message_refuse_surroundings (&surroundings, "process group");
  surroundings.home = 0;
  surroundings.n_limits = 1;
  surroundings.limits[0] = (ApoolLimit){ APOOL_N_LIMITS, 1, 1 };
  test_message_refuse_surroundings (&surroundings, "limit");
  surroundings.limits[0] = (ApoolLimit){ 0, 2, 1 };
  test_message_refuse_surroundings (&surroundings, "limit");
}

/* More limits than there are kinds, of kinds that are all known. */
static void
test_message_many_limits (void)
{
  static const guint32 LIMIT[] = { 1, 1, 0, 1, 0 };
  ApoolSurroundings got = { .n_limits = 1, .limits = { { 1, 1, 1 } } };
  g_autoptr (GArray) array = g_array_new (FALSE, FALSE, sizeof (guint32));
  const guint32 *words;
  gsize n_words;
  const char *why = NULL;

  apool_surroundings_add_words (&got, array);
  for (guint i = 0; i < APOOL_N_LIMITS; i++)
    g_array_append_vals (array, LIMIT, G_N_ELEMENTS (LIMIT));
  words = (const guint32 *) (gpointer) array->data;
  n_words = array->len;
  g_array_index (array, guint32, 3) = APOOL_N_LIMITS + 1;
  g_assert_false (apool_surroundings_take_words (&got, &words, &n_words, &why));
  g_assert_cmpstr (why, ==, "too many limits");
  g_array_index (array, guint32, 3) = APOOL_N_LIMITS;
  g_assert_true (apool_surroundings_take_words (&got, &words, &n_words, &why));
  g_assert_cmpuint (n_words, ==, 5);
  words = (const guint32 *) (gpointer) array->data;
  for (gsize n = 0; n < 4 + APOOL_N_LIMITS * 5; n++)
    {
      n_words = n;
      g_assert_false (apool_surroundings_take_words (&got, &words, &n_words, &why));
    }
}

/* One that ends too early, in its numbers or its texts. */
static void
test_message_short_setup (void)
{
  ApoolSetup setup = { .shell = "sh", .run = "r" };
  g_autoptr (GVariant) whole = g_variant_ref_sink (apool_message_new_setup (&setup));
  g_autoptr (GVariant) numbers = g_variant_get_child_value (whole, 0);
  gsize n_words;
  const guint32 *words = g_variant_get_fixed_array (numbers, &n_words, sizeof *words);

  for (gsize n = 0; n <= n_words; n++)
    {
      GVariant *parts[] = {
        g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, words, n, sizeof *words),
        g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, "sh\0r", 4, 1),
      };
      g_autoptr (GVariant) body = g_variant_ref_sink (g_variant_new_tuple (parts, 2));
      g_autoptr (GError) error = NULL;
      ApoolSetup got;

      g_assert_cmpint (apool_message_get_setup (body, &got, &error), ==, n == n_words);
      g_assert_cmpint (error == NULL, ==, n == n_words);
      g_assert_cmpuint (got.n_slots, ==, 0);
      g_assert_cmpstr (got.shell, ==, "sh");
      g_assert_cmpstr (got.run, ==, "");
      g_assert_cmpstr (got.termseq, ==, "");
    }
}

static void
test_message_setup_without_slots (void)
{
  ApoolSetup setup = { .shell = "", .run = "" };
  ApoolSetup got;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_SETUP, apool_message_new_setup (&setup), &bytes);

  g_assert_true (apool_message_get_setup (body, &got, NULL));
  g_assert_cmpuint (got.n_slots, ==, 0);
  g_assert_cmpstr (got.slot_variable, ==, "");
  g_assert_false (got.streams);
  g_assert_false (got.merges);
  g_assert_false (got.is_direct);
  g_assert_cmpstr (got.termseq, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/setup", test_message_setup);
  g_test_add_func ("/message/setup-without-slots", test_message_setup_without_slots);
  g_test_add_func ("/message/short-setup", test_message_short_setup);
  g_test_add_func ("/message/bad-surroundings", test_message_bad_surroundings);
  g_test_add_func ("/message/many-limits", test_message_many_limits);
  return g_test_run ();
}
