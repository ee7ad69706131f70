/// `argocd.argoproj.io/manifest-generate-paths`: the files from which an Application's manifests are made.
package struct GeneratePaths: Sendable, Equatable {
    package static let annotation = "argocd.argoproj.io/manifest-generate-paths"

    /// Paths from the root of the repository, without `.`, `..` and slashes at the ends; empty: everything.
    package let paths: [String]

    /// Most entries that are checked; with more, every file counts.
    package static let maxPaths = 200

    /// - Parameters:
    ///   - text: separated by `;`; a path with a leading slash is relative to the root of the repository, others to
    ///     `sourcePath`.
    ///   - sourcePath: the path of the source whose repository has changed.
    package init(_ text: String, sourcePath: String) {
        let entries = text.split(separator: ";").map { String($0).trimmed() }.filter { !$0.isEmpty }
        guard entries.count <= Self.maxPaths else {
            paths = [""]
            return
        }
        paths = entries.map { entry in
            String(GoPath.join("/", entry.hasPrefix("/") ? "" : sourcePath, entry).dropFirst())
        }
    }

    /// Whether there are no paths, so that every file counts.
    package var isEmpty: Bool { paths.isEmpty }

    /// The first file that counts, with its path.
    ///
    /// - Parameter files: sorted by bytes, so that the files below a folder are together: the time depends on the
    ///   number of paths, not on that of files.
    package func firstMatch(among files: [String]) -> (file: String, path: String)? {
        for path in paths {
            guard !path.isEmpty else { return files.first.map { ($0, "/") } }
            if let file = files.first(atOrAbove: path), file == path { return (file, path) }
            let folder = path + "/"
            if let file = files.first(atOrAbove: folder), file.utf8.starts(with: folder.utf8) { return (file, path) }
            guard let fixed = PathGlob.fixedStart(of: path) else { continue }
            let start = files.position(atOrAbove: fixed)
            for file in files[start...] {
                guard file.utf8.starts(with: fixed.utf8) else { break }
                if PathGlob.matches(path, file) { return (file, path) }
            }
        }
        return nil
    }
}

extension [String] {
    /// In a sorted list: the position of the first element that is not below `text`.
    fileprivate func position(atOrAbove text: String) -> Int {
        var range = 0..<count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if self[middle].utf8.lexicographicallyPrecedes(text.utf8) {
                range = (middle + 1)..<range.upperBound
            } else {
                range = range.lowerBound..<middle
            }
        }
        return range.lowerBound
    }

    fileprivate func first(atOrAbove text: String) -> String? {
        let position = position(atOrAbove: text)
        return position < count ? self[position] : nil
    }
}
