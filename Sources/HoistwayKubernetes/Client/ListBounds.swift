import HoistwayModel

/// Limits of a whole list: its pages may go on for ever, each within its own limits.
///
/// When a list starts again, the part before counts too.
package struct ListBounds: Sendable, Equatable {
    package var pages = 5000
    /// Forty times as many Applications as a large Argo CD has.
    package var objects = 200_000
    /// All answers together, as sent by the server.
    package var bytes = 4 << 30
    /// For requests and answers, without the time that the reader of the objects needs.
    package var time: Duration = .seconds(600)

    package init() {}
}

/// The used part of a list's limits.
struct ListBudget {
    /// Names the limit that was reached.
    struct Exhausted: Error {
        var text: String
        var isTime = false
    }

    let bounds: ListBounds
    private var pages = 0
    private var objects = 0
    private var bytes = 0
    private var time: Duration = .zero

    init(_ bounds: ListBounds) {
        self.bounds = bounds
    }

    mutating func takePage() throws(Exhausted) {
        pages += 1
        guard pages <= bounds.pages else { throw Exhausted(text: "it has more than \(bounds.pages) pages") }
    }

    mutating func takeObject() throws(Exhausted) {
        objects += 1
        guard objects <= bounds.objects else { throw Exhausted(text: "it has more than \(bounds.objects) objects") }
    }

    mutating func take(bytes count: Int) throws(Exhausted) {
        bytes += count
        guard bytes <= bounds.bytes else { throw Exhausted(text: "it has more than \(bounds.bytes) bytes") }
    }

    mutating func take(time spent: Duration) throws(Exhausted) {
        time += spent
        guard time < bounds.time else {
            throw Exhausted(text: "the list was not complete after \(bounds.time.inWords)", isTime: true)
        }
    }
}
