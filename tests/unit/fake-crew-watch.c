/* SPDX-License-Identifier: MIT */
/* What a pool tells of its workers must make sense: a worker is made, gets ready, retires, is
 * closed, each once and in this order where at all, and ends; nothing is told of it before or
 * after. In each place there is one at a time that does not retire. Workers are told apart by their
 * processes, which fakes have from the beginning.
 *
 * Its log is a word per event: what happened to the worker of which number. */

#include "fake-crew-watch.h"

/* A worker that has not ended. */
typedef struct
{
  guint number;
  gboolean is_ready;
  gboolean is_retiring;
  gboolean is_closed;
} FakeMember;

struct _FakeCrewWatch
{
  GHashTable *members; /* pid → FakeMember, owned */
  GHashTable *active;  /* number → FakeMember that does not retire */
  GHashTable *delayed; /* numbers where none is made for a while */
  gboolean is_short;   /* one could not be made, and for a while none is */
  guint newest_pid;
  GString *log; /* (nullable) */
};

/**
 * fake_crew_watch_new:
 *
 * Returns: (transfer full): a watch that knows of no worker
 */
FakeCrewWatch *
fake_crew_watch_new (void)
{
  FakeCrewWatch *self = g_new0 (FakeCrewWatch, 1);

  self->members = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->active = g_hash_table_new (NULL, NULL);
  self->delayed = g_hash_table_new (NULL, NULL);
  return self;
}

/**
 * fake_crew_watch_free:
 * @self: (transfer full): a watch
 */
void
fake_crew_watch_free (FakeCrewWatch *self)
{
  g_hash_table_unref (self->members);
  g_hash_table_unref (self->active);
  g_hash_table_unref (self->delayed);
  if (self->log)
    g_string_free (self->log, TRUE);
  g_free (self);
}

/**
 * fake_crew_watch_keep_log:
 * @self: a watch
 *
 * Has it write down all that follows.
 */
void
fake_crew_watch_keep_log (FakeCrewWatch *self)
{
  self->log = g_string_new (NULL);
}

static void
fake_crew_watch_write (FakeCrewWatch *self, const ApoolWorkerEvent *event)
{
  static const char *const NAMES[] = {
    [APOOL_WORKER_NOT_MADE] = "not-made", [APOOL_WORKER_MADE] = "made",
    [APOOL_WORKER_READY] = "ready",       [APOOL_WORKER_GRANTED] = "granted",
    [APOOL_WORKER_RECALLED] = "recalled", [APOOL_WORKER_RETIRING] = "retiring",
    [APOOL_WORKER_CLOSED] = "closed",     [APOOL_WORKER_ENDED] = "ended",
    [APOOL_WORKER_LOST] = "lost",         [APOOL_WORKER_REVOKED] = "revoked",
  };

  if (!self->log)
    return;
  g_string_append_printf (self->log, "%s%s-%u", self->log->len > 0 ? " " : "", NAMES[event->kind],
                          event->state.number);
  if (event->count > 0)
    g_string_append_printf (self->log, ":%u", event->count);
  if (event->delay_msec > 0)
    g_string_append_printf (self->log, ":%ums", event->delay_msec);
}

static void
fake_crew_watch_add (FakeCrewWatch *self, const ApoolWorkerState *state)
{
  FakeMember *member = g_new0 (FakeMember, 1);

  g_assert_cmpuint (state->pid, >, self->newest_pid);
  self->newest_pid = state->pid;
  member->number = state->number;
  g_hash_table_insert (self->members, GUINT_TO_POINTER (state->pid), member);
  g_assert_true (g_hash_table_insert (self->active, GUINT_TO_POINTER (state->number), member));
  g_hash_table_remove (self->delayed, GUINT_TO_POINTER (state->number));
  self->is_short = FALSE;
}

static void
fake_crew_watch_retire (FakeCrewWatch *self, FakeMember *member)
{
  if (g_hash_table_lookup (self->active, GUINT_TO_POINTER (member->number)) == member)
    g_hash_table_remove (self->active, GUINT_TO_POINTER (member->number));
}

static void
fake_crew_watch_remove (FakeCrewWatch *self, FakeMember *member, const ApoolWorkerEvent *event)
{
  fake_crew_watch_retire (self, member);
  g_hash_table_remove (self->members, GUINT_TO_POINTER (event->state.pid));
}

static void
fake_crew_watch_see_delay (FakeCrewWatch *self, const ApoolWorkerEvent *event)
{
  if (event->kind == APOOL_WORKER_NOT_MADE || event->kind == APOOL_WORKER_LOST)
    g_assert_nonnull (event->why);
  else
    g_assert_cmpuint (event->delay_msec, ==, 0);
  if (event->delay_msec > 0 && event->kind == APOOL_WORKER_LOST)
    g_hash_table_add (self->delayed, GUINT_TO_POINTER (event->state.number));
  self->is_short |= event->delay_msec > 0 && event->kind == APOOL_WORKER_NOT_MADE;
}

/* Something that happens once in a worker's life. */
static void
fake_crew_watch_see_once (gboolean *happened)
{
  g_assert_false (*happened);
  *happened = TRUE;
}

static void
fake_crew_watch_see_member (FakeCrewWatch *self, FakeMember *member, const ApoolWorkerEvent *event)
{
  g_assert_cmpuint (member->number, ==, event->state.number);
  switch (event->kind)
    {
    case APOOL_WORKER_READY:
      fake_crew_watch_see_once (&member->is_ready);
      g_assert_false (member->is_closed);
      break;
    case APOOL_WORKER_GRANTED:
    case APOOL_WORKER_REVOKED:
    case APOOL_WORKER_RECALLED:
      g_assert_cmpuint (event->count, >, 0);
      g_assert_false (member->is_closed);
      break;
    case APOOL_WORKER_RETIRING:
      fake_crew_watch_see_once (&member->is_retiring);
      g_assert_false (member->is_closed);
      fake_crew_watch_retire (self, member);
      break;
    case APOOL_WORKER_CLOSED:
      fake_crew_watch_see_once (&member->is_closed);
      break;
    case APOOL_WORKER_ENDED:
    case APOOL_WORKER_LOST:
      fake_crew_watch_remove (self, member, event);
      return;
    case APOOL_WORKER_NOT_MADE:
    case APOOL_WORKER_MADE:
    default:
      g_assert_not_reached ();
    }
  g_assert_cmpint (event->state.is_ready, ==, member->is_ready);
  g_assert_cmpint (event->state.is_retiring, ==, member->is_retiring);
}

/**
 * fake_crew_watch_see:
 * @self: a watch
 * @event: what the pool tells
 */
void
fake_crew_watch_see (FakeCrewWatch *self, const ApoolWorkerEvent *event)
{
  FakeMember *member = g_hash_table_lookup (self->members, GUINT_TO_POINTER (event->state.pid));

  fake_crew_watch_write (self, event);
  fake_crew_watch_see_delay (self, event);
  if (event->kind == APOOL_WORKER_MADE)
    {
      fake_crew_watch_add (self, &event->state);
      return;
    }
  if (event->kind == APOOL_WORKER_NOT_MADE)
    {
      g_assert_cmpuint (event->state.pid, ==, 0);
      return;
    }
  g_assert_nonnull (member);
  fake_crew_watch_see_member (self, member, event);
}

/**
 * fake_crew_watch_take_log:
 * @self: a watch that keeps a log
 *
 * Returns: (transfer full): its events since this was last asked, separated by spaces
 */
char *
fake_crew_watch_take_log (FakeCrewWatch *self)
{
  char *log = g_strdup (self->log->str);

  g_string_truncate (self->log, 0);
  return log;
}

/**
 * fake_crew_watch_is_delayed:
 * @self: a watch
 *
 * Returns: whether the pool has said that it waits before it makes a worker somewhere, and has
 *   made none there since
 */
gboolean
fake_crew_watch_is_delayed (const FakeCrewWatch *self)
{
  return self->is_short || g_hash_table_size (self->delayed) > 0;
}
