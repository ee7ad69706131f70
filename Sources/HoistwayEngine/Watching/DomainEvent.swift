import HoistwayModel
import HoistwayPorts

/// What a transaction changed that somebody may want to know: lines of the log, counts and notices are made of it.
enum DomainEvent: Sendable {
    case decided(DecidedDelivery)
    case formed(FreightRecord)
    case created(PromotionRecord)
    /// It waits for a next try.
    case postponed(PromotionRecord)
    /// It has been tried again for so long that people should know.
    case strained(PromotionRecord)
    case pushed(PromotionRecord, BranchOutcome)
    case ended(PromotionRecord)
    case modeChanged(ModeChange)
    /// Nothing goes to the stage automatically until a person has looked.
    case paused(StageKey, StageRecord.Pause)
    /// A branch is not where it was left; with where it was found, zero where it is gone.
    case drifted(BranchRecord, found: ObjectID)
    case freightLost(StageRecord, StageRecord.Lost)

    /// In the order of the changes; each thing once, however often the transaction wrote it.
    static func of(_ transaction: Ledger.Transaction) -> [DomainEvent] {
        var domainEvents = transaction.decided.map(DomainEvent.decided)
        var known: [PromotionID: PromotionRecord] = [:]
        var formed: Set<FreightKey> = []
        var stages: [StageKey: StageRecord] = [:]
        var branches: [BranchKey: BranchRecord] = [:]
        for change in transaction.changes {
            switch change {
            case .putFreight(let record):
                guard transaction.before.freight[record.key] == nil, formed.insert(record.key).inserted else {
                    continue
                }
                domainEvents.append(.formed(record))
            case .putPromotion(let record):
                domainEvents += Self.of(record, since: known[record.id] ?? transaction.before.promotions[record.id])
                known[record.id] = record
            case .putStage(let record):
                let before = stages[record.key] ?? transaction.before.stages[record.key]
                stages[record.key] = record
                if let change = ModeChange(stage: record.key, from: before?.mode, to: record.mode) {
                    domainEvents.append(.modeChanged(change))
                }
                if let pause = record.pause, pause.kind != .notLooked, before?.pause?.kind != pause.kind {
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

    private static func of(_ record: PromotionRecord, since before: PromotionRecord?) -> [DomainEvent] {
        var domainEvents: [DomainEvent] = before == nil ? [.created(record)] : []
        let pushed = record.branches.filter(\.pushed)
        domainEvents += pushed.dropFirst(before?.branches.count(where: \.pushed) ?? 0).map { .pushed(record, $0) }
        if record.phase.isTerminal, before?.phase.isTerminal != true {
            domainEvents.append(.ended(record))
        } else if record.nextTry != nil, record.attempts > before?.attempts ?? 0 {
            domainEvents.append(.postponed(record))
            if record.trouble?.isLong == true, before?.trouble?.isLong != true {
                domainEvents.append(.strained(record))
            }
        }
        return domainEvents
    }
}

/// A delivery with what was decided on it.
struct DecidedDelivery: Sendable {
    var receiver: String
    var outcome: DeliveryOutcome
    var freight: [FreightKey]
}
