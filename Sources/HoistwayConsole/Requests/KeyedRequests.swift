import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import Hummingbird
import Logging
import Synchronization

/// The header that makes a request safe to send again.
enum IdempotencyKey {
    static let header = "Idempotency-Key"
    static let shape = Shape.text(Shape.Text(count: 1...255, pattern: .visible))

    static func of(_ call: Call) throws(APIError) -> String? {
        guard let text = call.request.headers[HeaderName.of("Idempotency-Key")] else { return nil }
        guard case .text(let rule) = shape else { return text }
        if let problem = rule.problem(of: text) { throw .parameter(header, "\(header): \(problem)", in: "header") }
        return text
    }
}

/// Answers a request with a key once, and again as often as it is sent.
///
/// That a request was begun is stored before it acts, its answer after. If the program ends in between, nobody knows
/// whether it has acted: the same key is then refused, and says so, and what there is has to be looked at.
struct KeyedRequests: Sendable {
    static let lifetime = Duration.seconds(24 * 60 * 60)
    /// Keys of one token within their lifetime.
    static let mostOfToken = 10_000
    /// Larger answers are not kept, in bytes: what one token can fill the disk with is bounded.
    static let maxAnswerBytes = 64 * 1024

    let book: any RequestBook
    let clock: any WallClock
    let logger: Logger
    private let running = RunningKeys()

    init(book: any RequestBook, clock: any WallClock, logger: Logger) {
        self.book = book
        self.clock = clock
        self.logger = logger
    }

    /// Gives whether the answer is that of an earlier request.
    func answer(_ call: Call, bytes: [UInt8], _ act: () async throws -> Reply) async throws -> (Reply, Bool) {
        guard let key = try IdempotencyKey.of(call) else { return (try await act(), false) }
        let caller = try call.caller
        let owner = Array(SHA256.hash("\(caller.name)\n\(caller.madeAt.microseconds)").prefix(16))
        let now = clock.now()
        let request = KeyedRequest(
            key: SHA256.hash(Hex.encode(owner) + key),
            owner: owner,
            content: SHA256.hash(
                Array("\(call.request.method.rawValue) \(call.request.head.path ?? "")\n".utf8) + bytes
            ),
            at: now
        )
        guard running.begin(request.key) else {
            throw APIError(.requestInProgress, "the first request with this key is not answered yet")
        }
        defer { running.end(request.key) }
        if running.isUndone(request.key) {
            try await book.forget(request.key)
            running.redo(request.key)
        }
        switch try await book.begin(request, most: Self.mostOfToken, forgetting: now + (.zero - Self.lifetime)) {
        case .known(let earlier): return (try Self.answer(to: request, earlier), true)
        case .full:
            throw APIError(
                .tooManyKeys,
                "token \(caller.name) has used \(Self.mostOfToken) keys within 24 hours",
                hint: "send requests that need not be repeated without a key"
            )
        case .begun: return (try await keeping(request, call, act), false)
        }
    }

    private func keeping(_ request: KeyedRequest, _ call: Call, _ act: () async throws -> Reply) async throws -> Reply {
        do {
            let reply = try await act()
            let isKept = !call.operation.isSecret && reply.body.count <= Self.maxAnswerBytes
            await keep(
                KeptAnswer(status: reply.status, location: reply.location, body: isKept ? reply.body : nil),
                for: request
            )
            return reply
        } catch {
            let known = APIError(error)
            switch known.code.status {
            case 400..<500:
                let body = Array(known.text(requestID: nil).utf8)
                let answer = KeptAnswer(status: known.code.status, location: nil, body: body)
                if await !keep(answer, for: request) { running.leaveUndone(request.key) }
            case 502, 503:
                guard known.code != .shuttingDown else { break }
                // Nothing was stored: the same request may be tried again, also where this cannot be stored now.
                do { try await book.forget(request.key) } catch { running.leaveUndone(request.key) }
            default: break  // Nobody knows what it has done.
            }
            throw error
        }
    }

    /// The request has acted: that its answer cannot be kept does not make it another one.
    ///
    /// - Returns: whether it is kept.
    @discardableResult
    private func keep(_ answer: KeptAnswer, for request: KeyedRequest) async -> Bool {
        do throws(StoreFailure) {
            try await book.finish(request.key, answer)
            return true
        } catch {
            logger.warning(
                "the answer to a request with a key cannot be kept",
                metadata: ["error.message": "\(error.message)"]
            )
            return false
        }
    }

    private static func answer(to request: KeyedRequest, _ earlier: KeyedRequest) throws -> Reply {
        guard earlier.content == request.content else {
            throw APIError(
                .keyReused,
                "this key was used with another request",
                hint: "take a new key for each request, and the same one only to send it again"
            )
        }
        guard let answer = earlier.answer else {
            throw APIError(
                .requestInterrupted,
                "the program stopped before it answered the first request with this key; it may have acted",
                hint: "look at what there is, then send it with another key if need be"
            )
        }
        guard let body = answer.body else {
            throw APIError(
                .answerNotKept,
                "the first request with this key was answered with \(answer.status); the answer is not kept",
                hint: answer.location.map { "look at \($0)" }
            )
        }
        return Reply(status: answer.status, body: body, location: answer.location)
    }
}

/// Keys whose requests are being answered, and of those that did nothing while the store could not be told so.
private final class RunningKeys: Sendable {
    /// Of more the store says that nobody knows what they have done.
    private static let mostUndone = 1000

    private let keys = Mutex<Set<[UInt8]>>([])
    private let undone = Mutex<Set<[UInt8]>>([])

    func isUndone(_ key: [UInt8]) -> Bool { undone.withLock { $0.contains(key) } }
    func redo(_ key: [UInt8]) { undone.withLock { _ = $0.remove(key) } }
    func leaveUndone(_ key: [UInt8]) {
        undone.withLock { undone in
            if undone.count < Self.mostUndone { undone.insert(key) }
        }
    }

    func begin(_ key: [UInt8]) -> Bool { keys.withLock { $0.insert(key).inserted } }
    func end(_ key: [UInt8]) { keys.withLock { _ = $0.remove(key) } }
}
