import HoistwayEdits
import HoistwayModel
import Testing

/// What is not edited, and that the answer names the line.
struct KustomizationRefusalTests {
    private static let target = ImageTarget(name: "app", tag: .value("v2"))

    private func failure(_ document: [UInt8], _ targets: [ImageTarget] = [target]) -> EditFailure? {
        do throws(EditFailure) {
            _ = try KustomizationEditor.setImages(document: document, targets: targets)
            return nil
        } catch {
            return error
        }
    }

    private func failure(_ document: String) -> EditFailure? { failure(Array(document.utf8)) }

    @Test(arguments: [
        ("images:\n- &a\n  name: app\n  newTag: v1\nx: *a\n", 2),
        ("x: &a {name: app}\nimages:\n- *a\n", 3),
        ("x: &t v1\nimages:\n- name: app\n  newTag: *t\n", 4),
        ("images:\n- name: app\n  newTag: &t v1\nx: *t\n", 3),
        ("images:\n- name: app\n  newTag: !!str v1\n", 3),
        ("x: &b {newTag: v1}\nimages:\n- <<: *b\n  name: app\n", 3),
        ("x: &l\n- name: app\nimages: *l\n", 3),
        ("images: &l\n- name: b\nx: *l\n", 1),
        ("images:\n- name: app\n  newTag: |\n    v1\n", 3),
        ("images:\n- name: app\n  owner: me\n", 3),
        ("images: [name: app]\n", 1),
    ])
    func `what an edit cannot change safely is refused with its line`(_ document: String, _ line: Int) throws {
        let failure = try #require(self.failure(document))
        guard case .cannotEdit(line: line, _) = failure else {
            Issue.record("\(failure) is not a refusal at line \(line)")
            return
        }
        #expect(failure.message.hasPrefix("line \(line): "))
        #expect(failure.hint != nil)
    }

    @Test(arguments: [
        "x: &t v1\nimages:\n- name: other\n  newTag: *t\n- name: app\n  newTag: v1\n",
        "x: &o {name: other}\nimages:\n- *o\n- name: app\n  newTag: v1\n",
        "x: &b {newTag: v1}\nimages:\n- <<: *b\n  name: other\n- name: app\n  newTag: v1\n",
        "images:\n- name: other\n  newTag: !!str v1\n- &app\n  name: third\n- name: app\n  newTag: v1\n",
    ])
    func `anchors, aliases, tags and merge keys that need not change are kept`(_ document: String) throws {
        let edit = try KustomizationEditor.setImages(document: Array(document.utf8), targets: [Self.target])
        let start = document.index(document.endIndex, offsetBy: -3)
        #expect(String(decoding: edit.bytes, as: UTF8.self) == document[..<start] + "v2\n")
    }

    @Test func `documents that are no kustomization are refused`() {
        #expect(failure("") == .empty)
        #expect(failure("# only a comment\n") == .empty)
        #expect(failure("- a\n") == .rootNotMapping(line: 1))
        #expect(failure("a: 1\n---\nb: 2\n") == .severalDocuments(line: 2))
        #expect(failure("a: 1\nimages: []\na: 2\n") == .duplicateKey("a", line: 3))
        #expect(failure("images: []\nimages: []\n") == .duplicateKey("images", line: 2))
        #expect(failure("a: *b\n") == .unknownAlias("b", line: 1))
        #expect(failure("a: &a [*a]\n") == .unknownAlias("a", line: 1))
        #expect(failure("images: text\n") == .malformedImages(line: 1, reason: "images is not a list"))
        #expect(failure("images:\n- text\n") == .malformedImages(line: 2, reason: "an item of images is not a mapping"))
        #expect(failure([0xff, 0xfe, 0x61, 0x00]) == .notUTF8)
        #expect(failure([0x61, 0x00, 0x3a, 0x00])?.line == 1)
        guard case .syntax(line: 2, _) = failure("a: 1\n b: [\n") else {
            Issue.record("a syntax error names its line")
            return
        }
    }

    @Test func `size, nesting and aliases are bounded`() {
        let large = Array("a: ".utf8) + Array(repeating: UInt8(ascii: "x"), count: 1 << 20)
        #expect(failure(large) == .tooLarge(bytes: large.count, limit: 1 << 20))
        let deep = "a: " + String(repeating: "[", count: 100)
        #expect(failure(deep) == .tooDeep(line: 1, limit: 64))
        // The parser that is linked may have a limit of its own.
        #expect(failure("a: " + String(repeating: "[", count: 500_000))?.line == 1)
        let laughs = (1...40).map { "l\($0): &l\($0) [*l\($0 - 1), *l\($0 - 1), *l\($0 - 1)]\n" }.joined()
        #expect(failure("l0: &l0 [x, x]\n" + laughs)?.message.contains("more than 200000 values") == true)
    }

    @Test(arguments: ["", "a\nb", "a\u{7f}", "a\u{2028}b", "a\u{0}", String(repeating: "x", count: 2000)])
    func `a value that cannot be written is refused`(_ value: String) {
        guard case .invalidTarget = failure(Array("a: 1\n".utf8), [ImageTarget(name: "app", tag: .value(value))]) else {
            Issue.record("accepted")
            return
        }
    }

    @Test func `a block scalar that an appended list would change is refused`() {
        guard case .cannotProve = failure("a: |\n  text") else {
            Issue.record("the proof did not see that the text got a line break")
            return
        }
    }
}
