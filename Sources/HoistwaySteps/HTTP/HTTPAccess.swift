package import HoistwayModel
package import HoistwayPorts

/// How the step `http` reaches the outside for one promotion.
package struct HTTPAccess: Sendable {
    package var port: any StepHTTP
    /// Of the promotion's project.
    package var policy: HTTPPolicy
    /// Hides these secrets in a text that came from outside, in whatever form they stand there.
    ///
    /// Only those: whether a text is hidden can be seen, and would tell of the secrets of other projects.
    package var hide: @Sendable (_ text: String, _ secrets: [String]) -> String
    /// Nothing is sent: only what would be sent is said.
    package var isPreview: Bool

    package init(
        port: any StepHTTP,
        policy: HTTPPolicy = HTTPPolicy(),
        isPreview: Bool = false,
        hide: @escaping @Sendable (_ text: String, _ secrets: [String]) -> String = { text, _ in text }
    ) {
        self.port = port
        self.policy = policy
        self.isPreview = isPreview
        self.hide = hide
    }
}

/// The secrets that a promotion has used so far, and what hides them.
struct UsedSecrets {
    private let values: [String]
    private let hiding: @Sendable (_ text: String, _ secrets: [String]) -> String

    init(_ context: StepContext, _ access: HTTPAccess) {
        values = context.secretsSeen.sorted().flatMap(context.lookups.values(ofSecret:))
        hiding = access.hide
    }

    func hide(_ text: String) -> String { values.isEmpty ? text : hiding(text, values) }

    /// The value with secrets hidden in all its texts and keys.
    func hidden(_ value: ConfigValue) -> ConfigValue {
        switch value {
        case .null, .bool, .number: value
        case .string(let text): .string(hide(text))
        case .list(let items): .list(items.map(hidden))
        case .map(let entries):
            .map(Dictionary(entries.map { (hide($0.key), hidden($0.value)) }) { _, last in last })
        }
    }
}
