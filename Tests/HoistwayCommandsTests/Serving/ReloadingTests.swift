import HoistwayModel
import HoistwaySettings
import HoistwaySteps
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// What a reload must not pretend to have done.
struct ReloadingTests {
    private static let open = ListenAddress(host: "0.0.0.0", port: 8420)
    private static let certificate = TLSSettings(certificate: "c.pem", key: "k.pem")

    private static func trusting(_ trust: ReceiverSettings.Trust) throws -> [ReceiverSettings] {
        let folder = try TemporaryFolder("hoistway-reload")
        defer { folder.remove() }
        try folder.write("0123456789abcdef", to: "secret")
        try folder.write(
            """
            webhooks:
              listen: 127.0.0.1:8420
              receivers:
                - {name: harbor, sender: harbor, sources: all, trust: \(trust), secrets: [{file: secret}]}

            """,
            to: "hoistway.yaml"
        )
        let (loaded, problems) = Settings.load(
            path: "\(folder.path)/hoistway.yaml",
            environment: [:],
            schemas: StepRegistry.schemas
        )
        return try #require(loaded, "\(problems)").settings.webhooks.receivers
    }

    @Test func `unsigned bodies are not believed before the listener has TLS`() throws {
        let plain = WebhookSettings(listen: Self.open)
        let secured = WebhookSettings(listen: Self.open, tls: Self.certificate)
        let local = WebhookSettings(listen: ListenAddress(host: "127.0.0.1", port: 8420))
        let wanted = WebhookSettings(
            listen: Self.open,
            tls: Self.certificate,
            receivers: try Self.trusting(.evidence)
        )
        #expect(throws: CommandFailure.self) { try Reloading.checkTrust(in: wanted, running: plain) }
        try Reloading.checkTrust(in: wanted, running: secured)
        try Reloading.checkTrust(in: wanted, running: local)
        let hints = WebhookSettings(listen: Self.open, receivers: try Self.trusting(.sender))
        try Reloading.checkTrust(in: hints, running: plain)
    }

    @Test func `every change of the listener that needs a restart is named`() {
        let old = WebhookSettings(listen: Self.open)
        #expect(Reloading.restarts(for: old, running: old) == [])
        let new = WebhookSettings(
            listen: ListenAddress(host: "0.0.0.0", port: 8421),
            tls: Self.certificate,
            trustedProxies: ["10.0.0.0/8"],
            bodiesInFlightBytes: 1 << 20,
            maxConnections: 7,
            maxPerSecondPerAddress: 9
        )
        let names = [
            "listen", "tls", "trustedProxies", "maxConnections", "bodiesInFlightBytes", "maxPerSecondPerAddress",
        ]
        #expect(Reloading.restarts(for: new, running: old) == names.map { "webhooks.\($0)" })
    }
}
