/**
 * Answers made up on the spot, the same for the same question: to try things out and to test with.
 * Read {@link io.streamrelay.worker.provider.demo.DemoProvider} first.
 */
@NullMarked
package io.streamrelay.worker.provider.demo;

import org.jspecify.annotations.NullMarked;
