import HoistwayTestServers

/// A moment at which the program is killed, found by counting from its start.
enum CrashPoint: Sendable, CustomStringConvertible {
    /// Around a transaction of the state.
    case write(Int, isDone: Bool)
    /// Around a request to the outside.
    case request(Int, GitProxy.Moment)
    /// Around a request for an operation of Argo CD: the cluster has taken it and nobody has heard, or it is lost.
    case sync(Int, isDone: Bool)

    static func all(writes: Int, requests: Int, syncs: Int) -> [CrashPoint] {
        var points: [CrashPoint] = []
        for number in 0..<writes {
            points += [.write(number + 1, isDone: false), .write(number + 1, isDone: true)]
        }
        for number in 0..<requests { points += [.request(number + 1, .arrived), .request(number + 1, .answered)] }
        for number in 0..<syncs { points += [.sync(number + 1, isDone: false), .sync(number + 1, isDone: true)] }
        return points
    }

    var description: String {
        switch self {
        case .write(let number, let isDone): "\(isDone ? "after" : "before") write \(number)"
        case .request(let number, let moment): "request \(number), \(moment)"
        case .sync(let number, let isDone): "sync \(number), \(isDone ? "asked for" : "lost")"
        }
    }

    /// As the program that counts its writes reads it.
    var environment: String? {
        guard case .write(let number, let isDone) = self else { return nil }
        return "HOISTWAY_CRASH_AT=\(isDone ? "after" : "before"):\(number)"
    }
}
