import Foundation
import HoistwayModel
import Testing

/// What a promotion has met, as it is stored.
struct TroubleRecordTests {
    @Test func `five tries lie within fifteen minutes, and no pause is shorter than a minute`() {
        var trouble = Trouble(since: Timestamp(seconds: 0))
        var pauses: [Duration] = []
        while let pause = trouble.pauseAfterRefusal() { pauses.append(pause) }
        #expect(pauses.count == 4 && trouble.refusals == 5)
        #expect(pauses.reduce(.zero, +) == .seconds(900))
        #expect(pauses.allSatisfy { $0 >= .seconds(60) && $0 < NextTry.horizon })
    }

    @Test func `marks of a promotion survive the disk, and older records have none`() throws {
        let id = PromotionID("test.01.83847ed")
        var record = PromotionRecord(
            id: id,
            stage: StageKey(project: "shop", name: "test"),
            freight: FreightID("83847ed"),
            collection: [:],
            actor: .automatic,
            reason: "",
            steps: [],
            mode: .promote,
            createdAt: Timestamp(seconds: 1)
        )
        let old = try JSONEncoder().encode(record)
        #expect(try JSONDecoder().decode(PromotionRecord.self, from: old).run == nil)
        record.run = RunMark(isAlone: true, crashes: 2)
        record.trouble = Trouble(since: Timestamp(seconds: 2), refusals: 3, isLong: true)
        #expect(try JSONDecoder().decode(PromotionRecord.self, from: JSONEncoder().encode(record)) == record)
        #expect(RunMark(isAlone: true).ended == nil)
        #expect(RunMark(isAlone: true, crashes: 1).ended == RunMark(isBegun: false, isAlone: false, crashes: 1))
    }
}
