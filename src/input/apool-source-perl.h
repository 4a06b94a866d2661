/* SPDX-License-Identifier: MIT */
#pragma once

#include <sys/types.h>

#include "base/apool-quote.h"
#include "input/apool-source.h"
#include "job/apool-syntax.h"
#include "job/apool-template.h"

G_BEGIN_DECLS

#define APOOL_TYPE_SOURCE_PERL (apool_source_perl_get_type ())
G_DECLARE_FINAL_TYPE (ApoolSourcePerl, apool_source_perl, APOOL, SOURCE_PERL, GObject)

/**
 * ApoolPerlRules:
 * @filters: (nullable) (array zero-terminated=1): templates of Perl conditions: a row for which one
 *   is false is skipped (`--filter`); they outlive the source
 * @n_slots: how many slots slot() can have
 * @quote: for which shell Q() quotes
 *
 * What is evaluated beside the expressions of the syntax.
 */
typedef struct
{
  ApoolTemplate *const *filters;
  guint n_slots;
  ApoolQuoteStyle quote;
} ApoolPerlRules;

/* Yields the rows of @source, numbered from 1, with what the expressions of @syntax make of them.
 * One perl evaluates them all, in order; it is started when the first row is there. */
ApoolSource *
apool_source_perl_new (ApoolSource *source, ApoolSyntax *syntax, const ApoolPerlRules *rules);

/* The process of its perl; 0 where there is none. */
pid_t apool_source_perl_get_pid (ApoolSourcePerl *self);

G_END_DECLS
