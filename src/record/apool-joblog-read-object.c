/* SPDX-License-Identifier: MIT */
/* A job from a line of a joblog in JSON. Nothing that stands there is trusted: what has a member in
 * another form than we write it is no job. Members that are not known are passed over, so that
 * later versions may add some; of members of one name the last one counts. */

#include <string.h>

#include "base/apool-json-value.h"
#include "record/apool-joblog-read.h"

/* What stands in several members. */
typedef struct
{
  ApoolJoblogJob *job;
  guint64 seq; /* 0 where it is not said */
  guint64 status;
  gboolean has_status;
  gboolean has_key;
  gboolean has_command;
  gboolean is_faulty;
  gboolean is_retried;
  gboolean is_ended; /* by apool */
} ApoolJoblogObject;

typedef gboolean (*ApoolJoblogMemberFunc) (ApoolJoblogObject *object, const ApoolJsonText *value);

static gboolean
apool_joblog_set_seq (ApoolJoblogObject *object, const ApoolJsonText *value)
{
  return apool_json_read_number (value, &object->seq) && object->seq > 0;
}

static gboolean
apool_joblog_set_exit (ApoolJoblogObject *object, const ApoolJsonText *value)
{
  object->has_status = TRUE;
  return apool_json_read_number (value, &object->status);
}

static gboolean
apool_joblog_set_faulty (ApoolJoblogObject *object, const ApoolJsonText *value)
{
  return apool_json_read_flag (value, &object->is_faulty);
}

static gboolean
apool_joblog_set_retried (ApoolJoblogObject *object, const ApoolJsonText *value)
{
  return apool_json_read_flag (value, &object->is_retried);
}

static gboolean
apool_joblog_set_ended (ApoolJoblogObject *object, const ApoolJsonText *value)
{
  return apool_json_read_flag (value, &object->is_ended);
}

static gboolean
apool_joblog_set_seconds (ApoolJoblogObject *object, const ApoolJsonText *value)
{
  return apool_json_read_seconds (value, &object->job->past.run_usec);
}

static gboolean
apool_joblog_set_key (ApoolJoblogObject *object, const ApoolJsonText *value)
{
  object->has_key = *value->at == '"' &&
                    apool_identity_read_key (value->at + 1, (gsize) (value->end - value->at) - 2,
                                             object->job->key);
  return object->has_key;
}

static gboolean
apool_joblog_set_occurrence (ApoolJoblogObject *object, const ApoolJsonText *value)
{
  return apool_json_read_number (value, &object->job->past.occurrence) &&
         object->job->past.occurrence > 0;
}

/* Has room in the command for what @value stands for. */
static char *
apool_joblog_begin_command (ApoolJoblogObject *object, const ApoolJsonText *value)
{
  g_string_set_size (object->job->command, (gsize) (value->end - value->at));
  return object->job->command->str;
}

static void
apool_joblog_end_command (ApoolJoblogObject *object, gsize length)
{
  g_string_set_size (object->job->command, length);
  object->has_command = TRUE;
}

static gboolean
apool_joblog_set_command (ApoolJoblogObject *object, const ApoolJsonText *value)
{
  gsize length;

  if (*value->at != '"' ||
      !apool_json_decode (value, apool_joblog_begin_command (object, value), &length))
    return FALSE;
  apool_joblog_end_command (object, length);
  return TRUE;
}

/* None that is empty is written so. */
static gboolean
apool_joblog_set_coded_command (ApoolJoblogObject *object, const ApoolJsonText *value)
{
  gsize length;

  if (!apool_json_read_base64 (value, apool_joblog_begin_command (object, value), &length) ||
      length == 0)
    return FALSE;
  apool_joblog_end_command (object, length);
  return TRUE;
}

#define MEMBER(name, what)                                                                         \
  {                                                                                                \
    name, sizeof name - 1, apool_joblog_set_##what                                                 \
  }

static const struct
{
  const char *name;
  gsize length;
  ApoolJoblogMemberFunc set;
} apool_joblog_members[] = {
  MEMBER ("seq", seq),         MEMBER ("retried", retried),
  MEMBER ("seconds", seconds), MEMBER ("exit", exit),
  MEMBER ("faulty", faulty),   MEMBER ("ended_by_apool", ended),
  MEMBER ("command", command), MEMBER ("command_base64", coded_command),
  MEMBER ("key", key),         MEMBER ("occurrence", occurrence),
};

static gboolean
apool_joblog_set_member (ApoolJoblogObject *object,
                         const ApoolJsonText *key,
                         const ApoolJsonText *value)
{
  for (gsize i = 0; i < G_N_ELEMENTS (apool_joblog_members); i++)
    if (apool_json_is_key (key, apool_joblog_members[i].name, apool_joblog_members[i].length))
      return apool_joblog_members[i].set (object, value);
  return TRUE;
}

/* What the object tells of, once all of it is known. */
static ApoolJoblogLine
apool_joblog_find_job (ApoolJoblogObject *object)
{
  ApoolPastJob *past = &object->job->past;

  if (object->seq == 0 || (!object->has_key && !object->has_command) ||
      (object->has_key && past->occurrence == 0))
    return APOOL_JOBLOG_LINE_BAD;
  if (object->is_ended)
    return APOOL_JOBLOG_LINE_OTHER;
  past->seq = object->seq;
  past->is_retried = object->is_retried;
  past->is_failed =
      past->is_retried || !object->has_status || object->status != 0 || object->is_faulty;
  past->key = object->has_key ? object->job->key : NULL;
  if (object->has_command)
    {
      past->command = object->job->command->str;
      past->command_length = object->job->command->len;
    }
  return APOOL_JOBLOG_LINE_JOB;
}

/**
 * apool_joblog_read_object:
 * @line: (array length=length): a line of a joblog in JSON, without its newline
 * @length: how many bytes
 * @job: (inout): gets what is known of the job
 *
 * Returns: what the line is. Attempts that apool has ended with the run do not count
 */
ApoolJoblogLine
apool_joblog_read_object (const char *line, gsize length, ApoolJoblogJob *job)
{
  ApoolJoblogObject object = { .job = job };
  ApoolJsonFault fault;
  ApoolJsonText root;
  ApoolJsonText key;
  ApoolJsonText value;
  ApoolJsonWalk walk;

  job->past = (ApoolPastJob){ 0 };
  if (!apool_json_check (line, length, &root, &fault) || *root.at != '{')
    return APOOL_JOBLOG_LINE_BAD;
  apool_json_walk_init (&walk, &root);
  while (apool_json_walk_next (&walk, &key, &value))
    if (!apool_joblog_set_member (&object, &key, &value))
      return APOOL_JOBLOG_LINE_BAD;
  return apool_joblog_find_job (&object);
}

/**
 * apool_joblog_begins_with_object:
 * @data: (array length=length): the first line of a file, without its newline
 * @length: how many bytes
 * @is_whole: whether it has one; else it may be the beginning of a line
 *
 * Returns: whether the file is a joblog in JSON
 */
gboolean
apool_joblog_begins_with_object (const char *data, gsize length, gboolean is_whole)
{
  static const char BEGINNING[] = "{\"seq\":";
  ApoolJoblogJob job = { 0 };
  gboolean is_job;

  if (!is_whole)
    return memcmp (data, BEGINNING, MIN (length, strlen (BEGINNING))) == 0;
  job.command = g_string_new (NULL);
  is_job = apool_joblog_read_object (data, length, &job) != APOOL_JOBLOG_LINE_BAD;
  g_string_free (job.command, TRUE);
  return is_job;
}
