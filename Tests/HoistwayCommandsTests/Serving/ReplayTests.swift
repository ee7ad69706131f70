import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// A dry run tells what will happen, to the tree.
struct ReplayTests {
    @Test(.enabled(if: !RecordedEvent.corpus.isEmpty, "the shared corpus is not here"))
    func `Every event of the corpus does what its dry run told`() async throws {
        try await compareAll(RecordedEvent.corpus)
    }

    @Test func `Every fixture of an event does what its dry run told`() async throws {
        #expect(RecordedEvent.fixtures.count > 50)
        try await compareAll(RecordedEvent.fixtures)
    }

    @Test func `A moved branch, an older version and several tags at once come out as a dry run told`() async throws {
        let rig = try await Self.rig(image: "acme/app")
        defer { rig.git.stop() }
        try await rig.serving {
            let first = try await rig.compare(try Self.pushed("1.1.0", image: "acme/app"))
            #expect(first.promotions.map(\.phase) == ["Succeeded"])
            let diff = try #require(first.promotions.first?.branches.first?.diff)
            #expect(diff.contains("-    newTag: 1.0.0\n+    newTag: 1.1.0\n"), "\(diff)")

            try await rig.repository.commit(["notes": "By another.\n"], message: "Move the branch")
            #expect(try await rig.compare(try Self.pushed("1.2.0", image: "acme/app")).promotions.count == 1)
            let older = try await rig.compare(try Self.pushed("1.1.5", image: "acme/app"))
            #expect(older.promotions.isEmpty)
            #expect(older.trace.contains { $0.contains("1.1.5 is older than 1.2.0") }, "\(older.trace)")
            let many = try await rig.compare(try Self.pushed("1.3.0", "1.4.0", "1.3.5", image: "acme/app"))
            #expect(many.freight.count == 2)
            #expect(many.promotions.count == 1)
        }
        #expect(try await rig.repository.show("env/kustomization.yaml").contains("newTag: 1.4.0"))
        #expect(try await rig.repository.show("notes") == "By another.\n")
    }

    @Test func `A promotion that runs and has pushed nothing gives way to a newer event, as a dry run told`()
        async throws
    {
        let rig = try await Self.rig(image: "acme/app")
        defer { rig.git.stop() }
        try await rig.serving {
            // Of a branch that it has pushed before it would take the head for granted, and come as far as the push.
            rig.git.proxy.isOpen = false
            try await rig.send(try Self.pushed("1.1.0", image: "acme/app"))
            var waiting: PromotionSummary?
            // On a busy machine a dry run takes seconds, and a try in between would write.
            try await eventually("a next try that is far enough away") {
                let newest = try await rig.served.get("promotions?limit=1", as: Listed<PromotionSummary>.self).items
                waiting = newest.first
                let next = waiting?.nextTry.flatMap { try? Date($0, strategy: .iso8601) }
                return waiting?.phase == "Running" && next.map { $0.timeIntervalSinceNow >= 25 } ?? false
            }
            rig.git.proxy.isOpen = true

            let told = try await rig.compare(try Self.pushed("1.2.0", image: "acme/app"))
            let older = try #require(waiting)
            #expect(older.summary.contains("1.1.0"))
            #expect(told.promotions.map(\.phase) == ["Aborted", "Succeeded"])
            #expect(told.promotions.map(\.branches.count) == [0, 1])
            #expect(told.promotions.last?.reason.contains("\(older.id) gives way to it") == true)
            let present = try await rig.served.get("promotions?limit=500", as: Listed<PromotionSummary>.self).items
            let yielded = try #require(present.first { $0.id == older.id })
            #expect(yielded.phase == "Aborted" && yielded.message == told.promotions.first?.message)
            #expect(yielded.branches.isEmpty && present.count == 2)
        }
        #expect(try await rig.repository.show("env/kustomization.yaml").contains("newTag: 1.2.0"))
        let commits = try await rig.repository.git("rev-list", "--count", "main")
        #expect(commits == "2")
    }

    @Test func `A large repository of a server that gives only whole commits is told of too`() async throws {
        let rig = try await Self.rig(image: "acme/app")
        defer { rig.git.stop() }
        try await rig.repository.refuseParts()
        try await rig.repository.commit(["noise": GitRepositoryFixture.noise(megabytes: 4)])
        try await rig.serving {
            let told = try await rig.compare(try Self.pushed("1.1.0", image: "acme/app"))
            #expect(told.promotions.map(\.phase) == ["Succeeded"])
        }
    }

    @Test func `The commands tell the diff and the tree first, and send the delivery then`() async throws {
        let rig = try await Self.rig(image: "acme/app")
        defer { rig.git.stop() }
        try await rig.serving {
            let event = try Self.pushed("1.1.0", image: "acme/app")
            let arguments = [
                "replay", "--receiver", "distribution", "--headers", "\(rig.served.folder.path)/headers", "-",
            ]
            let lines = event.headers.map { "\($0.name): \($0.value)\n" }.joined()
            try rig.served.folder.write(lines, to: "headers")
            let before = try await rig.trace()
            let told = try await rig.served.command(arguments + ["--dry-run"], input: event.body)
            #expect(told.status == 0, "\(told.errors)")
            #expect(told.text.contains("+    newTag: 1.1.0"))
            #expect(try await rig.trace() == before)
            let sent = try await rig.served.command(arguments, input: event.body)
            #expect(sent.status == 0 && sent.text.hasPrefix("202"), "\(sent.text)\(sent.errors)")
            let promotion = try await rig.served.lastPromotion(of: "test")
            let tree = try #require(promotion.branches.first?.tree)
            #expect(told.text.contains("tree \(tree)"))
        }
    }

    // MARK: What it runs on

    private static let registry = Result { try OneImageRegistry() }
    private static var host: String {
        get throws { try registry.get().host }
    }
    private static var plainRegistry: [String] {
        get throws { ["registries: [{host: \"\(try host)\", insecure: true}]"] }
    }

    private static func rig(image: String) async throws -> ReplayRig {
        let git = try await GitRig()
        let name = "\(try host)/\(image)"
        let files = ["env/kustomization.yaml": Manifest.kustomization([(name, "1.0.0")])]
        let repository = try await git.repository("shop.git", files: files)
        let steps = Manifest.inPlace(git.url("shop.git"), branch: "main", folder: "env")
        let configuration = ServedConfiguration(
            receivers: receivers,
            manifests: [
                Manifest.project("shop", remotes: [git.remote("shop.git")]),
                Manifest.images("app", in: "shop", name),
                Manifest.stage("test", in: "shop", of: ["app"], steps: steps),
            ],
            more: try plainRegistry
        )
        return try ReplayRig(configuration, git: git, repository: repository)
    }

    /// One for each sender; what registries tell is believed, since the registry is not there to be asked.
    private static var receivers: [ServedConfiguration.Receiver] {
        RecordedEvent.senders.map { sender in
            let isRegistry = ["harbor", "distribution"].contains(sender)
            return .init(
                name: sender,
                sender: sender,
                secret: "the secret of \(sender)",
                options: isRegistry ? ["trust: evidence"] : []
            )
        }
    }

    /// A registry's notification of these tags.
    private static func pushed(_ tags: String..., image: String) throws -> RecordedEvent {
        let host = try host
        let events = tags.map { tag in
            """
            {"id": "\(tag)", "timestamp": "2026-01-02T03:04:05Z", "action": "push",
            "target": {"mediaType": "application/vnd.oci.image.index.v1+json", "size": 1, "length": 1,
            "digest": "\(Payload.digest(of: image, tag: tag))", "repository": "\(image)", "tag": "\(tag)"},
            "request": {"id": "r", "addr": "127.0.0.1:2", "host": "\(host)", "method": "PUT"}}
            """
        }
        return RecordedEvent(
            name: tags.joined(separator: " "),
            sender: "distribution",
            headers: [HeaderLine("Content-Type", "application/vnd.docker.distribution.events.v2+json")],
            body: Array(#"{"events": [\#(events.joined(separator: ","))]}"#.utf8)
        )
    }

    /// Each event with a subscription to what it is about, as far as the index tells.
    private func compareAll(_ events: [RecordedEvent]) async throws {
        let git = try await GitRig()
        defer { git.stop() }
        let images = Set(events.filter { $0.kind == "ImageEvent" }.compactMap { Self.path(of: $0.key) } + ["acme/app"])
        let host = try Self.host
        let names = images.sorted().map { "\(host)/\($0)" }
        let files = ["env/kustomization.yaml": Manifest.kustomization(names.map { ($0, "0.0.0") })]
        let repository = try await git.repository("shop.git", files: files)
        let gitHost = "127.0.0.1:\(git.proxy.port)"
        let branches = events.filter { $0.kind == "PushEvent" && $0.ref.hasPrefix("refs/heads/") }
        let followed = Set(branches.compactMap { event in Self.path(of: event.key).map { [$0, event.ref] } })
        var manifests = [Manifest.project("corpus", remotes: [git.remote("shop.git")])]
        for (index, name) in names.enumerated() {
            let subscription = "- image: {repoURL: \"\(name)\", imageSelectionStrategy: Lexical}"
            manifests.append(Manifest.warehouse("image-\(index)", in: "corpus", subscription))
        }
        for (index, pair) in followed.sorted(by: { $0.joined() < $1.joined() }).enumerated() {
            let branch = pair[1].dropFirst("refs/heads/".count)
            try await Self.serve(repository, as: pair[0], branch: String(branch), below: git.folder.path)
            let remote = git.remote("\(pair[0]).git")
            let subscription = "- git: {repoURL: \"\(remote.url)\", branch: \"\(branch)\"}"
            manifests.append(Manifest.project("git-\(index)", remotes: [remote]))
            manifests.append(Manifest.warehouse("commits", in: "git-\(index)", subscription))
        }
        let steps = Manifest.inPlace(git.url("shop.git"), branch: "main", folder: "env")
        manifests.append(Manifest.stage("all", in: "corpus", of: names.indices.map { "image-\($0)" }, steps: steps))
        let configuration = ServedConfiguration(
            receivers: Self.receivers,
            manifests: manifests,
            more: try Self.plainRegistry
        )
        let rig = try ReplayRig(configuration, git: git, repository: repository)
        try await rig.serving {
            // What the start finds by itself is not to come between a dry run and the real one.
            try await eventually("the first look at every repository") {
                try await rig.served.get("freight?limit=500", as: Listed<FreightView>.self).items.count
                    == followed.count
            }
            var matched = 0
            for event in events {
                let hosts = [Self.host(of: event.key)].compactMap(\.self) + ["ghcr.io", "registry.example.com:5000"]
                let target = event.kind == "PushEvent" ? gitHost : host
                let report = try await rig.compare(event.moved(to: target, from: hosts))
                if report.state == "done" { matched += 1 }
            }
            #expect(matched > 0)
        }
    }

    private static func serve(
        _ repository: GitRepositoryFixture,
        as path: String,
        branch: String,
        below root: String
    ) async throws {
        if try await repository.id(of: "refs/heads/\(branch)") == nil {
            try await repository.commit(["README": "\(branch)\n"], to: branch)
        }
        let link = URL(filePath: "\(root)/\(path).git")
        try FileManager.default.createDirectory(
            at: link.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        guard !FileManager.default.fileExists(atPath: link.path) else { return }
        try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: repository.path)
    }

    private static func host(of key: String) -> String? {
        key.split(separator: " ").first?.split(separator: "/").first.map(String.init)
    }

    private static func path(of key: String) -> String? {
        let parts = key.split(separator: " ").first?.split(separator: "/") ?? []
        return parts.count > 1 ? parts.dropFirst().joined(separator: "/") : nil
    }
}
