import HoistwayModel

/// Which versions of manifests run together: new ones without errors, else those that ran before.
package struct ManifestChoice: Sendable {
    package struct Refusal: Sendable {
        package var version: ManifestVersion
        /// The problems of the whole configuration when this version is part of it.
        package var problems: [Problem]

        /// For people: each problem with its place, and its hint on a line of its own; only the first ones of very
        /// many.
        package var told: [String] { told(\.description) }

        /// The same for a sentence or the log: each on one line, unless its own message has line breaks.
        package var lines: [String] { told(\.line) }

        private func told(_ text: (Problem) -> String) -> [String] {
            let rest = problems.count - Self.maxTold
            return problems.prefix(Self.maxTold).map(text) + (rest > 0 ? ["and \(rest) more"] : [])
        }

        private static let maxTold = 50
    }

    /// `nil` where even the versions that ran before do not fit the rest of the configuration.
    package var loaded: LoadedSettings?
    /// Those of what was loaded; where nothing was, those of all new versions together.
    package var problems: [Problem]
    /// The versions that were loaded.
    package var versions: [ManifestVersion]
    package var refused: [Refusal]

    /// Tries all new versions together, since one may need another; then each alone, beside those that ran before.
    ///
    /// - Parameters:
    ///   - running: at most one for each source.
    ///   - new: at most one for each source.
    ///   - load: reads the configuration with these versions.
    package init(
        running: [ManifestVersion],
        new: [ManifestVersion],
        load: ([ManifestVersion]) -> (LoadedSettings?, [Problem])
    ) {
        let all = Self.merged(running, new)
        let (loaded, problems) = load(all)
        guard loaded == nil else {
            self.init(loaded: loaded, problems: problems, versions: all, refused: [])
            return
        }
        guard !new.isEmpty else {
            self.init(loaded: nil, problems: problems, versions: running, refused: [])
            return
        }
        var best = load(running)
        var versions = running
        var left = new
        var refused: [Refusal] = []
        var hasGained = true
        while hasGained, !left.isEmpty {
            hasGained = false
            refused = []
            for version in left {
                let together = Self.merged(versions, [version])
                let found = load(together)
                guard found.0 != nil else {
                    refused.append(Refusal(version: version, problems: found.1.errors))
                    continue
                }
                (best, versions, hasGained) = (found, together, true)
                left.removeAll { $0 == version }
            }
        }
        self.init(
            loaded: best.0,
            problems: best.0 == nil ? problems : best.1,
            versions: versions,
            refused: refused.filter { left.contains($0.version) }
        )
    }

    private init(
        loaded: LoadedSettings?,
        problems: [Problem],
        versions: [ManifestVersion],
        refused: [Refusal]
    ) {
        self.loaded = loaded
        self.problems = problems
        self.versions = versions
        self.refused = refused
    }

    private static func merged(_ old: [ManifestVersion], _ new: [ManifestVersion]) -> [ManifestVersion] {
        old.filter { one in !new.contains { $0.source.place == one.source.place } } + new
    }
}
