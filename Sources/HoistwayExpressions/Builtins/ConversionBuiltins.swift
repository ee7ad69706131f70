/// Functions that convert a value to another kind.
enum ConversionBuiltins {
    private typealias Overload = Signature.Overload

    static let all: [Builtin] = [
        Builtin(
            "int",
            check: { Rules.one($0, "takes a number or a string", .int) { $0.isGoNumber || $0 == .string } }
        ) { arguments, _ throws(ExpressionError) in
            try arguments.expect(1...1)
            switch arguments[0].content {
            case .int, .double: return .int(arguments[0].truncated ?? 0)
            case .duration(let number): return .int(number)
            case .calendar(let number): return .int(number.number)
            case .string(let text):
                guard let number = text.goInteger else { throw arguments.failure("cannot read \"\(text)\" as an int") }
                return .int(number)
            default: throw arguments.failure("takes a number or a string, not \(arguments[0].kindName)")
            }
        },
        Builtin(
            "float",
            check: { Rules.one($0, "takes a number or a string", .float) { $0.isGoNumber || $0 == .string } }
        ) { arguments, _ throws(ExpressionError) in
            try arguments.expect(1...1)
            if let number = arguments[0].number { return .double(number) }
            guard let text = arguments[0].text else {
                throw arguments.failure("takes a number or a string, not \(arguments[0].kindName)")
            }
            guard let number = GoFloat.parse(text) else {
                throw arguments.failure("cannot read \"\(text)\" as a float")
            }
            return .double(number)
        },
        Builtin("string", [Overload([.any], .string)]) { arguments, context throws(ExpressionError) in
            guard let text = arguments[0].goText(upTo: context.budget.left.bytes) else {
                throw ExpressionError(.limit, "the expression makes too much text")
            }
            return .text(text)
        },
        Builtin("type", [Overload([.any], .string)]) { arguments, _ throws(ExpressionError) in
            .string(arguments[0].languageType)
        },
        Builtin("toJSON", [Overload([.any], .string)]) { arguments, _ throws(ExpressionError) in
            .text(try JSONWriter.text(arguments[0], indent: true))
        },
        Builtin("fromJSON", [Overload([.string], .any)]) { arguments, context throws(ExpressionError) in
            let text = try arguments.text(0)
            try context.budget.step(text.bytes.count / 8)
            guard let value = JSONReader.value(of: text) else { throw arguments.failure("takes a text that is JSON") }
            return value
        },
        Builtin("toBase64", [Overload([.string], .string)]) { arguments, _ throws(ExpressionError) in
            .string(Base64.encode(try arguments.text(0).bytes))
        },
        Builtin("fromBase64", [Overload([.string], .string)]) { arguments, _ throws(ExpressionError) in
            guard let bytes = Base64.decode(try arguments.text(0).bytes) else {
                throw arguments.failure("takes a text that is base 64, with padding")
            }
            return .text(ByteText(bytes))
        },
    ]
}

extension ByteText {
    /// Go's `strconv.Atoi`: a sign and decimal digits.
    var goInteger: Int? {
        let digits =
            bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes[...]
        guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return Int(string)
    }
}

extension Value {
    /// The result of `type()`.
    var languageType: String {
        switch content {
        case .null: "nil"
        case .bool: "bool"
        case .int: "int"
        case .double: "float"
        case .string: "string"
        case .bytes, .array: "array"
        case .map: "map"
        case .time: "time.Time"
        case .duration: "time.Duration"
        case .zone: "unknown"
        case .calendar(let number): number.kind.rawValue
        case .object(let object): object.type.languageName
        case .function: "func"
        }
    }
}
