/* SPDX-License-Identifier: MIT */
#pragma once

#include "factory/apool-slot-book.h"
#include "factory/apool-worker-proxy.h"

G_BEGIN_DECLS

/* A task in the worker's hands. */
typedef struct
{
  guint64 seq;
  ApoolTask *task;
  gboolean started;
  gboolean exited; /* its slot is free */
  guint slot;      /* once it is started */
  char *too_long;  /* (nullable): it was to be ended since it ran too long: what is said of that */
  GList link;      /* in waiting, until it is started */
} ApoolWorkerEntry;

typedef struct
{
  ApoolSlotBook *slots; /* that it fills */
  GHashTable *by_seq;   /* seq of the entry → ApoolWorkerEntry, owned */
  GQueue waiting;       /* links of entries that are not started, oldest first */
  guint n_exited;       /* entries whose slots are free */
  guint n_recalls;      /* answers that are due */
  guint64 last_job;     /* the highest number of a job that it has had a task of */
  guint n_questions;    /* the same of apool_worker_proxy_ask() */
  gboolean has_worked;
  gboolean is_ready;
  guint pid;  /* 0 while it is not known */
  char *host; /* (nullable) */
  ApoolWorkerEvents events;
  gpointer data;
} ApoolWorkerProxyPrivate;

ApoolWorkerProxyPrivate *apool_worker_proxy_get_private (ApoolWorkerProxy *self);
ApoolWorkerEntry *apool_worker_proxy_find (ApoolWorkerProxy *self, guint64 seq);
GHashTable *apool_worker_proxy_list_used_slots (ApoolWorkerProxy *self);

G_END_DECLS
