import HoistwayModel
import HoistwayPorts

/// Changes of a transaction that may interest somebody: log lines, counts and notices are made from them.
enum DomainEvent: Sendable {
    case decided(DecidedDelivery)
    case formed(FreightRecord)
    case created(PromotionRecord)
    /// It waits for its next try.
    case postponed(PromotionRecord)
    /// It has been retried for so long that people should know.
    case strained(PromotionRecord)
    case pushed(PromotionRecord, BranchOutcome)
    /// One of its pull requests was opened, or was found to be merged.
    case pullRequest(PromotionRecord, PromotedPull)
    case ended(PromotionRecord)
    case modeChanged(ModeChange)
    /// The stage gets no automatic promotions until a person has looked.
    case paused(StageKey, StageRecord.Pause)
    /// A branch is not at the last pushed commit; `found` is its commit, zero if it was deleted.
    case drifted(BranchRecord, found: ObjectID)
    case freightLost(StageRecord, StageRecord.Lost)
    /// The health of a stage's Applications has changed; `from` is the former status, if known.
    case healthChanged(StageHealthRecord, from: HealthStatus?)
    /// A person, or the stage's health, has verified freight.
    case verified(FreightRecord, StageKey, by: String)
    case verificationFailed(FreightRecord, StageKey, FreightRecord.FailedVerification)

    /// In the order of the changes; each event once, however often the transaction wrote its record.
    static func of(_ transaction: Ledger.Transaction) -> [DomainEvent] {
        var domainEvents = transaction.decided.map(DomainEvent.decided)
        var known: [PromotionID: KnownPromotion] = [:]
        var formed: Set<FreightKey> = []
        var freight: [FreightKey: FreightRecord] = [:]
        var stages: [StageKey: StageRecord] = [:]
        var branches: [BranchKey: BranchRecord] = [:]
        for change in transaction.changes {
            switch change {
            case .putFreight(let record):
                domainEvents += Self.verifications(
                    of: record,
                    since: freight[record.key] ?? transaction.before.freight[record.key]
                )
                freight[record.key] = record
                guard transaction.before.freight[record.key] == nil, formed.insert(record.key).inserted else {
                    continue
                }
                domainEvents.append(.formed(record))
            case .putHealth(let record):
                let before = transaction.before.health[record.key]
                guard before?.status != record.status else { continue }
                domainEvents.append(.healthChanged(record, from: before?.status))
            case .putPromotion(let record):
                domainEvents += Self.of(record, since: known[record.id] ?? transaction.before.promotions[record.id])
                known[record.id] = KnownPromotion(record)
            case .putStage(let record):
                let before = stages[record.key] ?? transaction.before.stages[record.key]
                stages[record.key] = record
                if let change = ModeChange(stage: record.key, from: before?.mode, to: record.mode) {
                    domainEvents.append(.modeChanged(change))
                }
                for pause in record.heldUp where before?.pause(pause.kind) == nil {
                    domainEvents.append(.paused(record.key, pause))
                }
                if let lost = record.lost, before?.lost == nil { domainEvents.append(.freightLost(record, lost)) }
            case .putBranch(let record):
                let before = branches[record.key] ?? transaction.before.branches[record.key]
                branches[record.key] = record
                if let found = record.drift, before?.drift != found {
                    domainEvents.append(.drifted(record, found: found))
                }
            default: continue
            }
        }
        return domainEvents
    }

    /// Without verifications by a promotion's success: the end of the promotion reports those.
    private static func verifications(of record: FreightRecord, since before: FreightRecord?) -> [DomainEvent] {
        let project = record.freight.origin.project
        let verified = record.verifiedIn.compactMap { name, new -> (String, DomainEvent)? in
            guard let by = new.by, before?.verifiedIn[name] == nil else { return nil }
            return (name, .verified(record, StageKey(project: project, name: name), by: by))
        }
        let failed = (record.failedIn ?? [:]).compactMap { name, new -> (String, DomainEvent)? in
            guard before?.failedIn?[name] != new else { return nil }
            return (name, .verificationFailed(record, StageKey(project: project, name: name), new))
        }
        return (verified + failed).sorted { $0.0 < $1.0 }.map(\.1)
    }

    static func of(_ record: PromotionRecord, since before: KnownPromotion?) -> [DomainEvent] {
        var domainEvents: [DomainEvent] = before == nil ? [.created(record)] : []
        let pushed = record.branches.filter(\.pushed)
        domainEvents += pushed.dropFirst(before?.arrivals.count(where: \.pushed) ?? 0).map { .pushed(record, $0) }
        let knownPulls = before?.pulls ?? []
        domainEvents += record.pulls.filter { pull in
            guard let known = knownPulls.first(where: { $0.number == pull.number && $0.repository == pull.repository })
            else { return true }
            return pull.isMerged && !known.isMerged
        }.map { .pullRequest(record, $0) }
        if record.phase.isTerminal, before?.phase.isTerminal != true {
            domainEvents.append(.ended(record))
        } else if record.nextTry != nil, record.attempts > before?.open?.attempts ?? 0 {
            domainEvents.append(.postponed(record))
            if record.trouble?.isLong == true, before?.open?.trouble?.isLong != true {
                domainEvents.append(.strained(record))
            }
        }
        return domainEvents
    }
}

/// A delivery with its decision.
struct DecidedDelivery: Sendable {
    var receiver: String
    var outcome: DeliveryOutcome
    var freight: [FreightKey]
}
