/// All data for decisions, except the manifests and the time.
package struct PipelineState: Sendable, Equatable {
    package var subscriptions = RecordMap<SubscriptionKey, SubscriptionRecord>()
    package var warehouses = RecordMap<WarehouseKey, WarehouseRecord>()
    package var annotations = RecordMap<ObjectKey, AnnotationRecord>()
    package var freight = RecordTable<FreightIndex>()
    package var stages = RecordMap<StageKey, StageRecord>()
    /// Only for stages whose promotions update Applications.
    package var health = RecordMap<StageKey, StageHealthRecord>()
    package var promotions = RecordTable<PromotionIndex>()
    package var branches = RecordTable<BranchIndex>()
    package var intents = RecordTable<IntentIndex>()
    /// Notices that are not delivered yet, by id.
    package var notices = RecordMap<String, Notice>()
    /// Refreshes that Argo CD has not received yet, by id.
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
    /// Also removes all results of its steps.
    case removePromotion(PromotionID)
    /// Replaces the stored results; they are not part of the state in memory.
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

    /// Adds a stored record; two records of one branch become one.
    package mutating func load(_ record: BranchRecord) {
        guard let other = branches[record.key] else { return apply(.putBranch(record)) }
        // The URL of the repository keeps the later record's spelling.
        branches[record.key] = nil
        let joined = record.joined(with: other)
        branches[joined.key] = joined
    }

    /// Adds a stored subscription; if an earlier version stored it, it contains its tags.
    package mutating func load(_ record: SubscriptionRecord) { subscriptions[record.key] = record }

    /// Adds the stored tags of a subscription.
    package mutating func load(_ tags: KnownTags, of key: SubscriptionKey) { subscriptions[key]?.knownTags = tags }

    package mutating func apply(_ changes: [Change]) {
        for change in changes { apply(change) }
    }

    /// Whether a commit was stored here before its push: unlike a trailer, this cannot be copied.
    package func isOwn(_ commit: ObjectID) -> Bool { branches.index.isOwn(commit) }

    /// Whether a push of the promotion has begun and its result is not known yet.
    package func isPushing(_ promotion: PromotionID) -> Bool { intents.index.isPushing(promotion) }

    /// Whether the promotion has begun an action whose result is not known yet.
    package func isUnsettled(_ promotion: PromotionRecord) -> Bool {
        isPushing(promotion.id) || promotion.stepRecords.contains { $0.isOpen ?? false }
    }

    /// Whether the content of the stage's branches was never looked at.
    package func isUnknown(_ stage: StageKey) -> Bool {
        guard let record = stages[stage] else { return true }
        return record.pause(.notLooked) != nil
    }
}
