import HoistwayModel
package import HoistwayPorts

/// What a program made, or its failure, and all that it was given: so the program need not run again.
package struct RenderMemo: Sendable {
    /// The request of the step's configuration.
    package var request: RenderRequest
    package var reads: RecordedReads
    package var result: Result<RenderedManifests, StepFailure>

    package init(request: RenderRequest, reads: RecordedReads, result: Result<RenderedManifests, StepFailure>) {
        self.request = request
        self.reads = reads
        self.result = result
    }

    /// Whether the program would get exactly the same files there.
    ///
    /// Repeats all earlier reads, without reading the content of committed files.
    package func isValid(over files: any IdentifiedFiles) async throws(WorkspaceFailure) -> Bool {
        try await reads.hold(in: files)
    }

    /// Approximate size in memory.
    package var bytes: Int {
        guard case .success(let rendered) = result else { return reads.bytes + 1024 }
        return rendered.files.reduce(reads.bytes + 1024) { $0 + $1.path.bytes.count + $1.bytes.count + 96 }
    }
}

/// Results of programs for one promotion, by the aliases of its steps.
///
/// Safe to use concurrently.
package protocol StepMemo: Sendable {
    func render(_ alias: String) -> RenderMemo?
    /// Stores it in place of an earlier one; `false`: it is too large.
    func keep(_ alias: String, _ memo: RenderMemo) -> Bool
    func remove(_ alias: String)
}
