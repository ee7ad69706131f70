import HoistwayExpressions
import Testing

struct TimeZoneTests {
    /// A file as `zic` writes it: two transitions, then rules for all years.
    private static func file(_ rules: String) -> [UInt8] {
        func big(_ number: Int, _ width: Int) -> [UInt8] {
            (0..<width).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        func block(_ width: Int) -> [UInt8] {
            let head = Array("TZif2".utf8) + Array(repeating: 0, count: 15)
            let counts = [0, 0, 0, 2, 2, 9].flatMap { big($0, 4) }
            let times = [1_679_792_400, 1_698_541_200].flatMap { big($0, width) }
            let types: [UInt8] = big(3600, 4) + [0, 0] + big(7200, 4) + [1, 4]
            return head + counts + times + [1, 0] + types + Array("CET\0CEST\0".utf8)
        }
        return block(4) + block(8) + Array("\n\(rules)\n".utf8)
    }

    private func shown(_ source: String, _ bytes: [UInt8]) throws -> String? {
        let location = try #require(TimeZoneFile.location(named: "Europe/Berlin", bytes))
        var scope = Evaluation.scope()
        scope.location = { _ in location }
        return try Evaluation.expression("date(\"\(source)\").In(timezone(\"x\")).Format(\"2006-01-02 15:04 MST\")")
            .evaluate(in: scope).text?.string
    }

    @Test(
        arguments: [
            ("2023-01-01T00:00:00Z", "2023-01-01 01:00 CET"), ("2023-07-01T00:00:00Z", "2023-07-01 02:00 CEST"),
            ("2024-03-31T00:59:59Z", "2024-03-31 01:59 CET"), ("2024-03-31T01:00:00Z", "2024-03-31 03:00 CEST"),
            ("2024-10-27T00:59:59Z", "2024-10-27 02:59 CEST"), ("2024-10-27T01:00:00Z", "2024-10-27 02:00 CET"),
            ("2099-07-01T00:00:00Z", "2099-07-01 02:00 CEST"),
        ]
    )
    func `clocks follow the file and then its rules`(_ source: String, _ expected: String) throws {
        #expect(try shown(source, Self.file("CET-1CEST,M3.5.0,M10.5.0/3")) == expected)
    }

    @Test func `without rules the last transition holds`() throws {
        #expect(try shown("2024-07-01T00:00:00Z", Self.file("CET-1")) == "2024-07-01 01:00 CET")
    }

    @Test func `a file that is cut short or no such file is no place`() {
        let whole = Self.file("CET-1CEST,M3.5.0,M10.5.0/3")
        for count in 0..<whole.count - 30 {
            #expect(TimeZoneFile.location(named: "x", Array(whole.prefix(count))) == nil)
        }
        #expect(TimeZoneFile.location(named: "x", Array("hello".utf8)) == nil)
    }
}
