import HoistwayEdits
import HoistwayModel
import HoistwayPorts

/// Searches for the containers that the image entries of a kustomization match.
///
/// It reads the manifests, bases, components and patches that the kustomization names, inside one checkout and within
/// limits. It gives an answer only where it has read all of them.
struct ManifestSearch {
    static let maxFiles = 40
    /// How many come in one request: their sizes are known only afterwards.
    private static let atOnce = 10
    /// Limit for all files together, in bytes.
    static let maxBytes = 4 << 20

    private let workspace: any Workspace
    /// The checkout's folder: files outside of it are not read.
    private let mount: WorkspacePath

    init(_ workspace: any Workspace, mount: WorkspacePath) {
        self.workspace = workspace
        self.mount = mount
    }

    /// The names whose entry matches no container; `nil` where that cannot be known.
    ///
    /// - Parameters:
    ///   - entries: those of the kustomization, in their order, in which kustomize applies them.
    ///   - folder: the kustomization's folder.
    ///   - content: the kustomization's own text.
    func unnamed(
        _ names: Set<String>,
        of entries: [ImageEntry],
        in folder: WorkspacePath,
        _ content: [UInt8]
    ) async -> [String]? {
        var found = Found()
        guard found.add(kustomization: content, folder: folder, isOutermost: true) else { return nil }
        guard found.hasResources else { return nil }
        var count = 0
        var size = 0
        while !found.waiting.isEmpty {
            let level = found.waiting
            found.waiting = []
            count += level.count
            guard count <= Self.maxFiles, level.allSatisfy({ $0.path.isInside(mount) }) else { return nil }
            // After a failed read there is no answer; the promotion itself does not depend on it.
            for start in stride(from: 0, to: level.count, by: Self.atOnce) {
                let part = level[start..<min(start + Self.atOnce, level.count)]
                // One request for the files among them.
                guard (try? await workspace.prefetch(part.map(\.path.path))) != nil else { return nil }
                for next in part {
                    guard let (bytes, isKustomization) = try? await read(next.path) else { return nil }
                    size += bytes.count
                    guard size <= Self.maxBytes, found.add(bytes, of: next, isKustomization: isKustomization) else {
                        return nil
                    }
                }
            }
        }
        return found.unnamed(names, of: entries)
    }

    /// `nil` where there is nothing at that path.
    private func read(_ path: WorkspacePath) async throws(WorkspaceFailure) -> (bytes: [UInt8], isKustomization: Bool)?
    {
        if let bytes = try await workspace.read(path.text) { return (bytes, false) }
        guard let name = try await workspace.files(named: Kustomizations.names, in: path.text).first,
            let bytes = try await workspace.read(path.appending(name).text)
        else { return nil }
        return (bytes, true)
    }

    private enum Use {
        case manifests
        case configuration
    }

    private typealias Source = (path: WorkspacePath, use: Use)

    private struct Found {
        /// Files and folders that the kustomizations name, and that were not read yet.
        var waiting: [Source] = []
        var manifests: [[UInt8]] = []
        var fields: [ImageFieldPath] = []
        var hasResources = false
        /// Entries of bases and components: they may rename an image before the outermost entries apply.
        private var earlier: [ImageEntry] = []
        private var seen: Set<WorkspacePath> = []

        /// `false` where not all of its sources are known.
        mutating func add(kustomization bytes: [UInt8], folder: WorkspacePath, isOutermost: Bool) -> Bool {
            // kustomize itself refuses a file that cannot be read.
            guard let sources = try? KustomizationSources(of: bytes), sources.isComplete else { return false }
            if isOutermost {
                hasResources = sources.hasResources
            } else {
                guard let entries = try? KustomizationImages.entries(of: bytes) else { return false }
                earlier += entries
            }
            manifests += sources.inlinePatches.map { Array($0.utf8) }
            for (paths, use) in [(sources.paths, Use.manifests), (sources.configurations, .configuration)] {
                for path in paths {
                    let place = folder.appending(path)
                    if seen.insert(place).inserted { waiting.append((place, use)) }
                }
            }
            return true
        }

        /// `false` where it cannot be understood.
        mutating func add(_ bytes: [UInt8], of source: Source, isKustomization: Bool) -> Bool {
            switch (source.use, isKustomization) {
            case (.manifests, true): return add(kustomization: bytes, folder: source.path, isOutermost: false)
            case (.manifests, false): manifests.append(bytes)
            case (.configuration, false):
                guard let fields = ImageFieldPath.all(of: bytes) else { return false }
                self.fields += fields
            case (.configuration, true): return false
            }
            return true
        }

        func unnamed(_ names: Set<String>, of entries: [ImageEntry]) -> [String]? {
            var images: Set<String> = []
            for bytes in manifests {
                guard let found = ManifestImages(of: bytes, fields: fields) else { return nil }
                images.formUnion(found.images)
            }
            var known = images.union(images.map { ImageReferenceArgument.split($0).name })
            func isNamed(_ entry: ImageEntry) -> Bool {
                // kustomize reads the name as a regular expression.
                known.contains(entry.name) || entry.name.contains { "*+?[](){}^$|\\".contains($0) }
            }
            var isGrowing = true
            while isGrowing {
                isGrowing = false
                for entry in earlier where isNamed(entry) {
                    if let result = entry.newName, known.insert(result).inserted { isGrowing = true }
                }
            }
            var unnamed: [String] = []
            for entry in entries {
                if isNamed(entry) {
                    if let result = entry.newName { known.insert(result) }
                } else if names.contains(entry.name) {
                    unnamed.append(entry.name)
                }
            }
            return unnamed
        }
    }
}
