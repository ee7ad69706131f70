import HoistwayPorts
import HoistwayTestServers
import Testing

/// Other repositories, other people and other rules than the simple case has.
struct RepositoryTests {
    /// One stage whose promotions make `stage/test` out of a folder of `main`.
    private static func copying() async throws -> (GitRig, ImageSource, GitRepositoryFixture, ServedProgram) {
        let git = try await GitRig()
        let source = try ImageSource()
        let files = ["env/kustomization.yaml": Manifest.kustomization([(source.image("app"), "1.0.0")])]
        let repository = try await git.repository("shop.git", files: files)
        let steps = Manifest.replaced(git.url("shop.git"), branch: "stage/test", from: "main", folder: "env")
        let served = try ServedProgram(
            ServedConfiguration(
                receivers: [source.receiver],
                manifests: [
                    Manifest.project("shop", remotes: [git.remote("shop.git")]),
                    Manifest.images("app", in: "shop", source.image("app")),
                    Manifest.stage("test", in: "shop", of: ["app"], steps: steps),
                ]
            )
        )
        return (git, source, repository, served)
    }

    @Test func `A copied branch has names that are no UTF-8, and links in folders, as they are`() async throws {
        let (git, source, repository, served) = try await Self.copying()
        defer { git.stop() }
        try await repository.git(
            ["fast-import", "--quiet", "--done"],
            input: Array(
                """
                commit refs/heads/main
                committer Ada <ada@example.com> 1700000000 +0000
                data 5
                Names
                from refs/heads/main^0
                M 100644 inline "env/deep/caf\\351.txt"
                data 2
                x

                M 120000 inline env/deep/link
                data 4
                ../x
                done

                """.utf8
            )
        )
        try await served.serving {
            #expect(try await source.announce("app", "1.1.0", to: served) == 202)
            let promotion = try await served.lastPromotion(of: "test")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
        }
        let original = try await repository.git("rev-parse", "main:env/deep")
        #expect(try await repository.git("rev-parse", "stage/test:env/deep") == original)
        #expect(try await repository.show("env/kustomization.yaml", on: "stage/test").contains("newTag: 1.1.0"))
    }

    @Test(arguments: [false, true])
    func `One promotion writes two repositories on two servers, killed between the two or not`(
        isKilled: Bool
    ) async throws {
        let (first, second) = (try await GitRig(), try await GitRig(login: ("other", "for the other one")))
        defer {
            first.stop()
            second.stop()
        }
        let source = try ImageSource()
        let files = ["env/kustomization.yaml": Manifest.kustomization([(source.image("app"), "1.0.0")])]
        let repositories = [
            try await first.repository("shop.git", files: files),
            try await second.repository("other.git", files: files),
        ]
        let steps =
            Manifest.inPlace(first.url("shop.git"), branch: "main", folder: "env", mount: "one")
            + Manifest.inPlace(second.url("other.git"), branch: "main", folder: "env", mount: "two")
        let served = try ServedProgram(
            ServedConfiguration(
                receivers: [source.receiver],
                manifests: [
                    Manifest.project("shop", remotes: [first.remote("shop.git"), second.remote("other.git")]),
                    Manifest.images("app", in: "shop", source.image("app")),
                    Manifest.stage("both", in: "shop", of: ["app"], steps: steps),
                ]
            )
        )
        if isKilled { try await killAtSecondPush(served, second, source: source) }
        try await served.serving {
            if !isKilled { #expect(try await source.announce("app", "1.1.0", to: served) == 202) }
            let promotion = try await served.lastPromotion(of: "both")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            #expect(promotion.branches.filter(\.pushed).count == 2)
        }
        for repository in repositories {
            #expect(try await repository.show("env/kustomization.yaml").contains("newTag: 1.1.0"))
            #expect(try await repository.git("rev-list", "--count", "main") == "2")
            try await repository.fsck()
        }
    }

    /// The second server does what it is asked, and nobody hears of it.
    private func killAtSecondPush(_ served: ServedProgram, _ second: GitRig, source: ImageSource) async throws {
        try await served.start()
        second.proxy.strike(at: .answered) { served.kill() }
        #expect(try await source.announce("app", "1.1.0", to: served) == 202)
        try await eventually("the kill") { !served.isRunning }
    }

    @Test(arguments: ["update", "pre-receive"])
    func `A branch that a hook protects fails alone among twenty, in the hook's words`(hook: String) async throws {
        let git = try await GitRig()
        defer { git.stop() }
        let source = try ImageSource()
        let names = (1...20).map { "s\($0)" }
        let repository = try await git.repository("shop.git")
        for name in names {
            let text = Manifest.kustomization([(source.image("app"), "1.0.0")])
            try await repository.commit(["env/kustomization.yaml": text], to: "stage/\(name)")
        }
        let refusal = "{ echo 's7 is frozen until Monday' >&2; exit 1; }"
        try repository.setHook(
            hook,
            hook == "update"
                ? "[ \"$1\" = refs/heads/stage/s7 ] && \(refusal)\nexit 0"
                : "while read old new ref; do [ \"$ref\" = refs/heads/stage/s7 ] && \(refusal); done\nexit 0"
        )
        let served = try ServedProgram(
            ServedConfiguration(
                receivers: [source.receiver],
                manifests: [
                    Manifest.project("shop", remotes: [git.remote("shop.git")]),
                    Manifest.images("app", in: "shop", source.image("app")),
                ]
                    + names.map {
                        let steps = Manifest.inPlace(git.url("shop.git"), branch: "stage/\($0)", folder: "env")
                        return Manifest.stage($0, in: "shop", of: ["app"], steps: steps)
                    },
                git: ["maxRefsPerPush: 20"]
            )
        )
        try await served.serving {
            #expect(try await source.announce("app", "1.1.0", to: served) == 202)
            for name in names {
                let promotion = try await served.lastPromotion(of: name)
                #expect(promotion.phase == (name == "s7" ? "Failed" : "Succeeded"), "\(name): \(promotion.message)")
                if name == "s7" { #expect(promotion.message.contains("frozen until Monday"), "\(promotion.message)") }
            }
        }
        for name in names {
            let text = try await repository.show("env/kustomization.yaml", on: "stage/\(name)")
            #expect(text.contains("newTag: 1.1.0") == (name != "s7"))
        }
    }

    @Test func `Others push to the same branches at the same time, and everybody's commits survive`() async throws {
        let git = try await GitRig()
        defer { git.stop() }
        let source = try ImageSource()
        let text = Manifest.kustomization([(source.image("app"), "1.0.0")])
        let repository = try await git.repository(
            "shop.git",
            files: ["envs/a/kustomization.yaml": text, "envs/b/kustomization.yaml": text]
        )
        let served = try ServedProgram(
            ServedConfiguration(
                receivers: [source.receiver],
                manifests: [
                    Manifest.project("shop", remotes: [git.remote("shop.git")]),
                    Manifest.images("app", in: "shop", source.image("app")),
                ]
                    + ["a", "b"].map {
                        let steps = Manifest.inPlace(git.url("shop.git"), branch: "main", folder: "envs/\($0)")
                        return Manifest.stage($0, in: "shop", of: ["app"], steps: steps)
                    }
            )
        )
        let count = 12
        try await served.serving {
            async let others: Void = Outsider(repository: repository).push(count)
            for tag in 1...count {
                #expect(try await source.announce("app", "1.\(tag).0", to: served) == 202)
                try await Task.sleep(for: .milliseconds(Int.random(in: 20...120)))
            }
            try await others
            for stage in ["a", "b"] {
                let promotion = try await served.lastPromotion(of: stage, freightOf: "1.\(count).0")
                #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            }
        }
        for stage in ["a", "b"] {
            let file = try await repository.show("envs/\(stage)/kustomization.yaml")
            #expect(file.contains("newTag: 1.\(count).0"))
        }
        for number in 1...count {
            #expect(try await repository.show("notes/\(number)") == "\(number)\n")
            #expect(try await repository.show("envs/a/kustomization.yaml").contains("# Note \(number)\n"))
        }
        try await repository.fsck()
    }

    @Test func `A stage branch with somebody's commit is not replaced until it is adopted`() async throws {
        let (git, source, repository, served) = try await Self.copying()
        defer { git.stop() }
        try await served.serving {
            #expect(try await source.announce("app", "1.1.0", to: served) == 202)
            #expect(try await served.lastPromotion(of: "test").phase == "Succeeded")
            let hotfix = try await repository.commit(
                ["env/hotfix.yaml": "hot: true\n"],
                to: "stage/test",
                message: "Fix what burns"
            )
            #expect(try await source.announce("app", "1.2.0", to: served) == 202)
            let stopped = try await served.lastPromotion(of: "test", freightOf: "1.2.0")
            #expect(stopped.phase == "Failed")
            #expect(stopped.message.contains("Ada") && stopped.message.contains("Fix what burns"))
            #expect(stopped.message.contains("hoistway adopt shop/test"))
            #expect(try await repository.id(of: "refs/heads/stage/test") == hotfix)

            let adopt = try await served.command("adopt", "shop/test")
            #expect(adopt.status == 0, "\(adopt.errors)")
            let promote = try await served.command("promote", "shop/test", stopped.freight, "--wait")
            // Adopting accepts the commit; that its file goes is a matter of the stage's limits.
            #expect(promote.text.contains("--accept"), "\(promote.text)\(promote.errors)")
            let refused = try await served.lastPromotion(of: "test", freightOf: "1.2.0")
            let tree = try #require(refused.branches.last?.tree)
            let accepted = try await served.command("promote", "shop/test", stopped.freight, "--accept", tree, "--wait")
            #expect(accepted.status == 0, "\(accepted.text)\(accepted.errors)")
            #expect(try await repository.git("rev-parse", "stage/test^") == hotfix)
        }
        #expect(try await repository.show("env/kustomization.yaml", on: "stage/test").contains("newTag: 1.2.0"))
        try await repository.fsck()
    }
}

/// Somebody with a clone who commits and pushes, and on a race pulls and pushes again.
struct Outsider {
    var repository: GitRepositoryFixture

    func push(_ count: Int) async throws {
        let folder = try TemporaryFolder("hoistway-outsider")
        try await TestProgram.check("git", ["clone", "-q", repository.path, folder.path + "/work"])
        let work = folder.path + "/work"
        for number in 1...count {
            try await TestProgram.check("git", ["pull", "-q", "--rebase"], in: work)
            let script = """
                mkdir -p notes && echo \(number) >notes/\(number) && sed -i '1i # Note \(number)' envs/a/kustomization.yaml \
                && git add . && git commit -q -m 'Note \(number)'
                """
            try await TestProgram.check("sh", ["-c", script], in: work)
            var tries = 0
            while try await TestProgram.run("git", ["push", "-q"], in: work).status != 0 {
                tries += 1
                guard tries < 50 else { throw TestServerError.failed("pushing as an outsider", detail: "50 races") }
                try await TestProgram.check("git", ["pull", "-q", "--rebase"], in: work)
            }
        }
    }
}
