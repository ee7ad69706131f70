import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import HoistwayTestKit
import Testing

/// Steps claim what they have done, and nothing else.
struct HonestStepTests {
    private static let kustomization = "images:\n- name: reg.test/shop/checkout\n  newTag: 1.4.2\n"

    private static func clone(_ url: String, _ path: String, _ branch: String = "main") -> (String, ConfigValue) {
        ("git-clone", ["repoURL": .string(url), "checkout": [["branch": .string(branch), "path": .string(path)]]])
    }

    @Test func `clearing what has no files, and copying nothing, is said`() async throws {
        let bench = Bench()
        try await bench.remote.seed(files: ["src/notes.md": "n", "src/keep": "k"])
        var run = bench.run(
            Bench.steps([
                Self.clone(Bench.url, "w"), ("git-clear", ["path": "w/new"]), ("git-clear", ["path": "w/src"]),
                Self.clone(Bench.url, "v"),
                ("copy", ["inPath": "v/src", "outPath": "w/out", "ignore": "notes.md\nkeep\n"]),
            ])
        )
        #expect(try await bench.finish(&run).phase == .succeeded)
        #expect(run.records[1].message == "w/new has no files: nothing to clear")
        #expect(run.records[2].message == "cleared w/src")
        #expect(run.records[4].message.hasPrefix("nothing was copied to w/out"))
        #expect(run.warnings.contains(run.records[4].message))
    }

    @Test func `freight without images sets none, and says so`() async throws {
        var bench = Bench()
        bench.freight = Bench.freight([])
        try await bench.remote.seed(files: ["k/kustomization.yaml": Self.kustomization])
        var run = bench.run(Bench.steps([Self.clone(Bench.url, "w"), ("kustomize-set-image", ["path": "w/k"])]))
        #expect(try await bench.finish(&run).phase == .succeeded)
        #expect(run.records[1].message.contains("has no image"))
    }

    @Test func `a promotion whose freight is lost sets nothing and does not succeed`() async throws {
        var bench = Bench()
        bench.collection = []
        try await bench.remote.seed(files: ["k/kustomization.yaml": Self.kustomization])
        var run = bench.run(Bench.steps([Self.clone(Bench.url, "w"), ("kustomize-set-image", ["path": "w/k"])]))
        #expect(try await bench.finish(&run).phase == .errored)
    }

    @Test func `a commit's subject tells the changes of its own checkout, each once`() async throws {
        let bench = Bench()
        try await bench.remote.seed(files: ["k/kustomization.yaml": Self.kustomization, "a": "a"])
        try await bench.remote.seed(branch: "other", files: ["a": "a"])
        var run = bench.run(
            Bench.steps([
                Self.clone(Bench.url, "w"), Self.clone(Bench.url, "o", "other"),
                ("kustomize-set-image", ["path": "w/k"]), ("git-commit", ["path": "w"]),
                ("copy", ["inPath": "w/a", "outPath": "w/b"]), ("git-commit", ["path": "w", "message": "Copy"]),
                ("copy", ["inPath": "o/a", "outPath": "o/b"]), ("git-commit", ["path": "o"]),
                ("git-push", ["path": "w"]), ("git-push", ["path": "o"]),
            ])
        )
        let event = try await bench.finish(&run)
        #expect(event.phase == .succeeded, "\(event.message)")
        let other = try await bench.remote.commit(#require(bench.remote.head("other"))).message
        #expect(!other.contains("1.4.2 →"), "\(other)")
        let second = try await bench.remote.commit(#require(bench.remote.head("main")))
        let first = try await bench.remote.commit(#require(second.parents.first))
        #expect(first.message.hasPrefix("checkout 1.4.2 → 1.4.3 to prod"))
        #expect(second.message.hasPrefix("Copy"))
    }
}
