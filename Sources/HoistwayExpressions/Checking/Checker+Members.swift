extension Checker {
    mutating func check(_ member: Node.Member, at id: NodeID) throws(ExpressionError) -> Nature {
        if case .name("$env") = tree[member.base] { return .unknown }
        let (base, property) = (try visit(member.base), try visit(member.property))
        if base.isUnknown { return .unknown }
        var name: String?
        if case .text(let text) = tree[member.property] { name = text.string }
        if let name {
            if base == .null { throw error("nil has no field `\(name)`", at: id) }
            if let method = MethodTable.method(name, of: base) {
                return .function(Signature(name, method.parameters, method.result))
            }
        }
        switch base.kind {
        case .map:
            guard property.isAssignable(to: base.key) || property.isUnknown else {
                throw error("a key of this map is \(base.key.article), not \(property.article)", at: member.property)
            }
            return base.element
        case .slice:
            guard property.isInteger || property.isUnknown else {
                throw error("an element of a list is chosen by an int, not by \(property.article)", at: member.property)
            }
            return base.element
        case .structure, .pointer:
            if let name, case .object(let type) = base, let field = type.fields.first(where: { $0.name == name }) {
                return field.nature
            }
        default: break
        }
        guard let name else { throw error("\(base.article) has no elements to choose from", at: id) }
        throw error(
            "\(base.article) has no \(member.isMethod ? "method" : "field") `\(name)`",
            at: id,
            hint: hint(base, name)
        )
    }

    private func hint(_ base: Nature, _ name: String) -> String? {
        guard case .object(let type) = base else { return nil }
        let names = type.fields.map(\.name) + type.methods.keys.sorted()
        if let near = names.first(where: { $0.lowercased() == name.lowercased() }) { return "write `.\(near)`" }
        return "it has " + names.map { "`.\($0)`" }.joined(separator: ", ")
    }

    mutating func checkSlice(
        _ baseID: NodeID,
        _ from: NodeID?,
        _ to: NodeID?,
        at id: NodeID
    ) throws(ExpressionError) -> Nature {
        let base = try visit(baseID)
        if base.isUnknown { return .unknown }
        guard base == .string || base.isList else {
            throw error("only strings and lists can be cut, not \(base.article)", at: id)
        }
        for bound in [from, to] {
            guard let bound else { continue }
            let nature = try visit(bound)
            guard nature.isInteger || nature.isUnknown else {
                throw error("a bound is an int, not \(nature.article)", at: bound)
            }
        }
        return base
    }

    // MARK: Calls

    mutating func checkCall(
        _ callee: NodeID,
        _ arguments: [NodeID],
        at id: NodeID
    ) throws(ExpressionError) -> Nature {
        if case .name("$env") = tree[callee] { throw error("`$env` is no function", at: id) }
        let nature = try visit(callee)
        if nature.isUnknown { return .unknown }  // ⚠ expr-lang does not look at the arguments then
        guard case .function(let signature) = nature else {
            throw error("\(nature.article) cannot be called", at: id)
        }
        return try check(arguments, of: signature, at: id)
    }

    mutating func check(
        _ arguments: [NodeID],
        of signature: Signature,
        at id: NodeID
    ) throws(ExpressionError) -> Nature {
        var natures: [Nature] = []
        for argument in arguments { natures.append(try visit(argument)) }
        guard !signature.overloads.isEmpty else { return .unknown }
        var problem: ExpressionError?
        for overload in signature.overloads {
            guard let found = mismatch(natures, arguments, overload, signature, at: id) else { return overload.result }
            // An argument of the wrong kind is a more useful error than a wrong number of arguments.
            if problem == nil || overload.parameters.count == arguments.count { problem = found }
        }
        if let problem { throw problem }
        return .unknown
    }

    private func mismatch(
        _ natures: [Nature],
        _ arguments: [NodeID],
        _ overload: Signature.Overload,
        _ signature: Signature,
        at id: NodeID
    ) -> ExpressionError? {
        guard natures.count == overload.parameters.count else {
            return error(
                "`\(signature.name)` takes \(Self.counts(signature)), not \(natures.count)",
                at: id
            )
        }
        for (index, wanted) in overload.parameters.enumerated() {
            let given = natures[index]
            if wanted.isInteger && given.isInteger { continue }
            if wanted == .float && given.isInteger { continue }
            if given == .null {
                if wanted == .any || wanted.kind == .pointer { continue }
            } else if given.isUnknown || given.isAssignable(to: wanted) {
                continue
            }
            return error(
                "`\(signature.name)` takes \(wanted.article) as its argument \(index + 1), not \(given.article)",
                at: arguments[index]
            )
        }
        return nil
    }

    private static func counts(_ signature: Signature) -> String {
        let counts = Set(signature.overloads.map(\.parameters.count)).sorted()
        let last = counts.last ?? 0
        if counts == [0] { return "no arguments" }
        let numbers = counts.dropLast().map(String.init).joined(separator: ", ")
        let noun = last == 1 ? "argument" : "arguments"
        return numbers.isEmpty ? "\(last) \(noun)" : "\(numbers) or \(last) \(noun)"
    }
}
