/// Bare expressions as in public pipelines, without variables; one in ten fails.
enum PipelineExpressions {
    static let kinds = 10

    static func lines(_ count: Int) -> [String] {
        (0..<count).map { line($0 % kinds, number: $0) }
    }

    private static func line(_ kind: Int, number: Int) -> String {
        switch kind {
        case 0: #"{"img": {"Tag": "v1.\#(number).0"}}.img.Tag"#
        case 1: #""env/" + ["dev", "test", "prod"][\#(number % 3)]"#
        case 2: "\(number % 7) > 3 ? 'canary' : 'stable'"
        case 3: #"{"openpr": "\#(number % 2 == 0)"}.openpr != 'true'"#
        case 4: #"split("shop.01jd\#(number).abcdef1", ".")[1]"#
        case 5: #"filter([1, 2, 3, \#(number)], # % 2 == 0)"#
        case 6: #"toJSON({"text": "promoted \#(number)", "channel": "deploy"})"#
        case 7: #"trimPrefix("v\#(number).2.3", "v") + "-" + upper("rc")"#
        case 8: #"all([\#(number), 2, 3], # > 0) && len("abc") == 3"#
        default: #"{"a": \#(number)}.a.b.c"#
        }
    }
}
