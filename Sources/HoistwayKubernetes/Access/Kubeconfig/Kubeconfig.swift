import HoistwayModel

/// One or more kubeconfig files; the first file with a name defines it:
/// <https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/>.
struct Kubeconfig {
    enum List: String {
        case clusters, contexts, users
    }

    /// In the order of the search.
    private let files: [ConfigNode]
    /// The place for problems that belong to no file.
    private let place: SourcePlace

    /// - Parameters:
    ///   - path: the only file; `nil`: those of `KUBECONFIG`, or else `~/.kube/config`.
    ///   - folder: the working folder, for relative paths of files.
    init(path: String?, environment: [String: String], folder: String) throws(KubeconfigFailure) {
        let paths = try Self.paths(path, environment)
        var files: [ConfigNode] = []
        for file in paths {
            let complete = KubeconfigPath.complete(file, from: folder)
            let bytes: [UInt8]
            do throws(LocalFile.Failure) {
                bytes = try LocalFile.read(complete)
            } catch {
                if error.isMissing, path == nil { continue }
                let place = SourcePlace(file: complete, line: 0)
                throw KubeconfigFailure(place, "the kubeconfig cannot be read: \(error.reason)")
            }
            if let node = try ConfigNode.read(bytes, file: complete) { files.append(node) }
        }
        place = SourcePlace(file: paths.joined(separator: ":"), line: 0)
        guard !files.isEmpty else {
            throw KubeconfigFailure(place, "there is no kubeconfig", hint: "name one with kubeconfig: PATH")
        }
        self.files = files
    }

    private static func paths(
        _ path: String?,
        _ environment: [String: String]
    ) throws(KubeconfigFailure) -> [String] {
        if let path { return [path] }
        let listed = (environment["KUBECONFIG"] ?? "").split(separator: ":").map(String.init)
        if !listed.isEmpty { return listed }
        guard let home = environment["HOME"], !home.isEmpty else {
            throw KubeconfigFailure(
                SourcePlace(file: "~/.kube/config", line: 0),
                "no kubeconfig is named, and neither KUBECONFIG nor HOME is set",
                hint: "name one with kubeconfig: PATH"
            )
        }
        return ["\(home)/.kube/config"]
    }

    /// The context's name and content.
    ///
    /// - Parameter name: `nil`: the current one.
    func context(_ name: String?) throws(KubeconfigFailure) -> ConfigNode {
        var wanted = name
        if wanted == nil {
            for file in files {
                wanted = try file.text("current-context")
                if wanted != nil { break }
            }
        }
        guard let wanted else {
            throw KubeconfigFailure(
                SourcePlace(file: place.file, line: 0, path: "current-context"),
                "no context is named, and the kubeconfig has no current one",
                hint: try known(.contexts).map { "name one with context: \($0)" }
            )
        }
        return try entry(.contexts, wanted, "context", usedAt: nil)
    }

    /// - Parameter user: the place of the name; `nil`: our configuration.
    func entry(
        _ list: List,
        _ name: String,
        _ key: String,
        usedAt user: ConfigNode?
    ) throws(KubeconfigFailure) -> ConfigNode {
        for file in files {
            var found: ConfigNode?
            for item in try file.items(list.rawValue) where try item.text("name") == name {
                if let found {
                    throw item.failure("the name is given twice: first in line \(found.place.line)")
                }
                found = item
            }
            guard let found else { continue }
            guard let value = try found.value(key) else { throw found.failure("\(key) is missing") }
            return value
        }
        let place = user?.place ?? SourcePlace(file: self.place.file, line: 0, path: list.rawValue)
        throw KubeconfigFailure(
            place,
            "there is no \(key) \(ShownText.quoted(name)) in the kubeconfig",
            hint: try known(list).map { "it has \($0)" }
        )
    }

    /// `nil` where there is none.
    private func known(_ list: List) throws(KubeconfigFailure) -> String? {
        var names: [String] = []
        for file in files {
            for item in try file.items(list.rawValue) {
                if let name = try item.text("name") { names.append(ShownText.bare(name)) }
            }
        }
        guard !names.isEmpty else { return nil }
        return names.prefix(10).joined(separator: ", ") + (names.count > 10 ? ", …" : "")
    }
}

/// Paths in kubeconfigs.
enum KubeconfigPath {
    /// Relative paths begin in `folder`.
    static func complete(_ path: String, from folder: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        let rest = path.hasPrefix("./") ? path.dropFirst(2) : path[...]
        return folder.hasSuffix("/") ? "\(folder)\(rest)" : "\(folder)/\(rest)"
    }

    /// The folder of a file, of which the path is complete.
    static func folder(of file: String) -> String {
        let slash = file.lastIndex(of: "/") ?? file.startIndex
        return slash == file.startIndex ? "/" : String(file[..<slash])
    }
}
