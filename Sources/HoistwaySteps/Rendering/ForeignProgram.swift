/// A program that is not ours.
package enum ForeignProgram: String, Sendable, CaseIterable {
    /// kustomize itself, or the one in `kubectl`.
    case kustomize
    case helm
}

/// A step that runs one.
protocol ProgramStep: PromotionStep {
    static var program: ForeignProgram { get }
}
