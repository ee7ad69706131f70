import Foundation
import HoistwayModel
import Testing

struct StagePausesTests {
    private static let now = Timestamp(seconds: 1_800_000_000)

    private static func pause(_ kind: StageRecord.Pause.Kind, _ reason: String = "why") -> StageRecord.Pause {
        StageRecord.Pause(kind: kind, reason: reason, since: now)
    }

    @Test func `a stage keeps one pause of each kind, whatever came first`() {
        var record = StageRecord(key: StageKey(project: "shop", name: "prod"))
        record.put(Self.pause(.twoWriters))
        record.put(Self.pause(.notLooked))
        record.put(Self.pause(.lostState, "first"))
        record.put(Self.pause(.lostState, "second"))
        #expect(record.pauses.map(\.kind) == [.notLooked, .lostState, .twoWriters])
        #expect(record.pause(.lostState)?.reason == "second")
        #expect(record.heldUp.map(\.kind) == [.lostState, .twoWriters])
        record.endPause(.lostState)
        #expect(record.pauses.map(\.kind) == [.notLooked, .twoWriters])
    }

    @Test func `pauses are stored and read again`() throws {
        var record = StageRecord(key: StageKey(project: "shop", name: "prod"), pauses: [Self.pause(.lostState)])
        record.put(Self.pause(.twoWriters))
        record.mode = .promote
        record.metadata = ["a": .string("b")]
        let stored = try JSONEncoder().encode(record)
        #expect(try JSONDecoder().decode(StageRecord.self, from: stored) == record)
        // An older version reads one of them, that a person must end.
        struct Old: Decodable { var pause: StageRecord.Pause? }
        #expect(try JSONDecoder().decode(Old.self, from: stored).pause?.kind == .lostState)
        // A stage without pauses takes no more room than before.
        let plain = try JSONEncoder().encode(StageRecord(key: record.key))
        #expect(!String(decoding: plain, as: UTF8.self).contains("pause"))
    }
}
