import HoistwayTestServers

/// The duration of one promotion, and the Git server's own part of it.
struct PromotionTime {
    /// How the times are measured, for readers of the table.
    static let measuredHow = """
        whole: from before the webhook's first byte until the server has answered the push. server: by the server's \
        log, from the first byte of each request of the promotion to the last byte of its answer, in whole \
        milliseconds, what overlaps counted once. Hoistway adds the difference. The branch moves some milliseconds \
        before the answer: whole may not end there, because then the server's work after it would hide work of Hoistway
        """

    /// Milliseconds until the push was answered.
    var whole: Double
    /// Milliseconds until the branch had moved.
    var moved: Double
    /// Milliseconds during which the server worked on at least one request.
    var server: Double

    /// - Parameters:
    ///   - moved: how long it took until the branch had moved.
    ///   - began: when it began, in milliseconds since 1970.
    init(moved: Double, began: Double, requests: [GitHTTPServer.Request]) {
        self.moved = moved
        // The log has whole milliseconds: half a one later on average.
        let answered = (requests.map(\.ended).max() ?? began) + 0.5 - began
        whole = max(moved, answered)
        server = Self.server(of: requests)
    }

    /// Milliseconds during which the server worked on at least one of the requests.
    static func server(of requests: [GitHTTPServer.Request]) -> Double {
        var busy = 0.0
        var until = -Double.infinity
        for request in requests.sorted(by: { $0.began < $1.began }) {
            busy += max(0, request.ended - max(until, request.began))
            until = max(until, request.ended)
        }
        return busy
    }

    /// For several times: the medians, and the spread of the ratios.
    static func figure(_ name: String, _ times: [PromotionTime], isBound: Bool = true) -> Figure {
        let ratios = Spread(times.map(\.ratio))
        let added = Statistics.median(times.map { $0.whole - $0.server })
        return Figure(
            "\(name), whole ÷ server",
            measured: "\(Figure.number(Statistics.median(times.map(\.whole)))) ms whole",
            baseline: "\(Figure.number(Statistics.median(times.map(\.server)))) ms server",
            value: ratios.median,
            bound: isBound ? .atMost(floor: 1.25, goal: 1.1) : .none,
            note: "Hoistway adds \(Figure.number(added)) ms; moved after "
                + "\(Figure.number(Statistics.median(times.map(\.moved)))) ms; \(ratios.note)"
        )
    }

    /// Whether the ratios differ too much to be trusted.
    static func isUnsteady(_ times: [PromotionTime]) -> Bool { Spread(times.map(\.ratio)).share > Spread.most }

    private var ratio: Double { whole / server }
}

extension GitHTTPServer.Request {
    fileprivate var began: Double { ended - milliseconds }
}
