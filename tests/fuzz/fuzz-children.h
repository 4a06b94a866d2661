/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "job/apool-observer.h"

G_BEGIN_DECLS

/**
 * FuzzChildren:
 *
 * What stands in for processes: a worker believes to have started them, and nothing was. They
 * write, close their output and end when they are told to.
 */
typedef struct _FuzzChildren FuzzChildren;

FuzzChildren *fuzz_children_new (void);
void fuzz_children_free (FuzzChildren *self);

guint fuzz_children_get_n_running (const FuzzChildren *self);
void fuzz_children_fail_next (FuzzChildren *self, int errnum);
void fuzz_children_write (FuzzChildren *self, guint index, ApoolStream stream, gsize length);
void fuzz_children_shut (FuzzChildren *self, guint index, ApoolStream stream);
void fuzz_children_exit (FuzzChildren *self, guint index, int status, gboolean leaves_somebody);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FuzzChildren, fuzz_children_free)

G_END_DECLS
