package io.streamrelay.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine of its own on a network of its own: a network namespace of Linux, reached by a pair of
 * virtual Ethernet interfaces. Its kernel acknowledges what ours sends, until the network goes
 * silent. Needs root, and {@code ip} and {@code tc} of iproute2. Not thread-safe.
 */
final class FarMachine implements AutoCloseable {
  private static final String NAME = "streamrelay";
  private static final String NEAR = "streamrelay0"; // ours
  private static final String FAR = "streamrelay1"; // its

  /** Of the block that is meant for tests of networks. */
  static final String OUR_ADDRESS = "198.18.77.1";

  private final List<Process> processes = new ArrayList<>();

  private FarMachine() {}

  static FarMachine start() throws Exception {
    if (!System.getProperty("os.name").equals("Linux")
        || !Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
      throw new AssertionError("this test makes a network: it needs Linux, and to be run by root");
    }
    if (exitCode("ip", "netns", "list") != 0 || exitCode("tc", "qdisc", "list") != 0) {
      throw new AssertionError("this test makes a network: it needs iproute2 (ip and tc)");
    }
    exitCode("ip", "netns", "del", NAME); // of a run that was killed
    FarMachine machine = new FarMachine();
    try {
      run("ip netns add " + NAME);
      run("ip link add %s type veth peer name %s netns %s".formatted(NEAR, FAR, NAME));
      run("ip address add %s/30 dev %s".formatted(OUR_ADDRESS, NEAR));
      run("ip link set %s up".formatted(NEAR));
      run("ip -n %s address add 198.18.77.2/30 dev %s".formatted(NAME, FAR));
      run("ip -n %s link set %s up".formatted(NAME, FAR));
      return machine;
    } catch (Exception | Error e) {
      machine.close();
      throw e;
    }
  }

  /** Whatever either side sends is lost from now on, and nobody is told. */
  void goSilent() throws Exception {
    run("tc qdisc add dev %s root blackhole".formatted(NEAR));
    run("tc -n %s qdisc add dev %s root blackhole".formatted(NAME, FAR));
  }

  void comeBack() throws Exception {
    run("tc qdisc del dev %s root".formatted(NEAR));
    run("tc -n %s qdisc del dev %s root".formatted(NAME, FAR));
  }

  /** Has it do something. */
  Process start(Path output, List<String> command) throws IOException {
    List<String> there = new ArrayList<>(List.of("ip", "netns", "exec", NAME));
    there.addAll(command);
    Process process =
        new ProcessBuilder(there).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    processes.add(process);
    return process;
  }

  private static void run(String command) throws Exception {
    if (exitCode(command.split(" ")) != 0) {
      throw new AssertionError("failed: " + command);
    }
  }

  private static int exitCode(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      return -1; // there is no such program
    }
  }

  @Override
  public void close() throws Exception {
    processes.forEach(Process::destroyForcibly);
    exitCode("ip", "link", "del", NEAR);
    exitCode("ip", "netns", "del", NAME);
  }
}
