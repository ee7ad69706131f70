import HoistwayLayout
import HoistwayModel
import HoistwayPorts

/// A part of a pipeline's page that can be replaced alone: `card/PROJECT/NAME`.
struct PipelinePart: Sendable {
    enum Kind: String, Sendable {
        /// A stage in the graph.
        case card
        /// A stage in the list.
        case item
        /// A group in the graph.
        case group
        /// A group in the list.
        case part
        /// A warehouse's freight.
        case row
    }

    let id: String
    let kind: Kind
    let name: String

    /// Whether more than the stage with this name must be read.
    var needsAll: Bool {
        switch kind {
        case .card, .item: false
        case .group, .part, .row: true
        }
    }

    /// `nil` if the id is no part of this project's page.
    init?(_ id: String, project: String) {
        let parts = id.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1] == project, let kind = Kind(rawValue: String(parts[0])) else { return nil }
        self.id = id
        self.kind = kind
        name = String(parts[2])
    }
}

/// Writes single parts of a pipeline's page.
struct PipelineParts {
    let data: PipelineData
    let query: PipelineQuery
    let request: PageRequest

    /// `nil`: it no longer exists.
    func html(of part: PipelinePart) -> HTML? {
        var html = HTML()
        switch part.kind {
        case .card, .item:
            guard let stage = data.stages[part.name] else { return nil }
            let card = StageCard(stage: stage, data: data, query: query, request: request)
            if part.kind == .item {
                card.row(PipelineList(data: data, query: query, request: request).upstreams(of: part.name), &html)
            } else {
                guard let number = data.drawing.fold.cards.firstIndex(of: .stage(part.name)) else { return nil }
                card.card(PipelineGraph(data: data, query: query, request: request).keys(of: number), &html)
            }
        case .group, .part:
            let number = data.drawing.fold.cards.firstIndex { card in
                if case .group(let group) = card { group.id == part.name } else { false }
            }
            guard let number, case .group(let group) = data.drawing.fold.cards[number] else { return nil }
            let card = GroupCard(group: group, data: data, query: query, request: request)
            if part.kind == .part {
                card.row(&html)
            } else {
                card.card(PipelineGraph(data: data, query: query, request: request).keys(of: number), &html)
            }
        case .row:
            guard let row = data.rows.first(where: { $0.warehouse == part.name }) else { return nil }
            FreightRows(data: data, query: query, request: request).write(row, &html)
        }
        return html
    }
}
