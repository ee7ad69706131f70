/// One open watch.
struct KubernetesWatch: Sendable {
    let id: Int
    let access: KubernetesAttributes
    let labels: KubernetesLabelSelector?
    let fields: KubernetesFieldSelector?
    let wantsMetadataOnly: Bool
    let allowsBookmarks: Bool
    let responder: any KubernetesResponder
    /// Nothing is sent on it any longer, as on a connection whose other end is gone.
    var isSilent = false

    /// Sends a change, if it matches the watch.
    func send(_ change: KubernetesObjects.Change) {
        guard !isSilent, change.resource == access.resource, covers(change.object.key) else { return }
        let was = change.formerLabels.map { labels?.matches($0) ?? true } ?? false
        let matches = change.kind != .deleted && selects(change.object)
        switch (was, matches) {
        case (true, true): send(.modified, change.object)
        case (false, true): send(.added, change.object)
        case (true, false): send(.deleted, change.object)
        case (false, false): break
        }
    }

    func send(_ kind: KubernetesObjects.ChangeKind, _ object: KubernetesObjects.Stored) {
        let bytes = wantsMetadataOnly ? KubernetesList.metadata(of: object.value).bytes : object.bytes
        responder.chunk(Array(#"{"type":"\#(kind.rawValue)","object":"#.utf8) + bytes + Array("}\n".utf8))
    }

    func sendBookmark(_ version: Int) {
        guard allowsBookmarks, !isSilent else { return }
        let object: ClusterValue = [
            "apiVersion": .string(access.resource.apiVersion), "kind": .string(access.resource.kind),
            "metadata": ["resourceVersion": .string(String(version)), "creationTimestamp": .null],
        ]
        responder.chunk((["type": "BOOKMARK", "object": object] as ClusterValue).bytes + [0x0A])
    }

    /// Sends an error and ends the watch.
    func fail(_ status: KubernetesStatus) {
        responder.chunk((["type": "ERROR", "object": status.value] as ClusterValue).bytes + [0x0A])
        responder.end()
    }

    func covers(_ key: KubernetesObjects.Key) -> Bool {
        (access.namespace == nil || access.namespace == key.namespace)
            && (access.name == nil || access.name == key.name)
    }

    func selects(_ object: KubernetesObjects.Stored) -> Bool {
        labels?.matches(object.labels) ?? true && fields?.matches(object) ?? true
    }
}

/// The connection to the client.
///
/// Any thread may call it; bytes are sent in the order of the calls.
protocol KubernetesResponder: AnyObject, Sendable {
    func answer(_ status: Int, type: String, headers: [String: String], body: [UInt8])
    /// Starts an answer of unknown length.
    func begin()
    func chunk(_ bytes: [UInt8])
    /// Ends a started answer.
    func end()
    /// Closes the connection.
    func close()
    /// Calls back once the connection is closed.
    func whenClosed(_ call: @escaping @Sendable () -> Void)
    /// Calls back after a time, unless the connection is closed before.
    func after(seconds: Int, _ call: @escaping @Sendable () -> Void)
}

extension KubernetesResponder {
    func answer(_ value: ClusterValue, status: Int = 200) {
        answer(status, type: "application/json", headers: [:], body: value.bytes)
    }

    func refuse(_ status: KubernetesStatus) {
        let headers = status.retryAfter.map { ["Retry-After": String($0)] } ?? [:]
        answer(status.code, type: "application/json", headers: headers, body: status.value.bytes)
    }
}
