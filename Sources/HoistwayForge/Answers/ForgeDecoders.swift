import FoundationEssentials
package import HoistwayModel

/// The decoders of hosts' answers, by themselves: a fuzzer drives them without a host.
package enum ForgeDecoders {
    /// What each host's decoder makes of an answer; those that refuse it are left out.
    package static func pullRequests(_ body: [UInt8]) -> [PullRequest] {
        func read<Answer: Decodable>(_ type: Answer.Type, _ make: (Answer) -> PullRequest?) -> PullRequest? {
            // Bytes that are no such answer are the usual case here.
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

    /// The words of a refusal.
    package static func words(_ body: [UInt8]) -> String { ForgeWords.read(body) }
}
