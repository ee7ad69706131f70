/// The methods with which a host can merge a pull request.
package enum MergeMethod {
    /// `nil`: the host has the method.
    package static func problem(_ method: String, at kind: ForgeKind) -> (message: String, hint: String)? {
        guard !kind.mergeMethods.contains(method) else { return nil }
        return (
            "\(kind.name) has no mergeMethod \(ShownText.quoted(method))",
            "it has \(kind.mergeMethods.joined(separator: ", "))"
        )
    }
}
