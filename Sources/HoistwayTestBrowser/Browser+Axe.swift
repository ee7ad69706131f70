import Foundation

/// axe-core, which checks the accessibility of a page: <https://github.com/dequelabs/axe-core>.
///
/// It is not part of this repository; `scripts/packages` finds it.
package enum Axe {
    /// Its file, from the environment; `nil`: it is not installed.
    package static let path = ProcessInfo.processInfo.environment["HOISTWAY_TEST_AXE"].flatMap { $0.isEmpty ? nil : $0 }

    fileprivate static let source = Result {
        guard let path else { throw Browser.Failure(description: "HOISTWAY_TEST_AXE names no file") }
        return try String(contentsOfFile: path, encoding: .utf8)
    }
}

extension Browser {
    /// axe's findings about the present page: the rule, its requirement, and the first elements that break it.
    ///
    /// WebDriver adds the script to the page, since the page's policy would refuse it.
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
