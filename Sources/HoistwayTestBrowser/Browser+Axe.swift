import Foundation

/// axe-core, which judges whether everybody can use a page: <https://github.com/dequelabs/axe-core>.
///
/// It is not part of this repository; `scripts/packages` finds it.
package enum Axe {
    /// Its file, as the environment names it; `nil`: it could not be had.
    package static let path = ProcessInfo.processInfo.environment["HOISTWAY_TEST_AXE"].flatMap { $0.isEmpty ? nil : $0 }

    fileprivate static let source = Result {
        guard let path else { throw Browser.Failure(description: "HOISTWAY_TEST_AXE names no file") }
        return try String(contentsOfFile: path, encoding: .utf8)
    }
}

extension Browser {
    /// What axe finds against the page as it stands: the rule, what it asks for, and the first elements that break it.
    ///
    /// WebDriver puts it into the page: its policy would not let it in.
    package func axeViolations() async throws -> [String] {
        if try await value(of: "return window.axe === undefined") { try await run(try Axe.source.get() + "\n") }
        return try await value(
            of: """
                return axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations.map(
                  ({ id, help, nodes }) => [`${id}: ${help}`, ...nodes.slice(0, 4).map(({ html, any, all, none }) =>
                    `${html.slice(0, 200)} (${[...any, ...all, ...none].map(({ message }) => message).join("; ")})`)].join("\\n  ")));
                """
        )
    }
}
