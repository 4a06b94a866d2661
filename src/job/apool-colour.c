/* SPDX-License-Identifier: MIT */
/* Colours that tell jobs apart.
 *
 * Terminals with 256 colours have, from number 16 on, a cube of them: six levels of each of red,
 * green and blue. We walk through all of it in steps that lead far away, so that jobs whose lines
 * are printed one after the other do not look alike. Black or white is written on them, whichever
 * is easier to read: the ratio of luminances is then at least 4.5, which is what WCAG asks of text.
 *
 * All are of the same length, with leading zeros. */

#include "job/apool-colour.h"

#define N_LEVELS 6u
#define N_COLOURS (N_LEVELS * N_LEVELS * N_LEVELS)

#define FIRST_COLOUR 16u
#define BLACK 16u
#define WHITE 231u

/* Without a divisor in common with N_COLOURS, and such that none of the two colours after one is
 * close to it. */
#define STEP 121u

/* Thousandths of what white has, where black and white are equally easy to read. */
#define MIDDLE_LUMINANCE 179u

/* What a colour of the cube is made of. */
typedef struct
{
  guint red;
  guint green;
  guint blue;
} ApoolColourLevels;

/* Returns: thousandths of what white has */
static guint
apool_colour_get_luminance (const ApoolColourLevels *levels)
{
  static const guint linear[N_LEVELS] = { 0, 114, 242, 429, 680, 1000 };

  return (213 * linear[levels->red] + 715 * linear[levels->green] + 72 * linear[levels->blue]) /
         1000;
}

/* Whether it could be taken for that of a job that failed. */
static gboolean
apool_colour_is_red (const ApoolColourLevels *levels)
{
  return levels->red >= 4 && levels->green <= 1 && levels->blue <= 1;
}

/**
 * apool_colour_get:
 * @n: the number of a job
 * @colour: (out): what has a terminal write in its colour, up to the end of the line
 *
 * Chooses from 208 colours, none of which looks like %APOOL_COLOUR_FAILED.
 */
void
apool_colour_get (guint64 n, char colour[APOOL_COLOUR_BYTES])
{
  guint index = (guint) (n % N_COLOURS) * STEP % N_COLOURS;
  ApoolColourLevels levels = { index / (N_LEVELS * N_LEVELS), index / N_LEVELS % N_LEVELS,
                               index % N_LEVELS };
  guint ink;

  if (apool_colour_is_red (&levels))
    levels = (ApoolColourLevels){ levels.blue, levels.green, levels.red };
  index = (levels.red * N_LEVELS + levels.green) * N_LEVELS + levels.blue;
  ink = apool_colour_get_luminance (&levels) > MIDDLE_LUMINANCE ? BLACK : WHITE;
  g_snprintf (colour, APOOL_COLOUR_BYTES, "\033[48;5;%03u;38;5;%03um\033[K", FIRST_COLOUR + index,
              ink);
}
