import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import HoistwayTestKit
import Testing

/// `git-push` and `git-tag` beyond the branch that is checked out.
struct GitPushTests {
    private static func steps(
        _ checkout: ConfigValue,
        push: [String: ConfigValue] = [:],
        _ more: (String, ConfigValue)...
    ) -> [StepTemplate] {
        Bench.steps(
            [
                ("git-clone", ["repoURL": .string(Bench.url), "checkout": [checkout]]),
                ("copy", ["inPath": "w/a", "outPath": "w/b"]),
                ("git-commit", ["path": "w", "message": "change"]),
            ] + more + [("git-push", .map(push.merging(["path": "w"]) { $1 }))]
        )
    }

    private static func bench() async throws -> Bench {
        let bench = Bench()
        try await bench.remote.seed(files: ["a": "1", "keep": "k"])
        return bench
    }

    @Test func `a detached checkout needs a target, and begins or changes it`() async throws {
        let bench = try await Self.bench()
        let commit = try #require(bench.remote.head("main"))
        var without = bench.run(Self.steps(["commit": .string(commit.hex), "path": "w"]))
        let end = try await bench.finish(&without)
        #expect(end.phase == .errored && end.message.contains("name the branch to push to with targetBranch"))
        for content in ["1", "2"] {
            try await bench.remote.seed(files: ["a": content, "keep": "k"])
            let head = try #require(bench.remote.head("main"))
            var run = bench.run(Self.steps(["commit": .string(head.hex), "path": "w"], push: ["targetBranch": "live"]))
            #expect(try await bench.finish(&run).phase == .succeeded)
            #expect(run.outputs["step-4"]?["branch"] == "live")
            #expect(run.outputs["step-4"]?["commit"] == .string(try #require(bench.remote.head("live")).hex))
            // What git-commit gave is what arrived.
            #expect(run.outputs["step-3"]?["commit"] == run.outputs["step-4"]?["commit"])
        }
        // The second one changed `b` alone: `a` is not the promotion's.
        #expect(try await bench.remote.files(branch: "live") == ["a": "1", "keep": "k", "b": "2"])
    }

    @Test func `a cleared checkout replaces no other branch that exists`() async throws {
        let bench = try await Self.bench()
        let tip = try await bench.remote.seed(branch: "live", files: ["theirs": "t"])
        var run = bench.run(
            Bench.steps([
                ("git-clone", ["repoURL": .string(Bench.url), "checkout": [["branch": "main", "path": "w"]]]),
                ("git-clear", ["path": "w"]),
                ("git-commit", ["path": "w", "message": "cleared"]),
                ("git-push", ["path": "w", "targetBranch": "live"]),
            ])
        )
        let end = try await bench.finish(&run)
        #expect(end.phase == .failed && end.message.contains("- {branch: live, create: true, path: ./out}"), "\(end)")
        #expect(bench.remote.head("live") == tip)
    }

    @Test func `a file where the target has a folder is refused`() async throws {
        let bench = try await Self.bench()
        let tip = try await bench.remote.seed(branch: "live", files: ["b/c": "folder"])
        var run = bench.run(Self.steps(["branch": "main", "path": "w"], push: ["targetBranch": "live"]))
        let end = try await bench.finish(&run)
        #expect(end.phase == .errored && end.message.contains("b is a file on live"), "\(end)")
        #expect(bench.remote.head("live") == tip)
    }

    @Test func `a push to a target leaves the checked-out branch to be pushed too`() async throws {
        let bench = try await Self.bench()
        var run = bench.run(
            Self.steps(
                ["branch": "main", "path": "w"],
                push: [:],
                ("git-push", ["path": "w", "targetBranch": "live"])
            )
        )
        #expect(try await bench.finish(&run).phase == .succeeded)
        #expect(try await bench.remote.files(branch: "main")?["b"] == "1")
        #expect(try await bench.remote.files(branch: "live")?["b"] == "1")
    }

    @Test func `force is a normal push with a warning`() async throws {
        let bench = try await Self.bench()
        var run = bench.run(Self.steps(["branch": "main", "path": "w"], push: ["force": true]))
        #expect(try await bench.finish(&run).phase == .succeeded)
        #expect(run.warnings.contains { $0.contains("force: true") })
        var own = bench.run(
            Self.steps(["branch": "main", "path": "w"], push: ["force": true, "generateTargetBranch": true])
        )
        #expect(try await bench.finish(&own).phase == .succeeded)
        #expect(own.warnings.isEmpty)
    }

    @Test func `the output has the commit's page where the host is known or named`() async throws {
        for (provider, page) in [
            ("github", "/commit/"), ("gitlab", "/-/commit/"), ("bitbucket", "/commits/"), ("gitea", "/commit/"),
        ] {
            let bench = try await Self.bench()
            var run = bench.run(Self.steps(["path": "w"], push: ["provider": .string(provider)]))
            #expect(try await bench.finish(&run).phase == .succeeded)
            let head = try #require(bench.remote.head("main"))
            #expect(run.outputs["step-4"]?["commitURL"] == .string("https://git.test/ops\(page)\(head.hex)"))
        }
        let bench = try await Self.bench()
        var run = bench.run(Self.steps(["path": "w"]))
        #expect(try await bench.finish(&run).phase == .succeeded)
        #expect(run.outputs["step-4"]?["commitURL"] == nil)
    }

    @Test func `a branch of another's promotion of that name is not moved`() async throws {
        let bench = try await Self.bench()
        let branch = PushedRef.branch(of: bench.promotion([]).id)
        let tip = try await bench.remote.seed(branch: branch, files: ["x": "theirs"])
        var run = bench.run(Self.steps(["path": "w"], push: ["generateTargetBranch": true]))
        let end = try await bench.finish(&run)
        #expect(end.phase == .errored && end.message.contains("which this promotion did not push"), "\(end)")
        #expect(bench.remote.head(branch) == tip)
        // One that it has pushed before is moved, from where it was put.
        bench.remote.set("refs/heads/" + branch, to: nil)
        var first = bench.run(Self.steps(["path": "w"], push: ["generateTargetBranch": true]))
        #expect(try await bench.finish(&first).phase == .succeeded)
        #expect(first.outputs["step-4"]?["branch"] == .string(branch))
        try await bench.remote.seed(files: ["a": "3", "keep": "k"])
        var second = bench.run(Self.steps(["path": "w"], push: ["generateTargetBranch": true]))
        #expect(try await bench.finish(&second).phase == .succeeded)
        #expect(try await bench.remote.files(branch: branch)?["b"] == "3")
    }

    private static let tag: (String, ConfigValue) = ("git-tag", ["path": "w", "tag": "v1", "message": "release"])

    @Test func `a tag is made once, unless it is forced, and pushed as it is`() async throws {
        let bench = try await Self.bench()
        var twice = bench.run(Self.steps(["path": "w"], push: ["tag": "v1"], Self.tag, Self.tag))
        let end = try await bench.finish(&twice)
        #expect(end.phase == .errored && end.message.contains("the tag v1 exists already"))
        let forced: (String, ConfigValue) = (
            "git-tag", ["path": "w", "tag": "v1", "message": "again", "force": true]
        )
        var run = bench.run(Self.steps(["path": "w"], push: ["tag": "v1"], Self.tag, forced))
        #expect(try await bench.finish(&run).phase == .succeeded)
        let refs = try await bench.remote.refs(prefixes: ["refs/tags/"])
        #expect(refs.peeled["refs/tags/v1"].map { .string($0.hex) } == run.outputs["step-4"]?["commit"])
        #expect(run.outputs["step-6"]?["branch"] == "main")
        var missing = bench.run(Self.steps(["path": "w"], push: ["tag": "v2"]))
        #expect(try await bench.finish(&missing).message.contains("there is no tag v2"))
        var there = bench.run(Self.steps(["path": "w"], push: ["tag": "v1"]))
        #expect(try await bench.finish(&there).phase == .succeeded)
    }

    @Test func `a tag on a detached checkout works, and names no branch`() async throws {
        let bench = try await Self.bench()
        let commit = try #require(bench.remote.head("main"))
        var run = bench.run(Self.steps(["commit": .string(commit.hex), "path": "w"], push: ["tag": "v1"], Self.tag))
        #expect(try await bench.finish(&run).phase == .succeeded)
        #expect(run.outputs["step-5"]?["branch"] == nil)
        #expect(run.outputs["step-5"]?["commit"] == run.outputs["step-3"]?["commit"])
    }

    @Test func `a tag that was put on a commit before its push goes with what that has become`() async throws {
        let bench = try await Self.bench()
        try await bench.remote.seed(branch: "live", files: ["theirs": "t"])
        var run = bench.run(
            Self.steps(
                ["path": "w"],
                push: ["tag": "v1"],
                Self.tag,
                ("git-push", ["path": "w", "targetBranch": "live"])
            )
        )
        #expect(try await bench.finish(&run).phase == .succeeded)
        let refs = try await bench.remote.refs(prefixes: ["refs/tags/"])
        #expect(refs.peeled["refs/tags/v1"] == bench.remote.head("live"))
        #expect(run.outputs["step-4"]?["commit"] == run.outputs["step-5"]?["commit"])
    }

    @Test func `a commit takes what lies below its path, and says so where that is nothing`() async throws {
        let bench = Bench()
        try await bench.remote.seed(files: ["x/a": "1", "y/a": "1"])
        let clone: (String, ConfigValue) = (
            "git-clone", ["repoURL": .string(Bench.url), "checkout": [["path": "w"]]]
        )
        func copies(_ folders: String...) -> [(String, ConfigValue)] {
            folders.map { ("copy", ["inPath": .string("w/\($0)/a"), "outPath": .string("w/\($0)/b")]) }
        }
        let rest: [(String, ConfigValue)] = [
            ("git-commit", ["path": "w/x", "message": "x alone"]), ("git-push", ["path": "w"]),
        ]
        var outside = bench.run(Bench.steps([clone] + copies("y") + rest))
        let end = try await bench.finish(&outside)
        #expect(end.phase == .errored && end.message.contains("elsewhere in its checkout (y/b)"), "\(end)")
        var run = bench.run(Bench.steps([clone] + copies("x", "y") + rest))
        #expect(try await bench.finish(&run).phase == .succeeded)
        #expect(try await bench.remote.files(branch: "main") == ["x/a": "1", "x/b": "1", "y/a": "1"])
    }
}
