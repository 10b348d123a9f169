/**
 * Dashboards, alerts and runbooks: that they are whole, that they hold together, and that each
 * alert fires and stays quiet when it should. Read {@link io.streamrelay.observe.AlertQueries}
 * first.
 */
@NullMarked
package io.streamrelay.observe;

import org.jspecify.annotations.NullMarked;
