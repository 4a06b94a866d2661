/* SPDX-License-Identifier: MIT */

#include "noise.h"

#include <stdio.h>
#include <string.h>

/* One job in so many writes as much as there can be. */
#define LARGE_EVERY 32

/* What ends every line, behind its number. */
static const char noise_tail[] = " abcdefghijklmnopqrstuvwxyz.\n";

void
noise_dice_init (NoiseDice *dice, unsigned seed, unsigned job, int stream)
{
  dice->state = ((uint64_t) seed << 34) ^ ((uint64_t) job << 2) ^ (unsigned) stream;
  dice->state = (dice->state + 1) * UINT64_C (0x9e3779b97f4a7c15);
  for (int i = 0; i < 8; i++)
    (void) noise_dice_roll (dice, 2);
}

/* A number from 0 to @sides - 1. */
uint32_t
noise_dice_roll (NoiseDice *dice, uint32_t sides)
{
  dice->state ^= dice->state << 13;
  dice->state ^= dice->state >> 7;
  dice->state ^= dice->state << 17;
  return (uint32_t) (dice->state >> 32) % sides;
}

/* As many small ones as large ones: each power of two is as likely as any other. */
size_t
noise_get_length (unsigned seed, unsigned job, int stream)
{
  NoiseDice dice;
  uint32_t power;
  size_t length;

  noise_dice_init (&dice, seed, job, stream);
  if ((job + (unsigned) stream) % LARGE_EVERY == LARGE_EVERY - 1)
    return NOISE_MAX_BYTES;
  power = noise_dice_roll (&dice, 23);
  if (power < 4)
    return 0;
  length = NOISE_MIN_BYTES + noise_dice_roll (&dice, UINT32_C (1) << power);
  if (length % NOISE_LINE_BYTES < NOISE_MIN_BYTES)
    length += NOISE_MIN_BYTES;
  return length;
}

/* The line of that number, from 0 on; NOISE_LINE_BYTES of it. */
void
noise_make_line (char *line, unsigned job, int stream, size_t number)
{
  const size_t tail_length = sizeof noise_tail - 1;
  char head[NOISE_LINE_BYTES];
  int n = snprintf (head, sizeof head, "%08u %s %020zu", job, stream == 1 ? "out" : "err", number);

  memcpy (line, head, (size_t) n);
  memset (line + n, '-', NOISE_LINE_BYTES - (size_t) n);
  memcpy (line + NOISE_LINE_BYTES - tail_length, noise_tail, tail_length);
}

/* The first @length bytes of what the job writes to the stream. */
void
noise_fill (char *bytes, size_t length, unsigned job, int stream)
{
  char line[NOISE_LINE_BYTES];

  for (size_t done = 0; done < length; done += sizeof line)
    {
      size_t rest = length - done < sizeof line ? length - done : sizeof line;

      noise_make_line (line, job, stream, done / sizeof line);
      memcpy (bytes + done, line, rest);
    }
}

/* Both streams are written in pieces by turns: which of them comes next, from what is left of them,
 * together more than nothing, and how much of it. The dice are those of stream 0. */
int
noise_choose_piece (NoiseDice *dice, const size_t *left, size_t *length)
{
  int stream = 1 + (int) noise_dice_roll (dice, 2);

  *length = 1 + noise_dice_roll (dice, 100 * 1000);
  if (left[stream - 1] == 0)
    stream = 3 - stream;
  if (*length > left[stream - 1])
    *length = left[stream - 1];
  return stream;
}
