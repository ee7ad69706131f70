/// Stages that a large pipeline draws as one card until it is opened.
package struct StageGroup: Sendable, Hashable {
    /// For links: the name of its first stage, and for a part of a group the number of the part.
    package let id: String
    /// The label's value; `nil`: its stages have equal upstreams.
    package let label: String?
    /// By name; never empty.
    package let members: [String]
    /// The group of which it is a part; `nil`: it stands alone.
    package let parent: String?

    /// `eu`, or `edge-001 … edge-100`.
    package var title: String {
        if let label, parent == nil { return label }
        guard let first = members.first, let last = members.last, first != last else { return members.first ?? "" }
        return "\(first) … \(last)"
    }
}
