/// Limits by the operator for the requests of Applications.
///
/// App teams write the annotations, but the credentials are ours. So an Application may only use its own repository,
/// below its own source path, and these branches.
package struct ImageUpdaterPolicy: Sendable, Hashable, Codable {
    /// The AppProjects whose Applications are accepted; `nil`: all, for an operator who checks each.
    package var projects: [String]?
    /// Globs of the branches that may be pushed, `HEAD` for a default branch; `nil`: all.
    package var allowedBranches: [String]?
    /// The namespace of Argo CD itself.
    package var namespace: String

    package init(projects: [String]? = nil, allowedBranches: [String]? = nil, namespace: String = "argocd") {
        self.projects = projects
        self.allowedBranches = allowedBranches
        self.namespace = namespace
    }
}

/// The branches that Image Updater reads and writes.
struct ImageUpdaterBranches: Equatable {
    /// `nil`: the default branch.
    var base: String?
    /// `nil`: the same as the branch that is read.
    var target: String?

    /// - Parameters:
    ///   - setting: `git-branch`: empty, `base`, `base:target` or `:target`.
    ///   - revision: the source's targetRevision.
    init(
        _ setting: String?,
        place: String,
        revision: String,
        revisionPlace: String,
        application: ApplicationKey
    ) throws(TakeoverRefusal) {
        let parts = (setting ?? "").split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let written = parts.first.map { $0.trimmed() } ?? ""
        if written.isEmpty {
            base = try Self.branch(revision, place: revisionPlace, isRevision: true)
        } else {
            base = try Self.branch(written, place: place, isRevision: false)
        }
        guard parts.count == 2 else { return }
        let name = try Self.rendered(parts[1].trimmed(), application, place: place)
        guard !name.isEmpty else { throw TakeoverRefusal(place, "nothing stands behind the colon") }
        target = try Self.branch(name, place: place, isRevision: false)
        if target == base { target = nil }
    }

    private static func branch(_ text: String, place: String, isRevision: Bool) throws(TakeoverRefusal) -> String? {
        if text.isEmpty || text == "HEAD" { return nil }
        let isCommit = ObjectID(text) != nil
        guard !isCommit, !text.hasPrefix("refs/"), GitRefName.isValidBranch(text) else {
            throw TakeoverRefusal(
                place,
                "\(ShownText.quoted(text)) is not a branch, and only a branch can be pushed",
                hint: isRevision ? "name the branch in git-branch" : nil
            )
        }
        return text
    }

    /// Fills in `.AppName` and `.AppNamespace`; fields that differ between changes are refused.
    private static func rendered(
        _ text: String,
        _ application: ApplicationKey,
        place: String
    ) throws(TakeoverRefusal) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
                throw TakeoverRefusal(place, "\(ShownText.quoted(text)) has {{ without }}")
            }
            result += rest[..<open.lowerBound]
            switch rest[open.upperBound..<close.lowerBound].trimmed() {
            case ".AppName": result += application.name
            case ".AppNamespace": result += application.namespace
            case let action:
                throw TakeoverRefusal(
                    place,
                    "{{ \(ShownText.bare(action)) }} gives another branch for each change, which is for pull requests",
                    hint: "name one branch; .AppName and .AppNamespace may stand in it"
                )
            }
            rest = rest[close.upperBound...]
        }
        return result + rest
    }
}

/// The file that Image Updater writes.
enum ImageUpdaterTarget: Equatable {
    /// `.argocd-source-<app>.yaml` in the source's folder.
    case parameters(file: String)
    case kustomization(folder: String)
    case values(file: String)

    /// - Parameters:
    ///   - setting: `write-back-target`.
    ///   - folder: the source's path; no file outside of it is written.
    init(
        _ setting: String?,
        place: String,
        folder: String,
        application: ApplicationKey,
        namespace: String
    ) throws(TakeoverRefusal) {
        let parts = (setting ?? "").split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts.count == 2 ? String(parts[1]) : ""
        switch parts.first.map(String.init) ?? "" {
        case "":
            let name =
                application.namespace == namespace
                ? application.name : "\(application.namespace)_\(application.name)"
            self = .parameters(file: Self.join(folder, ".argocd-source-\(name).yaml"))
        case "kustomization": self = .kustomization(folder: try Self.inside(folder, path, place))
        case "helmvalues":
            let file = try Self.inside(folder, path.isEmpty ? "values.yaml" : path, place)
            guard file.hasSuffix(".yaml") || file.hasSuffix(".yml") else {
                throw TakeoverRefusal(place, "\(ShownText.quoted(file)) is not a YAML file")
            }
            self = .values(file: file)
        case let kind:
            throw TakeoverRefusal(
                place,
                "\(ShownText.quoted(kind)) is not a target",
                hint: "kustomization[:FOLDER] and helmvalues[:FILE] are, and nothing for .argocd-source-<app>.yaml"
            )
        }
    }

    /// The path from the repository's root.
    private static func inside(_ folder: String, _ path: String, _ place: String) throws(TakeoverRefusal) -> String {
        // Splits scalars, since a combining mark after a slash would hide it.
        let names = path.unicodeScalars.split(separator: "/").map { String($0) }
        let isPlain =
            !names.contains { $0 == ".." || $0.lowercased() == ".git" } && !path.utf8.contains(UInt8(ascii: "\\"))
        let own = names.filter { $0 != "." }.joined(separator: "/")
        let full = path.utf8.first == UInt8(ascii: "/") ? own : join(folder, own)
        guard isPlain, GitPath(full).isInside(GitPath(folder)) else {
            throw TakeoverRefusal(
                place,
                "\(ShownText.quoted(path)) lies outside of the Application's own path \(folder.isEmpty ? "." : ShownText.bare(folder))",
                hint:
                    "other files are not written for an Application: "
                    + "name a place below its path, or write the stage by hand"
            )
        }
        return full
    }

    private static func join(_ folder: String, _ rest: String) -> String {
        folder.isEmpty ? rest : rest.isEmpty ? folder : "\(folder)/\(rest)"
    }
}
