/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What is used of GIO. */
#define APOOL_GIO_FUNCTIONS(FUNCTION)                                                              \
  FUNCTION (converter_convert)                                                                     \
  FUNCTION (converter_reset)                                                                       \
  FUNCTION (subprocess_force_exit)                                                                 \
  FUNCTION (subprocess_get_exit_status)                                                            \
  FUNCTION (subprocess_get_identifier)                                                             \
  FUNCTION (subprocess_get_if_signaled)                                                            \
  FUNCTION (subprocess_get_term_sig)                                                               \
  FUNCTION (subprocess_launcher_new)                                                               \
  FUNCTION (subprocess_launcher_set_child_setup)                                                   \
  FUNCTION (subprocess_launcher_spawnv)                                                            \
  FUNCTION (subprocess_launcher_take_stdin_fd)                                                     \
  FUNCTION (subprocess_launcher_take_stdout_fd)                                                    \
  FUNCTION (subprocess_wait_async)                                                                 \
  FUNCTION (subprocess_wait_finish)                                                                \
  FUNCTION (zlib_compressor_new)                                                                   \
  FUNCTION (zlib_decompressor_new)

#define APOOL_GIO_MEMBER(name) __typeof__ (g_##name) *name;

/**
 * ApoolGio:
 *
 * The functions of GIO, by their names without `g_`. Its casts that check are functions of its
 * library, too, and are not used.
 */
typedef struct
{
  APOOL_GIO_FUNCTIONS (APOOL_GIO_MEMBER)
} ApoolGio;

gboolean apool_gio_load (ApoolGio *self, GError **error);

G_END_DECLS
