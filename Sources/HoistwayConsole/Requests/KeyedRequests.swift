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

/// Runs a request with a key once, and repeats its answer when the request is sent again.
///
/// The beginning of a request is stored before it acts, its answer afterwards. If the program ends in between, it is
/// unknown whether the request has acted. Then the same key is refused with this reason, and people must check the
/// result.
///
/// The API's requests and the forms of pages are kept together; the limit of a token counts both.
package struct KeyedRequests: Sendable {
    static let lifetime = Duration.seconds(24 * 60 * 60)
    /// The most keys of one token within their lifetime.
    static let mostOfToken = 10_000
    /// Larger answers are not kept, in bytes, so that one token cannot fill the disk.
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

    /// Which part of an answer is kept.
    private enum Keeping {
        case whole
        /// The body has a secret.
        case withoutBody
        /// A refused request has changed nothing: it may be sent again, and is checked again.
        case unlessRefused
    }

    /// Also returns whether the answer is that of an earlier request.
    func answer(_ call: Call, bytes: [UInt8], _ act: () async throws -> Reply) async throws -> (Reply, Bool) {
        guard let key = try IdempotencyKey.of(call) else { return (try await act(), false) }
        let caller = try call.caller
        let content = Array("\(call.request.method.rawValue) \(call.request.head.path ?? "")\n".utf8) + bytes
        let request = request(key, of: caller, content: content)
        guard running.begin(request.key) else {
            throw APIError(.requestInProgress, "the first request with this key is not answered yet")
        }
        defer { running.end(request.key) }
        return try await answer(request, of: caller, call.operation.isSecret ? .withoutBody : .whole, act)
    }

    /// The page that follows a form: the form acts the first time, and a second click or a reload leads to the same
    /// page.
    ///
    /// A browser shows the answer to the last click, so a second request waits for the answer to the first one.
    ///
    /// - Parameters:
    ///   - key: the key in the form.
    ///   - path: the path of the form's action; each action has separate keys.
    ///   - content: the whole content of the form.
    package func place(
        _ key: String,
        of caller: Caller,
        path: String,
        content: [UInt8],
        _ act: () async throws -> String
    ) async throws -> String {
        let request = request("page \(path)\n\(key)", of: caller, content: content)
        try await running.beginWhenFree(request.key)
        defer { running.end(request.key) }
        let (reply, _) = try await answer(request, of: caller, .unlessRefused) {
            Reply(status: 303, body: [], location: try await act())
        }
        guard let place = reply.location else { throw APIError.ours }
        return place
    }

    private func request(_ key: String, of caller: Caller, content: [UInt8]) -> KeyedRequest {
        let owner = Array(SHA256.hash("\(caller.name)\n\(caller.madeAt.microseconds)").prefix(16))
        return KeyedRequest(
            key: SHA256.hash(Hex.encode(owner) + key),
            owner: owner,
            content: SHA256.hash(content),
            at: clock.now()
        )
    }

    private func answer(
        _ request: KeyedRequest,
        of caller: Caller,
        _ keeping: Keeping,
        _ act: () async throws -> Reply
    ) async throws -> (Reply, Bool) {
        if running.isUndone(request.key) {
            try await book.forget(request.key)
            running.redo(request.key)
        }
        let limit = request.at + (.zero - Self.lifetime)
        switch try await book.begin(request, most: Self.mostOfToken, forgetting: limit) {
        case .known(let earlier): return (try Self.answer(to: request, earlier), true)
        case .full:
            throw APIError(
                .tooManyKeys,
                "token \(caller.name) has used \(Self.mostOfToken) keys within 24 hours",
                hint: "send requests that need not be repeated without a key"
            )
        case .begun: return (try await self.keeping(request, keeping, act), false)
        }
    }

    private func keeping(_ request: KeyedRequest, _ keeping: Keeping, _ act: () async throws -> Reply) async throws
        -> Reply
    {
        do {
            let reply = try await act()
            let isKept = keeping != .withoutBody && reply.body.count <= Self.maxAnswerBytes
            await keep(
                KeptAnswer(status: reply.status, location: reply.location, body: isKept ? reply.body : nil),
                for: request
            )
            return reply
        } catch {
            let known = APIError(error)
            switch known.code.status {
            case 400..<500 where keeping != .unlessRefused:
                let body = Array(known.text(requestID: nil).utf8)
                let answer = KeptAnswer(status: known.code.status, location: nil, body: body)
                if await !keep(answer, for: request) { running.leaveUndone(request.key) }
            case 400..<500, 502, 503:
                guard known.code != .shuttingDown else { break }
                // Nothing was stored: the same request may be sent again, even if this cannot be stored now.
                do { try await book.forget(request.key) } catch { running.leaveUndone(request.key) }
            default: break  // Its effect is unknown.
            }
            throw error
        }
    }

    /// Keeps the answer of a request that has acted; a failure to keep it does not change the answer.
    ///
    /// - Returns: whether it was kept.
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
                hint: "look at what there is, then send it with another key if it is still necessary"
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

/// Keys of running requests, and of requests without effect that the store could not forget yet.
private final class RunningKeys: Sendable {
    /// For keys beyond this number, the store reports an unknown result.
    private static let mostUndone = 1000

    private struct State {
        var keys: Set<[UInt8]> = []
        var undone: Set<[UInt8]> = []
        /// Tasks that wait for a key, in order.
        var waiting: [[UInt8]: [CheckedContinuation<Void, Never>]] = [:]
    }

    private let state = Mutex(State())

    func isUndone(_ key: [UInt8]) -> Bool { state.withLock { $0.undone.contains(key) } }
    func redo(_ key: [UInt8]) { state.withLock { _ = $0.undone.remove(key) } }
    func leaveUndone(_ key: [UInt8]) {
        state.withLock { state in
            if state.undone.count < Self.mostUndone { state.undone.insert(key) }
        }
    }

    func begin(_ key: [UInt8]) -> Bool { state.withLock { $0.keys.insert(key).inserted } }

    /// Begins after the earlier requests with this key; each of them ends, so the wait ends too.
    func beginWhenFree(_ key: [UInt8]) async throws {
        await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
            let isFree = state.withLock { state in
                guard !state.keys.insert(key).inserted else { return true }
                state.waiting[key, default: []].append(waiter)
                return false
            }
            if isFree { waiter.resume() }
        }
        guard !Task.isCancelled else {
            end(key)
            throw CancellationError()
        }
    }

    /// The next waiting task gets the key.
    func end(_ key: [UInt8]) {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard var waiting = state.waiting[key] else {
                state.keys.remove(key)
                return nil
            }
            let next = waiting.removeFirst()
            state.waiting[key] = waiting.isEmpty ? nil : waiting
            return next
        }
        next?.resume()
    }
}
