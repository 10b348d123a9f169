package io.streamrelay.client.event;

import org.jspecify.annotations.Nullable;

/**
 * What was not done as it was asked, though the turn was answered.
 *
 * @param code {@code unsupported}, {@code adjusted}, {@code invalid_arguments}, {@code
 *     context_reduced}; more may come
 * @param field of the submission; null: none in particular
 */
public record Warning(String code, @Nullable String field, String message) {}
