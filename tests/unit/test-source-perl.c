/* SPDX-License-Identifier: MIT */
/* Rows with what Perl expressions make of them: values, functions, state, faults, filters, and how
 * perl begins and ends. */

#include <fcntl.h>
#include <gio/gio.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "fake-source.h"
#include "input/apool-source-perl.h"

/* A source over some rows that are not only values. */
#define TEST_TYPE_ROWS (test_rows_get_type ())
G_DECLARE_FINAL_TYPE (TestRows, test_rows, TEST, ROWS, GObject)

struct _TestRows
{
  GObject parent;

  const ApoolRow *rows;
  gsize n_rows;
  gsize n_taken;
};

static void test_rows_source_init (ApoolSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestRows,
                               test_rows,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_SOURCE, test_rows_source_init))

static ApoolSourceStatus
test_rows_next (ApoolSource *source, ApoolRow *row, GError **error)
{
  TestRows *self = TEST_ROWS (source);

  if (self->n_taken == self->n_rows)
    return APOOL_SOURCE_END;
  *row = self->rows[self->n_taken++];
  return APOOL_SOURCE_ROW;
}

static void
test_rows_source_init (ApoolSourceInterface *iface)
{
  iface->next = test_rows_next;
}

static void
test_rows_class_init (TestRowsClass *klass)
{
}

static void
test_rows_init (TestRows *self)
{
}

static ApoolSource *
test_rows_new (const ApoolRow *rows, gsize n_rows)
{
  TestRows *self = g_object_new (TEST_TYPE_ROWS, NULL);

  self->rows = rows;
  self->n_rows = n_rows;
  return APOOL_SOURCE (self);
}

/* Everything a test needs; at most two filters. */
typedef struct
{
  ApoolSyntax *syntax;  /* (nullable): before there is an expression or a filter */
  const char *position; /* (nullable): that of the first expression, as it is written */
  FakeSource *fake;     /* (nullable), not owned */
  ApoolSource *rows;
  ApoolTemplate *filters[3];
  ApoolQuoteStyle quote;
  ApoolSource *source;
  ApoolRow row; /* the newest one */
} TestPerl;

static ApoolSyntax *
test_perl_get_syntax (TestPerl *test)
{
  if (!test->syntax)
    test->syntax = apool_syntax_new ();
  return test->syntax;
}

/* Has the run know an expression, as a command with it would. */
static void
test_perl_add_expression (TestPerl *test, const char *position, const char *expression)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf ("{=%s %s =}", position, expression);
  ApoolTemplate *template = apool_template_new_text (text, test_perl_get_syntax (test), &error);

  g_assert_no_error (error);
  apool_template_free (template);
}

static void
test_perl_open (TestPerl *test, ApoolSource *rows, const char *const *expressions)
{
  ApoolPerlRules rules = { .filters = test->filters, .n_slots = 2, .quote = test->quote };

  for (gsize i = 0; expressions[i]; i++)
    test_perl_add_expression (test, i == 0 && test->position ? test->position : "", expressions[i]);
  test->rows = rows;
  test->source = apool_source_perl_new (rows, test_perl_get_syntax (test), &rules);
}

/* Over rows of these values. */
static void
test_perl_open_values (TestPerl *test, const char *const *values, const char *const *expressions)
{
  test->fake = fake_source_new (g_strv_length ((char **) values));
  fake_source_repeat (test->fake, values);
  test_perl_open (test, APOOL_SOURCE (test->fake), expressions);
}

static void
test_perl_add_filter (TestPerl *test, const char *text)
{
  g_autoptr (GError) error = NULL;
  gsize i = test->filters[0] ? 1 : 0;

  test->filters[i] = apool_template_new_text (text, test_perl_get_syntax (test), &error);
  g_assert_no_error (error);
}

static void
test_perl_close (TestPerl *test)
{
  g_clear_object (&test->source);
  g_clear_object (&test->rows);
  for (gsize i = 0; test->filters[i]; i++)
    apool_template_free (test->filters[i]);
  g_clear_pointer (&test->syntax, apool_syntax_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestPerl, test_perl_close)

static void
test_perl_ready_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
}

/* Takes the next row, and waits for it. */
static ApoolSourceStatus
test_perl_next (TestPerl *test, GError **error)
{
  ApoolSourceStatus status;

  while ((status = apool_source_next (test->source, &test->row, error)) == APOOL_SOURCE_PENDING)
    {
      gboolean is_ready = FALSE;

      apool_source_wait (test->source, NULL, test_perl_ready_cb, &is_ready);
      while (!is_ready)
        g_main_context_iteration (NULL, TRUE);
    }
  return status;
}

static void
test_perl_take (TestPerl *test)
{
  g_autoptr (GError) error = NULL;
  ApoolSourceStatus status = test_perl_next (test, &error);

  g_assert_no_error (error);
  g_assert_cmpint (status, ==, APOOL_SOURCE_ROW);
}

static const ApoolComputedResult *
test_perl_get_result (TestPerl *test, gsize expression)
{
  g_assert_null (test->row.fault);
  g_assert_false (test->row.is_skipped);
  g_assert_nonnull (test->row.computed);
  g_assert_cmpuint (expression, <, test->row.computed->n_expressions);
  return &test->row.computed->results[expression * test->row.computed->n_values];
}

/* Of the first value. */
static void
test_perl_check (TestPerl *test, gsize expression, const char *expected, gsize length)
{
  const ApoolComputedResult *result = test_perl_get_result (test, expression);

  g_assert_cmpuint (result->n_choices, ==, 1);
  g_assert_cmpmem (result->choices[0].data, result->choices[0].length, expected, length);
}

/* Takes the next row, for which the first expression yields @expected. */
static void
test_perl_expect (TestPerl *test, const char *expected)
{
  test_perl_take (test);
  test_perl_check (test, 0, expected, strlen (expected));
}

static void
test_perl_expect_skipped (TestPerl *test)
{
  test_perl_take (test);
  g_assert_true (test->row.is_skipped);
  g_assert_null (test->row.fault);
}

static void
test_perl_expect_fault (TestPerl *test, const char *fault)
{
  test_perl_take (test);
  g_assert_cmpstr (test->row.fault, ==, fault);
}

static void
test_perl_expect_end (TestPerl *test)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (test_perl_next (test, &error), ==, APOOL_SOURCE_END);
  g_assert_no_error (error);
  g_assert_cmpint (test_perl_next (test, &error), ==, APOOL_SOURCE_END);
}

static void
test_perl_expect_error (TestPerl *test, ApoolError code, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (test_perl_next (test, &error), ==, APOOL_SOURCE_ERROR);
  g_assert_error (error, APOOL_ERROR, (int) code);
  if (!g_pattern_match_simple (message, error->message))
    g_assert_cmpstr (error->message, ==, message);
  g_assert_cmpint (test_perl_next (test, NULL), ==, APOOL_SOURCE_END);
}

#define STRINGS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define NO_STRINGS ((const char *const[]){ NULL })

static void
test_source_perl_values (void)
{
  g_auto (TestPerl) test = { 0 };

  test_perl_open_values (&test, STRINGS ("a", "bb"),
                         STRINGS ("$_ .= 'x'", "tr/a-z/A-Z/", "$_ = undef"));
  test_perl_expect (&test, "ax");
  test_perl_check (&test, 1, "A", 1);
  test_perl_check (&test, 2, "", 0);
  g_assert_cmpuint (test.row.line, ==, 1);
  g_assert_cmpmem (test.row.values[0].data, test.row.values[0].length, "a", 1);
  test_perl_expect (&test, "bbx");
  test_perl_check (&test, 1, "BB", 2);
  g_assert_cmpuint (test.row.line, ==, 2);
  test_perl_expect_end (&test);
}

static void
test_source_perl_bytes (void)
{
  g_auto (TestPerl) test = { 0 };

  test_perl_open_values (&test, STRINGS ("x"),
                         STRINGS ("$_ .= length", "$_ = chr 0x20ac", "$_ = \"\\xe9\\x{100}\"; chop",
                                  "$_ .= \"\\n\" # comment"));
  fake_source_spoil (test.fake, 1, "\0\xff", 2);
  test_perl_take (&test);
  test_perl_check (&test, 0,
                   "\0\xff"
                   "2",
                   3);
  test_perl_check (&test, 1, "\xe2\x82\xac", 3);
  test_perl_check (&test, 2, "\xe9", 1);
  test_perl_check (&test, 3, "\0\xff\n", 3);
}

static void
test_source_perl_functions (void)
{
  static const ApoolValue VALUES[] = { { "a b", 3 }, { "7", 1 } };
  static const ApoolRow ROWS[] = {
    { .line = 4, .is_skipped = TRUE },
    { .values = VALUES, .n_values = 2, .line = 5, .total = 12 },
  };
  g_auto (TestPerl) test = { 0 };
  g_autoptr (ApoolSource) rows = test_rows_new (ROWS, 2);

  test_perl_open (&test, g_object_ref (rows),
                  STRINGS ("$_ = seq() . $job->seq()", "$_ = total_jobs() . $job->total_jobs()",
                           "$_ = join '|', @arg", "$_ = Q($_) . Q('x') . Q('') . Q(\"it's\")",
                           "$_ = pQ('$a@b\"\\\\')", "$_ = hash('x') =~ /^0x[0-9a-f]+$/",
                           "$_ = ::basename('/x/y.c') . ::ceil(1.5) . ::Q(' ')",
                           "$_ = $arg[2] . $arg[-1] . $#arg", "$_ = $0 =~ /perl/"));
  test_perl_expect_skipped (&test);
  test_perl_expect (&test, "22");
  test_perl_check (&test, 1, "1212", 4);
  test_perl_check (&test, 2, "|a b|7", 6);
  test_perl_check (&test, 3, "'a b'x'''it'\"'\"'s'", 18);
  test_perl_check (&test, 4, "\\$a\\@b\\\"\\\\", 10);
  test_perl_check (&test, 5, "1", 1);
  test_perl_check (&test, 6, "y.c2' '", 7);
  test_perl_check (&test, 7, "772", 3);
  test_perl_check (&test, 8, "1", 1);
}

/* Q() quotes as the values of a command are quoted. */
static void
test_source_perl_quotes (void)
{
  static const char *const VALUES[] = {
    "", "a-b", "it's", "a\\'\n!$", "\xc3\xa9'", "\xff\\\\\n'x", "\n\xc3\xa9 \xc3\n", NULL
  };
  static const ApoolQuoteStyle STYLES[] = { APOOL_QUOTE_CSH, APOOL_QUOTE_RC, APOOL_QUOTE_FISH };

  for (gsize i = 0; i < G_N_ELEMENTS (STYLES); i++)
    {
      g_auto (TestPerl) test = { .quote = STYLES[i] };

      test_perl_open_values (&test, VALUES, STRINGS ("$_ = Q($_)"));
      for (gsize j = 0; VALUES[j]; j++)
        {
          g_autoptr (GString) quoted = g_string_new (NULL);

          apool_quote_append (quoted, STYLES[i], VALUES[j], strlen (VALUES[j]));
          test_perl_expect (&test, quoted->str);
        }
    }
}

static void
test_source_perl_times (void)
{
  g_auto (TestPerl) test = { 0 };

  /* Each is asked twice around the clock it is compared with, so that the time may go on. */
  test_perl_open_values (
      &test, STRINGS ("x"),
      STRINGS ("use POSIX (); my %f = (yyyy_mm_dd_hh_mm_ss => '%Y-%m-%dT%H:%M:%S', "
               "yyyy_mm_dd_hh_mm => '%Y-%m-%dT%H:%M', yyyy_mm_dd => '%Y-%m-%d', "
               "hh_mm_ss => '%H:%M:%S', hh_mm => '%H:%M', yyyymmddhhmmss => '%Y%m%d%H%M%S', "
               "yyyymmddhhmm => '%Y%m%d%H%M', yyyymmdd => '%Y%m%d', hhmmss => '%H%M%S', "
               "hhmm => '%H%M'); $_ = ''; for my $name (sort keys %f) { my ($a, $b, $c); "
               "do { $a = &$name(); $b = POSIX::strftime($f{$name}, localtime); $c = &$name() } "
               "while ($a ne $c); $_ .= $name if $a ne $b }",
               "$_ = yyyymmdd . 'x'; s/\\d/d/g"));
  test_perl_expect (&test, "");
  test_perl_check (&test, 1, "ddddddddx", 9);
}

static void
test_source_perl_state (void)
{
  g_auto (TestPerl) test = { 0 };

  test_perl_open_values (&test, STRINGS ("a", "b", "a"),
                         STRINGS ("$_ = ++$n", "$_ = ++$seen{$_}", "$_ = $n"));
  test_perl_expect (&test, "1");
  test_perl_check (&test, 1, "1", 1);
  test_perl_expect (&test, "2");
  test_perl_check (&test, 1, "1", 1);
  test_perl_expect (&test, "3");
  test_perl_check (&test, 1, "2", 1);
  test_perl_check (&test, 2, "3", 1);
}

/* Many rounds; with skipped ones in between, which keep their numbers. */
static void
test_source_perl_many (void)
{
  g_auto (TestPerl) test = { 0 };

  test.fake = fake_source_new (5000);
  fake_source_repeat (test.fake, STRINGS ("a", "b", "c"));
  test_perl_open (&test, APOOL_SOURCE (test.fake), STRINGS ("skip() if $_ eq 'b'; $_ .= seq()"));
  for (guint64 i = 1; i <= 5000; i++)
    {
      g_autofree char *expected = g_strdup_printf ("%c%d", "cab"[i % 3], (int) i);

      if (i % 3 == 2)
        test_perl_expect_skipped (&test);
      else
        test_perl_expect (&test, expected);
      g_assert_cmpuint (test.row.line, ==, i);
      g_assert_cmpuint (fake_source_get_n_taken (test.fake), <, i + 64);
    }
  test_perl_expect_end (&test);
}

static void
test_source_perl_unquoted (void)
{
  g_auto (TestPerl) test = { 0 };

  test_perl_open_values (&test, STRINGS ("a"),
                         STRINGS ("uq()", "$_ = 1", "$job->skip() if seq() > 1"));
  test_perl_take (&test);
  g_assert_true (test_perl_get_result (&test, 0)->is_unquoted);
  g_assert_false (test_perl_get_result (&test, 1)->is_unquoted);
}

static void
test_source_perl_slots (void)
{
  g_auto (TestPerl) test = { 0 };
  const ApoolComputedResult *result;

  test_perl_open_values (&test, STRINGS ("a"), STRINGS ("$_ .= slot()"));
  test_perl_take (&test);
  result = test_perl_get_result (&test, 0);
  g_assert_cmpuint (result->n_choices, ==, 2);
  g_assert_cmpmem (result->choices[1].data, result->choices[1].length, "a2", 2);
}

/* An expression is evaluated for those values only that it is used for. */
static void
test_source_perl_positions (void)
{
  static const ApoolValue VALUES[] = { { "a", 1 }, { "b", 1 } };
  static const ApoolRow ROW = { .values = VALUES, .n_values = 2, .line = 1 };
  g_auto (TestPerl) test = { .position = "-1" };

  test_perl_open (&test, test_rows_new (&ROW, 1), STRINGS ("++$n; $_ .= $n", "$_ = $n"));
  test_perl_take (&test);
  g_assert_cmpuint (test_perl_get_result (&test, 0)[0].n_choices, ==, 0);
  g_assert_cmpmem (test_perl_get_result (&test, 0)[1].choices[0].data, 2, "b1", 2);
  test_perl_check (&test, 1, "1", 1);
}

static void
test_source_perl_no_values (void)
{
  static const ApoolRow ROW = { .line = 1 };
  g_auto (TestPerl) test = { 0 };

  test_perl_open (&test, test_rows_new (&ROW, 1), STRINGS ("$_ = \"[$_]\" . $#arg"));
  test_perl_expect (&test, "[]0");
  g_assert_cmpuint (test.row.n_values, ==, 0);
  g_assert_cmpuint (test.row.computed->n_values, ==, 1);
}

/* What the row has beside its values comes with it. */
static void
test_source_perl_passes_on (void)
{
  static const ApoolValue VALUES[] = { { "a", 1 }, { "b", 1 }, { "", 0 }, { NULL, 99 } };
  static const ApoolRow ROWS[] = {
    { .values = VALUES, .n_values = 2, .line = 7, .n_records = 2, .fields = VALUES, .n_fields = 1 },
    { .line = 8, .fault = "bad", .values = VALUES + 3, .n_values = 1 },
    { .values = VALUES + 2, .n_values = 2, .line = 9 },
  };
  g_auto (TestPerl) test = { 0 };

  test_perl_open (&test, test_rows_new (ROWS, 3), STRINGS ("$_ .= 'x'"));
  test_perl_expect (&test, "ax");
  g_assert_cmpuint (test.row.line, ==, 7);
  g_assert_cmpuint (test.row.n_records, ==, 2);
  g_assert_cmpuint (test.row.n_fields, ==, 1);
  g_assert_cmpmem (test.row.fields[1].data, test.row.fields[1].length, "b", 1);
  test_perl_expect_fault (&test, "bad");
  g_assert_cmpuint (test.row.line, ==, 8);
  test_perl_expect_fault (&test, "input of 99 bytes: too long");
  test_perl_expect_end (&test);
}

static void
test_source_perl_faults (void)
{
  g_auto (TestPerl) test = { 0 };

  test_perl_open_values (
      &test, STRINGS ("a", "b", "c", "d", "e"),
      STRINGS (" die \"x\\n y\\n\" if $_ eq 'a'; 1 / 0 if $_ eq 'b'; next if $_ eq 'c'; "
               "die {} if $_ eq 'd' "));
  test_perl_take (&test);
  g_assert_true (g_str_has_prefix (test.row.fault, "{= die \"x\\n y\\n\" if"));
  g_assert_true (g_str_has_suffix (test.row.fault, "=}: x; y"));
  test_perl_take (&test);
  g_assert_true (g_str_has_suffix (test.row.fault, ": Illegal division by zero"));
  test_perl_expect (&test, "c");
  test_perl_take (&test);
  g_assert_nonnull (strstr (test.row.fault, "=}: HASH("));
  test_perl_expect (&test, "e");
}

static void
test_source_perl_syntax_error (void)
{
  g_auto (TestPerl) test = { 0 };

  test_perl_open_values (&test, STRINGS ("a"), STRINGS ("$_ = 1", " foo( "));
  test_perl_expect_error (&test, APOOL_ERROR_TEMPLATE, "{= foo( =}: syntax error, at EOF");
}

/* What was answered before is not lost. */
static void
test_source_perl_exit (void)
{
  g_auto (TestPerl) test = { 0 };
  const char *const expressions[] = { "exit 3 if seq() == 40", NULL };

  test.fake = fake_source_new (1000);
  test_perl_open (&test, APOOL_SOURCE (test.fake), expressions);
  for (int i = 1; i < 40; i++)
    test_perl_expect (&test, "x");
  test_perl_expect_error (&test, APOOL_ERROR_INPUT, "{= ... =}: perl ended: exit status 3");
}

static void
test_source_perl_killed (void)
{
  g_auto (TestPerl) test = { 0 };

  test_perl_open_values (&test, STRINGS ("a"), STRINGS ("kill 'KILL', $$"));
  test_perl_expect_error (&test, APOOL_ERROR_INPUT, "{= ... =}: perl ended: killed by signal 9");
}

/* A child of perl that goes on as if it were perl, and one that keeps the socket when perl ends. */
static void
test_source_perl_forks (void)
{
  g_auto (TestPerl) test = { 0 };
  int fds[2];
  g_autofree char *hold = NULL;

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  g_assert_cmpint (fcntl (fds[0], F_SETFD, 0), ==, 0); /* it goes on until we close the other end */
  hold = g_strdup_printf ("if (seq() == 2) { if (!fork) { open my $f, '<&=', %d; <$f> } else "
                          "{ exit 4 } }",
                          fds[0]);
  test_perl_open_values (&test, STRINGS ("a", "b"), STRINGS ("fork; $_ .= 'x'", hold));
  test_perl_expect (&test, "ax");
  test_perl_expect_error (&test, APOOL_ERROR_INPUT, "{= ... =}: perl ended: exit status 4");
  close (fds[0]);
  close (fds[1]);
}

static void
test_source_perl_not_found (void)
{
  g_auto (TestPerl) test = { 0 };

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      return;
    }
  g_setenv ("PATH", "/nonexistent", TRUE);
  test_perl_open_values (&test, STRINGS ("a"), STRINGS ("$_ = 1"));
  test_perl_expect_error (&test, APOOL_ERROR_SPAWN,
                          "{= =}: perl: not found: install the package perl");
}

/* What an expression prints goes where we print. */
static void
test_source_perl_prints (void)
{
  g_auto (TestPerl) test = { 0 };

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
      g_test_trap_assert_passed ();
      g_test_trap_assert_stdout ("*hello\nworld\n*");
      return;
    }
  test_perl_open_values (&test, STRINGS ("a"),
                         STRINGS ("print \"hello\\n\"; system 'echo world'; $_ .= <STDIN>"));
  test_perl_expect (&test, "a");
  test_perl_expect_end (&test);
}

/* What an expression has opened is written before the input is at its end. */
static void
test_source_perl_ends_in_order (void)
{
  g_autofree char *directory = g_dir_make_tmp ("apool-test-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "log", NULL);
  g_autofree char *expression =
      g_strdup_printf ("open my $x, '>', '%s' or die; our $file ||= $x; print $file $_", path);
  g_autofree char *text = NULL;
  g_auto (TestPerl) test = { 0 };

  test_perl_open_values (&test, STRINGS ("held"), STRINGS (expression));
  test_perl_take (&test);
  test_perl_expect_end (&test);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "held");
  g_assert_cmpint (unlink (path), ==, 0);
  g_assert_cmpint (rmdir (directory), ==, 0);
}

/* A row is there before the next one is. */
static void
test_source_perl_lazy (void)
{
  g_auto (TestPerl) test = { 0 };

  test.fake = fake_source_new (200);
  fake_source_hold (test.fake);
  test_perl_open (&test, APOOL_SOURCE (test.fake), STRINGS ("$_ = seq()"));
  g_assert_cmpint (apool_source_perl_get_pid (APOOL_SOURCE_PERL (test.source)), ==, 0);
  for (int i = 1; i <= 100; i++)
    {
      g_autofree char *expected = g_strdup_printf ("%d", i);

      g_assert_cmpint (apool_source_next (test.source, &test.row, NULL), ==, APOOL_SOURCE_PENDING);
      fake_source_provide (test.fake, 1);
      test_perl_expect (&test, expected);
    }
  g_assert_cmpint (apool_source_perl_get_pid (APOOL_SOURCE_PERL (test.source)), >, 0);
}

/* An expression that never comes back holds nobody up, and is ended with the source. */
static void
test_source_perl_abandoned (void)
{
  TestPerl test = { 0 };
  gboolean is_ready = FALSE;
  struct pollfd ended = { .events = POLLIN };
  pid_t pid;

  test_perl_open_values (&test, STRINGS ("a"), STRINGS ("sleep 1000 while 1"));
  g_assert_cmpint (apool_source_next (test.source, &test.row, NULL), ==, APOOL_SOURCE_PENDING);
  apool_source_wait (test.source, NULL, test_perl_ready_cb, &is_ready);
  pid = apool_source_perl_get_pid (APOOL_SOURCE_PERL (test.source));
  ended.fd = (int) syscall (SYS_pidfd_open, pid, 0);
  g_assert_cmpint (ended.fd, >=, 0);
  test_perl_close (&test);
  g_assert_cmpint (poll (&ended, 1, -1), ==, 1);
  close (ended.fd);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_false (is_ready);
}

static void
test_source_perl_source_fails (void)
{
  g_auto (TestPerl) test = { 0 };

  test.fake = fake_source_new (3);
  fake_source_fail_after (test.fake, 2, "gone");
  test_perl_open (&test, APOOL_SOURCE (test.fake), STRINGS ("$_ .= 1"));
  test_perl_expect (&test, "x1");
  test_perl_expect (&test, "x1");
  test_perl_expect_error (&test, APOOL_ERROR_INPUT, "gone");
}

static void
test_source_perl_unused (void)
{
  g_auto (TestPerl) test = { 0 };

  test_perl_open_values (&test, STRINGS ("a"), NO_STRINGS);
  test_perl_take (&test);
  g_assert_null (test.row.computed);
  g_assert_cmpint (apool_source_perl_get_pid (APOOL_SOURCE_PERL (test.source)), ==, 0);
  test_perl_expect_end (&test);
}

static void
test_source_perl_filter (void)
{
  g_auto (TestPerl) test = { 0 };

  test_perl_add_filter (&test, "'{}' ne 'x'");
  test_perl_add_filter (&test, "$seen{'{}'}++ == 0 && $arg[1] eq '{}' && seq() == {#}");
  test_perl_open_values (&test, STRINGS ("a", "x", "b", "a"), NO_STRINGS);
  test_perl_take (&test);
  g_assert_false (test.row.is_skipped);
  g_assert_null (test.row.computed);
  test_perl_expect_skipped (&test);
  test_perl_take (&test);
  g_assert_false (test.row.is_skipped);
  g_assert_cmpuint (test.row.line, ==, 3);
  test_perl_expect_skipped (&test);
  test_perl_expect_end (&test);
}

/* A filter sees what the expressions of its row have done, and not those of the next ones. */
static void
test_source_perl_filter_expressions (void)
{
  g_auto (TestPerl) test = { 0 };

  test_perl_add_filter (&test, "'{}' ne 'b' && $n == {#}");
  test.fake = fake_source_new (300);
  fake_source_repeat (test.fake, STRINGS ("a", "b", "c"));
  test_perl_open (&test, APOOL_SOURCE (test.fake), STRINGS ("++$n; $_ .= $n"));
  for (int i = 1; i <= 300; i++)
    {
      g_autofree char *expected = g_strdup_printf ("%c%d", "cab"[i % 3], i);

      if (i % 3 == 2)
        test_perl_expect_skipped (&test);
      else
        test_perl_expect (&test, expected);
    }
  test_perl_expect_end (&test);
}

static void
test_source_perl_filter_faults (void)
{
  g_auto (TestPerl) test = { 0 };

  test_perl_add_filter (&test, "{}");
  test_perl_open_values (&test, STRINGS ("foo(", "die \"no\\n\"", "0", "skip()", "1"), NO_STRINGS);
  test_perl_take (&test);
  g_assert_true (g_str_has_prefix (test.row.fault, "--filter 'foo(': syntax error, at EOF"));
  test_perl_expect_fault (&test, "--filter 'die \"no\\n\"': no");
  test_perl_expect_skipped (&test);
  test_perl_expect_skipped (&test);
  test_perl_take (&test);
  g_assert_false (test.row.is_skipped);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/source-perl/values", test_source_perl_values);
  g_test_add_func ("/source-perl/bytes", test_source_perl_bytes);
  g_test_add_func ("/source-perl/functions", test_source_perl_functions);
  g_test_add_func ("/source-perl/quotes", test_source_perl_quotes);
  g_test_add_func ("/source-perl/times", test_source_perl_times);
  g_test_add_func ("/source-perl/state", test_source_perl_state);
  g_test_add_func ("/source-perl/many", test_source_perl_many);
  g_test_add_func ("/source-perl/unquoted", test_source_perl_unquoted);
  g_test_add_func ("/source-perl/slots", test_source_perl_slots);
  g_test_add_func ("/source-perl/positions", test_source_perl_positions);
  g_test_add_func ("/source-perl/no-values", test_source_perl_no_values);
  g_test_add_func ("/source-perl/passes-on", test_source_perl_passes_on);
  g_test_add_func ("/source-perl/faults", test_source_perl_faults);
  g_test_add_func ("/source-perl/syntax-error", test_source_perl_syntax_error);
  g_test_add_func ("/source-perl/exit", test_source_perl_exit);
  g_test_add_func ("/source-perl/killed", test_source_perl_killed);
  g_test_add_func ("/source-perl/forks", test_source_perl_forks);
  g_test_add_func ("/source-perl/not-found", test_source_perl_not_found);
  g_test_add_func ("/source-perl/prints", test_source_perl_prints);
  g_test_add_func ("/source-perl/ends-in-order", test_source_perl_ends_in_order);
  g_test_add_func ("/source-perl/lazy", test_source_perl_lazy);
  g_test_add_func ("/source-perl/abandoned", test_source_perl_abandoned);
  g_test_add_func ("/source-perl/source-fails", test_source_perl_source_fails);
  g_test_add_func ("/source-perl/unused", test_source_perl_unused);
  g_test_add_func ("/source-perl/filter", test_source_perl_filter);
  g_test_add_func ("/source-perl/filter-expressions", test_source_perl_filter_expressions);
  g_test_add_func ("/source-perl/filter-faults", test_source_perl_filter_faults);
  return g_test_run ();
}
