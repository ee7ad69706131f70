import HoistwayModel
import HoistwayPorts

extension Ledger.Transaction {
    /// The changes that views get: each object once, in the order of the changes.
    var changedObjects: (changed: [ChangedObject], removed: [ChangedObject]) {
        var changed = OrderedObjects()
        var removed = OrderedObjects()
        for change in changes {
            switch change {
            case .putSubscription(let record): changed.add(.warehouse(record.key.warehouse))
            case .putWarehouse(let record): changed.add(.warehouse(record.key))
            case .putFreight(let record): changed.add(.freight(record.key))
            case .removeFreight(let key): removed.add(.freight(key))
            case .putStage(let record): changed.add(.stage(record.key))
            case .putHealth(let record): changed.add(.stage(record.key))
            case .removeHealth(let key): changed.add(.stage(key))
            case .putPromotion(let record):
                changed.add(ChangedObject(.promotion, project: record.stage.project, name: record.id.text))
                changed.add(.stage(record.stage))
            case .removePromotion(let id):
                let record = before.promotions[id]
                removed.add(ChangedObject(.promotion, project: record?.stage.project, name: id.text))
            case .putStepResults(let id, _):
                let record = state.promotions[id]
                changed.add(ChangedObject(.promotion, project: record?.stage.project, name: id.text))
            case .putAnnotations, .putBranch, .putIntent, .removeIntent, .putNotice, .removeNotice, .putRefresh,
                .removeRefresh:
                break
            }
        }
        for delivery in decided {
            changed.add(
                ChangedObject(.delivery, name: "\(delivery.outcome.id.number)", receiver: delivery.receiver)
            )
            for decision in delivery.outcome.decisions {
                changed.add(ChangedObject(.warehouse, project: decision.project, name: decision.warehouse))
            }
        }
        if !audit.isEmpty { changed.add(ChangedObject(.audit)) }
        return (changed.all, removed.all)
    }
}

/// Objects in order, without repetitions.
struct OrderedObjects {
    private(set) var all: [ChangedObject] = []
    private var known: Set<ChangedObject> = []

    mutating func add(_ object: ChangedObject) {
        if known.insert(object).inserted { all.append(object) }
    }
}

extension ChangedObject {
    static func stage(_ key: StageKey) -> ChangedObject {
        ChangedObject(.stage, project: key.project, name: key.name)
    }
    static func warehouse(_ key: WarehouseKey) -> ChangedObject {
        ChangedObject(.warehouse, project: key.project, name: key.name)
    }
    static func freight(_ key: FreightKey) -> ChangedObject {
        ChangedObject(.freight, project: key.project, name: key.id.text)
    }
}
