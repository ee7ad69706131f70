import HoistwayModel

/// A small generator (SplitMix64) whose seed a failing test prints.
struct SemverRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Small numbers, so that versions meet often.
    mutating func version() -> Semver {
        let numbers = (0..<3).map { _ in String(Int.random(in: 0...3, using: &self)) }.joined(separator: ".")
        let suffixes = ["", "", "-0", "-1", "-10", "-alpha", "-alpha.1", "-beta", "-rc.2"]
        let text = numbers + (suffixes.randomElement(using: &self) ?? "")
        guard let version = Semver(strict: text) else { preconditionFailure("\(text) is made as a version") }
        return version
    }
}
