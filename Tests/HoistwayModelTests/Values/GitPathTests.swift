import HoistwayModel
import Testing

/// Names in Git are bytes. (S4)
struct GitPathTests {
    private static let confusable: [GitPath] = [
        "caf\u{E9}", "cafe\u{301}", "\u{212B}", "\u{C5}", "A\u{30A}", GitPath(bytes: [0xFE]), GitPath(bytes: [0xFF]),
        GitPath(bytes: [0xEF, 0xBF, 0xBD]), "\u{1112}\u{1161}\u{11AB}", "\u{D55C}", "a", "a ", "a\u{200C}",
    ]

    @Test func `names that a string takes for equal are different`() {
        #expect(Set(Self.confusable).count == Self.confusable.count)
        #expect(Set(Self.confusable.map { Array($0.description.utf8) }).count == Self.confusable.count)
        #expect("caf\u{E9}" as String == "cafe\u{301}")
        #expect(GitPath("caf\u{E9}") != GitPath("cafe\u{301}"))
        #expect(GitPath("Z") < GitPath("a"))
    }

    @Test func `what is shown is plain, and reads back as the same bytes`() {
        #expect(GitPath("a b/é").description == "a b/é")
        #expect(GitPath(bytes: [0x61, 0xFE]).description == "\"a\\376\"")
        #expect(GitPath("a\u{1B}[2J\n\"\\").description == "\"a\\033[2J\\n\\\"\\\\\"")
        var state: UInt64 = 7
        for _ in 0..<2000 {
            let bytes = (0..<8).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 33)
            }
            let path = GitPath(bytes: bytes)
            let shown = path.description
            #expect(shown.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
            #expect(GitPath(quoted: shown[...]) == path)
        }
        #expect(GitPath(quoted: "\"\\9\"") == nil)
        #expect(GitPath(quoted: "\"\\") != nil)
    }

    @Test func `a path is taken apart at its slashes only`() {
        let path: GitPath = "stages/caf\u{E9}/kustomization.yaml"
        #expect(path.name == "kustomization.yaml")
        #expect(path.folder == "stages/caf\u{E9}")
        #expect(path.isInside("stages/caf\u{E9}"))
        #expect(!path.isInside("stages/cafe\u{301}"))
        #expect(!GitPath("ab/c").isInside("a"))
        #expect(path.isInside(""))
        #expect(GitPath("a").folder == "")
    }

    @Test func `a very long path is shortened for people`() {
        let deep = GitPath(Array(repeating: "d", count: 34_000).joined(separator: "/"))
        #expect(deep.shortened.count < 400)
        #expect(deep.shortened.contains("34000 names"))
    }
}
