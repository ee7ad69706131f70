import HoistwayEvents
import HoistwayModel

extension FuzzTarget {
    /// Bodies of every sender, with the headers of its events.
    ///
    /// The first byte of an input chooses sender and headers, the rest is the body.
    static let webhooks = FuzzTarget(
        name: "webhooks",
        seeds: WebhookKind.all.enumerated().flatMap { index, kind in
            kind.bodies.map { [UInt8(index)] + Array($0.utf8) }
        },
        words: [
            "\"ref\":", "\"before\":", "\"after\":", "\"commits\":[]", "\"repository\":{", "null", "{}", "[]",
            "\\u0000",
            "\\ud800", "\"refs/heads/", "\"refs/tags/", "payload=", "%7B", "&payload=", "\"deleted\":true",
            "0000000000000000000000000000000000000000", "sha256:", "\"events\":[{", "[[[[[[[[", "{\"a\":{\"a\":",
        ],
        run: { input in
            guard let choice = input.first else { return }
            let kind = WebhookKind.all[Int(choice) % WebhookKind.all.count]
            do throws(EventError) {
                let events = try EventDecoder.decode(
                    sender: kind.sender,
                    headers: kind.headers,
                    body: Array(input.dropFirst())
                )
                promise(!events.isEmpty, "a body that is decoded has an event")
                for event in events {
                    let line = InspectLine.json(event)
                    promise(!line.utf8.contains(UInt8(ascii: "\n")), "an event is one line of JSON")
                }
            } catch {
                promise(!error.message.isEmpty, "a refusal says why")
            }
        }
    )
}

/// A sender's kind of event, with small bodies that it accepts.
private struct WebhookKind: Sendable {
    let sender: Sender
    let headers: [HeaderLine]
    let bodies: [String]

    static let all: [WebhookKind] = [
        WebhookKind(.github, "X-GitHub-Event", "push", push),
        WebhookKind(.github, "X-GitHub-Event", "push", form, type: "application/x-www-form-urlencoded"),
        WebhookKind(.ghes, "X-GitHub-Event", "pull_request", pullRequest),
        WebhookKind(.ghcr, "X-GitHub-Event", "package", package),
        WebhookKind(.ghcr, "X-GitHub-Event", "registry_package", package),
        WebhookKind(.gitlab, "X-Gitlab-Event", "Push Hook", gitLabPush),
        WebhookKind(.gitlab, "X-Gitlab-Event", "Tag Push Hook", gitLabPush),
        WebhookKind(.gitlab, "X-Gitlab-Event", "Merge Request Hook", mergeRequest),
        WebhookKind(.gitea, "X-Gitea-Event", "push", push),
        WebhookKind(.gitea, "X-Gitea-Event", "package", package),
        WebhookKind(.forgejo, "X-Forgejo-Event", "push", push),
        WebhookKind(.gogs, "X-Gogs-Event", "push", push),
        WebhookKind(.harbor, "Content-Type", "application/json", harbor),
        WebhookKind(.distribution, "Content-Type", "application/vnd.docker.distribution.events.v1+json", distribution),
    ]

    private init(_ sender: Sender, _ header: String, _ event: String, _ bodies: [String], type: String? = nil) {
        self.sender = sender
        self.bodies = bodies
        headers = [HeaderLine(header, event)] + (type.map { [HeaderLine("Content-Type", $0)] } ?? [])
    }

    private static let push = [
        #"{"ref":"refs/heads/main","before":"1111111111111111111111111111111111111111","#
            + #""after":"2222222222222222222222222222222222222222","created":false,"deleted":false,"forced":false,"#
            + #""repository":{"full_name":"acme/app","html_url":"https://github.com/acme/app","#
            + #""clone_url":"https://github.com/acme/app.git","ssh_url":"git@github.com:acme/app.git"},"#
            + #""head_commit":{"id":"2222222222222222222222222222222222222222","message":"m","#
            + #""timestamp":"2026-11-28T10:00:00Z","author":{"name":"A","email":"a@example.com"}},"#
            + #""commits":[{"id":"2222222222222222222222222222222222222222","added":["a"],"removed":[],"modified":["b/c"]}]}"#,
        #"{"ref":"refs/tags/v1.2.3","before":"0000000000000000000000000000000000000000","#
            + #""after":"2222222222222222222222222222222222222222","created":true,"commits":[],"#
            + #""repository":{"full_name":"acme/app","clone_url":"https://github.com/acme/app.git"}}"#,
    ]

    private static let form = ["payload=%7B%22ref%22%3A%22refs%2Fheads%2Fmain%22%2C%22commits%22%3A%5B%5D%7D"]

    private static let pullRequest = [
        #"{"action":"closed","number":7,"pull_request":{"merged":true,"#
            + #""merge_commit_sha":"2222222222222222222222222222222222222222","#
            + #""head":{"ref":"f","sha":"1111111111111111111111111111111111111111"},"base":{"ref":"main"}},"#
            + #""repository":{"full_name":"acme/app","clone_url":"https://github.com/acme/app.git"}}"#
    ]

    private static let package = [
        #"{"action":"published","package":{"name":"app","namespace":"acme","package_type":"CONTAINER","type":"container","#
            + #""ecosystem":"CONTAINER","version":"1.2.3","package_version":{"name":"sha256:"#
            + #"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","package_url":"ghcr.io/acme/app:1.2.3","#
            + #""container_metadata":{"tag":{"name":"1.2.3","digest":"sha256:b"}}}},"#
            + #""registry_package":{"name":"app","namespace":"acme","package_type":"CONTAINER"},"#
            + #""repository":{"full_name":"acme/app","clone_url":"https://github.com/acme/app.git"}}"#
    ]

    private static let gitLabPush = [
        #"{"object_kind":"push","ref":"refs/heads/main","before":"1111111111111111111111111111111111111111","#
            + #""after":"2222222222222222222222222222222222222222","checkout_sha":null,"total_commits_count":1,"#
            + #""project":{"path_with_namespace":"acme/app","web_url":"https://gitlab.com/acme/app","#
            + #""git_http_url":"https://gitlab.com/acme/app.git","git_ssh_url":"git@gitlab.com:acme/app.git"},"#
            + #""commits":[{"id":"2222222222222222222222222222222222222222","added":[],"modified":["a"],"removed":[]}]}"#
    ]

    private static let mergeRequest = [
        #"{"object_kind":"merge_request","object_attributes":{"iid":3,"action":"merge","source_branch":"f","#
            + #""target_branch":"main","merge_commit_sha":"2222222222222222222222222222222222222222","#
            + #""last_commit":{"id":"1111111111111111111111111111111111111111"}},"#
            + #""project":{"git_http_url":"https://gitlab.com/acme/app.git"}}"#
    ]

    private static let harbor = [
        #"{"type":"PUSH_ARTIFACT","occur_at":1680501893,"event_data":{"resources":[{"digest":"sha256:"#
            + #"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","tag":"1.2.3","#
            + #""resource_url":"harbor.example.com/acme/app:1.2.3"}],"repository":{"repo_full_name":"acme/app"}}}"#,
        #"{"specversion":"1.0","type":"harbor.artifact.pushed","data":{"resources":[{"tag":"1"}],"repository":{}}}"#,
    ]

    private static let distribution = [
        #"{"events":[{"id":"1","timestamp":"2026-11-28T10:00:00Z","action":"push","target":{"#
            + #""mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:"#
            + #"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","repository":"acme/app","tag":"1.2.3"},"#
            + #""request":{"host":"registry.example.com:5000"}}]}"#
    ]
}
