/**
 * What is under deploy/, and the jars that go there: as text, and as far as it can be carried out
 * without Docker. Read {@link io.streamrelay.deploy.Dockerfile} first.
 */
@NullMarked
package io.streamrelay.deploy;

import org.jspecify.annotations.NullMarked;
