/* SPDX-License-Identifier: MIT */
/* Workers as they must not be: `evil-worker MODE TITLE-ROOM`, executed by a local factory.
 *
 * Most of them greet, wait for a task, and then do what their mode is named after. They end by
 * _exit(): what they have not freed concerns nobody. */

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "raw-peer.h"

/* Of the options that a test gives its factory. */
#define NUMBER 7u
#define HOOK_TIMEOUT_MSEC 1234u
#define LATE_MSEC 500

typedef struct
{
  const char *name;
  gboolean greets; /* and waits for a task, before it does what follows */
  void (*act) (void);
} EvilMode;

/* Waits until a message of @type has come, and leaves its body in @input. FALSE at the end. */
static gboolean
evil_wait_for (GByteArray *input, ApoolMessageType type, ApoolFrame *frame)
{
  gboolean has_magic = input->len > 0;

  for (;;)
    {
      guint8 buffer[4096];
      gssize got;
      gssize taken = has_magic ? apool_frame_parse (input->data, input->len, frame, NULL) : 0;

      if (taken > 0 && frame->type == type)
        return TRUE;
      if (taken > 0)
        {
          g_byte_array_remove_range (input, 0, (guint) taken);
          continue;
        }
      got = read (STDIN_FILENO, buffer, sizeof buffer);
      if (got <= 0)
        return FALSE;
      g_byte_array_append (input, buffer, (guint) got);
      taken = has_magic ? 0 : apool_frame_find_magic (input->data, input->len);
      if (taken > 0)
        g_byte_array_remove_range (input, 0, (guint) taken);
      has_magic = has_magic || taken > 0;
    }
}

static void G_GNUC_NORETURN
evil_wait_for_ever (void)
{
  for (;;)
    pause ();
}

/* What a worker does when all is well: ends with its input. */
static void
evil_wait_for_end (void)
{
  char buffer[4096];

  while (read (STDIN_FILENO, buffer, sizeof buffer) > 0)
    continue;
  _exit (0);
}

static void
evil_exit_0 (void)
{
  _exit (0);
}

static void
evil_exit_3 (void)
{
  _exit (3);
}

static void
evil_die_of_term (void)
{
  raise (SIGTERM);
}

static void
evil_die_of_kill (void)
{
  raise (SIGKILL);
}

/* More than any login shell says, and no magic line in it. */
static void
evil_write_garbage (void)
{
  g_autofree char *garbage = g_strnfill (1024 * 1024, '\n');

  /* Cut short by whoever has heard enough. */
  if (write (STDOUT_FILENO, garbage, 1024 * 1024) < 0)
    evil_wait_for_ever ();
  evil_wait_for_ever ();
}

static void
evil_work (void)
{
  raw_peer_say_started (STDOUT_FILENO, 1, 1);
  raw_peer_say_finished (STDOUT_FILENO, 1, 0, 0);
}

static void
evil_chatter (void)
{
  static const char CHATTER[] = "Welcome!\napool-wire 1 begin\n\napool-wire\n";
  g_autoptr (GByteArray) input = g_byte_array_new ();
  ApoolFrame frame;

  raw_peer_write (STDOUT_FILENO, CHATTER, sizeof CHATTER - 1);
  raw_peer_greet (STDOUT_FILENO);
  if (evil_wait_for (input, APOOL_MESSAGE_TASK, &frame))
    evil_work ();
  evil_wait_for_end ();
}

static void
evil_cut_frame (void)
{
  raw_peer_write (STDOUT_FILENO, "\x40\0\0\0\x01\0\0\0begin", 13);
  _exit (0);
}

static void
evil_write_oversized (void)
{
  raw_peer_write (STDOUT_FILENO, "\xff\xff\xff\x7f\x01\0\0\0", 8);
  evil_wait_for_ever ();
}

static void
evil_say_unknown (void)
{
  raw_peer_send (STDOUT_FILENO, (ApoolMessageType) 200, g_variant_new ("(t)", (guint64) 1));
  evil_wait_for_ever ();
}

static void
evil_start_alien (void)
{
  raw_peer_say_started (STDOUT_FILENO, 99, 1);
  evil_wait_for_ever ();
}

static void
evil_finish_twice (void)
{
  evil_work ();
  raw_peer_say_finished (STDOUT_FILENO, 1, 0, 0);
  evil_wait_for_ever ();
}

static void
evil_finish_unstarted (void)
{
  raw_peer_say_finished (STDOUT_FILENO, 1, 0, 0);
  evil_wait_for_ever ();
}

static void
evil_close (void)
{
  close (STDIN_FILENO);
  close (STDOUT_FILENO);
  evil_wait_for_ever ();
}

static void
evil_stop (void)
{
  raw_peer_say_started (STDOUT_FILENO, 1, 1);
  raise (SIGSTOP);
}

static void
evil_sleep (void)
{
  raw_peer_say_started (STDOUT_FILENO, 1, 1);
  evil_wait_for_ever ();
}

static void
evil_spin (void)
{
  raw_peer_say_started (STDOUT_FILENO, 1, 1);
  for (;;)
    continue;
}

/* Leaves a process in a session of its own, with our end of the wire, and ends as if all were well.
 */
static void
evil_leave_child (void)
{
  pid_t pid = fork ();

  if (pid == 0)
    {
      if (setsid () > 0)
        evil_wait_for_ever ();
      _exit (1);
    }
  _exit (pid < 0 ? 1 : 0);
}

/* Answers as it should, but not at once. */
static void
evil_answer_late (void)
{
  g_autoptr (GByteArray) input = g_byte_array_new ();
  struct itimerspec in = { .it_value = { .tv_nsec = LATE_MSEC * 1000000L } };
  int timer = timerfd_create (CLOCK_MONOTONIC, TFD_CLOEXEC);
  ApoolFrame frame;
  guint64 n;

  raw_peer_greet (STDOUT_FILENO);
  if (evil_wait_for (input, APOOL_MESSAGE_PING, &frame) &&
      timerfd_settime (timer, 0, &in, NULL) == 0 && read (timer, &n, sizeof n) == sizeof n)
    {
      raw_peer_send (STDOUT_FILENO, APOOL_MESSAGE_PONG, g_variant_new ("(t)", (guint64) 1));
      evil_work ();
    }
  evil_wait_for_end ();
}

/* Is none of the evil ones: ends with status 0 where it was told what it should be. */
static void
evil_check_setup (void)
{
  g_autoptr (GByteArray) input = g_byte_array_new ();
  ApoolFrame frame;
  ApoolSetup setup;
  g_autoptr (GVariant) body = NULL;

  raw_peer_greet (STDOUT_FILENO);
  if (!evil_wait_for (input, APOOL_MESSAGE_SETUP, &frame))
    _exit (10);
  if (!apool_message_read (&frame, &body, NULL))
    _exit (11);
  if (!apool_message_get_setup (body, &setup, NULL))
    _exit (1);
  _exit (setup.number == NUMBER && strcmp (setup.init, "an init") == 0 &&
                 strcmp (setup.exit, "an exit") == 0 &&
                 setup.hook_timeout_msec == HOOK_TIMEOUT_MSEC &&
                 strcmp (setup.slot_variable, "a slot") == 0 &&
                 strcmp (setup.termseq, "INT,1,KILL") == 0 && setup.streams && setup.merges &&
                 setup.manager_pid == (guint) getppid ()
             ? 0
             : 12);
}

static const EvilMode evil_modes[] = {
  { "exit-0", FALSE, evil_exit_0 },
  { "exit-3", FALSE, evil_exit_3 },
  { "term", TRUE, evil_die_of_term },
  { "kill", TRUE, evil_die_of_kill },
  { "garbage", FALSE, evil_write_garbage },
  { "chatter", FALSE, evil_chatter },
  { "cut", TRUE, evil_cut_frame },
  { "oversized", TRUE, evil_write_oversized },
  { "unknown", TRUE, evil_say_unknown },
  { "alien", TRUE, evil_start_alien },
  { "twice", TRUE, evil_finish_twice },
  { "unstarted", TRUE, evil_finish_unstarted },
  { "closes", TRUE, evil_close },
  { "stops", TRUE, evil_stop },
  { "sleeps", TRUE, evil_sleep },
  { "spins", TRUE, evil_spin },
  { "leaves-child", TRUE, evil_leave_child },
  { "late", FALSE, evil_answer_late },
  { "setup", FALSE, evil_check_setup },
  { "ignores-end", TRUE, evil_wait_for_ever },
};

int
main (int argc, char **argv)
{
  const struct rlimit no_core = { 0, 0 };

  (void) setrlimit (RLIMIT_CORE, &no_core); /* else there is a core, which harms nobody */
  /* What makes it a worker, and room for a title. */
  if (argc != 3 || strspn (argv[2], " ") != 64 || argv[2][64])
    return 20;
  for (gsize i = 0; i < G_N_ELEMENTS (evil_modes); i++)
    {
      g_autoptr (GByteArray) input = g_byte_array_new ();
      ApoolFrame frame;

      if (strcmp (argv[1], evil_modes[i].name) != 0)
        continue;
      if (evil_modes[i].greets)
        {
          raw_peer_greet (STDOUT_FILENO);
          if (!evil_wait_for (input, APOOL_MESSAGE_TASK, &frame))
            return 21;
        }
      evil_modes[i].act ();
    }
  return 22;
}
