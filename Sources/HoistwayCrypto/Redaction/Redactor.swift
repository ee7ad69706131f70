import Synchronization

/// Stores every secret that this program has sent, and hides it in texts that come back.
///
/// A server may repeat what it received: an error page with the request's headers is enough. So every text from another
/// system passes ``hide(_:)`` first: before it becomes an error, a log line, a record of the state or an answer of the
/// API. The sender of a secret adds it here first. It stays hidden until this program ends, since an answer may come
/// late.
///
/// Safe to use from any thread.
package final class Redactor: Sendable {
    /// Replaces a secret.
    package static let mark = "***"
    /// Limit of short-lived tokens; those beyond it have expired.
    static let maxShortLived = 1024

    private struct State {
        var lasting = SecretForms()
        var shortLived = SecretForms()
        var recent: [SecretUse] = []
        var known: Set<SecretUse> = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Hides a secret of the configuration from now on.
    ///
    /// - Parameter username: the name that is sent with it in `Authorization: Basic`.
    package func add(_ secret: Secret, username: String? = nil) {
        let use = SecretUse(username: username, secret: secret.reveal())
        state.withLock { state in
            guard state.known.insert(use).inserted else { return }
            state.lasting.add(use)
        }
    }

    /// Hides a short-lived token, until many newer ones have been added.
    package func add(shortLived token: Secret, username: String? = nil) {
        let use = SecretUse(username: username, secret: token.reveal())
        state.withLock { state in
            guard !state.recent.contains(use) else { return }
            state.recent.append(use)
            if state.recent.count > Self.maxShortLived {
                state.recent.removeFirst(Self.maxShortLived / 2)
                state.shortLived = SecretForms()
                for kept in state.recent { state.shortLived.add(kept) }
            } else {
                state.shortLived.add(use)
            }
        }
    }

    /// The text with `***` in place of every secret, in any of its forms.
    ///
    /// - Parameters:
    ///   - atLeast: secrets with fewer bytes are not hidden: a short one may be an everyday word.
    ///   - isCut: whether the text may have been cut, at its ends or at `…`: then the rest of a secret there is hidden
    ///     too.
    package func hide(_ text: String, atLeast: Int = 0, isCut: Bool = true) -> String {
        guard !text.isEmpty else { return text }
        let forms = state.withLock { [$0.lasting, $0.shortLived] }
        let bytes = Array(text.utf8)
        var found: [Range<Int>] = []
        for set in forms where !set.isEmpty { found += set.find(in: bytes, atLeast: atLeast, isCut: isCut) }
        guard !found.isEmpty else { return text }
        return Self.replacing(found, in: bytes)
    }

    /// Whether the text holds a complete secret.
    package func holdsSecret(_ text: String, atLeast: Int = 0) -> Bool {
        let forms = state.withLock { [$0.lasting, $0.shortLived] }
        let bytes = Array(text.utf8)
        return forms.contains { !$0.isEmpty && $0.holdsSecret(bytes, atLeast: atLeast) }
    }

    private static func replacing(_ found: [Range<Int>], in bytes: [UInt8]) -> String {
        var hidden: [UInt8] = []
        var position = 0
        for range in found.sorted(by: { $0.lowerBound < $1.lowerBound }) where range.upperBound > position {
            if range.lowerBound >= position {
                hidden += bytes[position..<range.lowerBound]
                hidden += Array(mark.utf8)
            }
            position = range.upperBound
        }
        return String(decoding: hidden + bytes[position...], as: UTF8.self)
    }
}

/// A secret, and the user name that is sent with it.
struct SecretUse: Hashable, Sendable {
    var username: String?
    var secret: [UInt8]
}
