/// Which channel a step `send-message` means.
package struct MessageChannelKey: Sendable, Hashable {
    /// The project of a `MessageChannel`; `nil`: a `ClusterMessageChannel`, which all projects share.
    package var project: String?
    package var name: String

    package init(project: String?, name: String) {
        self.project = project
        self.name = name
    }

    /// As people know it.
    package var text: String {
        "\(project == nil ? "ClusterMessageChannel" : "MessageChannel") \(ShownText.quoted(name))"
    }

    /// Where it would be written if it is missing.
    package var hint: String {
        let entry = "messageChannels: [{name: \(ShownText.bare(name)), format: slack, url: {file: …}}]"
        let place =
            project.map { "write `projects: {\($0): {\(entry)}}` in the configuration" }
            ?? "write `\(entry)` at the top of the configuration"
        return "\(place); Kargo's own manifest of it is not read"
    }
}
