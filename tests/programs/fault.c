/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into apool: has it make a mistake of the kind that GLib complains about, once its loop
 * is to be made.
 */

#include <dlfcn.h>
#include <glib.h>

typedef GMainLoop *(*RealNew) (GMainContext *, gboolean);

GMainLoop *
g_main_loop_new (GMainContext *context, gboolean is_running)
{
  RealNew real_new;

  *(void **) &real_new = dlsym (RTLD_NEXT, "g_main_loop_new");
  g_critical ("provoked");
  return real_new (context, is_running);
}
