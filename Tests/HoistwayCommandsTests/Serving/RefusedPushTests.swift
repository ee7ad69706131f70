import Foundation
import HoistwayTestServers
import Testing

/// I3: pushes that real servers refuse as a whole: tried a few times, said in the server's words, then over for good.
struct RefusedPushTests {
    private static let patience = "given up after 5 tries"

    // I3
    @Test func `a pack that is larger than the server takes is refused in its words`() async throws {
        let rig = try await RuleRig.one()
        try await rig.repository.git("config", "receive.maxInputSize", "64")
        try await Self.refuses(
            rig,
            words: "pack exceeds maximum allowed size",
            failure: "does not take the objects of the push",
            next: "raise the server's limit"
        )
        #expect(try await rig.head() == rig.head("main"))
    }

    // I3
    @Test func `a pack in which the server's check of objects finds something is refused in its words`() async throws {
        let rig = try await RuleRig.one()
        // The server takes it as long as it checks nothing; the pushed tree has it, as the former one had.
        let modules = "[submodule \"a\"]\n\tpath = a\n\turl = -u./payload\n"
        try await rig.repository.commit([".gitmodules": modules], to: "stage/test")
        let before = try await rig.head()
        try await rig.repository.git("config", "receive.fsckObjects", "true")
        try await Self.refuses(
            rig,
            words: "gitmodulesUrl",
            failure: "does not take the objects of the push",
            next: "fix the objects that its check names"
        )
        #expect(try await rig.head() == before)
    }

    // I3
    @Test func `gitolite's DENIED is a refusal of the credentials, and no host that is away`() async throws {
        let server = try await GitSSHServer.start(forcedCommand: Self.gitolite)
        defer { server.stop() }
        let folder = try TemporaryFolder("hoistway-git")
        defer { folder.remove() }
        let source = try ImageSource()
        let repository = try await GitRepositoryFixture.bare(at: "\(folder.path)/r1.git")
        let text = Manifest.kustomization([(source.image("app"), "1.0.0")])
        let head = try await repository.commit(["env/kustomization.yaml": text])
        let url = server.url(for: repository.path)
        let key = server.privateKey.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        let secret = """
            apiVersion: v1
            kind: Secret
            metadata: {name: git, namespace: shop, labels: {kargo.akuity.io/cred-type: git}}
            stringData:
              repoURL: \(url)
              sshPrivateKey: |
            \(key)

            """
        let served = try ServedProgram(
            ServedConfiguration(
                receivers: [source.receiver],
                manifests: [
                    Manifest.project("shop", remotes: []), secret,
                    Manifest.images("app", in: "shop", source.image("app")),
                    Manifest.stage(
                        "test",
                        in: "shop",
                        of: ["app"],
                        steps: Manifest.inPlace(url, branch: "main", folder: "env")
                    ),
                ],
                git: ["knownHosts: \(server.knownHosts)"]
            )
        )
        try await Self.refuses(
            served,
            source,
            words: "FATAL: W any r1 git DENIED by fallthru",
            failure: "refused the credentials",
            next: "check the Secret"
        )
        #expect(try await repository.id(of: "refs/heads/main") == head)
    }

    /// As gitolite 3 answers a user who may read and not write.
    private static let gitolite = """
        case "$SSH_ORIGINAL_COMMAND" in
        git-receive-pack*)
            echo "FATAL: W any r1 git DENIED by fallthru" >&2
            echo "(or you mis-spelled the reponame)" >&2
            exit 1 ;;
        esac
        eval "exec $SSH_ORIGINAL_COMMAND"
        """

    private static func refuses(_ rig: RuleRig, words: String, failure: String, next: String) async throws {
        defer {
            rig.git.proxy.stop()
            rig.git.server.stop()
        }
        try await refuses(rig.served, rig.source, words: words, failure: failure, next: next)
        #expect(rig.git.proxy.pushes == 2)
    }

    /// Announces an image, whose push is refused, and looks at the first and at the last try.
    private static func refuses(
        _ served: ServedProgram,
        _ source: ImageSource,
        words: String,
        failure: String,
        next: String
    ) async throws {
        func all() async throws -> [PromotionSummary] {
            try await served.get("promotions", as: Listed<PromotionSummary>.self).items
        }
        try await served.serving {
            #expect(try await source.announce("app", "1.1.0", to: served) == 202)
            try await eventually("the refusal, with the next try") { try await all().contains { $0.nextTry != nil } }
            let refused = try #require(try await all().first)
            #expect(refused.phase == "Running" && refused.branches.allSatisfy { !$0.pushed })
            for part in [words, failure, next] {
                #expect(refused.message.split(separator: part).count == 2, "\(part): \(refused.message)")
            }
            for untrue in ["did not answer", "moved", "unreachable"] {
                #expect(!refused.message.contains(untrue), "\(refused.message)")
            }
            let shown = try await served.command("get", "promotions", refused.id).text
            #expect(shown.contains(words), "\(shown)")
        }
        // Instead of a wait of a quarter of an hour: as if this had been the fourth try.
        try await TestProgram.check(
            "sqlite3",
            [
                served.database,
                "UPDATE records SET value = CAST(json_set(CAST(value AS TEXT), '$.trouble.refusals', 4, '$.nextTry', 1) "
                    + "AS BLOB) WHERE kind = 'promotion'",
            ]
        )
        try await served.serving {
            let failed = try await served.lastPromotion(of: "test")
            #expect(failed.phase == "Failed" && failed.nextTry == nil)
            #expect(failed.message.hasSuffix("(\(patience))"), "\(failed.message)")
            #expect(failed.message.split(separator: words).count == 2, "\(failed.message)")
        }
        // A start does not begin it again.
        try await served.serving {
            let list = try await all()
            #expect(list.map(\.phase) == ["Failed"])
        }
        let ends = served.log.split(separator: "\n").filter { $0.contains("promotion.phase=Failed") }
        #expect(ends.count == 1, "\(ends)")
    }
}
