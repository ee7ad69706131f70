import HoistwayModel
import Testing

struct StepSchemaTests {
    private typealias Field = StepSchema.Field

    private static let item = StepSchema.Mapping(
        [
            Field("path", .path, isRequired: true, "A path."),
            Field("branch", .branch, emptyIsAbsent: true, "A branch."),
            Field("tag", .tag, emptyIsAbsent: true, "A tag."),
            Field("commit", .commit, emptyIsAbsent: true, "A commit."),
            Field("create", .flag, "Makes it."),
            Field("free", .flag, "Stands alone."),
        ],
        rules: [
            .atMostOne(["branch", "tag", "commit"], says: "at most one ref"),
            .needs("create", oneOf: ["branch"], says: "create needs a branch"),
            .excludes("free", ["branch", "tag"], says: "free excludes"),
        ]
    )

    private static let schema = StepSchema(
        "sample",
        .workspace,
        "Does nothing.",
        [
            Field("url", .repository, "A URL."),
            Field("items", .list(.mapping(item), atLeast: 1), "Items."),
            Field("names", .list(.text), "Names."),
            Field("mail", .email, "An address."),
            Field("count", .wholeNumber(1...9), "A number."),
            Field("host", .choice(["a", "b"]), "A host."),
            Field("pause", .duration, "A time."),
            Field("any", .any, "Anything."),
            Field("old", .flag, refusal: StepSchema.Refusal("old is not supported"), "Not supported."),
            Field("left", .text, emptyIsAbsent: true, "One side."),
            Field("right", .text, emptyIsAbsent: true, "The other side."),
        ],
        rules: [
            .exactlyOne(["left", "right"], says: "left or right"), .unique(list: "items", by: ["path"]),
        ]
    )

    private static func list(_ entries: [String: ConfigValue]...) -> ConfigValue { .list(entries.map { .map($0) }) }

    private static let digits = String(repeating: "a", count: 40)

    /// Each beside `left: x`, without which one rule is broken.
    private static let rows: [(key: String, value: ConfigValue, expected: String)] = [
        ("url", .string("https://h/a/b"), ""),
        ("url", .string("https://u:secret@h/a/b"), "config.url: the URL holds a user and a password, or a token"),
        ("url", .string("nonsense"), "config.url: 'nonsense' is not the URL of a Git repository"),
        ("url", .string(""), "config.url: url is empty"),
        ("url", .null, ""),
        ("url", .string("${{ vars.url }}"), ""),
        ("items", .list([]), "config.items: at least 1 item is needed"),
        ("items", .string("x"), "config.items: expected a list, found text"),
        ("items", .list([.string("x")]), "config.items[0]: expected a mapping, found text"),
        ("items", list([:]), "config.items[0].path: path is missing"),
        ("items", list(["path": .string("")]), "config.items[0].path: path is empty"),
        ("items", list(["path": .string("a\0b")]), "config.items[0].path: a path holds no NUL character"),
        ("items", list(["path": .string("/src")]), ""),
        ("items", list(["path": .string("../src")]), ""),
        ("items", list(["path": .string("a"), "branch": .string("")]), ""),
        ("items", list(["path": .string("a"), "branch": .string(""), "tag": .string("t")]), ""),
        ("items", list(["path": .string("a"), "commit": .string(digits)]), ""),
        (
            "items", list(["path": .string("a"), "commit": .string("abc")]),
            "config.items[0].commit: 'abc' is not a commit's id of 40 digits"
        ),
        (
            "items", list(["path": .string("a"), "branch": .string("b"), "tag": .string("t")]),
            "config.items[0].tag: at most one ref"
        ),
        (
            "items", list(["path": .string("a"), "create": .bool(true)]),
            "config.items[0].create: create needs a branch"
        ),
        ("items", list(["path": .string("a"), "create": .bool(false)]), ""),
        (
            "items", list(["path": .string("a"), "free": .bool(true), "tag": .string("t")]),
            "config.items[0].free: free excludes tag"
        ),
        (
            "items", list(["path": .string("a"), "free": .string("yes")]),
            "config.items[0].free: expected true or false, found text"
        ),
        (
            "items", list(["path": .string("a")], ["path": .string("a")]),
            "config.items[1].path: 'a' is used by item 1 already"
        ),
        ("items", list(["path": .string("a"), "pth": .null]), "config.items[0].pth: unknown key 'pth'"),
        ("names", .list([.string("a"), .number(1)]), "config.names[1]: expected text, found a number"),
        ("names", .list([.string("")]), "config.names[0]: an item is empty"),
        ("mail", .string("nobody"), "config.mail: 'nobody' is not an e-mail address"),
        ("count", .number(0), "config.count: 0 is outside 1 to 9"),
        ("count", .number(1.5), "config.count: expected a whole number, found a number"),
        ("count", .string("1"), "config.count: expected a whole number, found text"),
        ("count", .number(9), ""),
        ("host", .string("c"), "config.host: it cannot be 'c'"),
        ("host", .string(""), "config.host: host is empty"),
        ("pause", .string("soon"), "config.pause: expected a duration, found 'soon'"),
        ("pause", .string("5m"), ""),
        ("any", .list([.null]), ""),
        ("old", .bool(true), "config.old: old is not supported"),
        ("old", .bool(false), ""),
        ("right", .string("y"), "config.right: left or right"),
        ("right", .string(""), ""),
        ("other", .null, "config.other: unknown key 'other'"),
    ]

    @Test func `each rule of a schema tells its problem with its path`() {
        for row in Self.rows {
            let found = Self.schema.problems(with: .map(["left": .string("x"), row.key: row.value]))
            let told = found.map { "\($0.path): \($0.message)" }
            #expect(told == (row.expected.isEmpty ? [] : [row.expected]), "\(row.key): \(row.value)")
        }
    }

    @Test func `every problem is told, and a configuration that is no mapping is one`() {
        let found = Self.schema.problems(with: .map(["count": .number(0), "host": .string("c")]))
        #expect(found.map(\.path.description) == ["config.count", "config.host", "config"])
        #expect(Self.schema.problems(with: .list([])).map(\.message) == ["expected a mapping, found a list"])
        #expect(Self.schema.problems(with: .null).map(\.message) == ["left or right"])
    }
}
