/// The title and the description of a new pull request.
package struct PullRequestText: Sendable, Equatable {
    /// The longest title that every host accepts, in characters; GitLab has the lowest limit: 255.
    package static let maxTitle = 255
    /// The longest description that every host accepts, in characters; Azure DevOps has the lowest limit: 4000.
    package static let maxBody = 4000

    package var title: String
    package var body: String

    /// Texts that the step does not give come from the head commit's message, as in Kargo.
    ///
    /// - Parameters:
    ///   - link: a page about the promotion; `nil`: there is none.
    package init(title: String?, description: String?, message: String, link: String?) {
        let message = message.trimmed()
        let (first, rest) = Self.split(message)
        self.title = title ?? first
        if self.title.isEmpty { self.title = "Promotion" }
        if self.title.count > Self.maxTitle { self.title = String(self.title.prefix(Self.maxTitle - 1)) + "…" }
        let text = description ?? (title == nil ? rest : message)
        let line = link.map { "[View in Hoistway](\($0))" }
        let room = Self.maxBody - (line.map { $0.count + 2 } ?? 0)
        let cut = text.count > room ? String(text.prefix(room - 1)) + "…" : text
        body = [cut, line ?? ""].filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private static func split(_ message: String) -> (first: String, rest: String) {
        guard let end = message.firstIndex(where: \.isNewline) else { return (message, "") }
        return (String(message[..<end]).trimmed(), String(message[end...]).trimmed())
    }
}
