/* SPDX-License-Identifier: MIT */
#pragma once

#include "sinks/apool-held.h"
#include "sinks/apool-result-file.h"

G_BEGIN_DECLS

gboolean apool_packed_file_write (ApoolResultFile *file,
                                  ApoolPad *gathered,
                                  const ApoolHeldPlace *place,
                                  gconstpointer data,
                                  gsize length,
                                  gboolean stays_open,
                                  GError **error);
gboolean apool_packed_file_finish (ApoolResultFile *file,
                                   ApoolPad *gathered,
                                   const ApoolHeldPlace *place,
                                   GError **error);

G_END_DECLS
