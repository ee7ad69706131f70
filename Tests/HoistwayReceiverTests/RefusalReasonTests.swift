import HoistwayModel
import Testing

@testable import HoistwayReceiver

struct RefusalReasonTests {
    // T16
    @Test(arguments: RequestOutcome.allCases.filter { $0 != .accepted && $0 != .duplicate })
    func `people read a sentence of each outcome with which a request can be refused`(_ outcome: RequestOutcome) {
        let sentence = RefusalReason.sentence(for: outcome.rawValue)
        #expect(sentence != outcome.rawValue && sentence.contains(" "), "\(sentence)")
        #expect(PlainError.programmersNames(in: sentence).isEmpty, "\(sentence)")
    }
}
