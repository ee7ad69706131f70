import HashTreeCollections

/// The freight of each warehouse, its relation to stages, and the used aliases.
package struct FreightIndex: RecordIndex {
    package typealias Key = FreightKey
    package typealias Record = FreightRecord

    /// The place of freight in the order of discovery.
    struct Place: Comparable, Sendable {
        var discoveredAt: Timestamp
        var id: FreightID

        init(_ freight: Freight) {
            discoveredAt = freight.discoveredAt
            id = freight.id
        }

        static func < (left: Place, right: Place) -> Bool {
            (left.discoveredAt, left.id.text) < (right.discoveredAt, right.id.text)
        }
    }

    private struct OfWarehouse: Sendable {
        var all = OrderedList<Place>()
        /// By stage: freight that was verified, observed or approved there.
        var reached: TreeDictionary<String, OrderedList<Place>> = [:]
    }

    private struct Alias: Hashable, Sendable {
        var project: String
        var text: String
    }

    private var byWarehouse: TreeDictionary<WarehouseKey, OfWarehouse> = [:]
    /// Names of warehouses that have made freight.
    private var warehouses: TreeDictionary<String, TreeSet<String>> = [:]
    /// Several freight may have the same alias, since people can choose it.
    private var aliases: TreeDictionary<Alias, [FreightID]> = [:]

    package init() {}

    /// In the order of discovery.
    func all(of warehouse: WarehouseKey) -> OrderedList<Place> { byWarehouse[warehouse]?.all ?? OrderedList() }

    /// Freight that was verified or observed in the stage, or approved for it, in the order of discovery.
    func reached(_ stage: String, of warehouse: WarehouseKey) -> OrderedList<Place> {
        byWarehouse[warehouse]?.reached[stage] ?? OrderedList()
    }

    /// The warehouses of a project; sorted.
    package func warehouses(of project: String) -> [String] { (warehouses[project] ?? []).sorted() }

    package var projects: some Sequence<String> { warehouses.keys }

    package func freight(named alias: String, in project: String) -> [FreightID] {
        aliases[Alias(project: project, text: alias)] ?? []
    }

    package mutating func replace(_ old: FreightRecord?, with new: FreightRecord?) {
        let isSamePlace =
            old?.freight.origin == new?.freight.origin && old.map { Place($0.freight) } == new.map { Place($0.freight) }
        if !isSamePlace {
            if let old { remove(old) }
            if let new { insert(new) }
        } else if let old, let new {
            update(old.reached, new.reached, of: new.freight)
        }
        guard old?.freight.alias != new?.freight.alias || old?.key != new?.key else { return }
        if let old { free(old) }
        if let new {
            aliases[Alias(project: new.key.project, text: new.freight.alias), default: []].append(new.freight.id)
        }
    }

    private mutating func insert(_ record: FreightRecord) {
        let origin = record.freight.origin
        byWarehouse[origin, default: OfWarehouse()].all.insert(Place(record.freight))
        warehouses[origin.project, default: []].insert(origin.name)
        update([], record.reached, of: record.freight)
    }

    private mutating func remove(_ record: FreightRecord) {
        let origin = record.freight.origin
        update(record.reached, [], of: record.freight)
        byWarehouse[origin]?.all.remove(Place(record.freight))
        guard byWarehouse[origin]?.all.isEmpty == true else { return }
        byWarehouse[origin] = nil
        warehouses[origin.project]?.remove(origin.name)
        if warehouses[origin.project]?.isEmpty == true { warehouses[origin.project] = nil }
    }

    private mutating func update(_ old: Set<String>, _ new: Set<String>, of freight: Freight) {
        guard old != new else { return }
        let place = Place(freight)
        for stage in new.subtracting(old) {
            byWarehouse[freight.origin, default: OfWarehouse()].reached[stage, default: OrderedList()].insert(place)
        }
        for stage in old.subtracting(new) {
            byWarehouse[freight.origin]?.reached[stage]?.remove(place)
            if byWarehouse[freight.origin]?.reached[stage]?.isEmpty == true {
                byWarehouse[freight.origin]?.reached[stage] = nil
            }
        }
    }

    private mutating func free(_ record: FreightRecord) {
        let alias = Alias(project: record.key.project, text: record.freight.alias)
        aliases[alias]?.removeAll { $0 == record.freight.id }
        if aliases[alias]?.isEmpty == true { aliases[alias] = nil }
    }
}

extension FreightRecord {
    /// Stages in which it was verified or observed, or for which it was approved.
    fileprivate var reached: Set<String> {
        Set(verifiedIn.keys).union(approvedFor.keys).union((observedIn ?? [:]).keys)
    }
}

extension RecordTable<FreightIndex> {
    /// Freight of the stage's project.
    package subscript(stage: StageKey, id: FreightID) -> FreightRecord? {
        self[FreightKey(project: stage.project, id: id)]
    }
}
