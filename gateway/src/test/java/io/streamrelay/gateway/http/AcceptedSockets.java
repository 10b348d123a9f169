package io.streamrelay.gateway.http;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** What the kernel has of the connections that servers in this process accepted; Linux. */
public final class AcceptedSockets {
  private static final Path TABLES = Path.of("/proc/self/net");

  private AcceptedSockets() {}

  /** After how many milliseconds the kernel gives that connection up; empty: there is none. */
  public static OptionalInt userTimeout(int port, int clientPort) throws IOException {
    for (String table : List.of("tcp", "tcp6")) {
      for (String line : Files.readAllLines(TABLES.resolve(table))) {
        String[] fields = line.strip().split("\\s+");
        if (fields[1].endsWith(":%04X".formatted(port))
            && fields[2].endsWith(":%04X".formatted(clientPort))) {
          return userTimeout("socket:[" + fields[9] + "]");
        }
      }
    }
    return OptionalInt.empty();
  }

  private static OptionalInt userTimeout(String socket) throws IOException {
    try (DirectoryStream<Path> links =
        Files.newDirectoryStream(
            AcknowledgementTimeout.DESCRIPTORS,
            link -> Files.isSymbolicLink(link) && target(link).equals(socket))) {
      for (Path link : links) {
        return new SocketOptions()
            .get(
                Integer.parseInt(link.getFileName().toString()),
                AcknowledgementTimeout.IPPROTO_TCP,
                AcknowledgementTimeout.TCP_USER_TIMEOUT);
      }
      return OptionalInt.empty();
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile
    }
  }
}
