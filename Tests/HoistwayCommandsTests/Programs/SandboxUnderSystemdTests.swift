import Foundation
import HoistwayTestServers
import Testing

/// Whether the unit, with the drop-in for programs, lets a sandbox be made.
struct SandboxUnderSystemdTests {
    private static let config = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../config/systemd").standardizedFileURL.path

    /// What `SystemCallFilter` of these files comes to, groups resolved.
    private static func allowed(_ names: [String]) async throws -> Set<String> {
        let analyze = try TestProgram.find("systemd-analyze", package: "systemd")
        var groups: [String: [String]] = [:]
        var current = ""
        for line in try await TestProgram.check(analyze, ["syscall-filter"]).text.split(separator: "\n") {
            let word = line.trimmingCharacters(in: .whitespaces)
            if line.hasPrefix("@") {
                current = word
            } else if !word.hasPrefix("#") {
                groups[current, default: []].append(word)
            }
        }
        func resolved(_ word: String) -> Set<String> {
            word.hasPrefix("@") ? Set((groups[word] ?? []).flatMap { Array(resolved($0)) }) : [word]
        }
        var calls: Set<String> = []
        for name in names {
            let text = try String(contentsOfFile: "\(config)/\(name)", encoding: .utf8)
            for line in text.split(separator: "\n") where line.hasPrefix("SystemCallFilter=") {
                let value = line.dropFirst("SystemCallFilter=".count)
                let words = value.drop { $0 == "~" }.split(separator: " ").map { resolved(String($0)) }
                for word in words { if value.hasPrefix("~") { calls.subtract(word) } else { calls.formUnion(word) } }
            }
        }
        return calls
    }

    /// All that the program calls while it runs a program in a sandbox, with the sandbox and all in it.
    private static func called(_ rig: RenderRig) async throws -> Set<String> {
        let strace = try TestProgram.find("strace", package: "strace")
        let trace = "\(rig.scripts.path)/trace"
        let check = try await TestProgram.run(
            strace,
            ["-f", "-qq", "-o", trace, try ServedProgram.program, "check", "--config", rig.served.configFile],
            in: rig.served.folder.path
        )
        #expect(check.text.contains("sandbox: bubblewrap"), "\(check.text)\(check.errors)")
        #expect(check.text.contains("kustomize: kustomize 5.4.2"), "\(check.text)\(check.errors)")
        let lines = try String(contentsOfFile: trace, encoding: .utf8)
        return Set(lines.matches(of: /(?m)^\d+ +([a-z0-9_]+)\(/).map { String($0.1) })
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/bwrap"), "bubblewrap is not here"))
    func `The drop-in allows each system call that a sandbox makes, and the unit alone does not`() async throws {
        let rig = try await RenderRig(
            render: ["- {uses: kustomize-build, config: {path: ./src/overlays/dev, outPath: ./out}}"],
            programs: "{kustomize: SCRIPTS/kustomize, sandbox: require}",
            scripts: ["kustomize": "exit 1"]
        )
        defer { rig.stop() }
        let called = try await Self.called(rig)
        #expect(called.isSuperset(of: ["execve", "mount", "pivot_root"]))
        #expect(called.subtracting(try await Self.allowed(["hoistway.service", "programs.conf"])) == [])
        #expect(!called.subtracting(try await Self.allowed(["hoistway.service"])).isEmpty)
    }
}
