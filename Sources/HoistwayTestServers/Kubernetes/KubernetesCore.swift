import Foundation
import Synchronization

/// The server without its connections: its state, and its answers.
final class KubernetesCore: Sendable {
    struct State: Sendable {
        var objects: KubernetesObjects
        var lists = KubernetesList()
        /// The objects that reads show while reads are stale.
        var stale: KubernetesObjects?
        var access = KubernetesAccess()
        var faults: [KubernetesFault] = []
        /// Requests that wait for `release()`.
        var held: [@Sendable () -> Void] = []
        var watches: [Int: KubernetesWatch] = [:]
        var watchesSoFar = 0
        var observersSoFar = 0
        var observers: [Int: @Sendable (KubernetesObjects.Change) -> Void] = [:]
        var beforeWrite: (@Sendable (KubernetesWrite) -> KubernetesVerdict)?
        var log: [KubernetesServer.LogEntry] = []

        /// Sends a change to all watches.
        func publish(_ change: KubernetesObjects.Change) {
            for watch in watches.values { watch.send(change) }
            for observer in observers.values { observer(change) }
        }
    }

    let resources: [KubernetesResource]
    let clock: @Sendable () -> Date
    private let state: Mutex<State>

    init(options: KubernetesServer.Options) {
        resources = options.resources
        clock = options.clock
        state = Mutex(State(objects: KubernetesObjects(historyLimit: options.historyLimit)))
    }

    func with<Result: Sendable, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try state.withLock { state throws(Failure) in try body(&state) }
    }

    // MARK: A request

    func respond(to request: KubernetesRequest, certificate: String?, _ responder: any KubernetesResponder) {
        let access = KubernetesAttributes(request, among: resources + [.accessReviews])
        let logged = LoggingResponder(responder, core: self, entry: begin(request, access))
        guard
            let user = with({
                $0.access.user(authorization: request.headers["authorization"], certificate: certificate)
            })
        else { return logged.refuse(.unauthorized) }
        guard let access else { return describe(request, logged) }
        guard with({ $0.access.allows(access) }) else { return logged.refuse(.forbidden(access, user: user)) }
        switch with({ Self.nextFault(of: access, &$0) }) {
        case nil: perform(access, request, logged)
        case .refuse(let status): logged.refuse(status)
        case .hold: with { state in state.held.append { [self] in perform(access, request, logged) } }
        case .hang: break
        case .close: logged.close()
        case .closeAfterwards: perform(access, request, LostAnswer(logged))
        case .answer(let bytes): logged.answer(200, type: "application/json", headers: [:], body: bytes)
        case .silentWatch: perform(access, request, logged, silent: true)
        }
    }

    private static func nextFault(
        of access: KubernetesAttributes,
        _ state: inout State
    ) -> KubernetesFault.Effect? {
        guard let index = state.faults.firstIndex(where: { $0.concerns(access) }) else { return nil }
        state.faults[index].times = state.faults[index].times.map { $0 - 1 }
        return state.faults[index].effect
    }

    private func begin(_ request: KubernetesRequest, _ access: KubernetesAttributes?) -> Int {
        with { state in
            state.log.append(KubernetesServer.LogEntry(request: request, access: access, status: nil))
            return state.log.count - 1
        }
    }

    func finish(_ entry: Int, status: Int) {
        with { state in
            // The log may have been emptied meanwhile.
            guard state.log.indices.contains(entry) else { return }
            state.log[entry].status = status
        }
    }

    private func describe(_ request: KubernetesRequest, _ responder: any KubernetesResponder) {
        let path = request.path.split(separator: "/")
        if ["healthz", "livez", "readyz"].contains(path.first) {
            return responder.answer(200, type: "text/plain; charset=utf-8", headers: [:], body: Array("ok".utf8))
        }
        guard request.method == "GET", let document = KubernetesDiscovery(resources: resources).document(path) else {
            let text = Array("404 page not found\n".utf8)
            return responder.answer(404, type: "text/plain; charset=utf-8", headers: [:], body: text)
        }
        responder.answer(document)
    }

    private func perform(
        _ access: KubernetesAttributes,
        _ request: KubernetesRequest,
        _ responder: any KubernetesResponder,
        silent: Bool = false
    ) {
        do throws(KubernetesStatus) {
            switch access.verb {
            case _ where access.resource == .accessReviews: try review(request, responder)
            case "get", "list": try read(access, request, responder)
            case "watch": try watch(access, request, responder, silent: silent)
            case "create", "update", "patch", "delete": try write(access, request, responder)
            default: throw .methodNotAllowed(request.method)
            }
        } catch {
            responder.refuse(error)
        }
    }

    private func review(_ request: KubernetesRequest, _ responder: any KubernetesResponder) throws(KubernetesStatus) {
        let message = KubernetesProtobuf.accessReview(request.body)
        var review = if let message { message } else { try ClusterValue(json: request.body) }
        let wanted = review["spec", "resourceAttributes"]
        let group = wanted?["group"]?.string ?? ""
        let plural = wanted?["resource"]?.string ?? ""
        let resource =
            resources.first { $0.group == group && $0.plural == plural }
            ?? KubernetesResource(group: group, version: "v1", plural: plural, kind: plural)
        let access = KubernetesAttributes(
            verb: wanted?["verb"]?.string ?? "",
            resource: resource,
            namespace: wanted?["namespace"]?.string,
            name: wanted?["name"]?.string,
            part: wanted?["subresource"]?.string
        )
        review["status"] = ["allowed": .bool(with { $0.access.allows(access) })]
        responder.answer(review, status: 201)
    }
}

/// Writes the status of the answer into the log.
private final class LoggingResponder: KubernetesResponder {
    private let inner: any KubernetesResponder
    private let core: KubernetesCore
    private let entry: Int

    init(_ inner: any KubernetesResponder, core: KubernetesCore, entry: Int) {
        self.inner = inner
        self.core = core
        self.entry = entry
    }

    func answer(_ status: Int, type: String, headers: [String: String], body: [UInt8]) {
        core.finish(entry, status: status)
        inner.answer(status, type: type, headers: headers, body: body)
    }

    // Called within the lock, so nothing is logged: an answer to a watch means that it has begun.
    func begin() { inner.begin() }
    func chunk(_ bytes: [UInt8]) { inner.chunk(bytes) }
    func end() { inner.end() }
    func close() { inner.close() }
    func whenClosed(_ call: @escaping @Sendable () -> Void) { inner.whenClosed(call) }
    func after(seconds: Int, _ call: @escaping @Sendable () -> Void) { inner.after(seconds: seconds, call) }
}

/// Closes the connection in place of an answer.
private final class LostAnswer: KubernetesResponder {
    private let inner: any KubernetesResponder

    init(_ inner: any KubernetesResponder) { self.inner = inner }

    func answer(_ status: Int, type: String, headers: [String: String], body: [UInt8]) { inner.close() }
    func begin() { inner.close() }
    func chunk(_ bytes: [UInt8]) {}
    func end() {}
    func close() { inner.close() }
    func whenClosed(_ call: @escaping @Sendable () -> Void) { inner.whenClosed(call) }
    func after(seconds: Int, _ call: @escaping @Sendable () -> Void) {}
}
