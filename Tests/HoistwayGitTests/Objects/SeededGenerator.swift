import Foundation
import HoistwayCrypto

/// Random numbers that can be had again: `SEED=… ` runs a failure once more.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// Prints its seed, so that a failure can be repeated.
    static func printed(_ place: String = #function) -> SeededGenerator {
        let seed = ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) } ?? .random(in: 1...1 << 40)
        print("SEED=\(seed) for \(place)")
        return SeededGenerator(seed: seed)
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

enum SHA1Checksum {
    static func of(_ bytes: some Collection<UInt8>) -> [UInt8] {
        SHA1.hash(Array(bytes))
    }
}
