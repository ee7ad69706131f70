/// The cards that a pipeline's graph shows, and which card takes freight from which.
///
/// A pipeline of more than 100 stages begins with its groups closed. A closed group is one card; an opened one is its
/// stages, or its parts where it is large.
package struct PipelineFold: Sendable, Hashable {
    package enum Card: Sendable, Hashable {
        case warehouse(String)
        case stage(String)
        case group(StageGroup)
    }

    /// A pipeline with at most this many stages shows all of them.
    package static let foldsAbove = 100
    /// The most cards of a graph, with those of groups that a person opens.
    package static let maxCards = 650
    /// The most groups that can be open.
    package static let maxOpen = 50

    /// Warehouses first, then stages and groups, by name.
    package let cards: [Card]
    /// Numbers of cards.
    package let edges: [Edge]
    /// Groups that are drawn as their stages or parts, in the order in which they were opened.
    package let opened: [StageGroup]
    /// Stages that are not drawn, because even with all groups closed there are more cards than a graph can have.
    package let hidden: Int

    package struct Edge: Sendable, Hashable {
        package let from: Int
        package let to: Int
    }

    /// - Parameter open: ids of groups and parts, as links hold them; unknown ones are passed over.
    package init(_ shape: PipelineShape, open: [String] = []) {
        let all = shape.stages.count > Self.foldsAbove ? StageGroups(shape).groups : []
        var groups = Dictionary(all.map { ($0.id, $0) }) { first, _ in first }
        for group in all { for part in StageGroups.parts(of: group) { groups[part.id] = part } }
        let grouped = all.reduce(0) { $0 + $1.members.count }
        var count = shape.warehouses.count + shape.stages.count - grouped + all.count
        var isOpen: Set<String> = []
        var opened: [StageGroup] = []
        // What was opened first gives way last; a part needs its group.
        for group in open.prefix(Self.maxOpen).compactMap({ groups[$0] }) where !isOpen.contains(group.id) {
            guard group.parent.map(isOpen.contains) ?? true else { continue }
            let parts = StageGroups.parts(of: group)
            let more = (parts.isEmpty ? group.members.count : parts.count) - 1
            guard count + more <= Self.maxCards else { continue }
            count += more
            isOpen.insert(group.id)
            opened.append(group)
        }
        self.opened = opened
        let drawn = Self.drawn(shape, all, isOpen)
        hidden = max(0, drawn.cards.count - Self.maxCards)
        cards = drawn.cards
        edges = hidden == 0 ? Self.edges(of: shape, drawn.cardOf) : []
    }

    private static func drawn(
        _ shape: PipelineShape,
        _ groups: [StageGroup],
        _ isOpen: Set<String>
    ) -> (cards: [Card], cardOf: [String: Int]) {
        var closed: [String: StageGroup] = [:]
        for group in groups {
            let pieces = isOpen.contains(group.id) ? StageGroups.parts(of: group) : [group]
            for piece in pieces where !isOpen.contains(piece.id) {
                for member in piece.members { closed[member] = piece }
            }
        }
        var cards = shape.warehouses.map(Card.warehouse)
        var cardOf: [String: Int] = [:]
        var known: [String: Int] = [:]
        for stage in shape.stages {
            if let group = closed[stage.name] {
                let number = known[group.id] ?? cards.count
                if number == cards.count { cards.append(.group(group)) }
                known[group.id] = number
                cardOf[stage.name] = number
            } else {
                cardOf[stage.name] = cards.count
                cards.append(.stage(stage.name))
            }
        }
        return (cards, cardOf)
    }

    private static func edges(of shape: PipelineShape, _ cardOf: [String: Int]) -> [Edge] {
        let warehouses = Dictionary(shape.warehouses.enumerated().map { ($1, $0) }) { first, _ in first }
        var seen: Set<Edge> = []
        var edges: [Edge] = []
        for stage in shape.stages {
            guard let to = cardOf[stage.name] else { continue }
            let sources =
                stage.warehouses.compactMap { warehouses[$0] } + stage.upstreams.compactMap { cardOf[$0] }
            for from in sources where from != to {
                let edge = Edge(from: from, to: to)
                if seen.insert(edge).inserted { edges.append(edge) }
            }
        }
        return edges.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    }
}
