/* SPDX-License-Identifier: MIT */
/* Channels under test: what their callbacks were told, and a context for each, so that a test says
 * which of two goes on. */
#pragma once

#include "wire/apool-channel.h"

/* More than a socket or a pipe takes at once. */
#define TEST_BIG_BYTES (300u * 1024)

typedef enum
{
  TEST_SOCKET,
  TEST_PIPES,
} TestTransport;

/* The callbacks; each can be told to free its channel. */
typedef enum
{
  TEST_NEVER,
  TEST_OPENED,
  TEST_MESSAGE,
  TEST_BATCH,
  TEST_DRAINED,
  TEST_CLOSED,
} TestMoment;

typedef struct
{
  ApoolMessageType type;
  guint64 seq;
  gsize length;
  guint n_fds;
} TestRecord;

typedef struct
{
  GMainContext *context;
  ApoolChannel *channel; /* (nullable) */
  GArray *records;       /* TestRecord, of all messages in their order */
  guint n_opened;
  guint n_batches;
  guint n_drained;
  guint n_closed;
  guint32 features;
  guint32 pid;
  GError *error; /* of closed */
  TestMoment frees_at;
  const char *refusal; /* (nullable): what to refuse the next message with */
} TestEnd;

void test_channel_make_fds (TestTransport transport, int near[2], int far[2]);
void test_channel_open_end (TestEnd *end, const int fds[2]);
void test_channel_close_end (TestEnd *end);
void test_channel_run (TestEnd *end);
void test_channel_run_both (TestEnd *a, TestEnd *b);
void test_channel_send (TestEnd *end, guint64 seq, gsize length);
void test_channel_send_fds (TestEnd *end, guint64 seq, guint n_fds);
void test_channel_check_record (TestEnd *end, guint index, ApoolMessageType type, guint64 seq);
void test_channel_check_closed (TestEnd *end, GQuark domain, int code, const char *words);
guint test_channel_count_fds (void);
char *test_channel_read_reason (int fd);
void test_channel_add (const char *module, const char *name, GTestDataFunc func);
