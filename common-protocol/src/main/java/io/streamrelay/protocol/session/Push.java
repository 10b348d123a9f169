package io.streamrelay.protocol.session;

import io.streamrelay.protocol.event.Entry;

/**
 * A copy of an append, sent ahead for speed: only a hint. It may be lost, late, repeated, or of a
 * writer whose append was refused.
 */
public record Push(SessionKey session, Entry entry) {}
