/* SPDX-License-Identifier: MIT */
/* JSON: what is, what is not and where; its parts as they stand; strings decoded. */

#include <gio/gio.h>
#include <string.h>

#include "base/apool-json-value.h"

/* In memory of exactly that size, so that a sanitizer sees what reads beyond. */
static gboolean
test_json_check (const char *text, gsize length, ApoolJsonFault *fault)
{
  g_autofree char *exact = g_memdup2 (text, length);
  ApoolJsonText root;

  return apool_json_check (exact, length, &root, fault);
}

static void
test_json_accepts (void)
{
  static const char *const TEXTS[] = {
    "{}",
    "[]",
    " [ ] ",
    "\t{\r\n}\n",
    "[1,-0,0.5,1e9,1E+9,-1.0e-400,123456789012345678901234567890]",
    "[true,false,null]",
    "{\"a\":{\"b\":[[],{}]},\"\":\"\"}",
    "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\uD83d\\uDE00\"]",
    "[\"\\ud800\"]",
    "[\"\xc3\xa9\x7f\"]",
    "{\"a\":1,\"a\":2}",
    "\"x\"",
    "7",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (TEXTS); i++)
    {
      ApoolJsonFault fault;

      g_test_message ("text %zu", i);
      g_assert_true (test_json_check (TEXTS[i], strlen (TEXTS[i]), &fault));
    }
}

static void
test_json_refuses (void)
{
  static const struct
  {
    const char *text;
    gsize offset;
    const char *why;
  } CASES[] = {
    { "", 0, "expected a value" },
    { "  ", 2, "expected a value" },
    { "[1,/*x*/2]", 3, "expected a value" },
    { "[1,2,]", 5, "expected a value" },
    { "[,1]", 1, "expected a value" },
    { "[1 2]", 3, "expected ',' or ']'" },
    { "[1", 2, "expected ',' or ']'" },
    { "[1}", 2, "expected ',' or ']'" },
    { "{\"a\":1", 6, "expected ',' or '}'" },
    { "{\"a\":1,}", 7, "expected a name in double quotes" },
    { "{a:1}", 1, "expected a name in double quotes" },
    { "{'a':1}", 1, "expected a name in double quotes" },
    { "{\"a\" 1}", 5, "expected ':'" },
    { "{\"a\":}", 5, "expected a value" },
    { "[01]", 2, "expected ',' or ']'" },
    { "[1.]", 3, "expected a digit" },
    { "[.5]", 1, "expected a value" },
    { "[+1]", 1, "expected a value" },
    { "[-]", 2, "expected a digit" },
    { "[1e]", 3, "expected a digit" },
    { "[0x10]", 2, "expected ',' or ']'" },
    { "[NaN]", 1, "expected a value" },
    { "[nul]", 1, "expected a value" },
    { "[true]x", 6, "expected the end" },
    { "[]]", 2, "expected the end" },
    { "[\"a", 3, "a string without end" },
    { "[\"a\tb\"]", 3, "a control character in a string" },
    { "[\"\\x\"]", 3, "no such escape" },
    { "[\"\\", 3, "no such escape" },
    { "[\"\\u12g4\"]", 6, "expected four hexadecimal digits" },
    { "[\"\\u12", 6, "expected four hexadecimal digits" },
    { "[\"a\xff\"]", 3, "not UTF-8" },
    { "[\"\xed\xa0\x80\"]", 2, "not UTF-8" },
    { "\xef\xbb\xbf[]", 0, "expected a value" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      ApoolJsonFault fault;

      g_test_message ("case %zu", i);
      g_assert_false (test_json_check (CASES[i].text, strlen (CASES[i].text), &fault));
      g_assert_cmpstr (fault.why, ==, CASES[i].why);
      g_assert_cmpuint (fault.offset, ==, CASES[i].offset);
    }
}

static void
test_json_nul (void)
{
  ApoolJsonText root;
  ApoolJsonFault fault;

  g_assert_false (apool_json_check (NULL, 0, &root, &fault));
  g_assert_cmpuint (fault.offset, ==, 0);
  g_assert_false (test_json_check ("[\"\0\"]", 5, &fault));
  g_assert_cmpuint (fault.offset, ==, 2);
  g_assert_false (test_json_check ("[\"\\\0\"]", 6, &fault));
  g_assert_cmpuint (fault.offset, ==, 3);
}

static void
test_json_depth (void)
{
  for (gsize depth = APOOL_JSON_MAX_DEPTH; depth <= APOOL_JSON_MAX_DEPTH + 1; depth++)
    {
      g_autofree char *text = g_malloc (2 * depth);
      ApoolJsonFault fault;

      memset (text, '[', depth);
      memset (text + depth, ']', depth);
      g_assert_cmpint (test_json_check (text, 2 * depth, &fault), ==,
                       depth <= APOOL_JSON_MAX_DEPTH);
      if (depth > APOOL_JSON_MAX_DEPTH)
        g_assert_cmpstr (fault.why, ==, "nested too deeply");
    }
}

/* What is in the container @text, one part a line. */
static char *
test_json_list (const char *text)
{
  GString *list = g_string_new (NULL);
  ApoolJsonText root;
  ApoolJsonFault fault;
  ApoolJsonWalk walk;
  ApoolJsonText key;
  ApoolJsonText value;

  g_assert_true (apool_json_check (text, strlen (text), &root, &fault));
  apool_json_walk_init (&walk, &root);
  while (apool_json_walk_next (&walk, *root.at == '{' ? &key : NULL, &value))
    {
      if (*root.at == '{')
        g_string_append_printf (list, "%.*s=", (int) (key.end - key.at), key.at);
      g_string_append_printf (list, "%.*s\n", (int) (value.end - value.at), value.at);
    }
  return g_string_free (list, FALSE);
}

static void
test_json_walk (void)
{
  static const char *const CASES[][2] = {
    { "[]", "" },
    { " { } ", "" },
    { "[1.0,-1e400 , true,\"a,]\\\"\" ]", "1.0\n-1e400\ntrue\n\"a,]\\\"\"\n" },
    { "[[1,[2]],{\"a\":\"}\"}]", "[1,[2]]\n{\"a\":\"}\"}\n" },
    { "{\"a\" : 1 ,\"b\\\\\":{ \"c\":[ ] } }", "\"a\"=1\n\"b\\\\\"={ \"c\":[ ] }\n" },
    { "{\"a\":1,\"a\":2}", "\"a\"=1\n\"a\"=2\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *list = test_json_list (CASES[i][0]);

      g_assert_cmpstr (list, ==, CASES[i][1]);
    }
}

static void
test_json_check_decoded (const char *text, const char *expected, gsize n_expected)
{
  ApoolJsonText string;
  ApoolJsonFault fault;
  g_autofree char *decoded = g_malloc (strlen (text));
  gsize length;

  g_assert_true (apool_json_check (text, strlen (text), &string, &fault));
  g_assert_true (apool_json_decode (&string, decoded, &length));
  g_assert_cmpmem (decoded, length, expected, n_expected);
}

static void
test_json_decode (void)
{
  static const char *const HALVES[] = {
    "\"\\ud800\"", "\"\\ud800x\"", "\"\\ud800\\n\"", "\"\\ud800\\u0041\"", "\"a\\udc00\"",
  };

  test_json_check_decoded ("\"\"", "", 0);
  test_json_check_decoded ("\"a \xc3\xa9\"", "a \xc3\xa9", 4);
  test_json_check_decoded ("\"\\\"\\\\\\/\\b\\f\\n\\r\\tx\"", "\"\\/\b\f\n\r\tx", 9);
  test_json_check_decoded ("\"\\u0041\\u00e9\\u20aC\"", "A\xc3\xa9\xe2\x82\xac", 6);
  test_json_check_decoded ("\"\\ud83d\\uDE00!\"", "\xf0\x9f\x98\x80!", 5);
  test_json_check_decoded ("\"a\\u0000b\"", "a\0b", 3);
  for (gsize i = 0; i < G_N_ELEMENTS (HALVES); i++)
    {
      ApoolJsonText string = { HALVES[i], HALVES[i] + strlen (HALVES[i]) };
      char decoded[32];
      gsize length;

      g_assert_false (apool_json_decode (&string, decoded, &length));
    }
}

static gboolean
test_json_is_key (const char *quoted, const char *name)
{
  ApoolJsonText key = { quoted, quoted + strlen (quoted) };

  return apool_json_is_key (&key, name, strlen (name));
}

static void
test_json_keys (void)
{
  g_assert_true (test_json_is_key ("\"ab\"", "ab"));
  g_assert_true (test_json_is_key ("\"\\u0061b\"", "ab"));
  g_assert_false (test_json_is_key ("\"a\"", "ab"));
  g_assert_false (test_json_is_key ("\"abc\"", "ab"));
  g_assert_false (test_json_is_key ("\"\\u0062b\"", "ab"));
  g_assert_false (test_json_is_key ("\"\\ud800b\"", "ab"));
}

/* Texts that parsers of JSON disagree about. */
#define TEXT(text)                                                                                 \
  {                                                                                                \
    text, sizeof text - 1                                                                          \
  }

static const struct
{
  const char *text;
  gsize length;
} json_tricky[] = {
  /* numbers */
  TEXT ("0"),
  TEXT ("-0"),
  TEXT ("-"),
  TEXT ("+1"),
  TEXT ("01"),
  TEXT ("-01"),
  TEXT ("1."),
  TEXT (".5"),
  TEXT ("-.5"),
  TEXT ("1.0"),
  TEXT ("1e5"),
  TEXT ("1E+05"),
  TEXT ("1e"),
  TEXT ("1e+"),
  TEXT ("1.e1"),
  TEXT ("0e0"),
  TEXT ("0x10"),
  TEXT ("1_000"),
  TEXT ("1e400"),
  TEXT ("-1e-400"),
  TEXT ("12345678901234567890123"),
  TEXT ("NaN"),
  TEXT ("Infinity"),
  TEXT ("-Infinity"),
  TEXT ("nan"),
  TEXT ("1 2"),
  TEXT ("- 1"),
  TEXT ("1a"),
  TEXT ("\xef\xbc\x91"),
  /* words */
  TEXT ("true"),
  TEXT ("True"),
  TEXT ("tru"),
  TEXT ("truex"),
  TEXT ("null"),
  TEXT ("nul"),
  TEXT ("nulll"),
  TEXT ("undefined"),
  TEXT ("[true false]"),
  /* strings */
  TEXT ("\"\""),
  TEXT ("\""),
  TEXT ("'a'"),
  TEXT ("\"a"),
  TEXT ("\"\t\""),
  TEXT ("\"\n\""),
  TEXT ("\"\x7f\""),
  TEXT ("\"\0\""),
  TEXT ("\"\x1f\""),
  TEXT ("\"\\a\""),
  TEXT ("\"\\'\""),
  TEXT ("\"\\x41\""),
  TEXT ("\"\\u12\""),
  TEXT ("\"\\u12g4\""),
  TEXT ("\"\\u 123\""),
  TEXT ("\"\\u+123\""),
  TEXT ("\"\\U00000041\""),
  TEXT ("\"\\ud800\""),
  TEXT ("\"\\udc00\\ud800\""),
  TEXT ("\"\\ud83d\\ude00\""),
  TEXT ("\"\\ud83d\\u0041\""),
  TEXT ("\"\\\""),
  TEXT ("\"\\/\""),
  TEXT ("\"\xe2\x80\xa8\""),
  TEXT ("\"\\u0000\""),
  /* UTF-8 */
  TEXT ("\"\xc3\xa9\""),
  TEXT ("\"\xc3\""),
  TEXT ("\"\xff\""),
  TEXT ("\"\xc0\x80\""),
  TEXT ("\"\xed\xa0\x80\""),
  TEXT ("\"\xf4\x8f\xbf\xbf\""),
  TEXT ("\"\xf4\x90\x80\x80\""),
  TEXT ("\"\xf0\x80\x80\x80\""),
  TEXT ("\"\xef\xbf\xbf\""),
  TEXT ("\xef\xbb\xbf{}"),
  /* arrays and objects */
  TEXT ("[]"),
  TEXT ("["),
  TEXT ("]"),
  TEXT ("[]]"),
  TEXT ("[1,]"),
  TEXT ("[,1]"),
  TEXT ("[1,,2]"),
  TEXT ("[1 2]"),
  TEXT ("[1]x"),
  TEXT ("[1}"),
  TEXT ("{}"),
  TEXT ("{"),
  TEXT ("{]"),
  TEXT ("{,}"),
  TEXT ("{\"a\"}"),
  TEXT ("{\"a\":}"),
  TEXT ("{\"a\":1,}"),
  TEXT ("{\"a\" 1}"),
  TEXT ("{\"a\":1 \"b\":2}"),
  TEXT ("{a:1}"),
  TEXT ("{1:1}"),
  TEXT ("{null:1}"),
  TEXT ("{'a':1}"),
  TEXT ("{\"a\":1,\"a\":2}"),
  TEXT ("{\"a\":1}{}"),
  TEXT ("{\"a\"::1}"),
  TEXT ("{\"\":0}"),
  TEXT ("[\"a\":1]"),
  /* around them */
  TEXT (""),
  TEXT (" "),
  TEXT (" \t\r\n[ ]\n"),
  TEXT ("\f[]"),
  TEXT ("\v[]"),
  TEXT ("\xc2\xa0[]"),
  TEXT ("\xe2\x81\xa0[]"),
  TEXT ("[]\0"),
  TEXT ("\0"),
  TEXT ("//x\n[]"),
  TEXT ("[]#x"),
  TEXT ("[/**/]"),
  TEXT ("[1]\n[2]"),
  TEXT ("[\f1]"),
};

/* Reads lines of hexadecimal digits, and says of each whether it is JSON. */
static const char json_python[] = "import json, sys\n"
                                  "def refuse(name): raise ValueError(name)\n"
                                  "for line in sys.stdin:\n"
                                  "    try:\n"
                                  "        text = bytes.fromhex(line.strip()).decode('utf-8')\n"
                                  "        json.loads(text, parse_constant=refuse)\n"
                                  "        print(1, end='')\n"
                                  "    except ValueError:\n"
                                  "        print(0, end='')\n";

static GBytes *
test_json_write_tricky (void)
{
  GString *lines = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (json_tricky); i++)
    {
      for (gsize j = 0; j < json_tricky[i].length; j++)
        g_string_append_printf (lines, "%02x", (guint8) json_tricky[i].text[j]);
      g_string_append_c (lines, '\n');
    }
  return g_string_free_to_bytes (lines);
}

/* What is JSON here is JSON for Python, and nothing else. */
static void
test_json_as_python (void)
{
  g_autofree char *python = g_find_program_in_path ("python3");
  g_autoptr (GBytes) lines = test_json_write_tricky ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GBytes) output = NULL;
  g_autoptr (GError) error = NULL;
  const char *verdicts;
  gsize n_verdicts;

  if (!python)
    {
      g_test_skip ("there is no python3");
      return;
    }
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                              &error, python, "-c", json_python, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate (process, lines, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  verdicts = g_bytes_get_data (output, &n_verdicts);
  g_assert_cmpuint (n_verdicts, ==, G_N_ELEMENTS (json_tricky));
  for (gsize i = 0; i < n_verdicts; i++)
    {
      ApoolJsonFault fault;

      g_test_message ("text %zu", i);
      g_assert_cmpint (test_json_check (json_tricky[i].text, json_tricky[i].length, &fault), ==,
                       verdicts[i] == '1');
    }
}

/* ---- single values ---- */

/* Returns: whether @text is a number of seconds */
static gboolean
test_json_read_seconds (const char *text, gint64 *usec)
{
  const ApoolJsonText value = { text, text + strlen (text) };

  return apool_json_read_seconds (&value, usec);
}

static void
test_json_seconds (void)
{
  static const char *const others[] = { "-1",
                                        "1e3",
                                        "1.5e3",
                                        "1.5E-3",
                                        "\"1\"",
                                        "null",
                                        "true",
                                        "[1]",
                                        "9223372036854.775808",
                                        "99999999999999999999",
                                        "18446744073709551615" };
  static const struct
  {
    const char *text;
    gint64 usec;
  } times[] = {
    { "0", 0 },        { "12", 12000000 },       { "1.5", 1500000 },
    { "0.000001", 1 }, { "3.1234569", 3123456 }, { "9223372036854.775807", G_MAXINT64 },
  };
  gint64 usec;

  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_assert_true (test_json_read_seconds (times[i].text, &usec));
      g_assert_cmpint (usec, ==, times[i].usec);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (test_json_read_seconds (others[i], &usec));
}

static gboolean
test_json_read_number (const char *text, guint64 *number)
{
  const ApoolJsonText value = { text, text + strlen (text) };

  return apool_json_read_number (&value, number);
}

static void
test_json_numbers (void)
{
  static const char *const others[] = { "-1", "1.0", "1e3", "18446744073709551616", "\"1\"" };
  guint64 number;

  g_assert_true (test_json_read_number ("0", &number));
  g_assert_cmpuint (number, ==, 0);
  g_assert_true (test_json_read_number ("18446744073709551615", &number));
  g_assert_cmpuint (number, ==, G_MAXUINT64);
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (test_json_read_number (others[i], &number));
}

static gboolean
test_json_read_base64 (const char *text, char *bytes, gsize *length)
{
  const ApoolJsonText value = { text, text + strlen (text) };

  return apool_json_read_base64 (&value, bytes, length);
}

static void
test_json_base64 (void)
{
  static const char *const others[] = { "\"YQ=\"",    "\"Y!==\"",      "\"YQ\"", "\"YQ==YQ==\"",
                                        "\"Y===\"",   "\"YWFh YWFh\"", "\"a\"",  "17",
                                        "[\"YQ==\"]", "\"\\u0059Q==\"" };
  char bytes[20];
  gsize length;

  g_assert_true (test_json_read_base64 ("\"\"", bytes, &length));
  g_assert_cmpuint (length, ==, 0);
  g_assert_true (test_json_read_base64 ("\"YQD/\"", bytes, &length));
  g_assert_cmpmem (bytes, length, "a\0\xff", 3);
  g_assert_true (test_json_read_base64 ("\"/w==\"", bytes, &length));
  g_assert_cmpmem (bytes, length, "\xff", 1);
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (test_json_read_base64 (others[i], bytes, &length));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/accepts", test_json_accepts);
  g_test_add_func ("/json/refuses", test_json_refuses);
  g_test_add_func ("/json/nul", test_json_nul);
  g_test_add_func ("/json/depth", test_json_depth);
  g_test_add_func ("/json/walk", test_json_walk);
  g_test_add_func ("/json/decode", test_json_decode);
  g_test_add_func ("/json/keys", test_json_keys);
  g_test_add_func ("/json/seconds", test_json_seconds);
  g_test_add_func ("/json/numbers", test_json_numbers);
  g_test_add_func ("/json/base64", test_json_base64);
  g_test_add_func ("/json/as-python", test_json_as_python);
  return g_test_run ();
}
