import Foundation
import HoistwayModel
import HoistwayPorts
import NIOHTTP1
import Testing

@testable import HoistwayConsole

struct OperationTableTests {
    @Test func `each operation stands in the table once, and no two have one method and path`() {
        #expect(
            Operation.all.map(\.id).sorted { $0.rawValue < $1.rawValue }
                == OperationID.allCases.sorted { $0.rawValue < $1.rawValue }
        )
        let places = Operation.all.map { "\($0.method.rawValue) \($0.path)" }
        #expect(Set(places).count == places.count)
    }

    @Test(arguments: OperationID.allCases)
    func `the path that clients make leads to the operation`(_ id: OperationID) {
        let operation = id.operation
        let values = Dictionary(uniqueKeysWithValues: operation.pathParameters.map { ($0.name, "a /ü%") })
        let match = OperationRouter(Operation.all).match(
            method: operation.method.rawValue,
            path: operation.path(values)
        )
        guard case .found(let found, let parts) = match else {
            Issue.record("\(operation.path) leads nowhere")
            return
        }
        #expect(found.id == id)
        #expect(parts == values)
    }

    @Test func `the shape of every answer is known, and the document says it`() throws {
        let (document, failures) = OpenAPIDocument.make(version: "1.2.3")
        #expect(failures.isEmpty, "\(failures)")
        #expect(document["info"]?["version"]?.string == "1.2.3")
        let schemas = try #require(document["components"]?["schemas"]?.map)
        let stage = try #require(schemas["StageView"])
        #expect(stage["required"]?.list?.contains(.string("project")) == true)
        #expect(stage["required"]?.list?.contains(.string("nextTry")) == false)
        #expect(stage["properties"]?["nextTry"]?["format"]?.string == "date-time")
        #expect(schemas["ProblemBody"]?["properties"]?["code"]?["enum"]?.list?.count == ProblemCode.allCases.count)
        let references = Self.references(in: document)
        for name in references { #expect(schemas[name] != nil, "\(name)") }
    }

    private static func references(in value: ConfigValue) -> Set<String> {
        switch value {
        case .map(let entries):
            entries.reduce(into: []) { found, entry in
                if entry.key == "$ref", let text = entry.value.string {
                    found.insert(String(text.dropFirst("#/components/schemas/".count)))
                }
                found.formUnion(references(in: entry.value))
            }
        case .list(let items): items.reduce(into: []) { $0.formUnion(references(in: $1)) }
        default: []
        }
    }

    @Test func `the document is served without a token`() async throws {
        try await RunningConsole.with { console async throws in
            let answer = try await console.get("openapi.json", as: nil)
            #expect(answer.status == 200)
            #expect(answer.body.contains(#""openapi" : "3.1.0""#))
            #expect(try await console.send(.POST, "openapi.json", as: "read").status == 405)
        }
    }

    @Test func `the reference page has a line for each operation and each code`() throws {
        let page = try String(
            contentsOf: URL(filePath: #filePath).appending(path: "../../../Sources/hoistway/Documentation.docc/API.md")
                .standardized,
            encoding: .utf8
        )
        for operation in Operation.all {
            #expect(page.contains(ReferencePage.line(operation)), "missing: \(ReferencePage.line(operation))")
        }
        for code in ProblemCode.allCases {
            #expect(page.contains("| `\(code.rawValue)` | \(code.status) |"), "\(code.rawValue)")
        }
    }

    @Test func `the document says that a new token is found by its name, and not by its text`() throws {
        let made = OpenAPIDocument.make(version: "1.2.3").document["paths"]?["/api/v1/tokens"]?["post"]
        let links = try #require(made?["responses"]?["201"]?["links"])
        for id in ["getToken", "deleteToken"] {
            #expect(links[id]?["parameters"]?["token"]?.string == "$response.body#/name")
        }
    }

    @Test func `a name that several projects have is ambiguous, and the answer names them`() async throws {
        try await RunningConsole.with { console async throws in
            for answer in [
                try await console.get("why?stage=prod", as: "read"),
                try await console.post("approve", #"{"stage": "prod", "freight": "f"}"#, as: "promote"),
            ] {
                #expect(answer.status == 409)
                #expect(answer.body.contains("ambiguous-name") && answer.body.contains("a/prod, b/prod"))
            }
            #expect(console.pipelines.told.isEmpty)
        }
    }

    @Test func `a body in another encoding than UTF-8 is refused, and not guessed`() throws {
        let operation = OperationID.retryDeliveries.operation
        let text = #"{"failed": true}"#
        #expect(throws: Never.self) { try APICoding.body(Array(text.utf8), of: operation, type: "application/json") }
        for mark: [UInt8] in [[], [0xFF, 0xFE]] {
            let bytes = mark + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
            #expect(throws: APIError.self) { try APICoding.body(bytes, of: operation, type: "application/json") }
        }
    }

    @Test func `a head that is too long is a problem like every other one`() async throws {
        try await RunningConsole.with { console async throws in
            let long = String(repeating: "x", count: 20_000)
            for answer in [
                try await console.get("stages?contains=\(long)", as: "read"),
                try await console.send(.GET, "stages", as: "read", headers: [("X-Long", long)]),
            ] {
                #expect(answer.status == 400)
                #expect(answer.headers.first(name: "Content-Type") == "application/problem+json")
                #expect(answer.body.contains("malformed-request") && answer.body.contains("too long"))
            }
        }
    }

    @Test func `labels are pairs of key and value, each key once`() async throws {
        #expect(try Handlers.labels("tier=live") == ["tier": "live"])
        #expect(try Handlers.labels("a=,b=c=d") == ["a": "", "b": "c=d"])
        for wrong in ["tier", "=live", "a=b,,c=d", "a=b,a=c"] {
            #expect(throws: APIError.self) { try Handlers.labels(wrong) }
        }
        try await RunningConsole.with { console async throws in
            let answer = try await console.get("stages?labels=tier", as: "read")
            #expect(answer.status == 400 && answer.body.contains(#""pointer" : "query/labels""#), "\(answer.body)")
            #expect(try await console.get("stages?labels=tier%3Dlive", as: "read").status == 200)
        }
    }

    @Test func `unknown parameters and unknown keys are errors that name the place`() async throws {
        try await RunningConsole.with { console async throws in
            let query = try await console.get("stages?projekt=a", as: "read")
            #expect(query.status == 400)
            #expect(query.body.contains(#""pointer" : "query/projekt""#))
            #expect(try await console.get("stages?project=a&project=b", as: "read").status == 400)
            // Clients of HTTP encode such a query once more.
            for broken in ["project=%zz", "project=%f", "project=%ff", "%=a"] {
                #expect(throws: APIError.self) {
                    try QueryCheck.values(broken, of: OperationID.listStages.operation)
                }
            }
            let path = "projects/a/stages/test/promotions"
            let body = try await console.post(path, #"{"freight": 1, "fright": "f"}"#, as: "promote")
            #expect(body.status == 400)
            #expect(
                body.body.contains(##""pointer" : "#/fright""##) && body.body.contains(##""pointer" : "#/freight""##)
            )
            #expect(body.headers.first(name: "Content-Type") == "application/problem+json")
            #expect(try await console.post(path, #"{"freight": "f", "warehouse": "w"}"#, as: "promote").status == 400)
            let plain = try await console.send(
                .POST,
                path,
                as: "promote",
                body: #"{"freight": "f"}"#,
                headers: [("Content-Type", "text/plain")]
            )
            #expect(plain.status == 415)
            #expect(console.pipelines.told.isEmpty)
        }
    }

    @Test func `a promotion is made at its stage, and the answer says where it is`() async throws {
        try await RunningConsole.with { console async throws in
            let path = "projects/a/stages/test/promotions"
            let made = try await console.post(path, #"{"freight": "wavy-a"}"#, as: "promote-a")
            #expect(made.status == 201)
            #expect(made.headers.first(name: "Location") == "/api/v1/projects/a/promotions/prod.a")
            #expect(try await console.get("projects/a/promotions/prod.a", as: "read-a").status == 200)
            #expect(try await console.get("projects/b/promotions/prod.a", as: "read").status == 404)
            #expect(try await console.post(path, #"{"freight": "wavy-a"}"#, as: "promote-b").status == 404)
            #expect(try await console.post(path, #"{"freight": "wavy-a"}"#, as: "read-a").status == 403)
            #expect(console.pipelines.told == ["promote a/test wavy-a - by promote-a"])
        }
    }

    @Test func `below a path of the public address, what answers point to lies below it too`() async throws {
        try await RunningConsole.with(publicURL: "https://hoistway.example.com/ops/hoistway/") { console async throws in
            let promotion = try await console.post(
                "projects/a/stages/test/promotions",
                #"{"freight": "wavy-a"}"#,
                as: "promote"
            )
            #expect(promotion.headers.first(name: "Location") == "/ops/hoistway/api/v1/projects/a/promotions/prod.a")
            let preview = try await console.post(
                "projects/a/stages/prod/previews",
                #"{"freight": "wavy-a"}"#,
                as: "promote"
            )
            #expect(
                preview.headers.first(name: "Location")
                    == "/ops/hoistway/api/v1/projects/a/stages/prod/previews/preview-a"
            )
            let old = try await console.get("why?stage=test", as: "read")
            #expect(old.headers.first(name: "Link")?.hasPrefix("</ops/hoistway/api/v1/openapi.json>") == true)
            let document = try await console.get("openapi.json", as: nil)
            #expect(document.body.contains(#""url" : "/ops/hoistway""#))
        }
    }

    @Test func `routes of the version before answer and say that they are deprecated`() async throws {
        try await RunningConsole.with { console async throws in
            let old = try await console.get("why?stage=test", as: "read")
            #expect(old.status == 200)
            #expect(old.headers.first(name: "Deprecation")?.hasPrefix("@") == true)
            #expect(try await !console.get("stages", as: "read").headers.contains(name: "Deprecation"))
        }
    }
}
