import HoistwayModel
import HoistwayPorts
import HoistwayRegistry
import Testing

struct TagListTests {
    func tags(_ options: RegistryOptions = RegistryOptions(), _ script: @escaping FakeRegistry.Script) async throws
        -> (tags: [String], requests: [FakeRegistry.Request])
    {
        let server = try await FakeRegistry.start(script)
        defer { server.stop() }
        let wanted = RegistryFixture.subscription(server.host, "team/app")
        let client = RegistryFixture.client(options)
        return (try await client.tags(of: wanted), server.requests)
    }

    @Test func `pages are followed to the last`() async throws {
        let result = try await tags { request in
            switch request.uri {
            case "/v2/team/app/tags/list?n=1000":
                .json(#"{"tags": ["1", "2"]}"#, ("Link", #"</v2/team/app/tags/list?n=1000&last=2>; rel="next""#))
            case "/v2/team/app/tags/list?n=1000&last=2":
                .json(
                    #"{"tags": ["3", "not a tag", "../4"]}"#,
                    ("Link", #"<http://127.0.0.1:\#(request.port)/v2/team/app/tags/list?last=3>; rel="next""#)
                )
            default: .json(#"{"tags": null}"#)
            }
        }
        #expect(result.tags == ["1", "2", "3"])
        #expect(result.requests.count == 3)
    }

    @Test(arguments: [
        #"<http://evil.example.com/v2/team/app/tags/list?last=2>; rel="next""#, #"</etc>; rel="next""#,
        #"<//evil.example.com/v2/>; rel="next""#, #"<>; rel="next""#, #"</v2/team/app/tags/list?n=1000>; rel="next""#,
    ])
    func `a next page elsewhere is refused`(_ link: String) async throws {
        let failure = await #expect(throws: RegistryFailure.self) {
            try await tags { _ in .json(#"{"tags": ["1"]}"#, ("Link", link)) }
        }
        expectMalformed(failure)
    }

    @Test func `a list beyond its bound is refused, and so is one that does not end`() async throws {
        await #expect(throws: RegistryFailure.self) {
            try await tags(RegistryOptions(maxTags: 2)) { _ in .json(#"{"tags": ["1", "2", "3"]}"#) }
        }
        let pages = Counter()
        await #expect(throws: RegistryFailure.self) {
            try await tags { _ in
                .json(#"{"tags": []}"#, ("Link", "</v2/team/app/tags/list?p=\(pages.next())>; rel=next"))
            }
        }
    }

    @Test(arguments: ["", "[]", "{\"tags\": 1}", "null", "<html>"])
    func `what is no list is refused`(_ body: String) async throws {
        let failure = await #expect(throws: RegistryFailure.self) { try await tags { _ in .json(body) } }
        expectMalformed(failure)
    }
}
