import HoistwayLayout
import HoistwayModel
import HoistwayPorts

/// The graph of a pipeline: cards at their positions, and the edges between them.
///
/// Positions are attributes of SVG, since the content policy of pages forbids `style`. A card is HTML in the SVG: it
/// has the same parts as everywhere else, and the style sheet cuts its text.
struct PipelineGraph {
    let data: PipelineData
    let query: PipelineQuery
    let request: PageRequest

    private var layout: GraphLayout { data.drawing.layout }
    private var cards: [PipelineFold.Card] { data.drawing.fold.cards }

    func write(_ html: inout HTML) {
        let size = layout.size
        html(
            .div,
            .class("graph"),
            .id("graph"),
            .role("region"),
            .aria("label", "Pipeline of \(data.project) as a graph"),
            .tabindex(0)
        ) { html in
            html(
                .svg,
                .viewBox("0 0 \(size.width) \(size.height)"),
                .when(fits, .class("fits")),
                .number("width", Double(size.width * query.zoom) / 100),
                .number("height", Double(size.height * query.zoom) / 100)
            ) { html in
                html(.path, .class("edges"), .d(Self.path(layout.curves)))
                for number in cards.indices { node(number, &html) }
            }
        }
    }

    /// Whether it is drawn smaller if the window is a little too narrow, so that a stage at the edge is not cut off.
    ///
    /// Widths in pixels: the space on a screen of 1280, and that divided by the smallest readable size.
    private var fits: Bool { query.zoom == PipelineQuery.usualZoom && (1230...1650).contains(layout.size.width) }

    private func node(_ number: Int, _ html: inout HTML) {
        let box = layout.boxes[number]
        html(
            .foreignObject,
            .number("x", Double(box.x)),
            .number("y", Double(box.y)),
            .number("width", Double(box.size.width)),
            .number("height", Double(box.size.height))
        ) { html in
            let keys = self.keys(of: number)
            switch cards[number] {
            case .warehouse(let name): warehouse(name, keys, &html)
            case .stage(let name):
                guard let stage = data.stages[name] else { return }
                StageCard(stage: stage, data: data, query: query, request: request).card(keys, &html)
            case .group(let group):
                GroupCard(group: group, data: data, query: query, request: request).card(keys, &html)
            }
        }
    }

    private func warehouse(_ name: String, _ keys: String, _ html: inout HTML) {
        html(.div, .class("node warehouse"), .data("card", "w/\(name)"), .data("keys", keys)) { html in
            html(.a, .href(request.paths.warehouse(name, project: data.project)), .title(name), text: name)
            html(.span, .class("quiet"), text: "Warehouse")
        }
    }

    // MARK: Keys

    /// The cards to the left, to the right, above and below, separated by spaces; `-`: there is no card.
    func keys(of number: Int) -> String {
        let near = layout.neighbours[number]
        return [near.left, near.right, near.above, near.below].map { $0.map(name) ?? "-" }.joined(separator: " ")
    }

    private func name(of number: Int) -> String {
        switch cards[number] {
        case .warehouse(let name): "w/\(name)"
        case .stage(let name): "s/\(name)"
        case .group(let group): "g/\(group.id)"
        }
    }

    // MARK: Edges

    /// All edges in one element; numbers repeat from column to column.
    private static func path(_ curves: [GraphLayout.Curve]) -> String {
        curves.map { curve in
            let width = curve.toX - curve.fromX
            let height = curve.toY - curve.fromY
            let half = width / 2
            guard height != 0 || width < 0 else { return "M\(curve.fromX) \(curve.fromY)h\(width)" }
            return "M\(curve.fromX) \(curve.fromY)c\(half) 0 \(half) \(height) \(width) \(height)"
        }
        .joined()
    }
}

/// A closed group of stages: how many are in each state, and a link that opens it.
struct GroupCard {
    let group: StageGroup
    let data: PipelineData
    let query: PipelineQuery
    let request: PageRequest

    /// The most states on a card, worst first.
    private static let maxStates = 3

    func card(_ keys: String, _ html: inout HTML) {
        html(
            .div,
            .class("node group is-\(worst.rawValue)"),
            .data("live", "group/\(data.project)/\(group.id)"),
            .data("on", "project/\(data.project)"),
            .data("card", "g/\(group.id)"),
            .data("keys", keys)
        ) { write(&$0) }
    }

    func row(_ html: inout HTML) {
        html(
            .li,
            .class("stage group is-\(worst.rawValue)"),
            .data("live", "part/\(data.project)/\(group.id)"),
            .data("on", "project/\(data.project)")
        ) { write(&$0) }
    }

    private func write(_ html: inout HTML) {
        let link = query.link(request, project: data.project) { $0.open.append(group.id) }
        html(.a, .href(link), .title(group.title), text: group.title)
        html(.span, .class("quiet"), text: "\(group.members.count) stages, open them")
        let states = counts
        for (state, count) in states.prefix(Self.maxStates) {
            html.state(state.shape, "\(count) \(state.words.lowercased())")
        }
        if let choice = data.choice {
            let members = Set(group.members)
            let open = choice.stages.count { $0.canPromote && members.contains($0.place.stage) }
            html.state("pending", "available to \(open)")
        }
    }

    private var worst: StageState { counts.first?.0 ?? .empty }

    private var counts: [(StageState, Int)] {
        (data.groups[group.id] ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
