package io.streamrelay.gateway.http;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.OptionalInt;

/** Options of sockets for which Java has no name, by file descriptor. Thread-safe. */
final class SocketOptions {
  private final MethodHandle get =
      function(
          "getsockopt",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS));
  private final MethodHandle set =
      function(
          "setsockopt",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT));

  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
  }

  /** An option whose value is an int; empty: the descriptor is no socket, or none that has it. */
  OptionalInt get(int descriptor, int level, int name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
      MemorySegment size = arena.allocateFrom(ValueLayout.JAVA_INT, Integer.BYTES);
      int status = (int) get.invokeExact(descriptor, level, name, value, size);
      return status == 0 ? OptionalInt.of(value.get(ValueLayout.JAVA_INT, 0)) : OptionalInt.empty();
    } catch (Throwable e) {
      throw new IllegalStateException(e); // C functions throw nothing
    }
  }

  /** Whether it was set. */
  boolean set(int descriptor, int level, int name, int value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pointer = arena.allocateFrom(ValueLayout.JAVA_INT, value);
      return (int) set.invokeExact(descriptor, level, name, pointer, Integer.BYTES) == 0;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
