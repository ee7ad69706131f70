import FoundationEssentials
import HoistwayModel
import Testing

@testable import HoistwayStore

/// The records of which a start reads the most are read by our own scanner: it must agree with the decoder.
struct RecordScannerTests {
    private static let time = Timestamp(microseconds: 1_796_049_124_607_531)

    private static func commit(_ digit: Int) throws -> ObjectID {
        try #require(ObjectID(String(repeating: "\(digit)", count: 40)))
    }

    private static func stages() throws -> [StageRecord] {
        let plain = StageRecord(key: StageKey(project: "p", name: "test"))
        let branches = ["stage/test", "stage/other"].map {
            BranchKey(remote: "https://example.com/acme/p.git", branch: $0)
        }
        let history = try (0..<6).map { number in
            StageRecord.Collection(
                items: ["main": FreightID("f\(number)"), "other": FreightID("")],
                promotion: PromotionID("test.\(number)"),
                at: time,
                commits: number == 5
                    ? nil
                    : [StageRecord.Collection.Place(branch: branches[number / 2 % 2], commit: try commit(number))],
                undelivered: number == 1 ? ["main": "the \"step\" is\noff"] : nil,
                deliveredCommits: number == 2
                    ? [
                        DeliveredCommit(warehouse: "main", carried: try commit(1), delivered: try commit(2), ref: "v1"),
                        DeliveredCommit(warehouse: "main", carried: try commit(1), delivered: try commit(1)),
                    ] : nil
            )
        }
        var full = StageRecord(
            key: StageKey(project: "straße", name: "test"),
            history: history,
            lastPromotion: PromotionID("test.0"),
            pauses: [
                StageRecord.Pause(kind: .notLooked, reason: "r \\ é", since: time),
                StageRecord.Pause(kind: .twoWriters, reason: "r", since: time, isHoistways: true),
            ]
        )
        full.mode = .observe
        full.observedUntil = StageRecord.ObservedUntil(newest: ["main": time], at: time)
        full.lost = StageRecord.Lost(branch: branches[0], reason: "it has {\"other\": [1]}", since: time)
        full.metadata = ["a": .map(["b": .list([.number(1.5), .null, .bool(true), .string("}")])])]
        return [plain, full]
    }

    private static func freight() throws -> [FreightRecord] {
        let artifacts: [Artifact] = [
            .image(ImageArtifact(repoURL: "example.com/app", tag: "1.0", digest: "sha256:0", createdAt: time)),
            .image(ImageArtifact(repoURL: "example.com/app2", tag: "1.0", digest: "")),
            .commit(CommitArtifact(repoURL: "https://example.com/a.git", id: try commit(7))),
            .commit(
                CommitArtifact(
                    repoURL: "https://example.com/a.git",
                    id: try commit(8),
                    branch: "main",
                    tag: "v1",
                    message: "say \"hello\" to\tÉmile 👩‍🚀",
                    author: "A <a@example.com>",
                    committer: "B <b@example.com>",
                    createdAt: time
                )
            ),
            .chart(ChartArtifact(repoURL: "https://example.com", name: "c", version: "1.0")),
        ]
        let freight = Freight(
            id: FreightID("f"),
            alias: "brave-bee",
            origin: WarehouseKey(project: "p", name: "main"),
            artifacts: artifacts,
            discoveredAt: time
        )
        var full = FreightRecord(
            freight: freight,
            currentlyIn: ["test": time, "uat": Timestamp(microseconds: -5)],
            verifiedIn: [
                "test": FreightRecord.Verification(
                    verifiedAt: time,
                    longestSoak: .seconds(3600),
                    isPassage: true,
                    by: "token ann"
                ), "uat": FreightRecord.Verification(verifiedAt: time, isPassage: false),
            ],
            approvedFor: ["prod": FreightRecord.Approval(approvedAt: time, actor: "ann")],
            cause: "github delivery 17, pushed by \u{1}octocat",
            delivery: 17
        )
        full.observedIn = ["test": time]
        full.failedIn = ["qa": FreightRecord.FailedVerification(failedAt: time, actor: "ann", reason: "slow")]
        full.unverifiedIn = ["dev": "nothing changed"]
        full.metadata = ["a": .string("b")]
        var bare = FreightRecord(freight: freight, cause: "seeded")
        bare.freight.artifacts = []
        return [bare, full]
    }

    private static func annotations() -> [AnnotationRecord] {
        let key = ObjectKey(kind: "Stage", project: "p", name: "test")
        return [AnnotationRecord(key: key), AnnotationRecord(key: key, seen: ["refresh": "1", "abort": "é\r\n/"])]
    }

    /// `nil`: the scanner leaves it to the decoder.
    private func scanned<Record>(
        _ value: Data,
        _ read: (inout RecordScanner) throws(RecordScanner.Unusual) -> Record
    ) -> Record? {
        value.withUnsafeBytes { bytes in
            var scanner = RecordScanner(bytes)
            do throws(RecordScanner.Unusual) {
                let record = try read(&scanner)
                try scanner.expectEnd()
                return record
            } catch {
                return nil
            }
        }
    }

    private func check<Record: Codable & Equatable>(
        _ records: [Record],
        areScanned: Bool = true,
        _ read: (inout RecordScanner) throws(RecordScanner.Unusual) -> Record
    ) throws {
        let decoder = JSONDecoder()
        for record in records {
            let value = try RecordEncoder().encode(record)
            // Older versions wrote them with JSONEncoder.
            for value in [value, try JSONEncoder().encode(record)] {
                #expect(try RecordScanner.read(value, decoder, read) == record)
                if areScanned { #expect(scanned(value, read) == record, "the decoder had to read it") }
            }
            for length in 0..<value.count {
                #expect(throws: DecodingError.self) { try RecordScanner.read(value.prefix(length), decoder, read) }
            }
            // A changed byte can give another record, but never one that the decoder does not read from the same bytes.
            for place in value.indices {
                for byte in "{}[]\",:\\n0-9e. ".utf8 {
                    var changed = value
                    changed[place] = byte
                    guard let record = scanned(changed, read) else { continue }
                    #expect(try decoder.decode(Record.self, from: changed) == record, "byte \(place) is \(byte)")
                }
            }
        }
    }

    @Test func `stages are read as the decoder reads them`() throws {
        try check(try Self.stages()) { (scanner) throws(RecordScanner.Unusual) in try scanner.stage() }
    }

    @Test func `freight is read as the decoder reads it`() throws {
        var all = try Self.freight()
        // The escape of a control character is left to the decoder.
        let cause = "github delivery 17"
        try check([all[1]], areScanned: false) { (scanner) throws(RecordScanner.Unusual) in try scanner.freightRecord()
        }
        all[1].cause = cause
        try check(all) { (scanner) throws(RecordScanner.Unusual) in try scanner.freightRecord() }
    }

    @Test func `annotations are read as the decoder reads them`() throws {
        try check(Self.annotations()) { (scanner) throws(RecordScanner.Unusual) in try scanner.annotations() }
    }

    @Test func `a stage of an older version keeps its only pause`() throws {
        let value = Data(
            #"""
            {"key": {"project": "p", "name": "test"}, "history": [], "pause":
            {"kind": "lostState", "reason": "r", "since": "2026-01-01T00:00:00Z"}}
            """#.utf8
        )
        let compact = Data(String(decoding: value, as: UTF8.self).filter { $0 != " " && $0 != "\n" }.utf8)
        for value in [value, compact] {
            let record = try RecordScanner.read(value, JSONDecoder()) { (scanner) throws(RecordScanner.Unusual) in
                try scanner.stage()
            }
            #expect(record.pauses.map(\.kind) == [.lostState])
        }
    }

    @Test(arguments: ["0", "-1", "123456789012345678", "-123456789012345678"])
    func `a number is read with all its digits`(_ text: String) {
        #expect(
            scanned(Data(text.utf8)) { (scanner) throws(RecordScanner.Unusual) in try scanner.number() } == Int64(text)
        )
    }

    @Test(arguments: ["", "-", "01", "1.5", "1e3", "1234567890123456789", "null"])
    func `other numbers are left to the decoder`(_ text: String) {
        #expect(scanned(Data(text.utf8)) { (scanner) throws(RecordScanner.Unusual) in try scanner.number() } == nil)
    }
}
