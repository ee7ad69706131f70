package import HoistwayCrypto

/// Where one notification goes, and in what form.
package struct NotifyTarget: Sendable, Equatable {
    package enum Format: String, Sendable, CaseIterable {
        /// Our own JSON, signed where there is a secret.
        case generic
        /// What Slack's incoming webhooks take, and those that imitate them (Mattermost, Rocket.Chat).
        case slack
    }

    package var name: String
    /// May hold a token in its path, as Slack's do: it is never shown.
    package var url: Secret
    package var format: Format
    /// Signs what is sent; `nil`: nothing is signed.
    package var secret: Secret?

    package init(name: String, url: Secret, format: Format, secret: Secret?) {
        self.name = name
        self.url = url
        self.format = format
        self.secret = secret
    }
}
