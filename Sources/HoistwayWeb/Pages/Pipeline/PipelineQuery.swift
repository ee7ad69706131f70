import HoistwayConsole
import HoistwayLayout
import HoistwayModel
import HoistwayPorts

/// The view of a pipeline that a person has chosen: all of it is in the address, so that every choice is a link.
struct PipelineQuery: Sendable, Equatable {
    enum View: String, Sendable {
        case graph
        case list
    }

    /// In percent.
    static let zooms = [50, 75, 100, 150, 200]
    static let usualZoom = 100

    /// `nil`: the graph on wide screens, the list on small ones.
    var view: View?
    /// Ids of open groups.
    var open: [String] = []
    var zoom = Self.usualZoom
    /// The freight whose possible stages are shown.
    var freight: String?
    /// Where the row of one warehouse continues.
    var older: Older?

    struct Older: Sendable, Equatable {
        var warehouse: String
        var after: FreightPosition
    }

    init() {}

    init(_ query: FormFields, project: String) throws(APIError) {
        if let text = query.text("view") {
            guard let view = View(rawValue: text) else {
                throw .invalid("a pipeline has no view \(ShownText.quoted(text))", hint: "view is graph or list")
            }
            self.view = view
        }
        open = Array(query.all("open").prefix(PipelineFold.maxOpen))
        // Another number is no error: the nearest one is used.
        let wanted = query.text("zoom").flatMap { Int($0) } ?? Self.usualZoom
        zoom = Self.zooms.min { abs($0 - wanted) < abs($1 - wanted) } ?? Self.usualZoom
        freight = query.text("freight")
        guard let warehouse = query.text("row"), let id = query.text("after"),
            let time = query.text("at").flatMap({ Timestamp(rfc3339: $0) })
        else { return }
        older = Older(warehouse: warehouse, after: FreightPosition(discoveredAt: time, id: id, project: project))
    }

    var fields: [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        if let view { fields.append(("view", view.rawValue)) }
        fields += open.map { ("open", $0) }
        if zoom != Self.usualZoom { fields.append(("zoom", String(zoom))) }
        if let freight { fields.append(("freight", freight)) }
        if let older {
            fields += [("row", older.warehouse), ("after", older.after.id), ("at", older.after.discoveredAt.rfc3339)]
        }
        return fields
    }

    /// A link to this pipeline with another view.
    func link(_ request: PageRequest, project: String, _ change: (inout PipelineQuery) -> Void) -> Link {
        var other = self
        change(&other)
        return request.paths.link(["projects", project], query: other.fields)
    }
}
