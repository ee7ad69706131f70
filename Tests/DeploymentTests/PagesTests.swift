import HoistwayModel
import HoistwaySettings
import HoistwaySteps
import HoistwayTestServers
import Testing

/// What the documentation shows people to write.
struct PagesTests {
    private static let folder = "Sources/hoistway/Documentation.docc"

    /// The blocks of YAML that begin with a receiver.
    private static func receivers(in text: String) -> [String] {
        text.matches(of: /```yaml\n((?: *webhooks:\n *receivers:\n)?( +- name: [^`]*))```/)
            .map { String($0.2) }.filter { $0.contains("sender:") }
    }

    @Test func `the receivers on the page about registering load, one for each sender`() throws {
        let text = try Shipped.text("\(Self.folder)/Registering.md")
        let blocks = Self.receivers(in: text)
        for (number, block) in blocks.enumerated() {
            let names = block.matches(of: /credential: ([a-z-]+)/).map { String($0.1) }
            let folder = try TemporaryFolder("hoistway-pages")
            defer { folder.remove() }
            let isSigned = block.contains("scheme: signed")
            // GitLab's own form of a key; any text does for the others.
            let key = isSigned ? "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=" : "secret \(number)"
            for name in names { try folder.write(key, to: name) }
            try folder.write("webhooks:\n  receivers:\n\(block)", to: "hoistway.yaml")
            let (loaded, problems) = Settings.load(
                path: "\(folder.path)/hoistway.yaml",
                environment: ["CREDENTIALS_DIRECTORY": folder.path],
                schemas: StepRegistry.schemas
            )
            #expect(problems.errors == [], "\(block)")
            #expect(loaded?.settings.webhooks.receivers.count == 1)
        }
        let senders = Set(blocks.flatMap { $0.matches(of: /sender: ([a-z]+)/).map { String($0.1) } })
        #expect(senders == ["github", "ghes", "ghcr", "gitlab", "gitea", "gogs", "harbor", "distribution"])
    }
}
