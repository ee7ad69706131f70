import HoistwayEdits
import HoistwayModel
import HoistwayPorts

/// Finds all files that a kustomization needs, and refuses what a program could only fetch from the network.
///
/// Every reference is followed from folder to folder. So the program gets only the folders that it needs. A forbidden
/// reference is reported with its place before the program starts.
struct KustomizeSources {
    private(set) var gathered: GatheredFiles
    /// The place that needs Helm; `nil`: none.
    private(set) var helm: SourcePlace?

    private var visited: Set<GitPath> = []
    private var pending: [GitPath] = []

    /// The files of the kustomization in a folder.
    static func gather(
        _ folder: GitPath,
        from files: any SourceFiles,
        limits: ProgramLimits
    ) async throws(RenderFailure) -> KustomizeSources {
        var sources = KustomizeSources(
            gathered: GatheredFiles(files, limits: limits, program: "kustomize"),
            helm: nil
        )
        let own = try await sources.kustomizations(in: folder)
        guard !own.isEmpty else {
            let names = EditedFolder.kustomizations.joined(separator: ", ")
            throw .notFound(path: folder.isEmpty ? "." : folder.shortened, reason: "none of \(names) is there")
        }
        sources.pending = [folder]
        while let next = sources.pending.popLast() {
            guard sources.visited.insert(next).inserted else { continue }
            try await sources.visit(next)
        }
        try await sources.keepOrder(folder)
        return sources
    }

    private init(gathered: GatheredFiles, helm: SourcePlace?) {
        self.gathered = gathered
        self.helm = helm
    }

    private mutating func kustomizations(in folder: GitPath) async throws(RenderFailure) -> [GitPath] {
        var found: [GitPath] = []
        for name in EditedFolder.kustomizations {
            let path = folder.appending(GitPath(name))
            switch try await gathered.entry(at: path) {
            case .file(let isExecutable):
                try await gathered.take(path, isExecutable: isExecutable)
                found.append(path)
            case .symlink: throw Self.symlink(SourcePlace(file: path.shortened, line: 0))
            case .folder, .submodule, nil: continue
            }
        }
        return found
    }

    private mutating func visit(_ folder: GitPath) async throws(RenderFailure) {
        // kustomize itself refuses a folder with two of them.
        for path in try await kustomizations(in: folder) {
            guard let content = try await gathered.take(path, isExecutable: false) else { continue }
            let references: KustomizationReferences
            do throws(EditFailure) {
                references = try KustomizationReferences(of: content)
            } catch {
                throw Self.unreadable(path, error)
            }
            try await follow(references, of: path)
        }
    }

    private mutating func follow(_ references: KustomizationReferences, of path: GitPath) async throws(RenderFailure) {
        if let refusal = references.refusals.first {
            throw .refused(
                place: SourcePlace(file: path.shortened, line: refusal.line, path: refusal.key),
                reason: refusal.reason,
                hint: nil
            )
        }
        for reference in references.references {
            let place = SourcePlace(file: path.shortened, line: reference.line, path: reference.key)
            if references.usesHelm, helm == nil, case .folder = reference.kind { helm = place }
            try await follow(reference, in: path.folder, place)
        }
    }

    private mutating func follow(
        _ reference: KustomizationReferences.Reference,
        in folder: GitPath,
        _ place: SourcePlace
    ) async throws(RenderFailure) {
        let target = excerpt(reference.target)
        let path = KustomizationReferences.path(of: reference.target, in: folder)
        let entry: SourceEntry? = if let path { try await gathered.entry(at: path) } else { nil }
        if entry == nil || Self.isFolder(entry), KustomizationReferences.isRemote(reference.target) {
            throw .refused(
                place: place,
                reason: "\(target) lies outside of the workspace, and programs have no network here",
                hint: "commit what is needed and name its folder"
            )
        }
        guard let path else {
            throw .refused(
                place: place,
                reason: "\(target) leads out of the workspace",
                hint: "check out what is needed with git-clone"
            )
        }
        switch (entry, reference.kind) {
        case (.symlink?, _): throw Self.symlink(place)
        case (.submodule?, _):
            throw .refused(place: place, reason: "\(target) is a submodule, which is not fetched", hint: nil)
        case (nil, .folder(let absent)): throw .refused(place: place, reason: "\(path.shortened): \(absent)", hint: nil)
        case (nil, _):
            throw .refused(place: place, reason: "\(target) does not exist", hint: try await beyondLink(path))
        case (.file(let isExecutable)?, .plugin):
            guard let content = try await gathered.take(path, isExecutable: isExecutable),
                visited.insert(path).inserted
            else { return }
            let inner: KustomizationReferences
            do throws(EditFailure) {
                inner = try KustomizationReferences(ofPlugins: content)
            } catch {
                throw Self.unreadable(path, error)
            }
            // Paths in the configuration of a plugin start at the kustomization that names it.
            for reference in inner.references {
                let inside = SourcePlace(file: path.shortened, line: reference.line, path: reference.key)
                if inner.usesHelm, helm == nil { helm = inside }
                try await follow(reference, in: folder, inside)
            }
            if let refusal = inner.refusals.first {
                throw .refused(
                    place: SourcePlace(file: path.shortened, line: refusal.line, path: refusal.key),
                    reason: refusal.reason,
                    hint: nil
                )
            }
        case (.file(let isExecutable)?, .resource), (.file(let isExecutable)?, .file):
            try await gathered.take(path, isExecutable: isExecutable)
        case (.file(let isExecutable)?, .folder): try await gathered.take(path, isExecutable: isExecutable)
        case (.folder?, .resource), (.folder?, .plugin):
            guard try await !kustomizations(in: path).isEmpty else {
                throw .refused(
                    place: place,
                    reason: "\(target) is a folder without a kustomization",
                    hint: "name the files in it, or put a kustomization.yaml there"
                )
            }
            pending.append(path)
        case (.folder?, .file), (.folder?, .folder): try await gathered.takeFolder(path)
        }
    }

    /// The reason why nothing is found, where a folder on the path is a link.
    private func beyondLink(_ path: GitPath) async throws(RenderFailure) -> String? {
        var folder = path.folder
        while !folder.isEmpty {
            switch try await gathered.entry(at: folder) {
            case .symlink: return "\(folder.shortened) is a symbolic link, which is not followed"
            case .submodule: return "\(folder.shortened) is a submodule, which is not fetched"
            default: folder = folder.folder
            }
        }
        return nil
    }

    private mutating func keepOrder(_ folder: GitPath) async throws(RenderFailure) {
        let own = try await kustomizations(in: folder)
        guard own.count == 1, let path = own.first, let content = try await gathered.take(path, isExecutable: false)
        else {
            return
        }
        do throws(EditFailure) {
            gathered.replace(path, try KustomizationOrder.keepingOrder(content))
        } catch {
            throw Self.unreadable(path, error)
        }
    }

    private static func isFolder(_ entry: SourceEntry?) -> Bool { entry == .folder }

    private static func symlink(_ place: SourcePlace) -> RenderFailure {
        .refused(
            place: place,
            reason: "is a symbolic link, which is not followed",
            hint: "name what the link points to, or put the file there"
        )
    }

    private static func unreadable(_ path: GitPath, _ failure: EditFailure) -> RenderFailure {
        let place = SourcePlace(file: path.shortened, line: failure.line ?? 0)
        // The place of the failure already has the line.
        let prefix = "line \(failure.line ?? 0): "
        let message = failure.message
        return .unreadable(
            place: place,
            reason: message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message
        )
    }

    private func excerpt(_ text: String) -> String { GitPath(text).shortened }
}
