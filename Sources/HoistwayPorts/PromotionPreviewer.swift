package import HoistwayModel

/// Shows what a promotion would do, before it is requested.
///
/// A preview runs the steps of the promotion on the branches as they are. It pushes nothing, sends no other request and
/// stores nothing. It runs beside all promotions, and its result is kept in memory for a while.
package protocol PromotionPreviewer: Sendable {
    /// Begins a preview, and returns at once.
    ///
    /// `freight`: its id, the beginning of its id, or its alias. Throws where the promotion itself would not be
    /// allowed, and where too many previews run.
    ///
    /// - Parameter mayWait: whether it waits if too many previews run, and begins when there is room.
    func createPreview(stage: StageKey, freight: String, mayWait: Bool, actor: String) async throws -> PreviewView
    /// The preview's progress so far.
    ///
    /// The caller must check the preview's project: for a person without access to it, the preview does not exist.
    func preview(_ id: String) async throws -> PreviewView
    /// Stops a preview that runs, and forgets one that has ended.
    func cancelPreview(_ id: String, actor: String) async throws -> PreviewView
}

extension PromotionPreviewer {
    /// Begins a preview at once, or not at all.
    package func createPreview(stage: StageKey, freight: String, actor: String) async throws -> PreviewView {
        try await createPreview(stage: stage, freight: freight, mayWait: false, actor: actor)
    }
}

/// What a person has agreed to in the request for a promotion.
package struct PromotionConsent: Sendable, Equatable {
    /// Digests of differences that may exceed the stage's limits, one for each branch; or one tree id, as earlier
    /// versions wrote it.
    package var accept: [String]
    /// The preview that the person has seen: nothing else may be pushed.
    package var preview: String?

    package init(accept: [String] = [], preview: String? = nil) {
        self.accept = accept
        self.preview = preview
    }
}
