import HoistwayModel

/// One path for senders' posts.
package struct ReceiverRoute: Sendable {
    /// The content types that a sender uses.
    package struct ContentTypes: OptionSet, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// `application/json` and `application/*+json`, which include the registries' own types.
        package static let json = ContentTypes(rawValue: 1)
        /// A form: `application/x-www-form-urlencoded`.
        package static let form = ContentTypes(rawValue: 2)
        /// Any type or none: for senders whose type is not documented.
        package static let any = ContentTypes(rawValue: 4)
    }

    /// The receiver's name, as configured; a label of metrics.
    package var name: String
    /// Begins with a slash.
    ///
    /// A slash at the end makes no difference.
    package var path: String
    package var verifier: any RequestVerifier
    package var contentTypes: ContentTypes
    /// The largest accepted body, in bytes.
    package var maxBodyBytes: Int
    /// The headers for the sender's delivery id, in order of preference.
    package var idHeaders: [String]
    /// Authentic deliveries a second; above it senders are asked to send again later.
    ///
    /// `nil`: no limit.
    package var maxPerSecond: Int?

    package init(
        name: String,
        path: String,
        verifier: any RequestVerifier,
        contentTypes: ContentTypes = .json,
        maxBodyBytes: Int = 5 << 20,
        idHeaders: [String] = [],
        maxPerSecond: Int? = nil
    ) {
        self.name = name
        self.path = path
        self.verifier = verifier
        self.contentTypes = contentTypes
        self.maxBodyBytes = maxBodyBytes
        self.idHeaders = idHeaders
        self.maxPerSecond = maxPerSecond
    }

    /// Whether the sender may use this content type; parameters such as charset do not matter.
    func accepts(contentType: String?) -> Bool {
        if contentTypes.contains(.any) { return true }
        guard let contentType else { return false }
        // Nearly every sender writes exactly this; splitting it and making it lower case cost more than all other
        // headers.
        if contentType.isEqualIgnoringCase(to: "application/json") { return contentTypes.contains(.json) }
        let essence = contentType.prefix { $0 != ";" }.lowercased().trimmingBlanks()
        if essence == "application/json" || (essence.hasPrefix("application/") && essence.hasSuffix("+json")) {
            return contentTypes.contains(.json)
        }
        return essence == "application/x-www-form-urlencoded" && contentTypes.contains(.form)
    }
}

extension StringProtocol {
    /// Without spaces and tabs on either side.
    func trimmingBlanks() -> String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        let start = drop(while: isBlank)
        guard let last = start.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(start[...last])
    }
}
