/// Methods of Go's time types; objects have their own methods.
enum MethodTable {
    static func method(_ name: String, of nature: Nature) -> Method? {
        switch nature {
        case .time: TimeMethods.ofTimes[name]
        case .duration: TimeMethods.ofDurations[name]
        case .month, .weekday, .zone: name == "String" ? text : nil
        case .object(let type): type.methods[name]
        default: nil
        }
    }

    /// The method, bound to the value.
    static func method(_ name: String, of value: Value) -> Value? {
        let found: Method? =
            switch value.content {
            case .time: TimeMethods.ofTimes[name]
            case .duration: TimeMethods.ofDurations[name]
            case .calendar, .zone: name == "String" ? text : nil
            case .object(let object): object.type.methods[name]
            default: nil
            }
        return found.map { Value(.function(FunctionValue(name, $0, on: value))) }
    }

    private static let text = Method([], .string) { value, _ in .text(value.goText) }
}

extension FunctionValue {
    /// A method with its receiver.
    init(_ name: String, _ method: Method, on receiver: Value) {
        self.init(name: name) { arguments throws(ExpressionError) in
            guard arguments.count == method.parameters.count else {
                throw ExpressionError(
                    .evaluation,
                    "`\(name)` takes \(method.parameters.count) arguments, not \(arguments.count)"
                )
            }
            // For nil, Go uses the zero value of the type.
            let given = zip(arguments, method.parameters).map { $0.isNull ? $1.zeroValue ?? $0 : $0 }
            for (argument, wanted) in zip(given, method.parameters) where !argument.fits(wanted) {
                throw ExpressionError(.evaluation, "`\(name)` takes \(wanted.article), not \(argument.kindName)")
            }
            return try method.call(receiver, given)
        }
    }
}

extension Value {
    /// Whether a Go function with a parameter of this nature accepts the value.
    fileprivate func fits(_ wanted: Nature) -> Bool {
        switch (content, wanted) {
        case (.string, .string), (.int, .int), (.double, .float), (.bool, .bool), (.time, .time),
            (.duration, .duration), (.zone, .zone), (_, .any):
            true
        default: false
        }
    }
}

extension Nature {
    fileprivate var zeroValue: Value? {
        switch self {
        case .string: .text("")
        case .int: .int(0)
        case .float: .double(0)
        case .bool: .bool(false)
        case .duration: Value(.duration(0))
        case .time: Value(.time(.zero))
        default: nil
        }
    }
}
