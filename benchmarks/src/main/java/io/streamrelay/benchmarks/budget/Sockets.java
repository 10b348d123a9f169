package io.streamrelay.benchmarks.budget;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/** Established TCP connections, as Linux' {@code /proc} tells; −1 where there is none. */
final class Sockets {
  private static final String ESTABLISHED = "01";
  private static final int LOCAL = 1;
  private static final int REMOTE = 2;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private Sockets() {}

  /** Connections of a process to a port. */
  static long of(long pid, int remotePort) throws IOException {
    if (!hasProc()) {
      return -1;
    }
    Set<String> own = inodes(pid);
    try (Stream<String[]> all = established()) {
      return all.filter(socket -> port(socket[REMOTE]) == remotePort)
          .filter(socket -> own.contains("socket:[" + socket[INODE] + "]"))
          .count();
    }
  }

  /** Connections that were accepted on a port and are open on that side. */
  static long acceptedOn(int port) throws IOException {
    if (!hasProc()) {
      return -1;
    }
    try (Stream<String[]> all = established()) {
      return all.filter(socket -> port(socket[LOCAL]) == port).count();
    }
  }

  private static boolean hasProc() {
    return Files.isReadable(Path.of("/proc/net/tcp"));
  }

  private static Stream<String[]> established() throws IOException {
    Stream<String> lines = Files.lines(Path.of("/proc/net/tcp"));
    Path six = Path.of("/proc/net/tcp6");
    if (Files.isReadable(six)) {
      lines = Stream.concat(lines, Files.lines(six));
    }
    return lines
        .map(line -> line.strip().split("\\s+"))
        .filter(socket -> socket.length > INODE && socket[STATE].equals(ESTABLISHED));
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1), 16);
  }

  private static Set<String> inodes(long pid) throws IOException {
    Set<String> inodes = new HashSet<>();
    try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        try {
          inodes.add(Files.readSymbolicLink(file).toString());
        } catch (IOException e) {
          // Closed meanwhile.
        }
      }
    }
    return inodes;
  }
}
