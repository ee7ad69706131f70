import HoistwayModel

/// Versions of one image or chart that take each other's place, as far as their names show it.
///
/// Two subscriptions may follow one image by different tags: `1.4.2` does not take the place of `main-3f2a9c1`.
enum NewsLine {
    /// `nil` where the order of receipt counts, as it does for commits.
    static func of(_ events: [Event]) -> String? {
        var line: String?
        for event in events {
            switch event {
            case .image(let image): line = line ?? image.tags.first.map(shape)
            case .chart(let chart): line = line ?? "\(chart.chart) \(shape(chart.version))"
            case .push, .tag, .pullRequest, .ping, .ignored: return nil
            }
        }
        return line
    }

    /// The name with one sign in place of each part that has a digit: `1.4.2-rc.1` is `#.#.#-rc.#`.
    private static func shape(_ name: String) -> String {
        var shape: [UInt8] = []
        var part: [UInt8] = []
        var isVersion = false
        func isOfPart(_ byte: UInt8) -> Bool {
            byte != UInt8(ascii: ".") && byte != UInt8(ascii: "-") && byte != UInt8(ascii: "_")
                && byte != UInt8(ascii: "+")
        }
        for byte in name.utf8 {
            if isOfPart(byte) {
                isVersion = isVersion || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                part.append(byte)
                continue
            }
            shape += isVersion ? [UInt8(ascii: "#")] : part
            shape.append(byte)
            part = []
            isVersion = false
        }
        shape += isVersion ? [UInt8(ascii: "#")] : part
        return String(decoding: shape, as: UTF8.self)
    }
}
