/* SPDX-License-Identifier: MIT */
/* A dialogue over descriptors.
 *
 * States: the peer's magic line is awaited (whatever a login shell prints before it is passed
 * over, up to a bound); then its HELLO; then the channel is open; then closed. Over a Unix socket
 * descriptors travel with the message they belong to: each such message is the start of a
 * sendmsg() of its own, so that the kernel hands them over with its first byte, and they are
 * taken from a queue in the order of the messages.
 *
 * The channel is one GSource. Its prepare function, which runs before the loop sleeps, writes what
 * was sent during the turn. It is reference-counted by the calls that are under way, since a
 * callback may free it. */

#include "wire/apool-channel.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "base/apool-cpu.h"
#include "base/apool-error.h"
#include "base/apool-fd.h"

/* What may come before the magic line: login shells greet, but not for ever. */
#define MAX_CHATTER (64u * 1024)
#define READ_BYTES (64u * 1024)
/* More waits to be written only for a peer that has stopped to read. */
#define MAX_QUEUED ((gsize) 1024 * 1024 * 1024)
/* Descriptors received and not yet claimed by their message. More is no honest peer. */
#define MAX_WAITING_FDS 64u
/* Answers to PING that wait to be written. More than can be asked for in one read; who asks on and
 * on has stopped to listen. */
#define MAX_WAITING_PONGS 4096u

typedef enum
{
  APOOL_CHANNEL_MAGIC,
  APOOL_CHANNEL_HELLO,
  APOOL_CHANNEL_OPEN,
  APOOL_CHANNEL_CLOSED,
} ApoolChannelState;

/* Descriptors to be sent with the byte at a position of the out buffer. */
typedef struct
{
  gsize position;
  int fds[APOOL_FRAME_MAX_FDS];
  guint n_fds;
} ApoolChannelParcel;

typedef struct
{
  GSource source;
  ApoolChannel *channel;
} ApoolChannelSource;

struct _ApoolChannel
{
  gatomicrefcount refs;
  ApoolChannelState state;
  gboolean is_socket;
  int in_fd;
  int out_fd; /* the same as in_fd on a socket */
  GSource *source;
  gpointer in_tag;
  gpointer out_tag; /* the same as in_tag on a socket */
  gboolean waits_for_room;
  gboolean is_mute;      /* nothing is written any more, what is sent is dropped */
  GError *write_error;   /* (nullable): why, where the peer may still be there */
  gboolean has_looked;   /* for what the peer has sent before we were there */
  gboolean owes_drained; /* a flush has said that not all is written: @drained is to follow */
  GByteArray *in;        /* received: in[in_start …) is not parsed yet */
  gsize in_start;
  GArray *in_fds;      /* received descriptors, owned, oldest first */
  GByteArray *out;     /* to be written: out[out_start …) */
  gsize out_start;     /* bytes of out that are written */
  guint n_pongs;       /* in out, since it was empty */
  GArray *out_parcels; /* ApoolChannelParcel, owned descriptors, by position */
  ApoolChannelFuncs funcs;
  gpointer data;
};

static void apool_channel_close (ApoolChannel *self, const GError *error);

static ApoolChannel *
apool_channel_ref (ApoolChannel *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

static void
apool_channel_close_fds (const int *fds, guint n_fds)
{
  for (guint i = 0; i < n_fds; i++)
    {
      int fd = fds[i];

      apool_fd_clear (&fd);
    }
}

static void
apool_channel_unref (ApoolChannel *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  apool_channel_close_fds ((int *) (void *) self->in_fds->data, self->in_fds->len);
  for (guint i = 0; i < self->out_parcels->len; i++)
    {
      ApoolChannelParcel *parcel = &g_array_index (self->out_parcels, ApoolChannelParcel, i);

      apool_channel_close_fds (parcel->fds, parcel->n_fds);
    }
  g_array_unref (self->in_fds);
  g_array_unref (self->out_parcels);
  g_byte_array_unref (self->in);
  g_byte_array_unref (self->out);
  g_clear_error (&self->write_error);
  g_free (self);
}

typedef ApoolChannel ApoolChannelHold;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolChannelHold, apool_channel_unref)

/* Stops all I/O and closes the descriptors; what was not written is dropped. */
static void
apool_channel_shut (ApoolChannel *self)
{
  self->state = APOOL_CHANNEL_CLOSED;
  if (self->source)
    {
      g_source_destroy (self->source);
      g_source_unref (g_steal_pointer (&self->source));
    }
  if (self->out_fd == self->in_fd)
    self->out_fd = -1;
  apool_fd_clear (&self->in_fd);
  apool_fd_clear (&self->out_fd);
}

static void
apool_channel_close (ApoolChannel *self, const GError *error)
{
  if (self->state == APOOL_CHANNEL_CLOSED)
    return;
  apool_channel_shut (self);
  self->funcs.closed (error, self->data);
}

/**
 * apool_channel_abort:
 * @self: a channel
 * @reason: why the dialogue ends, for the peer's user to read
 *
 * Says why, as far as the peer still takes it, and closes. No callback is called for it.
 */
void
apool_channel_abort (ApoolChannel *self, const char *reason)
{
  if (self->state == APOOL_CHANNEL_CLOSED)
    return;
  apool_channel_send (self, APOOL_MESSAGE_ABORT, apool_message_new_text (reason));
  (void) apool_channel_flush (self); /* the peer may be gone: then nobody is left to be told */
  apool_channel_shut (self);
}

static void
apool_channel_fail (ApoolChannel *self, const GError *error)
{
  if (self->state == APOOL_CHANNEL_CLOSED)
    return;
  apool_channel_abort (self, error->message);
  self->funcs.closed (error, self->data);
}

/* ---- sending ---- */

static void
apool_channel_set_waits_for_room (ApoolChannel *self, gboolean waits)
{
  if (self->waits_for_room == waits)
    return;
  self->waits_for_room = waits;
  if (self->is_socket)
    g_source_modify_unix_fd (self->source, self->in_tag, waits ? G_IO_IN | G_IO_OUT : G_IO_IN);
  else if (waits)
    self->out_tag = g_source_add_unix_fd (self->source, self->out_fd, G_IO_OUT);
  else
    g_source_remove_unix_fd (self->source, g_steal_pointer (&self->out_tag));
}

/* Nothing can be written any more. A peer that is gone may have left something to be read: the end
 * of its stream then closes the channel. Any other error does so itself, on the next turn. */
static void
apool_channel_fall_mute (ApoolChannel *self, int errnum)
{
  self->is_mute = TRUE;
  apool_channel_set_waits_for_room (self, FALSE);
  if (errnum != EPIPE && errnum != ECONNRESET)
    apool_error_set_errno (&self->write_error, errnum, "cannot write to the other side");
}

/**
 * apool_channel_post_fds:
 * @self: a channel
 * @draft: what is sent
 * @fds: (transfer full) (array length=n_fds): descriptors that travel with it
 * @n_fds: how many; 0 unless apool_channel_passes_fds()
 *
 * Queues a message. It is written before the loop sleeps, or by apool_channel_flush(). On a closed
 * channel it is dropped.
 */
void
apool_channel_post_fds (ApoolChannel *self, const ApoolDraft *draft, const int *fds, guint n_fds)
{
  g_return_if_fail (n_fds == 0 || self->is_socket);

  if (self->state == APOOL_CHANNEL_CLOSED || self->is_mute)
    {
      apool_channel_close_fds (fds, n_fds);
      return;
    }
  if (n_fds > 0)
    {
      ApoolChannelParcel parcel = { .position = self->out->len, .n_fds = n_fds };

      memcpy (parcel.fds, fds, n_fds * sizeof *fds);
      g_array_append_val (self->out_parcels, parcel);
    }
  if (self->out->len + apool_draft_get_length (draft) > MAX_QUEUED)
    apool_channel_fall_mute (self, ENOBUFS);
  else
    apool_draft_append (draft, (guint8) n_fds, self->out);
}

/**
 * apool_channel_post:
 * @self: a channel
 * @draft: what is sent
 *
 * As apool_channel_post_fds(), without descriptors.
 */
void
apool_channel_post (ApoolChannel *self, const ApoolDraft *draft)
{
  apool_channel_post_fds (self, draft, NULL, 0);
}

/**
 * apool_channel_send:
 * @self: a channel
 * @type: what is sent
 * @body: in the format of @type; a floating reference is taken
 *
 * As apool_channel_post(), of what has been made as a GVariant.
 */
void
apool_channel_send (ApoolChannel *self, ApoolMessageType type, GVariant *body)
{
  g_auto (ApoolDraft) draft;

  apool_draft_init (&draft, (guint8) type);
  apool_draft_add_variant (&draft, body);
  apool_channel_post (self, &draft);
}

static gssize
apool_channel_write_with_fds (ApoolChannel *self,
                              const guint8 *data,
                              gsize length,
                              const ApoolChannelParcel *parcel)
{
  union
  {
    struct cmsghdr align;
    char space[CMSG_SPACE (APOOL_FRAME_MAX_FDS * sizeof (int))];
  } control = { 0 };
  struct iovec vector = { (gpointer) data, length };
  struct msghdr message = {
    .msg_iov = &vector,
    .msg_iovlen = 1,
    .msg_control = &control,
    .msg_controllen = CMSG_SPACE (parcel->n_fds * sizeof (int)),
  };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);

  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (parcel->n_fds * sizeof (int));
  memcpy (CMSG_DATA (header), parcel->fds, parcel->n_fds * sizeof (int));
  return sendmsg (self->out_fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static ApoolChannelParcel *
apool_channel_get_parcel (ApoolChannel *self, guint index)
{
  if (index >= self->out_parcels->len)
    return NULL;
  return &g_array_index (self->out_parcels, ApoolChannelParcel, index);
}

/* Writes up to the next message that carries descriptors; where that is the very next one, its
 * bytes with them. */
static gssize
apool_channel_write_some (ApoolChannel *self)
{
  ApoolChannelParcel *parcel = apool_channel_get_parcel (self, 0);
  gboolean carries = parcel && parcel->position == self->out_start;
  ApoolChannelParcel *next = carries ? apool_channel_get_parcel (self, 1) : parcel;
  const guint8 *data = self->out->data + self->out_start;
  gsize length = (next ? next->position : self->out->len) - self->out_start;
  gssize written;

  if (!self->is_socket)
    return write (self->out_fd, data, length);
  if (!carries)
    return send (self->out_fd, data, length, MSG_NOSIGNAL | MSG_DONTWAIT);
  written = apool_channel_write_with_fds (self, data, length, parcel);
  if (written > 0)
    {
      apool_channel_close_fds (parcel->fds, parcel->n_fds);
      g_array_remove_index (self->out_parcels, 0);
    }
  return written;
}

/* Forgets what is written, where it is much: the buffer may not be empty for long. */
static void
apool_channel_forget_written (ApoolChannel *self)
{
  if (self->out_start < READ_BYTES)
    return;
  g_byte_array_remove_range (self->out, 0, (guint) self->out_start);
  for (guint i = 0; i < self->out_parcels->len; i++)
    apool_channel_get_parcel (self, i)->position -= self->out_start;
  self->out_start = 0;
}

/**
 * apool_channel_flush:
 * @self: a channel
 *
 * Writes what was sent so far, as much as the kernel takes now.
 *
 * Returns: whether all of it is in the kernel, so that the peer gets it even if this process dies.
 *   If not, @drained will be called, or @closed
 */
gboolean
apool_channel_flush (ApoolChannel *self)
{
  if (self->state == APOOL_CHANNEL_CLOSED || self->is_mute)
    return FALSE;
  while (self->out_start < self->out->len)
    {
      gssize written = apool_channel_write_some (self);

      if (written >= 0)
        self->out_start += (gsize) written;
      else if (errno == EAGAIN)
        {
          apool_channel_forget_written (self);
          apool_channel_set_waits_for_room (self, TRUE);
          self->owes_drained = TRUE;
          return FALSE;
        }
      else if (errno != EINTR)
        {
          apool_channel_fall_mute (self, errno);
          return FALSE;
        }
    }
  g_byte_array_set_size (self->out, 0);
  self->out_start = 0;
  self->n_pongs = 0;
  apool_channel_set_waits_for_room (self, FALSE);
  return TRUE;
}

/**
 * apool_channel_get_queued:
 * @self: a channel
 *
 * Returns: how many bytes were sent and are not written yet: who sends much waits while it is much
 */
gsize
apool_channel_get_queued (const ApoolChannel *self)
{
  return self->out->len - self->out_start;
}

/* ---- receiving ---- */

/**
 * apool_channel_has_input:
 * @self: a channel
 *
 * Returns: whether the peer has sent something, or has ended its stream, and that was not read yet
 */
gboolean
apool_channel_has_input (const ApoolChannel *self)
{
  struct pollfd look = { .fd = self->in_fd, .events = POLLIN };

  /* Fails only for want of memory: then nothing is known to be there. */
  return self->state != APOOL_CHANNEL_CLOSED && poll (&look, 1, 0) == 1;
}

static gboolean
apool_channel_keep_fds (ApoolChannel *self, struct msghdr *message, GError **error)
{
  for (struct cmsghdr *header = CMSG_FIRSTHDR (message); header;
       header = CMSG_NXTHDR (message, header))
    if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
      g_array_append_vals (self->in_fds, CMSG_DATA (header),
                           (guint) ((header->cmsg_len - CMSG_LEN (0)) / sizeof (int)));
  if ((message->msg_flags & MSG_CTRUNC) || self->in_fds->len > MAX_WAITING_FDS)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL, "descriptors were lost");
      return FALSE;
    }
  return TRUE;
}

/* Returns what read() would: bytes, 0 at the end, -1 with errno; -2 with @error set. */
static gssize
apool_channel_read_some (ApoolChannel *self, GError **error)
{
  union
  {
    struct cmsghdr align;
    char space[CMSG_SPACE (MAX_WAITING_FDS * sizeof (int))];
  } control;
  gsize before = self->in->len;
  struct iovec vector;
  struct msghdr message = {
    .msg_iov = &vector,
    .msg_iovlen = 1,
    .msg_control = &control,
    .msg_controllen = sizeof control,
  };
  gssize got;

  g_byte_array_set_size (self->in, (guint) (before + READ_BYTES));
  vector = (struct iovec){ self->in->data + before, READ_BYTES };
  if (self->is_socket)
    got = recvmsg (self->in_fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  else
    got = read (self->in_fd, vector.iov_base, vector.iov_len);
  g_byte_array_set_size (self->in, (guint) (before + (gsize) MAX (got, 0)));
  if (got > 0 && self->is_socket && !apool_channel_keep_fds (self, &message, error))
    return -2;
  return got;
}

/* Moves what is not parsed to the front, where bodies are aligned. */
static void
apool_channel_compact (ApoolChannel *self)
{
  if (self->in_start > 0)
    g_byte_array_remove_range (self->in, 0, (guint) self->in_start);
  self->in_start = 0;
}

static gboolean
apool_channel_find_magic (ApoolChannel *self, GError **error)
{
  gssize behind = apool_frame_find_magic (self->in->data, self->in->len);

  if (behind < 0 && self->in->len > MAX_CHATTER)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL,
                           "the other side is no apool worker");
      return FALSE;
    }
  if (behind >= 0)
    {
      self->in_start = (gsize) behind;
      apool_channel_compact (self);
      self->state = APOOL_CHANNEL_HELLO;
    }
  return TRUE;
}

static gboolean
apool_channel_open (ApoolChannel *self, ApoolMessage *message, GError **error)
{
  ApoolHello hello;

  if (message->type != APOOL_MESSAGE_HELLO)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL, "no greeting");
      return FALSE;
    }
  apool_message_get_hello (message->frame, &hello);
  if (hello.version != APOOL_MESSAGE_VERSION)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL,
                   "the other side speaks version %u of the protocol, this one %u", hello.version,
                   APOOL_MESSAGE_VERSION);
      return FALSE;
    }
  self->state = APOOL_CHANNEL_OPEN;
  if (self->funcs.opened)
    self->funcs.opened (&hello, self->data);
  return TRUE;
}

static gboolean
apool_channel_aborted (ApoolMessage *message, GError **error)
{
  g_autofree char *reason = apool_message_dup_text (message->body);

  g_set_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL, "the other side gave up: %s", reason);
  return FALSE;
}

static gboolean
apool_channel_answer (ApoolChannel *self, ApoolMessage *ping, GError **error)
{
  if (self->n_pongs >= MAX_WAITING_PONGS)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL,
                           "the other side asks and does not listen");
      return FALSE;
    }
  self->n_pongs++;
  apool_channel_send (self, APOOL_MESSAGE_PONG, ping->body);
  return TRUE;
}

static gboolean
apool_channel_dispatch_message (ApoolChannel *self, ApoolMessage *message, GError **error)
{
  if (message->type == APOOL_MESSAGE_ABORT)
    return apool_channel_aborted (message, error);
  if (self->state == APOOL_CHANNEL_HELLO)
    return apool_channel_open (self, message, error);
  if (message->type == APOOL_MESSAGE_HELLO)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL, "a second greeting");
      return FALSE;
    }
  if (message->type == APOOL_MESSAGE_PING)
    return apool_channel_answer (self, message, error);
  return self->funcs.message (message, self->data, error);
}

static gboolean
apool_channel_take_frame (ApoolChannel *self, const ApoolFrame *frame, GError **error)
{
  ApoolMessage message = { .type = (ApoolMessageType) frame->type, .frame = frame };
  g_autoptr (GVariant) body = NULL;
  gboolean fine;

  if (!apool_message_read (frame, &body, error))
    return FALSE;
  message.body = body;
  if (frame->n_fds > self->in_fds->len)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL, "descriptors are missing");
      return FALSE;
    }
  message.n_fds = frame->n_fds;
  if (frame->n_fds > 0)
    {
      memcpy (message.fds, self->in_fds->data, frame->n_fds * sizeof (int));
      g_array_remove_range (self->in_fds, 0, frame->n_fds);
    }
  fine = apool_channel_dispatch_message (self, &message, error);
  apool_channel_close_fds (message.fds, message.n_fds);
  return fine;
}

/* Gives on all frames that are there whole. */
static gboolean
apool_channel_take_frames (ApoolChannel *self, GError **error)
{
  if (self->state == APOOL_CHANNEL_MAGIC && !apool_channel_find_magic (self, error))
    return FALSE;
  while (self->state == APOOL_CHANNEL_HELLO || self->state == APOOL_CHANNEL_OPEN)
    {
      ApoolFrame frame;
      gssize taken = apool_frame_parse (self->in->data + self->in_start,
                                        self->in->len - self->in_start, &frame, error);

      if (taken < 0)
        return FALSE;
      if (taken == 0)
        break;
      if (!apool_channel_take_frame (self, &frame, error))
        return FALSE;
      self->in_start += (gsize) taken;
    }
  apool_channel_compact (self);
  return TRUE;
}

static void
apool_channel_ended (ApoolChannel *self)
{
  g_autoptr (GError) error = NULL;

  if (self->in->len > 0 || self->state == APOOL_CHANNEL_MAGIC)
    g_set_error_literal (&error, APOOL_ERROR, APOOL_ERROR_WORKER_LOST,
                         self->state == APOOL_CHANNEL_MAGIC
                             ? "the other side ended before it said anything"
                             : "the other side ended in the middle of a message");
  apool_channel_close (self, error);
}

static void
apool_channel_receive (ApoolChannel *self)
{
  g_autoptr (GError) error = NULL;
  gssize got = apool_channel_read_some (self, &error);

  if (got == -1 && (errno == EAGAIN || errno == EINTR))
    return;
  /* A reset means that the peer died with our words unread: as good as an end. */
  if (got == 0 || (got == -1 && errno == ECONNRESET))
    {
      apool_channel_ended (self);
      return;
    }
  if (got == -1)
    apool_error_set_errno (&error, errno, "cannot read");
  if (got < 0 || !apool_channel_take_frames (self, &error))
    {
      apool_channel_fail (self, error);
      return;
    }
  if (self->funcs.batch && self->state == APOOL_CHANNEL_OPEN)
    self->funcs.batch (self->data);
}

/* ---- the source ---- */

static gboolean
apool_channel_source_prepare (GSource *source, int *timeout)
{
  ApoolChannel *self = ((ApoolChannelSource *) source)->channel;

  *timeout = -1;
  /* Whoever comes later finds what the other has to say: then the greeting goes with the answer. */
  if (!self->has_looked)
    {
      self->has_looked = TRUE;
      *timeout = 0;
      return FALSE;
    }
  if (self->out_start < self->out->len && !self->waits_for_room && !self->is_mute)
    (void) apool_channel_flush (self); /* what is left is written when there is room */
  return (self->owes_drained && !self->waits_for_room) || self->write_error;
}

/* From the loop alone: whoever flushes does not expect to be called from within. */
static void
apool_channel_tell_drained (ApoolChannel *self)
{
  self->owes_drained = FALSE;
  if (self->funcs.drained)
    self->funcs.drained (self->data);
}

static gboolean
apool_channel_source_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  g_autoptr (ApoolChannelHold) self = apool_channel_ref (((ApoolChannelSource *) source)->channel);
  GIOCondition in = g_source_query_unix_fd (source, self->in_tag);
  GIOCondition out = self->out_tag ? g_source_query_unix_fd (source, self->out_tag) : 0;

  if (self->is_socket)
    out = in;
  if (self->waits_for_room && (out & (G_IO_OUT | G_IO_ERR | G_IO_HUP)))
    (void) apool_channel_flush (self); /* if not all of it, there will be room again */
  if (self->write_error)
    apool_channel_fail (self, self->write_error);
  if (self->owes_drained && !self->waits_for_room && self->state != APOOL_CHANNEL_CLOSED)
    apool_channel_tell_drained (self);
  if (self->state != APOOL_CHANNEL_CLOSED && (in & (G_IO_IN | G_IO_HUP | G_IO_ERR)))
    apool_channel_receive (self);
  return self->state == APOOL_CHANNEL_CLOSED ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static GSourceFuncs apool_channel_source_funcs = {
  .prepare = apool_channel_source_prepare,
  .dispatch = apool_channel_source_dispatch,
};

static void
apool_channel_attach (ApoolChannel *self, GMainContext *context)
{
  self->source = g_source_new (&apool_channel_source_funcs, sizeof (ApoolChannelSource));
  ((ApoolChannelSource *) self->source)->channel = self;
  self->in_tag = g_source_add_unix_fd (self->source, self->in_fd, G_IO_IN);
  g_source_set_static_name (self->source, "apool-channel");
  /* Never entered again from within. Without this GLib takes the descriptors out of the loop for
   * the time of each dispatch, at the price of three system calls. */
  g_source_set_can_recurse (self->source, TRUE);
  g_source_attach (self->source, context);
}

static void
apool_channel_greet (ApoolChannel *self)
{
  gsize length;
  const char *magic = apool_frame_get_magic (&length);
  ApoolHello hello = {
    .version = APOOL_MESSAGE_VERSION,
    .features = self->is_socket ? APOOL_FEATURE_PASSES_FDS : 0,
    .cores = apool_cpu_count_usable (),
    .pid = (guint32) getpid (),
    .host = g_get_host_name (),
  };
  ApoolDraft draft;

  g_byte_array_append (self->out, (const guint8 *) magic, (guint) length);
  apool_message_draft_hello (&draft, &hello);
  apool_channel_post (self, &draft);
}

static gboolean
apool_channel_is_unix_socket (int fd)
{
  int domain;
  socklen_t length = sizeof domain;

  return getsockopt (fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 && domain == AF_UNIX;
}

/**
 * apool_channel_new:
 * @context: where the callbacks run
 * @in_fd: (transfer full): what the peer writes to
 * @out_fd: (transfer full): what the peer reads from; @in_fd itself for a Unix stream socket, over
 *   which descriptors can be passed
 * @funcs: what to call
 * @data: (closure): for @funcs
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: (transfer full) (nullable): a channel that has queued its greeting
 */
ApoolChannel *
apool_channel_new (GMainContext *context,
                   int in_fd,
                   int out_fd,
                   const ApoolChannelFuncs *funcs,
                   gpointer data,
                   GError **error)
{
  ApoolChannel *self = g_new0 (ApoolChannel, 1);

  g_atomic_ref_count_init (&self->refs);
  self->in_fd = in_fd;
  self->out_fd = out_fd;
  self->is_socket = in_fd == out_fd && apool_channel_is_unix_socket (in_fd);
  self->in = g_byte_array_new ();
  self->out = g_byte_array_new ();
  self->in_fds = g_array_new (FALSE, FALSE, sizeof (int));
  self->out_parcels = g_array_new (FALSE, FALSE, sizeof (ApoolChannelParcel));
  self->funcs = *funcs;
  self->data = data;
  if (!self->is_socket &&
      (!apool_fd_set_nonblocking (in_fd, error) || !apool_fd_set_nonblocking (out_fd, error)))
    {
      apool_channel_free (self);
      return NULL;
    }
  apool_channel_attach (self, context);
  apool_channel_greet (self);
  return self;
}

/**
 * apool_channel_free:
 * @self: (transfer full): a channel
 *
 * Closes its descriptors: the peer sees the end of the stream behind all that was written. No
 * callback is called any more.
 */
void
apool_channel_free (ApoolChannel *self)
{
  apool_channel_shut (self);
  apool_channel_unref (self);
}

/**
 * apool_channel_passes_fds:
 * @self: a channel
 *
 * Returns: whether descriptors can travel with messages
 */
gboolean
apool_channel_passes_fds (const ApoolChannel *self)
{
  return self->is_socket;
}
