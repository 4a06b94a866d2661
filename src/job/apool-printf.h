/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* More than this no width and no precision can be. */
#define APOOL_PRINTF_MAX_SIZE 4096

/**
 * ApoolPrintfFlags:
 *
 * The flags `-`, `+`, blank, `#` and `0`.
 */
typedef enum
{
  APOOL_PRINTF_LEFT = 1 << 0,
  APOOL_PRINTF_PLUS = 1 << 1,
  APOOL_PRINTF_BLANK = 1 << 2,
  APOOL_PRINTF_ALTERNATE = 1 << 3,
  APOOL_PRINTF_ZEROS = 1 << 4,
} ApoolPrintfFlags;

/**
 * ApoolPrintf:
 * @flags: its flags
 * @width: so many bytes at least
 * @precision: so many digits, digits behind the point, or bytes of a text; -1 where it has none
 * @conversion: one of `dioxXefgs`
 *
 * A format of one value as printf(1) has it, such as `%05d`.
 */
typedef struct
{
  ApoolPrintfFlags flags;
  guint width;
  int precision;
  char conversion;
} ApoolPrintf;

gboolean apool_printf_parse (const char *format, gsize length, ApoolPrintf *self, GError **error);
gboolean apool_printf_append (
    const ApoolPrintf *self, const char *data, gsize length, GString *to, GError **error);

G_END_DECLS
