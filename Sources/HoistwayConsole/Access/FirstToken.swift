import Glibc
import HoistwayCrypto
package import HoistwayModel
package import HoistwayPorts

/// Makes sure that there is an administrator token, so that the first person can sign in.
package enum FirstToken {
    /// The environment variable that sets the token.
    package static let variable = "HOISTWAY_TOKEN"
    /// A shorter token could be guessed.
    package static let minLength = 20

    /// Where the administrator token is.
    package enum Outcome: Sendable, Equatable {
        case environment
        /// It was made now, or is from an earlier state; only its hash is stored.
        case file(path: String)
        /// The store has one already; only its creator knows its text.
        case present
    }

    /// Call it before the console listens.
    ///
    /// A restart does not restore a deleted token: the file is only used if there is no other administrator token.
    package static func ensure(
        store: any StateStore,
        stateFolder: String,
        environment: [String: String],
        now: Timestamp
    ) async throws -> Outcome {
        let tokens = try await store.tokens()
        if let token = environment[variable], !token.isEmpty {
            try await useEnvironment(token, tokens: tokens, store: store, now: now)
            return .environment
        }
        // The variable is no longer set: its old value must no longer be valid.
        if tokens.contains(where: { $0.name == environmentName }) {
            try await store.removeToken(named: environmentName)
        }
        guard !tokens.contains(where: { $0.name != environmentName && $0.role == .admin && $0.project == nil }) else {
            return .present
        }
        let path = TokenFile.path(in: stateFolder)
        let token = try TokenFile.read(path) ?? TokenFile.create(path, token: try RandomBytes.token())
        try await store.put(record(token, name: fileName, now: now))
        return .file(path: path)
    }

    private static let environmentName = "environment"
    private static let fileName = "first"

    private static func useEnvironment(
        _ token: String,
        tokens: [TokenRecord],
        store: any StateStore,
        now: Timestamp
    ) async throws {
        guard token.count >= minLength else { throw FirstTokenFailure.tooShort }
        let record = record(token, name: environmentName, now: now)
        guard !tokens.contains(where: { $0.name == environmentName && $0.hash == record.hash }) else { return }
        try await store.put(record)
    }

    private static func record(_ token: String, name: String, now: Timestamp) -> TokenRecord {
        TokenRecord(name: name, hash: SHA256.hash(token), role: .admin, project: nil, createdAt: now)
    }
}

/// Why the first token could not be set up.
package enum FirstTokenFailure: Diagnosable, Equatable {
    case tooShort
    case file(path: String, detail: String)
    case readable(path: String)
    case empty(path: String)

    package var message: String {
        switch self {
        case .tooShort: "\(FirstToken.variable) has fewer than \(FirstToken.minLength) characters"
        case .file(let path, let detail): "the token file \(path) cannot be used: \(detail)"
        case .readable(let path): "the token file \(path) can be read by others"
        case .empty(let path): "the token file \(path) holds no token"
        }
    }

    package var hint: String? {
        switch self {
        case .tooShort: "set one of `openssl rand -base64 32`, or unset it: one is made then"
        case .file: nil
        case .readable(let path): "run chmod 600 \(path); if others may have read it, delete the file instead"
        case .empty: "delete the file: a new token is made at the next start"
        }
    }
}

/// The file with the first token; everybody who can read it has all rights.
package enum TokenFile {
    /// The most bytes that are read.
    private static let maxBytes = 1024

    package static func path(in stateFolder: String) -> String {
        stateFolder.hasSuffix("/") ? "\(stateFolder)token" : "\(stateFolder)/token"
    }

    /// `nil` if there is no file.
    package static func read(_ path: String) throws(FirstTokenFailure) -> String? {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        if descriptor < 0 {
            guard errno != ENOENT else { return nil }
            throw .file(path: path, detail: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        guard let status = FileStatus(of: descriptor), status.isRegular else {
            throw .file(path: path, detail: "it is not a regular file")
        }
        guard !status.isOpenToOthers else { throw .readable(path: path) }
        var bytes = [UInt8](repeating: 0, count: maxBytes)
        let count = Glibc.read(descriptor, &bytes, maxBytes)
        guard count >= 0 else { throw .file(path: path, detail: String(cString: strerror(errno))) }
        let blanks: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t")]
        let token = String(decoding: bytes.prefix(count).filter { !blanks.contains($0) }, as: UTF8.self)
        guard token.count >= FirstToken.minLength else { throw .empty(path: path) }
        return token
    }

    /// Fails if the file exists; others can never read it, not even for a moment.
    static func create(_ path: String, token: String) throws(FirstTokenFailure) -> String {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path: path, detail: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        let bytes = Array("\(token)\n".utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
            let detail = String(cString: strerror(errno))
            unlink(path)
            throw .file(path: path, detail: detail)
        }
        return token
    }
}
