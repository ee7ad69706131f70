package import HoistwayModel

/// The channels to which the step `send-message` sends.
package protocol MessageChannels: Sendable {
    /// Sends the message once; bounded in time and size. Returns when the channel has accepted it.
    ///
    /// - Parameters:
    ///   - policy: the policy of the promotion's project, for the channel's host and its current address.
    ///   - secrets: the secrets in the message, as expressions mark them: `secret('NAME')`.
    func send(
        _ message: ChannelMessage,
        to channel: MessageChannelKey,
        policy: HTTPPolicy,
        secrets: Set<String>
    ) async throws(ChannelFailure) -> SentMessage
}

/// A message, and the promotion that sends it.
package struct ChannelMessage: Sendable, Equatable {
    package enum Content: Sendable, Equatable {
        case text(String)
        /// A mapping: the whole message, in the format of the channel's server.
        case structure([String: ConfigValue])
    }

    /// Stays the same when a message is sent again because it is not known whether it was sent.
    package var id: String
    package var content: Content
    package var stage: StageKey
    package var promotion: PromotionID
    package var freight: FreightID

    package init(id: String, content: Content, stage: StageKey, promotion: PromotionID, freight: FreightID) {
        self.id = id
        self.content = content
        self.stage = stage
        self.promotion = promotion
        self.freight = freight
    }
}

/// The result of a message that the channel accepted.
package struct SentMessage: Sendable, Equatable {
    /// The limit at which the text was cut, in characters; `nil`: the whole text was sent.
    package var cutAt: Int?

    package init(cutAt: Int? = nil) {
        self.cutAt = cutAt
    }
}

/// Why a channel did not accept a message.
///
/// Never contains the channel's URL, which may be a secret, but its name and host.
package enum ChannelFailure: Diagnosable, Equatable {
    case unknown(MessageChannelKey)
    case unsent(MessageChannelKey, StepHTTPFailure)
    case refused(MessageChannelKey, status: Int)
    case unfit(MessageChannelKey, String)

    package var message: String {
        switch self {
        case .unknown(let channel): "there is no \(channel.text)"
        case .unsent(let channel, let failure) where failure.mayHaveArrived:
            "nobody knows whether the message to the \(channel.text) has arrived: \(failure.message)"
        case .unsent(let channel, let failure): "the message to the \(channel.text) was not sent: \(failure.message)"
        case .refused(let channel, 429): "the server of the \(channel.text) limits the rate of messages (429)"
        case .refused(let channel, let status) where (300..<400).contains(status):
            "the server of the \(channel.text) answered \(status), a redirect that would lose the message: it was not sent"
        case .refused(let channel, let status): "the server of the \(channel.text) answered \(status)"
        case .unfit(let channel, let problem): "the message to the \(channel.text) cannot be sent: \(problem)"
        }
    }

    package var hint: String? {
        switch self {
        case .unknown(let channel): channel.hint
        case .unsent(_, let failure): failure.hint
        case .refused(_, 300..<400): "write the URL that it leads to"
        case .refused(_, 400..<500) where isTerminal: "check the channel's url, format and secret"
        case .refused, .unfit: nil
        }
    }

    /// Whether the same message would fail again.
    package var isTerminal: Bool {
        switch self {
        case .unknown, .unfit: true
        case .unsent(_, let failure): failure.isTerminal
        case .refused(_, let status): status < 500 && ![408, 425, 429].contains(status)
        }
    }
}
