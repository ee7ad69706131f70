import HoistwayTestServers
import Testing

/// From a signed payload to another branch than is checked out, through the real program and a real Git server.
struct PushTargetServingTests {
    private static func steps(_ url: String, push: String, tag: Bool = false) -> [String] {
        [
            "        - {uses: git-clone, config: {repoURL: \(url), checkout: [{branch: main, path: ./src}]}}",
            "        - {uses: kustomize-set-image, config: {path: ./src/envs/test}}",
            "        - {uses: git-commit, config: {path: ./src}}",
        ] + (tag ? ["        - {uses: git-tag, config: {path: ./src, tag: v1, message: release}}"] : [])
            + ["        - {uses: git-push, config: {path: ./src, \(push)}}"]
    }

    @Test func `one freight goes to a target that exists, to one that does not, to an own branch and to a tag`()
        async throws
    {
        let git = try await GitRig()
        let source = try ImageSource()
        let text = Manifest.kustomization([(source.image("app"), "1.0.0")])
        let repository = try await git.repository("shop.git", files: ["envs/test/kustomization.yaml": text, "m": "m"])
        try await repository.commit(
            ["envs/test/kustomization.yaml": "# theirs\n" + text, "only/there": "x"],
            to: "env/old"
        )
        let url = git.url("shop.git")
        let stages = [
            ("old", Self.steps(url, push: "targetBranch: env/old")),
            ("new", Self.steps(url, push: "targetBranch: env/new")),
            ("own", Self.steps(url, push: "generateTargetBranch: true")),
            ("tagged", Self.steps(url, push: "tag: v1", tag: true)),
        ]
        let served = try ServedProgram(
            ServedConfiguration(
                receivers: [source.receiver],
                manifests: [
                    Manifest.project("shop", remotes: [git.remote("shop.git")]),
                    Manifest.images("app", in: "shop", source.image("app")),
                ] + stages.map { Manifest.stage($0.0, in: "shop", of: ["app"], steps: $0.1) }
            )
        )
        defer {
            served.stop()
            git.stop()
        }
        try await served.serving {
            let main = try await repository.git("rev-parse", "main")
            let old = try await repository.git("rev-parse", "env/old")
            #expect(try await source.announce("app", "1.1.0", to: served) == 202)
            for (stage, _) in stages {
                let last = try await served.lastPromotion(of: stage)
                #expect(last.phase == "Succeeded", "\(stage): \(last.message)")
            }
            #expect(try await repository.git("rev-parse", "main") == main)
            #expect(try await repository.git("rev-parse", "env/old^") == old)
            #expect(try await repository.git("diff", "--name-only", old, "env/old") == "envs/test/kustomization.yaml")
            let edited = try await repository.show("envs/test/kustomization.yaml", on: "env/old")
            #expect(edited.hasPrefix("# theirs\n") && edited.contains("1.1.0"), "\(edited)")
            #expect(try await repository.git("rev-parse", "env/new^") == main)
            #expect(try await repository.git("rev-parse", "v1^{commit}^") == main)
            #expect(try await repository.git("cat-file", "-t", "v1") == "tag")
            let own = try await repository.git("for-each-ref", "--format=%(refname)", "refs/heads/kargo/promotion/")
            #expect(own.hasPrefix("refs/heads/kargo/promotion/own."), "\(own)")
            #expect(try await repository.git("rev-parse", own + "^") == main)
        }
        try await repository.fsck()
    }
}
