/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A folder that stands for the root of the file system, and holds what a test says. */
typedef char *FakeRoot;

FakeRoot fake_root_new (void);
void fake_root_free (FakeRoot root);
void fake_root_write (const char *root, const char *path, const char *text);
void fake_root_remove (const char *root, const char *path);

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (FakeRoot, fake_root_free, NULL)

G_END_DECLS
