package io.streamrelay.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressKindTest {
  @ParameterizedTest
  @CsvSource({
    "8.8.8.8, PUBLIC",
    "1.1.1.1, PUBLIC",
    "9.255.255.255, PUBLIC",
    "11.0.0.0, PUBLIC",
    "172.15.255.255, PUBLIC",
    "172.32.0.0, PUBLIC",
    "192.167.255.255, PUBLIC",
    "192.169.0.0, PUBLIC",
    "100.63.255.255, PUBLIC",
    "100.128.0.0, PUBLIC",
    "169.253.255.255, PUBLIC",
    "169.255.0.0, PUBLIC",
    "223.255.255.255, PUBLIC",
    "168.63.129.17, PUBLIC",
    "10.0.0.0, PRIVATE",
    "10.255.255.255, PRIVATE",
    "172.16.0.1, PRIVATE",
    "172.31.255.255, PRIVATE",
    "192.168.1.1, PRIVATE",
    "100.64.0.1, SHARED",
    "100.127.255.255, SHARED",
    "127.0.0.1, LOOPBACK",
    "127.255.255.255, LOOPBACK",
    "0.0.0.0, UNSPECIFIED",
    "0.1.2.3, UNSPECIFIED",
    "169.254.0.0, LINK_LOCAL",
    "169.254.169.254, LINK_LOCAL",
    "169.254.255.255, LINK_LOCAL",
    "224.0.0.1, MULTICAST",
    "239.255.255.255, MULTICAST",
    "255.255.255.255, BROADCAST",
    "255.255.255.254, RESERVED",
    "240.0.0.1, RESERVED",
    "192.0.2.1, RESERVED",
    "198.51.100.1, RESERVED",
    "203.0.113.1, RESERVED",
    "198.18.0.1, RESERVED",
    "198.19.255.255, RESERVED",
    "168.63.129.16, METADATA",
    "100.100.100.200, METADATA",
    "192.0.0.192, METADATA",
    "2606:4700::1111, PUBLIC",
    "2a00:1450::1, PUBLIC",
    "::1, LOOPBACK",
    "::, UNSPECIFIED",
    "fe80::1, LINK_LOCAL",
    "febf::1, LINK_LOCAL",
    "fec0::1, PRIVATE",
    "fc00::1, PRIVATE",
    "fd12:3456::1, PRIVATE",
    "fd00:ec2::254, METADATA",
    "fd00:ec2::23, METADATA",
    "fd20:ce::254, METADATA",
    "ff02::1, MULTICAST",
    "2001:db8::1, RESERVED",
    "3fff::1, RESERVED",
    "4000::1, RESERVED",
    "100::1, RESERVED",
  })
  void of_isAsRegistered(String address, AddressKind kind) {
    assertThat(AddressKind.of(InetAddress.ofLiteral(address))).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource({
    "::ffff:169.254.169.254, LINK_LOCAL",
    "::ffff:10.0.0.1, PRIVATE",
    "::ffff:8.8.8.8, PUBLIC",
    "::169.254.169.254, LINK_LOCAL",
    "::127.0.0.1, LOOPBACK",
    "::ffff:0:169.254.169.254, LINK_LOCAL",
    "64:ff9b::169.254.169.254, LINK_LOCAL",
    "64:ff9b::0.0.0.0, UNSPECIFIED",
    "64:ff9b::10.0.0.1, PRIVATE",
    "64:ff9b::8.8.8.8, PUBLIC",
    "64:ff9b:1::169.254.169.254, LINK_LOCAL",
    "64:ff9b:1::8.8.8.8, PRIVATE",
    "2002:a9fe:a9fe::1, LINK_LOCAL",
    "2002:a00:1::1, PRIVATE",
    "2002:808:808::1, PUBLIC",
    "2001::5601:5601, LINK_LOCAL",
    "2001:0:808:808::f5ff:fffe, PRIVATE",
    "2606:4700::5efe:169.254.169.254, LINK_LOCAL",
    "2606:4700::200:5efe:10.0.0.1, PRIVATE",
    "fe80::5efe:8.8.8.8, LINK_LOCAL",
  })
  void of_looksIntoTunnelsAndTranslations(String address, AddressKind kind) {
    assertThat(AddressKind.of(InetAddress.ofLiteral(address))).isEqualTo(kind);
  }
}
