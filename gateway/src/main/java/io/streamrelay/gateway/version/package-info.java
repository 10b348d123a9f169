/** What runs here. Read {@link io.streamrelay.gateway.version.VersionController} first. */
@NullMarked
package io.streamrelay.gateway.version;

import org.jspecify.annotations.NullMarked;
