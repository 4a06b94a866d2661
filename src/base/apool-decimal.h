/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Any number, and a NUL. */
#define APOOL_DECIMAL_BYTES (sizeof G_STRINGIFY (18446744073709551615))

char *apool_decimal_write (char *to, guint64 number);

G_END_DECLS
