package import HoistwayModel

/// Where the step `send-message` sends to.
package protocol MessageChannels: Sendable {
    /// Sends it once; bounded in time and size. Returns when the channel has taken it.
    ///
    /// - Parameters:
    ///   - policy: of the promotion's project, for the channel's host and its present address.
    ///   - secrets: what the message was made from, as expressions mark it: `secret('NAME')`.
    func send(
        _ message: ChannelMessage,
        to channel: MessageChannelKey,
        policy: HTTPPolicy,
        secrets: Set<String>
    ) async throws(ChannelFailure) -> SentMessage
}

/// What is sent, and for which promotion.
package struct ChannelMessage: Sendable, Equatable {
    package enum Content: Sendable, Equatable {
        case text(String)
        /// A mapping: the whole message, in the form that the channel's server wants.
        case structure([String: ConfigValue])
    }

    /// The same where a message is sent again because nobody knows whether it was sent.
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

/// What became of a message that was taken.
package struct SentMessage: Sendable, Equatable {
    /// Of the longest text that is sent, in characters; `nil`: all of the text was sent.
    package var cutAt: Int?

    package init(cutAt: Int? = nil) {
        self.cutAt = cutAt
    }
}

/// Why a channel has not taken a message.
///
/// Never with the channel's URL, which may be a secret: name and host stand for it.
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

    /// Whether the same message would come to the same end.
    package var isTerminal: Bool {
        switch self {
        case .unknown, .unfit: true
        case .unsent(_, let failure): failure.isTerminal
        case .refused(_, let status): status < 500 && ![408, 425, 429].contains(status)
        }
    }
}
