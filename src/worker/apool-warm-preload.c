/* SPDX-License-Identifier: MIT */
/* What is loaded into a warm shell (LD_PRELOAD): it makes a running shell the
 * origin of each job.
 *
 * The shell is told to read two files, `. SHELL; . SHELL`, by a name that it would not read
 * otherwise, its own (and only where it finds by %APOOL_WARM_MARK_NAME that this library is here).
 * When it opens the first one, all of its start is done and nothing of a job has begun: there this
 * library keeps it, and waits for calls of the worker. For each call it makes a child that goes on
 * from there, finds in the first file what prepares it and in the second the job's command line,
 * and ends as the shell ends. The shell itself never comes out of open(): it runs nothing, so
 * nothing of a job can touch it, and each child is as the first.
 *
 * The child is the worker's own (CLONE_PARENT), not the shell's: the worker waits for it and the
 * kernel ends it with the worker, as any other job. It does what apool_child_start() does for
 * those.
 *
 * Only system calls are made here, and nothing of the C library's state is used but errno: a
 * process that was made behind its back has all locks free, as one that was made by fork() in a
 * program of one thread has. What it notes of its thread's number is set right. What the shell
 * calls for itself is passed on to whoever would have got it without us: to another library that
 * the user has loaded into all programs, if there is one.
 *
 * The library is for one process that is started for it; there is nobody to hand its state to. */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "worker/apool-warm-protocol.h"

/* Linux gives no process such a number. The shell notes it as its own ($$) at its start, and the
 * place where it does is found by it. */
#define PID_MARK 0x5e1f3d29
/* Where files begin: dash moves what it reads to there, and no job is to find them below. */
#define MIN_FILE 10
/* Places of the shell's memory that may hold its number. */
#define MAX_PLACES 4

typedef enum
{
  APOOL_WARM_OFF,      /* not in a warm shell, or in a job: all calls do what they always do */
  APOOL_WARM_STARTING, /* the shell starts */
  APOOL_WARM_SERVING,  /* it is kept in open() */
  APOOL_WARM_PREPARED, /* in a job that reads the first file; next it opens the second one */
} ApoolWarmStage;

static struct
{
  ApoolWarmStage stage;
  int bell_fd; /* where each call is announced */
  int fd;      /* where it comes, and is answered */
  pid_t worker;
  const char *name; /* of the shell */
  char *mark;       /* (nullable): where APOOL_JOB's value stands */
  size_t mark_size; /* bytes there */
  int *thread;      /* (nullable): where the C library notes the number of its thread */
  int32_t *places[MAX_PLACES];
  int n_places;
  char call[APOOL_WARM_MAX_CALL];
  int text_file; /* in a job: the second file */
} apool_warm;

/* Who is next to have each of the calls; NULL where nobody has it. */
typedef struct
{
  int (*open) (const char *path, int flags, ...);
  int (*open64) (const char *path, int flags, ...);
  int (*open_checked) (const char *path, int flags);
  int (*open64_checked) (const char *path, int flags);
  pid_t (*getpid) (void);
} ApoolWarmNext;

static ApoolWarmNext apool_warm_next;

/* These stand before the C library's own, under the names on the right. */
int apool_warm_open (const char *path, int flags, ...) __asm__("open");
int apool_warm_open64 (const char *path, int flags, ...) __asm__("open64");
int apool_warm_open_checked (const char *path, int flags) __asm__("__open_2");
int apool_warm_open64_checked (const char *path, int flags) __asm__("__open64_2");
pid_t apool_warm_getpid (void) __asm__("getpid");

/* ---- start ---- */

/* The shell's number, until all is set right: see below. */
pid_t
apool_warm_getpid (void)
{
  if (apool_warm.stage == APOOL_WARM_STARTING)
    return PID_MARK;
  return apool_warm_next.getpid ? apool_warm_next.getpid () : (pid_t) syscall (SYS_getpid);
}

static void
apool_warm_find_next (void)
{
  /* As POSIX has it, ISO C having no pointers to functions that come as those to objects. */
  *(void **) &apool_warm_next.open = dlsym (RTLD_NEXT, "open");
  *(void **) &apool_warm_next.open64 = dlsym (RTLD_NEXT, "open64");
  *(void **) &apool_warm_next.open_checked = dlsym (RTLD_NEXT, "__open_2");
  *(void **) &apool_warm_next.open64_checked = dlsym (RTLD_NEXT, "__open64_2");
  *(void **) &apool_warm_next.getpid = dlsym (RTLD_NEXT, "getpid");
}

static void
apool_warm_show_mark (const char *mark, size_t length)
{
  if (!apool_warm.mark || length > apool_warm.mark_size)
    return;
  memcpy (apool_warm.mark, mark, length);
  memset (apool_warm.mark + length, 0, apool_warm.mark_size - length);
}

/* Takes the first of the libraries, this one, off a list of them. Returns whether others are left.
 */
static int
apool_warm_shorten_list (char *list)
{
  char *rest = strpbrk (list, ": ");

  if (!rest)
    return 0;
  memmove (list, rest + 1, strlen (rest + 1) + 1);
  return 1;
}

/* Before the shell looks: what it starts is not to load this library, and does not see it. */
static void
apool_warm_clean_environment (void)
{
  static const char PRELOAD[] = "LD_PRELOAD=";
  char **to = environ;

  for (char **from = environ; *from; from++)
    {
      if (strncmp (*from, APOOL_WARM_MARK_NAME, strlen (APOOL_WARM_MARK_NAME)) == 0)
        {
          apool_warm.mark = *from + strlen (APOOL_WARM_MARK_NAME);
          apool_warm.mark_size = strlen (apool_warm.mark);
        }
      if (strncmp (*from, PRELOAD, strlen (PRELOAD)) == 0 &&
          !apool_warm_shorten_list (*from + strlen (PRELOAD)))
        continue;
      *to++ = *from;
    }
  *to = NULL;
}

static int
apool_warm_take_socket (int fd)
{
  int type;
  socklen_t size = sizeof type;

  if (getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &size) < 0 || type != SOCK_SEQPACKET)
    return -1;
  return fcntl (fd, F_DUPFD_CLOEXEC, 3);
}

/* The sockets come as standard input and output, where no program would stumble over their numbers.
 * The shell is to find there what is nobody's. */
static int
apool_warm_take_sockets (void)
{
  int null_fd;

  apool_warm.bell_fd = apool_warm_take_socket (0);
  apool_warm.fd = apool_warm_take_socket (1);
  null_fd = (int) syscall (SYS_openat, AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC);
  if (apool_warm.bell_fd < 0 || apool_warm.fd < 0 || null_fd < 0 || dup2 (null_fd, 0) < 0 ||
      dup2 (null_fd, 1) < 0)
    return -1;
  return close (null_fd);
}

__attribute__ ((constructor)) static void
apool_warm_init (void)
{
  apool_warm_find_next ();
  apool_warm_clean_environment ();
  if (apool_warm_take_sockets () < 0)
    return;
  apool_warm.worker = getppid ();
  if (prctl (PR_GET_TID_ADDRESS, &apool_warm.thread) < 0)
    apool_warm.thread = NULL; /* a kernel that does not tell: few ask for that number */
  apool_warm.name = program_invocation_name;
  apool_warm_show_mark (APOOL_WARM_MARK_LOADED, strlen (APOOL_WARM_MARK_LOADED));
  apool_warm.stage = APOOL_WARM_STARTING;
}

/* ---- the shell's number ---- */

static void
apool_warm_set_pid (pid_t pid)
{
  for (int i = 0; i < apool_warm.n_places; i++)
    *apool_warm.places[i] = pid;
}

/* Looks through what the program itself may write to. */
static int
apool_warm_find_places_cb (struct dl_phdr_info *info, size_t size, void *data)
{
  for (int i = 0; i < info->dlpi_phnum; i++)
    {
      const ElfW (Phdr) *header = &info->dlpi_phdr[i];
      int32_t *words = (int32_t *) ((info->dlpi_addr + header->p_vaddr + 3) & ~(uintptr_t) 3);
      size_t n_words = header->p_memsz / sizeof *words;

      if (header->p_type != PT_LOAD || !(header->p_flags & PF_W) || n_words == 0)
        continue;
      for (size_t j = 0; j + 1 < n_words && apool_warm.n_places < MAX_PLACES; j++)
        if (words[j] == PID_MARK)
          apool_warm.places[apool_warm.n_places++] = &words[j];
    }
  return 1; /* the program comes first; the others are libraries */
}

/* ---- a job ---- */

/* Where it cannot be told the worker is gone, or has started the job without us by now: nothing is
 * to be done here. */
static void
apool_warm_answer (pid_t pid, int errnum)
{
  ApoolWarmAnswer answer = { .pid = pid, .errnum = errnum };

  if (send (apool_warm.fd, &answer, sizeof answer, MSG_NOSIGNAL) != sizeof answer)
    _exit (127);
}

/* Returns the read end of a pipe that holds these bytes, which is all it will ever hold; or -1.
 * Pipes are short for who has many. */
static int
apool_warm_make_file (const char *bytes, size_t length)
{
  int fds[2];
  int file = -1;

  if (pipe2 (fds, O_CLOEXEC | O_NONBLOCK) < 0)
    return -1;
  if (write (fds[1], bytes, length) == (ssize_t) length)
    file = fcntl (fds[0], F_DUPFD_CLOEXEC, MIN_FILE);
  else
    errno = EAGAIN;
  if (file < 0 && errno == EINVAL)
    errno = EMFILE; /* the limit is below that number */
  for (int i = 0, errnum = errno; i < 2; i++, errno = errnum)
    (void) close (fds[i]); /* nothing is lost: it is a pipe */
  return file;
}

/* The C library keeps its thread's number where the kernel clears it when the thread ends. */
static void
apool_warm_set_thread (void)
{
  if (apool_warm.thread)
    *apool_warm.thread = (int) syscall (SYS_set_tid_address, apool_warm.thread);
}

/* Returns the length of the next call, with its descriptors, or 0 where there is none. */
static size_t
apool_warm_receive (int fds[APOOL_WARM_N_FDS])
{
  union
  {
    struct cmsghdr header;
    char bytes[CMSG_SPACE (sizeof (int) * APOOL_WARM_N_FDS)];
  } control;
  struct iovec part = { apool_warm.call, sizeof apool_warm.call };
  struct msghdr message = {
    .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
  };
  struct cmsghdr *header;
  ssize_t got;

  for (int i = 0; i < APOOL_WARM_N_FDS; i++)
    fds[i] = -1;
  do
    got = recvmsg (apool_warm.fd, &message, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  if (got <= 0)
    return 0;
  header = CMSG_FIRSTHDR (&message);
  if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
    memcpy (fds, CMSG_DATA (header), header->cmsg_len - CMSG_LEN (0));
  return (size_t) got;
}

/* Whether a call is what it says: it comes from our own parent, but who knows. */
static int
apool_warm_is_valid (const ApoolWarmCall *call, size_t length)
{
  return length >= sizeof *call && call->mark_length <= APOOL_WARM_MAX_MARK &&
         call->prepare_length <= APOOL_WARM_MAX_PREPARE &&
         call->text_length <= APOOL_WARM_MAX_TEXT &&
         length == sizeof *call + call->mark_length + call->prepare_length + call->text_length + 3;
}

/* In the child: makes it what apool_child_start() makes one that executes a program. */
static void
apool_warm_become_job (void)
{
  apool_warm_set_thread ();
  (void) setpgid (0, 0);                    /* cannot fail: it leads no session */
  (void) prctl (PR_SET_PDEATHSIG, SIGKILL); /* cannot fail: the signal is valid */
  if (getppid () != apool_warm.worker)
    _exit (127); /* the worker died before the line above: nobody would end this job */
}

/* Returns the file that prepares the shell for it. Both files are there then: once the call is
 * answered nothing can fail. */
static int
apool_warm_take_call (const ApoolWarmCall *call, const int fds[APOOL_WARM_N_FDS])
{
  const char *mark = apool_warm.call + sizeof *call;
  const char *prepare = mark + call->mark_length + 1;

  for (int i = 0; i < APOOL_WARM_N_FDS; i++)
    if (dup2 (fds[i], i) != i)
      return -1;
  for (int i = 0; i < APOOL_WARM_N_FDS; i++)
    (void) close (fds[i]); /* a duplicate is open */
  apool_warm_show_mark (mark, call->mark_length);
  apool_warm.text_file =
      apool_warm_make_file (prepare + call->prepare_length + 1, call->text_length);
  return apool_warm.text_file < 0 ? -1 : apool_warm_make_file (prepare, call->prepare_length);
}

/* In the child. Returns the file that prepares the shell. */
static int
apool_warm_begin_job (void)
{
  pid_t pid = (pid_t) syscall (SYS_getpid);
  int fds[APOOL_WARM_N_FDS];
  ApoolWarmCall call;
  size_t length;
  int file = -1;

  apool_warm_become_job ();
  length = apool_warm_receive (fds);
  memcpy (&call, apool_warm.call, sizeof call);
  errno = EPROTO;
  if (apool_warm_is_valid (&call, length))
    {
      errno = EMFILE;
      if (fds[APOOL_WARM_N_FDS - 1] >= 0)
        file = apool_warm_take_call (&call, fds);
    }
  apool_warm_answer (pid, file < 0 ? errno : 0);
  if (file < 0)
    _exit (127);
  apool_warm_set_pid (pid);
  (void) close (apool_warm.fd); /* the shell has both as well */
  (void) close (apool_warm.bell_fd);
  return file;
}

/* ---- the shell ---- */

/* Returns a child of the same parent: it returns 0. */
static pid_t
apool_warm_clone (void)
{
#if defined(__s390__) || defined(__CRIS__)
  return (pid_t) syscall (SYS_clone, 0L, (long) (CLONE_PARENT | SIGCHLD), 0L, 0L, 0L);
#else
  return (pid_t) syscall (SYS_clone, (long) (CLONE_PARENT | SIGCHLD), 0L, 0L, 0L, 0L);
#endif
}

/* No job was made of a call. */
static void
apool_warm_drop_call (int errnum)
{
  int fds[APOOL_WARM_N_FDS];

  (void) apool_warm_receive (fds);
  for (int i = 0; i < APOOL_WARM_N_FDS; i++)
    if (fds[i] >= 0)
      (void) close (fds[i]); /* the worker has it as well */
  apool_warm_answer (-1, errnum);
}

/* Returns, in a job, the file that prepares the shell; in the shell it does not return. The shell
 * does not take the calls itself: a job's output is at its end when the job's processes are. */
static int
apool_warm_serve (void)
{
  ssize_t got;
  char bell;

  apool_warm_answer ((pid_t) syscall (SYS_getpid), 0);
  while ((got = recv (apool_warm.bell_fd, &bell, 1, 0)) > 0 || (got < 0 && errno == EINTR))
    {
      pid_t pid = got > 0 ? apool_warm_clone () : 1;

      if (pid == 0)
        return apool_warm_begin_job ();
      if (pid < 0)
        apool_warm_drop_call (errno);
    }
  _exit (0); /* the worker is gone, or done */
}

/* Returns what open() is to return. */
static int
apool_warm_open_file (void)
{
  int file;

  if (apool_warm.stage == APOOL_WARM_PREPARED)
    {
      apool_warm.stage = APOOL_WARM_OFF;
      return apool_warm.text_file;
    }
  if (apool_warm.stage == APOOL_WARM_STARTING)
    {
      (void) dl_iterate_phdr (apool_warm_find_places_cb, NULL);
      apool_warm_set_pid ((pid_t) syscall (SYS_getpid));
    }
  apool_warm.stage = APOOL_WARM_SERVING;
  file = apool_warm_serve ();
  apool_warm.stage = APOOL_WARM_PREPARED;
  return file;
}

static int
apool_warm_is_ours (const char *path)
{
  return apool_warm.stage != APOOL_WARM_OFF && strcmp (path, apool_warm.name) == 0;
}

/* For who has no such call at all. */
static int
apool_warm_do_open (const char *path, int flags, mode_t mode)
{
  return (int) syscall (SYS_openat, AT_FDCWD, path, flags, mode);
}

/* O_TMPFILE has O_DIRECTORY's bit, which alone is another flag. */
#define APOOL_WARM_TMPFILE (O_TMPFILE & ~O_DIRECTORY)

/* Only with these flags is there a third argument. */
#define APOOL_WARM_GET_MODE(flags, mode)                                                           \
  do                                                                                               \
    if ((flags) & (O_CREAT | APOOL_WARM_TMPFILE))                                                  \
      {                                                                                            \
        va_list arguments;                                                                         \
                                                                                                   \
        va_start (arguments, flags);                                                               \
        (mode) = va_arg (arguments, mode_t);                                                       \
        va_end (arguments);                                                                        \
      }                                                                                            \
  while (0)

int
apool_warm_open (const char *path, int flags, ...)
{
  mode_t mode = 0;

  APOOL_WARM_GET_MODE (flags, mode);
  if (apool_warm_is_ours (path))
    return apool_warm_open_file ();
  return apool_warm_next.open ? apool_warm_next.open (path, flags, mode)
                              : apool_warm_do_open (path, flags, mode);
}

int
apool_warm_open64 (const char *path, int flags, ...)
{
  mode_t mode = 0;

  APOOL_WARM_GET_MODE (flags, mode);
  if (apool_warm_is_ours (path))
    return apool_warm_open_file ();
  return apool_warm_next.open64 ? apool_warm_next.open64 (path, flags, mode)
                                : apool_warm_do_open (path, flags | O_LARGEFILE, mode);
}

int
apool_warm_open_checked (const char *path, int flags)
{
  if (apool_warm_is_ours (path))
    return apool_warm_open_file ();
  return apool_warm_next.open_checked ? apool_warm_next.open_checked (path, flags)
                                      : apool_warm_do_open (path, flags, 0);
}

int
apool_warm_open64_checked (const char *path, int flags)
{
  if (apool_warm_is_ours (path))
    return apool_warm_open_file ();
  return apool_warm_next.open64_checked ? apool_warm_next.open64_checked (path, flags)
                                        : apool_warm_do_open (path, flags | O_LARGEFILE, 0);
}
