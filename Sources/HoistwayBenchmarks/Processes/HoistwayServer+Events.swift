import Dispatch
import Synchronization

extension HoistwayServer {
    /// Sends each over its own connection, several at a time, like several senders.
    ///
    /// Throws where one was not accepted.
    func send(_ requests: [[UInt8]]) throws {
        let port = port
        let refused = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: requests.count) { index in
            let answer = LoopbackRequest.send(requests[index], to: port)
            if answer?.status != 202 { refused.withLock { $0.append(answer?.text ?? "no answer") } }
        }
        if let first = refused.withLock({ $0.first }) { throw BenchFailure.failed("an image event", detail: first) }
    }
}
