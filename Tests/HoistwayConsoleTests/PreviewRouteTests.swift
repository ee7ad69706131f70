import NIOHTTP1
import Testing

@testable import HoistwayConsole

struct PreviewRouteTests {
    private static let body = #"{"freight": "wavy-a"}"#

    @Test func `a preview is begun by whoever may promote, and the answer says where it is`() async throws {
        try await RunningConsole.with { console async throws in
            let path = "projects/a/stages/prod/previews"
            #expect(try await console.post(path, Self.body, as: "read").status == 403)
            let begun = try await console.post(path, Self.body, as: "promote")
            #expect(begun.status == 202)
            #expect(begun.headers.first(name: "Location") == "/api/v1/projects/a/stages/prod/previews/preview-a")
            #expect(begun.body.contains("\"running\""))
            #expect(console.pipelines.told == ["preview a/prod wavy-a by promote"])
            #expect(try await console.get("\(path)/preview-a", as: "promote").status == 200)
            #expect(try await console.send(.DELETE, "\(path)/preview-a", as: "promote").status == 200)
            #expect(console.pipelines.told.last == "cancel preview-a by promote")
        }
    }

    @Test func `another project's preview does not exist for a token`() async throws {
        try await RunningConsole.with { console async throws in
            for (method, path) in [
                (HTTPMethod.GET, "projects/b/stages/prod/previews/preview-b"),
                (.DELETE, "projects/b/stages/prod/previews/preview-b"),
                // Under the token's own project, too.
                (.GET, "projects/a/stages/prod/previews/preview-b"),
                (.GET, "projects/a/stages/test/previews/preview-a"),
                (.GET, "projects/a/stages/prod/previews/unknown"),
            ] {
                let answer = try await console.send(method, path, as: "promote-a")
                #expect(answer.status == 404, "\(path)")
                #expect(!answer.body.contains("secret of b"), "\(path)")
            }
            let foreign = try await console.post("projects/b/stages/prod/previews", Self.body, as: "promote-a")
            #expect(foreign.status == 404)
            #expect(console.pipelines.told.isEmpty)
        }
    }
}
