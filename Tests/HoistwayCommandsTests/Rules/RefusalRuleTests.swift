import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

/// Rules 11 and 13: what a server refuses, what it cannot answer, and whose credentials are whose.
struct RefusalRuleTests {
    /// What a host answers to a push that it does not want; its words must reach the person.
    private static let refusals = [
        (
            "update",
            "[ \"$1\" = refs/heads/stage/test ] && { echo 'GH006: Protected branch update failed' >&2; exit 1; }; exit 0"
        ),
        ("pre-receive", "echo 'error: GH008: commits must have verified signatures' >&2; exit 1"),
        ("pre-receive", "echo 'This repository was archived so it is read-only.' >&2; exit 1"),
    ]

    @Test(arguments: refusals.indices)
    func `Rule 11: a refusal is shown in the server's words, once, and not tried again`(index: Int) async throws {
        let rig = try await RuleRig.one()
        let (hook, script) = Self.refusals[index]
        try rig.repository.setHook(hook, script)
        try await rig.run {
            let refused = try await rig.push("1.1.0")
            #expect(refused.phase == "Failed")
            let words = script.split(separator: "'")[1]
            #expect(refused.message.contains(words.replacing("error: ", with: "")), "\(refused.message)")
            #expect(refused.nextTry == nil)
            #expect(rig.git.proxy.pushes == 1)
        }
        #expect(try await rig.head() == rig.head("main"))
    }

    // I3: it is tried a few times, in pauses of minutes, since a person may be mending the token just now.
    @Test func `Rule 11: a token that may only read is a refusal too, with the server's words and the next try`()
        async throws
    {
        let rig = try await RuleRig.one()
        try await rig.repository.git("config", "http.receivepack", "false")
        try await rig.run {
            #expect(try await rig.source.announce("app", "1.1.0", to: rig.served) == 202)
            try await eventually("the refusal, with the next try") {
                try await rig.promotions().contains { $0.phase == "Running" && $0.nextTry != nil }
            }
            let refused = try #require(try await rig.promotions().first)
            #expect(refused.message.contains("refused the credentials: 403"), "\(refused.message)")
            #expect(refused.message.contains(rig.git.url("shop.git")), "\(refused.message)")
        }
    }

    @Test func `Rule 11: an outage keeps the promotion running with its next try, and it ends well`() async throws {
        let rig = try await RuleRig.one()
        try await rig.run {
            _ = try await rig.push("1.1.0")
            rig.git.proxy.isOpen = false
            #expect(try await rig.source.announce("app", "1.2.0", to: rig.served) == 202)
            try await eventually("a next try") {
                try await rig.promotions().contains { $0.phase == "Running" && $0.nextTry != nil }
            }
            #expect(try await rig.promotions().filter { $0.phase == "Failed" }.isEmpty)
            rig.git.proxy.isOpen = true
            #expect(try await rig.served.lastPromotion(of: "test", freightOf: "1.2.0").phase == "Succeeded")
            #expect(try await rig.tag() == "1.2.0")
        }
    }

    @Test func `Rule 13: a project neither pushes nor reads with another's credentials, not even what is cached`()
        async throws
    {
        let git = try await GitRig()
        defer { git.stop() }
        let source = try ImageSource()
        let text = Manifest.kustomization([(source.image("app"), "1.0.0")])
        let repository = try await git.repository("team/shop.git", files: ["env/kustomization.yaml": text])
        let url = git.url("team/shop.git")
        let own = Manifest.Git(url: url, login: git.login)
        let stranger = Manifest.Git(url: url, login: (username: "stranger", password: "of another team"))
        func stage(_ name: String, _ project: String) -> [String] {
            [
                Manifest.images("app", in: project, source.image("app")),
                Manifest.stage(
                    name,
                    in: project,
                    of: ["app"],
                    steps: Manifest.replaced(url, branch: "live/\(name)", from: "main", folder: "env")
                ),
            ]
        }
        // The second has a login of its own for the same URL; the third one for a URL that only looks like a parent.
        let near = Manifest.Git(url: git.url("team/sho"), login: git.login)
        let served = try ServedProgram(
            ServedConfiguration(
                receivers: [source.receiver],
                manifests: [
                    Manifest.project("owner", remotes: [own]), Manifest.project("other", remotes: [stranger]),
                    Manifest.project("third", remotes: [near]),
                ] + stage("owner", "owner") + stage("other", "other") + stage("third", "third")
            )
        )
        try await served.serving {
            #expect(try await source.announce("app", "1.1.0", to: served) == 202)
            #expect(try await served.lastPromotion(of: "owner").phase == "Succeeded")
            for name in ["other", "third"] {
                let freight = try await served.get("freight?project=\(name)", as: Listed<FreightView>.self).items[0]
                // By itself, or because somebody asks for it.
                _ = try await served.command("promote", "\(name)/\(name)", freight.id)
                try await eventually("a refused look") {
                    let list = try await served.get("promotions?project=\(name)", as: Listed<PromotionSummary>.self)
                    return list.items.first.map { $0.phase == "Running" && $0.message.contains("credentials") } ?? false
                }
            }
        }
        for password in [git.login.password, "of another team"] { #expect(!served.log.contains(password)) }
        #expect(try await repository.id(of: "refs/heads/live/owner") != nil)
        #expect(try await repository.id(of: "refs/heads/live/other") == nil)
        #expect(try await repository.id(of: "refs/heads/live/third") == nil)
    }
}
