/* SPDX-License-Identifier: MIT */
/* The other half of a dialogue. All happens in one thread: what it writes is in the kernel when it
 * returns, and what it is told is there when the loop has nothing more to do. Where the kernel's
 * buffer is full the rest is dropped, as if it had died. */

#include "fuzz-peer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#include "base/apool-fd.h"
#include "wire-body.h"

/* More descriptors than an honest message has. */
#define MAX_FDS (APOOL_FRAME_MAX_FDS + 2u)
#define HIGHEST_FD 256
/* Of the byte that says which descriptors: they are not all of one kind. */
#define FDS_DIFFER 0x40u

struct _FuzzPeer
{
  int in_fd;  /* -1 when it has ended */
  int out_fd; /* in_fd itself for a socket */
  gboolean is_socket;
  gboolean is_greeted; /* its magic line has come */
  gboolean is_cut;     /* not all that it said has gone out */
  GByteArray *received;
  FuzzPeerFunc func;
  gpointer data;
};

static void
fuzz_peer_make_pipe (int fds[2])
{
  g_autoptr (GError) error = NULL;

  (void) apool_fd_make_pipe (fds, &error);
  g_assert_no_error (error);
}

/**
 * fuzz_peer_new:
 * @is_socket: whether they talk over a socket, and not over two pipes
 * @in_fd: (out): what the program reads from
 * @out_fd: (out): what it writes to; @in_fd for a socket
 * @func: called for what it says
 * @data: (closure): for @func
 *
 * Returns: (transfer full): a peer of who takes these descriptors
 */
FuzzPeer *
fuzz_peer_new (gboolean is_socket, int *in_fd, int *out_fd, FuzzPeerFunc func, gpointer data)
{
  FuzzPeer *self = g_new0 (FuzzPeer, 1);
  int there[2];
  int back[2];

  self->is_socket = is_socket;
  if (is_socket)
    {
      g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, there), ==, 0);
      *in_fd = *out_fd = there[0];
      self->in_fd = self->out_fd = there[1];
    }
  else
    {
      fuzz_peer_make_pipe (there);
      fuzz_peer_make_pipe (back);
      *in_fd = there[0];
      *out_fd = back[1];
      self->in_fd = back[0];
      self->out_fd = there[1];
    }
  g_assert_true (apool_fd_set_nonblocking (self->in_fd, NULL));
  g_assert_true (apool_fd_set_nonblocking (self->out_fd, NULL));
  self->received = g_byte_array_new ();
  self->func = func;
  self->data = data;
  return self;
}

/**
 * fuzz_peer_end:
 * @self: a peer
 *
 * Ends both its streams.
 */
void
fuzz_peer_end (FuzzPeer *self)
{
  if (self->is_socket)
    self->out_fd = -1;
  apool_fd_clear (&self->in_fd);
  apool_fd_clear (&self->out_fd);
}

/**
 * fuzz_peer_free:
 * @self: (transfer full): a peer
 */
void
fuzz_peer_free (FuzzPeer *self)
{
  fuzz_peer_end (self);
  g_byte_array_unref (self->received);
  g_free (self);
}

/* ---- what it says ---- */

/* Descriptors of every kind that a peer may think of, none of them of any value. */
static int
fuzz_peer_make_fd (guint kind)
{
  int fds[2];

  switch (kind % 4)
    {
    case 0:
      return open ("/dev/null", O_RDWR | O_CLOEXEC);
    case 1:
      fuzz_peer_make_pipe (fds);
      apool_fd_clear (&fds[1]);
      return fds[0];
    case 2:
      fuzz_peer_make_pipe (fds);
      apool_fd_clear (&fds[0]);
      return fds[1];
    default:
      return open ("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
}

static gssize
fuzz_peer_write_with_fds (
    FuzzPeer *self, const guint8 *bytes, gsize length, const int *fds, guint n)
{
  union
  {
    struct cmsghdr align;
    char space[CMSG_SPACE (MAX_FDS * sizeof (int))];
  } control = { 0 };
  struct iovec vector = { (gpointer) bytes, length };
  struct msghdr message = {
    .msg_iov = &vector,
    .msg_iovlen = 1,
    .msg_control = &control,
    .msg_controllen = CMSG_SPACE (n * sizeof (int)),
  };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);

  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (n * sizeof (int));
  memcpy (CMSG_DATA (header), fds, n * sizeof (int));
  return sendmsg (self->out_fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/**
 * fuzz_peer_write:
 * @self: a peer
 * @bytes: what it says
 * @length: how many bytes
 * @fds: how many descriptors travel with the first byte, in the low three bits; of which kind the
 *   first is, in the next two; bit 6 where the others are of other kinds
 *
 * Says anything. Over pipes there are no descriptors.
 */
void
fuzz_peer_write (FuzzPeer *self, const guint8 *bytes, gsize length, guint8 fds)
{
  int passed[MAX_FDS];
  guint n = MIN (fds & 7u, MAX_FDS);

  if (self->out_fd < 0 || length == 0)
    return;
  if (n == 0 || !self->is_socket)
    {
      self->is_cut = write (self->out_fd, bytes, length) < (gssize) length || self->is_cut;
      return;
    }
  for (guint i = 0; i < n; i++)
    passed[i] = fuzz_peer_make_fd ((fds >> 3 & 3u) + (fds & FDS_DIFFER ? i : 0));
  self->is_cut =
      fuzz_peer_write_with_fds (self, bytes, length, passed, n) < (gssize) length || self->is_cut;
  for (guint i = 0; i < n; i++)
    apool_fd_clear (&passed[i]);
}

/**
 * fuzz_peer_was_whole:
 * @self: a peer
 *
 * Returns: whether all that it said has gone out whole
 */
gboolean
fuzz_peer_was_whole (const FuzzPeer *self)
{
  return !self->is_cut;
}

/**
 * fuzz_peer_send:
 * @self: a peer
 * @type: an #ApoolMessageType
 * @body: in the format of @type; a floating reference is taken
 * @claimed: how many descriptors it says to have
 * @fds: as for fuzz_peer_write()
 *
 * Says something.
 */
void
fuzz_peer_send (FuzzPeer *self, guint type, GVariant *body, guint8 claimed, guint8 fds)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (body);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  ApoolFrame frame = {
    .type = (guint8) type,
    .n_fds = MIN (claimed, APOOL_FRAME_MAX_FDS),
    .body = g_variant_get_data (owned),
    .length = g_variant_get_size (owned),
  };

  apool_frame_append (bytes, &frame);
  fuzz_peer_write (self, bytes->data, bytes->len, fds);
}

/**
 * fuzz_peer_greet:
 * @self: a peer
 *
 * Says what begins a dialogue.
 */
void
fuzz_peer_greet (FuzzPeer *self)
{
  ApoolHello hello = { .version = APOOL_MESSAGE_VERSION, .cores = 1, .pid = 2, .host = "fuzz" };
  gsize length;
  const char *magic = apool_frame_get_magic (&length);

  fuzz_peer_write (self, (const guint8 *) magic, length, 0);
  fuzz_peer_send (self, APOOL_MESSAGE_HELLO, wire_body_new_hello (&hello), 0, 0);
}

/**
 * fuzz_peer_send_fields:
 * @self: a peer
 * @type: an #ApoolMessageType
 * @input: the descriptors that it has and says to have, and its fields
 *
 * Says something that can be read.
 *
 * Returns: (transfer full): its body
 */
GVariant *
fuzz_peer_send_fields (FuzzPeer *self, guint type, FuzzInput *input)
{
  guint8 fds = fuzz_input_take_byte (input);
  /* Most often what is said is true. */
  guint8 claimed = fds & 0x80 ? fuzz_input_take_byte (input) : fds & 7;
  GVariant *body;

  if (!self->is_socket && !(fds & 0x80))
    claimed = 0;
  body = g_variant_ref_sink (fuzz_input_take_body (input, type));
  fuzz_peer_send (self, type, body, claimed, fds & 0x7f);
  return body;
}

/* ---- what it is told ---- */

static void
fuzz_peer_close_received (struct msghdr *message)
{
  for (struct cmsghdr *header = CMSG_FIRSTHDR (message); header;
       header = CMSG_NXTHDR (message, header))
    for (gsize i = 0; CMSG_LEN ((i + 1) * sizeof (int)) <= header->cmsg_len; i++)
      {
        int fd;

        memcpy (&fd, CMSG_DATA (header) + i * sizeof fd, sizeof fd);
        apool_fd_clear (&fd);
      }
}

static gssize
fuzz_peer_receive (FuzzPeer *self, guint8 *bytes, gsize length)
{
  union
  {
    struct cmsghdr align;
    char space[CMSG_SPACE (64 * sizeof (int))];
  } control;
  struct iovec vector = { bytes, length };
  struct msghdr message = {
    .msg_iov = &vector,
    .msg_iovlen = 1,
    .msg_control = &control,
    .msg_controllen = sizeof control,
  };
  gssize got;

  if (!self->is_socket)
    return read (self->in_fd, bytes, length);
  got = recvmsg (self->in_fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (got > 0)
    fuzz_peer_close_received (&message);
  return got;
}

static void
fuzz_peer_take_frames (FuzzPeer *self)
{
  gssize taken;
  ApoolFrame frame;
  g_autoptr (GError) error = NULL;

  if (!self->is_greeted)
    {
      gssize behind = apool_frame_find_magic (self->received->data, self->received->len);

      if (behind < 0)
        return;
      g_byte_array_remove_range (self->received, 0, (guint) behind);
      self->is_greeted = TRUE;
    }
  while ((taken = apool_frame_parse (self->received->data, self->received->len, &frame, &error)) >
         0)
    {
      g_autoptr (GVariant) body = wire_body_read (&frame, &error);

      g_assert_no_error (error);
      self->func ((ApoolMessageType) frame.type, body, self->data);
      g_clear_pointer (&body, g_variant_unref);
      g_byte_array_remove_range (self->received, 0, (guint) taken);
    }
  g_assert_no_error (error);
}

/**
 * fuzz_peer_read:
 * @self: a peer
 *
 * Reads what there is.
 */
void
fuzz_peer_read (FuzzPeer *self)
{
  guint8 bytes[16384];
  gssize got;

  if (self->in_fd < 0)
    return;
  while ((got = fuzz_peer_receive (self, bytes, sizeof bytes)) > 0 || (got < 0 && errno == EINTR))
    if (got > 0)
      g_byte_array_append (self->received, bytes, (guint) got);
  fuzz_peer_take_frames (self);
}

/**
 * fuzz_turn:
 * @context: where the program's half runs
 * @self: (nullable): who hears what it says
 *
 * Goes on until nobody has anything to say.
 */
void
fuzz_turn (GMainContext *context, FuzzPeer *self)
{
  while (g_main_context_iteration (context, FALSE))
    if (self)
      fuzz_peer_read (self);
  if (self)
    fuzz_peer_read (self);
}

/**
 * fuzz_count_fds:
 *
 * Returns: how many descriptors are open, of those that the tests can reach
 */
guint
fuzz_count_fds (void)
{
  guint n = 0;

  for (int fd = 0; fd < HIGHEST_FD; fd++)
    n += fcntl (fd, F_GETFD) >= 0 ? 1 : 0;
  return n;
}
