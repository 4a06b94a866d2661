/* SPDX-License-Identifier: MIT */
/* Makes workers without processes, and remembers all of them. fake_factory_work() has all workers
 * do what is next for an honest one. */

#include "fake-factory.h"

#include <gio/gio.h>

#include "base/apool-error.h"

struct _FakeFactory
{
  GObject parent_instance;

  FakeWatch *watch;     /* over all workers */
  GPtrArray *workers;   /* FakeWorker, owned: all that were ever made */
  guint n_passed;       /* the first ones of them, which have ended */
  char *failure;        /* (nullable): why no worker can be made */
  guint n_failures;     /* how many more times */
  gboolean lacks_files; /* that is why */
  gboolean prepares;
  gboolean remembers;
};

static void fake_factory_iface_init (ApoolWorkerFactoryInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeFactory,
                               fake_factory,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_WORKER_FACTORY,
                                                      fake_factory_iface_init))

static ApoolWorkerProxy *
fake_factory_create_worker (ApoolWorkerFactory *factory,
                            guint number,
                            const GArray *slots,
                            GError **error)
{
  FakeFactory *self = FAKE_FACTORY (factory);
  FakeWorker *worker;

  if (self->failure && self->n_failures > 0)
    {
      self->n_failures--;
      if (self->lacks_files)
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES, self->failure);
      else
        g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_SPAWN, self->failure);
      return NULL;
    }
  worker = fake_worker_new (slots, self->watch);
  /* Not a process's, but no two are the same. */
  apool_worker_proxy_set_process (APOOL_WORKER_PROXY (worker), self->workers->len + 1, "here");
  if (!self->remembers)
    fake_worker_set_forgetful (worker);
  if (self->prepares)
    fake_worker_set_prepares (worker);
  g_ptr_array_add (self->workers, g_object_ref (worker));
  return APOOL_WORKER_PROXY (worker);
}

static void
fake_factory_iface_init (ApoolWorkerFactoryInterface *iface)
{
  iface->create_worker = fake_factory_create_worker;
}

static void
fake_factory_finalize (GObject *object)
{
  FakeFactory *self = FAKE_FACTORY (object);

  g_ptr_array_unref (self->workers);
  fake_watch_free (self->watch);
  g_free (self->failure);
  G_OBJECT_CLASS (fake_factory_parent_class)->finalize (object);
}

static void
fake_factory_class_init (FakeFactoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_factory_finalize;
}

static void
fake_factory_init (FakeFactory *self)
{
  self->workers = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * fake_factory_new:
 * @jobs: how many tasks may run at once, on all workers together
 *
 * Returns: (transfer full): a factory that has made nothing
 */
FakeFactory *
fake_factory_new (guint jobs)
{
  FakeFactory *self = g_object_new (FAKE_TYPE_FACTORY, NULL);

  self->watch = fake_watch_new (jobs);
  return self;
}

/**
 * fake_factory_remember:
 * @self: a factory
 *
 * Has its workers remember all tasks that they are ever handed.
 */
void
fake_factory_remember (FakeFactory *self)
{
  self->remembers = TRUE;
}

/**
 * fake_factory_prepare:
 * @self: a factory
 *
 * Has the workers that it makes from now on prepare themselves.
 */
void
fake_factory_prepare (FakeFactory *self)
{
  self->prepares = TRUE;
}

/**
 * fake_factory_fail:
 * @self: a factory
 * @why: (nullable): why no more workers can be made; %NULL where they can
 */
void
fake_factory_fail (FakeFactory *self, const char *why)
{
  fake_factory_fail_times (self, why, G_MAXUINT);
}

/**
 * fake_factory_fail_times:
 * @self: a factory
 * @why: (nullable): why no more workers can be made; %NULL where they can
 * @n: after so many times they can be made again
 */
void
fake_factory_fail_times (FakeFactory *self, const char *why, guint n)
{
  self->n_failures = n;
  g_free (self->failure);
  self->failure = g_strdup (why);
}

/**
 * fake_factory_lack_files:
 * @self: a factory
 *
 * Has no more workers be made, for want of descriptors.
 */
void
fake_factory_lack_files (FakeFactory *self)
{
  self->lacks_files = TRUE;
  fake_factory_fail (self, "too many open files");
}

/**
 * fake_factory_get_watch:
 * @self: a factory
 *
 * Returns: (transfer none): what watches over its workers
 */
FakeWatch *
fake_factory_get_watch (FakeFactory *self)
{
  return self->watch;
}

/**
 * fake_factory_get_n_made:
 * @self: a factory
 *
 * Returns: how many workers it was ever asked for
 */
guint
fake_factory_get_n_made (FakeFactory *self)
{
  return self->workers->len;
}

/**
 * fake_factory_get_n_living:
 * @self: a factory
 *
 * Returns: how many of its workers have not ended
 */
guint
fake_factory_get_n_living (FakeFactory *self)
{
  guint n = 0;

  for (guint i = 0; i < self->workers->len; i++)
    n += !fake_worker_get_state (fake_factory_get_worker (self, i))->is_gone;
  return n;
}

/**
 * fake_factory_get_n_running:
 * @self: a factory
 *
 * Returns: how many tasks run, on all workers together
 */
guint
fake_factory_get_n_running (FakeFactory *self)
{
  return fake_watch_get_n_running (self->watch);
}

/**
 * fake_factory_get_peak:
 * @self: a factory
 *
 * Returns: how many tasks ever ran at once
 */
guint
fake_factory_get_peak (FakeFactory *self)
{
  return fake_watch_get_peak (self->watch);
}

/**
 * fake_factory_get_worker:
 * @self: a factory
 * @index: which one, counted from 0 in the order in which they were made
 *
 * Returns: (transfer none): a worker, which may have ended
 */
FakeWorker *
fake_factory_get_worker (FakeFactory *self, guint index)
{
  g_assert_cmpuint (index, <, self->workers->len);
  return g_ptr_array_index (self->workers, index);
}

/**
 * fake_factory_work:
 * @self: a factory
 *
 * Has all workers start what fits, then each do what is next, as fake_worker_work().
 *
 * Returns: whether there was anything to do
 */
gboolean
fake_factory_work (FakeFactory *self)
{
  gboolean did = FALSE;

  while (self->n_passed < self->workers->len &&
         fake_worker_get_state (fake_factory_get_worker (self, self->n_passed))->is_gone)
    self->n_passed++;
  for (guint i = self->n_passed; i < self->workers->len; i++)
    fake_worker_start_all (fake_factory_get_worker (self, i));
  for (guint i = self->n_passed; i < self->workers->len; i++)
    did |= fake_worker_work (fake_factory_get_worker (self, i));
  return did;
}
