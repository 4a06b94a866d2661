/* SPDX-License-Identifier: MIT */
/* The log has "1+out" for what job 1 wrote to its standard output, "1*err" for its standard error,
 * and "1.2=3,4" for its second attempt, which wrote 3 and 4 bytes in all, and "1!out*err" where it
 * did not succeed and that was what it wrote last, separated by spaces. */

#include "fake-keeper.h"

typedef struct
{
  GString *log;
  GString *bytes[APOOL_N_STREAMS];
  guint64 lengths[APOOL_N_STREAMS]; /* of the attempt that was over last */
  void (*hook) (gpointer);          /* (nullable): called while bytes are seen */
  gpointer hook_data;
} FakeKeeperPrivate;

static void fake_keeper_counting_init (ApoolKeeperInterface *iface);
static void fake_keeper_seeing_init (ApoolKeeperInterface *iface);

G_DEFINE_TYPE_WITH_CODE (FakeKeeper,
                         fake_keeper,
                         G_TYPE_OBJECT,
                         G_ADD_PRIVATE (FakeKeeper)
                             G_IMPLEMENT_INTERFACE (APOOL_TYPE_KEEPER, fake_keeper_counting_init))

typedef FakeKeeper FakeMourner;
typedef FakeKeeperClass FakeMournerClass;

static GType fake_mourner_get_type (void);
static void fake_keeper_mourning_init (ApoolKeeperInterface *iface);

G_DEFINE_TYPE_WITH_CODE (FakeMourner,
                         fake_mourner,
                         FAKE_TYPE_KEEPER,
                         G_IMPLEMENT_INTERFACE (APOOL_TYPE_KEEPER, fake_keeper_mourning_init))

typedef FakeKeeper FakeSeer;
typedef FakeKeeperClass FakeSeerClass;

static GType fake_seer_get_type (void);

G_DEFINE_TYPE_WITH_CODE (FakeSeer,
                         fake_seer,
                         FAKE_TYPE_KEEPER,
                         G_IMPLEMENT_INTERFACE (APOOL_TYPE_KEEPER, fake_keeper_seeing_init))

static FakeKeeperPrivate *
fake_keeper_get_private (gpointer self)
{
  return fake_keeper_get_instance_private (self);
}

static void
fake_keeper_keep (
    ApoolKeeper *keeper, ApoolTask *task, ApoolStream stream, const void *data, gsize length)
{
  FakeKeeperPrivate *self = fake_keeper_get_private (keeper);

  if (self->hook)
    self->hook (self->hook_data);
  g_string_append_printf (self->log, "%" G_GUINT64_FORMAT "%c%.*s ", apool_task_get_seq (task),
                          stream == APOOL_STREAM_STDOUT ? '+' : '*', (int) MIN (length, 100),
                          (const char *) data);
  g_string_append_len (self->bytes[stream], data, (gssize) length);
}

static void
fake_keeper_kept (ApoolKeeper *keeper, ApoolTask *task, const guint64 *lengths)
{
  FakeKeeperPrivate *self = fake_keeper_get_private (keeper);

  g_string_append_printf (
      self->log, "%" G_GUINT64_FORMAT ".%u=%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT " ",
      apool_task_get_seq (task), apool_task_get_traits (task)->attempt, lengths[0], lengths[1]);
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    self->lengths[i] = lengths[i];
}

static void
fake_keeper_counting_init (ApoolKeeperInterface *iface)
{
  iface->kept = fake_keeper_kept;
}

static void
fake_keeper_seeing_init (ApoolKeeperInterface *iface)
{
  iface->keep = fake_keeper_keep;
  iface->kept = fake_keeper_kept;
}

static void
fake_keeper_failed (ApoolKeeper *keeper, ApoolTask *task, const ApoolKeptEnd *ends)
{
  FakeKeeperPrivate *self = fake_keeper_get_private (keeper);

  g_string_append_printf (self->log, "%" G_GUINT64_FORMAT "!", apool_task_get_seq (task));
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    g_string_append_printf (self->log, "%s%.*s%s", ends[i].is_cut ? "..." : "",
                            (int) ends[i].length, ends[i].bytes ? ends[i].bytes : "",
                            i == 0 ? "*" : " ");
}

static void
fake_keeper_mourning_init (ApoolKeeperInterface *iface)
{
  iface->kept = NULL;
  iface->failed = fake_keeper_failed;
}

static void
fake_keeper_finalize (GObject *object)
{
  FakeKeeperPrivate *self = fake_keeper_get_private (object);

  g_string_free (self->log, TRUE);
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    g_string_free (self->bytes[i], TRUE);
  G_OBJECT_CLASS (fake_keeper_parent_class)->finalize (object);
}

static void
fake_keeper_class_init (FakeKeeperClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_keeper_finalize;
}

static void
fake_keeper_init (FakeKeeper *object)
{
  FakeKeeperPrivate *self = fake_keeper_get_private (object);

  self->log = g_string_new (NULL);
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    self->bytes[i] = g_string_new (NULL);
}

static void
fake_mourner_class_init (FakeMournerClass *klass)
{
}

static void
fake_mourner_init (FakeMourner *self)
{
}

static void
fake_seer_class_init (FakeSeerClass *klass)
{
}

static void
fake_seer_init (FakeSeer *object)
{
}

/* @wants_bytes: whether it has to see what jobs write */
FakeKeeper *
fake_keeper_new (gboolean wants_bytes)
{
  return g_object_new (wants_bytes ? fake_seer_get_type () : FAKE_TYPE_KEEPER, NULL);
}

/* One that only hears of jobs that did not succeed, and how what they wrote ended. */
FakeKeeper *
fake_keeper_new_mourning (void)
{
  return g_object_new (fake_mourner_get_type (), NULL);
}

void
fake_keeper_set_hook (FakeKeeper *object, void (*hook) (gpointer), gpointer data)
{
  FakeKeeperPrivate *self = fake_keeper_get_private (object);

  self->hook = hook;
  self->hook_data = data;
}

/* Checks what it was told since the last call. */
void
fake_keeper_check_log (FakeKeeper *object, const char *log)
{
  FakeKeeperPrivate *self = fake_keeper_get_private (object);

  g_strchomp (self->log->str);
  g_assert_cmpstr (self->log->str, ==, log);
  g_string_truncate (self->log, 0);
}

/* All that it was given of @stream, by whatever job. */
const GString *
fake_keeper_get_bytes (FakeKeeper *self, ApoolStream stream)
{
  return fake_keeper_get_private (self)->bytes[stream];
}

/* How much the attempt that was over last wrote to @stream. */
guint64
fake_keeper_get_length (FakeKeeper *self, ApoolStream stream)
{
  return fake_keeper_get_private (self)->lengths[stream];
}
