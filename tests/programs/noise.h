/* SPDX-License-Identifier: MIT */
/*
 * What the jobs of a test write: a length and bytes that follow from a seed, the job's number and
 * the stream, so that whoever checks them needs no copy. Lines tell whose they are; the last one
 * is cut where the length says so. Nothing but libc: the jobs' program has it too.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The largest output of one job to one stream. */
#define NOISE_MAX_BYTES ((size_t) 8 << 20)

/* Of each line but the last one, newline included. */
#define NOISE_LINE_BYTES ((size_t) 64)

/* Of any line, so that it tells its job. */
#define NOISE_MIN_BYTES ((size_t) 8)

typedef struct
{
  uint64_t state;
} NoiseDice;

void noise_dice_init (NoiseDice *dice, unsigned seed, unsigned job, int stream);
uint32_t noise_dice_roll (NoiseDice *dice, uint32_t sides);

size_t noise_get_length (unsigned seed, unsigned job, int stream);
int noise_choose_piece (NoiseDice *dice, const size_t *left, size_t *length);
void noise_make_line (char *line, unsigned job, int stream, size_t number);
void noise_fill (char *bytes, size_t length, unsigned job, int stream);
