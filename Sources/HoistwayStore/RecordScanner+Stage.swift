import HoistwayModel

extension RecordScanner {
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
}
