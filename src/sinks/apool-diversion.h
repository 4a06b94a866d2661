/* SPDX-License-Identifier: MIT */
#pragma once

#include "sinks/apool-outlet.h"

G_BEGIN_DECLS

/**
 * ApoolDiversion:
 *
 * Keeps back what would be printed on our terminal, while that shows something else.
 */
typedef struct _ApoolDiversion ApoolDiversion;

/**
 * ApoolDiversionFullFunc:
 * @data: (closure): of apool_diversion_begin()
 *
 * No more can be kept.
 */
typedef void (*ApoolDiversionFullFunc) (gpointer data);

ApoolDiversion *apool_diversion_new (void);
void apool_diversion_free (ApoolDiversion *self);

void apool_diversion_take (ApoolDiversion *self,
                           ApoolSpool *spool,
                           ApoolOutlet *const *outlets,
                           const int *fds,
                           guint n_outlets);
void apool_diversion_forget (ApoolDiversion *self);
void apool_diversion_begin (ApoolDiversion *self, ApoolDiversionFullFunc func, gpointer data);
void apool_diversion_end (ApoolDiversion *self);
void apool_diversion_check (ApoolDiversion *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolDiversion, apool_diversion_free)

G_END_DECLS
