import HoistwayModel
import HoistwayPorts

/// The rows of freight above a pipeline: after a click on one, the stages show whether it may go there.
struct FreightRows {
    let data: PipelineData
    let query: PipelineQuery
    let request: PageRequest

    /// How many stages are named on a piece of freight.
    private static let namedStages = 2

    func write(_ html: inout HTML) {
        html(.section, .class("freight-rows"), .aria("label", "Freight")) { html in
            html(.h2, .class("unseen"), text: "Freight")
            for row in data.rows { write(row, &html) }
            let more = data.graph.warehouses.count - data.rows.count
            if more > 0 {
                html(.p, .class("quiet"), text: "\(more) more warehouses: the search finds their freight.")
            }
        }
    }

    func write(_ row: FreightRow, _ html: inout HTML) {
        let key = "\(data.project)/\(row.warehouse)"
        html(
            .div,
            .class("freight-row"),
            .data("live", "row/\(key)"),
            .data("on", "warehouse/\(key) freight/\(data.project)")
        ) { html in
            html(.h3) { html in
                html(.a, .href(request.paths.warehouse(row.warehouse, project: data.project)), text: row.warehouse)
            }
            if row.freight.isEmpty, row.old.isEmpty {
                html(.p, .class("quiet"), text: "No freight yet: the warehouse makes it when it finds new versions.")
            } else {
                html(.ul, .class("freight-list")) { html in
                    for freight in row.freight { chip(freight, row, &html) }
                    for old in row.old { chip(old, &html) }
                    more(row, &html)
                }
            }
        }
    }

    private func chip(_ freight: FreightView, _ row: FreightRow, _ html: inout HTML) {
        let first = freight.contents.first
        chip(
            id: freight.id,
            alias: freight.alias,
            version: first.map(\.version) ?? freight.alias,
            more: max(0, freight.contents.count - 1),
            time: freight.discoveredAt,
            places: row.places[freight.id] ?? [],
            &html
        )
    }

    private func chip(_ old: FreightRow.Present, _ html: inout HTML) {
        chip(
            id: old.content.freight,
            alias: old.content.alias,
            version: old.content.artifacts.first.map(\.version) ?? old.content.alias,
            more: max(0, old.content.artifacts.count - 1),
            time: nil,
            places: old.stages,
            &html
        )
    }

    private func chip(
        id: String,
        alias: String,
        version: String,
        more: Int,
        time: Timestamp?,
        places: [String],
        _ html: inout HTML
    ) {
        let isChosen = data.choice?.freight == id
        let link = query.link(request, project: data.project) { $0.freight = isChosen ? nil : id }
        html(.li) { html in
            html(
                .a,
                .class("freight \(color(places))"),
                .href(link),
                .title("\(alias): \(Self.listed(places))"),
                .when(isChosen, .aria("current", "true")),
                .data("freight", id)
            ) { html in
                html(.b, text: more > 0 ? "\(version) +\(more)" : version)
                html(.span, text: words(places))
                if let time { html.time(time, now: request.now) }
            }
        }
    }

    /// For the tooltip: more than fits on the chip.
    private static func listed(_ places: [String]) -> String {
        guard !places.isEmpty else { return "in no stage" }
        let more = places.count - 12
        return "in " + places.prefix(12).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }

    private func words(_ places: [String]) -> String {
        guard !places.isEmpty else { return "in no stage" }
        let named = places.suffix(Self.namedStages).joined(separator: ", ")
        let more = places.count - Self.namedStages
        return more > 0 ? "\(named) +\(more)" : named
    }

    /// The colour of the deepest stage that has it; cards of stages have the same colours.
    private func color(_ places: [String]) -> String {
        guard let depth = places.compactMap({ data.depths[$0] }).max() else { return "nowhere" }
        return DepthColor.name(of: depth)
    }

    private func more(_ row: FreightRow, _ html: inout HTML) {
        if row.isOlder {
            html(.li) { html in
                let link = query.link(request, project: data.project) { $0.older = nil }
                html(.a, .class("more"), .href(link), text: "Newest")
            }
        }
        if let next = row.next {
            html(.li) { html in
                let link = query.link(request, project: data.project) {
                    $0.older = .init(warehouse: row.warehouse, after: next)
                }
                html(.a, .class("more"), .href(link), text: "Older")
            }
        }
    }
}

/// Colours for the depth of a stage in its pipeline.
enum DepthColor {
    /// The number of colours in the style sheet; deeper stages share the last one.
    static let count = 6

    static func name(of depth: Int) -> String { "depth-\(min(depth, count - 1))" }
}
