/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-source.h"

G_BEGIN_DECLS

/* A source of rows that a test writes down. */
#define FAKE_TYPE_SCRIPT (fake_script_get_type ())
G_DECLARE_FINAL_TYPE (FakeScript, fake_script, FAKE, SCRIPT, GObject)

struct _FakeScript
{
  GObject parent;

  guint64 total;  /* of all rows */
  gsize n_fields; /* each row has */
  int n_waits;    /* so far */
  gsize n_read;   /* of words */

  /* Its own: */
  char **words;
  guint64 n_rows;  /* so far */
  char bytes[256]; /* of the newest row */
  char field[2];
  ApoolValue values[8];
  ApoolValue fields[2];
};

FakeScript *fake_script_new (const char *script);

G_END_DECLS
