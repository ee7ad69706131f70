/// All that decisions are made of, apart from the manifests and the clock.
package struct PipelineState: Sendable, Equatable {
    package var subscriptions = RecordMap<SubscriptionKey, SubscriptionRecord>()
    package var warehouses = RecordMap<WarehouseKey, WarehouseRecord>()
    package var annotations = RecordMap<ObjectKey, AnnotationRecord>()
    package var freight = RecordTable<FreightIndex>()
    package var stages = RecordMap<StageKey, StageRecord>()
    /// Of stages whose promotions update Applications.
    package var health = RecordMap<StageKey, StageHealthRecord>()
    package var promotions = RecordTable<PromotionIndex>()
    package var branches = RecordTable<BranchIndex>()
    package var intents = RecordTable<IntentIndex>()
    /// What waits to be told, by id.
    package var notices = RecordMap<String, Notice>()
    /// What Argo CD has not been told yet, by id.
    package var refreshes = RecordMap<String, RefreshRecord>()

    package init() {}
}

/// One change of the state; a decision is a list of them.
package enum Change: Sendable, Equatable {
    case putSubscription(SubscriptionRecord)
    case putWarehouse(WarehouseRecord)
    case putAnnotations(AnnotationRecord)
    case putFreight(FreightRecord)
    case removeFreight(FreightKey)
    case putStage(StageRecord)
    case putHealth(StageHealthRecord)
    case removeHealth(StageKey)
    case putPromotion(PromotionRecord)
    /// With all results of its steps.
    case removePromotion(PromotionID)
    /// In place of those that were stored before; not part of the state in memory.
    case putStepResults(PromotionID, [StepResult])
    case putBranch(BranchRecord)
    case putIntent(PushIntent)
    case removeIntent(String)
    case putNotice(Notice)
    case removeNotice(String)
    case putRefresh(RefreshRecord)
    case removeRefresh(String)
}

extension PipelineState {
    package mutating func apply(_ change: Change) {
        switch change {
        case .putSubscription(let record): subscriptions[record.key] = record.stored
        case .putWarehouse(let record): warehouses[record.key] = record
        case .putAnnotations(let record): annotations[record.key] = record
        case .putFreight(let record): freight[record.key] = record
        case .removeFreight(let key): freight[key] = nil
        case .putStage(let record): stages[record.key] = record
        case .putHealth(let record): health[record.key] = record
        case .removeHealth(let key): health[key] = nil
        case .putPromotion(let record): promotions[record.id] = KnownPromotion(record)
        case .removePromotion(let id): promotions[id] = nil
        case .putStepResults: break
        case .putBranch(let record): branches[record.key] = record
        case .putIntent(let intent): intents[intent.id] = intent
        case .removeIntent(let id): intents[id] = nil
        case .putNotice(let notice): notices[notice.id] = notice
        case .removeNotice(let id): notices[id] = nil
        case .putRefresh(let record): refreshes[record.id] = record
        case .removeRefresh(let id): refreshes[id] = nil
        }
    }

    /// Takes a stored record; two of one branch become one.
    package mutating func load(_ record: BranchRecord) {
        guard let other = branches[record.key] else { return apply(.putBranch(record)) }
        // How the URL of its repository is written is the later one's.
        branches[record.key] = nil
        let joined = record.joined(with: other)
        branches[joined.key] = joined
    }

    /// Takes a stored subscription; its tags are in it where an earlier version has stored it.
    package mutating func load(_ record: SubscriptionRecord) { subscriptions[record.key] = record }

    /// Takes the stored tags of a subscription.
    package mutating func load(_ tags: KnownTags, of key: SubscriptionKey) { subscriptions[key]?.knownTags = tags }

    package mutating func apply(_ changes: [Change]) {
        for change in changes { apply(change) }
    }

    /// Whether a commit was recorded here before it was pushed: a trailer can be copied, this cannot.
    package func isOwn(_ commit: ObjectID) -> Bool { branches.index.isOwn(commit) }

    /// Whether a push of the promotion was begun, and nobody knows yet how it ended.
    package func isPushing(_ promotion: PromotionID) -> Bool { intents.index.isPushing(promotion) }

    /// Whether the promotion has begun something outside of which nobody knows yet what became of it.
    package func isUnsettled(_ promotion: PromotionRecord) -> Bool {
        isPushing(promotion.id) || promotion.stepRecords.contains { $0.isOpen ?? false }
    }

    /// Whether nobody has looked yet at what the stage's branches hold.
    package func isUnknown(_ stage: StageKey) -> Bool {
        guard let record = stages[stage] else { return true }
        return record.pause(.notLooked) != nil
    }
}
