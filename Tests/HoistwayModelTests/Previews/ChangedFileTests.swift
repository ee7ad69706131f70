import HoistwayModel
import Testing

struct ChangedFileTests {
    static func id(_ digit: Character) throws -> ObjectID {
        try #require(ObjectID(String(repeating: digit, count: 40)))
    }

    static func file(
        _ path: GitPath,
        _ old: Character?,
        _ new: Character?,
        mode: UInt32 = 0o100644
    ) throws -> ChangedFile {
        ChangedFile(
            path: path,
            old: try old.map { .init(mode: 0o100644, id: try id($0)) },
            new: try new.map { .init(mode: mode, id: try id($0)) }
        )
    }

    @Test func `what a digest is made of does not depend on the order of the files`() throws {
        let files = [try Self.file("b", "1", "2"), try Self.file("a/z", nil, "3"), try Self.file("a", "4", nil)]
        #expect(ChangedFile.digested(files) == ChangedFile.digested(files.reversed()))
        let text = String(decoding: ChangedFile.digested([files[0]]), as: UTF8.self)
        let (one, two) = (String(repeating: "1", count: 40), String(repeating: "2", count: 40))
        #expect(text == "hoistway difference 1\n100644 \(one) 100644 \(two) b\0")
    }

    @Test func `another path, mode, or content before or after is another difference`() throws {
        let all = [
            try [Self.file("a", "1", "2")], try [Self.file("b", "1", "2")], try [Self.file("a", "3", "2")],
            try [Self.file("a", "1", "3")], try [Self.file("a", "1", "2", mode: 0o100755)],
            try [Self.file("a", nil, "2")], try [Self.file("a", "1", nil)], [],
            try [Self.file("a", "1", "2"), Self.file("b", "1", "2")],
            // Bytes that are not UTF-8, and that would be one text where they are decoded.
            try [Self.file(GitPath(bytes: [0x61, 0xFF]), "1", "2")],
            try [Self.file(GitPath(bytes: [0x61, 0xFE]), "1", "2")],
            // A name that looks like the line of another file.
            try [Self.file("a\nb", "1", "2")],
        ]
        #expect(Set(all.map(ChangedFile.digested)).count == all.count)
    }

    @Test func `a digest is sixty-four lower-case hexadecimal digits, and a tree id is none`() {
        #expect(ChangedFile.isDigest(String(repeating: "0f", count: 32)))
        for text in [
            String(repeating: "a", count: 40), String(repeating: "g", count: 64), "", String(repeating: "A", count: 64),
        ] {
            #expect(!ChangedFile.isDigest(text), "\(text)")
        }
    }
}

struct FileDifferenceTests {
    private static func entry(_ mode: UInt32, _ digit: Character) throws -> ChangedFile.Entry {
        .init(mode: mode, id: try ChangedFileTests.id(digit))
    }

    @Test func `modes, symbolic links and submodules are told in words`() throws {
        let script = ChangedFile(path: "run", old: try Self.entry(0o100644, "1"), new: try Self.entry(0o100755, "1"))
        #expect(
            FileDifference(of: script).notes == ["mode 100644 becomes 100755: a file becomes an executable file"]
        )
        let link = ChangedFile(path: "l", old: try Self.entry(0o120000, "1"), new: try Self.entry(0o120000, "2"))
        #expect(
            FileDifference(of: link, targets: ("a", "b\u{1B}[2J")).notes
                == ["symbolic link: pointed to 'a', points to 'b?[2J'"]
        )
        let module = ChangedFile(path: "m", old: try Self.entry(0o160000, "1"), new: try Self.entry(0o160000, "2"))
        #expect(FileDifference(of: module).notes == ["submodule: was at commit 1111111, is at commit 2222222"])
        let gone = ChangedFile(path: "x", old: try Self.entry(0o100755, "1"), new: nil)
        #expect(FileDifference(of: gone).change == .deleted)
        #expect(FileDifference(of: gone).notes == ["an executable file that is deleted"])
    }

    @Test func `only lines of hunks count`() {
        let diff = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-old\n+new\n+++more\n same\n"
        let counts = FileDifference.counts(in: diff)
        #expect(counts?.added == 2)
        #expect(counts?.removed == 1)
        #expect(FileDifference.counts(in: "Binary files a/x and b/x differ\n") == nil)
    }
}
