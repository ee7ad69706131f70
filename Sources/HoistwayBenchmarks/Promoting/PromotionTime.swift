import HoistwayTestServers

/// The duration of one promotion, and the Git server's own part of it.
struct PromotionTime {
    /// How the times are measured, for readers of the table.
    static let measuredHow = """
        whole: from before the webhook's first byte until the branch's file at the server has another head. server: by \
        the server's log, from the first byte of each request of the promotion to the last byte of its answer, in whole \
        milliseconds, what overlaps counted once. Hoistway adds the difference; the branch moves shortly before the \
        push is answered
        """

    /// Milliseconds until the branch had moved.
    var whole: Double
    /// Milliseconds during which the server worked on at least one request.
    var server: Double

    init(whole: Double, requests: [GitHTTPServer.Request]) {
        self.whole = whole
        var busy = 0.0
        var until = -Double.infinity
        for request in requests.sorted(by: { $0.began < $1.began }) {
            busy += max(0, request.ended - max(until, request.began))
            until = max(until, request.ended)
        }
        server = busy
    }

    /// For several times: the medians, and the spread of the ratios.
    static func figure(_ name: String, _ times: [PromotionTime]) -> Figure {
        let ratios = Spread(times.map(\.ratio))
        let added = Statistics.median(times.map { $0.whole - $0.server })
        return Figure(
            "\(name), whole ÷ server",
            measured: "\(Figure.number(Statistics.median(times.map(\.whole)))) ms whole",
            baseline: "\(Figure.number(Statistics.median(times.map(\.server)))) ms server",
            value: ratios.median,
            bound: .atMost(floor: 1.25, goal: 1.1),
            note: "Hoistway adds \(Figure.number(added)) ms; \(ratios.note)"
        )
    }

    /// Whether the ratios differ too much to be trusted.
    static func isUnsteady(_ times: [PromotionTime]) -> Bool { Spread(times.map(\.ratio)).share > Spread.most }

    private var ratio: Double { whole / server }
}

extension GitHTTPServer.Request {
    fileprivate var began: Double { ended - milliseconds }
}
