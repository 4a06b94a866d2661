/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/**
 * FuzzInput:
 * @data: what is not read yet
 * @length: how many bytes
 *
 * An input of the fuzzer, read as a list of small fields. At its end it is all zeros.
 */
typedef struct
{
  const guint8 *data;
  gsize length;
} FuzzInput;

/* What libFuzzer calls, and what the replay calls. Each target has one. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t length);

void fuzz_prepare (void);
guint8 fuzz_input_take_byte (FuzzInput *self);
guint64 fuzz_input_take_number (FuzzInput *self);
const guint8 *fuzz_input_take_bytes (FuzzInput *self, gsize wanted, gsize *length);
GVariant *fuzz_input_take_body (FuzzInput *self, guint type);

G_END_DECLS
