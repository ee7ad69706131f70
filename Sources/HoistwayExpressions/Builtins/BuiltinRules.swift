/// Checks of builtins' arguments before evaluation, where a list of types is not enough.
enum Rules {
    typealias Outcome = Result<Nature, Builtin.Mismatch>

    static func failure(_ argument: Int?, _ problem: String) -> Outcome {
        .failure(Builtin.Mismatch(argument: argument, problem: problem))
    }

    static func one(_ natures: [Nature], _ problem: String, _ result: Nature, _ fits: (Nature) -> Bool) -> Outcome {
        guard natures.count == 1 else { return failure(nil, "takes 1 argument, not \(natures.count)") }
        guard natures[0].isUnknown || fits(natures[0]) else {
            return failure(0, "\(problem), not \(natures[0].article)")
        }
        return .success(result)
    }

    static func list(_ natures: [Nature], _ result: Nature) -> Outcome {
        one(natures, "takes a list", result, \.isList)
    }

    static func map(_ natures: [Nature]) -> Outcome {
        one(natures, "takes a map", .array(.any), \.isMap)
    }

    static func element(_ natures: [Nature]) -> Outcome {
        let result = natures.first.map { $0.isUnknown ? .any : $0.withoutElements.element } ?? Nature.any
        return one(natures, "takes a list", result, \.isList)
    }

    static let take: @Sendable ([Nature]) -> Outcome = { natures in
        guard natures.count == 2 else { return failure(nil, "takes 2 arguments, not \(natures.count)") }
        guard natures[0].isUnknown || natures[0].isList else {
            return failure(0, "takes a list, not \(natures[0].article)")
        }
        guard natures[1].isUnknown || [.int, .int64].contains(natures[1].kind) else {
            return failure(1, "takes a number of elements, not \(natures[1].article)")
        }
        return .success(natures[0].withoutElements)
    }

    static let concat: @Sendable ([Nature]) -> Outcome = { natures in
        guard !natures.isEmpty else { return failure(nil, "takes at least one list") }
        for (index, nature) in natures.enumerated() where !nature.isUnknown && !nature.isList {
            return failure(index, "takes lists, not \(nature.article)")
        }
        return .success(.array(.any))
    }

    /// `min`, `max`, `mean`, `median`: numbers and lists of them.
    static let aggregate: @Sendable ([Nature]) -> Outcome = { natures in
        guard let first = natures.first else { return failure(nil, "takes at least one argument") }
        for (index, nature) in natures.enumerated() {
            if nature.isUnknown || nature.isList { return .success(.any) }
            guard nature.isGoNumber else {
                return failure(index, "takes numbers and lists of them, not \(nature.article)")
            }
        }
        return .success(first)
    }

    static let rounding: @Sendable ([Nature]) -> Outcome = { natures in
        one(natures, "takes a number", .float, \.isGoNumber)
    }

    static let sorting: [Signature.Overload] = [
        Signature.Overload([.array(.any), .string], .array(.any)),
        Signature.Overload([.strings, .string], .array(.any)),
        Signature.Overload([.array(.any)], .array(.any)),
        Signature.Overload([.strings], .array(.any)),
    ]
}

extension Nature {
    var hasLength: Bool { isList || isMap || self == .string }

    /// Uses Go's kinds: durations, months and weekdays are numbers too.
    var isGoNumber: Bool {
        switch kind {
        case .int, .int64, .uint8, .float64: true
        default: false
        }
    }
}
