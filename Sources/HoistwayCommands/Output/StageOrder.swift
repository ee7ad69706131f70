import HoistwayPorts

extension [StageView] {
    /// Upstream stages first within each project: the order in which freight passes through them.
    var alongPipelines: [StageView] {
        let byName = Dictionary(map { (Place(project: $0.project, name: $0.name), $0) }) { first, _ in first }
        var depths: [Place: Int] = [:]
        /// 0 for a stage that takes freight from warehouses only.
        func depth(of place: Place) -> Int {
            if let known = depths[place] { return known }
            depths[place] = 0  // The server accepts no cycle; a list that was changed meanwhile may look like one.
            let upstream = byName[place]?.upstream.flatMap(\.stages) ?? []
            let found = upstream.map { depth(of: Place(project: place.project, name: $0)) + 1 }.max() ?? 0
            depths[place] = found
            return found
        }
        let keyed = map { ($0.project, depth(of: Place(project: $0.project, name: $0.name)), $0.name, $0) }
        return keyed.sorted { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }.map(\.3)
    }
}

private struct Place: Hashable {
    var project: String
    var name: String
}
