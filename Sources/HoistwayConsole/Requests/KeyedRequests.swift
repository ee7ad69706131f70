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
///
/// The API's requests and the forms of pages are kept in one book; the bound of a token holds for both together.
package struct KeyedRequests: Sendable {
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

    /// What is kept of an answer.
    private enum Keeping {
        case whole
        /// Its body holds a secret.
        case withoutBody
        /// What was refused has changed nothing: it may be sent again, and is judged again.
        case unlessRefused
    }

    /// Gives whether the answer is that of an earlier request.
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

    /// Where the form of a page leads: the first time it acts, and a second click or a reload leads there again.
    ///
    /// A browser shows the answer to the last click: a second one waits for the first one's answer.
    ///
    /// - Parameters:
    ///   - key: as the form holds it.
    ///   - path: of the form's action; each has keys of its own.
    ///   - content: everything that the form says.
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

/// Keys whose requests are being answered, and of those that did nothing while the store could not be told so.
private final class RunningKeys: Sendable {
    /// Of more the store says that nobody knows what they have done.
    private static let mostUndone = 1000

    private struct State {
        var keys: Set<[UInt8]> = []
        var undone: Set<[UInt8]> = []
        /// Who waits for a key to be free, in the order in which they came.
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

    /// Begins after those that came before; each of them ends, so that the wait does.
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

    /// The next one that waits has the key from here on.
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
