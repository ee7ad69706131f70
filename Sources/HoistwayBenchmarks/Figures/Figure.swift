/// One row of the table.
struct Figure: Sendable {
    /// The required range of a figure.
    enum Bound: Sendable {
        case none
        case atLeast(floor: Double, goal: Double)
        case atMost(floor: Double, goal: Double)
    }

    var name: String
    /// The measured value, with its unit.
    var measured: String
    /// The value to compare with, with its unit.
    var baseline: String
    /// The value that the bound applies to: a ratio, or the figure itself.
    var value: Double?
    var bound: Bound
    var note: String

    init(
        _ name: String,
        measured: String,
        baseline: String = "",
        value: Double? = nil,
        bound: Bound = .none,
        note: String = ""
    ) {
        self.name = name
        self.measured = measured
        self.baseline = baseline
        self.value = value
        self.bound = bound
        self.note = note
    }

    /// `goal`, `floor` (within the floor, but not the goal) or `MISSED`.
    var verdict: String {
        guard let value else { return "" }
        switch bound {
        case .none: return ""
        case .atLeast(let floor, let goal): return value >= goal ? "goal" : value >= floor ? "floor" : "MISSED"
        case .atMost(let floor, let goal): return value <= goal ? "goal" : value <= floor ? "floor" : "MISSED"
        }
    }

    var boundText: String {
        switch bound {
        case .none: ""
        case .atLeast(let floor, let goal): "≥ \(Self.number(floor)) / \(Self.number(goal))"
        case .atMost(let floor, let goal): "≤ \(Self.number(floor)) / \(Self.number(goal))"
        }
    }

    /// Three significant digits: 0.412, 17.3, 1234.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
        let size = abs(value)
        if size >= 100 { return String(Int(value.rounded())) }
        let places = size >= 10 ? 10.0 : size >= 1 ? 100.0 : 1000.0
        return "\((value * places).rounded() / places)"
    }
}
