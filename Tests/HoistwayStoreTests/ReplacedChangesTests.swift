import HoistwayModel
import Testing

@testable import HoistwayStore

struct ReplacedChangesTests {
    private static func stage(_ name: String, history: Int = 0) -> Change {
        var record = StageRecord(key: StageKey(project: "shop", name: name))
        record.put(StageRecord.Pause(kind: .notLooked, reason: "look \(history)", since: Timestamp(seconds: 1)))
        return .putStage(record)
    }

    @Test func `of changes that put the same record, the last is stored, in its place`() {
        let changes = [
            Self.stage("a", history: 1), Self.stage("b"), .removeIntent("1"), Self.stage("a", history: 2),
            .removeIntent("1"),
        ]
        #expect(
            changes.withoutReplaced == [
                Self.stage("b"), .removeIntent("1"), Self.stage("a", history: 2), .removeIntent("1"),
            ]
        )
    }

    @Test func `results of steps are no record of their promotion, and go with it`() {
        let id = PromotionID("test.01jz0000000000000000000000.abcdefg")
        let changes: [Change] = [
            .putStepResults(id, []), .removePromotion(id), .putStepResults(id, []), .removePromotion(id),
        ]
        #expect(changes.withoutReplaced == Array(changes.dropFirst()))
    }
}
