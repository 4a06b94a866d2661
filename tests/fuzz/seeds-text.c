/* SPDX-License-Identifier: MIT */
/* Seeds of the targets that read what users write: values in forms and in columns, delimiters,
 * command lines. */

#include <string.h>

#include "seeds.h"

/* Without their braces. */
static const char *const seeds_forms[] = {
  "",       ".",          "/",       "//",          "/.",
  "..",     "...",        "/..",     "/...",        "+/",
  "+.",     "+..",        "+...",    ":-none",      ":2",
  ":1:3",   "#a.*b",      "##a.*b",  "%.[a-z]*",    "%%\\..*",
  "/a/b",   "//a/$1",     "/#a/b",   "/%a/b",       "^a",
  "^^\\w+", ",[A-Z]",     ",,.",     ":%05d",       ":%+.3f",
  ":%-#8x", ":%.2s",      ":%",      ":%q",         "/(/x",
  "//x*/-", "##(a|b)\\1", "#[^]a]+", "//\\bb?\\B/", "/[[:^alpha:]-]/",
};

static const char *const seeds_values[] = {
  "", "0", "-42", "3.14", "dir.d/a.b.c.tar.gz", "/a//b/", "abAB \xc3\xa0\n", "18446744073709551615",
};

typedef struct
{
  const char *name;
  guint8 rules; /* as in fuzz-delimiter.c */
  guint8 piece;
  const char *delimiter;
  const char *input;
} SeedsCut;

static const SeedsCut seeds_cuts[] = {
  { "lines", 0, 0, "\\n", "a\nb\n\nc" },
  { "ended", 0, 2, "\\n", "a\nb\n" },
  { "word", 0, 1, ", \\x41", "a, Ab, , A, Ac" },
  { "overlap", 0, 0, "aab", "aaabaabab" },
  { "octal", 0, 3, "\\101\\0", "aAb" },
  { "blank", 1, 0, "\\n", "a\n \n\t\nb" },
  { "continued", 2, 0, "\\n", "a \nb \n\nc\n" },
  { "quoted", 4, 0, "\\n", "a,\"b\nc\"\"\n\",d\ne,\"" },
  { "end", 8, 0, "\\n", "a\n_\nb\n" },
  { "all", 15, 1, ";", " ;a ;\"b;\";_;c" },
  { "bad-escape", 0, 0, "\\xg", "a" },
  { "bad-octal", 0, 0, "\\777", "a" },
  { "bad-end", 0, 0, "a\\", "a" },
};

typedef struct
{
  const char *name;
  guint8 kind; /* as in fuzz-columns.c */
  const char *pattern;
  const char *value;
} SeedsSplit;

static const SeedsSplit seeds_splits[] = {
  { "split-text", 0, ", ", "a, b,, c, " },
  { "split-tab", 0, "\\t", "a\tb\t\tc" },
  { "split-blanks", 0, "\\s+", " a \t b\xc3\xa0 c" },
  { "split-groups", 0, "(-)|(=)", "a-b=c" },
  { "split-nothing", 0, "", "abc" },
  { "split-maybe", 0, "x*", "axbxx" },
  { "split-lines", 0, "^", "a\nb\nc" },
  { "split-bad", 0, "(", "a" },
  { "csv", 1, ",", "a,\"b,\"\"c\"\"\n\",,d\r" },
  { "csv-tab", 1, "\t", "a\t\"b\tc\"" },
  { "csv-open", 1, ",", "a,\"b" },
  { "csv-quote", 1, ",", "a,b\"c\"" },
  { "csv-blanks", 1, ",", " a , \" b \" ,c " },
  { "json-array", 2, "1", "[1,-2.5e+3,\"a\\u0041\\ud83d\\ude00\\n\",[],{},null,true,false]" },
  { "json-object", 2, "a.b.2", " {\"a\":{\"b\":[0,\"x\"]},\"a\\n\":\"\\ud800\"} " },
  { "json-deep", 2, "1.1", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]" },
  { "json-bad", 2, "", "[1,01,\"\xff\",]" },
  { "match-date", 3, "(\\d+)-(\\d+)-(.*)", "2024-02-29" },
  { "match-optional", 3, "(a)?(b)?(c)", "xc" },
  { "match-not", 3, "^b", "a" },
};

static const char *const seeds_templates[] = {
  "echo {}",
  "echo\n{/.}\n{2//}",
  "{#} {%} {##} {0#}{0%}",
  "a{1}b {-1} c{} <>",
  "{= s/a/b/ =} {=2 uc =}",
  "{:%05d}{#:%04d}{%:%x}",
  "{^a}{//a/b}{:-x}{uniq}{slot}",
  "{seq-1}{slot+1:%d}",
  "{~aa}{2~a}",
  "plain text",
  "{",
  "{=",
  "{} {1.} {",
  "'{}' \"$x\"",
  "{choose_k}{1:2:3}",
};

/* Words ended by NULs; the last one's is C's own. */
#define WORDS(words)                                                                               \
  {                                                                                                \
    words, sizeof words                                                                            \
  }

static const struct
{
  const char *words;
  gsize length;
} seeds_options[] = {
  WORDS ("-j8\0echo\0{}\0:::\0a\0b"),
  WORDS ("--jobs\0"
         "200%\0--unordered\0cmd"),
  WORDS ("-kj2\0-N1000\0--null\0-a\0file\0cat"),
  WORDS ("--max-procs=2\0--colsep\0,\0-d\0\\t\0echo\0{2}\0:::+\0x"),
  WORDS ("-I,,\0-i\0-l4\0-e\0--eof=X\0echo\0,,"),
  WORDS ("--help"),
  WORDS ("--jobs"),
  WORDS ("--no-such-option"),
  WORDS ("--tim\0x"),
  WORDS ("--\0-j\0::::\0-\0:::\0"),
  WORDS ("\1\1"
         "10\0\1\2"
         "10\0\1\3"
         "10\0cmd"),
  WORDS ("\1\20"
         "99999999999999999999"),
  WORDS ("\1\40"
         "-1"),
  WORDS ("\1\60"
         "50%"),
  WORDS ("\1\100"
         "1.5h"),
};

static void
seeds_write_forms (const char *folder)
{
  for (gsize i = 0; i < G_N_ELEMENTS (seeds_forms); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (seeds_values); j++)
      {
        g_autofree char *name = g_strdup_printf ("form-%zu-%zu", i, j);
        g_autoptr (GString) bytes = g_string_new (NULL);

        g_string_append_c (bytes, '\0');
        g_string_append_c (bytes, (char) (strlen (seeds_forms[i]) + 1));
        g_string_append_printf (bytes, "%s}%s", seeds_forms[i], seeds_values[j]);
        seeds_write (folder, "forms", name, bytes->str, bytes->len);
      }
}

static void
seeds_write_cuts (const char *folder)
{
  for (gsize i = 0; i < G_N_ELEMENTS (seeds_cuts); i++)
    {
      const SeedsCut *cut = &seeds_cuts[i];
      g_autoptr (GString) bytes = g_string_new (NULL);

      g_string_append_c (bytes, (char) cut->rules);
      g_string_append_c (bytes, (char) strlen (cut->delimiter));
      g_string_append_c (bytes, (char) cut->piece);
      g_string_append_printf (bytes, "%s%s", cut->delimiter, cut->input);
      seeds_write (folder, "delimiter", cut->name, bytes->str, bytes->len);
    }
}

static void
seeds_write_splits (const char *folder)
{
  for (gsize i = 0; i < G_N_ELEMENTS (seeds_splits); i++)
    {
      const SeedsSplit *split = &seeds_splits[i];
      g_autoptr (GString) bytes = g_string_new (NULL);

      g_string_append_c (bytes, (char) split->kind);
      g_string_append_c (bytes, (char) strlen (split->pattern));
      g_string_append_printf (bytes, "%s%s", split->pattern, split->value);
      seeds_write (folder, "columns", split->name, bytes->str, bytes->len);
    }
}

/* Each with several sets of options, as in fuzz-template.c, and with two values. */
static void
seeds_write_templates (const char *folder)
{
  static const guint8 OPTIONS[] = { 0x00, 0x01, 0x12, 0x23, 0x3f, 0x42, 0x8e, 0x0c };

  for (gsize i = 0; i < G_N_ELEMENTS (seeds_templates); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (OPTIONS); j++)
      {
        g_autofree char *name = g_strdup_printf ("template-%zu-%zu", i, j);
        g_autoptr (GString) bytes = g_string_new (NULL);

        g_string_append_c (bytes, (char) OPTIONS[j]);
        g_string_append_c (bytes, (char) strlen (seeds_templates[i]));
        g_string_append_printf (bytes, "\002%s\003a/b\005x.y z", seeds_templates[i]);
        seeds_write (folder, "template", name, bytes->str, bytes->len);
      }
}

static void
seeds_write_options (const char *folder)
{
  for (gsize i = 0; i < G_N_ELEMENTS (seeds_options); i++)
    {
      g_autofree char *name = g_strdup_printf ("words-%zu", i);

      seeds_write (folder, "options", name, seeds_options[i].words, seeds_options[i].length);
    }
}

/**
 * seeds_write_text:
 * @folder: where the folders of the targets are
 *
 * Writes the seeds of what reads text.
 */
void
seeds_write_text (const char *folder)
{
  seeds_write_forms (folder);
  seeds_write_cuts (folder);
  seeds_write_splits (folder);
  seeds_write_templates (folder);
  seeds_write_options (folder);
}
