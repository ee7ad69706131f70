package import HoistwayModel
package import HoistwayPorts

/// How the steps `http`, `http-download` and `send-message` reach the outside for one promotion.
package struct HTTPAccess: Sendable {
    /// Makes what hides these secrets in texts.
    package typealias Hiding = @Sendable (_ secrets: [String]) -> @Sendable (_ text: String) -> String

    package var port: any StepHTTP
    /// Of the promotion's project.
    package var policy: HTTPPolicy
    /// Hides secrets in a text that came from outside, in whatever form they stand there.
    ///
    /// Only those that the promotion has used: whether a text is hidden can be seen, and would tell of the secrets of other projects.
    package var hiding: Hiding
    /// Nothing is sent: only what would be sent is said.
    package var isPreview: Bool
    /// Where `send-message` sends to; `nil`: it cannot, and fails.
    package var channels: (any MessageChannels)?

    package init(
        port: any StepHTTP,
        policy: HTTPPolicy = HTTPPolicy(),
        isPreview: Bool = false,
        hiding: @escaping Hiding = { _ in { $0 } }
    ) {
        self.port = port
        self.policy = policy
        self.isPreview = isPreview
        self.hiding = hiding
    }
}
