/**
 * The AI SDK's UI message stream, version 1: what {@code useChat} sends and reads. Takes its
 * messages, gives its chunks. Read {@link
 * io.streamrelay.gateway.dialect.uimessage.UiMessageController} first.
 */
@NullMarked
package io.streamrelay.gateway.dialect.uimessage;

import org.jspecify.annotations.NullMarked;
