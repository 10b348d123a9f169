@NullMarked
package io.streamrelay.protocol.token;

import org.jspecify.annotations.NullMarked;
