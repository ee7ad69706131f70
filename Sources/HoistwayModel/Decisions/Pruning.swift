/// What may be forgotten, by Kargo's rules for its own garbage collection, and by a bound of our own.
package enum Pruning {
    /// Of each stage's promotions of each warehouse, and of each warehouse's freight, at least this many stay.
    package static let kept = 20
    /// Of each warehouse's freight that nobody uses, only what is among so many of the newest stays, however young it is.
    ///
    /// Kargo keeps all of it for fourteen days: a rush of events makes tens of thousands, each with a place in memory.
    package static let newestFreight = 1_000
    /// How many records one transaction forgets: a few milliseconds of the thread that writes.
    package static let slice = 200
    /// What is younger stays, however much there is.
    ///
    /// Not for promotions that gave way: bursts make many.
    package static let age: Duration = .seconds(14 * 86_400)

    package static func changes(in state: PipelineState, now: Timestamp) -> [Change] {
        promotions(in: state, now: now) + freight(in: state, now: now)
    }

    /// Finished ones beyond the newest twenty of their stage and warehouse: those that gave way at once, others after
    /// their age.
    ///
    /// What was tried is told by what is kept: a busy warehouse must not push another one's tries out.
    private static func promotions(in state: PipelineState, now: Timestamp) -> [Change] {
        // The last that left something on each branch tells what the stage's next one stands on.
        var left: [Place: PromotionID] = [:]
        for record in state.promotions.values {
            for branch in record.arrivals where branch.isOnStageBranch {
                let place = Place(stage: record.stage, remote: branch.remote, branch: branch.branch)
                left[place] = left[place].map { max($0, record.id) } ?? record.id
            }
        }
        // Health rests on the last one that succeeded, also where others have failed since.
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

    /// Promotions that follow each other.
    private struct Line: Hashable {
        var stage: StageKey
        /// `nil`: of freight that was forgotten.
        var warehouse: WarehouseKey?
    }

    /// What lies in a stage, and all that is newer, stays; so do twenty before it, and the others until they are old.
    ///
    /// Beyond the newest thousand, what no stage has or had, no promotion takes and nobody has approved goes at once.
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

    /// Whether a stage had it, or a person has chosen it.
    private static func hasMeaning(_ record: FreightRecord) -> Bool {
        !record.verifiedIn.isEmpty || !record.approvedFor.isEmpty || record.observedIn?.isEmpty == false
    }

    /// Of changes that were decided on an earlier state, those that still hold.
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
