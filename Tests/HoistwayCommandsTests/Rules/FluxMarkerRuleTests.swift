import HoistwayTestServers
import Testing

/// Rules about versions, where `flux-setters` writes them behind Flux's markers: in place, and into a copy.
struct FluxMarkerRuleTests {
    private static func mark(_ name: String) -> String { "# {\"$imagepolicy\": \"apps:\(name)\"}" }

    private static func rig() async throws -> RuleRig {
        try await RuleRig(
            files: { source in
                [
                    "live/app.yaml": "spec:\n  image: \(source.image("app")):1.0.0 \(mark("app"))\n",
                    "live/web.yaml": "spec:\n  image: \(source.image("web")):1.0.0 \(mark("web"))\n",
                ]
            },
            stages: { _ in [] },
            warehouses: ["app", "web"],
            options: "{stages: {made: {foreignCommits: overwrite}}}",
            manifests: { url, source in
                func setters(_ path: String, _ name: String) -> [String] {
                    [
                        "        - uses: flux-setters",
                        "          config: {path: \(path), policies: [{policy: 'apps:\(name)', image: \(source.image(name))}]}",
                    ]
                }
                func inPlace(_ name: String) -> [String] {
                    [
                        "        - {uses: git-clone, config: {repoURL: \(url), checkout: [{branch: main, path: ./src}]}}"
                    ] + setters("./src/live", name) + [
                        "        - {uses: git-commit, config: {path: ./src}}",
                        "        - {uses: git-push, config: {path: ./src}}",
                    ]
                }
                let made =
                    [
                        "        - uses: git-clone",
                        "          config:",
                        "            repoURL: \(url)",
                        "            checkout:",
                        "              - {branch: main, path: ./src}",
                        "              - {branch: stage/made, create: true, path: ./out}",
                    ] + setters("./src", "app") + [
                        "        - {uses: copy, config: {inPath: ./src/live/app.yaml, outPath: ./out/app.yaml}}",
                        "        - {uses: git-commit, config: {path: ./out}}",
                        "        - {uses: git-push, config: {path: ./out}}",
                    ]
                return [
                    Manifest.stage("app", in: "shop", of: ["app"], steps: inPlace("app")),
                    Manifest.stage("web", in: "shop", of: ["web"], steps: inPlace("web")),
                    Manifest.stage("made", in: "shop", of: ["app"], steps: made),
                ]
            }
        )
    }

    @Test func `an older tag gets behind no marker by itself, and each stage sets its own`() async throws {
        let rig = try await Self.rig()
        try await rig.run {
            #expect(try await rig.source.announce("app", "1.1.0", to: rig.served) == 202)
            for stage in ["app", "made"] {
                let first = try await rig.served.lastPromotion(of: stage, freightOf: "1.1.0")
                #expect(first.phase == "Succeeded", "\(stage): \(first.message)")
            }
            #expect(try await rig.push("1.3.0", of: "web", to: "web").phase == "Succeeded")
            let app = "spec:\n  image: \(rig.source.image("app")):1.1.0 \(Self.mark("app"))\n"
            #expect(try await rig.text("live/app.yaml", on: "main") == app)
            #expect(try await rig.text("app.yaml", on: "stage/made") == app)
            #expect(
                try await rig.text("live/web.yaml", on: "main")
                    == "spec:\n  image: \(rig.source.image("web")):1.3.0 \(Self.mark("web"))\n"
            )
            let newer = app.replacing("1.1.0", with: "2.0.0")
            try await rig.repository.commit(["live/app.yaml": newer], to: "main")
            try await rig.repository.commit(["app.yaml": newer], to: "stage/made")
            #expect(try await rig.source.announce("app", "1.2.0", to: rig.served) == 202)
            for (stage, branch) in [("app", "main"), ("made", "stage/made")] {
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
