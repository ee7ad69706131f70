package import HoistwayModel

/// Shows what a promotion would do before it is asked for.
///
/// A preview runs the steps that the promotion would run, on the branches as they are, and sends nothing: no push, no
/// request, nothing that is stored. It runs beside all promotions, and is kept in memory for a while.
package protocol PromotionPreviewer: Sendable {
    /// Begins a preview, and returns at once.
    ///
    /// `freight`: id, unique beginning of one, or alias. Throws where the promotion could not be asked for either, and
    /// where too many previews run.
    ///
    /// - Parameter mayWait: whether it waits where too many run, and begins by itself when there is room.
    func createPreview(stage: StageKey, freight: String, mayWait: Bool, actor: String) async throws -> PreviewView
    /// As far as it has come. Whoever asks must look at its project: what the caller may not see does not exist.
    func preview(_ id: String) async throws -> PreviewView
    /// Ends a preview that runs, and forgets one that has ended.
    func cancelPreview(_ id: String, actor: String) async throws -> PreviewView
}

extension PromotionPreviewer {
    /// Begins a preview at once, or not at all.
    package func createPreview(stage: StageKey, freight: String, actor: String) async throws -> PreviewView {
        try await createPreview(stage: stage, freight: freight, mayWait: false, actor: actor)
    }
}

/// What a person has agreed to when asking for a promotion.
package struct PromotionConsent: Sendable, Equatable {
    /// Digests of differences that may exceed the stage's limits, one for each branch; or one tree id, as earlier versions
    /// named it.
    package var accept: [String]
    /// The preview that was looked at: nothing else is pushed than it has shown.
    package var preview: String?

    package init(accept: [String] = [], preview: String? = nil) {
        self.accept = accept
        self.preview = preview
    }
}
