/* SPDX-License-Identifier: MIT */
/* Seeds of the targets that read joblogs. */

#include "seeds.h"

#define HEADER "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n"
#define KEY "\"key\":\"00112233445566778899aabbccddeeff\""

typedef struct
{
  const char *target;
  const char *name;
  const char *bytes;
  gsize length;
} SeedsJoblog;

#define SEED(target, name, bytes)                                                                  \
  {                                                                                                \
    "joblog-" target, name, bytes, sizeof bytes - 1                                                \
  }

static const SeedsJoblog seeds_joblogs[] = {
  SEED ("rows", "empty", ""),
  SEED ("rows", "header", HEADER),
  SEED ("rows",
        "jobs",
        HEADER "1\t:\t1795409459.837\t     0.003\t0\t4\t0\t0\techo 'a\0b'\n"
               "2\thost\t1795409459\t 12.5\t1\t2\t-1\t15\tsleep 9\n"
               "1\t:\t1795409459.837\t     0.003\t0\t4\t0\t0\techo 'a\0b'\n"),
  SEED ("rows", "torn", "1\t:\t1.0\t1.0\t0\t0\t0\t0\techo 12\n2\t:\t1.0\t1.0\t0\t0\t0\t0\tech"),
  SEED ("rows", "bad", "\n\n1\t:\tx\n18446744073709551616\t:\t1\t1\t1\t1\t1\t1\t\n"),
  SEED ("objects",
        "jobs",
        "{\"seq\":1,\"attempt\":1,\"retried\":true,\"start\":1.500000,\"seconds\":0.000001,"
        "\"exit\":1,\"worker\":1,\"command\":\"echo \\\"a\\\"\\u000a\",\"arguments\":[\"a\"]," KEY
        ",\"occurrence\":2}\n"
        "{\"seq\":1,\"attempt\":2,\"signal\":15,\"timeout\":true,\"command_base64\":\"/w==\"}\n"
        "{\"seq\":2,\"faulty\":true,\"exit\":0,\"command\":\"a\"}\n"
        "{\"seq\":3,\"ended_by_apool\":true,\"command\":\"a\"}"),
  SEED ("objects", "torn", "{\"seq\":1,\"exit\":0,\"command\":\"a\"}\n{\"seq\":2,\"com"),
  SEED ("objects", "bad", "[]\n{\"seq\":\"1\"}\n{\"seq\":1," KEY "}\n{\"command_base64\":\"a\"}"),
};

void
seeds_write_joblog (const char *folder)
{
  for (gsize i = 0; i < G_N_ELEMENTS (seeds_joblogs); i++)
    seeds_write (folder, seeds_joblogs[i].target, seeds_joblogs[i].name, seeds_joblogs[i].bytes,
                 seeds_joblogs[i].length);
}
