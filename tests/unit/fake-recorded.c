/* SPDX-License-Identifier: MIT */
/* What a job has written, as a text, or as bytes of any number that are made up as they are read:
 * lines of one length, of letters that depend on the line and on the stream. */

#include "fake-recorded.h"

#include <gio/gio.h>
#include <string.h>

struct _FakeRecorded
{
  GObject parent_instance;

  ApoolOutcome *outcome;
  char *text[APOOL_N_STREAMS]; /* (nullable): made up where there is none */
  guint64 lengths[APOOL_N_STREAMS];
  guint64 line_length; /* with its newline; 0: there is none */
  guint64 broken_at;   /* of standard output, G_MAXUINT64: nowhere */
  guint64 n_read;
};

static void fake_recorded_iface_init (ApoolRecordedInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeRecorded,
                               fake_recorded,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_RECORDED,
                                                      fake_recorded_iface_init))

/* Makes up what a job has written to @stream from @offset on. */
void
fake_recorded_make_up (
    ApoolStream stream, guint64 line_length, guint64 offset, char *buffer, gsize length)
{
  while (length > 0)
    {
      guint64 line = line_length > 0 ? offset / line_length : 0;
      guint64 left = line_length > 0 ? line_length - offset % line_length : length;
      gsize n = (gsize) MIN (left, length);

      memset (buffer, (int) ('a' + (line + (guint64) stream * 5) % 26), n);
      if (line_length > 0 && n == left)
        buffer[n - 1] = '\n';
      buffer += n;
      offset += n;
      length -= n;
    }
}

static ApoolOutcome *
fake_recorded_get_outcome (ApoolRecorded *self)
{
  return FAKE_RECORDED (self)->outcome;
}

static guint64
fake_recorded_get_length (ApoolRecorded *self, ApoolStream stream)
{
  return FAKE_RECORDED (self)->lengths[stream];
}

static gboolean
fake_recorded_read (ApoolRecorded *recorded,
                    ApoolStream stream,
                    guint64 offset,
                    gpointer buffer,
                    gsize length,
                    GError **error)
{
  FakeRecorded *self = FAKE_RECORDED (recorded);

  g_assert_cmpuint (length, >, 0);
  g_assert_cmpuint (offset, <, self->lengths[stream]);
  g_assert_cmpuint (length, <=, self->lengths[stream] - offset);
  if (stream == APOOL_STREAM_STDOUT && offset + length > self->broken_at)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "/journal/output: cannot be read");
      return FALSE;
    }
  self->n_read += length;
  if (self->text[stream])
    memcpy (buffer, self->text[stream] + offset, length);
  else
    fake_recorded_make_up (stream, self->line_length, offset, buffer, length);
  return TRUE;
}

static void
fake_recorded_iface_init (ApoolRecordedInterface *iface)
{
  iface->get_outcome = fake_recorded_get_outcome;
  iface->get_length = fake_recorded_get_length;
  iface->read = fake_recorded_read;
}

static void
fake_recorded_finalize (GObject *object)
{
  FakeRecorded *self = FAKE_RECORDED (object);

  apool_outcome_unref (self->outcome);
  for (guint i = 0; i < APOOL_N_STREAMS; i++)
    g_free (self->text[i]);
  G_OBJECT_CLASS (fake_recorded_parent_class)->finalize (object);
}

static void
fake_recorded_class_init (FakeRecordedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_recorded_finalize;
}

static void
fake_recorded_init (FakeRecorded *self)
{
  self->broken_at = G_MAXUINT64;
}

/* A job that exited with @status, and wrote these texts. */
FakeRecorded *
fake_recorded_new (int status, const char *out, const char *err)
{
  FakeRecorded *self = fake_recorded_new_made_up (status, strlen (out), strlen (err), 0);

  self->text[APOOL_STREAM_STDOUT] = g_strdup (out);
  self->text[APOOL_STREAM_STDERR] = g_strdup (err);
  return self;
}

/* The same, and it wrote so many bytes in lines of one length, of which 0 is none. */
FakeRecorded *
fake_recorded_new_made_up (int status, guint64 out_length, guint64 err_length, guint64 line_length)
{
  FakeRecorded *self = g_object_new (FAKE_TYPE_RECORDED, NULL);

  self->outcome = apool_outcome_new (APOOL_OUTCOME_EXITED, status,
                                     &(ApoolUsage){ .start_usec = 1000000, .run_usec = 2000000 },
                                     FALSE, FALSE, NULL);
  self->lengths[APOOL_STREAM_STDOUT] = out_length;
  self->lengths[APOOL_STREAM_STDERR] = err_length;
  self->line_length = line_length;
  return self;
}

/* Its standard output cannot be read from @offset on. */
void
fake_recorded_break (FakeRecorded *self, guint64 offset)
{
  self->broken_at = offset;
}

/* How many bytes were read of it. */
guint64
fake_recorded_get_n_read (FakeRecorded *self)
{
  return self->n_read;
}
