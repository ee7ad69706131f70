import HoistwayModel

/// Why the manifests of a repository could not be taken.
enum ManifestFailure: Diagnosable, Equatable {
    case noBranch(source: String, branch: String)
    case nothingThere(source: String)
    case tooMuch(source: String, what: String)
    case notAFile(source: String, path: String)
    case notText(source: String, path: String)
    case oddName(source: String, path: String)
    case tooSlow(source: String, limit: Duration)
    /// The Applications of a cluster are not known as they are now.
    case notSeen(cluster: String, reason: String)
    /// Which Applications Image Updater still takes care of.
    case notKnown(cluster: String, reason: String)

    var message: String {
        switch self {
        case .noBranch(let source, let branch): "\(source) has no branch \(branch)"
        case .nothingThere(let source): "there are no manifests at \(source)"
        case .tooMuch(let source, let what): "\(source) holds more than is read: \(what)"
        case .notAFile(let source, let path):
            "\(path) of \(source) is a symbolic link or a submodule, which is not followed"
        case .notText(let source, let path): "\(path) of \(source) is not UTF-8 text"
        case .oddName(let source, let path):
            "the name of a manifest of \(source) holds characters that cannot be shown: \(SafeText.line(path))"
        case .notSeen(let cluster, let reason):
            "the Applications of the cluster \(cluster) are not known as they are now: \(reason)"
        case .notKnown(let cluster, let reason):
            "which Applications Image Updater still takes care of in the cluster \(cluster) is not known: \(reason)"
        case .tooSlow(let source, let limit): "\(source) could not be read within \(limit.components.seconds) s"
        }
    }

    var hint: String? {
        switch self {
        case .noBranch: "see ref of this source under manifests"
        case .nothingThere, .tooMuch: "see path of this source under manifests"
        case .notAFile: "put the file itself there, or leave it out of path"
        case .oddName: "give it another name"
        case .notText, .tooSlow, .notSeen, .notKnown: nil
        }
    }

    /// A push may correct it.
    var retry: Retry { .backoff }
}
