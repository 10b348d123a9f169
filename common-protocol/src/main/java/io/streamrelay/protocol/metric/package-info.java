/**
 * What holds for the metrics of both tiers: which of Boot's are shown and how, names of models as
 * labels, and the bound on series. Read {@link io.streamrelay.protocol.metric.MetricConfiguration}
 * first.
 */
@NullMarked
package io.streamrelay.protocol.metric;

import org.jspecify.annotations.NullMarked;
