import HoistwayTestServers

/// A moment at which the program is killed, found by counting from its start.
enum CrashPoint: Sendable, CustomStringConvertible {
    /// Around a transaction of the state.
    case write(Int, isDone: Bool)
    /// Around a request to the outside.
    case request(Int, GitProxy.Moment)

    static func all(writes: Int, requests: Int) -> [CrashPoint] {
        (0..<writes).flatMap { [.write($0 + 1, isDone: false), .write($0 + 1, isDone: true)] }
            + (0..<requests).flatMap { [.request($0 + 1, .arrived), .request($0 + 1, .answered)] }
    }

    var description: String {
        switch self {
        case .write(let number, let isDone): "\(isDone ? "after" : "before") write \(number)"
        case .request(let number, let moment): "request \(number), \(moment)"
        }
    }

    /// As the program that counts its writes reads it.
    var environment: String? {
        guard case .write(let number, let isDone) = self else { return nil }
        return "HOISTWAY_CRASH_AT=\(isDone ? "after" : "before"):\(number)"
    }
}
