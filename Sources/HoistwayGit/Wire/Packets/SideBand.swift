import HoistwayPorts

/// Splits the three channels of one answer (`side-band-64k`): data, messages for people, a last error.
///
/// See <https://git-scm.com/docs/protocol-pack#_packfile_data>.
struct SideBand {
    private let url: String
    private var words = BoundedWords()

    init(url: String) {
        self.url = url
    }

    /// The server's messages for people so far, without dangerous characters.
    var remoteWords: String { words.text }

    /// The data in a unit; `nil` where it has only messages.
    mutating func data(in packet: ArraySlice<UInt8>) throws(GitFailure) -> ArraySlice<UInt8>? {
        guard let channel = packet.first else { return nil }
        let content = packet.dropFirst()
        switch channel {
        case 1: return content.isEmpty ? nil : content
        case 2:
            words.append(content)
            return nil
        case 3:
            words.append(content)
            throw ServerWords.failure(String(decoding: content, as: UTF8.self), remarks: words.text, url: url)
        default:
            throw .protocolViolation(url: url, detail: "side-band channel \(channel) does not exist")
        }
    }
}

/// The last output of a server or a program, in limited memory.
struct BoundedWords: Sendable {
    /// In bytes; the text for people is shortened further.
    static let limit = 4096
    private var bytes: [UInt8] = []
    private var isCut = false

    mutating func append(_ more: some Collection<UInt8>) {
        bytes.append(contentsOf: more.suffix(Self.limit))
        guard bytes.count > Self.limit || more.count > Self.limit else { return }
        isCut = true
        bytes.removeFirst(bytes.count - Self.limit)
    }

    var text: String { ServerWords.clean((isCut ? "…" : "") + String(decoding: bytes, as: UTF8.self)) }
}
