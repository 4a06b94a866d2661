/* SPDX-License-Identifier: MIT */
/* The built program in its worker mode, and the test as its manager. */
#pragma once

#include <gio/gio.h>

#include "channel-ends.h"
#include "worker-job.h"

/* What a worker of a test is told to wait for outputs that were left open: so long that no test
 * ends by it, and so short that a test can wait for it. Milliseconds. */
#define TEST_LONG_DRAIN (600u * 1000)
#define TEST_SHORT_DRAIN 20u

typedef struct
{
  TestTransport transport;
  GSubprocess *process;
  ApoolChannel *channel; /* (nullable): after the end */
  int gate;              /* what is written here is what jobs read from their descriptor 9 */
  GHashTable *jobs;      /* guint64 in the job → TestJob, owned */
  GHashTable *by_slot;   /* slot → TestJob, not owned: the last one that was started there */
  GArray *recalled;      /* guint64: what RECALLED said, in its order */
  GArray *revoked;       /* guint: what all REVOKED said */
  guint32 pid;           /* 0 before HELLO */
  guint32 cores;
  guint32 features;
  guint n_recalls;
  guint n_hooks; /* HOOKs that came; the last one: */
  ApoolHook hook;
  ApoolOutcome *hook_outcome; /* (nullable): before the first one */
  GString *hook_output;
  guint64 hook_dropped;
  guint n_started;
  guint n_exited;
  guint n_running;
  guint most_running;
  guint64 pong;
  guint64 token;  /* of the last ANSWER */
  GArray *states; /* (nullable): ApoolJobState, what it said; their lines are in @answer */
  GVariant *answer;
  ApoolSetup setup;      /* what SETUP says, but for what test_worker_set_up() is told */
  const int *output_fds; /* (nullable): descriptors that go with it, not owned */
  guint32 max_passed;    /* the same; 100 at the start */
  gboolean gives_credit; /* for every OUTPUT at once */
  gboolean is_closed;
  GError *error; /* of closed */
} TestWorker;

GSubprocess *
test_worker_spawn (TestTransport transport, const char *greeting, int gate, int fds[2]);

void test_worker_start (TestWorker *self, TestTransport transport);
void test_worker_start_greeting (TestWorker *self,
                                 TestTransport transport,
                                 const char *greeting,
                                 const char *chatter);
void test_worker_set_up (TestWorker *self, guint n_slots, guint32 drain_msec);
void test_worker_grant (TestWorker *self, const guint32 *slots, guint n_slots);
void test_worker_limit (TestWorker *self, guint32 limit);
void test_worker_wait_revoked (TestWorker *self, guint n);
void test_worker_open (TestWorker *self, gconstpointer transport, guint n_slots);
void test_worker_forget (TestWorker *self, guint64 seq);
void test_worker_stop (TestWorker *self);
void test_worker_close (TestWorker *self);
void test_worker_clear (TestWorker *self);
void test_worker_stop_failed (TestWorker *self, const char *words);
void test_worker_kill (TestWorker *self);
void test_worker_wait_process (GSubprocess *process, int status);

void test_worker_send_task (TestWorker *self,
                            guint64 seq,
                            ApoolTaskKind kind,
                            const char *text,
                            gsize length,
                            gssize hole,
                            int stdin_fd);
void test_worker_send (TestWorker *self, ApoolTask *task);
void test_worker_send_variant (TestWorker *self,
                               guint64 seq,
                               const char *line,
                               const ApoolTaskTraits *traits);
void test_worker_send_line (TestWorker *self, guint64 seq, const char *line);
void test_worker_send_seq (TestWorker *self, ApoolMessageType type, guint64 seq);
void test_worker_credit (TestWorker *self, TestJob *job, ApoolStream stream, guint32 bytes);
void test_worker_recall (TestWorker *self, guint32 n);
void test_worker_ping (TestWorker *self);
void test_worker_release (TestWorker *self, guint n);

TestJob *test_worker_get_job (TestWorker *self, guint64 seq);
TestJob *test_worker_wait_started (TestWorker *self, guint64 seq);
const GArray *test_worker_ask (TestWorker *self, guint64 token);
void test_worker_wait_exited (TestWorker *self, TestJob *job);
TestJob *test_worker_wait_finished (TestWorker *self, guint64 seq);
void test_worker_wait_received (TestWorker *self, TestJob *job, ApoolStream stream, gsize bytes);
void test_worker_wait_output (TestWorker *self, TestJob *job);
void test_worker_wait_hook (TestWorker *self);
void test_worker_wait_closed (TestWorker *self);
