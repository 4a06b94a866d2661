/* SPDX-License-Identifier: MIT */
/* The slots of a worker: how they come, and the two ways in which they go. */

#include "factory/apool-slot-book.h"

/* Returns: (transfer full): the numbers that are written in @text */
static GArray *
test_slot_book_parse (const char *text)
{
  GArray *slots = g_array_new (FALSE, FALSE, sizeof (guint));
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  for (guint i = 0; words[i]; i++)
    {
      guint slot = (guint) g_ascii_strtoull (words[i], NULL, 10);

      g_array_append_val (slots, slot);
    }
  return slots;
}

static ApoolSlotBook *
test_slot_book_make (const char *text)
{
  ApoolSlotBook *book = apool_slot_book_new ();
  g_autoptr (GArray) slots = test_slot_book_parse (text);

  apool_slot_book_add (book, slots);
  return book;
}

static GHashTable *
test_slot_book_use (const char *text)
{
  GHashTable *used = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray) slots = test_slot_book_parse (text);

  for (guint i = 0; i < slots->len; i++)
    g_hash_table_add (used, GUINT_TO_POINTER (g_array_index (slots, guint, i)));
  return used;
}

static int
test_slot_book_compare (gconstpointer a, gconstpointer b)
{
  return *(const int *) a - *(const int *) b;
}

/* Checks that @slots are those in @text, which has them in order. */
static void
test_slot_book_check (const GArray *slots, const char *text)
{
  g_autoptr (GArray) sorted = g_array_copy ((GArray *) slots);
  g_autoptr (GString) line = g_string_new (NULL);

  g_array_sort (sorted, test_slot_book_compare);
  for (guint i = 0; i < sorted->len; i++)
    g_string_append_printf (line, i > 0 ? " %u" : "%u", g_array_index (sorted, guint, i));
  g_assert_cmpstr (line->str, ==, text);
}

/* Has the worker give up what is in @text, while it uses @used; @revoked is what is told. */
static gboolean
test_slot_book_give_up (ApoolSlotBook *book,
                        const char *text,
                        const char *used,
                        const char *revoked)
{
  g_autoptr (GArray) slots = test_slot_book_parse (text);
  g_autoptr (GHashTable) in_use = test_slot_book_use (used);
  g_autoptr (GArray) told = g_array_new (FALSE, FALSE, sizeof (guint));
  gboolean fits = apool_slot_book_give_up (book, slots, in_use, told);

  test_slot_book_check (told, revoked);
  return fits;
}

static void
test_slot_book_take_spare (ApoolSlotBook *book, const char *used, const char *spare)
{
  g_autoptr (GHashTable) in_use = test_slot_book_use (used);
  g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (guint));

  apool_slot_book_take_spare (book, in_use, taken);
  test_slot_book_check (taken, spare);
}

static void
test_slot_book_add (void)
{
  g_autoptr (ApoolSlotBook) book = test_slot_book_make ("3 1");
  g_autoptr (GArray) more = test_slot_book_parse ("7");

  apool_slot_book_add (book, more);
  test_slot_book_check (apool_slot_book_list (book), "1 3 7");
  g_assert_true (apool_slot_book_contains (book, 7));
  g_assert_false (apool_slot_book_contains (book, 2));
  g_assert_cmpuint (apool_slot_book_count_above (book, 0), ==, 3);
  g_assert_cmpuint (apool_slot_book_count_above (book, 3), ==, 1);
  g_assert_cmpuint (apool_slot_book_count_above (book, 7), ==, 0);
}

static void
test_slot_book_spare (void)
{
  g_autoptr (ApoolSlotBook) book = test_slot_book_make ("1 2 3 4");

  test_slot_book_take_spare (book, "2 4", "1 3");
  test_slot_book_check (apool_slot_book_list (book), "2 4");
  g_assert_false (apool_slot_book_contains (book, 3));
  g_test_message ("a task is somewhere");
  test_slot_book_take_spare (book, "0 4", "");
  test_slot_book_check (apool_slot_book_list (book), "2 4");
}

static void
test_slot_book_revoke (void)
{
  g_autoptr (ApoolSlotBook) book = test_slot_book_make ("1 2 3 4");

  g_assert_true (test_slot_book_give_up (book, "3 4", "1", "3 4"));
  test_slot_book_check (apool_slot_book_list (book), "1 2");
  g_test_message ("twice, one that it never had, and one with a task in it");
  g_assert_false (test_slot_book_give_up (book, "3", "1", ""));
  g_assert_false (test_slot_book_give_up (book, "9", "1", ""));
  g_assert_false (test_slot_book_give_up (book, "2 1", "1", "2"));
  test_slot_book_check (apool_slot_book_list (book), "1");
}

static void
test_slot_book_both (void)
{
  g_autoptr (ApoolSlotBook) book = test_slot_book_make ("1 2");

  g_test_summary ("What was taken meanwhile may be given up, and once only: it is not told again");
  test_slot_book_take_spare (book, "1", "2");
  g_assert_true (test_slot_book_give_up (book, "2", "1", ""));
  g_assert_false (test_slot_book_give_up (book, "2", "1", ""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slot-book/add", test_slot_book_add);
  g_test_add_func ("/slot-book/spare", test_slot_book_spare);
  g_test_add_func ("/slot-book/revoke", test_slot_book_revoke);
  g_test_add_func ("/slot-book/both", test_slot_book_both);
  return g_test_run ();
}
