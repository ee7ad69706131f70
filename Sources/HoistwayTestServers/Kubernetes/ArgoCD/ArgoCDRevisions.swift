import Synchronization

/// Resolves the sources for the controller.
package protocol ArgoCDRevisions: Sendable {
    /// The revision that a source resolves to; throws with a message for a `ComparisonError`.
    func revision(repoURL: String, targetRevision: String, chart: String?) async throws -> String
    /// A text that identifies the manifests of a revision: equal texts mean equal manifests.
    func manifests(repoURL: String, revision: String, path: String?) async throws -> String
}

package struct ArgoCDRevisionError: Error, CustomStringConvertible {
    package var description: String
    package init(_ description: String) { self.description = description }
}

/// Revisions that a test sets by hand.
package final class FixedRevisions: ArgoCDRevisions {
    private let table = Mutex<[String: String]>([:])

    package init() {}

    package func set(_ revision: String?, of repoURL: String, _ targetRevision: String) {
        table.withLock { $0["\(repoURL) \(targetRevision)"] = revision }
    }

    package func revision(repoURL: String, targetRevision: String, chart: String?) async throws -> String {
        if let revision = table.withLock({ $0["\(repoURL) \(targetRevision)"] }) { return revision }
        if chart != nil { return targetRevision }
        throw ArgoCDRevisionError(
            "Failed to load target state: failed to generate manifest for source 1 of 1: rpc error: code = Unknown "
                + "desc = unable to resolve '\(targetRevision)' to a commit SHA"
        )
    }

    package func manifests(repoURL: String, revision: String, path: String?) async throws -> String { revision }
}

/// Revisions of real repositories, read with the `git` program.
package struct GitRevisions: ArgoCDRevisions {
    /// Gives the folder of a repository on this machine, or another URL that Git can reach; `nil`: it is not known.
    private let place: @Sendable (_ repoURL: String) -> String?

    package init(_ place: @escaping @Sendable (_ repoURL: String) -> String?) { self.place = place }

    /// A chart resolves to its requested version: there is no Helm repository here.
    package func revision(repoURL: String, targetRevision: String, chart: String?) async throws -> String {
        guard chart == nil else { return targetRevision }
        if targetRevision.count == 40, targetRevision.allSatisfy(\.isHexDigit) { return targetRevision }
        let place = try found(repoURL)
        let wanted = targetRevision.isEmpty ? "HEAD" : targetRevision
        let names =
            wanted == "HEAD" ? ["HEAD"] : ["refs/heads/\(wanted)", "refs/tags/\(wanted)^{}", "refs/tags/\(wanted)"]
        let result = try await TestProgram.run("git", ["ls-remote", place] + names)
        let lines = result.text.split(separator: "\n").map { $0.split(separator: "\t") }
        for name in names {
            if let line = lines.first(where: { $0.last == name[...] }), let id = line.first { return String(id) }
        }
        throw ArgoCDRevisionError(
            "Failed to load target state: failed to generate manifest for source 1 of 1: rpc error: code = Unknown "
                + "desc = failed to list refs: unable to resolve '\(wanted)' to a commit SHA \(result.errors)"
        )
    }

    /// The id of the source's folder at that revision; for a repository on another machine, the revision.
    package func manifests(repoURL: String, revision: String, path: String?) async throws -> String {
        let place = try found(repoURL)
        guard place.hasPrefix("/"), let path, !path.isEmpty, path != "." else { return revision }
        let result = try await TestProgram.run(
            "git",
            ["-C", place, "rev-parse", "--verify", "-q", "\(revision):\(path)"]
        )
        return result.status == 0 ? result.text : revision
    }

    private func found(_ repoURL: String) throws -> String {
        guard let place = place(repoURL) else { throw ArgoCDRevisionError("repository \(repoURL) is not known") }
        return place
    }
}
