/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How a job is ended where nobody says otherwise, and how GNU parallel ends it. */
#define APOOL_TERMSEQ_DEFAULT "TERM,5000,KILL"
#define APOOL_TERMSEQ_PARALLEL "TERM,200,TERM,100,TERM,50,KILL"

/* More than anybody needs, the last one included. */
#define APOOL_TERMSEQ_MAX_STEPS 32u
/* The longest wait: a day. */
#define APOOL_TERMSEQ_MAX_MSEC 86400000u

/**
 * ApoolTermseqStep:
 * @signum: what is sent
 * @wait_msec: how long what is left has to end before the next step; 0 in the last one
 */
typedef struct
{
  int signum;
  guint wait_msec;
} ApoolTermseqStep;

/**
 * ApoolTermseq:
 * @n_steps: how many steps there are, at least 1
 * @steps: (array length=n_steps): the last one is SIGKILL, and no other
 *
 * By which signals a job is ended.
 */
typedef struct
{
  guint n_steps;
  ApoolTermseqStep steps[APOOL_TERMSEQ_MAX_STEPS];
} ApoolTermseq;

gboolean apool_termseq_parse (const char *text, ApoolTermseq *termseq, GError **error);
guint apool_termseq_get_msec (const ApoolTermseq *termseq);

G_END_DECLS
