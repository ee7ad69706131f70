import Foundation
import Synchronization

/// A page that is updated in the same way as by its script.
///
/// It follows the event stream, and fetches all changed parts together, at most every half second and fifty parts at a
/// time. Nothing is drawn.
final class LivePage: Sendable {
    private struct State {
        var isStopped = false
        var fetches = 0
        /// The last part that was fetched, and when it arrived.
        var latest = ""
        var at = ContinuousClock.now
    }

    private let state = Mutex(State())
    private let browser: PlainBrowser
    private let path: String
    /// The URL for changed parts, with a query.
    private let source: String
    private let revision: String
    /// The parts that show an object, by the object.
    private let parts: [String: [String]]

    init(_ browser: PlainBrowser, path: String) throws {
        self.browser = browser
        self.path = path
        let page = try browser.get(path).text
        guard let source = Self.attribute("data-live-source", of: page[...]),
            let revision = Self.attribute("data-revision", of: page[...])
        else { throw BenchFailure.failed("reading \(path)", detail: "it names no source of changed parts") }
        self.source = source
        self.revision = revision
        var parts: [String: [String]] = [:]
        for tag in page.components(separatedBy: "<") {
            guard let part = Self.attribute("data-live", of: tag[...]), let on = Self.attribute("data-on", of: tag[...])
            else { continue }
            for key in on.split(separator: " ") { parts[String(key), default: []].append(part) }
        }
        self.parts = parts
    }

    var fetches: Int { state.withLock(\.fetches) }

    func start() throws {
        let stream = try browser.stream("/live/events?after=\(revision)")
        Thread.detachNewThread { [self] in
            follow(stream)
            close(stream)
        }
    }

    func stop() { state.withLock { $0.isStopped = true } }

    /// When a fetched part first showed this text; `nil`: none did within five seconds.
    func shown(_ text: String) -> ContinuousClock.Instant? {
        let end = ContinuousClock.now + .seconds(5)
        while ContinuousClock.now < end {
            if let at = state.withLock({ $0.latest.contains(text) ? $0.at : nil }) { return at }
            usleep(500)
        }
        return nil
    }

    private func follow(_ stream: Int32) {
        var text = ""
        var stale: [String] = []
        var next = ContinuousClock.now
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while !state.withLock(\.isStopped) {
            let count = recv(stream, &piece, piece.count, 0)
            guard count > 0 || (count < 0 && errno == EAGAIN) else { return }
            text += String(decoding: piece[..<max(count, 0)], as: UTF8.self)
            var blocks = text.components(separatedBy: "\n\n")
            text = blocks.removeLast()
            for part in blocks.flatMap(concerned) where !stale.contains(part) { stale.append(part) }
            guard !stale.isEmpty, ContinuousClock.now >= next else { continue }
            let batch = stale.prefix(50)
            stale.removeFirst(batch.count)
            next = .now + .milliseconds(500)
            fetch(Array(batch))
        }
    }

    private struct Change: Decodable {
        var kind: String
        var project: String?
        var name: String?
    }

    private func concerned(_ block: String) -> [String] {
        guard block.contains("event: changed") || block.contains("event: removed"),
            let line = block.components(separatedBy: "\n").first(where: { $0.hasPrefix("data: ") }),
            let change = try? JSONDecoder().decode(Change.self, from: Data(line.dropFirst("data: ".count).utf8))
        else { return [] }
        var keys = [change.kind]
        if let project = change.project {
            keys += ["project/\(project)", "\(change.kind)/\(project)"]
            if let name = change.name { keys.append("\(change.kind)/\(project)/\(name)") }
        } else if let name = change.name {
            keys.append("\(change.kind)/\(name)")
        }
        return keys.flatMap { parts[$0] ?? [] }
    }

    private func fetch(_ parts: [String]) {
        let from = Self.encoded(path)
        let query = parts.map { "id=\(Self.encoded($0))" }.joined(separator: "&")
        let separator = source.contains("?") ? "&" : "?"
        // The caller that waits for a part reports that it is missing.
        guard let answer = try? browser.get("\(source)\(separator)from=\(from)&\(query)") else { return }
        state.withLock {
            $0.fetches += 1
            $0.latest = answer.text
            $0.at = .now
        }
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
    }

    private static func attribute(_ name: String, of text: Substring) -> String? {
        guard let start = text.range(of: " \(name)=\"") else { return nil }
        return text[start.upperBound...].prefix { $0 != "\"" }.replacingOccurrences(of: "&amp;", with: "&")
    }
}
