/// What a test can do with the open watches.
extension KubernetesServer {
    /// The requests of the open watches, oldest first.
    package var watches: [KubernetesAttributes] {
        core.with { $0.watches.values.sorted { $0.id < $1.id }.map(\.access) }
    }

    /// The number of watches since the start.
    package var watchesSoFar: Int { core.with { $0.watchesSoFar } }

    /// Sends the newest version to all watches that want bookmarks.
    package func sendBookmarks() {
        core.with { state in
            for watch in state.watches.values { watch.sendBookmark(state.objects.version) }
        }
    }

    /// Closes the connections of all watches.
    package func breakWatches() {
        core.with { state in
            for watch in state.watches.values { watch.responder.close() }
            state.watches = [:]
        }
    }

    /// Ends all watches regularly, as their timeout does.
    package func endWatches() {
        core.with { state in
            for watch in state.watches.values { watch.responder.end() }
            state.watches = [:]
        }
    }

    /// Ends all watches with an error event: 410 Expired, unless another is given.
    package func failWatches(_ status: KubernetesStatus = .expired()) {
        core.with { state in
            for watch in state.watches.values { watch.fail(status) }
            state.watches = [:]
        }
    }

    /// From now on the open watches send nothing, without an error.
    package func silenceWatches() {
        core.with { state in
            for id in state.watches.keys { state.watches[id]?.isSilent = true }
        }
    }

    /// Sends these bytes on all open watches.
    package func sendOnWatches(_ bytes: [UInt8]) {
        core.with { state in
            for watch in state.watches.values { watch.responder.chunk(bytes) }
        }
    }
}
