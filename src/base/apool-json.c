/* SPDX-License-Identifier: MIT */
/* JSON as RFC 8259 has it: a text is checked as a whole, and then walked through in place.
 *
 * What a value is passed on as must be what stood in the input: 1.0 stays 1.0, and a number of
 * forty digits keeps them all. json-glib, which would be the library at hand, makes integers of 64
 * bits and doubles of numbers (12345678901234567890 comes out negative, 1e400 as "inf"), takes
 * comments, 01, 0x10 and 'a' for JSON, and builds a tree of every record. So this is no parser that
 * makes something of a text: it tells whether it is JSON and where its parts are.
 *
 * All but apool_json_check() trust that a text was checked. */

#include "base/apool-json.h"

#include <string.h>

/* Where the check is. */
typedef struct
{
  const char *at;
  const char *end;
  const char *why; /* (nullable): what is wrong at @at */
} ApoolJsonScan;

static gboolean apool_json_scan_value (ApoolJsonScan *scan, guint depth);

static gboolean
apool_json_is_space (char byte)
{
  return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

static gboolean
apool_json_scan_fail (ApoolJsonScan *scan, const char *why)
{
  scan->why = why;
  return FALSE;
}

static void
apool_json_scan_space (ApoolJsonScan *scan)
{
  while (scan->at < scan->end && apool_json_is_space (*scan->at))
    scan->at++;
}

/* Takes @byte if it is next. */
static gboolean
apool_json_scan_byte (ApoolJsonScan *scan, char byte)
{
  if (scan->at == scan->end || *scan->at != byte)
    return FALSE;
  scan->at++;
  return TRUE;
}

static gboolean
apool_json_scan_word (ApoolJsonScan *scan, const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (scan->end - scan->at) < length || memcmp (scan->at, word, length) != 0)
    return apool_json_scan_fail (scan, "expected a value");
  scan->at += length;
  return TRUE;
}

/* Returns: whether there is a digit at least */
static gboolean
apool_json_scan_digits (ApoolJsonScan *scan)
{
  const char *start = scan->at;

  while (scan->at < scan->end && g_ascii_isdigit (*scan->at))
    scan->at++;
  return scan->at > start || apool_json_scan_fail (scan, "expected a digit");
}

static gboolean
apool_json_scan_number (ApoolJsonScan *scan)
{
  apool_json_scan_byte (scan, '-');
  /* No digit follows a leading zero. */
  if (!apool_json_scan_byte (scan, '0') && !apool_json_scan_digits (scan))
    return FALSE;
  if (apool_json_scan_byte (scan, '.') && !apool_json_scan_digits (scan))
    return FALSE;
  if (!apool_json_scan_byte (scan, 'e') && !apool_json_scan_byte (scan, 'E'))
    return TRUE;
  if (!apool_json_scan_byte (scan, '-'))
    apool_json_scan_byte (scan, '+');
  return apool_json_scan_digits (scan);
}

/* What follows a backslash. */
static gboolean
apool_json_scan_escape (ApoolJsonScan *scan)
{
  if (scan->at < scan->end && *scan->at != '\0' && strchr ("\"\\/bfnrt", *scan->at))
    {
      scan->at++;
      return TRUE;
    }
  if (!apool_json_scan_byte (scan, 'u'))
    return apool_json_scan_fail (scan, "no such escape");
  for (int i = 0; i < 4; i++, scan->at++)
    if (scan->at == scan->end || !g_ascii_isxdigit (*scan->at))
      return apool_json_scan_fail (scan, "expected four hexadecimal digits");
  return TRUE;
}

/* What follows the opening quote. */
static gboolean
apool_json_scan_string (ApoolJsonScan *scan)
{
  while (scan->at < scan->end)
    {
      guchar byte = (guchar) *scan->at;

      if (byte < ' ')
        return apool_json_scan_fail (scan, "a control character in a string");
      scan->at++;
      if (byte == '"')
        return TRUE;
      if (byte == '\\' && !apool_json_scan_escape (scan))
        return FALSE;
    }
  return apool_json_scan_fail (scan, "a string without end");
}

static gboolean
apool_json_scan_member (ApoolJsonScan *scan, guint depth)
{
  apool_json_scan_space (scan);
  if (!apool_json_scan_byte (scan, '"'))
    return apool_json_scan_fail (scan, "expected a name in double quotes");
  if (!apool_json_scan_string (scan))
    return FALSE;
  apool_json_scan_space (scan);
  if (!apool_json_scan_byte (scan, ':'))
    return apool_json_scan_fail (scan, "expected ':'");
  return apool_json_scan_value (scan, depth);
}

/* What follows the opening bracket or brace. */
static gboolean
apool_json_scan_container (ApoolJsonScan *scan, gboolean is_object, guint depth)
{
  char close = is_object ? '}' : ']';

  if (depth == APOOL_JSON_MAX_DEPTH)
    return apool_json_scan_fail (scan, "nested too deeply");
  apool_json_scan_space (scan);
  if (apool_json_scan_byte (scan, close))
    return TRUE;
  do
    {
      if (is_object ? !apool_json_scan_member (scan, depth + 1)
                    : !apool_json_scan_value (scan, depth + 1))
        return FALSE;
      apool_json_scan_space (scan);
      if (apool_json_scan_byte (scan, close))
        return TRUE;
    }
  while (apool_json_scan_byte (scan, ','));
  return apool_json_scan_fail (scan, is_object ? "expected ',' or '}'" : "expected ',' or ']'");
}

static gboolean
apool_json_scan_value (ApoolJsonScan *scan, guint depth)
{
  apool_json_scan_space (scan);
  if (scan->at == scan->end)
    return apool_json_scan_fail (scan, "expected a value");
  if (apool_json_scan_byte (scan, '{'))
    return apool_json_scan_container (scan, TRUE, depth);
  if (apool_json_scan_byte (scan, '['))
    return apool_json_scan_container (scan, FALSE, depth);
  if (apool_json_scan_byte (scan, '"'))
    return apool_json_scan_string (scan);
  if (*scan->at == '-' || g_ascii_isdigit (*scan->at))
    return apool_json_scan_number (scan);
  if (*scan->at == 't')
    return apool_json_scan_word (scan, "true");
  if (*scan->at == 'f')
    return apool_json_scan_word (scan, "false");
  return apool_json_scan_word (scan, "null");
}

/* Returns: whether @scan is one value, with white space around it */
static gboolean
apool_json_scan_text (ApoolJsonScan *scan, ApoolJsonText *root)
{
  apool_json_scan_space (scan);
  root->at = scan->at;
  if (!apool_json_scan_value (scan, 0))
    return FALSE;
  root->end = scan->at;
  apool_json_scan_space (scan);
  return scan->at == scan->end || apool_json_scan_fail (scan, "expected the end");
}

/**
 * apool_json_check:
 * @data: (nullable): a text, any bytes; %NULL where there are none
 * @length: how many
 * @root: (out): its value
 * @fault: (out): why it is no JSON
 *
 * Strict: UTF-8, no comments, no commas too many, at most %APOOL_JSON_MAX_DEPTH levels. A \u escape
 * of half a surrogate pair is JSON, but a string that has one cannot be decoded.
 *
 * Returns: whether it is JSON
 */
gboolean
apool_json_check (const char *data, gsize length, ApoolJsonText *root, ApoolJsonFault *fault)
{
  ApoolJsonScan scan;
  const char *invalid;

  /* Where there are no bytes there may be no place for them either. */
  data = length > 0 ? data : "";
  scan = (ApoolJsonScan){ data, data + length, NULL };
  if (!apool_json_scan_text (&scan, root))
    {
      *fault = (ApoolJsonFault){ (gsize) (scan.at - data), scan.why };
      return FALSE;
    }
  if (!g_utf8_validate_len (data, length, &invalid))
    {
      *fault = (ApoolJsonFault){ (gsize) (invalid - data), "not UTF-8" };
      return FALSE;
    }
  return TRUE;
}

static const char *
apool_json_skip_space (const char *at)
{
  while (apool_json_is_space (*at))
    at++;
  return at;
}

/* Returns: what follows the string that begins at @at */
static const char *
apool_json_skip_string (const char *at)
{
  for (at++; *at != '"'; at++)
    if (*at == '\\')
      at++;
  return at + 1;
}

/* Returns: what follows the array or object that begins at @at */
static const char *
apool_json_skip_container (const char *at)
{
  guint depth = 0;

  do
    {
      if (*at == '"')
        {
          at = apool_json_skip_string (at);
          continue;
        }
      if (*at == '[' || *at == '{')
        depth++;
      else if (*at == ']' || *at == '}')
        depth--;
      at++;
    }
  while (depth > 0);
  return at;
}

/* Returns: what follows the value that begins at @at, which is in an array or object */
static const char *
apool_json_skip_value (const char *at)
{
  if (*at == '"')
    return apool_json_skip_string (at);
  if (*at == '[' || *at == '{')
    return apool_json_skip_container (at);
  while (*at != ',' && *at != ']' && *at != '}' && !apool_json_is_space (*at))
    at++;
  return at;
}

/**
 * apool_json_walk_init:
 * @walk: (out): a way through @container
 * @container: an array or object of a text that was checked
 */
void
apool_json_walk_init (ApoolJsonWalk *walk, const ApoolJsonText *container)
{
  walk->at = container->at + 1;
}

/**
 * apool_json_walk_next:
 * @walk: a way
 * @key: (out) (optional): the name of a member, in its quotes; %NULL where an array is walked
 *   through
 * @value: (out): the element or the member
 *
 * Returns: whether there was another one
 */
gboolean
apool_json_walk_next (ApoolJsonWalk *walk, ApoolJsonText *key, ApoolJsonText *value)
{
  const char *at = apool_json_skip_space (walk->at);

  if (*at == ']' || *at == '}')
    return FALSE;
  if (key)
    {
      key->at = at;
      key->end = apool_json_skip_string (at);
      at = apool_json_skip_space (apool_json_skip_space (key->end) + 1);
    }
  value->at = at;
  value->end = apool_json_skip_value (at);
  at = apool_json_skip_space (value->end);
  walk->at = *at == ',' ? at + 1 : at;
  return TRUE;
}

static gunichar
apool_json_decode_unit (const char *digits)
{
  gunichar unit = 0;

  for (int i = 0; i < 4; i++)
    unit = unit * 16 + (gunichar) g_ascii_xdigit_value (digits[i]);
  return unit;
}

/* Decodes the \u escape whose digits begin at *@at, and the one after it where they are a surrogate
 * pair.
 *
 * Returns: how many bytes were written; 0 where it is half a pair */
static gsize
apool_json_decode_unicode (const char **at, char *to)
{
  gunichar unit = apool_json_decode_unit (*at);
  gunichar low;

  *at += 4;
  if (unit < 0xd800 || unit > 0xdfff)
    return (gsize) g_unichar_to_utf8 (unit, to);
  /* The closing quote is behind all that is read here. */
  if (unit > 0xdbff || (*at)[0] != '\\' || (*at)[1] != 'u')
    return 0;
  low = apool_json_decode_unit (*at + 2);
  if (low < 0xdc00 || low > 0xdfff)
    return 0;
  *at += 6;
  return (gsize) g_unichar_to_utf8 (0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), to);
}

static char
apool_json_decode_escape (char letter)
{
  static const char LETTERS[] = "bfnrt";
  static const char BYTES[] = "\b\f\n\r\t";
  const char *found = strchr (LETTERS, letter);

  return found ? BYTES[found - LETTERS] : letter;
}

/**
 * apool_json_decode:
 * @string: a string of a text that was checked, in its quotes
 * @to: (out caller-allocates): what it stands for, which may hold NULs; has room for as many bytes
 *   as @string
 * @length: (out): how many these are
 *
 * Returns: whether it can be written in UTF-8: half a surrogate pair cannot
 */
gboolean
apool_json_decode (const ApoolJsonText *string, char *to, gsize *length)
{
  const char *at = string->at + 1;
  const char *end = string->end - 1;
  char *start = to;

  while (at < end)
    {
      const char *escape = memchr (at, '\\', (gsize) (end - at));
      gsize n_plain = (gsize) ((escape ? escape : end) - at);
      gsize n_bytes;

      memcpy (to, at, n_plain);
      to += n_plain;
      at += n_plain;
      if (!escape)
        break;
      at += 2;
      if (escape[1] != 'u')
        {
          *to++ = apool_json_decode_escape (escape[1]);
          continue;
        }
      n_bytes = apool_json_decode_unicode (&at, to);
      if (n_bytes == 0)
        return FALSE;
      to += n_bytes;
    }
  *length = (gsize) (to - start);
  return TRUE;
}

/**
 * apool_json_is_key:
 * @key: the name of a member, in its quotes
 * @name: what it may stand for
 * @length: how many bytes
 *
 * Returns: whether it does
 */
gboolean
apool_json_is_key (const ApoolJsonText *key, const char *name, gsize length)
{
  gsize n_raw = (gsize) (key->end - key->at) - 2;
  g_autofree char *decoded = NULL;
  gsize n_decoded;

  if (n_raw < length)
    return FALSE;
  if (!memchr (key->at + 1, '\\', n_raw))
    return n_raw == length && memcmp (key->at + 1, name, length) == 0;
  decoded = g_malloc (n_raw + 1);
  return apool_json_decode (key, decoded, &n_decoded) && n_decoded == length &&
         memcmp (decoded, name, length) == 0;
}
