import HoistwayModel
import Testing

struct WorkspacePathTests {
    @Test(arguments: [
        ("./src", "src"), ("src/", "src"), ("/src/x", "src/x"), ("..", ""), ("../x", "x"), ("a/../../b", "b"),
        ("a//./b", "a/b"), (".", ""), ("", ""), ("/", ""), ("...", "..."), ("a/..b", "a/..b"),
        ("../../etc/./passwd", "etc/passwd"), ("./a//b/../c/", "a/c"),
    ])
    func `a path is normalised by one rule`(_ text: String, _ expected: String) {
        #expect(WorkspacePath(text).text == expected)
    }

    @Test func `no path leads out of the workspace, and normalising twice changes nothing`() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var state = seed
        func next(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(count))
        }
        let parts = ["a", "b", "..", ".", "", "e\u{301}", "é", "...", "c d"]
        for _ in 0..<5_000 {
            let text = (0..<next(9)).map { _ in parts[next(parts.count)] }.joined(separator: "/")
            let path = WorkspacePath(text)
            #expect(!path.names.contains { $0 == ".." || $0 == "." || $0.isEmpty }, "seed \(seed): \(text)")
            #expect(WorkspacePath(path.text) == path, "seed \(seed): \(text)")
            #expect(WorkspacePath("/" + text) == path, "seed \(seed): \(text)")
            #expect(WorkspacePath(text + "/") == path, "seed \(seed): \(text)")
            let below = WorkspacePath(names: path.names + ["z"])
            #expect(below.rest(below: path) == WorkspacePath("z"), "seed \(seed): \(text)")
        }
    }

    @Test func `a path that is too long, too deep or holds NUL is refused`() {
        #expect(WorkspacePath.problem(with: "a/b") == nil)
        #expect(WorkspacePath.problem(with: "a\0") != nil)
        #expect(WorkspacePath.problem(with: String(repeating: "a/", count: 513)) != nil)
        #expect(WorkspacePath.problem(with: String(repeating: "a", count: 8193)) != nil)
    }
}
