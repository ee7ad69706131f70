extension FunctionReference {
    static let predicates: [Row] = [
        Row("all(list, predicate)", "true if the predicate is true for every element", "all([1, 2], # > 0)", "true"),
        Row(
            "any(list, predicate)",
            "true if the predicate is true for at least one element",
            "any([1, 2], # > 1)",
            "true"
        ),
        Row("none(list, predicate)", "true if the predicate is true for no element", "none([1, 2], # > 2)", "true"),
        Row(
            "one(list, predicate)",
            "true if the predicate is true for exactly one element",
            "one([1, 2], # > 1)",
            "true"
        ),
        Row(
            "filter(list, predicate)",
            "the elements for which the predicate is true",
            "filter([1, 2, 3], # > 1)",
            "[2,3]"
        ),
        Row(
            "map(list, expression)",
            "the result of the expression for each element. `#index` is the index of the element",
            "map([1, 2], # * 10)",
            "[10,20]"
        ),
        Row(
            "find(list, predicate)",
            "the first element for which the predicate is true, or nil",
            "find([1, 2, 3], # > 1)",
            "2"
        ),
        Row("findIndex(list, predicate)", "the index of that element, or nil", "findIndex([1, 2, 3], # > 1)", "1"),
        Row(
            "findLast(list, predicate)",
            "the last element for which the predicate is true, or nil",
            "findLast([1, 2, 3], # > 1)",
            "3"
        ),
        Row(
            "findLastIndex(list, predicate)",
            "the index of that element, or nil",
            "findLastIndex([1, 2, 3], # > 1)",
            "2"
        ),
        Row(
            "count(list[, predicate])",
            "the number of elements for which the predicate is true. Without a predicate: of true elements",
            "count([1, 2, 3], # > 1)",
            "2"
        ),
        Row(
            "sum(list[, expression])",
            "the sum of the elements, or of the results of the expression",
            "sum([1, 2, 3])",
            "6"
        ),
        Row(
            "groupBy(list, expression)",
            "a map. The keys are the results of the expression, the values are lists of elements",
            #"groupBy(["a", "bb", "c"], len(#))"#,
            #"{"1":["a","c"],"2":["bb"]}"#
        ),
        Row(
            "sortBy(list, expression[, order])",
            "the elements sorted by the result of the expression, `\"asc\"` or `\"desc\"`",
            #"sortBy(["bb", "a"], len(#))"#,
            #"["a","bb"]"#
        ),
        Row(
            "reduce(list, expression[, start])",
            "one value made from all elements. `#acc` is the result so far",
            "reduce([1, 2, 3], #acc + #)",
            "6"
        ),
    ]

    static let strings: [Row] = [
        Row(
            "trim(text[, letters])",
            "the text without white space at both ends, or without these letters",
            #"trim("  a ")"#,
            #""a""#
        ),
        Row(
            "trimPrefix(text[, prefix])",
            "the text without this prefix. The default prefix is a space",
            #"trimPrefix("v1.2", "v")"#,
            #""1.2""#
        ),
        Row(
            "trimSuffix(text[, suffix])",
            "the text without this suffix. The default suffix is a space",
            #"trimSuffix("a.yaml", ".yaml")"#,
            #""a""#
        ),
        Row("upper(text)", "the text in capital letters", #"upper("abc")"#, #""ABC""#),
        Row("lower(text)", "the text in small letters", #"lower("ABC")"#, #""abc""#),
        Row(
            "split(text, separator[, count])",
            "the parts between the separators, at most `count` parts",
            #"split("a,b", ",")"#,
            #"["a","b"]"#
        ),
        Row(
            "splitAfter(text, separator[, count])",
            "the same, but each part keeps its separator at the end",
            #"splitAfter("a,b", ",")"#,
            #"["a,","b"]"#
        ),
        Row(
            "replace(text, old, new[, count])",
            "the text with `old` replaced by `new`, at most `count` times",
            #"replace("a-b-c", "-", "_")"#,
            #""a_b_c""#
        ),
        Row("repeat(text, count)", "the text repeated `count` times", #"repeat("ab", 2)"#, #""abab""#),
        Row("join(list[, separator])", "the strings of the list in one string", #"join(["a", "b"], ", ")"#, #""a, b""#),
        Row(
            "indexOf(text, part)",
            "the position of the first occurrence in bytes, or -1",
            #"indexOf("abcb", "b")"#,
            "1"
        ),
        Row(
            "lastIndexOf(text, part)",
            "the position of the last occurrence in bytes, or -1",
            #"lastIndexOf("abcb", "b")"#,
            "3"
        ),
        Row("hasPrefix(text, prefix)", "true if the text begins with the prefix", #"hasPrefix("v1", "v")"#, "true"),
        Row(
            "hasSuffix(text, suffix)",
            "true if the text ends with the suffix",
            #"hasSuffix("a.yaml", ".yaml")"#,
            "true"
        ),
    ]

    static let lists: [Row] = [
        Row("len(value)", "the number of elements, entries or characters", #"len("wörld")"#, "5"),
        Row("first(list)", "the first element, or nil", "first([1, 2])", "1"),
        Row("last(list)", "the last element, or nil", "last([1, 2])", "2"),
        Row(
            "get(value, key)",
            "an element of a list or a value of a map, or nil if it does not exist",
            #"get({"a": 1}, "b")"#,
            "null"
        ),
        Row("take(list, count)", "the first `count` elements", "take([1, 2, 3], 2)", "[1,2]"),
        Row("keys(map)", "the keys, sorted", #"keys({"b": 1, "a": 2})"#, #"["a","b"]"#),
        Row("values(map)", "the values, in the order of their keys", #"values({"b": 1, "a": 2})"#, "[2,1]"),
        Row("toPairs(map)", "a list of pairs of key and value, sorted by key", #"toPairs({"a": 1})"#, #"[["a",1]]"#),
        Row("fromPairs(list)", "a map made from pairs of key and value", #"fromPairs([["a", 1]])"#, #"{"a":1}"#),
        Row("reverse(list)", "the list in reverse order", "reverse([1, 2])", "[2,1]"),
        Row("uniq(list)", "the list without duplicates", "uniq([1, 2, 1])", "[1,2]"),
        Row("concat(list, …)", "the elements of all lists", "concat([1], [2])", "[1,2]"),
        Row("flatten(list)", "one list with the elements of all inner lists", "flatten([1, [2, [3]]])", "[1,2,3]"),
        Row("sort(list[, order])", "the list sorted, `\"asc\"` or `\"desc\"`", "sort([3, 1, 2])", "[1,2,3]"),
    ]

    static let numbers: [Row] = [
        Row("abs(number)", "the number without its sign", "abs(-5)", "5"),
        Row("ceil(number)", "the number rounded up, as a float", "ceil(1.2)", "2"),
        Row("floor(number)", "the number rounded down, as a float", "floor(1.8)", "1"),
        Row("round(number)", "the nearest whole number. Halves are rounded away from zero", "round(2.5)", "3"),
        Row("max(number, …)", "the largest number. The elements of lists are included", "max(1, [5, 3])", "5"),
        Row("min(number, …)", "the smallest number", "min(1, [5, 3])", "1"),
        Row("mean(number, …)", "the average", "mean([1, 2])", "1.5"),
        Row("median(number, …)", "the median", "median([1, 2, 9])", "2"),
        Row("bitand(a, b)", "bitwise AND", "bitand(6, 3)", "2"),
        Row("bitor(a, b)", "bitwise OR", "bitor(6, 3)", "7"),
        Row("bitxor(a, b)", "bitwise XOR", "bitxor(6, 3)", "5"),
        Row("bitnand(a, b)", "bitwise AND NOT: the bits of `a` that are not in `b`", "bitnand(6, 3)", "4"),
        Row("bitnot(a)", "bitwise NOT", "bitnot(0)", "-1"),
        Row("bitshl(a, count)", "`a` shifted to the left by `count` bits", "bitshl(1, 4)", "16"),
        Row("bitshr(a, count)", "`a` shifted to the right. The sign is kept", "bitshr(-8, 1)", "-4"),
        Row("bitushr(a, count)", "`a` shifted to the right. The new bits are 0", "bitushr(8, 1)", "4"),
    ]

    static let conversions: [Row] = [
        Row(
            "int(value)",
            "a whole number. A float loses its fraction. A text must consist of digits",
            #"int("42")"#,
            "42"
        ),
        Row("float(value)", "a number with a fraction", #"float("1.5")"#, "1.5"),
        Row("string(value)", "the value as text, in the form that Go prints", "string([1, true])", #""[1 true]""#),
        Row("type(value)", "the name of the value's type", "type(1.5)", #""float""#),
        Row("toJSON(value)", "the value as JSON, indented by two spaces", #"toJSON("a")"#, #""\"a\"""#),
        Row(
            "fromJSON(text)",
            "the value of a JSON text. All numbers are floats",
            #"fromJSON("[1, 2]")"#,
            "[1,2]"
        ),
        Row("toBase64(text)", "the text in base64", #"toBase64("hi")"#, #""aGk=""#),
        Row("fromBase64(text)", "the text decoded from base64", #"fromBase64("aGk=")"#, #""hi""#),
    ]

    static let times: [Row] = [
        Row("now([timezone])", "the current time. It is always the same within one evaluation", "now().Year()", nil),
        Row(
            "date(text[, layout[, timezone]])",
            "a time. The layout shows how the time 2006-01-02 15:04:05 would be written",
            #"date("2024-02-29").Unix()"#,
            "1709164800"
        ),
        Row("duration(text)", "a duration", #"duration("1h30m").Minutes()"#, "90"),
        Row(
            "timezone(name)",
            "a time zone by its name in the time zone database",
            #"date("2024-02-29").In(timezone("UTC"))"#,
            #""2024-02-29T00:00:00Z""#
        ),
    ]
}
