/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-observer.h"

G_BEGIN_DECLS

#define APOOL_TYPE_KEEPER (apool_keeper_get_type ())

/**
 * ApoolKeeper:
 *
 * Whoever is given what jobs write, or told how much that was, by the one observer that reads it.
 */
G_DECLARE_INTERFACE (ApoolKeeper, apool_keeper, APOOL, KEEPER, GObject)

/**
 * ApoolKeptEnd:
 * @bytes: (nullable) (array length=length): the last ones: any bytes
 * @length: how many are known; 0 where none are
 * @is_cut: whether others came before them
 *
 * The end of what an attempt wrote to one of its streams.
 */
typedef struct
{
  const char *bytes;
  gsize length;
  gboolean is_cut;
} ApoolKeptEnd;

/**
 * ApoolKeeperInterface:
 * @keep: an attempt at @task wrote @length bytes to @stream, as they are, without labels; @data is
 *   valid during the call. Optional: whoever does not implement it costs jobs' output nothing
 * @kept: the attempt is over, and wrote so many bytes in all: told before the observers that come
 *   after the output are told of its end. Optional
 *
 * @failed: the job is over, and has not succeeded; @ends is what it wrote last to each stream, as
 *   far as that is known. It comes just before the observers that come after the output are told of
 *   its end. Not told of a job whose output was set aside for an attempt that never came. Optional:
 *   whoever implements it has a few bytes copied of all that jobs write
 *
 * The end of an attempt is not told where its output was lost, because nothing can be printed any
 * more: then what came is not all. Where jobs write to the descriptors of the run themselves
 * nothing is seen, and the lengths are 0. Nothing is told of a job that is not run because it was
 * recorded. What a keeper cannot keep is its own affair: the job goes on.
 */
struct _ApoolKeeperInterface
{
  GTypeInterface parent;

  void (*keep) (
      ApoolKeeper *self, ApoolTask *task, ApoolStream stream, const void *data, gsize length);
  void (*kept) (ApoolKeeper *self, ApoolTask *task, const guint64 *lengths);
  void (*failed) (ApoolKeeper *self, ApoolTask *task, const ApoolKeptEnd *ends);
};

gboolean apool_keeper_wants_bytes (ApoolKeeper *self);
gboolean apool_keeper_wants_ends (ApoolKeeper *self);
void apool_keeper_keep (
    ApoolKeeper *self, ApoolTask *task, ApoolStream stream, const void *data, gsize length);
void apool_keeper_kept (ApoolKeeper *self, ApoolTask *task, const guint64 *lengths);
void apool_keeper_failed (ApoolKeeper *self, ApoolTask *task, const ApoolKeptEnd *ends);

G_END_DECLS
