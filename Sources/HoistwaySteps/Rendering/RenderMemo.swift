import HoistwayModel
package import HoistwayPorts

/// What a program made, or what it failed with, and all that it was given: so it need not be run again.
package struct RenderMemo: Sendable {
    /// What the step's configuration asked for.
    package var request: RenderRequest
    package var reads: RecordedReads
    package var result: Result<RenderedManifests, StepFailure>

    package init(request: RenderRequest, reads: RecordedReads, result: Result<RenderedManifests, StepFailure>) {
        self.request = request
        self.reads = reads
        self.result = result
    }

    /// Whether the program would be given the very same files there.
    ///
    /// Asks for all that was asked before, and reads no content that is as it was committed.
    package func isValid(over files: any IdentifiedFiles) async throws(WorkspaceFailure) -> Bool {
        try await reads.hold(in: files)
    }

    /// What it takes in memory, about.
    package var bytes: Int {
        guard case .success(let rendered) = result else { return reads.bytes + 1024 }
        return rendered.files.reduce(reads.bytes + 1024) { $0 + $1.path.bytes.count + $1.bytes.count + 96 }
    }
}

/// What programs have made for one promotion, by the aliases of its steps.
///
/// Safe to use concurrently.
package protocol StepMemo: Sendable {
    func render(_ alias: String) -> RenderMemo?
    /// Keeps it in place of an earlier one; `false`: it is too large to be kept.
    func keep(_ alias: String, _ memo: RenderMemo) -> Bool
    func remove(_ alias: String)
}
