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

    // T9. `PORT` is the registry's own.
    @Test(arguments: [
        "</v2/team/app/tags/list?last=2>", #"</v2/team/app/tags/list?last=2>; rel="next last""#,
        "</v2/team/app/tags/list?last=2>; rel=NEXT", "<?last=2&n=100>; rel=next", "<list?last=2>; rel=next",
        "<../tags/list?last=2>; rel=next", "<./list?last=2>; rel=next",
        "<//127.0.0.1:PORT/v2/team/app/tags/list?last=2>",
        "<http://127.0.0.1:PORT/v2/team/app/tags/list?last=2>; rel=next",
        // A proxy in front speaks TLS, and has a prefix of its own.
        "<https://127.0.0.1/v2/team/app/tags/list?last=2>; rel=next",
        "</registry/v2/team/app/tags/list?last=2>; rel=next",
        "</v2/team%2Fapp/tags/list?last=2>; rel=next",
        #"</x>; rel="prev"; title="a, b; rel=next", <?last=2>; title="c; d"; rel=next"#,
        #"<?last=2>; rel=next, <?last=2>; rel="next last""#, #"<?last=2>; rel=next; anchor="?n=1000""#,
    ])
    func `the next page is found in every form of its link`(_ link: String) async throws {
        let result = try await tags { request in
            if request.uri.contains("last=2") { return .json(#"{"tags": ["3"]}"#) }
            return .json(#"{"tags": ["1", "2"]}"#, ("Link", link.replacing("PORT", with: request.port)))
        }
        #expect(result.tags == ["1", "2", "3"])
        #expect(result.requests.count == 2)
        #expect(result.requests.allSatisfy { $0.uri.hasPrefix("/v2/team/app/tags/list?") })
    }

    @Test(arguments: [
        #"<http://evil.example.com/v2/team/app/tags/list?last=2>; rel="next""#, #"</etc>; rel="next""#,
        #"<//evil.example.com/v2/>; rel="next""#, #"<>; rel="next""#, #"</v2/team/app/tags/list?n=1000>; rel="next""#,
        "</v2/other/app/tags/list?last=2>; rel=next", "<../../../admin?x=1>; rel=next", "<javascript:1>; rel=next",
        "<?last=2>; rel=next, <?last=3>; rel=next", "<?last=2>, <?last=3>", "garbage", "<?last=2",
        #"<?last=2>; rel="next"#,
        "<http://localhost/v2/team/app/tags/list?last=2>; rel=next", "<?last=\u{FC}>; rel=next",
    ])
    func `a link that cannot be followed is an error, not the end of the list`(_ link: String) async throws {
        let failure = await #expect(throws: RegistryFailure.self) {
            try await tags { _ in .json(#"{"tags": ["1"]}"#, ("Link", link)) }
        }
        expectMalformed(failure)
    }

    @Test(arguments: [nil, "", #"</v2/team/app/tags/list?last=0>; rel="prev""#, #"<?x>; rel=next; anchor="/other""#])
    func `a page without a link to the next one is the last`(_ link: String?) async throws {
        let result = try await tags { _ in
            .init(status: 200, headers: link.map { [("Link", $0)] } ?? [], body: Array(#"{"tags": ["1"]}"#.utf8))
        }
        #expect(result.tags == ["1"])
        #expect(result.requests.count == 1)
    }

    @Test func `a page that is not there, where a link leads to it, is an error`() async throws {
        let failure = await #expect(throws: RegistryFailure.self) {
            try await tags { request in
                request.uri.contains("last")
                    ? .init(status: 404) : .json(#"{"tags": ["1"]}"#, ("Link", "<?last=1>; rel=next"))
            }
        }
        guard case .refused(_, 404, _) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func `pages that lead in a circle are an error`() async throws {
        let failure = await #expect(throws: RegistryFailure.self) {
            try await tags { request in
                let next = request.uri.contains("last=b") ? "a" : "b"
                return .json(#"{"tags": ["\#(next)"]}"#, ("Link", "<?last=\(next)>; rel=next"))
            }
        }
        expectMalformed(failure)
    }

    @Test(arguments: [400, 405, 416, 422])
    func `a registry that refuses the size of a page is asked without it`(_ status: Int) async throws {
        let result = try await tags { request in
            if request.uri.contains("n=") { return .init(status: status) }
            if request.uri.contains("last=1") { return .json(#"{"tags": ["2"]}"#) }
            return .json(#"{"tags": ["1"]}"#, ("Link", "<?last=1>; rel=next"))
        }
        #expect(result.tags == ["1", "2"])
        #expect(result.requests.map(\.uri).first == "/v2/team/app/tags/list?n=1000")
        #expect(result.requests.map(\.uri).dropFirst().first == "/v2/team/app/tags/list")
    }

    @Test func `a full page without a link is followed by the question for what comes after it`() async throws {
        let all = (0..<2300).map { String(10_000 + $0) }
        let result = try await tags { request in
            let last = request.uri.split(separator: "last=").dropFirst().last.map(String.init) ?? ""
            let page = all.drop { $0 <= last }.prefix(1000)
            return .json(#"{"tags": ["\#(page.joined(separator: "\", \""))"]}"#)
        }
        #expect(result.tags == all)
        // One that knows no such question gives the same page again.
        let same = all.prefix(1000)
        let whole = try await tags { _ in .json(#"{"tags": ["\#(same.joined(separator: "\", \""))"]}"#) }
        #expect(whole.tags == Array(same))
    }

    @Test func `a list beyond its bound is refused, and so is one that does not end`() async throws {
        await #expect(throws: RegistryFailure.self) {
            try await tags(RegistryOptions(maxTags: 2)) { _ in .json(#"{"tags": ["1", "2", "3"]}"#) }
        }
        let pages = Counter()
        let server = try await FakeRegistry.start { _ in
            .json(#"{"tags": []}"#, ("Link", "<?p=\(pages.next())>; rel=next"))
        }
        defer { server.stop() }
        await #expect(throws: RegistryFailure.self) {
            try await RegistryFixture.client().tags(of: RegistryFixture.subscription(server.host, "team/app"))
        }
        // S10: empty pages end soon.
        #expect(server.requests.count <= 21)
    }

    @Test func `the whole list has one limit of time`() async throws {
        let pages = Counter()
        let failure = await #expect(throws: RegistryFailure.self) {
            try await tags(RegistryOptions(listTimeout: .milliseconds(300))) { _ in
                let number = pages.next()
                return .json(#"{"tags": ["t\#(number)"]}"#, ("Link", "<?p=\(number)>; rel=next"))
            }
        }
        guard case .unreachable(_, let detail) = failure else {
            // A fast machine reads the thousand pages before: their bound holds as well.
            expectMalformed(failure)
            return
        }
        #expect(detail.contains("no whole list of tags"))
    }

    @Test func `a repository that is not there is told as such`() async throws {
        let body = #"{"errors": [{"code": "NAME_UNKNOWN", "message": "repository name not known\u001b[2J"}]}"#
        let failure = await #expect(throws: RegistryFailure.self) {
            try await tags { _ in .init(status: 404, body: Array(body.utf8)) }
        }
        #expect(failure?.message.contains("it has no team/app") ?? false, "\(String(describing: failure))")
    }

    @Test func `the registry's own words are shown, cut and without control characters and secrets`() async throws {
        let long = String(repeating: "x", count: 5000)
        let said = #"denied\u001b[2J for cm9ib3Q6bWFya2VkLXNlY3JldA== marked-secret \#(long)"#
        let body = #"{"errors": [{"code": "DENIED", "message": "\#(said)"}, {"code": "TWO"}]}"#
        let server = try await FakeRegistry.start { request in
            guard request.authorization != nil else {
                return .init(status: 401, headers: [("WWW-Authenticate", #"Basic realm="x""#)])
            }
            return .init(status: 403, body: Array(body.utf8))
        }
        defer { server.stop() }
        let wanted = RegistryFixture.subscription(server.host, "team/app")
        let client = RegistryFixture.client(logins: [wanted.repoURL: (username: "robot", password: "marked-secret")])
        for question in [
            { _ = try await client.tags(of: wanted) }, { _ = try await client.find("1", in: wanted) },
        ] as [@Sendable () async throws -> Void] {
            let failure = await #expect(throws: RegistryFailure.self) { try await question() }
            let message = failure?.message ?? ""
            #expect(message.contains("it says: DENIED: denied\\u{1b}[2J for *** *** xxx"), "\(message)")
            #expect(message.contains("…; TWO") && message.utf8.count < 600)
        }
    }

    @Test(arguments: ["", "[]", "{\"tags\": 1}", "null", "<html>"])
    func `what is no list is refused`(_ body: String) async throws {
        let failure = await #expect(throws: RegistryFailure.self) { try await tags { _ in .json(body) } }
        expectMalformed(failure)
    }
}
