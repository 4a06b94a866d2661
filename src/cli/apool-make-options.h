/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/apool-jobserver.h"

G_BEGIN_DECLS

/**
 * ApoolMakeOptions:
 * @stays_apart: whether make's slots are not to be taken
 * @serves: whether jobs that are makes are to share our slots
 * @style: with @serves, how
 *
 * How jobs share their number with make's.
 */
typedef struct
{
  gboolean stays_apart;
  gboolean serves;
  ApoolJobserverStyle style;
} ApoolMakeOptions;

G_END_DECLS
