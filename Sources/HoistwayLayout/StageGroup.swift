/// Stages that a large pipeline draws as one card until it is opened.
package struct StageGroup: Sendable, Hashable {
    /// Used in links: the name of the first stage, and the number of the part for a part of a group.
    package let id: String
    /// The label's value; `nil`: the stages of the group have equal upstreams.
    package let label: String?
    /// Sorted by name; never empty.
    package let members: [String]
    /// The group of which this is a part; `nil`: it is not a part.
    package let parent: String?

    /// `eu`, or `edge-001 … edge-100`.
    package var title: String {
        if let label, parent == nil { return label }
        guard let first = members.first, let last = members.last, first != last else { return members.first ?? "" }
        return "\(first) … \(last)"
    }
}
