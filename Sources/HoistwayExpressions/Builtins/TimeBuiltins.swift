/// Functions on times.
enum TimeBuiltins {
    static let all: [Builtin] = [
        Builtin(
            "now",
            check: { natures in
                if natures.isEmpty || natures == [.zone] { return .success(.time) }
                return Rules.failure(nil, "takes no arguments, or a timezone")
            }
        ) { arguments, context throws(ExpressionError) in
            try arguments.expect(0...1)
            let moment = context.now()
            guard arguments.count == 1 else { return Value(.time(moment)) }
            guard case .zone(let location) = arguments[0].content else {
                throw arguments.failure("takes a timezone, not \(arguments[0].kindName)")
            }
            return Value(.time(moment.shown(in: location)))
        },
        Builtin("duration", [Signature.Overload([.string], .duration)]) { arguments, _ throws(ExpressionError) in
            let text = try arguments.text(0)
            guard let duration = GoDuration.parse(text.string) else {
                throw ExpressionError(
                    .evaluation,
                    "\"\(text)\" is no duration",
                    hint: "write numbers with units, as `1h30m` or `90s`"
                )
            }
            return Value(.duration(duration))
        },
        Builtin(
            "date",
            check: { natures in
                guard let first = natures.first else { return Rules.failure(nil, "takes at least 1 argument") }
                let count = natures.count - (first == .zone ? 1 : 0)
                return count <= 3 ? .success(.time) : Rules.failure(nil, "takes at most 3 arguments")
            }
        ) { arguments, context throws(ExpressionError) in
            try date(arguments, context)
        },
        Builtin("timezone", [Signature.Overload([.string], .zone)]) { arguments, context throws(ExpressionError) in
            Value(.zone(try location(try arguments.text(0), context)))
        },
    ]

    private static let layouts = [
        "2006-01-02", "15:04:05", "2006-01-02 15:04:05", GoLayout.rfc3339, "02 Jan 06 15:04 MST",
        "Monday, 02-Jan-06 15:04:05 MST", "Mon, 02 Jan 2006 15:04:05 MST",
    ]

    private static func location(
        _ name: ByteText,
        _ context: BuiltinContext
    ) throws(ExpressionError) -> Location {
        guard let location = context.location(name.string) else {
            throw ExpressionError(
                .evaluation,
                "there is no timezone \"\(name)\"",
                hint: "timezones have names such as `Europe/Berlin` or `UTC`"
            )
        }
        return location
    }

    private static func date(
        _ all: Arguments,
        _ context: BuiltinContext
    ) throws(ExpressionError) -> Value {
        var arguments = all
        var place = Location.utc
        if let first = all.values.first, case .zone(let given) = first.content {
            place = given
            arguments = Arguments(name: all.name, values: Array(all.values.dropFirst()))
        }
        try arguments.expect(1...3)
        let text = try arguments.text(0)
        guard arguments.count > 1 else {
            for layout in layouts {
                if let moment = GoLayout.parse(text.string, layout, in: place) { return Value(.time(moment)) }
            }
            throw ExpressionError(
                .evaluation,
                "\"\(text)\" is no date that `date` knows",
                hint: "give its form as the second argument, written for the time 2006-01-02 15:04:05"
            )
        }
        let layout = try arguments.text(1)
        if arguments.count == 3 { place = try location(try arguments.text(2), context) }
        guard let moment = GoLayout.parse(text.string, layout.string, in: place) else {
            throw ExpressionError(.evaluation, "the date \"\(text)\" does not have the form \"\(layout)\"")
        }
        return Value(.time(moment))
    }
}
