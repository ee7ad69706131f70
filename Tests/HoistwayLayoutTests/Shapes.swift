import HoistwayLayout

/// The shapes of 600 stages that pages are measured with.
enum Shapes {
    static let all: [(name: String, shape: PipelineShape)] = [
        ("1 to 599", fan(599)), ("chain of 600", chain(600)), ("50 layers of 12", layers(50, of: 12)),
        ("200 chains of 3", chains(200, of: 3)),
    ]

    static func name(_ number: Int, _ beginning: String = "s") -> String {
        let digits = String(number)
        return beginning + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    static func fan(_ count: Int) -> PipelineShape {
        let first = PipelineShape.Stage(name: "first", warehouses: ["w"])
        return PipelineShape(
            warehouses: ["w"],
            stages: [first] + (0..<count).map { .init(name: name($0), upstreams: ["first"]) }
        )
    }

    static func chain(_ count: Int) -> PipelineShape { chains(1, of: count) }

    static func layers(_ count: Int, of width: Int) -> PipelineShape {
        PipelineShape(
            warehouses: ["w"],
            stages: (0..<count * width).map { number in
                let layer = number / width
                guard layer > 0 else { return .init(name: name(number), warehouses: ["w"]) }
                return .init(name: name(number), upstreams: (0..<width).map { name((layer - 1) * width + $0) })
            }
        )
    }

    static func chains(_ count: Int, of length: Int) -> PipelineShape {
        PipelineShape(
            warehouses: ["w"],
            stages: (0..<count * length).map { number in
                number % length == 0
                    ? .init(name: name(number), warehouses: ["w"])
                    : .init(name: name(number), upstreams: [name(number - 1)])
            }
        )
    }

    /// Any pipeline, from a number: the same number gives the same one.
    static func random(_ seed: UInt64) -> PipelineShape {
        var random = SmallRandom(seed)
        let warehouses = (0...Int.random(in: 0...2, using: &random)).map { name($0, "w") }
        let count = Int.random(in: 1...90, using: &random)
        return PipelineShape(
            warehouses: warehouses,
            stages: (0..<count).map { number in
                let upstreams = (0..<number).filter { _ in Int.random(in: 0..<max(4, number), using: &random) < 2 }
                return .init(
                    name: name(number),
                    warehouses: warehouses.filter { _ in upstreams.isEmpty || Int.random(in: 0..<6, using: &random) == 0
                    },
                    upstreams: upstreams.map { name($0) }
                )
            }
        )
    }
}

private struct SmallRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
