import HoistwayEdits
import HoistwayModel
import Testing

struct PlainEditFailureTests {
    // T16
    @Test(arguments: [
        EditFailure.tooLarge(bytes: 2, limit: 1), .notUTF8,
        .syntax(line: 1, problem: "a tab stands where a blank must"),
        .empty, .severalDocuments(line: 2), .rootNotMapping(line: 1), .tooDeep(line: 3, limit: 2),
        .tooManyNodes(line: 1, limit: 9), .duplicateKey("images", line: 4), .unknownAlias("a", line: 5),
        .malformedImages(line: 6, reason: "an entry has no name"), .tooManyImages(count: 3, limit: 2),
        .invalidTarget(reason: "the tag is empty"), .cannotEdit(line: 7, reason: "an anchor stands here"),
        .cannotProve(line: 8, reason: "another field would change"),
    ])
    func `a document that cannot be edited is explained in a sentence`(_ failure: EditFailure) {
        let text = failure.description
        #expect(text.contains(" ") && PlainError.libraryNames(in: text).isEmpty, "\(text)")
    }
}
