import HoistwayTestServers
import Testing

/// Rules about versions, where steps write them into values files: in place, and by way of files outside of the checkouts.
struct WrittenValueRuleTests {
    private static func rig() async throws -> RuleRig {
        try await RuleRig(
            files: { source in
                [
                    "env/values.yaml": "image:\n  # set by promotions\n  tag: v1.0.0\n",
                    "other/values.yaml": "image: {tag: v1.0.0} # \(source.image("app"))\n",
                ]
            },
            stages: { _ in [] },
            options: "{stages: {made: {foreignCommits: overwrite}}}",
            manifests: { url, source in
                let value = "\"v${{ imageFrom('\(source.image("app"))').Tag }}\""
                let inPlace = [
                    "        - {uses: git-clone, config: {repoURL: \(url), checkout: [{branch: main, path: ./src}]}}",
                    "        - uses: yaml-update",
                    "          config: {path: ./src/env/values.yaml, updates: [{key: image.tag, value: \(value)}]}",
                    "        - {uses: git-commit, config: {path: ./src}}",
                    "        - {uses: git-push, config: {path: ./src}}",
                ]
                let made = [
                    "        - uses: git-clone",
                    "          config:",
                    "            repoURL: \(url)",
                    "            checkout:",
                    "              - {branch: main, path: ./tmp/src}",
                    "              - {branch: stage/made, create: true, path: ./out}",
                    "        - {uses: copy, config: {inPath: ./tmp/src/other/values.yaml, outPath: ./tmp/new/values.yaml}}",
                    "        - uses: yaml-update",
                    "          config: {path: ./tmp/new/values.yaml, updates: [{key: image.tag, value: \(value)}]}",
                    "        - {uses: copy, config: {inPath: ./tmp/new, outPath: ./out/made}}",
                    "        - {uses: git-commit, config: {path: ./out}}",
                    "        - {uses: git-push, config: {path: ./out}}",
                ]
                return [
                    Manifest.stage("test", in: "shop", of: ["app"], steps: inPlace),
                    Manifest.stage("made", in: "shop", of: ["app"], steps: made),
                ]
            }
        )
    }

    @Test func `an older tag gets into no values file by itself`() async throws {
        let rig = try await Self.rig()
        try await rig.run {
            #expect(try await rig.source.announce("app", "1.1.0", to: rig.served) == 202)
            for stage in ["test", "made"] {
                let first = try await rig.served.lastPromotion(of: stage, freightOf: "1.1.0")
                #expect(first.phase == "Succeeded", "\(stage): \(first.message)")
            }
            let file = "made/values.yaml"
            #expect(try await rig.text(file, on: "stage/made").hasPrefix("image: {tag: v1.1.0} #"))
            #expect(
                try await rig.text("env/values.yaml", on: "main")
                    == "image:\n  # set by promotions\n  tag: v1.1.0\n"
            )
            #expect(try await rig.repository.git("ls-tree", "-r", "--name-only", "stage/made") == file)
            try await rig.repository.commit(["env/values.yaml": "image:\n  tag: v2.0.0\n"], to: "main")
            try await rig.repository.commit([file: "image: {tag: v2.0.0}\n"], to: "stage/made")
            #expect(try await rig.source.announce("app", "1.2.0", to: rig.served) == 202)
            for (stage, branch) in [("test", "main"), ("made", "stage/made")] {
                let second = try await rig.served.lastPromotion(of: stage, freightOf: "1.2.0")
                #expect(second.phase == "Failed", "\(stage)")
                #expect(
                    second.message.contains("\(branch) carries \(rig.source.image("app")) 2.0.0, and 1.2.0 is older"),
                    "\(second.message)"
                )
            }
        }
    }
}
