import Foundation
import HoistwayPorts
import HoistwayTestServers
import Testing

/// As a service or in a container the program has no privileges; the tests mostly run as root.
struct UnprivilegedTests {
    /// Takes every capability from whoever has them, and changes nothing else.
    private static let wrapper = geteuid() == 0 ? ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] : []

    @Test func `Without a single privilege webhooks are taken`() async throws {
        let secret = "secret of an ordinary user"
        let served = try ServedProgram(
            ServedConfiguration(
                receivers: [.init(name: "app", sender: "github", secret: secret)],
                manifests: ["apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: demo}"]
            )
        )
        try await served.explained {
            try await served.start(under: Self.wrapper)
            let ping = try Payload.github(Array(#"{"zen": "x", "hook_id": 1}"#.utf8), event: "ping", secret: secret)
            #expect(try await served.post(ping, to: "/hook/app") == 202)
            try await eventually("the ping to be understood") {
                let items = try await served.get("deliveries", as: Listed<DeliveryView>.self).items
                return items.first?.reason == "ping: the signature is right"
            }
        }
    }
}
