extension Checker {
    mutating func check(_ call: Node.BuiltinCall, at id: NodeID) throws(ExpressionError) -> Nature {
        if PredicateShape.all[call.name] != nil { return try checkPredicateCall(call, at: id) }
        if call.name == "get" { return try checkGet(call.arguments, at: id) }
        guard let builtin = BuiltinTable.all[call.name] else {
            throw error("there is no function `\(call.name)`", at: id)
        }
        switch builtin.rule {
        case .overloads(let overloads):
            return try check(call.arguments, of: Signature(call.name, overloads), at: id)
        case .check(let check):
            var natures: [Nature] = []
            for argument in call.arguments { natures.append(try visit(argument)) }
            switch check(natures) {
            case .success(let nature): return nature
            case .failure(let mismatch):
                let place = mismatch.argument.flatMap { $0 < call.arguments.count ? call.arguments[$0] : nil }
                throw error("`\(call.name)` \(mismatch.problem)", at: place ?? id)
            }
        }
    }

    private mutating func checkPredicateCall(
        _ call: Node.BuiltinCall,
        at id: NodeID
    ) throws(ExpressionError) -> Nature {
        let collection = try visit(call.arguments[0])
        guard collection.isList || collection.isUnknown else {
            throw error("`\(call.name)` takes a list, not \(collection.article)", at: call.arguments[0])
        }
        let element: Nature = collection.isUnknown ? .unknown : collection.element
        guard call.arguments.count > 1 else { return call.name == "count" ? .int : element }

        var predicate = Predicate(collection: collection)
        if call.name == "map" || call.name == "reduce" { predicate.pointers["index"] = .int }
        if call.name == "reduce" { predicate.pointers["acc"] = .unknown }
        let result = try checkPredicate(call.arguments[1], in: predicate)
        guard result != .null else {
            throw error("the predicate of `\(call.name)` gives nothing but nil", at: call.arguments[1])
        }
        if call.arguments.count == 3 {
            let third = try visit(call.arguments[2])
            if call.name == "sortBy", third != .string, !third.isUnknown {
                throw error("the order is \"asc\" or \"desc\", not \(third.article)", at: call.arguments[2])
            }
        }
        switch call.name {
        case "map": return .array(result)
        case "reduce": return result
        case "sum": return result.withoutElements
        case "groupBy": return .groups
        case "sortBy": return collection
        default: break
        }
        guard result == .bool || result.isUnknown else {
            throw error("the predicate of `\(call.name)` gives a bool, not \(result.article)", at: call.arguments[1])
        }
        switch call.name {
        case "all", "none", "any", "one": return .bool
        case "filter": return .array(collection.isUnknown ? .any : element)
        case "count", "findIndex", "findLastIndex": return .int
        default: return element  // find, findLast
        }
    }

    private mutating func checkGet(_ arguments: [NodeID], at id: NodeID) throws(ExpressionError) -> Nature {
        guard arguments.count == 2 else { throw error("`get` takes 2 arguments, not \(arguments.count)", at: id) }
        let (base, property) = (try visit(arguments[0]), try visit(arguments[1]))
        if base.isUnknown { return .unknown }
        if base.isList {
            guard property.isInteger || property.isUnknown else {
                throw error("an element of a list is chosen by an int, not by \(property.article)", at: arguments[1])
            }
            return base.element
        }
        guard base.isMap else { throw error("`get` takes a list or a map, not \(base.article)", at: arguments[0]) }
        guard property.isAssignable(to: base.key) || property.isUnknown else {
            throw error("a key of this map is \(base.key.article), not \(property.article)", at: arguments[1])
        }
        return base.element
    }
}

extension Nature {
    /// Only Go's type: it gives no information about the elements of `[]any`.
    var withoutElements: Nature {
        switch self {
        case .array: .array(.any)
        case .unknown: .any
        default: self
        }
    }
}
