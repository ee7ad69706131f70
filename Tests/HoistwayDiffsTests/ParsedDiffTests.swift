import HoistwayDiffs
import Testing

struct ParsedDiffTests {
    private static let edit = """
        diff --git a/apps/web/kustomization.yaml b/apps/web/kustomization.yaml
        index 1111111..2222222 100644
        --- a/apps/web/kustomization.yaml
        +++ b/apps/web/kustomization.yaml
        @@ -3,4 +3,5 @@ images:
           name: web
        --- 1.2.3
        +++ 1.2.4
        +  digest: '***'
         kind: Kustomization
        -last: old
        \\ No newline at end of file
        +last: new

        """

    @Test func `a diff is files, hunks and numbered lines`() throws {
        let diff = ParsedDiff(Self.edit)
        let file = try #require(diff.files.first)
        #expect(diff.files.count == 1 && diff.notes.isEmpty)
        #expect(file.path == "apps/web/kustomization.yaml" && file.oldPath == file.newPath)
        #expect(file.hunks.map(\.section) == ["images:"])
        let lines = file.hunks[0].lines
        #expect(
            lines.map(\.text) == [
                "  name: web", "-- 1.2.3", "++ 1.2.4", "  digest: '***'", "kind: Kustomization", "last: old",
                "last: new",
            ]
        )
        #expect(lines.map(\.old) == [3, 4, nil, nil, 5, 6, nil])
        #expect(lines.map(\.new) == [3, nil, 4, 5, 6, nil, 7])
        #expect(lines.map(\.isUnterminated) == [false, false, false, false, false, true, false])
        #expect(diff.additions == 3 && diff.deletions == 2)
        #expect(file.remarks.isEmpty)
    }

    @Test func `a removed line that looks like the head of a file stays a line`() throws {
        let lines = try #require(ParsedDiff(Self.edit).files.first?.hunks.first?.lines)
        #expect(lines[1].kind == .removed && lines[1].text == "-- 1.2.3")
    }

    @Test(
        arguments: [
            ("new file mode 120000\nindex 0000000..1", ["new symbolic link"]),
            ("deleted file mode 100755\nindex 1..0000000", ["deleted executable file"]),
            ("old mode 100644\nnew mode 100755\nindex 1..1", ["made executable"]),
            ("old mode 100755\nnew mode 100644\nindex 1..1", ["no longer executable"]),
            ("old mode 100644\nnew mode 120000\nindex 1..2", ["was a file, is a symbolic link now"]),
            ("old mode 120000\nnew mode 160000\nindex 1..2", ["was a symbolic link, is a submodule now"]),
            ("index 1..2 120000\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b", ["symbolic link"]),
            ("index 1..2 100644\nBinary files a/x and b/x differ", ["binary file: its content is not shown"]),
            ("Files differ and are too large to show", ["too large to show"]),
            ("rename from w\nrename to x\nsimilarity index 100%", ["was w"]),
            ("index 1..1 100644", ["no line of it differs"]),
        ]
    )
    func `what no line shows is said in words`(_ head: String, _ words: [String]) throws {
        let diff = ParsedDiff("diff --git a/x b/x\n\(head)\n")
        let file = try #require(diff.files.first)
        #expect(diff.files.count == 1 && diff.notes.isEmpty)
        #expect(file.remarks == words)
        #expect(file.path == "x")
    }

    @Test func `a name may hold the words that part two names`() {
        let name = "a b/a b/x"
        #expect(ParsedDiff("diff --git a/\(name) b/\(name)\nnew file mode 100644\n").files.map(\.path) == [name])
    }

    @Test func `a line keeps its carriage return and marks on its sign`() throws {
        let text = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-a\r\n+b\r\n \u{301}c\n"
        let lines = try #require(ParsedDiff(text).files.first?.hunks.first?.lines)
        #expect(lines.map { Array($0.text.utf8) } == [Array("a\r".utf8), Array("b\r".utf8), Array("\u{301}c".utf8)])
    }

    @Test func `that a diff was cut is a note, whatever stands before it`() {
        let cut = "… the diff is cut here: it is longer than 10 bytes"
        #expect(ParsedDiff(Self.edit + cut + "\n").notes == [cut])
        #expect(ParsedDiff(cut).notes == [cut])
        // Cut within a hunk, which no writer of ours does.
        let broken = ParsedDiff("diff --git a/x b/x\n@@ -1,9 +1,9 @@\n a\n\(cut)\n")
        #expect(broken.notes == [cut] && broken.files.map(\.lineCount) == [1])
    }

    @Test(
        arguments: [
            "@@ -1 +1 @@\n-a\n", "diff --git \n", "diff --git a/x b/x\n@@ -99999999999999999999 +1 @@\n",
            "diff --git a/x b/x\n@@ -1,-4 +1 @@\n a\n", "diff --git a/x b/x\n@@ @@\n", "\\ No newline at end of file",
        ]
    )
    func `text that is no diff is kept as notes`(_ text: String) {
        let diff = ParsedDiff(text)
        #expect(diff.files.allSatisfy { $0.hunks.isEmpty })
        #expect(!diff.notes.isEmpty || text.hasPrefix("diff --git \n") || text.hasPrefix("\\"))
    }

    @Test func `an empty text is an empty diff`() {
        #expect(ParsedDiff("") == ParsedDiff("\n") && ParsedDiff("").files.isEmpty && ParsedDiff("").notes.isEmpty)
    }
}
