import HoistwayConsole
import HoistwayModel
import HoistwayPorts

/// The filter of the overview, from its address.
struct OverviewFilter: Sendable, Equatable {
    /// Projects on one page.
    static let pageSize = 50
    /// The most stages in a project's row; a link leads to the others.
    static let stagesShown = 24

    var project: String?
    /// `team=payments`.
    var label: String?
    var state: StageState?
    var health: HealthStatus?
    var mode: PromotionMode?
    /// A part of a version, tag, digest or commit.
    var version: String?
    /// Where the list continues.
    var after: ProjectPosition?

    init(_ query: FormFields) throws(APIError) {
        project = query.text("project")
        label = query.text("label")
        version = query.text("version")
        state = try Self.value(query, "state")
        health = try Self.value(query, "health")
        mode = try Self.value(query, "mode")
        if let label, !label.contains("=") {
            throw .invalid("a label is written name=value", hint: "as in team=payments")
        }
        if let text = query.text("after") {
            guard let dot = text.firstIndex(of: "."), let state = StageState(rawValue: String(text[..<dot])) else {
                throw .notFound("the list has no such place")
            }
            after = ProjectPosition(state: state, name: String(text[text.index(after: dot)...]))
        }
    }

    /// The filter for the operator; a token for one project sees no other project.
    func stages(for caller: Caller) throws(APIError) -> StageFilter {
        var labels: [String: String] = [:]
        if let label, let equals = label.firstIndex(of: "=") {
            labels[String(label[..<equals])] = String(label[label.index(after: equals)...])
        }
        return StageFilter(
            project: try caller.scope(asked: project),
            states: state.map { [$0] } ?? [],
            health: health.map { [$0] } ?? [],
            mode: mode,
            labels: labels,
            contains: version
        )
    }

    var isEmpty: Bool {
        project == nil && label == nil && state == nil && health == nil && mode == nil && version == nil
    }

    /// The query of the address, without the position in the list.
    var query: [(name: String, value: String?)] {
        [
            ("project", project), ("label", label), ("state", state?.rawValue), ("health", health?.rawValue),
            ("mode", mode?.rawValue), ("version", version),
        ]
    }

    private static func value<Value: RawRepresentable<String>>(
        _ query: FormFields,
        _ name: String
    ) throws(APIError) -> Value? {
        guard let text = query.text(name) else { return nil }
        guard let value = Value(rawValue: text) else {
            throw .invalid("there is no \(name) of this name", hint: "choose one of the list")
        }
        return value
    }
}
