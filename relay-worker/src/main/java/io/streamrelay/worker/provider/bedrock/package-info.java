/**
 * Amazon Bedrock by its Converse API: takes a prompt, gives deltas. Read {@link
 * io.streamrelay.worker.provider.bedrock.BedrockProvider} first.
 */
@NullMarked
package io.streamrelay.worker.provider.bedrock;

import org.jspecify.annotations.NullMarked;
