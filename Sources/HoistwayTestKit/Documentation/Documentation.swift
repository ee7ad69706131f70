package import Foundation

/// The pages of the documentation and the README, in the folder of the sources.
package enum Documentation {
    /// The root of the package.
    package static let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    package static let folder = "Sources/hoistway/Documentation.docc"

    /// Every page, in the order of the paths.
    package static func pages() throws -> [MarkdownPage] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
        let paths = ["README.md"] + names.filter { $0.hasSuffix(".md") }.sorted().map { "\(folder)/\($0)" }
        return try paths.map(page)
    }

    /// One page, by its path from the root of the package.
    package static func page(_ path: String) throws -> MarkdownPage {
        MarkdownPage(path: path, text: try String(contentsOf: root.appending(path: path), encoding: .utf8))
    }
}
