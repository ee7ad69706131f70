import Foundation
import HoistwayTestServers

/// What a promotion has left outside, and in the own state, without what differs from one promotion to the next: names
/// of promotions, ids of commits, times.
struct OutsideView: Equatable, Sendable {
    /// Each branch and tag with its commits, the first one first: subject, tree, and the promotion's stage.
    var refs: [String: [String]] = [:]
    /// Requests, each once however often it was sent.
    var requests: [String] = []
    /// Of each Application, what its newest operation came to, and how often one was begun.
    var applications: [String] = []
    /// Of stages and freight: metadata and aliases.
    var state: [String] = []
    /// Each promotion's stage, freight and phase, with the status of each step.
    var promotions: [String] = []
    /// Pushes of which nobody knows yet whether they arrived.
    var intents = 0

    /// How the two differ, for people.
    func difference(from expected: OutsideView) -> String {
        var lines: [String] = []
        func compare(_ name: String, _ mine: [String], _ theirs: [String]) {
            if mine != theirs { lines.append("\(name): \(mine)\n  without a kill: \(theirs)") }
        }
        for ref in Set(refs.keys).union(expected.refs.keys).sorted() {
            compare(ref, refs[ref] ?? ["absent"], expected.refs[ref] ?? ["absent"])
        }
        compare("requests", requests, expected.requests)
        compare("applications", applications, expected.applications)
        compare("state", state, expected.state)
        compare("promotions", promotions, expected.promotions)
        if intents != expected.intents { lines.append("\(intents) pushes are open") }
        return lines.joined(separator: "\n")
    }

    mutating func read(_ repository: GitRepositoryFixture) async throws {
        let names = try await repository.git("for-each-ref", "--format=%(refname) %(objecttype)")
        for line in names.split(separator: "\n") {
            let parts = line.split(separator: " ").map(String.init)
            let log = try await repository.git(
                "log",
                "--reverse",
                "--format=%s|%T|%(trailers:key=Hoistway-Stage,valueonly,separator=%x2C)",
                parts[0]
            )
            // The host counts its pull requests on.
            let commits = log.split(separator: "\n").map { String($0).replacing(/#[0-9]+/, with: "#N") }
            refs[Self.anonymous(parts[0])] = parts[1] == "commit" ? commits : [parts[1]] + commits
        }
    }

    /// A promotion's name is not the same twice.
    static func anonymous(_ text: String) -> String {
        text.replacing(/\.[0-9a-z]{26}\.[0-9a-f]{7}/, with: ".N")
    }

    /// From the records of the state.
    mutating func read(records: String) throws {
        for line in records.split(separator: "\n") {
            let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
            if let freight = row["freight"] as? [String: Any], let id = freight["id"] as? String {
                let alias = freight["alias"] as? String ?? ""
                // Until it is given one, its alias is made by chance.
                state.append("freight \(id) \(alias.hasPrefix("app-") ? alias : "by chance") \(Self.metadata(row))")
            } else if let key = row["key"] as? [String: Any], let name = key["name"] as? String {
                state.append("stage \(name) \(Self.metadata(row))")
            } else {
                intents += 1
            }
        }
        state.sort()
    }

    private static func metadata(_ row: [String: Any]) -> String {
        guard let metadata = row["metadata"],
            let data = try? JSONSerialization.data(withJSONObject: metadata, options: [.sortedKeys])
        else { return "" }
        return String(decoding: data, as: UTF8.self)
    }
}
