import HoistwayModel
import Testing

struct HTTPPolicyTests {
    private static func address(_ text: String) throws -> NetworkAddress {
        if text.contains(".") {
            return try #require(NetworkAddress(bytes: text.split(separator: ".").compactMap { UInt8($0) }))
        }
        let halves = text.split(separator: "::", omittingEmptySubsequences: false).map { half in
            half.split(separator: ":").compactMap { UInt16($0, radix: 16) }
        }
        let tail = halves.count > 1 ? halves[1] : []
        let groups = halves[0] + Array(repeating: 0, count: 8 - halves[0].count - tail.count) + tail
        return try #require(NetworkAddress(bytes: groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }))
    }

    @Test(arguments: [
        ("8.8.8.8", NetworkAddress.Reach.isPublic), ("127.0.0.1", .loopback), ("127.255.255.254", .loopback),
        ("169.254.1.1", .linkLocal), ("169.254.169.254", .metadata), ("168.63.129.16", .metadata),
        ("100.100.100.200", .metadata), ("10.0.0.1", .isPrivate), ("172.15.0.1", .isPublic),
        ("172.16.0.1", .isPrivate), ("172.31.255.255", .isPrivate), ("172.32.0.1", .isPublic),
        ("192.168.1.1", .isPrivate), ("100.64.0.1", .isPrivate), ("100.128.0.1", .isPublic), ("0.0.0.0", .reserved),
        ("224.0.0.1", .reserved), ("255.255.255.255", .reserved), ("198.18.0.1", .reserved),
        ("2606:4700::1111", .isPublic), ("::1", .loopback), ("::", .reserved), ("fe80::1", .linkLocal),
        ("fd00:ec2::254", .metadata), ("fd12::1", .isPrivate), ("fc00::1", .isPrivate), ("ff02::1", .reserved),
        ("2001:db8::1", .reserved), ("::ffff:7f00:1", .loopback), ("::ffff:a9fe:a9fe", .metadata),
        ("::7f00:1", .loopback), ("64:ff9b::a00:1", .isPrivate), ("2002:7f00:1::", .loopback),
        ("::ffff:808:808", .isPublic),
    ])
    func `an address is what the registries say, also inside of another`(
        _ text: String,
        _ reach: NetworkAddress.Reach
    ) throws {
        #expect(try Self.address(text).reach == reach, "\(text)")
    }

    @Test(arguments: [
        ("api.example.com", "API.example.com", 443, true), ("api.example.com", "api.example.com.", 443, true),
        ("api.example.com", "x.api.example.com", 443, false), ("*.example.com", "api.example.com", 443, true),
        ("*.example.com", "a.b.example.com", 443, true), ("*.example.com", "example.com", 443, false),
        ("*.example.com", ".example.com", 443, false), ("*.example.com", "badexample.com", 443, false),
        ("api.example.com:8443", "api.example.com", 443, false),
        ("api.example.com:8443", "api.example.com", 8443, true), ("[fd00::1]:80", "[fd00::1]", 80, true),
        ("10.0.0.7", "10.0.0.7", 1, true), ("*", "anything.test", 1, true),
        ("example.com", "example.com.evil.test", 443, false),
    ])
    func `a rule matches whole names and nothing else`(_ rule: String, _ host: String, _ port: Int, _ yes: Bool) throws
    {
        let rule = try #require(HostRule(rule))
        #expect(rule.matches(host: host, port: port) == yes)
    }

    @Test(arguments: [
        "", "https://example.com", "example.com/path", "a b", "*.*", "**", "ex*mple.com", "user@host", "[::1", "x:0",
    ])
    func `what is no host is no rule`(_ text: String) {
        #expect(HostRule(text) == nil)
    }

    @Test func `without a list every host may be reached, as long as its address is public`() throws {
        let policy = HTTPPolicy()
        #expect(policy.refusal(host: "api.example.com", port: 443, secrets: []) == nil)
        #expect(policy.refusal(host: "api.example.com", port: 443, address: try Self.address("8.8.8.8")) == nil)
        let refusal = policy.refusal(host: "api.example.com", port: 443, address: try Self.address("10.0.0.1"))
        #expect(refusal == .address(host: "api.example.com", .isPrivate))
        #expect(refusal?.hint?.contains("privateHosts: [api.example.com]") == true)
        let six = HTTPPolicy.Refusal.address(host: "[fe80::1]", .linkLocal)
        #expect(six.hint?.contains("privateHosts: [\"[fe80::1]\"]") == true)
    }

    @Test func `an empty list allows no host but the private ones`() throws {
        let policy = HTTPPolicy(hosts: [], privateHosts: [try #require(HostRule("inner.test"))])
        #expect(policy.refusal(host: "api.example.com", port: 443, secrets: []) == .host("api.example.com"))
        #expect(policy.refusal(host: "inner.test", port: 80, secrets: []) == nil)
        #expect(policy.refusal(host: "inner.test", port: 80, address: try Self.address("127.0.0.1")) == nil)
    }

    @Test func `a secret goes to the hosts that are listed for it, and no other secret does`() throws {
        let rules = [try #require(HostRule("hooks.slack.com"))]
        let policy = HTTPPolicy(secrets: ["slack": rules])
        for mark in ["secret('slack')", "sharedSecret('slack')"] {
            #expect(policy.refusal(host: "hooks.slack.com", port: 443, secrets: [mark]) == nil)
            #expect(policy.refusal(host: "evil.test", port: 443, secrets: [mark]) == .secret(mark, host: "evil.test"))
        }
        let both: Set = ["secret('slack')", "secret('other')"]
        let refusal = policy.refusal(host: "hooks.slack.com", port: 443, secrets: both)
        #expect(refusal == .secret("secret('other')", host: "hooks.slack.com"))
        #expect(refusal?.hint?.contains("secrets: {other: [hooks.slack.com]}") == true)
    }
}
