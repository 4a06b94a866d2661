/* SPDX-License-Identifier: MIT */
/* One value in the format of printf(1). Integers are written here, since a value may be any of
 * gint64 and of guint64 and is told apart only as it is read; the others by C's own printf(), in
 * the C locale. */

#include "job/apool-printf.h"

#include <errno.h>
#include <string.h>

#include "base/apool-error.h"

/* Digits of the greatest guint64, in octal. */
#define MAX_DIGITS 22
/* Digits before the point of the greatest double, its sign, the point, an exponent. */
#define MAX_DOUBLE_BYTES 340
/* A bad value is shown up to here. */
#define MAX_SHOWN_BYTES 60

/* An integer that was read: of either sign its whole range. */
typedef struct
{
  guint64 magnitude;
  gboolean is_negative;
} ApoolPrintfInteger;

static gsize
apool_printf_take_flags (const char *format, gsize length, ApoolPrintfFlags *flags)
{
  static const char FLAGS[] = "-+ #0"; /* in the order of the bits */
  gsize at = 0;
  const char *flag;

  *flags = 0;
  for (; at < length && format[at] != '\0' && (flag = strchr (FLAGS, format[at])); at++)
    *flags |= 1u << (flag - FLAGS);
  return at;
}

/* Takes a number, none is 0; what is too great becomes one that is too great. */
static gsize
apool_printf_take_size (const char *format, gsize length, guint *size)
{
  gsize at = 0;

  *size = 0;
  for (; at < length && g_ascii_isdigit (format[at]); at++)
    if (*size <= APOOL_PRINTF_MAX_SIZE)
      *size = *size * 10 + (guint) (format[at] - '0');
  return at;
}

static gboolean
apool_printf_refuse (const char *format, gsize length, gsize at, const char *why, GError **error)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_TEMPLATE,
               "format '%.*s': column %" G_GSIZE_FORMAT ": %s", (int) MIN (length, G_MAXINT),
               format, at + 1, why);
  return FALSE;
}

/**
 * apool_printf_parse:
 * @format: (array length=length): a format from its `%` on
 * @length: how many bytes
 * @self: (out caller-allocates): what it says
 * @error: (out) (optional): %APOOL_ERROR_TEMPLATE: it is malformed; says where, in columns from 1
 *
 * Reads flags, width, precision and conversion, and nothing more.
 *
 * Returns: whether it is well formed
 */
gboolean
apool_printf_parse (const char *format, gsize length, ApoolPrintf *self, GError **error)
{
  gsize at = 1;
  gsize start;
  guint precision;

  g_return_val_if_fail (length > 0 && format[0] == '%', FALSE);
  *self = (ApoolPrintf){ .precision = -1 };
  at += apool_printf_take_flags (format + at, length - at, &self->flags);
  start = at;
  at += apool_printf_take_size (format + at, length - at, &self->width);
  if (self->width > APOOL_PRINTF_MAX_SIZE)
    return apool_printf_refuse (format, length, start, "a width is at most 4096", error);
  if (at < length && format[at] == '.')
    {
      start = ++at;
      at += apool_printf_take_size (format + at, length - at, &precision);
      if (precision > APOOL_PRINTF_MAX_SIZE)
        return apool_printf_refuse (format, length, start, "a precision is at most 4096", error);
      self->precision = (int) precision;
    }
  if (at == length)
    return apool_printf_refuse (format, length, at, "it ends without a conversion", error);
  if (!memchr ("dioxXefgs", format[at], strlen ("dioxXefgs")))
    return apool_printf_refuse (format, length, at,
                                "no conversion: d, i, o, x, X, e, f, g and s are there", error);
  self->conversion = format[at];
  if (at + 1 < length)
    return apool_printf_refuse (format, length, at + 1, "nothing can follow the conversion", error);
  return TRUE;
}

static gboolean
apool_printf_refuse_value (const char *data, gsize length, const char *why, GError **error)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT, "'%.*s%s': %s",
               (int) MIN (length, MAX_SHOWN_BYTES), data, length > MAX_SHOWN_BYTES ? "..." : "",
               why);
  return FALSE;
}

/* Returns: the value of the digit @byte, or one that no base has */
static guint
apool_printf_get_digit (char byte)
{
  int digit = g_ascii_xdigit_value (byte);

  return digit < 0 ? G_MAXUINT : (guint) digit;
}

/* Reads digits of @base. Returns: how many; @is_too_great says whether no guint64 has them */
static gsize
apool_printf_take_digits (
    const char *data, gsize length, guint base, guint64 *number, gboolean *is_too_great)
{
  gsize at = 0;

  *number = 0;
  *is_too_great = FALSE;
  for (guint digit; at < length && (digit = apool_printf_get_digit (data[at])) < base; at++)
    {
      *is_too_great = *is_too_great || *number > (G_MAXUINT64 - digit) / base;
      *number = *number * base + digit;
    }
  return at;
}

/* A value is mostly of decimal digits: zeros in front of them mean nothing, not octal. */
static gboolean
apool_printf_read_integer (const char *data,
                           gsize length,
                           ApoolPrintfInteger *integer,
                           GError **error)
{
  gsize at = 0;
  gsize n_digits;
  guint base = 10;
  gboolean is_too_great;

  while (at < length && g_ascii_isspace (data[at]))
    at++;
  integer->is_negative = at < length && data[at] == '-';
  if (at < length && (data[at] == '-' || data[at] == '+'))
    at++;
  if (length - at > 2 && data[at] == '0' && (data[at + 1] == 'x' || data[at + 1] == 'X'))
    {
      base = 16;
      at += 2;
    }
  n_digits =
      apool_printf_take_digits (data + at, length - at, base, &integer->magnitude, &is_too_great);
  at += n_digits;
  while (at < length && g_ascii_isspace (data[at]))
    at++;
  if (n_digits > 0 && at < length && (data[at] == '.' || data[at] == 'e' || data[at] == 'E'))
    return apool_printf_refuse_value (data, length, "not an integer", error);
  if (n_digits == 0 || at < length)
    return apool_printf_refuse_value (data, length, "not a number", error);
  if (is_too_great || (integer->is_negative && integer->magnitude > (guint64) G_MAXINT64 + 1))
    return apool_printf_refuse_value (data, length, "more than 64 bits have room for", error);
  integer->is_negative = integer->is_negative && integer->magnitude > 0;
  return TRUE;
}

/* Writes digits into the end of @buffer. Returns: the first of them */
static char *
apool_printf_write_digits (char *buffer, guint64 number, guint base, gboolean is_upper)
{
  const char *digits = is_upper ? "0123456789ABCDEF" : "0123456789abcdef";
  char *at = buffer + MAX_DIGITS;

  for (; number > 0; number /= base)
    *--at = digits[number % base];
  return at;
}

static void
apool_printf_append_bytes (GString *to, char byte, gsize n_bytes)
{
  gsize length = to->len;

  g_string_set_size (to, length + n_bytes);
  memset (to->str + length, byte, n_bytes);
}

/* Puts @sign, zeros and @digits together, and blanks around them. */
static void
apool_printf_append_number (
    const ApoolPrintf *self, const char *sign, const char *digits, gsize n_digits, GString *to)
{
  gsize minimum = self->precision < 0 ? 1 : (gsize) self->precision;
  gsize n_zeros = minimum > n_digits ? minimum - n_digits : 0;
  gsize length = strlen (sign) + n_zeros + n_digits;
  gsize n_padding = self->width > length ? self->width - length : 0;
  gboolean is_left = (self->flags & APOOL_PRINTF_LEFT) != 0;

  if ((self->flags & APOOL_PRINTF_ZEROS) && !is_left && self->precision < 0)
    {
      n_zeros += n_padding;
      n_padding = 0;
    }
  if (!is_left)
    apool_printf_append_bytes (to, ' ', n_padding);
  g_string_append (to, sign);
  apool_printf_append_bytes (to, '0', n_zeros);
  g_string_append_len (to, digits, (gssize) n_digits);
  if (is_left)
    apool_printf_append_bytes (to, ' ', n_padding);
}

static void
apool_printf_append_signed (const ApoolPrintf *self, const ApoolPrintfInteger *integer, GString *to)
{
  char buffer[MAX_DIGITS];
  const char *digits = apool_printf_write_digits (buffer, integer->magnitude, 10, FALSE);
  const char *sign = "";

  if (integer->is_negative)
    sign = "-";
  else if (self->flags & APOOL_PRINTF_PLUS)
    sign = "+";
  else if (self->flags & APOOL_PRINTF_BLANK)
    sign = " ";
  apool_printf_append_number (self, sign, digits, (gsize) (buffer + MAX_DIGITS - digits), to);
}

/* A negative number is the one that has the same 64 bits. */
static void
apool_printf_append_unsigned (const ApoolPrintf *self,
                              const ApoolPrintfInteger *integer,
                              GString *to)
{
  char buffer[MAX_DIGITS];
  guint64 number = integer->is_negative ? 0 - integer->magnitude : integer->magnitude;
  guint base = self->conversion == 'o' ? 8 : 16;
  const char *digits = apool_printf_write_digits (buffer, number, base, self->conversion == 'X');
  gsize n_digits = (gsize) (buffer + MAX_DIGITS - digits);
  const char *prefix = "";

  if ((self->flags & APOOL_PRINTF_ALTERNATE) && base == 16 && number > 0)
    prefix = self->conversion == 'X' ? "0X" : "0x";
  if ((self->flags & APOOL_PRINTF_ALTERNATE) && base == 8 && self->precision <= (int) n_digits &&
      (number > 0 || self->precision == 0))
    prefix = "0";
  apool_printf_append_number (self, prefix, digits, n_digits, to);
}

static void
apool_printf_append_text (const ApoolPrintf *self, const char *data, gsize length, GString *to)
{
  gsize taken = self->precision < 0 ? length : MIN (length, (gsize) self->precision);
  gsize n_padding = self->width > taken ? self->width - taken : 0;

  if (!(self->flags & APOOL_PRINTF_LEFT))
    apool_printf_append_bytes (to, ' ', n_padding);
  g_string_append_len (to, data, (gssize) taken);
  if (self->flags & APOOL_PRINTF_LEFT)
    apool_printf_append_bytes (to, ' ', n_padding);
}

/* Reads the value through the end of @to, which gives it the NUL that it needs. */
static gboolean
apool_printf_read_double (
    const char *data, gsize length, GString *to, double *number, GError **error)
{
  gsize before = to->len;
  const char *start;
  char *end;
  gboolean is_whole;

  while (length > 0 && g_ascii_isspace (data[length - 1]))
    length--;
  g_string_append_len (to, data, (gssize) length);
  start = to->str + before;
  errno = 0;
  *number = g_ascii_strtod (start, &end);
  is_whole = length > 0 && end == start + length;
  g_string_truncate (to, before);
  if (!is_whole)
    return apool_printf_refuse_value (data, length, "not a number", error);
  if (errno == ERANGE && (*number > 1 || *number < -1))
    return apool_printf_refuse_value (data, length, "more than a number has room for", error);
  return TRUE;
}

static void
apool_printf_append_double (const ApoolPrintf *self, double number, GString *to)
{
  char format[32];
  gsize before = to->len;
  gsize room = self->width + (gsize) MAX (self->precision, 0) + MAX_DOUBLE_BYTES;
  ApoolPrintfFlags flags = self->flags;
  int length =
      g_snprintf (format, sizeof format, "%%%s%s%s%s%s", flags & APOOL_PRINTF_LEFT ? "-" : "",
                  flags & APOOL_PRINTF_PLUS ? "+" : "", flags & APOOL_PRINTF_BLANK ? " " : "",
                  flags & APOOL_PRINTF_ALTERNATE ? "#" : "", flags & APOOL_PRINTF_ZEROS ? "0" : "");

  g_snprintf (format + length, sizeof format - (gsize) length, "%u.%d%c", self->width,
              self->precision < 0 ? 6 : self->precision, self->conversion);
  g_string_set_size (to, before + room);
  g_ascii_formatd (to->str + before, (int) room, format, number);
  g_string_truncate (to, before + strlen (to->str + before));
}

/**
 * apool_printf_append:
 * @self: a format
 * @data: (array length=length) (nullable): a value
 * @length: how many bytes
 * @to: where it is appended; left as it is by an error
 * @error: (out) (optional): %APOOL_ERROR_INPUT: it is no number, or too great a one
 *
 * Appends the value in the format. Numbers may have white space around them, and a point whatever
 * the locale has; those of `d`, `i`, `o`, `x` and `X` are integers, decimal unless they begin with
 * 0x. The width and the precision of a text are bytes.
 *
 * Returns: whether the value has this format
 */
gboolean
apool_printf_append (
    const ApoolPrintf *self, const char *data, gsize length, GString *to, GError **error)
{
  const char *bytes = data ? data : "";
  ApoolPrintfInteger integer;
  double number;

  if (self->conversion == 's')
    {
      apool_printf_append_text (self, bytes, length, to);
      return TRUE;
    }
  if (strchr ("efg", self->conversion))
    {
      if (!apool_printf_read_double (bytes, length, to, &number, error))
        return FALSE;
      apool_printf_append_double (self, number, to);
      return TRUE;
    }
  if (!apool_printf_read_integer (bytes, length, &integer, error))
    return FALSE;
  if (self->conversion == 'd' || self->conversion == 'i')
    apool_printf_append_signed (self, &integer, to);
  else
    apool_printf_append_unsigned (self, &integer, to);
  return TRUE;
}
