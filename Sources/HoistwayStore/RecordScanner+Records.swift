import FoundationEssentials
import HoistwayModel

/// The kinds of records of which an installation has the most.
extension RecordScanner {
    /// Reads a record; any that is unusual is left to `decoder`.
    static func read<Record: Decodable>(
        _ value: Data,
        _ decoder: JSONDecoder,
        _ record: (inout RecordScanner) throws(Unusual) -> Record
    ) throws -> Record {
        let scanned: Record? = value.withUnsafeBytes { bytes in
            var scanner = RecordScanner(bytes)
            do throws(Unusual) {
                let record = try record(&scanner)
                try scanner.expectEnd()
                return record
            } catch {
                return nil
            }
        }
        return try scanned ?? decoder.decode(Record.self, from: value)
    }

    // MARK: Stages

    mutating func stage() throws(Unusual) -> StageRecord {
        var key: StageKey?
        var history: [StageRecord.Collection]?
        var lastPromotion: PromotionID?
        var old: StageRecord.Pause?
        var pauses: [StageRecord.Pause]?
        var mode: PromotionMode?
        var observedUntil: StageRecord.ObservedUntil?
        var lost: StageRecord.Lost?
        var metadata: [String: ConfigValue]?
        try openObject()
        while let field = try self.key() {
            switch field {
            case "key": key = try stageKey()
            case "history": history = try elements { (scanner) throws(Unusual) in try scanner.collection() }
            case "lastPromotion": lastPromotion = PromotionID(try text())
            case "pause": old = try rare(StageRecord.Pause.self)
            case "pauses": pauses = try rare([StageRecord.Pause].self)
            case "mode": mode = try promotionMode()
            case "observedUntil": observedUntil = try rare(StageRecord.ObservedUntil.self)
            case "lost": lost = try rare(StageRecord.Lost.self)
            case "metadata": metadata = try rare([String: ConfigValue].self)
            default: throw Unusual()
            }
        }
        guard let key, let history else { throw Unusual() }
        var record = StageRecord(
            key: key,
            history: history,
            lastPromotion: lastPromotion,
            pauses: pauses ?? [old].compactMap(\.self)
        )
        record.mode = mode
        record.observedUntil = observedUntil
        record.lost = lost
        record.metadata = metadata
        return record
    }

    private mutating func stageKey() throws(Unusual) -> StageKey {
        let (project, name) = try projectAndName()
        return StageKey(project: project, name: name)
    }

    private mutating func projectAndName() throws(Unusual) -> (project: String, name: String) {
        var project: String?
        var name: String?
        try openObject()
        while let field = try key() {
            switch field {
            case "project": project = try text()
            case "name": name = try text()
            default: throw Unusual()
            }
        }
        guard let project, let name else { throw Unusual() }
        return (project, name)
    }

    private mutating func promotionMode() throws(Unusual) -> PromotionMode {
        guard let mode = PromotionMode(rawValue: try text()) else { throw Unusual() }
        return mode
    }

    private mutating func collection() throws(Unusual) -> StageRecord.Collection {
        var items: [String: FreightID]?
        var promotion: PromotionID?
        var at: Timestamp?
        var commits: [StageRecord.Collection.Place]?
        var undelivered: [String: String]?
        var deliveredCommits: [DeliveredCommit]?
        try openObject()
        while let field = try key() {
            switch field {
            case "items": items = try entries { (scanner) throws(Unusual) in FreightID(try scanner.text()) }
            case "promotion": promotion = PromotionID(try text())
            case "at": at = try time()
            case "commits": commits = try elements { (scanner) throws(Unusual) in try scanner.commitPlace() }
            case "undelivered": undelivered = try rare([String: String].self)
            case "deliveredCommits":
                deliveredCommits = try elements { (scanner) throws(Unusual) in try scanner.deliveredCommit() }
            default: throw Unusual()
            }
        }
        guard let items, let promotion, let at else { throw Unusual() }
        return StageRecord.Collection(
            items: items,
            promotion: promotion,
            at: at,
            commits: commits,
            undelivered: undelivered,
            deliveredCommits: deliveredCommits
        )
    }

    private mutating func commitPlace() throws(Unusual) -> StageRecord.Collection.Place {
        var branch: BranchKey?
        var commit: ObjectID?
        try openObject()
        while let field = try key() {
            switch field {
            case "branch": branch = try self.branch()
            case "commit": commit = try objectID()
            default: throw Unusual()
            }
        }
        guard let branch, let commit else { throw Unusual() }
        return StageRecord.Collection.Place(branch: branch, commit: commit)
    }

    private mutating func deliveredCommit() throws(Unusual) -> DeliveredCommit {
        var warehouse: String?
        var carried: ObjectID?
        var delivered: ObjectID?
        var ref: String?
        try openObject()
        while let field = try key() {
            switch field {
            case "warehouse": warehouse = try text()
            case "carried": carried = try objectID()
            case "delivered": delivered = try objectID()
            case "ref": ref = try text()
            default: throw Unusual()
            }
        }
        guard let warehouse, let carried, let delivered else { throw Unusual() }
        return DeliveredCommit(warehouse: warehouse, carried: carried, delivered: delivered, ref: ref)
    }

    private mutating func time() throws(Unusual) -> Timestamp { Timestamp(microseconds: try number()) }

    // MARK: Freight

    mutating func freightRecord() throws(Unusual) -> FreightRecord {
        var freight: Freight?
        var currentlyIn: [String: Timestamp]?
        var verifiedIn: [String: FreightRecord.Verification]?
        var approvedFor: [String: FreightRecord.Approval]?
        var observedIn: [String: Timestamp]?
        var failedIn: [String: FreightRecord.FailedVerification]?
        var unverifiedIn: [String: String]?
        var cause: String?
        var delivery: Int64?
        var metadata: [String: ConfigValue]?
        try openObject()
        while let field = try key() {
            switch field {
            case "freight": freight = try self.freight()
            case "currentlyIn": currentlyIn = try entries { (scanner) throws(Unusual) in try scanner.time() }
            case "verifiedIn": verifiedIn = try entries { (scanner) throws(Unusual) in try scanner.verification() }
            case "approvedFor": approvedFor = try rare([String: FreightRecord.Approval].self)
            case "observedIn": observedIn = try entries { (scanner) throws(Unusual) in try scanner.time() }
            case "failedIn": failedIn = try rare([String: FreightRecord.FailedVerification].self)
            case "unverifiedIn": unverifiedIn = try rare([String: String].self)
            case "cause": cause = try text()
            case "delivery": delivery = try number()
            case "metadata": metadata = try rare([String: ConfigValue].self)
            default: throw Unusual()
            }
        }
        guard let freight, let currentlyIn, let verifiedIn, let approvedFor, let cause else { throw Unusual() }
        var record = FreightRecord(
            freight: freight,
            currentlyIn: currentlyIn,
            verifiedIn: verifiedIn,
            approvedFor: approvedFor,
            cause: cause,
            delivery: delivery
        )
        record.observedIn = observedIn
        record.failedIn = failedIn
        record.unverifiedIn = unverifiedIn
        record.metadata = metadata
        return record
    }

    private mutating func verification() throws(Unusual) -> FreightRecord.Verification {
        var verifiedAt: Timestamp?
        var longestSoak: Duration?
        var isPassage: Bool?
        var by: String?
        try openObject()
        while let field = try key() {
            switch field {
            case "verifiedAt": verifiedAt = try time()
            case "longestSoak": longestSoak = try rare(Duration.self)
            case "isPassage": isPassage = try flag()
            case "by": by = try text()
            default: throw Unusual()
            }
        }
        guard let verifiedAt else { throw Unusual() }
        return FreightRecord.Verification(
            verifiedAt: verifiedAt,
            longestSoak: longestSoak,
            isPassage: isPassage,
            by: by
        )
    }

    private mutating func freight() throws(Unusual) -> Freight {
        var id: FreightID?
        var alias: String?
        var origin: WarehouseKey?
        var artifacts: [Artifact]?
        var discoveredAt: Timestamp?
        try openObject()
        while let field = try key() {
            switch field {
            case "id": id = FreightID(try text())
            case "alias": alias = try text()
            case "origin":
                let (project, name) = try projectAndName()
                origin = WarehouseKey(project: project, name: name)
            case "artifacts": artifacts = try elements { (scanner) throws(Unusual) in try scanner.artifact() }
            case "discoveredAt": discoveredAt = try time()
            default: throw Unusual()
            }
        }
        guard let id, let alias, let origin, let artifacts, let discoveredAt else { throw Unusual() }
        return Freight(id: id, alias: alias, origin: origin, artifacts: artifacts, discoveredAt: discoveredAt)
    }

    /// An object with the artifact's kind as its only key, and the name that Swift gives to a value without one.
    private mutating func artifact() throws(Unusual) -> Artifact {
        try openObject()
        guard let kind = try key() else { throw Unusual() }
        try openObject()
        guard try key() == "_0" else { throw Unusual() }
        let artifact: Artifact
        switch kind {
        case "image": artifact = .image(try image())
        case "commit": artifact = .commit(try commit())
        case "chart": artifact = .chart(try rare(ChartArtifact.self))
        default: throw Unusual()
        }
        guard try key() == nil, try key() == nil else { throw Unusual() }
        return artifact
    }

    private mutating func image() throws(Unusual) -> ImageArtifact {
        var repoURL: String?
        var tag: String?
        var digest: String?
        var createdAt: Timestamp?
        try openObject()
        while let field = try key() {
            switch field {
            case "repoURL": repoURL = try text()
            case "tag": tag = try text()
            case "digest": digest = try text()
            case "createdAt": createdAt = try time()
            default: throw Unusual()
            }
        }
        guard let repoURL, let tag, let digest else { throw Unusual() }
        return ImageArtifact(repoURL: repoURL, tag: tag, digest: digest, createdAt: createdAt)
    }

    private mutating func commit() throws(Unusual) -> CommitArtifact {
        var repoURL: String?
        var id: ObjectID?
        var branch: String?
        var tag: String?
        var message: String?
        var author: String?
        var committer: String?
        var createdAt: Timestamp?
        try openObject()
        while let field = try key() {
            switch field {
            case "repoURL": repoURL = try text()
            case "id": id = try objectID()
            case "branch": branch = try text()
            case "tag": tag = try text()
            case "message": message = try text()
            case "author": author = try text()
            case "committer": committer = try text()
            case "createdAt": createdAt = try time()
            default: throw Unusual()
            }
        }
        guard let repoURL, let id, let message, let author else { throw Unusual() }
        return CommitArtifact(
            repoURL: repoURL,
            id: id,
            branch: branch,
            tag: tag,
            message: message,
            author: author,
            committer: committer,
            createdAt: createdAt
        )
    }

    // MARK: Annotations

    mutating func annotations() throws(Unusual) -> AnnotationRecord {
        var key: ObjectKey?
        var seen: [String: String]?
        try openObject()
        while let field = try self.key() {
            switch field {
            case "key": key = try objectKey()
            case "seen": seen = try entries { (scanner) throws(Unusual) in try scanner.text() }
            default: throw Unusual()
            }
        }
        guard let key, let seen else { throw Unusual() }
        return AnnotationRecord(key: key, seen: seen)
    }

    private mutating func objectKey() throws(Unusual) -> ObjectKey {
        var kind: String?
        var project: String?
        var name: String?
        try openObject()
        while let field = try key() {
            switch field {
            case "kind": kind = try text()
            case "project": project = try text()
            case "name": name = try text()
            default: throw Unusual()
            }
        }
        guard let kind, let project, let name else { throw Unusual() }
        return ObjectKey(kind: kind, project: project, name: name)
    }
}
