/// Records that may be deleted, by the rules of Kargo's garbage collection and one limit of our own.
package enum Pruning {
    /// At least this many promotions of each stage and warehouse stay, and at least this much freight of each
    /// warehouse.
    package static let kept = 20
    /// Unused freight of a warehouse stays only among this many of its newest, even if it is young.
    ///
    /// Kargo keeps all of it for fourteen days: many events make tens of thousands, and each takes memory.
    package static let newestFreight = 1_000
    /// How many records one transaction deletes: it takes a few milliseconds of the writer's thread.
    package static let slice = 200
    /// Records below this age stay, however many there are.
    ///
    /// This does not apply to promotions that newer freight replaced: bursts make many.
    package static let age: Duration = .seconds(14 * 86_400)

    package static func changes(in state: PipelineState, now: Timestamp) -> [Change] {
        promotions(in: state, now: now) + freight(in: state, now: now)
    }

    /// Ended promotions beyond the newest twenty of their stage and warehouse.
    ///
    /// Those that newer freight replaced are deleted at once, others at their age. The limit is per warehouse, since a
    /// kept promotion shows that its freight was tried: a busy warehouse must not remove the promotions of another.
    private static func promotions(in state: PipelineState, now: Timestamp) -> [Change] {
        // The last promotion that pushed each branch is the base of the stage's next one.
        var left: [Place: PromotionID] = [:]
        for record in state.promotions.values {
            for branch in record.arrivals where branch.isOnStageBranch {
                let place = Place(stage: record.stage, remote: branch.remote, branch: branch.branch)
                left[place] = left[place].map { max($0, record.id) } ?? record.id
            }
        }
        // Health depends on the last promotion that succeeded, even if others have failed since.
        let inUse = Set(state.stages.values.flatMap { [$0.lastPromotion, $0.deliveringPromotion].compactMap(\.self) })
            .union(left.values)
        let finished = Dictionary(grouping: state.promotions.values.filter { $0.phase.isTerminal }) { record in
            let freight = FreightKey(project: record.stage.project, id: record.freight)
            return Line(stage: record.stage, warehouse: state.freight[freight]?.freight.origin)
        }
        return finished.values.flatMap { records in
            records.sorted { $0.id > $1.id }.dropFirst(kept)
                .filter { !inUse.contains($0.id) && ($0.gaveWayTo != nil || isOld($0.createdAt, now: now)) }
                .map { Change.removePromotion($0.id) }
        }
    }

    private struct Place: Hashable {
        var stage: StageKey
        var remote: String
        var branch: String
    }

    /// Promotions of one stage and warehouse.
    private struct Line: Hashable {
        var stage: StageKey
        /// `nil`: its freight was deleted.
        var warehouse: WarehouseKey?
    }

    /// Freight to delete: old freight, and unused freight beyond the newest thousand.
    ///
    /// Freight that stages contain stays, with all newer freight. Twenty before it stay too, and others until they are
    /// old. Beyond the newest thousand, freight is deleted at once if it was in no stage, no open promotion has it and
    /// nobody has approved it.
    private static func freight(in state: PipelineState, now: Timestamp) -> [Change] {
        let promoted = openFreight(in: state)
        let warehouses = Set(state.freight.values.map(\.freight.origin))
        return warehouses.sorted { $0.description < $1.description }.flatMap { warehouse -> [Change] in
            let records = state.freight(of: warehouse)
            func isInUse(_ record: FreightRecord) -> Bool {
                !record.currentlyIn.isEmpty || promoted.contains(record.key)
            }
            let oldestInUse = records.lastIndex(where: isInUse) ?? -1
            return records.enumerated().filter { index, record in
                let isBefore = index > oldestInUse + kept
                if isBefore, isOld(record.freight.discoveredAt, now: now) { return true }
                return index >= newestFreight && !isInUse(record) && !hasMeaning(record)
            }.map { Change.removeFreight($0.element.key) }
        }
    }

    /// Whether the freight was in a stage, or a person has approved it.
    private static func hasMeaning(_ record: FreightRecord) -> Bool {
        !record.verifiedIn.isEmpty || !record.approvedFor.isEmpty || record.observedIn?.isEmpty == false
    }

    /// The changes, decided on an earlier state, that are still valid.
    package static func holding(_ changes: some Sequence<Change>, in state: PipelineState) -> [Change] {
        var promoted: Set<FreightKey>?
        return changes.filter { change in
            switch change {
            case .removeFreight(let key):
                let open = promoted ?? openFreight(in: state)
                promoted = open
                return state.freight[key]?.currentlyIn.isEmpty == true && !open.contains(key)
            case .removePromotion(let id): return state.promotions[id]?.phase.isTerminal == true
            default: return false
            }
        }
    }

    private static func openFreight(in state: PipelineState) -> Set<FreightKey> {
        Set(
            state.promotions.values.lazy.filter { !$0.phase.isTerminal }
                .map { FreightKey(project: $0.stage.project, id: $0.freight) }
        )
    }

    private static func isOld(_ moment: Timestamp, now: Timestamp) -> Bool { now - moment > age }
}
