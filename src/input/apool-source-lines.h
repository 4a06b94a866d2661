/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-record-format.h"
#include "input/apool-source.h"

G_BEGIN_DECLS

#define APOOL_TYPE_SOURCE_LINES (apool_source_lines_get_type ())
G_DECLARE_FINAL_TYPE (ApoolSourceLines, apool_source_lines, APOOL, SOURCE_LINES, GObject)

ApoolSource *apool_source_lines_new (int fd, const ApoolRecordFormat *format, const char *name);

G_END_DECLS
