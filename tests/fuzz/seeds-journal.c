/* SPDX-License-Identifier: MIT */
/* Seeds of the targets that read journals: each event by itself, and some together. */

#include <string.h>

#include "seeds.h"

#define JOB                                                                                        \
  "\"run\":\"r\",\"seq\":7,\"attempt\":1,\"key\":\"000102030405060708090a0b0c0d0e0f\","            \
  "\"occurrence\":1,\"worker\":1,\"slot\":2,\"start\":1.5,\"seconds\":0.25,"                       \
  "\"sum\":\"00000000000000ff\""

static const char *const seeds_events[] = {
  "{\"type\":\"journal\",\"version\":1,\"template\":[\"echo\",\"{}\"],"
  "\"options\":{\"columns\":\",\"},\"directory\":\"/d\",\"shell\":\"/bin/sh\",\"apool\":\"1\"}",
  "{\"type\":\"journal\",\"version\":1,\"template_base64\":[\"ZWNobw==\"],"
  "\"options_base64\":{\"a\":\"/w==\"},\"directory_base64\":\"L2Q=\"}",
  "{\"type\":\"run\",\"run\":\"r\",\"start\":1700000000.123456,\"pid\":7,\"jobs\":2,"
  "\"command_line\":[\"apool\",\"\\u00e9\\ud83d\\ude00\\n\"]}",
  "{\"type\":\"start\",\"run\":\"r\",\"seq\":1,\"attempt\":1,\"worker\":1,\"slot\":1,"
  "\"start\":1.000000,\"name\":\"n\"}",
  "{\"type\":\"piece\",\"run\":\"r\",\"seq\":1,\"attempt\":1,\"out\":[[0,4096]]}",
  "{\"type\":\"end\"," JOB ",\"batch\":{\"records\":2,\"first\":\"0123456789abcdef\","
  "\"all\":\"fedcba9876543210\",\"place\":3,\"before\":\"0123456789abcdef\"},\"user\":0.1,"
  "\"system\":0.2,\"max_rss\":4096,\"final\":true,"
  "\"recorded\":true,\"out\":[[0,1],[5,6]],\"err\":[[1,2]],\"command\":\"c\","
  "\"arguments\":[\"a\",\"b\"],\"exit\":3}",
  "{\"type\":\"end\"," JOB ",\"final\":true,\"recorded\":false,\"timeout\":true,\"signal\":15,"
  "\"cut\":true}",
  "{\"type\":\"retry\"," JOB ",\"final\":false,\"recorded\":false,\"lost\":true,\"message\":\"m\"}",
  "{\"type\":\"end\"," JOB ",\"final\":false,\"recorded\":true,\"errno\":2,\"faulty\":true}",
  "{\"type\":\"end\"," JOB ",\"final\":false,\"recorded\":true,\"skipped\":true}",
  "{\"type\":\"sync\",\"run\":\"r\",\"store\":4096,\"at\":2}",
  "{\"type\":\"trouble\",\"run\":\"r\",\"what\":\"w\"}",
  "{\"type\":\"finish\",\"run\":\"r\",\"at\":3.5,\"status\":1,\"done\":2,\"failed\":1,"
  "\"recalled\":0}",
};

/**
 * seeds_write_journal:
 * @folder: where the folders of the targets are
 *
 * Writes the seeds of what reads journals.
 */
void
seeds_write_journal (const char *folder)
{
  g_autoptr (GString) all = g_string_new (NULL);

  g_string_append_c (all, 40);
  for (gsize i = 0; i < G_N_ELEMENTS (seeds_events); i++)
    {
      g_autofree char *name = g_strdup_printf ("event-%zu", i);

      seeds_write (folder, "journal-event", name, seeds_events[i], strlen (seeds_events[i]));
      g_string_append_printf (all, "%s\n", seeds_events[i]);
    }
  seeds_write (folder, "journal-reader", "whole", all->str, all->len);
  seeds_write (folder, "journal-reader", "torn", all->str, all->len - 20);
  g_string_insert_len (all, 200, "\0\0\n\n{}\n", 7);
  seeds_write (folder, "journal-reader", "garbage", all->str, all->len);
}
