import FoundationEssentials
package import HoistwayModel

/// The decoders of hosts' answers on their own: a fuzzer runs them without a host.
package enum ForgeDecoders {
    /// The results of all hosts' decoders for an answer; those that refuse it are left out.
    package static func pullRequests(_ body: [UInt8]) -> [PullRequest] {
        func read<Answer: Decodable>(_ type: Answer.Type, _ make: (Answer) -> PullRequest?) -> PullRequest? {
            // Most bytes here are not a valid answer.
            (try? JSONDecoder().decode(type, from: Data(body))).flatMap(make)
        }
        return [
            read(GitHubPullRequest.self) { $0.value }, read(GitLabMergeRequest.self) { $0.value },
            read(GiteaPullRequest.self) { $0.value },
            read(BitbucketCloudPullRequest.self) { $0.value { ObjectID($0) } },
            read(BitbucketServerPullRequest.self) { $0.value(page: "") },
            read(AzurePullRequest.self) { $0.value(page: "") },
        ].compactMap(\.self)
    }

    /// The message of a refusal.
    package static func words(_ body: [UInt8]) -> String { ForgeWords.read(body) }
}
