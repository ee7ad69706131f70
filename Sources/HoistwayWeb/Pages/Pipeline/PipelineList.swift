import HoistwayLayout
import HoistwayModel
import HoistwayPorts

/// The pipeline as a list, upstream first, with everything that the graph has.
struct PipelineList {
    let data: PipelineData
    let query: PipelineQuery
    let request: PageRequest

    /// The most upstream stages that a row names.
    private static let namedUpstreams = 3

    func write(_ html: inout HTML) {
        let upstreams = self.upstreams
        html(.ol, .class("stages list-view"), .aria("label", "Stages of \(data.project), upstream first")) { html in
            for card in ordered {
                switch card {
                case .warehouse: continue
                case .stage(let name):
                    guard let stage = data.stages[name] else { continue }
                    StageCard(stage: stage, data: data, query: query, request: request)
                        .row(Self.words(upstreams[name] ?? []), &html)
                case .group(let group):
                    GroupCard(group: group, data: data, query: query, request: request).row(&html)
                }
            }
        }
        if data.drawing.fold.hidden > 0 {
            html(
                .p,
                .class("quiet"),
                text: "\(data.drawing.fold.hidden) stages are not listed here: the search finds them. Stages with the "
                    + "same label \(PipelineShape.groupLabel) would be one group."
            )
        }
    }

    /// A group is at the position of its first stage.
    private var ordered: [PipelineFold.Card] {
        let places = Dictionary(data.graph.stages.enumerated().map { ($1.name, $0) }) { first, _ in first }
        return data.drawing.fold.cards.prefix(PipelineFold.maxCards)
            .map { card in
                switch card {
                case .warehouse: (card, -1)
                case .stage(let name): (card, places[name] ?? 0)
                case .group(let group): (card, group.members.compactMap { places[$0] }.min() ?? 0)
                }
            }
            .sorted { $0.1 < $1.1 }.map(\.0)
    }

    private var upstreams: [String: [String]] {
        var upstreams: [String: [String]] = [:]
        for edge in data.graph.edges {
            let name = edge.from.kind == .warehouse ? "warehouse \(edge.from.name)" : edge.from.name
            upstreams[edge.to.name, default: []].append(name)
        }
        return upstreams
    }

    /// The sources of a stage's freight, in words.
    func upstreams(of stage: String) -> String { Self.words(upstreams[stage] ?? []) }

    private static func words(_ upstreams: [String]) -> String {
        guard !upstreams.isEmpty else { return "only approved freight" }
        // If a stage gets freight of several warehouses from one stage, there is one edge for each.
        var seen: Set<String> = []
        let names = upstreams.filter { seen.insert($0).inserted }
        let more = names.count - namedUpstreams
        return "from " + names.prefix(namedUpstreams).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }
}
