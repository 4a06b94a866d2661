/* SPDX-License-Identifier: MIT */

#include "noise.h"

#include <stdio.h>
#include <string.h>

#define LINE_BYTES 64

/* One job in so many writes as much as there can be. */
#define LARGE_EVERY 48

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

  noise_dice_init (&dice, seed, job, stream);
  if ((job + (unsigned) stream) % LARGE_EVERY == LARGE_EVERY - 1)
    return NOISE_MAX_BYTES;
  power = noise_dice_roll (&dice, 23);
  if (power < 4)
    return 0;
  return NOISE_MIN_BYTES + noise_dice_roll (&dice, UINT32_C (1) << power);
}

/* The first @length bytes of what the job writes to the stream. */
void
noise_fill (char *bytes, size_t length, unsigned job, int stream)
{
  char line[LINE_BYTES + 1];

  for (size_t done = 0; done < length; done += LINE_BYTES)
    {
      size_t rest = length - done < LINE_BYTES ? length - done : LINE_BYTES;
      int n = snprintf (line, sizeof line, "%08u %s %020zu", job, stream == 1 ? "out" : "err",
                        done / LINE_BYTES);

      memset (line + n, '-', LINE_BYTES - (size_t) n);
      memcpy (line + LINE_BYTES - (sizeof noise_tail - 1), noise_tail, sizeof noise_tail - 1);
      memcpy (bytes + done, line, rest);
    }
}
