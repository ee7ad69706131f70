import HoistwayModel
import Testing

@testable import HoistwaySettings

struct ClusterConfigTests {
    private static func config(_ spec: String, name: String = "cluster") -> String {
        """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: ClusterConfig
        metadata: {name: \(name)}
        spec: \(spec)
        """
    }

    @Test func `the gitClient of a ClusterConfig is the committer`() throws {
        let (loaded, problems) = try load(Self.config("{gitClient: {name: Kargo Bot, email: bot@example.com}}"))
        #expect(problems.filter { $0.severity == .error }.isEmpty, "\(problems)")
        #expect(try #require(loaded).pipelines.gitClient == GitClient(name: "Kargo Bot", email: "bot@example.com"))
    }

    @Test(arguments: [
        ("{gitClient: {name: a, email: b@c, signingKeySecret: {name: k}}}", "signing commits is not supported yet"),
        ("{gitClient: {name: a}}", "email is missing"), ("{gitClient: {email: b@c}}", "name is missing"),
        ("{gitClient: {name: a, email: b}}", "is not an e-mail address"),
        ("{promotionWindows: [{name: w}]}", "promotion windows are not supported yet"),
    ])
    func `what it says and is not done is an error with its place`(_ spec: String, _ message: String) throws {
        let found = try load(Self.config(spec)).1.filter { $0.severity == .error }
        #expect(found.contains { $0.message.contains(message) && $0.place.line >= 4 }, "\(found)")
    }

    @Test func `it is called cluster`() throws {
        let found = try load(Self.config("{}", name: "other")).1
        #expect(found.contains { $0.message == "a ClusterConfig is called cluster, not 'other'" }, "\(found)")
    }
}
