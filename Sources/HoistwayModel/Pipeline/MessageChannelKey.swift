/// The channel of a step `send-message`.
package struct MessageChannelKey: Sendable, Hashable {
    /// The project of a `MessageChannel`; `nil`: a `ClusterMessageChannel`, which all projects share.
    package var project: String?
    package var name: String

    package init(project: String?, name: String) {
        self.project = project
        self.name = name
    }

    /// The name for people.
    package var text: String {
        "\(project == nil ? "ClusterMessageChannel" : "MessageChannel") \(ShownText.quoted(name))"
    }

    /// Where to define it if it is missing.
    package var hint: String {
        let entry = "messageChannels: [{name: \(ShownText.bare(name)), format: slack, url: {file: …}}]"
        let place =
            project.map { "write `projects: {\($0): {\(entry)}}` in the configuration" }
            ?? "write `\(entry)` at the top of the configuration"
        return "\(place); Kargo's own manifest of it is not read"
    }
}
