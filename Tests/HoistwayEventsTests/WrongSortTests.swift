import Foundation
import HoistwayEvents
import HoistwayModel
import Testing

/// I10: a part that decides something and is of another sort fails the delivery; it is not taken for one that is missing.
struct WrongSortTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var sender: Sender
        var fixture: String
        /// What is replaced, as a message names it: `events[0].target`.
        var path: String

        var testDescription: String { "\(sender.rawValue)/\(fixture) \(path)" }

        static func all(_ sender: Sender, _ fixture: String, _ paths: String...) -> [Case] {
            paths.map { Case(sender: sender, fixture: fixture, path: $0) }
        }
    }

    private static let push = ["ref", "after", "before", "repository", "repository.clone_url", "commits", "commits[0]"]

    static let cases: [Case] =
        (push + ["commits[0].added", "created", "deleted", "forced", "head_commit", "pusher"]).flatMap {
            Case.all(.github, "push", $0)
        }
        + push.flatMap { Case.all(.ghes, "push", $0) }
        + Case.all(
            .github,
            "pr-merged",
            "pull_request",
            "pull_request.head",
            "pull_request.merged",
            "pull_request.base.ref",
            "number",
            "action",
            "repository"
        )
        + Case.all(.github, "release-published", "release", "release.tag_name", "release.draft", "action")
        + Case.all(
            .ghcr,
            "package-tagged",
            "package",
            "package.package_version",
            "package.package_version.container_metadata",
            "package.package_version.container_metadata.tag",
            "package.package_version.container_metadata.tag.name",
            "action"
        )
        + Case.all(
            .gitlab,
            "push",
            "object_kind",
            "ref",
            "after",
            "project",
            "project.git_http_url",
            "commits",
            "total_commits_count"
        )
        + Case.all(.gitlab, "mr-merge", "object_attributes", "object_attributes.action", "object_attributes.iid")
        + Case.all(.gitlab, "release-create", "tag", "action", "commit")
        + (push + ["total_commits"]).flatMap { Case.all(.gitea, "push", $0) }
        + Case.all(.gitea, "create-tag", "ref", "ref_type", "repository", "sha")
        + Case.all(.gitea, "pr-merged", "pull_request", "pull_request.merged", "action", "number")
        + Case.all(.gitea, "release-published", "release", "release.tag_name", "action")
        + Case.all(
            .gitea,
            "package-container",
            "package",
            "package.type",
            "package.owner",
            "package.name",
            "package.version",
            "action"
        )
        + push.flatMap { Case.all(.forgejo, "push", $0) }
        + push.flatMap { Case.all(.gogs, "push", $0) }
        + Case.all(
            .harbor,
            "push",
            "type",
            "occur_at",
            "event_data",
            "event_data.resources",
            "event_data.resources[0]",
            "event_data.resources[0].resource_url",
            "event_data.resources[0].tag",
            "event_data.resources[0].digest"
        )
        + Case.all(
            .distribution,
            "push",
            "events",
            "events[0]",
            "events[0].action",
            "events[0].target",
            "events[0].target.mediaType",
            "events[0].target.repository",
            "events[0].target.digest",
            "events[0].request",
            "events[0].request.host"
        )

    @Test func `every sender has its cases`() {
        #expect(Set(Self.cases.map(\.sender)) == Set(Sender.allCases))
    }

    @Test(arguments: cases)
    func `a part of another sort fails the delivery as the sender's fault, and is named`(_ one: Case) throws {
        let fixture = try Fixture.named(one.sender, one.fixture)
        let body = try JSONSerialization.jsonObject(with: Data(try fixture.body))
        for (value, sort) in Wrong.values {
            guard let changed = try Wrong.replaced(body, one.path, by: value) else { continue }
            let error = #expect(throws: EventError.self, "\(sort)") {
                try EventDecoder.decode(sender: one.sender, headers: try fixture.headers, body: changed)
            }
            let message = error?.message ?? ""
            #expect(message.contains("its \"\(one.path)\" is \(sort)"), "\(message)")
            #expect(error?.hint != nil)
        }
    }

    /// So nothing that is read is passed over, whatever is added to a decoder.
    @Test(arguments: Fixture.all)
    func `whatever is of another sort is either not read or fails the delivery`(_ fixture: Fixture) throws {
        guard !fixture.name.hasSuffix("-form") else { return }
        let headers = try fixture.headers
        let body = try JSONSerialization.jsonObject(with: Data(try fixture.body))
        let expected = try EventDecoder.decode(sender: fixture.sender, headers: headers, body: try fixture.body)
        for path in Wrong.paths(in: body, depth: 5) {
            for (value, sort) in Wrong.values {
                guard let changed = try Wrong.replaced(body, path, by: value) else { continue }
                guard
                    let events = try? EventDecoder.decode(sender: fixture.sender, headers: headers, body: changed)
                else { continue }
                #expect(events == expected, "\(path) was \(sort)")
            }
        }
    }
}

/// Values of every sort in the places of others.
private enum Wrong {
    static var values: [(Any, String)] {
        [("text", "a string"), (7, "a number"), (true, "a boolean"), ([7], "an array"), (["k": 7], "an object")]
    }

    /// `nil` where the value is of this sort, or is `null`: that is missing.
    static func replaced(_ body: Any, _ path: String, by value: Any) throws -> [UInt8]? {
        let steps = path.replacingOccurrences(of: "[", with: ".[").split(separator: ".").map(String.init)
        guard let changed = try replaced(body, steps[...], by: value) else { return nil }
        return Array(try JSONSerialization.data(withJSONObject: changed))
    }

    private static func replaced(_ body: Any, _ steps: ArraySlice<String>, by value: Any) throws -> Any? {
        guard let step = steps.first else { return sort(body) == sort(value) || body is NSNull ? nil : value }
        if step.hasPrefix("["), var list = body as? [Any], let index = Int(step.dropFirst().dropLast()) {
            guard let inner = try replaced(list[index], steps.dropFirst(), by: value) else { return nil }
            list[index] = inner
            return list
        }
        var object = try #require(body as? [String: Any], "no object at \(step)")
        guard let inner = try replaced(try #require(object[step], "no \(step)"), steps.dropFirst(), by: value) else {
            return nil
        }
        object[step] = inner
        return object
    }

    /// A number and a boolean are one class in Foundation.
    private static func sort(_ value: Any) -> String {
        switch value {
        case is String: "string"
        case let number as NSNumber: isBoolean(number) ? "boolean" : "number"
        case is [Any]: "array"
        default: "object"
        }
    }

    private static func isBoolean(_ number: NSNumber) -> Bool {
        // As JSON writes it.
        let text = (try? JSONSerialization.data(withJSONObject: number, options: .fragmentsAllowed)) ?? Data()
        return text == Data("true".utf8) || text == Data("false".utf8)
    }

    /// Of every value; of a list the first and the last.
    static func paths(in body: Any, depth: Int) -> [String] {
        guard depth > 0 else { return [] }
        if let object = body as? [String: Any] {
            return object.keys.sorted().flatMap { key -> [String] in
                // A key with a mark of a path's own is none that is read.
                guard let value = object[key], !key.contains(where: { ".[]".contains($0) }) else { return [] }
                return [key] + paths(in: value, depth: depth - 1).map { $0.hasPrefix("[") ? key + $0 : "\(key).\($0)" }
            }
        }
        guard let list = body as? [Any] else { return [] }
        return Set([0, list.count - 1]).filter(list.indices.contains).sorted().flatMap { index in
            ["[\(index)]"]
                + paths(in: list[index], depth: depth - 1).map {
                    $0.hasPrefix("[") ? "[\(index)]\($0)" : "[\(index)].\($0)"
                }
        }
    }
}
