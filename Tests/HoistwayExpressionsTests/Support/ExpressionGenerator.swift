/// Makes random expressions of the language: mostly such that evaluate, and some that fail.
///
/// The same seed gives the same expressions.
struct ExpressionGenerator {
    private enum Kind: CaseIterable {
        case number, integer, text, flag, list, texts, map, any, time
    }

    private var random: SplitMix
    /// Variables in reach, and whether `#` stands for something.
    private var names: [String] = []
    private var predicates = 0
    private var hasIndex = false
    private var hasAccumulator = false

    init(seed: UInt64) {
        random = SplitMix(state: seed)
    }

    mutating func next() -> String {
        names = []
        predicates = 0
        hasIndex = false
        hasAccumulator = false
        let kinds = Kind.allCases
        return make(kinds[random.below(kinds.count)], 2 + random.below(3))
    }

    // MARK: Parts

    private mutating func pick(_ choices: String...) -> String { choices[random.below(choices.count)] }

    private mutating func chance(_ percent: Int) -> Bool { random.below(100) < percent }

    private mutating func make(_ kind: Kind, _ depth: Int) -> String {
        // Now and then a value of the wrong kind.
        let kind = chance(4) ? Kind.allCases[random.below(Kind.allCases.count)] : kind
        if predicates > 0, chance(18) { return pointer(kind) }
        if !names.isEmpty, chance(10) { return names[random.below(names.count)] }
        guard depth > 0 else { return leaf(kind) }
        if chance(12) { return general(kind, depth - 1) }
        switch kind {
        case .number: return number(depth - 1)
        case .integer: return integer(depth - 1)
        case .text: return text(depth - 1)
        case .flag: return flag(depth - 1)
        case .list: return list(depth - 1)
        case .texts: return texts(depth - 1)
        case .map: return map(depth - 1)
        case .time: return time(depth - 1)
        case .any: return any(depth - 1)
        }
    }

    private mutating func pointer(_ kind: Kind) -> String {
        if hasIndex, chance(15) { return "#index" }
        if hasAccumulator, chance(40) { return "#acc" }
        switch kind {
        case .map, .any: return "#"
        case .text: return chance(30) ? "#.s" : "#"
        case .number: return chance(30) ? "#.n" : "#"
        default: return "#"
        }
    }

    private mutating func leaf(_ kind: Kind) -> String {
        switch kind {
        case .number:
            return chance(50)
                ? leaf(.integer) : pick("1.5", "0.1", "2.0", "1e3", ".25", "1e21", "f", "o.n", "3.0", "1_000.5")
        case .integer:
            return pick(
                "0",
                "1",
                "2",
                "3",
                "7",
                "-1",
                "10",
                "0x1F",
                "0b101",
                "0o17",
                "n",
                "m",
                "zero",
                "1_000",
                "int(f)"
            )
        case .text:
            return pick(
                "\"a\"",
                "'b'",
                "\"\"",
                "\"abc\"",
                "\"a,b,c\"",
                "\"Hello World\"",
                "\"1.10\"",
                "\"42\"",
                "\"true\"",
                "s",
                "o.s",
                "w",
                "\"v1.2.3\"",
                "`raw\\n`",
                "\"ä€😀\"",
                "\" pad \"",
                "\"a\\tb\"",
                "\"\\u00e9\"",
                "\"<&>\"",
                "u.name"
            )
        case .flag: return pick("true", "false", "yes", "no", "!yes", "n == 7", "s == \"abc\"")
        case .list:
            return pick(
                "[1, 2, 3]",
                "[]",
                "l",
                "ints",
                "[3, 1.5, 2]",
                "[nil, 1]",
                "1..4",
                "objs",
                "[[1, 2], [3]]",
                "[true, false]",
                "[\"a\", 1]",
                "mixed",
                "4..1"
            )
        case .texts:
            return pick(
                "[\"a\", \"b\"]",
                "words",
                "split(\"x y z\", \" \")",
                "[\"b\", \"a\", \"c\"]",
                "[s, w]",
                "keys(o)"
            )
        case .map: return pick("{}", "o", "{\"a\": 1}", "{a: 1, b: \"x\"}", "u", "objs[0]", "{\"n\": 2, \"s\": \"q\"}")
        case .time:
            return pick(
                "t",
                "d",
                "date(\"2024-02-29\")",
                "duration(\"90m\")",
                "duration(\"1.5s\")",
                "date(\"2023-08-14T10:20:30+02:00\")"
            )
        case .any:
            return pick(
                "nil",
                "missing",
                "x",
                "$env.s",
                "$env[\"n\"]",
                "missing?.a.b",
                "u.missing",
                "o[\"none\"]",
                "nil"
            )
        }
    }

    /// Forms that any kind may have.
    private mutating func general(_ kind: Kind, _ depth: Int) -> String {
        switch random.below(12) {
        case 0: return "(\(make(.flag, depth)) ? \(make(kind, depth)) : \(make(kind, depth)))"
        case 1: return "(\(make(.any, depth)) ?? \(make(kind, depth)))"
        case 2: return "(\(make(kind, depth)) ?? \(make(kind, depth)))"
        case 3:
            let name = "v\(names.count)"
            let value = make(Kind.allCases[random.below(Kind.allCases.count)], depth)
            names.append(name)
            defer { names.removeLast() }
            return "(let \(name) = \(value); \(make(kind, depth)))"
        case 4: return "(if \(make(.flag, depth)) { \(make(kind, depth)) } else { \(make(kind, depth)) })"
        case 5: return "(\(make(kind, depth)); \(make(kind, depth)))"
        case 6: return "first([\(make(kind, depth)), \(make(kind, depth))])"
        case 7: return "[\(make(kind, depth)), \(make(kind, depth))][\(pick("0", "1", "-1", "2", "n"))]"
        case 8: return "{\"k\": \(make(kind, depth))}.k"
        case 9: return predicateCall("find", make(.list, depth), .flag, depth)
        case 10:
            return
                "get(\(pick("o", "u", "l", "missing", "{\"k\": \(make(kind, depth))}")), \(pick("\"k\"", "\"n\"", "\"s\"", "0", "9")))"
        default: return "(\(make(kind, depth)) ?: \(make(kind, depth)))"
        }
    }

    private mutating func predicateCall(_ name: String, _ list: String, _ body: Kind, _ depth: Int, _ rest: String = "")
        -> String
    {
        let (index, accumulator) = (hasIndex, hasAccumulator)
        hasIndex = name == "map" || name == "reduce"
        hasAccumulator = name == "reduce"
        predicates += 1
        let text = chance(70) || body == .map ? "{\(make(body, depth))}" : make(body, depth)
        predicates -= 1
        (hasIndex, hasAccumulator) = (index, accumulator)
        if chance(15), rest.isEmpty { return "(\(list) | \(name)(\(text)))" }
        return "\(name)(\(list), \(text)\(rest))"
    }

    private mutating func number(_ depth: Int) -> String {
        switch random.below(13) {
        case 0, 1: return "(\(make(.number, depth)) \(pick("+", "-", "*", "/")) \(make(.number, depth)))"
        case 2: return "\(make(.number, depth)) \(pick("+", "-", "*", "/")) \(make(.number, depth))"
        case 3: return "\(pick("-", "+"))\(make(.number, depth))"
        case 4: return "\(pick("abs", "ceil", "floor", "round", "float"))(\(make(.number, depth)))"
        case 5: return "\(pick("max", "min", "mean", "median"))(\(make(.number, depth)), \(make(.number, depth)))"
        case 6: return "\(pick("max", "min", "mean", "median", "sum"))(\(make(.list, depth)))"
        case 7: return predicateCall("sum", make(.list, depth), .number, depth)
        case 8:
            return predicateCall(
                "reduce",
                make(.list, depth),
                .number,
                depth,
                chance(60) ? ", \(make(.number, depth))" : ""
            )
        case 9: return "float(\(make(.text, depth)))"
        // Powers with a fraction differ in the last digit between libraries of C.
        case 11: return "\(make(.number, depth)) ** \(pick("2", "3", "-1", "0", "-2", "n", "0.5"))"
        case 10: return "d.\(pick("Hours", "Minutes", "Seconds", "Nanoseconds", "Milliseconds"))()"
        default: return make(.integer, depth)
        }
    }

    private mutating func integer(_ depth: Int) -> String {
        switch random.below(14) {
        case 0, 1: return "(\(make(.integer, depth)) \(pick("+", "-", "*", "%")) \(make(.integer, depth)))"
        case 2: return "len(\(make(chance(50) ? .list : chance(50) ? .text : .map, depth)))"
        case 3: return predicateCall("count", make(.list, depth), .flag, depth)
        case 4: return predicateCall(pick("findIndex", "findLastIndex"), make(.list, depth), .flag, depth)
        case 5: return "\(pick("indexOf", "lastIndexOf"))(\(make(.text, depth)), \(make(.text, depth)))"
        case 6: return "int(\(make(chance(50) ? .number : .text, depth)))"
        case 7:
            return "\(pick("bitand", "bitor", "bitxor", "bitnand"))(\(make(.integer, depth)), \(make(.integer, depth)))"
        case 8: return "\(pick("bitshl", "bitshr", "bitushr"))(\(make(.integer, depth)), \(make(.integer, depth)))"
        case 9: return "bitnot(\(make(.integer, depth)))"
        case 10: return "sum(\(make(.integer, depth))..\(make(.integer, depth)))"
        case 11:
            return
                "t.\(pick("Year", "Day", "Hour", "YearDay", "Unix", "Minute", "Second", "Nanosecond", "UnixMilli", "ISOWeek"))()"
        case 12: return "len(\(predicateCall("filter", make(.list, depth), .flag, depth)))"
        default: return "#acc"
        }
    }

    private mutating func text(_ depth: Int) -> String {
        switch random.below(20) {
        case 0, 1: return "(\(make(.text, depth)) + \(make(.text, depth)))"
        case 2: return "string(\(make(Kind.allCases[random.below(Kind.allCases.count - 1)], depth)))"
        case 3: return "\(pick("upper", "lower", "trim", "toBase64"))(\(make(.text, depth)))"
        case 4: return "trim(\(make(.text, depth)), \(make(.text, depth)))"
        case 5: return "\(pick("trimPrefix", "trimSuffix"))(\(make(.text, depth)), \(make(.text, depth)))"
        case 6: return "replace(\(make(.text, depth)), \(make(.text, depth)), \(make(.text, depth)))"
        case 7:
            return
                "replace(\(make(.text, depth)), \(make(.text, depth)), \(make(.text, depth)), \(make(.integer, depth)))"
        case 8: return "repeat(\(make(.text, depth)), \(pick("0", "1", "3", "n", "-1")))"
        case 9: return "join(\(make(.texts, depth)), \(make(.text, depth)))"
        case 10: return "join(\(make(.texts, depth)))"
        case 11: return "type(\(make(Kind.allCases[random.below(Kind.allCases.count)], depth)))"
        case 12: return "toJSON(\(make(chance(50) ? .map : .list, depth)))"
        case 13: return "\(make(.text, depth))[\(pick("0", "1", "-2", "n", "")):\(pick("2", "-1", "99", "", "n"))]"
        case 14: return "fromBase64(\(chance(70) ? "toBase64(\(make(.text, depth)))" : make(.text, depth)))"
        case 15:
            return
                "t.Format(\(pick("\"2006-01-02\"", "\"Jan _2 15:04:05.000\"", "\"Monday, 02-Jan-06 3:04PM MST\"", "\"2006-002 Z07:00\"")))"
        case 16: return "(\(make(.text, depth)) | \(pick("upper", "trim", "lower", "string"))())"
        case 17: return "\(make(.texts, depth))[\(pick("0", "-1", "1", "5"))]"
        case 18: return "trimPrefix(\(make(.text, depth)))"
        default: return leaf(.text)
        }
    }

    private mutating func flag(_ depth: Int) -> String {
        switch random.below(20) {
        case 0: return "(\(make(.flag, depth)) \(pick("&&", "||", "and", "or")) \(make(.flag, depth)))"
        case 1: return "\(pick("!", "not "))(\(make(.flag, depth)))"
        case 2, 3: return "\(make(.number, depth)) \(pick("<", "<=", ">", ">=", "==", "!=")) \(make(.number, depth))"
        case 4: return "\(make(.text, depth)) \(pick("<", "==", "!=", ">=")) \(make(.text, depth))"
        case 5: return "\(make(.integer, depth)) < \(make(.integer, depth)) <= \(make(.integer, depth))"
        case 6:
            return
                "\(make(.any, depth)) \(pick("==", "!=")) \(make(Kind.allCases[random.below(Kind.allCases.count)], depth))"
        case 7:
            return
                "\(make(.text, depth)) \(pick("contains", "startsWith", "endsWith", "not contains", "not startsWith")) \(make(.text, depth))"
        case 8:
            return
                "\(make(.text, depth)) \(pick("matches", "not matches")) \(pick("\"^a\"", "\"[0-9]+\"", "\"(?i)HELLO\"", "\"b$\"", "\"^v\\\\d+\"", "\"(\"", "s"))"
        case 9: return "\(make(.integer, depth)) \(pick("in", "not in")) \(make(.list, depth))"
        case 10: return "\(make(.text, depth)) in \(pick("[\"a\", \"abc\"]", "words", "o", "{\"a\": 1}", "u"))"
        case 11: return predicateCall(pick("all", "any", "none", "one"), make(.list, depth), .flag, depth)
        case 12: return "\(make(.integer, depth)) in \(pick("1..3", "[1, 2, 7]", "n..9", "[-1, 0]"))"
        case 13: return "\(make(.list, depth)) == \(make(.list, depth))"
        case 14: return "\(make(.map, depth)) == \(make(.map, depth))"
        case 15: return "\(pick("hasPrefix", "hasSuffix"))(\(make(.text, depth)), \(make(.text, depth)))"
        case 16:
            return
                "\(predicateCall("count", make(.list, depth), .flag, depth)) \(pick(">", ">=", "<", "<=")) \(pick("0", "1", "2"))"
        case 17:
            let (name, list) = (pick("all", "any", "none"), leaf(.list))
            return
                "\(predicateCall(name, list, .flag, depth)) \(pick("&&", "||")) \(predicateCall(name, list, .flag, depth))"
        case 18: return "t.\(pick("After", "Before", "Equal"))(\(make(.time, depth)))"
        default: return leaf(.flag)
        }
    }

    private mutating func list(_ depth: Int) -> String {
        let any = Kind.allCases[random.below(Kind.allCases.count - 1)]
        switch random.below(20) {
        case 0, 1: return "[\(make(.number, depth)), \(make(.number, depth))]"
        case 2: return "[\(make(any, depth)), \(make(any, depth)), \(make(any, depth))]"
        case 3: return predicateCall("filter", make(.list, depth), .flag, depth)
        case 4, 5: return predicateCall("map", make(.list, depth), any, depth)
        case 6: return "\(pick("reverse", "uniq", "flatten", "sort", "concat"))(\(make(.list, depth)))"
        case 7: return "concat(\(make(.list, depth)), \(make(.list, depth)))"
        case 8: return "sort(\(make(.list, depth)), \(pick("\"asc\"", "\"desc\"", "\"up\"")))"
        case 9:
            return predicateCall(
                "sortBy",
                make(.list, depth),
                .number,
                depth,
                chance(50) ? ", \(pick("\"asc\"", "\"desc\"", "s"))" : ""
            )
        case 10: return "take(\(make(.list, depth)), \(pick("0", "1", "2", "9", "n", "m")))"
        case 11: return "\(make(.list, depth))[\(pick("0", "1", "-1", "n", "")):\(pick("2", "-1", "", "9"))]"
        case 12: return "\(pick("keys", "values", "toPairs"))(\(make(.map, depth)))"
        case 13:
            return
                "map(\(predicateCall("filter", make(.list, depth), .flag, depth)), \(pick("#", "{# == 1}", "[#]", "string(#)")))"
        case 14: return "(\(make(.integer, depth))..\(pick("3", "n", "5")))"
        case 15: return predicateCall("filter", predicateCall("filter", make(.list, depth), .flag, depth), .flag, depth)
        case 16:
            return "fromJSON(\(pick("\"[1, 2.5, null]\"", "'[\"a\"]'", "\"[1\"", "toJSON(\(make(.list, depth)))")))"
        case 17: return "values(groupBy(\(make(.list, depth)), \(pick("#", "type(#)", "string(#)", "{# == 1}"))))"
        case 18: return "uniq(concat(\(make(.list, depth)), \(make(.list, depth))))"
        default: return leaf(.list)
        }
    }

    private mutating func texts(_ depth: Int) -> String {
        switch random.below(8) {
        case 0: return "\(pick("split", "splitAfter"))(\(make(.text, depth)), \(make(.text, depth)))"
        case 1: return "split(\(make(.text, depth)), \(make(.text, depth)), \(pick("0", "1", "2", "-1", "n")))"
        case 2: return "[\(make(.text, depth)), \(make(.text, depth))]"
        case 3: return predicateCall("map", make(.list, depth), .text, depth)
        case 4: return predicateCall("filter", make(.texts, depth), .flag, depth)
        case 5: return "sort(\(make(.texts, depth)))"
        case 6: return "keys(\(make(.map, depth)))"
        default: return leaf(.texts)
        }
    }

    private mutating func map(_ depth: Int) -> String {
        switch random.below(8) {
        case 0, 1: return "{\"a\": \(make(.number, depth)), \"n\": \(make(.integer, depth))}"
        case 2: return "{(\(make(.text, depth))): \(make(.any, depth)), s: \(make(.text, depth))}"
        case 3: return predicateCall("groupBy", make(.list, depth), .text, depth)
        case 4:
            return
                "fromPairs(\(chance(60) ? "toPairs(\(make(.map, depth)))" : "[[\(make(.text, depth)), \(make(.any, depth))]]"))"
        case 5:
            return
                "fromJSON(\(pick("'{\"a\": 1}'", "'{\"b\": [1, {\"c\": null}]}'", "'{'", "toJSON(\(make(.map, depth)))")))"
        case 6: return predicateCall("find", "objs", .flag, depth)
        default: return leaf(.map)
        }
    }

    private mutating func time(_ depth: Int) -> String {
        switch random.below(10) {
        case 0: return "(\(make(.time, depth)) \(pick("+", "-")) \(make(.time, depth)))"
        case 1:
            return
                "(duration(\(pick("\"1h\"", "\"1h30m\"", "\"2.5s\"", "\"x\"", "\"-3ms\""))) * \(make(.integer, depth)))"
        case 2:
            return
                "date(\(pick("\"2024-02-29\"", "\"2024-02-30\"", "\"23:15:00\"", "\"2024-01-02 03:04:05\"", "\"Mon, 02 Jan 2006 15:04:05 MST\"", "s")))"
        case 3: return "date(\"02/03/2024\", \(pick("\"02/01/2006\"", "\"01/02/2006\"", "\"2006\"")))"
        case 4: return "t.AddDate(\(pick("0", "1", "-1")), \(pick("0", "1", "13")), \(pick("0", "-1", "31")))"
        case 5:
            return
                "t.\(pick("UTC()", "Month()", "Weekday()", "Add(d)", "Truncate(d)", "Round(d)", "Sub(t)", "In(timezone(\"UTC\"))"))"
        case 6: return "d.\(pick("Abs()", "Round(duration(\"1h\"))", "Truncate(duration(\"1h\"))", "String()"))"
        case 7: return "duration(\(make(.text, depth)))"
        default: return leaf(.time)
        }
    }

    private mutating func any(_ depth: Int) -> String {
        switch random.below(12) {
        case 0: return "\(make(.map, depth))\(pick(".", "?."))\(pick("a", "n", "s", "k", "nested.x"))"
        case 1: return "\(make(.list, depth))[\(pick("0", "-1", "2", "\"a\""))]"
        case 2: return "first(\(make(.list, depth)))"
        case 3: return "last(\(make(.list, depth)))"
        case 4: return predicateCall(pick("find", "findLast"), make(.list, depth), .flag, depth)
        case 5: return "\(predicateCall("filter", make(.list, depth), .flag, depth))[\(pick("0", "-1"))]"
        case 6: return "\(pick("first", "last"))(\(predicateCall("filter", make(.list, depth), .flag, depth)))"
        case 7: return "\(make(.any, depth))?.a\(pick(".b", "?.b", "[0]", "?.[0]", ""))"
        case 8:
            return predicateCall("reduce", make(.list, depth), .any, depth, chance(60) ? ", \(make(.any, depth))" : "")
        case 9:
            return pick(
                "unknown(1)",
                "len",
                "1 % 0",
                "(1 % zero)",
                "b\"abc\"[0]",
                "b'\\x41'",
                "# + 1",
                "{} ?? 1",
                "::len(l)",
                "l | len()",
                "o.s.x",
                "nil.a",
                "true && x",
                "yes && true",
                "x in [\"a\"]",
                "n in [1, 7]",
                "1..",
                "[1,",
                "a b"
            )
        case 10: return make(Kind.allCases[random.below(Kind.allCases.count - 2)], depth)
        default: return leaf(.any)
        }
    }
}

/// A small random number generator: the same seed gives the same numbers on every machine.
struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
