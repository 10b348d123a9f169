/** What `@microsoft/fetch-event-source` wants of a browser, where there is none. */
globalThis.window ??= globalThis;
globalThis.document ??= { hidden: false, addEventListener() {}, removeEventListener() {} };
