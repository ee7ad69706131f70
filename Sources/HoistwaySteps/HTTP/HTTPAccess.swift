package import HoistwayModel
package import HoistwayPorts

/// How the steps `http`, `http-download` and `send-message` send requests for one promotion.
package struct HTTPAccess: Sendable {
    /// Makes a function that hides these secrets in texts.
    package typealias Hiding = @Sendable (_ secrets: [String]) -> @Sendable (_ text: String) -> String

    package var port: any StepHTTP
    /// Of the promotion's project.
    package var policy: HTTPPolicy
    /// Hides secrets in a text from another system, in any encoding.
    ///
    /// Only the secrets that the promotion has used: a reader can see what is hidden, and would learn about the secrets
    /// of other projects.
    package var hiding: Hiding
    /// Nothing is sent: the steps only describe the request.
    package var isPreview: Bool
    /// The channels of `send-message`; `nil`: the step fails.
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
