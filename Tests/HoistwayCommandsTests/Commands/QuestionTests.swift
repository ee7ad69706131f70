import Testing

@testable import HoistwayCommands

struct QuestionTests {
    @Test func `only a plain yes is a yes`() {
        #expect(["y", "Y", "yes", " YES "].allSatisfy(Question.isYes))
        #expect(!["", "n", "no", "yep", "j"].contains(where: Question.isYes))
    }
}
