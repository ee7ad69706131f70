extension FunctionReference {
    static let predicates: [Row] = [
        Row("all(list, predicate)", "whether the predicate holds for every element", "all([1, 2], # > 0)", "true"),
        Row("any(list, predicate)", "whether it holds for at least one", "any([1, 2], # > 1)", "true"),
        Row("none(list, predicate)", "whether it holds for none", "none([1, 2], # > 2)", "true"),
        Row("one(list, predicate)", "whether it holds for exactly one", "one([1, 2], # > 1)", "true"),
        Row("filter(list, predicate)", "the elements that it holds for", "filter([1, 2, 3], # > 1)", "[2,3]"),
        Row(
            "map(list, expression)",
            "what the expression makes of each; `#index` is its place",
            "map([1, 2], # * 10)",
            "[10,20]"
        ),
        Row("find(list, predicate)", "the first element that it holds for, or nil", "find([1, 2, 3], # > 1)", "2"),
        Row("findIndex(list, predicate)", "its place, or nil", "findIndex([1, 2, 3], # > 1)", "1"),
        Row(
            "findLast(list, predicate)",
            "the last element that it holds for, or nil",
            "findLast([1, 2, 3], # > 1)",
            "3"
        ),
        Row("findLastIndex(list, predicate)", "its place, or nil", "findLastIndex([1, 2, 3], # > 1)", "2"),
        Row("count(list[, predicate])", "for how many it holds", "count([1, 2, 3], # > 1)", "2"),
        Row("sum(list[, expression])", "the sum of the elements, or of what is made of them", "sum([1, 2, 3])", "6"),
        Row(
            "groupBy(list, expression)",
            "a map from what is made of the elements to lists of them",
            #"groupBy(["a", "bb", "c"], len(#))"#,
            #"{"1":["a","c"],"2":["bb"]}"#
        ),
        Row(
            "sortBy(list, expression[, order])",
            "sorted by what is made of the elements, `\"asc\"` or `\"desc\"`",
            #"sortBy(["bb", "a"], len(#))"#,
            #"["a","bb"]"#
        ),
        Row(
            "reduce(list, expression[, start])",
            "one value of all: `#acc` is what there is so far",
            "reduce([1, 2, 3], #acc + #)",
            "6"
        ),
    ]

    static let strings: [Row] = [
        Row(
            "trim(text[, letters])",
            "without white space, or without those letters, at both ends",
            #"trim("  a ")"#,
            #""a""#
        ),
        Row(
            "trimPrefix(text[, prefix])",
            "without that beginning; a space if none is given",
            #"trimPrefix("v1.2", "v")"#,
            #""1.2""#
        ),
        Row(
            "trimSuffix(text[, suffix])",
            "without that end; a space if none is given",
            #"trimSuffix("a.yaml", ".yaml")"#,
            #""a""#
        ),
        Row("upper(text)", "in capital letters", #"upper("abc")"#, #""ABC""#),
        Row("lower(text)", "in small letters", #"lower("ABC")"#, #""abc""#),
        Row(
            "split(text, separator[, count])",
            "the parts between separators, at most so many",
            #"split("a,b", ",")"#,
            #"["a","b"]"#
        ),
        Row(
            "splitAfter(text, separator[, count])",
            "the same, with the separators at the ends of parts",
            #"splitAfter("a,b", ",")"#,
            #"["a,","b"]"#
        ),
        Row(
            "replace(text, old, new[, count])",
            "with `new` for each `old`, at most so many",
            #"replace("a-b-c", "-", "_")"#,
            #""a_b_c""#
        ),
        Row("repeat(text, count)", "so many times", #"repeat("ab", 2)"#, #""abab""#),
        Row("join(list[, separator])", "the strings of the list in one", #"join(["a", "b"], ", ")"#, #""a, b""#),
        Row("indexOf(text, part)", "the first byte of the part, or -1", #"indexOf("abcb", "b")"#, "1"),
        Row("lastIndexOf(text, part)", "the same from the end", #"lastIndexOf("abcb", "b")"#, "3"),
        Row("hasPrefix(text, prefix)", "whether the text begins so", #"hasPrefix("v1", "v")"#, "true"),
        Row("hasSuffix(text, suffix)", "whether the text ends so", #"hasSuffix("a.yaml", ".yaml")"#, "true"),
    ]

    static let lists: [Row] = [
        Row("len(value)", "how many elements, entries or letters", #"len("wörld")"#, "5"),
        Row("first(list)", "the first element, or nil", "first([1, 2])", "1"),
        Row("last(list)", "the last element, or nil", "last([1, 2])", "2"),
        Row("get(value, key)", "an element or an entry; nil if it does not exist", #"get({"a": 1}, "b")"#, "null"),
        Row("take(list, count)", "the first elements", "take([1, 2, 3], 2)", "[1,2]"),
        Row("keys(map)", "the keys, sorted", #"keys({"b": 1, "a": 2})"#, #"["a","b"]"#),
        Row("values(map)", "the values, in the order of their keys", #"values({"b": 1, "a": 2})"#, "[2,1]"),
        Row("toPairs(map)", "pairs of key and value, sorted by key", #"toPairs({"a": 1})"#, #"[["a",1]]"#),
        Row("fromPairs(list)", "a map of such pairs", #"fromPairs([["a", 1]])"#, #"{"a":1}"#),
        Row("reverse(list)", "from the end", "reverse([1, 2])", "[2,1]"),
        Row("uniq(list)", "each element once", "uniq([1, 2, 1])", "[1,2]"),
        Row("concat(list, …)", "the elements of all lists", "concat([1], [2])", "[1,2]"),
        Row("flatten(list)", "with lists within it opened", "flatten([1, [2, [3]]])", "[1,2,3]"),
        Row("sort(list[, order])", "sorted, `\"asc\"` or `\"desc\"`", "sort([3, 1, 2])", "[1,2,3]"),
    ]

    static let numbers: [Row] = [
        Row("abs(number)", "without its sign", "abs(-5)", "5"),
        Row("ceil(number)", "the next whole number above, as a float", "ceil(1.2)", "2"),
        Row("floor(number)", "the next whole number below, as a float", "floor(1.8)", "1"),
        Row("round(number)", "the nearest whole number, halves away from zero", "round(2.5)", "3"),
        Row("max(number, …)", "the largest; lists count with their elements", "max(1, [5, 3])", "5"),
        Row("min(number, …)", "the smallest", "min(1, [5, 3])", "1"),
        Row("mean(number, …)", "the average", "mean([1, 2])", "1.5"),
        Row("median(number, …)", "the middle", "median([1, 2, 9])", "2"),
        Row("bitand(a, b)", "bits that both have", "bitand(6, 3)", "2"),
        Row("bitor(a, b)", "bits that one has", "bitor(6, 3)", "7"),
        Row("bitxor(a, b)", "bits that only one has", "bitxor(6, 3)", "5"),
        Row("bitnand(a, b)", "bits of `a` that `b` has not", "bitnand(6, 3)", "4"),
        Row("bitnot(a)", "the other bits", "bitnot(0)", "-1"),
        Row("bitshl(a, count)", "shifted to the left", "bitshl(1, 4)", "16"),
        Row("bitshr(a, count)", "shifted to the right; the sign stays", "bitshr(-8, 1)", "-4"),
        Row("bitushr(a, count)", "shifted to the right; zeros follow", "bitushr(8, 1)", "4"),
    ]

    static let conversions: [Row] = [
        Row("int(value)", "a whole number: of a float without its fraction, of a text of digits", #"int("42")"#, "42"),
        Row("float(value)", "a number with a fraction", #"float("1.5")"#, "1.5"),
        Row("string(value)", "a text, as Go prints values", "string([1, true])", #""[1 true]""#),
        Row("type(value)", "the name of its kind", "type(1.5)", #""float""#),
        Row("toJSON(value)", "JSON, indented by two spaces", #"toJSON("a")"#, #""\"a\"""#),
        Row(
            "fromJSON(text)",
            "the value of a text that is JSON; its numbers are floats",
            #"fromJSON("[1, 2]")"#,
            "[1,2]"
        ),
        Row("toBase64(text)", "base 64", #"toBase64("hi")"#, #""aGk=""#),
        Row("fromBase64(text)", "the text of base 64", #"fromBase64("aGk=")"#, #""hi""#),
    ]

    static let times: [Row] = [
        Row("now([timezone])", "the present; within one evaluation always the same", "now().Year()", nil),
        Row(
            "date(text[, layout[, timezone]])",
            "a time; a layout is written for the time 2006-01-02 15:04:05",
            #"date("2024-02-29").Unix()"#,
            "1709164800"
        ),
        Row("duration(text)", "a duration", #"duration("1h30m").Minutes()"#, "90"),
        Row(
            "timezone(name)",
            "a place of the time zone database",
            #"date("2024-02-29").In(timezone("UTC"))"#,
            #""2024-02-29T00:00:00Z""#
        ),
    ]
}
