/**
 * Turns' ends, posted to whoever wants to hear of them: takes events of the outbox, gives what
 * became of each. Signed as <a href="https://www.standardwebhooks.com">Standard Webhooks</a> says,
 * so that receivers find a library. Read {@link io.streamrelay.worker.webhook.WebhookDestination}
 * first.
 */
@NullMarked
package io.streamrelay.worker.webhook;

import org.jspecify.annotations.NullMarked;
