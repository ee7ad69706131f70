import Foundation
import HoistwayTestServers
import Testing

/// What `hoistway check` says of the programs that stages need.
struct ProgramCheckTests {
    private static let build = "- {uses: kustomize-build, config: {path: ./src/overlays/dev, outPath: ./out}}"

    @Test func `Check names the program that would run, its version and the sandbox`() async throws {
        let rig = try await RenderRig(
            render: [Self.build],
            programs: "{kustomize: SCRIPTS/kustomize}",
            scripts: ["kustomize": "exit 1"]
        )
        defer { rig.stop() }
        let check = try await rig.served.command("check")
        #expect(check.status == 0, "\(check.text)\(check.errors)")
        #expect(check.text.contains("\nsandbox: ") || check.text.hasPrefix("sandbox: "))
        #expect(check.text.contains("kustomize: kustomize 5.4.2 at \(rig.scripts.path)/kustomize\n"), "\(check.text)")
        let json = try await rig.served.command("check", "-o", "json")
        #expect(json.text.contains("\"kustomize: kustomize 5.4.2 at "), "\(json.text)")
    }

    @Test func `A program that is missing on this machine is a warning with the step's place and a hint`() async throws
    {
        let rig = try await RenderRig(render: [Self.build], programs: "{kustomize: SCRIPTS/kustomize}")
        defer { rig.stop() }
        let check = try await rig.served.command("check")
        #expect(check.status == 0, "another machine may have it")
        let line = try #require(check.text.split(separator: "\n").first { $0.contains("kustomize is not installed") })
        #expect(line.hasPrefix("pipelines.yaml:"), "\(line)")
        #expect(line.contains("warning: the stage dev would fail at kustomize-build on this machine"), "\(line)")
        #expect(check.text.contains("hint: install kustomize there, or name another path"), "\(check.text)")
    }

    @Test func `A program that is too old is a warning with both versions`() async throws {
        let rig = try await RenderRig(render: [Self.build], programs: "{kustomize: SCRIPTS/old}")
        defer { rig.stop() }
        let path = "\(rig.scripts.path)/old"
        try await TestProgram.check(
            "/bin/sh",
            ["-c", "printf '#!/bin/sh\\necho v4.5.7\\n' >\"$1\" && chmod 755 \"$1\"", "sh", path]
        )
        let check = try await rig.served.command("check")
        #expect(
            check.text.contains("kustomize at \(path) has version v4.5.7; 5.0.0 or newer is needed"),
            "\(check.text)"
        )
    }

    @Test func `Pipelines that run no program ask for none`() async throws {
        let shop = try await SimpleShop(more: ["programs: {kustomize: /nowhere/kustomize, sandbox: require}"])
        defer { shop.stop() }
        let check = try await shop.served.command("check")
        #expect(check.status == 0)
        #expect(!check.text.contains("kustomize") && !check.text.contains("sandbox"), "\(check.text)")
    }

    @Test func `The server's log says once which programs steps run`() async throws {
        let rig = try await RenderRig(
            render: [Self.build],
            programs: "{kustomize: SCRIPTS/kustomize}",
            scripts: ["kustomize": "exit 1"]
        )
        defer { rig.stop() }
        try await rig.served.serving {
            try await eventually("the line about programs") { rig.served.log.contains("kustomize: kustomize 5.4.2") }
        }
    }
}
