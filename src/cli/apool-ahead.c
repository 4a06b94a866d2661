/* SPDX-License-Identifier: MIT */
/* How far inputs are read before the first job: to their end only where somebody cannot do without
 * their number. */

#include "cli/apool-ahead.h"

/**
 * apool_ahead_set:
 * @options: what was asked for
 * @is_retried: whether jobs of a log are run instead of the inputs
 * @needs_total: whether somebody has to know how many jobs there are
 * @store: what the inputs come through; it was not asked for any
 *
 * Has the store read as far as it has to.
 */
void
apool_ahead_set (const ApoolOptions *options,
                 gboolean is_retried,
                 gboolean needs_total,
                 ApoolSourceStore *store)
{
  const ApoolInputOptions *input = &options->input;
  gboolean is_counted = is_retried || (input->total_jobs > 0 && !input->shuffles);

  if (!is_counted && (input->shuffles || needs_total))
    return; /* to the end */
  if (!is_counted && apool_options_show_progress (options))
    apool_source_store_look_ahead (store);
  else
    apool_source_store_pass (store);
}
