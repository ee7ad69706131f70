import Testing

@testable import HoistwayConsole

struct AllowedHostsTests {
    private let hosts = AllowedHosts(
        listen: "192.0.2.7",
        configured: ["https://hoistway.example.com:8443/x", "Ops.Example.com"]
    )

    @Test(arguments: [
        "localhost", "localhost:8421", "127.0.0.1:8421", "[::1]:8421", "[::1]", "192.0.2.7:1", "hoistway.example.com",
        "HOISTWAY.example.com:99", "ops.example.com",
    ])
    func `a configured name, the address and loopback are accepted`(_ host: String) {
        #expect(hosts.accept(host))
    }

    @Test(arguments: [
        nil, "", "example.com", "evil.test:8421", "localhost.evil.test", "hoistway.example.com.evil.test", "[::2]", "@",
        ":", "::1", "localhost:1@evil", "localhost@evil", "localhost:evil", "localhost:99999", "localhost/x", "[::1",
        "localhost,evil", "localhost localhost",
    ])
    func `any other name is refused, and so is none`(_ host: String?) {
        #expect(!hosts.accept(host))
    }
}
