/* SPDX-License-Identifier: MIT */
/* What the fuzzer begins with: write-seeds FOLDER makes FOLDER/TARGET/NAME for every target. Frames
 * and bodies are in today's formats, so that they are read and not refused for their form. */

#include <errno.h>
#include <glib/gstdio.h>
#include <utime.h>

#include "fuzz-input.h"
#include "wire/apool-message.h"

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

static const Seed seeds_fixed[] = {
  SEED ("frame", "empty", ""),
  SEED ("frame", "too-long", "\x03\x01\x00\x00\x01\x01\x00\x00\x00"),
};

static void
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
  seeds_append_frame (stream, APOOL_MESSAGE_HELLO, apool_message_new_hello (&hello));
  for (guint type = first; type <= last; type++)
    seeds_append_frame (stream, type, seeds_make_body (type, &seeds_fills[0]));
  return stream;
}

static void
seeds_write_streams (const char *folder)
{
  g_autoptr (GByteArray) frames = seeds_make_stream (APOOL_MESSAGE_HELLO, APOOL_N_MESSAGES - 1);
  gsize length;

  (void) apool_frame_get_magic (&length);
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
  (void) g_utime (argv[1],
                  NULL); /* for ninja, which knows the folder alone; else it is made anew */
  return 0;
}
