import HoistwayModel
import Testing

/// Freight that a person puts together.
struct ManualAssemblyTests {
    private static let place = SourcePlace(file: "f", line: 1)
    private static let digest = "sha256:" + String(repeating: "a", count: 64)
    private static let id = String(repeating: "b", count: 40)

    private static var warehouse: Warehouse {
        Warehouse(
            key: WarehouseKey(project: "shop", name: "app"),
            subscriptions: [
                .image(
                    ImageSubscription(
                        repoURL: "ghcr.io/acme/app",
                        key: ImageKey(normalised: "ghcr.io/acme/app"),
                        place: place
                    )
                ),
                .git(
                    GitSubscription(
                        repoURL: "https://git.example.com/acme/deploy.git",
                        key: RepositoryKey(normalised: "git.example.com/acme/deploy"),
                        place: place
                    )
                ),
                .chart(
                    ChartSubscription(
                        repoURL: "https://charts.example.com",
                        name: "web",
                        semverConstraint: nil,
                        place: place
                    )
                ),
            ],
            place: place
        )
    }

    private static let parts: [ManualAssembly.Part] = [
        .image(repoURL: "ghcr.io/acme/app", tag: "1.2.3", digest: digest),
        .commit(repoURL: "https://git.example.com/acme/deploy", id: ObjectID(id) ?? .zero),
        .chart(repository: "https://charts.example.com/web", version: "4.5.6"),
    ]

    @Test func `artifacts are read as they are written`() throws {
        #expect(try .image("ghcr.io/acme/app:1.2.3@\(Self.digest)") == Self.parts[0])
        #expect(
            try ManualAssembly.Part.image("localhost:5000/app:1")
                == .image(repoURL: "localhost:5000/app", tag: "1", digest: nil)
        )
        #expect(try .commit("https://git.example.com/acme/deploy=\(Self.id)") == Self.parts[1])
        #expect(try .chart("https://charts.example.com/web=4.5.6") == Self.parts[2])
    }

    @Test(arguments: ["app", "localhost:5000/app", "app:", "app:1@sha256:short", "app@\(digest)", ""])
    func `an image without a tag, or with half a digest, is refused`(_ text: String) {
        #expect(throws: ManualAssembly.Failure.self) { try ManualAssembly.Part.image(text) }
    }

    @Test(arguments: ["https://h/a", "https://h/a=main", "https://h/a=abc123", "="])
    func `a commit is given with its whole id`(_ text: String) {
        #expect(throws: ManualAssembly.Failure.self) { try ManualAssembly.Part.commit(text) }
    }

    @Test func `each subscription gets its artifact, in the warehouse's order`() throws {
        let assembly = try ManualAssembly(Self.parts.reversed(), of: Self.warehouse)
        let artifacts = assembly.artifacts(base: [], digests: [:])
        #expect(
            artifacts == [
                .image(ImageArtifact(repoURL: "ghcr.io/acme/app", tag: "1.2.3", digest: Self.digest)),
                .commit(
                    CommitArtifact(
                        repoURL: "https://git.example.com/acme/deploy.git",
                        id: try #require(ObjectID(Self.id))
                    )
                ),
                .chart(ChartArtifact(repoURL: "https://charts.example.com", name: "web", version: "4.5.6")),
            ]
        )
    }

    @Test func `what is not given comes from the freight that is copied, with all that is known of it`() throws {
        let commit = CommitArtifact(
            repoURL: "https://git.example.com/acme/deploy.git",
            id: try #require(ObjectID(Self.id)),
            message: "subject"
        )
        let base: [Artifact] = [
            .image(ImageArtifact(repoURL: "ghcr.io/acme/app", tag: "1.0.0", digest: Self.digest)), .commit(commit),
            .chart(ChartArtifact(repoURL: "https://charts.example.com", name: "web", version: "1.0.0")),
        ]
        let given = ManualAssembly.Part.image(repoURL: "ghcr.io/acme/app", tag: "2.0.0", digest: nil)
        let assembly = try ManualAssembly([given], base: base, of: Self.warehouse)
        let artifacts = assembly.artifacts(base: base, digests: [0: "sha256:new"])
        #expect(artifacts[0] == .image(ImageArtifact(repoURL: "ghcr.io/acme/app", tag: "2.0.0", digest: "sha256:new")))
        #expect(Array(artifacts.dropFirst()) == Array(base.dropFirst()))
    }

    @Test func `one too many, one too few and one of somebody else are refused by name`() throws {
        for (parts, failure) in [
            (
                Array(Self.parts.prefix(1)),
                ManualAssembly.Failure.missing([
                    "git git.example.com/acme/deploy", "chart https://charts.example.com web",
                ])
            ),
            (
                Self.parts + [.image(repoURL: "ghcr.io/acme/app", tag: "2", digest: nil)],
                .twice("image ghcr.io/acme/app")
            ),
        ] {
            #expect(throws: failure) { try ManualAssembly(parts, of: Self.warehouse) }
        }
        do {
            _ = try ManualAssembly([.image(repoURL: "ghcr.io/evil/app", tag: "1", digest: nil)], of: Self.warehouse)
            Issue.record("it was taken")
        } catch {
            #expect(error.message.contains("does not subscribe to ghcr.io/evil/app:1"), "\(error.message)")
        }
    }
}
