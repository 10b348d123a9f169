/** What developers have already, before real processes of ours. */
@NullMarked
package io.streamrelay.sdk;

import org.jspecify.annotations.NullMarked;
