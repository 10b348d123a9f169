/**
 * The page at {@code /} as its users have it, in Chromium. Read {@link
 * io.streamrelay.browser.PageTest} first.
 */
@NullMarked
package io.streamrelay.browser;

import org.jspecify.annotations.NullMarked;
