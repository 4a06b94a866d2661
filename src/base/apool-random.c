/* SPDX-License-Identifier: MIT */
/* The generator is SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
 * Generators", 2014): a counter with an odd step, whose bits are mixed. It goes through all 64-bit
 * numbers before it repeats one. Not for secrets. */

#include "base/apool-random.h"

#define STEP G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)
#define MIX_1 G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9)
#define MIX_2 G_GUINT64_CONSTANT (0x94d049bb133111eb)

/**
 * apool_random_next:
 * @self: a generator
 *
 * Returns: the next number, any of 64 bits
 */
guint64
apool_random_next (ApoolRandom *self)
{
  guint64 bits;

  self->state += STEP;
  bits = self->state;
  bits = (bits ^ (bits >> 30)) * MIX_1;
  bits = (bits ^ (bits >> 27)) * MIX_2;
  return bits ^ (bits >> 31);
}

/**
 * apool_random_below:
 * @self: a generator
 * @bound: at least 1
 *
 * Returns: a number below @bound, each as likely as the others
 */
guint64
apool_random_below (ApoolRandom *self, guint64 bound)
{
  /* The lowest 2^64 % bound numbers would make some remainders likelier than others. */
  guint64 surplus = (0 - bound) % bound;
  guint64 number;

  do
    number = apool_random_next (self);
  while (number < surplus);
  return number % bound;
}
