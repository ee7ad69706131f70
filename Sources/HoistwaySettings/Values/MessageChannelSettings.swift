package import HoistwayCrypto
package import HoistwayModel

/// Where the step `send-message` may send to.
package struct MessageChannelSettings: Sendable, Equatable {
    package var name: String
    /// May hold a token: it is never shown.
    package var url: Secret
    package var format: NotificationSettings.Format
    /// `nil`: messages are not signed.
    package var secret: Secret?
    package var place: SourcePlace

    package init(
        name: String,
        url: Secret,
        format: NotificationSettings.Format = NotificationSettings.defaultFormat,
        secret: Secret? = nil,
        place: SourcePlace
    ) {
        self.name = name
        self.url = url
        self.format = format
        self.secret = secret
        self.place = place
    }
}
