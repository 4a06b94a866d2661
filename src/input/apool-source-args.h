/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-record-format.h"
#include "input/apool-source.h"

G_BEGIN_DECLS

#define APOOL_TYPE_SOURCE_ARGS (apool_source_args_get_type ())
G_DECLARE_FINAL_TYPE (ApoolSourceArgs, apool_source_args, APOOL, SOURCE_ARGS, GObject)

ApoolSource *apool_source_args_new (const char *const *args, const ApoolRecordFormat *format);

G_END_DECLS
