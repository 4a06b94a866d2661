/* SPDX-License-Identifier: MIT */
/* What the fuzzer begins with: write-seeds FOLDER makes FOLDER/TARGET/NAME for every target. Frames
 * and bodies are in today's formats, so that they are read and not refused for their form. */

#include <errno.h>
#include <glib/gstdio.h>
#include <utime.h>

#include "fuzz-input.h"
#include "seeds.h"
#include "wire-body.h"

/* How a body's fields are filled: small numbers and short text, edges, nothing. */
static const guint8 FILL_PLAIN[] = "\x01\x01\x44Path\x01\x43sh1\x02\x44run2\x01\x02\x03\x44var1\x44"
                                   "abcd\x01\x45xyz=1\x43ini";
static const guint8 FILL_EDGES[] =
    "\xff\xf7\xfe\xf8\xfb\xc1\x61\x02\xf0\xfd\xfc\x80\x01\xff\xf6\x05";
static const guint8 FILL_CONTROLS[] = "\x01\x46\x1b[2J\n\x07\x01\x46\x1b[2J\n\x07\x46\x1b[2J\n\x07";

typedef struct
{
  const char *name;
  const guint8 *bytes;
  gsize length;
} SeedsFill;

static const SeedsFill seeds_fills[] = {
  { "plain", FILL_PLAIN, sizeof FILL_PLAIN - 1 },
  { "edges", FILL_EDGES, sizeof FILL_EDGES - 1 },
  { "controls", FILL_CONTROLS, sizeof FILL_CONTROLS - 1 },
  { "zeros", NULL, 0 },
};

typedef struct
{
  const char *target;
  const char *name;
  const char *bytes;
  gsize length;
} Seed;

#define SEED(target, name, bytes)                                                                  \
  {                                                                                                \
    target, name, bytes, sizeof bytes - 1                                                          \
  }

/* Two bytes begin a manager's: flags, tasks. Of a message's steps the first byte behind the step
 * says what descriptors it has. Tasks are counted from 1. */
static const Seed seeds_fixed[] = {
  SEED ("frame", "empty", ""),
  SEED ("frame", "too-long", "\x03\x01\x00\x00\x01\x01\x00\x00\x00"),
  SEED ("message",
        "fields-task-with-holes",
        "\x86\x05\x01\x01\x02\x01\x02\x02\x00\x03\x02%d\x00\x01\x00\x00\x01\x01x\x01\x44true\x01"
        "\x00"),
  SEED ("message", "fields-task-in-directory", "\x86\x05\x01\x00\x00\x44true\x01\x00\x02\x02/d"),
  SEED ("manager", "job", "\x00\x01\x00\x00\x01\x01\x01\x00\x01\x00\x43out\x03\x00\x01"),
  SEED ("manager", "job-over-pipes", "\x02\x01\x00\x00\x01\x01\x03\x00\x01"),
  SEED ("manager", "job-batched", "\x00\x01\x80\x00\x01\x01\x81\x00\x01\x00\x43out\x83\x00\x01"),
  SEED ("manager", "rude", "\x04\x01\x00\x00\x01\x01"),
  SEED ("manager", "twice-finished", "\x00\x01\x00\x00\x01\x01\x03\x00\x01\x0f\x03\x00\x01"),
  SEED ("manager", "twice-started", "\x00\x01\x00\x00\x01\x01\x00\x00\x01\x01"),
  SEED ("manager", "pipes", "\x00\x01\x00\x00\x01\x01\x02\x0a\x01\x03\x00\x01"),
  SEED ("manager", "pipes-twice", "\x00\x01\x00\x00\x01\x01\x02\x0a\x01\x02\x0a\x01"),
  SEED ("manager",
        "pipes-then-output",
        "\x00\x01\x00\x00\x01\x01\x02\x0a\x01\x01\x00\x01\x00\x43out"),
  SEED ("manager", "pipes-to-write-to", "\x00\x01\x00\x00\x01\x01\x02\x12\x01"),
  SEED ("manager", "pipes-of-two-kinds", "\x00\x01\x00\x00\x01\x01\x02\x4a\x01"),
  SEED ("manager", "pipes-of-devices", "\x00\x01\x00\x00\x01\x01\x02\x02\x01"),
  SEED ("manager",
        "pipes-of-many",
        "\x00\x03\x00\x00\x01\x01\x00\x00\x02\x02\x00\x00\x03\x03\x02\x0a\x01\x02\x0a\x02\x02\x0a"
        "\x03"),
  SEED ("manager", "pipes-of-folders", "\x00\x01\x00\x00\x01\x01\x02\x1a\x01"),
  SEED ("manager", "descriptors-missing", "\x00\x01\x00\x00\x01\x01\x02\x81\x02\x01"),
  SEED ("manager", "descriptors-unasked", "\x00\x01\x80\x86\x00\x01\x01\x80\x86\x00\x01\x01"),
  SEED ("manager", "recalled", "\x00\x05\x0c\x01\x04\x00\x02\x04\x05"),
  SEED ("manager", "recalled-unasked", "\x00\x05\x04\x00\x02\x04\x05"),
  SEED ("manager", "recalled-unknown", "\x00\x05\x0c\x01\x04\x00\x02\x04\x0f"),
  SEED (
      "manager", "terminated", "\x00\x03\x00\x00\x01\x01\x0c\x02\x04\x00\x02\x02\x03\x03\x00\x01"),
  SEED ("manager",
        "congested",
        "\x00\x01\x00\x00\x01\x01\x0c\x04\x01\x00\x01\x00\xc3out\x0c\x05\x01\x00\x01\x00\xc3out"),
  SEED (
      "manager", "deaf", "\x08\x01\x00\x00\x01\x01\x01\x00\x01\x00\xc3out\x01\x00\x01\x00\xc3out"),
  SEED ("manager",
        "credit-overdrawn",
        "\x00\x01\x00\x00\x01\x01\x0c\x04\x01\x00\x01\x00\xc3out\x01\x00\x01\x00\xc3out\x01\x00\x01"
        "\x00\xc3out\x01\x00\x01\x00\xc3out\x01\x00\x01\x00\xc3out\x01\x00\x01\x00\xc3out\x01\x00"
        "\x01\x00\xc3out"),
  SEED ("manager", "hook-unasked", "\x00\x01\x05\x00\x00\x00\x00\x00\x40\x43out\x00"),
  SEED ("manager",
        "init",
        "\x10\x01\x05\x00\x00\x00\x00\x00\x40\x43out\x00\x00\x00\x01\x01\x03\x00\x01"),
  SEED ("manager", "init-failed", "\x10\x01\x05\x00\x00\x00\x01\x00\x43why\x43out\x00"),
  SEED ("manager", "init-awaited", "\x10\x01\x00\x00\x01\x01"),
  SEED ("manager", "exit", "\x20\x00\x0c\x08\x05\x00\x01\x00\x00\x00\x40\x43out\x00\x0b"),
  SEED ("manager", "exit-lost", "\x20\x01\x0c\x08\x0a\x0b"),
  SEED ("manager",
        "exit-of-busy",
        "\x20\x01\x00\x00\x01\x01\x0c\x08\x03\x00\x01\x05\x00\x01\x00\x00\x00\x40\x43out"),
  SEED ("manager", "closed-after-end", "\x20\x01\x0a\x0c\x08\x0b"),
  SEED ("manager", "killed-in-event", "\x00\x02\x09\x09\x80\x00\x01\x01\x80\x00\x02\x02"),
  SEED ("manager",
        "closed-in-output",
        "\x00\x01\x00\x00\x01\x01\x09\x08\x03\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x40\x43out"
        "\x43out"),
  SEED ("manager", "queued-in-event", "\x00\x01\x09\x00\x00\x00\x01\x01\x00\x00\x02\x02"),
  SEED ("manager", "stream-first", "\x00\x02\x00\x00\x01\x01\x0b\x0a"),
  SEED ("manager", "process-first", "\x00\x02\x0a\x00\x00\x01\x01\x03\x00\x01"),
  SEED ("manager", "slots-moved", "\x00\x01\x00\x00\x01\x01\x0c\x07\x0c\x06\x03\x00\x01"),
  SEED ("manager", "ping", "\x00\x01\x06\x02\x00\x05"),
  SEED ("worker", "job", "\x00\x02\x00\x0e\x00"),
  SEED ("worker", "job-over-pipes", "\x02\x00\x00\x0c\x20\x0e\x00"),
  SEED ("worker",
        "jobs-wait-for-slots",
        "\x00\x00\x00\x00\x00\x00\x00\x0e\x00\x0e\x01\x0e\x02\x0e\x03"),
  SEED ("worker", "jobs-batched", "\x00\x00\x80\x80\x80\x80\x84\x00\x0f\x00"),
  SEED ("worker", "rude", "\x04\x00\x00"),
  SEED ("worker", "not-set-up", "\x40\x00\x00"),
  SEED ("worker", "set-up-twice", "\x00\x00\x08\x04\x00\x01\x09"),
  SEED ("worker", "output", "\x00\x00\x00\x0c\x20\x0c\x30\x0d\x00\x0e\x10"),
  SEED ("worker", "output-passed", "\x00\x01\x00\x0c\x80\x0c\x80\x0e\x00"),
  SEED ("worker",
        "output-streamed",
        "\x00\x00\x00\x0c\xa0\x0c\xa0\x0c\xa0\x0c\xa0\x0c\xa0\x0c\xa0\x03\x00\x01\x00\xf4"
        "\x0c\xa0\x0e\x00"),
  SEED ("worker", "output-wanted", "\x00\x00\x00\x02\x00\x01\x0c\x20\x03\x00\x01\x00\x05\x0e\x40"),
  SEED ("worker", "output-unheard", "\x08\x00\x00\x0c\xa0\x0c\xa0\x0c\xa0\x0a\x0e\x00"),
  SEED ("worker", "output-left-open", "\x00\x00\x00\x0c\x20\x0e\x10\x0c\x20\x0d\x00\x0d\x10"),
  SEED ("worker",
        "task",
        "\x00\x00\x01\x00\x05\x01\x01\x01\x02\x00\x01\x44true\x01\x01\x43X=y\x00\x00\x0e\x00"),
  SEED ("worker",
        "task-with-input",
        "\x00\x00\x01\x01\x05\x01\x00\x00\x44true\x01\x00\x00\x00\x0e\x00"),
  SEED ("worker",
        "task-without-shell",
        "\x00\x00\x01\x00\x05\x01\x00\x02\x44true\x01\x00\x00\x00\x0e\x00"),
  SEED (
      "worker", "task-printed", "\x00\x00\x01\x00\x05\x01\x00\x00\x44true\x01\x00\x01\x00\x0e\x00"),
  SEED ("worker",
        "task-in-directory",
        "\x00\x00\x01\x00\x05\x01\x00\x00\x44true\x01\x00\x00\x02/d\x0e\x00"),
  SEED ("worker",
        "task-in-its-own",
        "\x00\x00\x01\x00\x05\x01\x00\x00\x44true\x02\x00\x02\x02/d\x0e\x00"),
  SEED ("worker",
        "task-in-none",
        "\x00\x00\x01\x00\x05\x01\x00\x00\x44true\x01\x00\x00\x02-d\x0e\x00"),
  SEED ("worker",
        "task-with-holes",
        "\x00\x00\x01\x00\x05\x01\x01\x02\x01\x02\x02\x00\x03\x02%d\x00\x01\x00\x00\x01\x01x\x01"
        "\x44true\x01\x00\x00\x00\x0e\x00"),
  SEED ("worker",
        "task-twice",
        "\x00\x00\x01\x00\x05\x01\x00\x00\x41x\x01\x00\x00\x00\x01\x00\x05\x01\x00\x00\x41x\x01"),
  SEED ("worker",
        "task-of-hook",
        "\x00\x01\x01\x00\xfd\x01\x00\x00\x41x\x01\x00\x00\x00\x0c\x80\x0e\x00"),
  SEED ("worker", "cannot-start", "\x00\x00\x0b\x00\x0b\x05\x00\x0b\x01\x00"),
  SEED ("worker", "machine-is-short", "\x00\x00\x00\x0b\x01\x00\x0e\x00\x0e\x01"),
  SEED ("worker", "recalled", "\x00\x00\x00\x00\x00\x00\x00\x04\x00\x01\x04\x00\xf8"),
  SEED ("worker", "terminated", "\x00\x00\x00\x00\x00\x00\x00\x05\x00\x0e\x60\x0e\x61\x0e\x62\x00"),
  SEED ("worker", "granted", "\x00\x00\x00\x00\x00\x00\x06\x00\x01\x07\x0e\x03"),
  SEED ("worker", "granted-twice", "\x00\x00\x06\x00\x02\x07\x07"),
  SEED ("worker", "granted-none", "\x00\x00\x06\x00\x01\x00"),
  SEED ("worker", "closed", "\x00\x00\x00\x07\x00\x0e\x60"),
  SEED ("worker", "init", "\x10\x00\x00\x0c\x20\x0e\x00\x0e\x01"),
  SEED ("worker", "init-left-nothing", "\x10\x00\x0b\x06\x0e\x00\x00"),
  SEED ("worker",
        "init-twice-written",
        "\x30\x00\x0c\x20\x0c\xb0\x0e\x10\x00\x0e\x01\x07\x00\x0e\x02"),
  SEED ("worker", "init-failed", "\x10\x00\x00\x0e\x20"),
  SEED ("worker", "init-closed", "\x30\x00\x00\x07\x00\x0e\x60"),
  SEED ("worker", "init-terminated", "\x10\x00\x00\x05\x00\x0e\x80"),
  SEED ("worker", "exit", "\x20\x00\x07\x00\x0c\x20\x0e\x00"),
  SEED ("worker", "exit-in-turn-of-fault", "\x20\x00\x07\x00\x80\x0e\x10"),
  SEED ("worker", "exit-of-busy", "\x20\x00\x00\x07\x00\x0e\x60\x0e\x01"),
  SEED ("worker",
        "exit-floods",
        "\x20\x00\x07\x00\x0c\xa0\x0c\xa0\x0c\xa0\x0c\xa0\x0c\xa0\x0c\xa0\x0e\x10"),
  SEED ("worker", "credit-without-job", "\x00\x00\x03\x00\x09\x07\xff"),
};

/**
 * seeds_write:
 * @folder: where the folders of the targets are
 * @target: which one
 * @name: a name for the seed
 * @bytes: (array length=length) (nullable): it
 * @length: how many bytes
 *
 * Writes one seed.
 */
void
seeds_write (
    const char *folder, const char *target, const char *name, gconstpointer bytes, gsize length)
{
  g_autofree char *path = g_build_filename (folder, target, NULL);
  g_autofree char *file = g_build_filename (path, name, NULL);
  g_autoptr (GError) error = NULL;

  if (g_mkdir_with_parents (path, 0777) < 0)
    g_error ("%s: %s", path, g_strerror (errno));
  if (!g_file_set_contents (file, bytes ? bytes : "", (gssize) length, &error))
    g_error ("%s", error->message);
}

static void
seeds_append_frame (GByteArray *bytes, guint type, GVariant *body)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (body);
  ApoolFrame frame = {
    .type = (guint8) type,
    .body = g_variant_get_data (owned),
    .length = g_variant_get_size (owned),
  };

  apool_frame_append (bytes, &frame);
}

static GVariant *
seeds_make_body (guint type, const SeedsFill *fill)
{
  FuzzInput input = { fill->bytes, fill->length };

  return fuzz_input_take_body (&input, type);
}

/* Each type with each fill: as fields, and as the bytes that come of them. */
static void
seeds_write_messages (const char *folder)
{
  for (guint type = APOOL_MESSAGE_HELLO; type < APOOL_N_MESSAGES; type++)
    for (gsize i = 0; i < G_N_ELEMENTS (seeds_fills); i++)
      {
        const SeedsFill *fill = &seeds_fills[i];
        g_autoptr (GVariant) body = g_variant_ref_sink (seeds_make_body (type, fill));
        g_autoptr (GByteArray) bytes = g_byte_array_new ();
        g_autofree char *fields_name = g_strdup_printf ("fields-%u-%s", type, fill->name);
        g_autofree char *bytes_name = g_strdup_printf ("bytes-%u-%s", type, fill->name);
        guint8 first = (guint8) (type | 0x80);

        g_byte_array_append (bytes, &first, 1);
        g_byte_array_append (bytes, fill->bytes, (guint) fill->length);
        seeds_write (folder, "message", fields_name, bytes->data, bytes->len);
        g_byte_array_set_size (bytes, 1);
        bytes->data[0] = (guint8) type;
        g_byte_array_append (bytes, g_variant_get_data (body), (guint) g_variant_get_size (body));
        if (bytes->len < 1000)
          seeds_write (folder, "message", bytes_name, bytes->data, bytes->len);
      }
}

/* Returns what a peer says: the greeting, and messages of the types from @first to @last. */
static GByteArray *
seeds_make_stream (guint first, guint last)
{
  ApoolHello hello = { .version = APOOL_MESSAGE_VERSION, .cores = 1, .pid = 2, .host = "seed" };
  GByteArray *stream = g_byte_array_new ();
  gsize length;
  const char *magic = apool_frame_get_magic (&length);

  g_byte_array_append (stream, (const guint8 *) magic, (guint) length);
  seeds_append_frame (stream, APOOL_MESSAGE_HELLO, wire_body_new_hello (&hello));
  for (guint type = first; type <= last; type++)
    seeds_append_frame (stream, type, seeds_make_body (type, &seeds_fills[0]));
  return stream;
}

/* The stream in pieces as a dialogue's target reads them, behind its two bytes. */
static void
seeds_write_pieces (
    const char *folder, const char *target, const char *name, const GByteArray *stream, guint piece)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) "\x05\x01", 2);
  for (guint at = 0; at < stream->len; at += piece)
    {
      guint8 head[] = { (guint8) MIN (piece, stream->len - at), 0 };

      g_byte_array_append (bytes, head, sizeof head);
      g_byte_array_append (bytes, stream->data + at, head[0]);
    }
  seeds_write (folder, target, name, bytes->data, bytes->len);
}

static void
seeds_write_streams (const char *folder)
{
  g_autoptr (GByteArray) reports = seeds_make_stream (APOOL_MESSAGE_STARTED, APOOL_N_MESSAGES - 1);
  g_autoptr (GByteArray) orders = seeds_make_stream (APOOL_MESSAGE_PING, APOOL_MESSAGE_CLOSE);
  g_autoptr (GByteArray) frames = seeds_make_stream (APOOL_MESSAGE_HELLO, APOOL_N_MESSAGES - 1);
  gsize length;

  (void) apool_frame_get_magic (&length);
  seeds_write_pieces (folder, "manager", "bytes-whole", reports, 255);
  seeds_write_pieces (folder, "manager", "bytes-cut", reports, 7);
  seeds_write_pieces (folder, "worker", "bytes-whole", orders, 255);
  seeds_write_pieces (folder, "worker", "bytes-cut", orders, 7);
  seeds_write (folder, "frame", "greeting", frames->data, MIN (frames->len, 100));
  g_byte_array_remove_range (frames, 0, (guint) length - 1); /* one byte says how it is cut */
  frames->data[0] = 5;
  seeds_write (folder, "frame", "frames", frames->data, frames->len);
}

int
main (int argc, char **argv)
{
  if (argc != 2)
    g_error ("usage: write-seeds FOLDER");
  for (gsize i = 0; i < G_N_ELEMENTS (seeds_fixed); i++)
    seeds_write (argv[1], seeds_fixed[i].target, seeds_fixed[i].name, seeds_fixed[i].bytes,
                 seeds_fixed[i].length);
  seeds_write_messages (argv[1]);
  seeds_write_streams (argv[1]);
  seeds_write_joblog (argv[1]);
  seeds_write_journal (argv[1]);
  seeds_write_text (argv[1]);
  (void) g_utime (argv[1],
                  NULL); /* for ninja, which knows the folder alone; else it is made anew */
  return 0;
}
