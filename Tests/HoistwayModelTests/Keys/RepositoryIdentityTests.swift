import HoistwayModel
import Testing

struct RepositoryIdentityTests {
    @Test(
        arguments: [
            [
                "https://git.test/Team/ops", "https://GIT.test/Team/ops.git", "https://git.test:443/Team/ops.git/",
                "https://user@git.test/Team/ops", "git@git.test:Team/ops.git", "ssh://git@git.test/Team/ops",
                "ssh://git@git.test:22/Team/ops",
            ],
            [
                "https://github.com/Acme/Shop", "https://github.com/acme/shop.git",
                "ssh://git@ssh.github.com:443/acme/shop",
            ],
            ["http://127.0.0.1:8080/a.git", "http://127.0.0.1:8080/a"],
            ["ssh://git@127.0.0.1:2222/a", "ssh://git@127.0.0.1:2222/a.git"],
        ]
    )
    func `one repository is one, however its URL is written`(_ urls: [String]) {
        #expect(Set(urls.map { RepositoryIdentity($0) }).count == 1, "\(urls.map { RepositoryIdentity($0).text })")
    }

    @Test(
        arguments: [
            ("https://git.test/ops", "https://git.test/Ops"), ("https://git.test/ops", "https://git.test:8443/ops"),
            ("ssh://git@h:2222/a", "ssh://git@h:2223/a"), ("ssh://git@h:2222/a", "https://h/a"),
            ("file:///srv/a", "file:///srv/a.git"), ("file:///srv/A", "file:///srv/a"), ("${{ a }}", "${{ b }}"),
            ("http://127.0.0.1:8080/a", "http://127.0.0.1:8081/a"),
        ]
    )
    func `two repositories are never one`(_ left: String, _ right: String) {
        #expect(RepositoryIdentity(left) != RepositoryIdentity(right))
    }

    @Test func `a branch is one, and shows the URL that it was made with`() {
        let known = BranchKey(remote: "https://git.test/ops.git", branch: "main")
        let other = BranchKey(remote: "https://git.test/ops", branch: "main")
        #expect(known == other && [known: 1][other] == 1)
        #expect(known != BranchKey(remote: "https://git.test/ops", branch: "Main"))
        #expect(other.remote == "https://git.test/ops")
    }

    @Test func `two records that an earlier version kept of one branch become one`() throws {
        let commits = try (1...4).map { try #require(ObjectID(String(repeating: "\($0)", count: 40))) }
        let one = BranchRecord(
            key: BranchKey(remote: "https://git.test/ops.git", branch: "main"),
            head: commits[1],
            ownCommits: [commits[0], commits[1]]
        )
        let two = BranchRecord(
            key: BranchKey(remote: "https://git.test/ops", branch: "main"),
            head: commits[2],
            ownCommits: [commits[2]]
        )
        var state = PipelineState()
        state.load(one)
        state.load(two)
        var joined = try #require(state.branches[one.key])
        #expect(state.branches.count == 1 && Set(joined.ownCommits) == Set(commits.prefix(3)))
        // Once it was stored, it is known which of the two is the later one, in either order.
        joined.addOwn([commits[3]])
        joined.move(to: commits[3])
        let stale = joined.key.remote == one.key.remote ? two : one
        for records in [[joined, stale], [stale, joined]] {
            var state = PipelineState()
            for record in records { state.load(record) }
            #expect(state.branches[one.key]?.head == commits[3])
            #expect(state.branches[one.key]?.ownCommits.last == commits[3])
        }
    }
}
