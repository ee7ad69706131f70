import Foundation
import Synchronization

/// A Git host's API on the loopback interface, over a real repository.
///
/// It refuses requests that the host's documentation does not allow, and a merge really moves the target branch. The
/// repository itself is served by ``GitHTTPServer``. The methods of this class are the actions of people at the host.
package final class ForgeServer: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case github, gitlab, gitea, azure
        case bitbucketCloud = "bitbucket"
        case bitbucketDataCenter = "bitbucket-data-center"
    }

    package struct Options: Sendable {
        /// The owner of the repository at the host.
        package var owner = "acme"
        package var name = "ops"
        /// Accepted tokens, each with its permissions in the host's terms; `nil`: all permissions.
        package var tokens: [String: Set<String>?] = [ForgeServer.token: nil]
        /// A GitHub App: its installation, and the granted permissions.
        package var installation: (id: String, permissions: [String: String])?
        package var webhook: ForgeWebhook?
        /// The repository's URL in webhooks; `nil`: one below the API's host.
        package var cloneURL: String?

        package init() {}
    }

    /// The token that is accepted unless ``Options/tokens`` is set.
    package static let token = "forge-test-token-1f8e6c"

    /// A request and its answer.
    package struct LogEntry: Sendable {
        package var request: ForgeServerRequest
        /// `nil`: the connection was cut.
        package var status: Int?

        /// `PUT /repos/acme/ops/pulls/1/merge`, without the query.
        package var line: String { "\(request.method) \(request.path)" }
    }

    /// What happens to a request instead of its answer.
    package enum Fault: Sendable {
        case answer(ForgeServerAnswer)
        /// The connection is closed, and nothing is done.
        case cut
        /// The request is done, and the connection is closed before the answer.
        case cutAfterwards
    }

    private struct Injected {
        var fault: Fault
        var method: String?
        var part: String?
        var times: Int
    }

    private struct State {
        var log: [LogEntry] = []
        var violations: [String] = []
        var faults: [Injected] = []
        var webhookFailures: [String] = []
    }

    package let kind: Kind
    package let options: Options
    package let model: ForgeModel
    let names: ForgeNames
    private let host: any ForgeHost
    private let listener: ForgeListener
    private let state: StateBox

    /// Shared with the listener, which is made first.
    private final class StateBox: Sendable {
        let value = Mutex(State())
    }

    private init(
        kind: Kind,
        options: Options,
        model: ForgeModel,
        names: ForgeNames,
        host: any ForgeHost,
        listener: ForgeListener,
        state: StateBox
    ) {
        self.kind = kind
        self.options = options
        self.model = model
        self.names = names
        self.host = host
        self.listener = listener
        self.state = state
    }

    package static func start(
        _ kind: Kind,
        repository: GitRepositoryFixture,
        options: Options = Options()
    ) async throws -> ForgeServer {
        let model = ForgeModel(git: repository)
        let names = ForgeNames(options)
        let host: any ForgeHost =
            switch kind {
            case .github: GitHubHost(model: model, names: names, options: options)
            case .gitlab: GitLabHost(model: model, names: names, cloneURL: options.cloneURL)
            case .gitea: GiteaHost(model: model, names: names, cloneURL: options.cloneURL)
            case .bitbucketCloud: BitbucketCloudHost(model: model, names: names)
            case .bitbucketDataCenter: BitbucketServerHost(model: model, names: names)
            case .azure: AzureHost(model: model, names: names)
            }
        let state = StateBox()
        let listener = try await ForgeListener { request in await answer(request, host, state) }
        names.setOrigin("http://127.0.0.1:\(listener.port)")
        let server = ForgeServer(
            kind: kind,
            options: options,
            model: model,
            names: names,
            host: host,
            listener: listener,
            state: state
        )
        if let webhook = options.webhook {
            await model.observe { action, pull, before in
                do {
                    try await host.tell(webhook, action: action, pull, before: before)
                } catch {
                    state.value.withLock { $0.webhookFailures.append("\(error)") }
                }
            }
        }
        return server
    }

    private static func answer(
        _ request: ForgeServerRequest,
        _ host: any ForgeHost,
        _ state: StateBox
    ) async -> ForgeListener.Outcome {
        let index = state.value.withLock { state in
            state.log.append(LogEntry(request: request, status: nil))
            return state.log.count - 1
        }
        let fault = state.value.withLock { state -> Fault? in
            let found = state.faults.firstIndex { fault in
                (fault.method == nil || fault.method == request.method)
                    && (fault.part.map { request.path.contains($0) } ?? true)
            }
            guard let found else { return nil }
            state.faults[found].times -= 1
            let fault = state.faults[found].fault
            if state.faults[found].times == 0 { state.faults.remove(at: found) }
            return fault
        }
        if case .cut? = fault { return .cut }
        var answer: ForgeServerAnswer
        if case .answer(let given)? = fault {
            answer = given
        } else {
            do {
                answer = try await host.answer(request)
            } catch let refusal as ForgeServerRefusal {
                answer = refusal.answer
                if let violation = refusal.violation { state.value.withLock { $0.violations.append(violation) } }
            } catch {
                answer = ForgeServerAnswer(500, ["message": .string("\(error)")])
                state.value.withLock { $0.violations.append("the test server failed: \(error)") }
            }
        }
        if case .cutAfterwards? = fault { return .cut }
        let status = answer.status
        state.value.withLock { state in
            // The log may have been emptied meanwhile.
            if index < state.log.count { state.log[index].status = status }
        }
        return .answer(answer)
    }

    package func stop() { listener.stop() }

    package var port: Int { listener.port }

    /// That of the API, without a slash at its end.
    package var basePath: String { host.basePath }

    /// The value for `git.hosts[].apiURL`.
    package var apiURL: String { "http://127.0.0.1:\(port)\(host.basePath)" }

    // MARK: What was asked

    /// All requests, oldest first.
    package var log: [LogEntry] { state.value.withLock { $0.log } }

    package func emptyLog() { state.value.withLock { $0.log = [] } }

    /// Requests that the documentation does not allow.
    package var violations: [String] { state.value.withLock { $0.violations } }

    /// Deliveries of webhooks that did not arrive.
    package var webhookFailures: [String] { state.value.withLock { $0.webhookFailures } }

    // MARK: What goes wrong

    /// The next `times` requests with this method and this part in their path get the fault.
    package func inject(_ fault: Fault, method: String? = nil, path part: String? = nil, times: Int = 1) {
        state.value.withLock { $0.faults.append(Injected(fault: fault, method: method, part: part, times: times)) }
    }

    /// Removes the faults that ``inject(_:method:path:times:)`` has left.
    package func heal() { state.value.withLock { $0.faults = [] } }

    /// From now on the token is refused.
    package func revoke(_ token: String = ForgeServer.token) { names.revoke(token) }

    /// From now on the present tokens of GitHub Apps are refused, as after their hour.
    package func expireAppTokens() { names.expireAppTokens() }

    /// From now on the repository has another name; the old one redirects to it where the host does that.
    package func rename(to name: String) { names.rename(to: name) }

    /// From now on the repository does not exist.
    package func removeRepository() { names.remove() }

    // MARK: What people do

    package func pull(_ number: Int) async throws -> ForgePull {
        try await model.refresh()
        return try await model.pull(number)
    }

    /// All pull requests, newest first.
    package func pulls() async throws -> [ForgePull] {
        try await model.refresh()
        return await model.list()
    }

    /// The statuses of commits that were set.
    package func statuses() async -> [ForgeStatus] { await model.statuses }

    /// A person opens a pull request.
    @discardableResult
    package func open(from source: String, to target: String, title: String = "By hand") async throws -> ForgePull {
        try await model.open(title: title, body: "", source: source, target: target)
    }

    /// Adds many that others have closed since.
    package func addClosed(_ count: Int, like number: Int) async throws {
        try await model.addClosed(count, like: number)
    }

    package func close(_ number: Int) async throws {
        try await model.refresh()
        await model.change(number, "closed") { $0.state = .closed }
    }

    package func reopen(_ number: Int) async throws {
        try await model.refresh()
        await model.change(number, "reopened") { $0.state = .open }
    }

    package func retarget(_ number: Int, to branch: String) async throws {
        try await model.refresh()
        let base = await model.head(of: branch) ?? ""
        await model.change(number, "edited") { pull in
            pull.target = branch
            pull.base = base
        }
    }

    /// Sets whether a required check or approval is missing.
    package func hold(_ number: Int, _ isHeld: Bool = true) async throws {
        try await model.refresh()
        await model.change(number, "labeled") { $0.isHeld = isHeld }
    }

    package func setDraft(_ number: Int, _ isDraft: Bool) async throws {
        try await model.refresh()
        await model.change(number, isDraft ? "converted_to_draft" : "ready_for_review") { $0.isDraft = isDraft }
    }

    /// For this number of looks, the host has not computed whether it can be merged.
    package func delayCheck(_ number: Int, looks: Int) async throws {
        await model.change(number, "edited") { $0.looksUntilChecked = looks }
    }

    /// A person merges it; gives the merged commit.
    @discardableResult
    package func mergeByHand(_ number: Int, _ way: ForgeMergeWay = .mergeCommit) async throws -> String {
        let message = "Merge pull request #\(number)"
        let merged = try await model.merge(number, way, message: message, overrides: true)
        guard case .merged(let commit) = merged.state else {
            throw TestServerError.failed("merging by hand", detail: "\(merged.state)")
        }
        return commit
    }

    /// Deletes a branch, like the button of a host.
    package func deleteBranch(_ branch: String) async throws {
        try await model.git.git("update-ref", "-d", "refs/heads/\(branch)")
        try await model.refresh()
    }

    /// Forbids merge methods, in the host's terms.
    package func forbid(methods: Set<String>) async { await model.forbid(methods: methods) }
}

/// The API of one kind of host.
protocol ForgeHost: Sendable {
    /// That of the API, without a slash at its end.
    var basePath: String { get }

    /// - Throws: ``ForgeServerRefusal``.
    func answer(_ request: ForgeServerRequest) async throws -> ForgeServerAnswer

    /// Sends the host's webhook for a change of a pull request; `before`: the target's head before the merge.
    func tell(_ webhook: ForgeWebhook, action: String, _ pull: ForgePull, before: String?) async throws
}

extension ForgeHost {
    func tell(_ webhook: ForgeWebhook, action: String, _ pull: ForgePull, before: String?) async throws {
        throw TestServerError.failed("sending a webhook", detail: "this host's form is not made yet")
    }
}

/// The present name of the repository, and the valid tokens.
final class ForgeNames: Sendable {
    private struct State {
        var name: String
        var former: Set<String> = []
        var isGone = false
        var tokens: [String: Set<String>?]
        var origin = ""
        var tokensMade = 0
    }

    enum Place: Sendable, Equatable {
        case here
        /// It was found under a former name.
        case moved
        case nowhere
    }

    let owner: String
    private let state: Mutex<State>

    init(_ options: ForgeServer.Options) {
        owner = options.owner
        state = Mutex(State(name: options.name, tokens: options.tokens))
    }

    var name: String { state.withLock { $0.name } }
    var origin: String { state.withLock { $0.origin } }
    func setOrigin(_ origin: String) { state.withLock { $0.origin = origin } }

    func place(owner: String, name: String) -> Place {
        state.withLock { state in
            guard !state.isGone, owner.lowercased() == self.owner.lowercased() else { return .nowhere }
            if name.lowercased() == state.name.lowercased() { return .here }
            return state.former.contains(name.lowercased()) ? .moved : .nowhere
        }
    }

    func rename(to name: String) {
        state.withLock { state in
            state.former.insert(state.name.lowercased())
            state.name = name
        }
    }

    func remove() { state.withLock { $0.isGone = true } }
    var isGone: Bool { state.withLock { $0.isGone } }

    func revoke(_ token: String) { state.withLock { $0.tokens[token] = nil } }

    func expireAppTokens() {
        state.withLock { state in state.tokens = state.tokens.filter { !$0.key.hasPrefix(Self.appPrefix) } }
    }

    private static let appPrefix = "ghs_"

    /// The permissions of a token; outer `nil`: the token is not known; inner `nil`: all.
    func permissions(of token: String) -> Set<String>?? { state.withLock { $0.tokens[token] } }

    func makeToken(_ permissions: Set<String>) -> String {
        state.withLock { state in
            state.tokensMade += 1
            let token = "\(Self.appPrefix)test\(state.tokensMade)x\(state.tokens.count)"
            state.tokens[token] = permissions
            return token
        }
    }
}
