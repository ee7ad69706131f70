package import HoistwayCrypto
package import HoistwayModel

/// Which events are sent to which webhook.
package struct NotificationSettings: Sendable, Equatable {
    package enum Format: String, Sendable, CaseIterable {
        /// Our own JSON.
        case generic
        /// The form of Slack's incoming webhooks.
        case slack
    }

    /// `format`.
    package static let defaultFormat = Format.generic

    package var name: String
    /// May hold a token: it is never shown.
    package var url: Secret
    package var format: Format
    /// `nil`: messages are not signed.
    package var secret: Secret?
    package var events: [NoticeEvent]
    /// `nil`: all.
    package var projects: [String]?
    package var place: SourcePlace

    package init(
        name: String,
        url: Secret,
        format: Format = NotificationSettings.defaultFormat,
        secret: Secret? = nil,
        events: [NoticeEvent] = NoticeEvent.allCases,
        projects: [String]? = nil,
        place: SourcePlace
    ) {
        self.name = name
        self.url = url
        self.format = format
        self.secret = secret
        self.events = events
        self.projects = projects
        self.place = place
    }
}
