import HoistwayModel
import HoistwayPorts

/// Why bytes are refused as a pack.
enum PackError: Error, Equatable {
    case truncated
    case malformed(String)
    /// The content would take more memory than is allowed.
    case tooLarge
    /// A fetch has brought too much of something.
    case excess(String)
    case missingBase(ObjectID)
    case badTrailer
    /// The task that requested it was cancelled.
    case cancelled

    var detail: String {
        switch self {
        case .truncated: "the pack ends too early"
        case .malformed(let what): "the pack is malformed: \(what)"
        case .tooLarge: "the objects of a pack are larger than a fetch of its size may bring"
        case .excess(let what): "a pack has \(what)"
        case .missingBase(let id): "the pack has a delta on \(id), which is not there"
        case .badTrailer: "the pack's checksum is wrong"
        case .cancelled: "it was cancelled"
        }
    }

    /// The failure for the repository at `url`.
    ///
    /// An incomplete pack may be complete the next time. A pack with a correct checksum is what the server meant to
    /// send: it would send the same again.
    func failure(url: String) -> GitFailure {
        switch self {
        case .truncated, .badTrailer: .protocolViolation(url: url, detail: detail)
        case .malformed, .missingBase: .corrupt(url: url, what: detail)
        case .tooLarge, .excess: .tooLarge(url: url, what: detail)
        case .cancelled: .unreachable(url: url, detail: "the reading of its pack was cancelled")
        }
    }
}
