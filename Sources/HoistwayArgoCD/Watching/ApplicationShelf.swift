import HoistwayModel

/// The last known Applications of one cluster: only the used fields.
///
/// Texts that repeat (URLs, projects, servers, labels, revisions, messages) are kept once: 5,000 Applications of one
/// repository have one URL.
struct ApplicationShelf {
    private var applications: [ApplicationKey: Application] = [:]
    /// Sorted: a list of all is requested much more often than an Application is added or removed.
    private var keys: [ApplicationKey] = []
    private var texts = SharedTexts()
    /// The number of texts after the last collection; 0: there was none.
    private var textsInUse = 0
    /// The number of collections: each costs as much as adding all Applications again.
    private(set) var collections = 0

    var count: Int { applications.count }

    /// In the order of their keys.
    var all: [Application] { keys.compactMap { applications[$0] } }

    subscript(key: ApplicationKey) -> Application? { applications[key] }

    mutating func put(_ application: Application) {
        if applications[application.key] == nil { keys.insert(application.key, at: position(of: application.key)) }
        if texts.count > max(1000 + 16 * applications.count, 2 * textsInUse) { collectTexts() }
        applications[application.key] = texts.shared(application)
    }

    /// Keeps only the texts of the present Applications.
    ///
    /// Done when most texts must belong to former states of Applications. Applications may really have that many texts,
    /// so it is repeated only when there are twice as many as were in use.
    private mutating func collectTexts() {
        texts = SharedTexts()
        for (key, known) in applications { applications[key] = texts.shared(known) }
        textsInUse = texts.count
        collections += 1
    }

    /// Whether it was there before.
    mutating func remove(_ key: ApplicationKey) -> Bool {
        guard applications.removeValue(forKey: key) != nil else { return false }
        keys.remove(at: position(of: key))
        return true
    }

    /// The position of the key, or the one where it would be inserted.
    private func position(of key: ApplicationKey) -> Int {
        var range = 0..<keys.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = keys[middle] < key ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }
}

/// Stores each text once.
private struct SharedTexts {
    /// Equal where the bytes are equal.
    ///
    /// Strings are equal where they look the same, but an Application must not get another one's spelling of a URL:
    /// comparisons with other sources, and writes, use bytes.
    private struct Exact: Hashable {
        let text: String

        static func == (left: Exact, right: Exact) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

        func hash(into hasher: inout Hasher) {
            var text = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }

    private var texts: Set<Exact> = []

    /// Shorter texts need no memory of their own.
    private static let shortest = 16

    var count: Int { texts.count }

    mutating func shared(_ application: Application) -> Application {
        var application = application
        application.key.namespace = shared(application.key.namespace)
        application.labels = shared(application.labels)
        application.annotations = shared(application.annotations)
        application.project = shared(application.project)
        for index in application.sources.indices { share(&application.sources[index]) }
        if var dry = application.drySource {
            share(&dry)
            application.drySource = dry
        }
        application.destination.server = application.destination.server.map { shared($0) }
        application.destination.name = application.destination.name.map { shared($0) }
        application.destination.namespace = shared(application.destination.namespace)
        application.syncPolicy.options = application.syncPolicy.options.map { shared($0) }
        application.owner = application.owner.map { shared($0) }
        share(&application.status)
        return application
    }

    private mutating func share(_ source: inout ApplicationSource) {
        source.repoURL = shared(source.repoURL)
        source.path = shared(source.path)
        source.targetRevision = shared(source.targetRevision)
        source.chart = shared(source.chart)
        source.kustomizeImages = source.kustomizeImages?.map { shared($0) }
        source.valueFiles = source.valueFiles.map { shared($0) }
    }

    private mutating func share(_ status: inout Application.Status) {
        status.revisions = status.revisions.map { shared($0) }
        status.healthMessage = shared(status.healthMessage)
        status.images = status.images.map { shared($0) }
        for index in status.conditions.indices {
            status.conditions[index].type = shared(status.conditions[index].type)
            status.conditions[index].message = shared(status.conditions[index].message)
        }
        guard var operation = status.operation else { return }
        operation.message = shared(operation.message)
        operation.operation.initiator = shared(operation.operation.initiator)
        operation.operation.info = shared(operation.operation.info)
        operation.syncedRevisions = operation.syncedRevisions?.map { shared($0) }
        status.operation = operation
    }

    private mutating func shared(_ map: [String: String]) -> [String: String] {
        var result: [String: String] = [:]
        result.reserveCapacity(map.count)
        for (key, value) in map { result[shared(key)] = shared(value) }
        return result
    }

    private mutating func shared(_ text: String) -> String {
        guard text.utf8.count >= Self.shortest else { return text }
        return texts.insert(Exact(text: text)).memberAfterInsert.text
    }
}
