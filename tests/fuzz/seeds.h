/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void seeds_write (
    const char *folder, const char *target, const char *name, gconstpointer bytes, gsize length);
void seeds_write_joblog (const char *folder);
void seeds_write_journal (const char *folder);
void seeds_write_text (const char *folder);

G_END_DECLS
