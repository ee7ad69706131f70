import HoistwayModel
import Testing

@testable import HoistwayEdits

/// The proof refuses edits that do something else than what was asked for, whoever planned them.
struct KustomizationProofTests {
    private static let document = """
        a: 1
        images:
        - name: app
          newTag: v1
        - name: other
          newTag: v1
        z: {b: 2}

        """
    private static let target = ImageTarget(name: "app", tag: .value("v2"))

    private func check(_ edits: [(String, String)], targets: [ImageTarget] = [target]) throws(EditFailure)
        -> [ImageEntry]
    {
        let bytes = Array(Self.document.utf8)
        let document = try YAMLDocument(SourceText(bytes))
        let plan = TextEdits(edits.map { old, new in TextEdit(Self.range(of: old), new) })
        let list = try ImageList(document)
        let proof = KustomizationProof(document: document, list: list, edits: plan, targets: targets)
        return try proof.check(plan.applied(to: bytes) ?? [])
    }

    private static func range(of text: String) -> Range<Int> {
        let all = Array(document.utf8)
        let part = Array(text.utf8)
        let start = all.indices.first { all[$0...].starts(with: part) } ?? all.count
        return start..<start + part.count
    }

    @Test func `the intended edit is proven`() throws {
        let entries = try check([("app\n  newTag: v1", "app\n  newTag: v2")])
        #expect(entries == [ImageEntry(name: "app", newTag: "v2"), ImageEntry(name: "other", newTag: "v1")])
    }

    @Test(arguments: [
        [("a: 1", "a: 2")],
        [("app\n  newTag: v1", "app\n  newTag: v2"), ("b: 2", "b: 3")],
        [("app\n  newTag: v1", "app\n  newTag: v3")],
        [("app\n  newTag: v1", "app\n  newTag: v2"), ("other\n  newTag: v1", "other\n  newTag: v2")],
        [("app\n  newTag: v1", "app\n  newTag: v2"), ("other\n  newTag: v1", "other\n  newTag: 'v1'")],
        [("app\n  newTag: v1", "app\n  newTag: v2\n  digest: d")],
        [("app\n  newTag: v1", "app\n  newTag: v2\nb: 1")],
        [("app\n  newTag: v1", "app\n  newTag: v2\n---")],
        [("app\n  newTag: v1", "app\n  newTag: [v2")],
        [("- name: app\n  newTag: v1\n", "")],
        [("name: app\n  newTag: v1", "name: app\n  newTag: v2\n- name: app\n  newTag: v2")],
    ])
    func `any other is refused with its line`(_ edits: [(String, String)]) {
        #expect { try check(edits) } throws: { error in
            guard case .cannotProve(line: 2, _)? = error as? EditFailure else { return false }
            return true
        }
    }

    @Test func `a value that is a number to a reader is refused`() {
        let target = ImageTarget(name: "app", tag: .value("1.10"))
        #expect(throws: EditFailure.self) {
            try check([("app\n  newTag: v1", "app\n  newTag: 1.10")], targets: [target])
        }
        #expect(throws: Never.self) { try check([("app\n  newTag: v1", "app\n  newTag: '1.10'")], targets: [target]) }
    }

    @Test func `bytes that no edit declares are noticed`() throws {
        let bytes = Array(Self.document.utf8)
        let edits = TextEdits([TextEdit(Self.range(of: "v1"), "v2")])
        var after = try #require(edits.applied(to: bytes))
        #expect(edits.isWholeDifference(before: bytes, after: after))
        after[0] = UInt8(ascii: "b")
        #expect(!edits.isWholeDifference(before: bytes, after: after))
        #expect(!edits.isWholeDifference(before: bytes, after: bytes + after))
        #expect(TextEdits([TextEdit(0..<3, ""), TextEdit(2..<4, "")]).applied(to: bytes) == nil)
    }
}
