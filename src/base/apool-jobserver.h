/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolJobserver:
 *
 * The jobserver of make: a pipe with a byte in it for each job that may be started.
 */
typedef struct _ApoolJobserver ApoolJobserver;

/**
 * ApoolJobserverStyle:
 * @APOOL_JOBSERVER_PIPE: those who take part inherit the descriptors of a pipe
 * @APOOL_JOBSERVER_FIFO: they open a named one; known to make since 4.4
 */
typedef enum
{
  APOOL_JOBSERVER_PIPE,
  APOOL_JOBSERVER_FIFO,
} ApoolJobserverStyle;

ApoolJobserver *apool_jobserver_open (const char *auth, GError **error);
ApoolJobserver *apool_jobserver_new (ApoolJobserverStyle style,
                                     guint n_slots,
                                     const char *directory,
                                     GError **error);
void apool_jobserver_free (ApoolJobserver *self);

const char *apool_jobserver_get_auth (const ApoolJobserver *self);
gboolean apool_jobserver_is_own (const ApoolJobserver *self);
int apool_jobserver_get_fd (const ApoolJobserver *self);
guint apool_jobserver_get_n_taken (const ApoolJobserver *self);

gboolean apool_jobserver_take (ApoolJobserver *self, GError **error);
void apool_jobserver_give_back (ApoolJobserver *self);
guint apool_jobserver_restore (ApoolJobserver *self);
void apool_jobserver_set_n_slots (ApoolJobserver *self, guint n_slots);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolJobserver, apool_jobserver_free)

G_END_DECLS
