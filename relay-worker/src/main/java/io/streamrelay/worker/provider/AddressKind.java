package io.streamrelay.worker.provider;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * What kind of place an address is, by IANA's registries of special addresses; the worst first. An
 * IPv6 address that carries an IPv4 one is what the worse of both is: translators and tunnels lead
 * there.
 */
enum AddressKind {
  METADATA("a cloud's metadata"),
  LINK_LOCAL("a link-local"),
  UNSPECIFIED("the unspecified"),
  MULTICAST("a multicast"),
  BROADCAST("the broadcast"),
  LOOPBACK("a loopback"),
  PRIVATE("a private"),
  /** 100.64.0.0/10: behind a carrier's NAT, and pods of some clusters. */
  SHARED("a shared"),
  /** For documentation, benchmarks, and what isn't given out. */
  RESERVED("a reserved"),
  PUBLIC("a public");

  private final String word;

  AddressKind(String word) {
    this.word = word;
  }

  /** Where no server of models is, but things that mustn't be asked. */
  boolean isNever() {
    return compareTo(BROADCAST) <= 0;
  }

  /** On this machine, or in a network of one's own. */
  boolean isInside() {
    return this == LOOPBACK || this == PRIVATE || this == SHARED;
  }

  /** The first that fits counts. */
  private static final List<Range> RANGES =
      List.of(
          new Range("168.63.129.16", 32, METADATA), // Azure
          new Range("100.100.100.200", 32, METADATA), // Alibaba
          new Range("192.0.0.192", 32, METADATA), // Oracle
          new Range("169.254.0.0", 16, LINK_LOCAL), // most others' metadata, too
          new Range("0.0.0.0", 8, UNSPECIFIED),
          new Range("224.0.0.0", 4, MULTICAST),
          new Range("255.255.255.255", 32, BROADCAST),
          new Range("127.0.0.0", 8, LOOPBACK),
          new Range("10.0.0.0", 8, PRIVATE),
          new Range("172.16.0.0", 12, PRIVATE),
          new Range("192.168.0.0", 16, PRIVATE),
          new Range("100.64.0.0", 10, SHARED),
          new Range("192.0.0.0", 24, RESERVED),
          new Range("192.0.2.0", 24, RESERVED),
          new Range("192.88.99.0", 24, RESERVED),
          new Range("198.18.0.0", 15, RESERVED),
          new Range("198.51.100.0", 24, RESERVED),
          new Range("203.0.113.0", 24, RESERVED),
          new Range("240.0.0.0", 4, RESERVED),
          new Range("0.0.0.0", 0, PUBLIC),
          new Range("fd00:ec2::", 32, METADATA), // Amazon
          new Range("fd20:ce::254", 128, METADATA), // Google
          new Range("fe80::", 10, LINK_LOCAL),
          new Range("::", 128, UNSPECIFIED),
          new Range("ff00::", 8, MULTICAST),
          new Range("::1", 128, LOOPBACK),
          new Range("fc00::", 7, PRIVATE),
          new Range("fec0::", 10, PRIVATE),
          new Range("64:ff9b:1::", 48, PRIVATE), // NAT64 of one's own
          new Range("64:ff9b::", 96, PUBLIC), // NAT64: as what it carries
          new Range("2001::", 23, RESERVED),
          new Range("2001:db8::", 32, RESERVED),
          new Range("3fff::", 20, RESERVED),
          new Range("2000::", 3, PUBLIC),
          new Range("::", 0, RESERVED));

  private static final Range TO_4 = new Range("2002::", 16, PUBLIC);
  private static final Range TEREDO = new Range("2001::", 32, RESERVED);

  /** IPv6 that ends in an IPv4 address: mapped, compatible, translated. */
  private static final List<Range> ENDS_IN_4 =
      List.of(
          new Range("::", 96, RESERVED),
          new Range("::ffff:0:0:0", 96, RESERVED),
          new Range("64:ff9b::", 96, PUBLIC),
          new Range("64:ff9b:1::", 48, PRIVATE));

  private record Range(byte[] begin, int bits, AddressKind kind) {
    Range(String begin, int bits, AddressKind kind) {
      this(InetAddress.ofLiteral(begin).getAddress(), bits, kind);
    }

    boolean holds(byte[] address) {
      if (address.length != begin.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int differs = (address[bit / 8] ^ begin[bit / 8]) >> 7 - bit % 8 & 1;
        if (differs != 0) {
          return false;
        }
      }
      return true;
    }
  }

  static AddressKind of(InetAddress address) {
    byte[] bytes = address.getAddress();
    AddressKind own = own(bytes);
    if (!(address instanceof Inet6Address) || own == UNSPECIFIED || own == LOOPBACK) {
      return own;
    }
    AddressKind carried = carried(bytes);
    return carried.compareTo(own) < 0 ? carried : own;
  }

  private static AddressKind own(byte[] address) {
    for (Range range : RANGES) {
      if (range.holds(address)) {
        return range.kind();
      }
    }
    throw new IllegalStateException("an address of " + address.length + " bytes");
  }

  /** Of the IPv4 address within; public if there is none. */
  private static AddressKind carried(byte[] address) {
    byte[] end = Arrays.copyOfRange(address, 12, 16);
    if (TO_4.holds(address)) {
      return own(Arrays.copyOfRange(address, 2, 6));
    }
    if (TEREDO.holds(address)) {
      for (int i = 0; i < end.length; i++) {
        end[i] = (byte) ~end[i];
      }
      return own(end);
    }
    boolean isatap =
        (address[8] & 0xfd) == 0 && address[9] == 0 && address[10] == 0x5e && address[11] == -2;
    return isatap || ENDS_IN_4.stream().anyMatch(range -> range.holds(address)) ? own(end) : PUBLIC;
  }

  /** With its article, to be followed by "address". */
  @Override
  public String toString() {
    return word;
  }
}
