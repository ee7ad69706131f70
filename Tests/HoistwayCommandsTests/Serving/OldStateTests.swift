import Foundation
import HoistwayTestServers
import Testing

/// The program of today goes on with what the first version had begun when it was killed.
///
/// The state and the repositories are those of `HoistwayStoreTests/Fixtures/running`, see the head of `state.sql`; the
/// tables are those of `tables-1.sql` beside it.
struct OldStateTests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "HoistwayStoreTests/Fixtures/running")
    /// On a port on which nobody listens.
    private static let image = "127.0.0.1:1/acme/app"
    private static let stages = ["finished", "observed", "arrived", "lost", "halfway", "away"]
    /// Its promotion has a step that this version does not run.
    private static let strange = "strange"

    private static let repositories = ["ops", "arrived", "lost", "half", "away", strange]

    /// The promotion that waits for its next try, as one of another stage, with a step that is not there any more.
    private static let withStrangeStep = """
        INSERT INTO records
        SELECT kind, replace(key, 'away', '\(strange)'), CAST(
            replace(
                replace(replace(CAST(value AS TEXT), 'away', '\(strange)'), 'kustomize-set-image', 'strange-step'),
                '"actor":{"automatic":{}}', '"actor":{"person":{"_0":"ada"}}'
            ) AS BLOB
        )
        FROM records
        WHERE (kind = 'promotion' AND key LIKE 'away.%.d63c017') OR (kind IN ('stage', 'branch') AND key LIKE '%away%');
        """

    private static func text(_ name: String) throws -> String {
        try String(contentsOf: fixtures.appending(path: name), encoding: .utf8)
    }

    private static func repository(_ name: String, in git: GitRig) async throws -> GitRepositoryFixture {
        let repository = try await git.repository("\(name).git")
        guard let stream = try? text("\(name).stream") else {
            let seed = try await repositorySeed()
            let id = try await repository.commit(["env/kustomization.yaml": seed], message: "Seed\n")
            try #require(id == "0a38124345719fafd4409be741cb01df539ebaa4")
            return repository
        }
        try await repository.git("fast-import", "--quiet", input: Array(stream.utf8))
        return repository
    }

    private static func repositorySeed() async throws -> String {
        "# Kept by hand.\nkind: Kustomization\nimages:\n  - name: \(image)\n    newTag: 1.0.0\n"
    }

    private static func manifests(_ git: GitRig) -> [String] {
        func steps(_ stage: String) -> [String] {
            switch stage {
            case "finished", "observed": Manifest.inPlace(git.url("ops.git"), branch: stage, folder: "env")
            case "halfway":
                Manifest.inPlace(git.url("ops.git"), branch: stage, folder: "env", mount: "one")
                    + Manifest.inPlace(git.url("half.git"), branch: "main", folder: "env", mount: "two")
            default: Manifest.inPlace(git.url("\(stage).git"), branch: "main", folder: "env")
            }
        }
        let remotes = repositories.map { git.remote("\($0).git") }
        return [Manifest.project("shop", remotes: remotes), Manifest.images("app", in: "shop", image)]
            + (stages + [strange]).map { Manifest.stage($0, in: "shop", of: ["app"], steps: steps($0)) }
    }

    @Test
    func `what the first version left pending and running ends as it would have there, and nothing is done twice`()
        async throws
    {
        let git = try await GitRig()
        defer { git.stop() }
        var repositories: [String: GitRepositoryFixture] = [:]
        for name in Self.repositories {
            repositories[name] = try await Self.repository(name, in: git)
        }
        let served = try ServedProgram(
            ServedConfiguration(
                receivers: [.init(name: "ghcr", sender: "ghcr", secret: "the secret of the webhook")],
                manifests: Self.manifests(git),
                more: ["projects: {shop: {stages: {observed: {mode: observe}}}}"]
            )
        )
        let old = try (Self.text("../tables-1.sql") + Self.text("state.sql") + Self.withStrangeStep).replacing(
            "127.0.0.1:18431",
            with: "127.0.0.1:\(git.proxy.port)"
        )
        try FileManager.default.createDirectory(
            atPath: "\(served.folder.path)/var",
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        try await TestProgram.check("sqlite3", [served.database], input: Array(old.utf8))

        let ops = try #require(repositories["ops"])
        let finished = try await ops.id(of: "refs/heads/finished")
        let observed = try await ops.id(of: "refs/heads/observed")
        try await served.serving {
            for stage in Self.stages {
                #expect(try await served.lastPromotion(of: stage, freightOf: "1.2.0").phase == "Succeeded")
            }
            let all = try await served.get("promotions?limit=100", as: Listed<PromotionSummary>.self).items
            func phases(_ stage: String) -> [String] { all.filter { $0.stage == stage }.map(\.phase).reversed() }
            // What may have been pushed does not give way.
            for stage in ["arrived", "lost", "halfway", "finished", "observed"] {
                #expect(phases(stage) == ["Succeeded", "Succeeded"], "\(stage)")
            }
            #expect(phases("away") == ["Aborted", "Succeeded"])
            // What cannot run ends, names the step, and holds up nobody.
            let strange = try #require(all.first { $0.stage == Self.strange })
            #expect(strange.phase == "Errored" || strange.phase == "Failed")
            #expect(strange.message.contains("strange-step"), "\(strange.message)")
            #expect(all.filter { $0.stage == "observed" }.allSatisfy { $0.branches.allSatisfy { !$0.pushed } })
            let halfway = try #require(all.last { $0.stage == "halfway" })
            #expect(halfway.branches.count == 2 && halfway.branches.allSatisfy(\.pushed))
            let checked = try await served.command("state", "check")
            #expect(checked.status == 0, "\(checked.text)\(checked.errors)")
        }

        // Each promotion has one commit, and those that had arrived are the ones of then.
        #expect(try await ops.id(of: "refs/heads/finished") == finished)
        #expect(try await ops.id(of: "refs/heads/observed") == observed)
        func commits(_ name: String, _ branch: String = "main") async throws -> [String] {
            let repository = try #require(repositories[name])
            try await repository.fsck()
            let lines = try await repository.git("log", "--reverse", "--format=%h %s", branch)
            return lines.split(separator: "\n").map(String.init)
        }
        #expect(
            try await commits("arrived").map { $0.dropFirst(8) }
                == ["Seed", "app 1.0.0 → 1.1.0 to arrived", "app 1.1.0 → 1.2.0 to arrived"]
        )
        #expect(try await commits(Self.strange).map { $0.dropFirst(8) } == ["Seed"])
        #expect(try await commits("arrived")[1].hasPrefix("55e0a74"))
        #expect(
            try await commits("lost").map { $0.dropFirst(8) }
                == ["Seed", "app 1.0.0 → 1.1.0 to lost", "app 1.1.0 → 1.2.0 to lost"]
        )
        for (name, branch) in [("ops", "halfway"), ("half", "main")] {
            #expect(
                try await commits(name, branch).map { $0.dropFirst(8) }
                    == ["Seed", "app 1.0.0 → 1.1.0 to halfway", "app 1.1.0 → 1.2.0 to halfway"]
            )
        }
        #expect(try await commits("ops", "halfway")[1].hasPrefix("c7af078"))
        #expect(try await commits("away").map { $0.dropFirst(8) } == ["Seed", "app 1.0.0 → 1.2.0 to away"])
    }
}
