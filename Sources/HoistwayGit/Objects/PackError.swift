import HoistwayModel
import HoistwayPorts

/// Why bytes are not a pack that can be taken in.
enum PackError: Error, Equatable {
    case truncated
    case malformed(String)
    /// The content would take more memory than is allowed.
    case tooLarge
    /// More of something than a fetch may bring.
    case excess(String)
    case missingBase(ObjectID)
    case badTrailer
    /// The task that asked for it was cancelled.
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

    /// What it means for the repository at `url`.
    ///
    /// A pack that did not come whole may come whole the next time. One whose checksum is right is what the server
    /// meant to send: it would send the same again.
    func failure(url: String) -> GitFailure {
        switch self {
        case .truncated, .badTrailer: .protocolViolation(url: url, detail: detail)
        case .malformed, .missingBase: .corrupt(url: url, what: detail)
        case .tooLarge, .excess: .tooLarge(url: url, what: detail)
        case .cancelled: .unreachable(url: url, detail: "the reading of its pack was cancelled")
        }
    }
}
