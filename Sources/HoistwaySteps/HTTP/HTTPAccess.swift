package import HoistwayModel
package import HoistwayPorts

/// How the step `http` reaches the outside for one promotion.
package struct HTTPAccess: Sendable {
    package var port: any StepHTTP
    /// Of the promotion's project.
    package var policy: HTTPPolicy
    /// Hides every secret that the program knows in a text that came from outside.
    package var hide: @Sendable (String) -> String
    /// Nothing is sent: only what would be sent is said.
    package var isPreview: Bool

    package init(
        port: any StepHTTP,
        policy: HTTPPolicy = HTTPPolicy(),
        isPreview: Bool = false,
        hide: @escaping @Sendable (String) -> String = { $0 }
    ) {
        self.port = port
        self.policy = policy
        self.isPreview = isPreview
        self.hide = hide
    }

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
