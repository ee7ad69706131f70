/// Functions on lists and maps.
enum ListBuiltins {
    static let all: [Builtin] = [
        Builtin("len", check: { Rules.one($0, "takes a list, a map or a string", .int) { $0.hasLength } }) {
            arguments,
            _ throws(ExpressionError) in
            try arguments.expect(1...1)
            switch arguments[0].content {
            case .string(let text): return .int(RuneReader.count(of: text.bytes))
            case .bytes(let bytes): return .int(bytes.count)
            case .array(let array): return .int(array.elements.count)
            case .map(let map): return .int(map.entries.count)
            default: throw arguments.failure("takes a list, a map or a string, not \(arguments[0].kindName)")
            }
        },
        Builtin("first", check: { Rules.element($0) }) { arguments, _ throws(ExpressionError) in
            try arguments.expect(1...1)
            return arguments[0].end(first: true)
        },
        Builtin("last", check: { Rules.element($0) }) { arguments, _ throws(ExpressionError) in
            try arguments.expect(1...1)
            return arguments[0].end(first: false)
        },
        Builtin("get", check: { _ in .success(.unknown) }) { arguments, _ throws(ExpressionError) in
            try arguments.expect(2...2)
            return try get(arguments)
        },
        Builtin("take", check: Rules.take) { arguments, _ throws(ExpressionError) in
            try arguments.expect(2...2)
            let list = try arguments.list(0)
            let count = min(try arguments.exactInteger(1), list.count)
            guard count >= 0 else { throw arguments.failure("cannot take \(count) elements") }
            switch arguments[0].content {
            case .bytes(let bytes): return Value(.bytes(Array(bytes.prefix(count))))
            case .array(let array) where array.kind == .pair: throw arguments.failure("cannot take a part of a pair")
            case .array(let array):
                return Value(.array(ArrayValue(Array(list.prefix(count)), kind: array.kind, isNil: array.isNil)))
            default: return .array(Array(list.prefix(count)))
            }
        },
        Builtin("keys", check: { Rules.map($0) }) { arguments, context throws(ExpressionError) in
            let entries = try arguments.map(0).sorted
            try context.budget.step(entries.count)
            return .array(entries.map(\.key.value))
        },
        Builtin("values", check: { Rules.map($0) }) { arguments, context throws(ExpressionError) in
            let entries = try arguments.map(0).sorted
            try context.budget.step(entries.count)
            return .array(entries.map(\.value))
        },
        Builtin("toPairs", check: { Rules.map($0) }) { arguments, context throws(ExpressionError) in
            let entries = try arguments.map(0).sorted
            try context.budget.step(2 * entries.count)
            let pairs = entries.map { Value(.array(ArrayValue([$0.key.value, $0.value], kind: .pair))) }
            return Value(.array(ArrayValue(pairs, kind: .pairs)))
        },
        Builtin("fromPairs", check: { Rules.list($0, .generic) }) { arguments, context throws(ExpressionError) in
            var entries: [MapKey: Value] = [:]
            for (index, pair) in try arguments.list(0).enumerated() {
                guard let parts = pair.listElements, parts.count == 2 else {
                    throw arguments.failure("takes pairs, and element \(index) is not a pair")
                }
                guard let key = MapKey(parts[0]) else {
                    throw arguments.failure("cannot make a key of \(parts[0].kindName)")
                }
                entries[key] = parts[1]
                try context.budget.step()
            }
            return Value(.map(MapValue(entries: entries, kind: .generic)))
        },
        Builtin("reverse", check: { Rules.list($0, .array(.any)) }) { arguments, context throws(ExpressionError) in
            try arguments.expect(1...1)
            let list = try arguments.list(0)
            try context.budget.make(elements: list.count)
            return .array(list.reversed())
        },
        Builtin("uniq", check: { Rules.list($0, .array(.any)) }) { arguments, context throws(ExpressionError) in
            try arguments.expect(1...1)
            var unique: [Value] = []
            for element in try arguments.list(0) {
                try context.budget.step(unique.count + 1)
                if !unique.contains(where: { element.equals($0) }) { unique.append(element) }
            }
            return .array(unique)
        },
        Builtin("concat", check: Rules.concat) { arguments, context throws(ExpressionError) in
            guard arguments.count > 0 else { throw arguments.failure("takes at least one list") }
            var elements: [Value] = []
            for index in arguments.values.indices {
                let list = try arguments.list(index)
                try context.budget.make(elements: list.count)
                elements += list
            }
            return Value(.array(ArrayValue(elements, isNil: elements.isEmpty)))
        },
        Builtin("flatten", check: { Rules.list($0, .array(.any)) }) { arguments, context throws(ExpressionError) in
            try arguments.expect(1...1)
            var elements: [Value] = []
            try flatten(try arguments.list(0), into: &elements, &context)
            try context.budget.make(elements: elements.count)
            return .array(elements)
        },
        Builtin("sort", Rules.sorting) { arguments, context throws(ExpressionError) in
            try sort(arguments, &context)
        },
    ]

    private static func get(_ arguments: Arguments) throws(ExpressionError) -> Value {
        let (base, property) = (arguments[0], arguments[1])
        if let name = property.text, let method = MethodTable.method(name.string, of: base) { return method }
        switch base.content {
        case .null: return .null
        case .array, .bytes, .string:
            let index = try arguments.integer(1)
            return base.element(at: index) ?? .null
        case .map(let map):
            return map.entries[try map.key(for: property)] ?? .null
        case .object(let object):
            return object[try arguments.text(1).string] ?? .null
        default: return .null
        }
    }

    private static func flatten(
        _ list: [Value],
        into elements: inout [Value],
        _ context: inout BuiltinContext
    ) throws(ExpressionError) {
        for element in list {
            try context.budget.step()
            if let inner = element.listElements {
                try flatten(inner, into: &elements, &context)
            } else {
                elements.append(element)
            }
        }
    }

    private static func sort(
        _ arguments: Arguments,
        _ context: inout BuiltinContext
    ) throws(ExpressionError) -> Value {
        try arguments.expect(1...2)
        var isDescending = false
        if arguments.count == 2 {
            switch arguments[1].text {
            case "asc": break
            case "desc": isDescending = true
            default: throw arguments.failure("sorts \"asc\" or \"desc\"")
            }
        }
        guard case .array(let array) = arguments[0].content, array.kind != .pair, array.kind != .pairs else {
            return Value(.array(ArrayValue([], isNil: true)))  // ⚠ expr-lang gives nil for what it cannot sort
        }
        let sorted = try Sorting.sort(array.elements, by: array.elements, isDescending, &context.budget)
        try context.budget.make(elements: sorted.count)
        return .array(sorted)
    }
}

/// Sorts like expr-lang where the difference is visible: equal elements keep their order.
enum Sorting {
    /// - Parameter keys: one for each element.
    static func sort(
        _ elements: [Value],
        by keys: [Value],
        _ isDescending: Bool,
        _ budget: inout Budget
    ) throws(ExpressionError) -> [Value] {
        var order = Array(elements.indices)
        var spare = order
        try sort(&order, &spare, 0..<order.count, keys, isDescending, &budget)
        return order.map { elements[$0] }
    }

    private static func sort(
        _ order: inout [Int],
        _ spare: inout [Int],
        _ range: Range<Int>,
        _ keys: [Value],
        _ isDescending: Bool,
        _ budget: inout Budget
    ) throws(ExpressionError) {
        func isBefore(_ left: Int, _ right: Int) throws(ExpressionError) -> Bool {
            try isDescending
                ? Arithmetic.isLess(keys[right], keys[left]) : Arithmetic.isLess(keys[left], keys[right])
        }
        if range.count <= 12 {  // as Go's sort does for so few: it decides where NaN goes
            for end in range.dropFirst() {
                var place = end
                while place > range.lowerBound, try isBefore(order[place], order[place - 1]) {
                    order.swapAt(place, place - 1)
                    place -= 1
                    try budget.step()
                }
            }
            return
        }
        let middle = range.lowerBound + range.count / 2
        try sort(&order, &spare, range.lowerBound..<middle, keys, isDescending, &budget)
        try sort(&order, &spare, middle..<range.upperBound, keys, isDescending, &budget)
        try budget.step(range.count)
        var (left, right) = (range.lowerBound, middle)
        for place in range {
            let takesRight: Bool
            if left == middle {
                takesRight = true
            } else if right == range.upperBound {
                takesRight = false
            } else {
                takesRight = try isBefore(order[right], order[left])
            }
            spare[place] = takesRight ? order[right] : order[left]
            if takesRight { right += 1 } else { left += 1 }
        }
        order.replaceSubrange(range, with: spare[range])
    }
}

extension Value {
    /// The first or the last element; nil if the list is empty.
    fileprivate func end(first: Bool) -> Value {
        switch content {
        case .array, .bytes, .string: element(at: first ? 0 : -1) ?? .null
        case .map(let map) where !map.isStringKeyed: map.entries[.int(first ? 0 : -1)] ?? map.absent
        default: .null
        }
    }

    /// A negative index counts from the end; `nil`: the list has no such element.
    func element(at index: Int) -> Value? {
        func place(_ count: Int) -> Int? {
            let place = index < 0 ? count &+ index : index
            return place >= 0 && place < count ? place : nil
        }
        switch content {
        case .array(let array): return place(array.elements.count).map { array.elements[$0] }
        case .bytes(let bytes): return place(bytes.count).map { .int(Int(bytes[$0])) }
        case .string(let text): return place(text.bytes.count).map { .int(Int(text.bytes[$0])) }
        default: return nil
        }
    }
}
