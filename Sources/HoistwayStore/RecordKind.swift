import HoistwayModel
import HoistwayPorts

/// The kinds of records in the state, as the `records` table names them.
enum RecordKind: String, CaseIterable {
    case subscription, warehouse, annotations, freight, stage, health, promotion, branch, intent, notice, refresh
}

/// The address of a record: its kind, and its key as text.
///
/// Parts are joined by a unit separator, which no name, URL or branch may have, so that two keys are never equal by
/// accident.
struct RecordAddress {
    var kind: RecordKind
    var key: String

    init(_ kind: RecordKind, _ parts: String...) {
        self.kind = kind
        key = parts.joined(separator: "\u{1F}")
    }

    init(_ key: SubscriptionKey) {
        self.init(.subscription, key.warehouse.project, key.warehouse.name, key.subscription)
    }

    init(_ key: WarehouseKey) { self.init(.warehouse, key.project, key.name) }
    init(_ key: ObjectKey) { self.init(.annotations, key.kind, key.project, key.name) }
    init(_ key: FreightKey) { self.init(.freight, key.project, key.id.text) }
    init(_ key: StageKey) { self.init(.stage, key.project, key.name) }
    init(health key: StageKey) { self.init(.health, key.project, key.name) }
    init(_ id: PromotionID) { self.init(.promotion, id.text) }
    init(_ key: BranchKey) { self.init(.branch, key.remote, key.branch) }
    init(intent id: String) { self.init(.intent, id) }
    init(notice id: String) { self.init(.notice, id) }
    init(refresh id: String) { self.init(.refresh, id) }
}
