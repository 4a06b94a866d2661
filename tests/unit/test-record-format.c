/* SPDX-License-Identifier: MIT */
/* Delimiters as the command line gives them. */

#include "base/apool-error.h"
#include "input/apool-record-format.h"

static void
test_record_format_check (const char *text, const char *bytes, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) delimiter = apool_record_format_parse_delimiter (text, &error);
  gsize size;
  const char *data;

  g_assert_no_error (error);
  data = g_bytes_get_data (delimiter, &size);
  g_assert_cmpmem (data, size, bytes, length);
}

static void
test_record_format_plain (void)
{
  test_record_format_check (",", ",", 1);
  test_record_format_check (", \xc3\xa4\xff", ", \xc3\xa4\xff", 5);
  test_record_format_check ("\n", "\n", 1);
}

static void
test_record_format_letters (void)
{
  test_record_format_check ("\\a\\b\\e\\f\\n\\r\\t\\v", "\a\b\033\f\n\r\t\v", 8);
  test_record_format_check ("\\\\", "\\", 1);
  test_record_format_check ("\\\\n", "\\n", 2);
}

static void
test_record_format_numbers (void)
{
  test_record_format_check ("\\0", "\0", 1);
  test_record_format_check ("\\0x\\00\\000", "\0x\0\0", 4);
  test_record_format_check ("\\101\\12\\1\\377", "A\n\1\xff", 4);
  test_record_format_check ("\\18\\0001",
                            "\1"
                            "8"
                            "\0"
                            "1",
                            4);
  test_record_format_check ("\\x41\\xa\\xFfg\\x0aa", "A\n\xffg\na", 6);
}

static void
test_record_format_refuse (const char *text, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (apool_record_format_parse_delimiter (text, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_USAGE);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_record_format_malformed (void)
{
  test_record_format_refuse ("", "'': needs at least one byte");
  test_record_format_refuse ("a\\", "'a\\': column 2: '\\': nothing after the backslash");
  test_record_format_refuse ("\\n\\q", "'\\n\\q': column 3: '\\q': no such escape");
  test_record_format_refuse ("\\8", "'\\8': column 1: '\\8': no such escape");
  test_record_format_refuse ("\\xg", "'\\xg': column 1: '\\x': no hexadecimal digits");
  test_record_format_refuse ("\\400", "'\\400': column 1: '\\400': not the value of a byte");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/record-format/plain", test_record_format_plain);
  g_test_add_func ("/record-format/letters", test_record_format_letters);
  g_test_add_func ("/record-format/numbers", test_record_format_numbers);
  g_test_add_func ("/record-format/malformed", test_record_format_malformed);
  return g_test_run ();
}
