package import HoistwayCrypto

/// The target of one notification, and its form.
package struct NotifyTarget: Sendable, Equatable {
    package enum Format: String, Sendable, CaseIterable {
        /// Our own JSON, signed if there is a secret.
        case generic
        /// The form of Slack's incoming webhooks, and of compatible ones (Mattermost, Rocket.Chat).
        case slack
    }

    package var name: String
    /// May hold a token in its path, as Slack's do: it is never shown.
    package var url: Secret
    package var format: Format
    /// Signs the messages; `nil`: they are not signed.
    package var secret: Secret?

    package init(name: String, url: Secret, format: Format, secret: Secret?) {
        self.name = name
        self.url = url
        self.format = format
        self.secret = secret
    }
}
