package io.streamrelay.client.resource;

/**
 * What can be asked for.
 *
 * @param name of one with a wildcard the last character, {@code *}, stands for anything
 * @param isDefault whether those who name none get it
 * @param availability {@code available}, {@code degraded}, {@code unavailable} or {@code unknown};
 *     a hint, some seconds old
 */
public record Model(String name, boolean wildcard, boolean isDefault, String availability) {}
