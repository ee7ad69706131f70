import HoistwayForge
import HoistwayModel

extension FuzzTarget {
    /// Pull requests and refusals in the answers of Git hosts.
    static let forges = FuzzTarget(
        name: "forges",
        seeds: [
            """
            {"number":7,"html_url":"https://g/7","state":"open","title":"t","draft":false,"merged_at":null,\
            "merge_commit_sha":null,"mergeable_state":"clean","updated_at":"2026-11-29T10:00:00Z",\
            "head":{"ref":"a","sha":"0123456789012345678901234567890123456789","repo":{"id":1}},\
            "base":{"ref":"main","sha":"0123456789012345678901234567890123456789","repo":{"id":1}}}
            """,
            """
            {"iid":7,"web_url":"https://g/7","state":"merged","title":"t","source_branch":"a","target_branch":"main",\
            "sha":"0123456789012345678901234567890123456789","source_project_id":1,"target_project_id":1,\
            "squash_commit_sha":null,"detailed_merge_status":"ci_must_pass","updated_at":"2026-11-29T10:00:00.123+01:00"}
            """,
            """
            {"id":7,"version":1,"state":"OPEN","title":"t","fromRef":{"id":"refs/heads/a","latestCommit":"x"},\
            "toRef":{"id":"refs/heads/main"},"updatedDate":1790000000000,"links":{"self":[{"href":"https://b/7"}]}}
            """,
            """
            {"pullRequestId":7,"status":"completed","sourceRefName":"refs/heads/a","targetRefName":"refs/heads/main",\
            "lastMergeCommit":{"commitId":"0123456789012345678901234567890123456789"},"creationDate":"2026-11-29T10:00:00Z"}
            """,
            """
            {"id":7,"state":"OPEN","source":{"branch":{"name":"a"},"commit":{"hash":"012345678901"}},\
            "destination":{"branch":{"name":"main"}},"links":{"html":{"href":"https://b/7"}}}
            """,
            #"{"message":{"base":["no","way"]},"errors":[{"field":"head","code":"invalid"},{"message":"x"}]}"#,
        ].map { Array($0.utf8) },
        words: [
            "\"state\":", "\"merged\":true", "null", "\"message\":", "\"errors\":[", "{", "}", "[", "]", "\\u0000",
            "refs/heads/", "\"updated_at\":", "9223372036854775807", "\u{202E}",
        ],
        run: { input in
            for pull in ForgeDecoders.pullRequests(input) {
                promise(pull.head?.isZero != true, "no commit's id is all zeros")
            }
            let words = ForgeDecoders.words(input)
            promise(words.unicodeScalars.count <= 3300, "words are bounded, and not \(words.unicodeScalars.count)")
            promise(!words.contains("\n"), "words stand on one line")
        }
    )
}
