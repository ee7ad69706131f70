/// Makes an input of a target's seeds; the same one for the same seed and number.
struct Mutator {
    /// Limit for the size of inputs, in bytes: a decoder's own limits have tests elsewhere.
    static let maxBytes = 16 * 1024

    private let seeds: [[UInt8]]
    private let words: [[UInt8]]
    private let seed: UInt64

    init(_ target: FuzzTarget, seed: UInt64) {
        seeds = target.seeds.map { Array($0.prefix(Self.maxBytes)) } + [[]]
        words = target.words.map { Array($0.utf8) } + Self.oddWords
        self.seed = seed
    }

    /// Bytes that are difficult for decoders of many formats: ends of ranges, ends of lines, half a character.
    private static let oddWords: [[UInt8]] = [
        Array("-1".utf8), Array("0".utf8), Array("18446744073709551616".utf8), Array("1e999".utf8), [0], [0xFF],
        [0xEF, 0xBB, 0xBF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x80, 0xAE], [0xCC, 0x81], Array("\r\n".utf8),
        Array("\n\n".utf8), Array("%00".utf8), Array("../".utf8), [0x80], [0x7F], [0xFF, 0xFF, 0xFF, 0xFF],
    ]

    /// The input with this number, from 0 on.
    func input(_ number: UInt64) -> [UInt8] {
        var random = SeededGenerator(seed: seed &+ number &* 0xD134_2543_DE82_EF95)
        var bytes = pick(seeds, &random)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            change(&bytes, &random)
            if bytes.count > Self.maxBytes { bytes.removeLast(bytes.count - Self.maxBytes) }
        }
        return bytes
    }

    private func pick(_ choices: [[UInt8]], _ random: inout SeededGenerator) -> [UInt8] {
        choices[Int.random(in: 0..<choices.count, using: &random)]
    }

    private func change(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<9, using: &random) {
        case 0 where place < bytes.count:
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1 where place < bytes.count:
            bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 2:
            let new = (0..<Int.random(in: 1...8, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            bytes.insert(contentsOf: new, at: place)
        case 3:
            bytes.removeSubrange(place..<end(after: place, in: bytes, &random))
        case 4:
            let part = bytes[place..<end(after: place, in: bytes, &random)]
            let times = Int.random(in: 1...4, using: &random)
            for _ in 0..<times where bytes.count < Self.maxBytes { bytes.insert(contentsOf: part, at: place) }
        case 5:
            let other = pick(seeds, &random)
            let start = Int.random(in: 0...other.count, using: &random)
            bytes.insert(contentsOf: other[start..<end(after: start, in: other, &random)], at: place)
        case 6:
            bytes.removeSubrange(place...)
        case 7:
            let word = pick(words, &random)
            bytes.replaceSubrange(place..<min(place + word.count, bytes.count), with: word)
        default:
            bytes.insert(contentsOf: pick(words, &random), at: place)
        }
    }

    /// Mostly near the start: a large change leaves little of the seed.
    private func end(after start: Int, in bytes: [UInt8], _ random: inout SeededGenerator) -> Int {
        let most = Int.random(in: 0..<8, using: &random) == 0 ? bytes.count : 32
        return min(bytes.count, start + Int.random(in: 0...most, using: &random))
    }
}
