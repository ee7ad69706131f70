import Foundation
import HoistwayTestServers
import Testing

/// Secrets are used and never shown.
struct SecretTests {
    @Test func `No secret is in the log, the API, the database, the cache or a commit, plain or encoded`() async throws
    {
        let password = "marked-git-password-4711"
        let git = try await GitRig(login: ("deployer", password))
        defer { git.stop() }
        let source = try ImageSource()
        let token = "marked-gitlab-token-0815"
        let files = ["env/kustomization.yaml": Manifest.kustomization([(source.image("app"), "1.0.0")])]
        let repository = try await git.repository("shop.git", files: files)
        let wrong = "marked-wrong-password-1234"
        let urlToken = "marked-url-token-2222"
        let served = try ServedProgram(
            ServedConfiguration(
                receivers: [source.receiver, .init(name: "lab", sender: "gitlab", secret: token)],
                manifests: [
                    Manifest.project("shop", remotes: [git.remote("shop.git")]),
                    Manifest.images("app", in: "shop", source.image("app")),
                    Self.stage("test", in: "shop", url: git.url("shop.git")),
                    Manifest.project(
                        "locked",
                        remotes: [.init(url: git.url("shop.git"), login: (username: "deployer", password: wrong))]
                    ),
                    Manifest.images("app", in: "locked", source.image("app")),
                    Self.stage("shut", in: "locked", url: git.url("shop.git")),
                ],
                more: [
                    "log: {level: trace}",
                    "notifications: [{name: ops, url: \"http://127.0.0.1:1/\(urlToken)\", secret: {file: secret-ghcr}}]",
                ]
            )
        )
        var shown = ""
        try await served.serving {
            #expect(try await source.announce("app", "1.1.0", to: served) == 202)
            for value in [token, "marked-forged-token"] {
                let headers = [
                    ("Content-Type", "application/json"), ("X-Gitlab-Event", "Push Hook"), ("X-Gitlab-Token", value),
                ]
                _ = try await served.post(Payload(headers: headers, body: Array("{}".utf8)), to: "/hook/lab")
            }
            #expect(try await served.lastPromotion(of: "test").phase == "Succeeded")
            let unreadable = try Payload.github(Array("{".utf8), event: "package", secret: source.secret)
            #expect(try await served.post(unreadable, to: "/hook/ghcr") == 202)
            try await eventually("a notification that fails") {
                served.log.contains("a notification is sent again later")
            }
            try await eventually("the failure of the wrong password") {
                try await served.get("promotions?stage=shut", as: Listed<PromotionSummary>.self).items
                    .contains { !$0.message.isEmpty }
            }
            let ids = try await served.get("promotions", as: Listed<PromotionSummary>.self).items.map(\.id)
            let paths =
                [
                    "deliveries", "deliveries/1", "deliveries/2", "freight", "stages", "warehouses", "promotions",
                    "audit", "refusals",
                ]
                + ["tokens", "why?stage=shop/test", "why?stage=locked/shut"] + ids.map { "promotions/\($0)" }
            for path in paths { shown += try await served.getText(path) }
        }
        shown += served.log
        shown += try await repository.git("log", "--all", "-p", "--format=raw")
        let apiToken = try String(contentsOfFile: "\(served.folder.path)/var/token", encoding: .utf8)
        let secrets = [
            urlToken, password, wrong, token, source.secret, "marked-forged-token",
            apiToken.filter { $0 != "\n" },
        ]
        for secret in secrets {
            for form in Self.forms(of: secret) {
                #expect(!shown.contains(form), "a secret of \(secret.count) letters is shown")
                #expect(try Self.files(in: "\(served.folder.path)/var", with: form).isEmpty)
            }
        }
    }

    private static func stage(_ name: String, in project: String, url: String) -> String {
        Manifest.stage(name, in: project, of: ["app"], steps: Manifest.inPlace(url, branch: "main", folder: "env"))
    }

    /// As it is, and as it stands in headers, URLs and dumps.
    private static func forms(of secret: String) -> [String] {
        let hex = secret.utf8.map { String($0, radix: 16) }.joined()
        return [
            secret, Data(secret.utf8).base64EncodedString(), Data("deployer:\(secret)".utf8).base64EncodedString(), hex,
        ]
    }

    /// Files of the state folder that hold the text; the token's own is meant to.
    private static func files(in folder: String, with text: String) throws -> [String] {
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        #expect(names.contains("hoistway.db"))
        let bytes = Data(text.utf8)
        return names.filter { name in
            guard name != "token" else { return false }
            // A folder has no content, and a file of the database may be gone with the server.
            let content = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
            return content.range(of: bytes) != nil
        }
    }
}
