package io.streamrelay.gateway.caller;

/** What everybody may read without a key. The one place that names it. */
final class OpenPaths {
  /** Path patterns; GET and HEAD only. */
  static final String[] PATTERNS = {
    // the page
    "/",
    "/index.html",
    "/favicon.svg",
    "/*.js",
    "/*.css",
    // the description of the API
    "/openapi.json",
    "/swagger-ui",
    "/swagger-ui/**",
  };

  private OpenPaths() {}
}
