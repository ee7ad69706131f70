/// Why an object of another program is not taken over: the reason, its place, and the action for a person.
package struct TakeoverRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The object and the field or annotation: `Application argocd/web: metadata.annotations[…]`.
    package var place: String
    package var reason: String
    package var hint: String?

    package init(_ place: String, _ reason: String, hint: String? = nil) {
        self.place = place
        self.reason = reason
        self.hint = hint
    }

    package var description: String { "\(place): \(reason)" }
}
